//! What a step adds that the list does not name (pure).

use super::mots_cles::{cle, est_partie};
use super::nombres::{Atome, atome};
use super::rangees::Rangee;

/// So many letters of a word say which it is, whatever its ending.
const RACINE: usize = 4;
/// What stands for the recipe itself, or for all that is in it.
const TOUT: [&str; 12] = [
    "preparation",
    "melange",
    "appareil",
    "masse",
    "produit",
    "reste",
    "poids",
    "ingredients",
    "tout",
    "chaque",
    "liquide",
    "portion",
];

/// It may say how much of something.
pub(crate) fn compte(etape: &Rangee) -> bool {
    etape.jetons.iter().any(|j| j.texte.bytes().any(|c| c.is_ascii_digit()))
}

/// `Ajouter 5 g de sel`, where no line of `liste` and not the title speaks of salt.
pub(crate) fn ailleurs(etape: &Rangee, (liste, titre): (&[Rangee], &str)) -> bool {
    let nommes = || {
        let lignes = liste.iter().flat_map(Rangee::cles).map(str::to_owned);
        lignes.chain(titre.split_whitespace().map(cle))
    };
    let connu = |mot: &str| nommes().any(|n| racine(&n) == racine(mot));
    ajoutes(etape).iter().any(|mot| !connu(mot))
}

/// What the words after a quantity name: `sel` in `5 g de sel`.
fn ajoutes(etape: &Rangee) -> Vec<String> {
    let mots: Vec<String> =
        etape.jetons.iter().flat_map(|j| j.texte.split_inclusive(['\'', '’'])).map(nu).collect();
    let pese = |n: usize| {
        let avant = n.checked_sub(1).and_then(|a| mots.get(a)).map(|m| atome(m));
        match (mots.get(n).map(|m| atome(m)), avant) {
            (Some(Atome::Mesure(_, unite)), _) => Some(unite),
            (Some(Atome::Unite(unite)), Some(Atome::Nombre(_) | Atome::Fraction(_))) => Some(unite),
            _ => None,
        }
    };
    let nomme = |n: usize| {
        let unite = pese(n)?;
        matches!(cle(mots.get(n + 1)?).as_str(), "de" | "d").then_some(())?;
        let mot = cle(mots.get(n + 2)?);
        // What cooks in it is drained.
        let eau = mot == "eau" && unite == "l";
        let vague = mot.len() < 3 || est_partie(&mot) || TOUT.contains(&mot.as_str());
        (!eau && !vague).then_some(mot)
    };
    (0..mots.len()).filter_map(nomme).collect()
}

fn nu(mot: &str) -> String {
    mot.trim_matches(['(', ')', ',', '.', ';', '\'', '’']).to_owned()
}

fn racine(mot: &str) -> String {
    mot.chars().take(RACINE).collect()
}
