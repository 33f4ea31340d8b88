//! What stands between a title and its list and only praises the dish (pure).

use super::phrases;
use super::rangees::Rangee;

/// « Un grand classique de la maison, revu par le chef. »: a sentence, of one line or of several, and
/// nothing to weigh in it.
pub(crate) fn en_est_une(details: &[Rangee]) -> bool {
    let lignes: Vec<&Rangee> = details.iter().filter(|r| sans_chiffre(r)).collect();
    let jetons = || lignes.iter().flat_map(|r| &r.jetons);
    let mots = jetons().filter(|j| j.texte.chars().any(char::is_alphabetic)).count();
    let point = jetons().last().is_some_and(|j| j.texte.ends_with(['.', '!', '…']));
    let courtes = lignes.split_last().is_some_and(|(_, r)| r.iter().any(|r| r.jetons.len() < 3));
    !courtes && ((mots >= 3 && point) || lignes.iter().any(|r| phrases::est_une_phrase(r)))
}

pub(crate) fn sans_chiffre(rangee: &Rangee) -> bool {
    !rangee.jetons.iter().any(|j| j.texte.chars().any(char::is_numeric))
}
