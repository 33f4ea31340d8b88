//! What may stand over a list and is no title: what a book says of a recipe beside its name (pure).

use compact_str::CompactString;

use super::champs::{champs, est_total};
use super::mots_cles::{cle, unite};
use super::rangees::{Jeton, Rangee};
use super::tetes;

/// A line that begins with one of these says something of a recipe, and nothing of what it is made
/// of.
const SUJETS: [&str; 52] = [
    "allergene",
    "allergenes",
    "atelier",
    "auteur",
    "categorie",
    "code",
    "coef",
    "coefficient",
    "cout",
    "cree",
    "creee",
    "date",
    "difficulte",
    "duree",
    "edite",
    "edition",
    "famille",
    "gamme",
    "imprime",
    "maj",
    "marge",
    "materiel",
    "modifie",
    "niveau",
    "photo",
    "portion",
    "portions",
    "poids",
    "poids/portion",
    "poste",
    "prix",
    "pv",
    "pvc",
    "rayon",
    "redige",
    "ref",
    "reference",
    "rendement",
    "revision",
    "saison",
    "service",
    "statut",
    "temperature",
    "temps",
    "tva",
    "type",
    "ustensile",
    "ustensiles",
    "valide",
    "validee",
    "version",
    "zone",
];
/// What follows such a word and a colon is the title itself.
const INTITULES: [&str; 10] = [
    "recette",
    "nom",
    "plat",
    "intitule",
    "titre",
    "fiche",
    "produit",
    "libelle",
    "designation",
    "article",
];
/// Words of a field, wherever they stand on a line.
const CHAMPS: [&str; 11] = [
    "dlc",
    "ddm",
    "dluo",
    "pers",
    "personne",
    "personnes",
    "convives",
    "couverts",
    "portions",
    "parts",
    "rendement",
];

/// `Version du 12/03`, `Famille : sandwich`; not `Recette : Quiche`.
pub(crate) fn en_est_une(rangee: &Rangee) -> bool {
    let premiere = rangee.premiere_cle().trim_end_matches(':');
    let debut = rangee.jetons.iter().take(4);
    let annonce = debut.clone().any(|j| j.texte.ends_with(':') || j.texte.starts_with(':'));
    let seul = rangee.jetons.iter().filter(|j| !j.cle.is_empty()).count() < 2;
    let phrase = rangee.jetons.len() > 3
        && rangee.jetons.last().is_some_and(|j| j.texte.ends_with(['.', '!']));
    let phrase = phrase || dit_en_quoi(rangee) || dit_a_jour(rangee);
    !seul && (SUJETS.contains(&premiere) || phrase || (annonce && !INTITULES.contains(&premiere)))
}

/// `Mise à jour : mars`, and no `Mise en bouche`.
fn dit_a_jour(rangee: &Rangee) -> bool {
    rangee.premiere_cle() == "mise" && rangee.cles().any(|c| c == "jour")
}

/// `Les quantités sont en kg`.
pub(crate) fn dit_en_quoi(rangee: &Rangee) -> bool {
    unite_dite(rangee).is_some()
}

pub(crate) fn unite_dite(rangee: &Rangee) -> Option<&'static str> {
    let sujets = ["quantites", "quantite", "poids", "grammages"];
    rangee.cles().any(|c| sujets.contains(&c)).then_some(())?;
    let cles: Vec<&str> = rangee.cles().collect();
    let masse = |u: &&str| matches!(*u, "g" | "kg" | "l" | "cl" | "ml");
    cles.windows(2).filter(|p| p[0] == "en").find_map(|p| unite(p[1]).filter(masse))
}

/// `Nom de la recette : Quiche` is the title « Quiche ».
pub(crate) fn sans_intitule(titre: &str) -> &str {
    let Some((avant, apres)) = titre.split_once(':') else { return titre };
    let mut mots = avant.split_whitespace().map(cle).filter(|m| !m.is_empty());
    let nomme = mots.next().is_some_and(|m| INTITULES.contains(&m.as_str()));
    let lie = |m: CompactString| {
        INTITULES.contains(&m.as_str())
            || matches!(m.as_str(), "de" | "la" | "du" | "le" | "n" | "no" | "technique")
            || m.bytes().all(|c| c.is_ascii_digit())
    };
    let apres = apres.trim();
    match nomme && mots.all(lie) && apres.chars().any(char::is_alphabetic) {
        true => apres,
        false => titre,
    }
}

