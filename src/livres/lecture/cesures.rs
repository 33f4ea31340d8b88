//! Names and words cut at the end of a line: `Sauce aux` over `poivres`, `balsa-` over `mique` (pure).

use super::hors_liste;
use super::mots_cles::cle;
use super::rangees::{Jeton, Rangee};

/// What stands before a hyphen that is the word's own.
const COMPOSES: [&str; 24] = [
    "demi", "mi", "semi", "sous", "mini", "maxi", "extra", "ultra", "sur", "aigre", "arc", "non",
    "chou", "choux", "petit", "micro", "multi", "croque", "pop", "corn", "porte", "passe", "avant",
    "contre",
];

/// The name of the first, which ends before word `fin`, ends in the middle of a word.
pub(crate) fn coupe_un_mot(haut: &Rangee, fin: usize, bas: &Rangee) -> bool {
    let dernier = fin.checked_sub(1).and_then(|n| haut.jetons.get(n));
    matches!((dernier, bas.jetons.first()), (Some(a), Some(b)) if se_joignent(a, b))
}

fn se_joignent(haut: &Jeton, bas: &Jeton) -> bool {
    let debut = haut.texte.strip_suffix(['-', '\u{2010}', '\u{2011}']);
    debut.is_some_and(|d| d.ends_with(char::is_alphabetic))
        && bas.texte.starts_with(char::is_lowercase)
}

/// More words of the same name.
pub(crate) fn ajouter(noms: &mut Vec<Jeton>, suite: impl IntoIterator<Item = Jeton>) {
    let mut suite = suite.into_iter().peekable();
    if let (Some(haut), Some(bas)) = (noms.last_mut(), suite.peek())
        && se_joignent(haut, bas)
    {
        let mut debut = haut.texte.clone();
        let propre = COMPOSES.contains(&cle(&debut).as_str());
        if !propre {
            debut.pop();
        }
        debut.push_str(&bas.texte);
        haut.texte = debut;
        haut.cle = cle(&haut.texte);
        suite.next();
    }
    noms.extend(suite);
}

/// `Sauce soja 10 ml` under a packaging is an ingredient, not more of its name.
pub(crate) fn est_un_ingredient(rangee: &Rangee) -> bool {
    !commence_en_minuscule(rangee) && hors_liste::pese(rangee)
}

pub(crate) fn commence_en_minuscule(rangee: &Rangee) -> bool {
    let suite = |c: char| c.is_lowercase() || matches!(c, '(' | '+' | '&');
    rangee.jetons.first().is_some_and(|j| j.texte.starts_with(suite))
}

pub(crate) fn finit_en_suspens(rangee: &Rangee) -> bool {
    let nom = rangee.jetons.iter().rev().find(|j| j.texte.chars().any(char::is_alphabetic));
    let mots =
        ["de", "du", "des", "d'", "a", "au", "aux", "et", "en", "la", "le", "les", "avec", "sans"];
    let dernier = |j: &Jeton| {
        mots.contains(&j.cle.as_str())
            || j.texte.ends_with([',', '/', '&', '+'])
            || (j.texte.contains('(') && !j.texte.contains(')'))
    };
    nom.is_some_and(dernier)
}
