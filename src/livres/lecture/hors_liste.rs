//! Lines among those of a list that are none of its ingredients, by their first words (pure).
//!
//! Codes, prices and values are known and dropped; what may be an ingredient of another day
//! (« Variante : thon 60 g ») is told.

use super::grammaire::{self, Contexte};
use super::nombres::{Atome, atome};
use super::phrases::est_une_note;
use super::rangees::{Jeton, Rangee};
use super::reperes::Reperes;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HorsListe {
    /// A field that is no part of the recipe: nothing to look at.
    Connu,
    /// A line of nutrition values.
    Nutriment,
    /// An ingredient, or a choice: only a person knows.
    Dit,
}

/// Before a number or a code, and nothing else.
const NUMEROS: [&str; 24] = [
    "ean",
    "ean13",
    "gencod",
    "gencode",
    "gtin",
    "plu",
    "ref",
    "reference",
    "code",
    "tva",
    "prix",
    "pvc",
    "version",
    "code-barre",
    "code-barres",
    "tel",
    "telephone",
    "siret",
    "agrement",
    "page",
    "rev",
    "revision",
    "kcal",
    "kj",
];
/// What may stand between those and the number.
const ENTRE: [&str; 24] = [
    "barre",
    "barres",
    "article",
    "produit",
    "ean",
    "de",
    "vente",
    "ttc",
    "ht",
    "du",
    "le",
    "n",
    "no",
    "caisse",
    "interne",
    "fournisseur",
    "emporter",
    "a",
    "tva",
    "au",
    "conseille",
    "public",
    "kg",
    "la",
];
/// What the recipe is put into.
const CONTENANTS: [&str; 7] =
    ["conditionnement", "contenant", "contenance", "volume", "capacite", "colisage", "dimensions"];
/// Of those, the ones that name what it is sold in.
const EMBALLAGES: [&str; 2] = ["conditionnement", "contenant"];
const CHOIX: [&str; 10] = [
    "variante",
    "variantes",
    "option",
    "options",
    "accompagnement",
    "supplement",
    "report",
    "remplacement",
    "substitution",
    "suggestion",
];
/// No ingredient begins with these.
const OPTIONS: [&str; 6] =
    ["variante", "variantes", "option", "options", "supplement", "supplements"];
const SERVIR: [&str; 5] = ["servir", "servi", "servie", "servis", "accompagner"];
/// What puts more into a recipe.
const AJOUTS: [&str; 9] = [
    "ajouter",
    "rajouter",
    "incorporer",
    "parsemer",
    "saupoudrer",
    "garnir",
    "napper",
    "decorer",
    "remplacer",
];
/// What may speak of an ingredient of another day, before a colon.
const NOTES: [&str; 9] =
    ["note", "notes", "nb", "remarque", "remarques", "astuce", "astuces", "conseil", "conseils"];
/// More words than these are a sentence.
const COURTE: usize = 8;
/// The names of values that no kitchen weighs.
const NUTRIMENTS: [&str; 12] = [
    "energie",
    "lipides",
    "glucides",
    "proteines",
    "matieres grasses",
    "acides gras",
    "acides gras satures",
    "dont acides gras satures",
    "dont sucres",
    "fibres alimentaires",
    "valeur energetique",
    "fibres",
];

pub(crate) fn lire(rangee: &Rangee) -> Option<HorsListe> {
    let mots: Vec<&Jeton> = rangee.jetons.iter().filter(|j| !j.cle.is_empty()).collect();
    let (premier, reste) = mots.split_first()?;
    let annonce =
        rangee.jetons.iter().take(3).any(|j| j.texte.ends_with(':') || j.texte.starts_with(':'));
    let cle = premier.cle.trim_end_matches(':');
    let chiffre =
        |j: &Jeton| j.texte.chars().any(|c| c.is_ascii_digit()) || atome(&j.texte) == Atome::Part;
    if NUMEROS.contains(&cle)
        && reste.iter().any(|j| chiffre(j))
        && reste.iter().all(|j| chiffre(j) || ENTRE.contains(&j.cle.as_str()))
    {
        return Some(HorsListe::Connu);
    }
    if valeurs(cle, reste.first().map_or("", |j| j.cle.as_str()))
        || NUTRIMENTS.contains(&nom(&mots).as_str())
    {
        return Some(HorsListe::Nutriment);
    }
    if est_une_consigne(rangee, cle) {
        return Some(HorsListe::Connu);
    }
    let seul = reste.iter().all(|j| chiffre(j) || matches!(atome(&j.texte), Atome::Unite(_)));
    if CONTENANTS.contains(&cle) && (annonce || seul) {
        return Some(HorsListe::Connu);
    }
    let second = reste.first().map_or("", |j| j.cle.as_str());
    let choix = (CHOIX.contains(&cle) && (annonce || seul))
        || (matches!(cle, "en" | "au") && CHOIX.contains(&second))
        || (SERVIR.contains(&cle) && matches!(second, "avec" | "de"))
        || OPTIONS.contains(&cle);
    let compte = |j: &Jeton| chiffre(j) || matches!(j.cle.as_str(), "un" | "une" | "deux");
    if choix && reste.iter().any(|j| compte(j)) {
        return Some(HorsListe::Dit);
    }
    // What is lost goes into no stock, and changes what the recipe weighs.
    let perte = matches!(cle, "perte" | "pertes" | "freinte") && reste.iter().any(|j| chiffre(j));
    let note = annonce && (NOTES.contains(&cle) || est_une_note(rangee));
    (perte || (note && (pese(rangee) || ajoute(reste)))).then_some(HorsListe::Dit)
}

