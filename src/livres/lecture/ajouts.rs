//! What a step adds that the list does not name (pure).

use compact_str::CompactString;

use super::mots_cles::{cle, est_entete, est_partie, est_portion};
use super::nombres::{Atome, atome};
use super::phrases::est_un_verbe;
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

/// What stands before a weight and names nothing.
const AVANT: [&str; 28] = [
    "dans", "avec", "sur", "pour", "par", "environ", "soit", "chaque", "maximum", "minimum", "max",
    "min", "moins", "plus", "les", "des", "une", "puis", "entre", "jusqu", "sous", "chacun",
    "chacune", "bien", "encore", "net", "total", "totale",
];

/// `Ajouter 5 g de sel`, where no line of `liste` and not the title speaks of salt.
pub(crate) fn ailleurs(etape: &Rangee, (liste, titre): (&[Rangee], &str)) -> bool {
    let nommes = || {
        let lignes = liste.iter().flat_map(Rangee::cles).map(CompactString::from);
        lignes.chain(titre.split_whitespace().map(cle))
    };
    let connu = |mot: &str| nommes().any(|n| racine(&n) == racine(mot));
    ajoutes(etape).iter().any(|mot| !connu(mot))
}

/// What the words after a quantity name: `sel` in `5 g de sel`.
fn ajoutes(etape: &Rangee) -> Vec<CompactString> {
    let mots: Vec<String> = etape
        .jetons
        .iter()
        .flat_map(|j| j.texte.split_inclusive(['\'', '’']))
        .map(nu)
        .filter(|m| m != ":")
        .collect();
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
    // `Persil 5 g à parsemer`, `Sauce : crème 100 g`.
    let precede = |n: usize| {
        let unite = pese(n)?;
        let seul = matches!(mots.get(n).map(|m| atome(m)), Some(Atome::Unite(_)));
        let mot = cle(mots.get(n.checked_sub(if seul { 2 } else { 1 })?)?);
        let masse = matches!(unite, "g" | "kg" | "ml" | "cl" | "l");
        let lettres = mot.len() > 2 && mot.chars().all(char::is_alphabetic);
        let autre = AVANT.contains(&mot.as_str()) || TOUT.contains(&mot.as_str());
        let dit = est_un_verbe(&mot) || est_partie(&mot) || est_portion(&mot) || est_entete(&mot);
        (masse && lettres && !autre && !dit).then_some(mot)
    };
    let places = 0..mots.len();
    places.clone().filter_map(nomme).chain(places.filter_map(precede)).collect()
}

fn nu(mot: &str) -> String {
    mot.trim_matches(['(', ')', ',', '.', ';', '\'', '’']).to_owned()
}

fn racine(mot: &str) -> String {
    mot.chars().take(RACINE).collect()
}
