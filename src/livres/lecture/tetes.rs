//! What opens a list of ingredients: COMPOSITION, INGRÉDIENTS, and what may stand beside them (pure).
//!
//! `COMPOSITION 1 BARQUETTE`, `INGRÉDIENTS (4 PERSONNES)`, `Composition pour 8 bols` open a list and
//! say for how many pieces it is. With words that are not understood the line may open a list or
//! not: what stands around it decides, and a person looks.

use super::mots_cles::{est_entete, est_portion};
use super::nombres::multiplier;
use super::rangees::Rangee;
use crate::domaine::Decimal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MotDeTete {
    Composition,
    Ingredients,
}

/// A line that begins with the word of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tete {
    pub mot: MotDeTete,
    /// For so many pieces.
    pub rendement: Option<Decimal>,
    /// Every word of it is understood.
    pub comprise: bool,
}

/// How a list may be announced, without its spaces.
const DEBUTS: [(&str, MotDeTete); 7] = [
    ("listedesingredients", MotDeTete::Ingredients),
    ("compositions", MotDeTete::Composition),
    ("composition", MotDeTete::Composition),
    ("compo", MotDeTete::Composition),
    ("ingredients", MotDeTete::Ingredients),
    ("ingredient", MotDeTete::Ingredients),
    ("ingr", MotDeTete::Ingredients),
];

/// Of the longest of them.
const LONGUEUR: usize = 19;

/// Letters that a head may begin with: most lines do not, and are left at once.
pub(crate) fn peut_ouvrir(premier: &str) -> bool {
    let lettre = premier.chars().find(|c| c.is_alphanumeric());
    lettre.is_some_and(|c| matches!(c, 'c' | 'C' | 'i' | 'I' | 'l' | 'L'))
}

/// What these words open, if the first of them do; none empty.
pub(crate) fn lire<'a>(cles: impl Iterator<Item = &'a str>) -> Option<Tete> {
    let cles: Vec<&str> = cles.collect();
    let (mot, reste) = debut(&cles)?;
    let simple = |c: &&str| est_entete(c) || est_de_liaison(c) || est_portion(c) || *c == "suite";
    let (mut vues, mut suite) = (Vec::new(), reste);
    while let Some(lu) = combien(suite) {
        vues.push(lu.pieces);
        suite = suite.get(lu.fin..).unwrap_or_default();
    }
    // `POUR 1 KG`: how much it makes, which is no number of pieces.
    let masse =
        reste.windows(2).any(|p| p[0].bytes().all(|c| c.is_ascii_digit()) && est_mesure(p[1]));
    // `6 pièces - 2 personnes`: which of them is sold is not said; nor is it by `2 x 10 portions`.
    let rendement = vues.first().copied().filter(|p| vues.iter().all(|v| v == p));
    let chiffre = |c: &&&str| c.bytes().all(|c| c.is_ascii_digit());
    let seul = |c: &&str| vues.is_empty() && chiffre(&c);
    let obscur = match rendement {
        Some(_) => false,
        None => !vues.is_empty() || (suite.iter().filter(chiffre).count() > 1),
    };
    let comprise = !masse && !obscur && suite.iter().all(|c| simple(c) || seul(c));
    Some(Tete { mot, rendement, comprise })
}

/// `COMPOSITION 12` opens a list: for 12 pieces, or the number of a sheet, or of an edition?
pub(crate) fn porte_un_nombre_nu(cles: &[&str]) -> bool {
    let nombre = |c: &&str| !c.is_empty() && c.bytes().all(|c| c.is_ascii_digit());
    let tete = lire(cles.iter().copied().filter(|c| !c.is_empty()));
    tete.is_some_and(|t| t.rendement.is_none()) && cles.iter().any(nombre)
}

fn debut<'c, 'a>(cles: &'c [&'a str]) -> Option<(MotDeTete, &'c [&'a str])> {
    if !peut_ouvrir(cles.first()?) {
        return None;
    }
    let mut dit = String::new();
    let mut trouve = None;
    for (rang, cle) in cles.iter().enumerate() {
        dit.push_str(cle);
        if dit.len() > LONGUEUR {
            break;
        }
        if let Some((_, mot)) = DEBUTS.iter().find(|(ecrit, _)| *ecrit == dit) {
            trouve = Some((*mot, cles.get(rang + 1..)?));
        }
    }
    trouve
}

