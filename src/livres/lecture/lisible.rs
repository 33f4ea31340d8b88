//! Does a line read as an ingredient and how much of it? (pure)

use super::grammaire::{self, Contexte};
use super::nombres::{Atome, atome};
use super::rangees::Jeton;

pub(crate) fn se_lit(jetons: &[Jeton]) -> bool {
    if est_franche(jetons) {
        return true;
    }
    let lectures = grammaire::lire(jetons, Contexte::default());
    lectures.tete.is_some() || !lectures.fin.is_empty()
}

/// `Riz rond | 60`: most lines of a list, and nothing of them has to be weighed against another way
/// to read them.
fn est_franche(jetons: &[Jeton]) -> bool {
    let Some((dernier, nom)) = jetons.split_last() else { return false };
    let mot = |j: &Jeton| {
        let lettres = j.texte.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'));
        lettres && atome(&j.texte) == Atome::Autre
    };
    let chiffres = dernier.texte.bytes().all(|c| c.is_ascii_digit());
    let nomme = nom.iter().any(|j| j.cle.len() > 1);
    dernier.large && chiffres && dernier.texte.len() <= 4 && nomme && nom.iter().all(mot)
}
