//! Names of parts of a recipe, alone on their lines (pure).

use super::mots_cles::est_partie;
use super::rangees::{Jeton, Rangee};

/// `Garniture`, `2. Sauce`: one word that is known, and its number.
pub(crate) fn nomme_une_partie(jetons: &[Jeton]) -> bool {
    let numero = |j: &Jeton| j.cle.len() <= 2 && j.cle.bytes().all(|c| c.is_ascii_digit());
    match jetons {
        [seul] => est_partie(&seul.cle),
        [premier, nom] => numero(premier) && est_partie(&nom.cle),
        _ => false,
    }
}

/// `GARNITURE :`, `MARINADE` over `Edamame`: stands over its lines and is no name of the first.
pub(crate) fn est_un_titre_de_partie(haut: &Rangee, bas: &Rangee) -> bool {
    let minuscules = |r: &Rangee| r.jetons.iter().any(|j| j.texte.contains(char::is_lowercase));
    let nommee = nomme_une_partie(&haut.jetons);
    let numerotee = haut.jetons.len() == 2;
    (nommee && (numerotee || (!minuscules(haut) && minuscules(bas))))
        || haut.jetons.last().is_some_and(|j| j.texte.ends_with(':'))
}