fn est_de_liaison(cle: &str) -> bool {
    matches!(
        cle,
        "pour"
            | "la"
            | "le"
            | "les"
            | "l"
            | "une"
            | "un"
            | "du"
            | "des"
            | "recette"
            | "soit"
            | "par"
            | "x"
            | "rendement"
            | "composition"
            | "unitaire"
    )
}

/// How many pieces some words speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Portions {
    pub pieces: Decimal,
    /// Where the words after it begin.
    fin: usize,
}

/// `1 barquette`, `pour 8 bols`, `pour 4`, `soit 10 parts individuelles`; none when it is a mass.
fn combien(cles: &[&str]) -> Option<Portions> {
    let rang = cles.iter().position(|c| entier(c).is_some())?;
    let pieces = entier(cles.get(rang)?)?;
    let avant = cles.get(..rang)?;
    if !avant.iter().all(|c| est_de_liaison(c) || est_entete(c)) {
        return None;
    }
    let apres = cles.get(rang + 1..)?;
    let noms = apres.iter().take_while(est_un_nom).count();
    let premier = apres.first().copied().unwrap_or_default();
    let connu = est_portion(premier);
    let fois = avant.contains(&"x") || cles.get(rang).is_some_and(|c| c.starts_with('x'));
    if noms == 0 && !fois && !avant.contains(&"pour") {
        return None;
    }
    let pieces = match premier {
        "douzaine" | "douzaines" => multiplier(Decimal::entier(12), pieces)?,
        "dizaine" | "dizaines" => multiplier(Decimal::entier(10), pieces)?,
        "vingtaine" => multiplier(Decimal::entier(20), pieces)?,
        "centaine" | "centaines" => multiplier(Decimal::entier(100), pieces)?,
        _ => pieces,
    };
    // `pour 4 bols du soir`: three words after the number are a sentence.
    let admis = noms <= if connu { 3 } else { 1 } && !est_mesure(premier);
    admis.then_some(Portions { pieces, fin: rang + 1 + noms })
}

/// Numbers of pieces as they are written out.
const EN_LETTRES: [(&str, i64); 21] = [
    ("un", 1),
    ("une", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("six", 6),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("quinze", 15),
    ("seize", 16),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("cent", 100),
];

fn entier(cle: &str) -> Option<Decimal> {
    let cle = cle.strip_prefix('x').map_or(cle, str::trim_start);
    if let Some((_, nombre)) = EN_LETTRES.iter().find(|(mot, _)| *mot == cle) {
        return Some(Decimal::entier(*nombre));
    }
    let court = cle.len() <= 4 && !cle.is_empty() && cle.bytes().all(|c| c.is_ascii_digit());
    let nombre: i64 = court.then(|| cle.parse().ok())??;
    (nombre > 0).then(|| Decimal::entier(nombre))
}

fn est_mesure(cle: &str) -> bool {
    let mesures = [
        "g", "gr", "grammes", "kg", "kilo", "kilos", "mg", "l", "litre", "litres", "cl", "ml", "dl",
    ];
    mesures.contains(&cle)
}

/// A word that may say what there are so many of: no mass, no volume, no column.
fn est_un_nom(cle: &&&str) -> bool {
    cle.len() > 2
        && cle.chars().all(char::is_alphabetic)
        && !est_mesure(cle)
        && (est_portion(cle) || !est_entete(cle))
}

/// A line beside the head that says for how many pieces the list is, and nothing else: `Pour 8
/// bols`, `Rendement : 10 portions`, `Nombre de parts : 6`, `8 portions`.
pub(crate) fn lire_les_portions<'a>(cles: impl Iterator<Item = &'a str>) -> Option<Decimal> {
    let cles: Vec<&str> = cles.filter(|c| !c.is_empty()).collect();
    if let ["nombre" | "nb" | "nbre" | "nbr", reste @ ..] = cles.as_slice()
        && let [nom, nombre] = reste.strip_prefix(&["de"]).unwrap_or(reste)
    {
        return est_portion(nom).then(|| entier(nombre))?;
    }
    let annonces = ["rendement", "quantite", "quantites", "recette", "portions", "portion", "soit"];
    let annonce = cles.first().is_some_and(|c| annonces.contains(c));
    let reste = cles.get(usize::from(annonce)..)?;
    let compte = matches!(cles.first(), Some(&("rendement" | "portions")));
    if let ([nombre], true) = (reste, compte) {
        return entier(nombre);
    }
    let lues = combien(reste)?;
    let pour = reste.first() == Some(&"pour");
    let connu = reste.iter().any(|c| est_portion(c));
    let entier = reste.get(lues.fin..).is_none_or(<[&str]>::is_empty);
    ((pour || connu) && entier).then_some(lues.pieces)
}

