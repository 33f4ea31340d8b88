//! Names of parts of a recipe, alone on their lines (pure).

use super::mots_cles::{cle, est_partie};
use super::rangees::{Jeton, Rangee};

/// Parts that are no food themselves: `Sauce : soja` may be a sauce, or soya for one.
const PURES: [&str; 14] = [
    "decor",
    "decors",
    "decoration",
    "garniture",
    "garnitures",
    "garnissage",
    "finition",
    "finitions",
    "topping",
    "toppings",
    "dressage",
    "montage",
    "assaisonnement",
    "base",
];

/// How many of these words name a part before the name of an ingredient: `Décor : sésame`,
/// `Pour la sauce : soja`.
pub(crate) fn prefixe<'a>(mots: impl Iterator<Item = &'a str> + Clone) -> usize {
    let deux_points = |m: &str| m.ends_with(':');
    let Some(fin) = mots.clone().take(5).position(deux_points) else { return 0 };
    let dits = mots.take(fin + 1).map(cle).filter(|c| !c.is_empty());
    let dits: Vec<_> = dits.collect();
    let dits: Vec<&str> = dits.iter().map(|d| d.as_str()).collect();
    let nomme = match dits[..] {
        [partie] => PURES.contains(&partie),
        ["pour", "le" | "la" | "les", partie] => est_partie(partie) || PURES.contains(&partie),
        _ => false,
    };
    if nomme { fin + 1 } else { 0 }
}

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