/// `Conditionnement : bol 750`, which may be the packaging.
pub(crate) fn dit_un_emballage(rangee: &Rangee) -> bool {
    EMBALLAGES.contains(&rangee.premiere_cle()) && rangee.jetons.len() > 1
}

/// `Four 180 °C, 12 min`, `Origine viande : France`.
fn est_une_consigne(rangee: &Rangee, premier: &str) -> bool {
    let a = |fins: &[&str]| {
        let fin =
            |j: &Jeton| fins.contains(&j.cle.as_str()) || fins.iter().any(|f| j.texte.ends_with(f));
        rangee.jetons.iter().skip(1).any(fin)
    };
    match premier {
        "ccp" | "haccp" | "pcc" => true,
        "four" | "temps" | "temperature" | "repos" | "cuisson" => {
            a(&["min", "°c", "°C", "°", "minutes", "h"])
        }
        "origine" | "origines" | "provenance" => a(&[":"]),
        _ => false,
    }
}

/// `Cuisson : beurre 22 g`: what begins like a step or a note ends like a line of this list.
/// `a_part`: only where the quantity stands in the column of quantities.
pub(crate) fn finit_comme_une_ligne(rangee: &Rangee, reperes: &Reperes, a_part: bool) -> bool {
    let jetons = &rangee.jetons;
    let Some(dernier) = jetons.iter().rposition(|j| est_compte(&atome(&j.texte))) else {
        return false;
    };
    let alignes = reperes.alignes(jetons);
    let large = jetons.get(dernier).is_some_and(|j| j.large);
    let en_colonne = large && alignes.get(dernier) == Some(&true);
    let unite = |j: &Jeton| matches!(atome(&j.texte), Atome::Unite(_));
    if !(en_colonne || (!a_part && jetons.len() <= COURTE))
        || !jetons.iter().skip(dernier + 1).all(unite)
    {
        return false;
    }
    let lectures = grammaire::lire(jetons, Contexte { alignes: &alignes, ..Contexte::default() });
    lectures.fin.first().is_some_and(|l| {
        let pese = matches!(l.unite.as_deref(), Some("g" | "kg" | "ml" | "cl" | "dl" | "l"));
        l.quantite.is_some() && pese && (en_colonne || !l.nue)
    })
}

fn est_compte(atome: &Atome) -> bool {
    matches!(atome, Atome::Nombre(_) | Atome::Mesure(..) | Atome::Ensemble(_) | Atome::Fraction(_))
}

/// `Note : servir avec moutarde`, `Attention : contient cacahuètes`.
fn ajoute(mots: &[&Jeton]) -> bool {
    let suivi = |p: &[&Jeton]| {
        let lien = matches!(p[1].cle.as_str(), "avec" | "de" | "d");
        SERVIR.contains(&p[0].cle.as_str()) && lien
    };
    let dit = |j: &&Jeton| AJOUTS.contains(&j.cle.as_str()) || j.cle.starts_with("contien");
    mots.iter().any(dit) || mots.windows(2).any(suivi)
}

/// A step that adds, and ends with a number of nothing: `Parsemer de noisettes concassées 15`.
pub(crate) fn ajoute_un_nombre(rangee: &Rangee) -> bool {
    let ajoute = AJOUTS.iter().any(|a| rangee.cles().take(3).any(|c| c == *a));
    let nombre = rangee.jetons.last().is_some_and(|j| matches!(atome(&j.texte), Atome::Nombre(_)));
    let [.., avant, _] = rangee.jetons.as_slice() else { return false };
    let nom = avant.cle.len() > 3 && avant.cle.chars().all(char::is_alphabetic);
    let temps = matches!(avant.cle.as_str(), "pendant" | "durant" | "environ" | "thermostat");
    ajoute && nombre && nom && !temps
}

/// It says how much of something.
pub(crate) fn pese(rangee: &Rangee) -> bool {
    let masse = |u: &str| est_une_masse(u) || matches!(u, "piece" | "c. à soupe");
    let entre = |j: &Jeton| j.texte.trim_matches(['(', ')', ',', '.', ';']).to_owned();
    let mesure = |j: &Jeton| matches!(atome(&entre(j)), Atome::Mesure(_, u) if masse(u));
    let unite = |j: &Jeton| matches!(atome(&entre(j)), Atome::Unite(u) if masse(u));
    let nombre = |j: &Jeton| matches!(atome(&entre(j)), Atome::Nombre(_) | Atome::Fraction(_));
    rangee.jetons.iter().any(mesure)
        || rangee.jetons.windows(2).any(|p| nombre(&p[0]) && unite(&p[1]))
}

/// How many weights these words say.
pub(crate) fn poids_dits(titre: &str) -> usize {
    let mots: Vec<Atome> = titre.split_whitespace().map(atome).collect();
    let seuls =
        mots.iter().filter(|m| matches!(m, Atome::Mesure(_, u) if est_une_masse(u))).count();
    let deux = |p: &&[Atome]| match p {
        [Atome::Nombre(_) | Atome::Fraction(_), Atome::Unite(u)] => est_une_masse(u),
        _ => false,
    };
    seuls + mots.windows(2).filter(deux).count()
}

fn est_une_masse(unite: &str) -> bool {
    matches!(unite, "g" | "kg" | "ml" | "cl" | "l")
}

fn valeurs(premier: &str, second: &str) -> bool {
    premier.starts_with("valeur")
        && (second.starts_with("nutrition") || second.starts_with("energ"))
}

/// The words before the first number.
fn nom(mots: &[&Jeton]) -> String {
    let chiffre = |j: &&&Jeton| !j.texte.starts_with(|c: char| c.is_ascii_digit());
    let nom: Vec<&str> = mots.iter().take_while(chiffre).map(|j| j.cle.as_str()).collect();
    nom.join(" ")
}
