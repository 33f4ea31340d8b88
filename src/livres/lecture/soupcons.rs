//! Readings that are possible and not likely: what a person looks at, unless the weight shows that
//! they are right (pure).

use super::grammaire::Lecture;
use super::hors_liste::poids_dits;
use super::mots_cles::{cle, est_partie};
use super::poids::Verdict;
use super::repliees::Ligne;

/// No recipe takes more grams or millilitres than these, in thousandths.
const TROP: i64 = 20_000_000;
/// Pieces lighter than this are numbers of something else, in thousandths of a gram.
const LEGER: i64 = 1_000;
/// So many pieces or more are, too.
const BEAUCOUP: i64 = 15_000;
/// A bare number of so much, with a space in it, may be two, in thousandths.
const MILLIERS: i64 = 5_000_000;
/// Fewer eggs than these are no grams, in thousandths.
const OEUFS: i64 = 4_000;
/// Years that a book prints beside its name.
const ANNEES: std::ops::RangeInclusive<i64> = 2_015..=2_039;
/// A number follows these, and the quantity comes after it.
const NUMEROTES: [&str; 8] = ["cal", "calibre", "taille", "n", "no", "numero", "ref", "type"];
/// What a line of the recipe itself begins with.
const PAROLES: [&str; 24] = [
    "rendement",
    "poids",
    "unite",
    "quantite",
    "quantites",
    "portion",
    "portions",
    "parts",
    "couverts",
    "personnes",
    "nb",
    "nombre",
    "pour",
    "production",
    "effectif",
    "base",
    "donne",
    "pax",
    "coefficient",
    "coef",
    "photo",
    "pv",
    "indice",
    "lot",
];
/// What no recipe takes.
const PERTES: [&str; 7] = ["perte", "pertes", "reste", "restes", "freinte", "dechet", "dechets"];
/// No name ends with these, nor begins with most of them.
const LIENS: [&str; 13] =
    ["ou", "de", "du", "par", "soit", "et", "au", "aux", "en", "la", "le", "les", "dont"];

/// Why this reading may not be what is meant.
pub(crate) fn soupcon(ligne: &Ligne, lecture: &Lecture, verdict: Verdict) -> Option<&'static str> {
    if est_en_morceaux(&lecture.libelle) {
        return Some("Ce nom n'est pas entier : la ligne se lit-elle avec une autre ?");
    }
    let premier = cle(lecture.libelle.split(' ').next().unwrap_or_default());
    if PAROLES.contains(&premier.as_str()) {
        return Some("Cette ligne est-elle un ingrédient, ou parle-t-elle de la recette ?");
    }
    if PERTES.contains(&premier.as_str()) {
        return Some("Cette ligne est-elle un ingrédient, ou ce qui se perd et ce qui reste ?");
    }
    if lecture.unite.as_deref() == Some("piece") && est_partie(&cle(&lecture.libelle)) {
        return Some("Est-ce un ingrédient, ou une partie de la recette, faite plusieurs fois ?");
    }
    if annonce_une_partie(&lecture.libelle) {
        return Some("Les mots avant « : » sont-ils du nom, ou ceux d'une partie de la recette ?");
    }
    if dit_un_autre_poids(&lecture.libelle) {
        return Some("Un poids dans le nom : laquelle des quantités est celle de la ligne ?");
    }
    let quantite = lecture.quantite?.en_milliemes().ok()?;
    if quantite == 0 {
        return Some("Une quantité de zéro : combien en faut-il ?");
    }
    if lecture.net.and_then(|n| n.en_milliemes().ok()).is_some_and(|net| net > quantite) {
        return Some("Le net est plus lourd que le brut : est-ce celui de cette ligne ?");
    }
    let trop = match lecture.unite.as_deref() {
        Some("g" | "mg" | "ml") => quantite > TROP,
        Some("kg" | "l") => quantite > TROP / 1000,
        _ => false,
    };
    if trop && !verdict.prouve(quantite) {
        return Some("Cette quantité est grande pour une recette : est-ce un numéro ?");
    }
    if lecture.nue && lecture.pieces.is_none() && !verdict.prouve(quantite) {
        let entier = quantite % 1000 == 0;
        if entier && ANNEES.contains(&(quantite / 1000)) {
            return Some("Ce nombre est-il une quantité, ou une année ?");
        }
        if quantite >= MILLIERS && est_espace(ligne) {
            return Some("Un seul nombre, ou une quantité et des pièces ?");
        }
        if entier && quantite <= OEUFS && se_compte(&lecture.libelle) {
            return Some("Ce nombre est sans unité : des grammes, ou des pièces ?");
        }
    }
    // `Avocat cal 18`.
    let colle = ligne.jetons.last().is_some_and(|j| !j.large);
    let nomme =
        NUMEROTES.contains(&cle(lecture.libelle.rsplit(' ').next().unwrap_or_default()).as_str());
    if lecture.nue && colle && nomme && !verdict.est_exact() {
        return Some("Ce nombre est-il celui du nom, ou la quantité ?");
    }
    pieces_douteuses(ligne, lecture, (quantite, verdict))
}