/// The same of a line; `Rendement : 85 %` is no number of pieces.
pub(crate) fn portions(rangee: &Rangee) -> Option<Decimal> {
    let part = rangee.jetons.iter().any(|j| j.texte.contains(['%', '‰', '€']));
    lire_les_portions(rangee.cles()).filter(|_| !part)
}

#[cfg(test)]
mod tests {
    use super::super::mots_cles::cle;
    use super::*;

    fn tete(texte: &str) -> Option<(bool, Option<i64>)> {
        let cles: Vec<_> = texte.split(' ').map(cle).collect();
        let lue = lire(cles.iter().map(|c| c.as_str()).filter(|c| !c.is_empty()))?;
        Some((lue.comprise, lue.rendement.map(|r| r.to_string().parse().unwrap())))
    }

    #[test]
    fn a_list_is_opened_however_it_is_announced() {
        for (texte, rendement) in [
            ("COMPOSITION", None),
            ("Composition :", None),
            ("COMPOSITION (en g)", None),
            ("C O M P O S I T I O N", None),
            ("Composition pour 1 pièce", Some(1)),
            ("COMPOSITION Grammes Pièces", None),
            ("COMPOSITION (suite)", None),
            ("COMPOSITION 1 BARQUETTE", Some(1)),
            ("COMPOSITION (1 bol)", Some(1)),
            ("COMPOSITION POUR UN BOL", Some(1)),
            ("INGRÉDIENTS (4 PERSONNES)", Some(4)),
            ("Ingrédients pour 10 portions", Some(10)),
            ("Ingrédients (pour 6 pers.)", Some(6)),
            ("INGRÉDIENTS POUR 12 PARTS INDIVIDUELLES", Some(12)),
            ("INGRÉDIENTS POUR 12", Some(12)),
            ("COMPOSITION 2 MAKIZUSHIS", Some(2)),
            ("COMPOSITION BARQUETTE", None),
            ("Liste des ingrédients :", None),
            ("COMPOSITION 1 PLATEAU g pièces", Some(1)),
            ("Compo 1 barquette", Some(1)),
            ("COMPOSITION X 6", Some(6)),
            ("Ingrédients (x12)", Some(12)),
            ("Composition – rendement 15 barquettes", Some(15)),
            ("COMPOSITION POUR DIX PORTIONS", Some(10)),
            ("Ingrédients pour quatre", Some(4)),
            ("COMPOSITION UNITAIRE", None),
            ("INGREDIENTS / COMPOSITION", None),
        ] {
            assert_eq!(tete(texte), Some((true, rendement)), "{texte}");
        }
    }

    #[test]
    fn words_that_are_not_understood_open_nothing_for_sure() {
        for texte in [
            "Composition variable selon saison",
            "Composition du plateau : voir annexe",
            "COMPOSITION POUR 2 KG DE PÂTE",
            "COMPOSITION POUR 1 KG",
            "COMPOSITION POUR 500 g",
            "Ingrédients – 20 portions de 190 g",
            "COMPOSITION POUR 8-10 PERSONNES",
            "Ingrédients : carottes, beurre (lait), sel",
        ] {
            assert_eq!(tete(texte).map(|t| t.0), Some(false), "{texte}");
        }
        for texte in ["La composition", "", "Compotée de pommes", "Lentilles", "Crème"] {
            assert_eq!(tete(texte), None, "{texte}");
        }
    }

    #[test]
    fn how_many_pieces_a_list_makes_may_stand_on_a_line_of_its_own() {
        for (texte, attendu) in [
            ("Pour 8 bols", Some(8)),
            ("POUR 10 PORTIONS", Some(10)),
            ("Rendement : 12 pièces", Some(12)),
            ("Rendement 12", Some(12)),
            ("Nombre de parts : 6", Some(6)),
            ("8 portions", Some(8)),
            ("Pour 1 000 g", None),
            ("Pour la sauce", None),
            ("Quantité 30", None),
            ("8 tomates", None),
            ("Saumon 60", None),
        ] {
            let cles: Vec<_> = texte.split(' ').map(cle).collect();
            let lu = lire_les_portions(cles.iter().map(|c| c.as_str()));
            assert_eq!(lu.map(|n| n.to_string().parse().unwrap()), attendu, "{texte}");
        }
    }
}
