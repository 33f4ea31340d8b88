//! Lists whose lines are numbered, or begin with a code that no head announces (pure).

use super::grammaire::{self, Contexte};
use super::nombres::{Atome, atome};
use super::rangees::Rangee;

/// Takes away a first column without a head: row numbers, codes. They are such where nearly every
/// row begins with a whole number and is a line without it.
pub(crate) fn oter(rangees: &mut [Rangee]) {
    let numero = |r: &Rangee| -> Option<u64> {
        let premier = r.jetons.first()?;
        // `1. Carotte`.
        let seul = r.jetons.get(1)?.large || premier.texte.ends_with(['.', ')']);
        let nu = premier.texte.trim_end_matches(['.', ')', '-']);
        seul.then(|| nu.parse().ok())?
    };
    let numeros: Vec<(usize, u64)> =
        rangees.iter().enumerate().filter_map(|(n, r)| Some((n, numero(r)?))).collect();
    let se_suivent = numeros.windows(2).all(|p| p[1].1 == p[0].1 + 1);
    let codes = numeros.iter().all(|(_, n)| *n >= 1_000);
    let lisibles =
        numeros.iter().filter(|(n, _)| rangees.get(*n).is_some_and(est_une_ligne_apres)).count();
    let lignes = rangees.iter().filter(|r| r.jetons.len() > 1).count();
    let assez =
        numeros.len() >= 2 && numeros.len() * 5 >= lignes * 4 && lisibles * 5 >= numeros.len() * 4;
    if !assez || !(se_suivent || codes) {
        return;
    }
    for (n, _) in numeros {
        let Some(rangee) = rangees.get_mut(n) else { continue };
        rangee.imprime = Some(rangee.texte());
        rangee.jetons.remove(0);
        if let Some(premier) = rangee.jetons.first_mut() {
            premier.large = false;
        }
    }
}

fn est_une_ligne_apres(rangee: &Rangee) -> bool {
    let reste = rangee.jetons.get(1..).unwrap_or_default();
    let nom = reste.first().is_some_and(|j| atome(&j.texte) == Atome::Autre);
    nom && !grammaire::lire(reste, Contexte::default()).fin.is_empty()
}