/// `5 100`.
fn est_espace(ligne: &Ligne) -> bool {
    let chiffres = |t: &str| t.bytes().all(|c| c.is_ascii_digit());
    matches!(&ligne.jetons[..], [.., a, b] if chiffres(&a.texte) && chiffres(&b.texte))
}

/// `de`, `100 g ou`, `Radis (soit 8`: a cell folded onto two lines was taken for two.
fn est_en_morceaux(libelle: &str) -> bool {
    let mut mots = libelle.split(' ').filter(|m| m.chars().any(char::is_alphabetic)).map(cle);
    let premier = mots.next().unwrap_or_default();
    let dernier = mots.next_back();
    let article = matches!(premier.as_str(), "la" | "le" | "les") && dernier.is_some();
    let lien = |m: &str| LIENS.contains(&m);
    (lien(&premier) && !article)
        || dernier.is_some_and(|m| lien(&m))
        || libelle.matches('(').count() != libelle.matches(')').count()
}

/// `Sauce : soja`, not `Huile (origine : Italie)`.
fn annonce_une_partie(libelle: &str) -> bool {
    // Asked of every name: most have none.
    if !libelle.contains(':') {
        return false;
    }
    let parentheses = libelle.split('(').enumerate();
    let dehors: String = parentheses
        .map(|(n, t)| if n == 0 { t } else { t.split_once(')').map_or("", |(_, dehors)| dehors) })
        .collect();
    let lettres = |t: &str| t.chars().any(char::is_alphabetic);
    dehors.split_once(':').is_some_and(|(avant, apres)| lettres(avant) && lettres(apres))
}

/// `Beurre (ou margarine 12 g)`, `Soja 20 g + mirin`, `Garniture (x 2) soja`; not `Thon boîte 800 g`.
fn dit_un_autre_poids(libelle: &str) -> bool {
    // Asked of every name: most have none.
    if !libelle.bytes().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let nu: String = libelle.chars().map(|c| if "(),;".contains(c) { ' ' } else { c }).collect();
    let mut mots = nu.split_whitespace();
    let choix = mots.any(|m| m == "+" || matches!(cle(m).as_str(), "ou" | "soit" | "dont"));
    let fois = libelle.split_once("(x").or_else(|| libelle.split_once("(×"));
    let fois = fois.is_some_and(|(_, n)| n.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    fois || (choix && poids_dits(&nu) > 0)
}

/// Eggs are counted everywhere; those of fish are weighed.
fn se_compte(libelle: &str) -> bool {
    let mut mots = libelle.split(' ').map(cle);
    let oeuf = mots.next().is_some_and(|m| matches!(m.as_str(), "oeuf" | "oeufs"));
    oeuf && mots.next().is_none_or(|m| !matches!(m.as_str(), "de" | "mimosa" | "rapes"))
}

/// A number of pieces that may be the end of something else.
fn pieces_douteuses(
    ligne: &Ligne,
    lecture: &Lecture,
    (quantite, verdict): (i64, Verdict),
) -> Option<&'static str> {
    let pieces = lecture.pieces?.en_milliemes().ok().filter(|p| *p > 0)?;
    let dernier = ligne.jetons.last()?;
    if dernier.large {
        let nu = dernier.texte.bytes().all(|c| c.is_ascii_digit());
        let legeres = quantite.saturating_mul(1000) / pieces < LEGER;
        let masse = matches!(lecture.unite.as_deref(), Some("g"));
        return (nu && masse && legeres && !verdict.est_exact())
            .then_some("Deux nombres, et rien ne dit de quoi est le second : lequel compte ?");
    }
    if dernier.texte == "(1)" {
        return Some("Est-ce une pièce, ou le renvoi à une note ?");
    }
    if !dernier.texte.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    if matches!(lecture.unite.as_deref(), Some("kg" | "l" | "dl" | "cl" | "ml")) {
        return Some("Ce nombre après l'unité : des pièces, ou la fin de la quantité ?");
    }
    let legeres = pieces >= BEAUCOUP || quantite.saturating_mul(1000) / pieces < LEGER;
    let prouve = verdict.est_exact() || verdict.prouve(quantite.saturating_sub(pieces));
    (lecture.nue && legeres && !prouve)
        .then_some("Deux nombres se suivent : le premier est-il du nom ?")
}