/// The cells of such a line: the first says that the next is a title.
pub(crate) fn est_un_intitule(cellule: &str) -> bool {
    sans_intitule(&format!("{cellule}: x")) == "x"
}

/// It begins with a word that no title begins with.
pub(crate) fn est_connue(rangee: &Rangee) -> bool {
    let premiere = rangee.premiere_cle().trim_end_matches(':');
    en_est_une(rangee) && (SUJETS.contains(&premiere) || dit_a_jour(rangee))
}

/// What a line says among other words, of what a recipe keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Porte {
    pub duree: bool,
    pub poids: bool,
    pub pieces: bool,
}

impl Porte {
    pub(crate) const fn quelque_chose(self) -> bool {
        self.duree || self.poids || self.pieces
    }
}

/// `Code : 1204 - DLC : J+3`, `Catégorie : dessert - 8 parts`; what a portion costs is none of it.
pub(crate) fn porte(rangee: &Rangee) -> Porte {
    let chiffre = |j: &Jeton| j.texte.bytes().any(|c| c.is_ascii_digit());
    let cout = rangee.jetons.iter().any(|j| j.texte.contains('€'))
        || matches!(rangee.premiere_cle(), "prix" | "cout" | "couts" | "pv" | "pvc");
    if cout && !rangee.cles().any(|c| matches!(c, "dlc" | "net" | "portions" | "parts")) {
        return Porte::default();
    }
    let cles: Vec<&str> = rangee.cles().collect();
    let a = |mots: &[&str]| cles.iter().any(|c| mots.contains(&c.trim_end_matches(':')));
    let nombre = rangee.jetons.iter().any(chiffre);
    let jours = cles.iter().any(|c| c.starts_with("j+")) || (a(&["jours", "jour"]) && nombre);
    let duree = (a(&["dlc", "ddm", "dluo"]) && nombre) || jours;
    let net = cles.windows(2).any(|p| matches!(p[0], "poids" | "pds") && p[1].starts_with("net"));
    // `Version 2 - 10 portions`: what was put together is looked at word by word.
    let mots: Vec<&str> = rangee.jetons.iter().flat_map(|j| j.texte.split(' ')).collect();
    let mots: Vec<_> = mots.into_iter().map(cle).filter(|m| !m.is_empty()).collect();
    let entier = |m: &str| !m.is_empty() && m.bytes().all(|c| c.is_ascii_digit());
    let mangeurs = |m: &str| COMPTES.contains(&m.trim_end_matches(':'));
    let compte = |p: &[CompactString]| matches!(p, [a, b] if (entier(a) && mangeurs(b)) || (mangeurs(a) && entier(b)));
    Porte { duree, poids: net && nombre, pieces: mots.windows(2).any(compte) }
}

/// `Nb portions`, whose number stands apart.
pub(crate) fn annonce(rangee: &Rangee) -> bool {
    let compte =
        matches!(rangee.premiere_cle(), "nb" | "nbre" | "nombre" | "portions" | "couverts");
    compte && rangee.cles().any(|c| COMPTES.contains(&c))
}

/// Who or what a list is counted for.
const COMPTES: [&str; 16] = [
    "pers",
    "personne",
    "personnes",
    "convives",
    "couverts",
    "couvert",
    "portions",
    "portion",
    "parts",
    "part",
    "pieces",
    "pce",
    "pcs",
    "p",
    "pax",
    "bols",
];

/// It says nothing that a recipe keeps.
pub(crate) fn est_muette(rangee: &Rangee) -> bool {
    let garde = ["portion", "portions", "poids", "poids/portion", "rendement", "duree"];
    let premiere = rangee.premiere_cle().trim_end_matches(':');
    let connue = SUJETS.contains(&premiere) || dit_a_jour(rangee);
    connue && !garde.contains(&premiere) && !parle_d_un_champ(rangee)
}

/// `Délices de Paris - Pour 4 personnes`: a number, and the name of what a recipe keeps.
pub(crate) fn parle_d_un_champ(rangee: &Rangee) -> bool {
    let chiffre = rangee.jetons.iter().any(|j| j.texte.bytes().any(|c| c.is_ascii_digit()));
    chiffre && rangee.cles().any(|c| CHAMPS.contains(&c.trim_end_matches(':')))
}

/// `DLC : J+2`, `Pour 4 personnes`: what a recipe keeps, and nothing else.
pub(crate) fn est_un_champ(rangee: &Rangee) -> bool {
    let total = est_total(&rangee.jetons);
    !total && (!champs(&rangee.jetons).is_empty() || tetes::portions(rangee).is_some())
}
