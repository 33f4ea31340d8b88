//! What a column of a table holds, by the words of its head (pure).

use super::mots_cles::unite;
use super::nombres::{Atome, atome};
use super::rangees::Jeton;
use super::tetes;
use crate::domaine::Decimal;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    Libelle,
    /// With the unit that its head prints, if any.
    Quantite(Option<&'static str>),
    /// The quantity for so many pieces, with the unit that its head prints.
    Pour(Decimal, Option<&'static str>),
    Unite,
    Pieces,
    /// What one piece weighs.
    Unitaire(Option<&'static str>),
    /// What all pieces weigh.
    Total(Option<&'static str>),
    Brut(Option<&'static str>),
    Net(Option<&'static str>),
    Perte,
    /// Code, price, share ...: known numbers, and none of the recipe's quantities.
    Autre,
    /// Supplier, allergens, remarks ...: known words.
    Texte,
    Inconnu,
}

const LIBELLES: [&str; 24] = [
    "ingredient",
    "ingredients",
    "ingr",
    "designation",
    "designations",
    "denomination",
    "produit",
    "produits",
    "article",
    "articles",
    "libelle",
    "libelles",
    "matiere",
    "matieres",
    "denree",
    "denrees",
    "composant",
    "composants",
    "composition",
    "nom",
    "aliment",
    "aliments",
    "element",
    "elements",
];
const QUANTITES: [&str; 19] = [
    "quantite",
    "quantites",
    "qte",
    "qtes",
    "qt",
    "qtte",
    "qqte",
    "grammage",
    "grammages",
    "gramme",
    "grammes",
    "poids",
    "pds",
    "dose",
    "doses",
    "dosage",
    "masse",
    "volume",
    "besoin",
];
const PIECES: [&str; 10] =
    ["piece", "pieces", "pce", "pces", "pcs", "nb", "nbr", "nbre", "nombre", "nbs"];
const UNITES: [&str; 9] = ["unite", "unites", "u", "un", "unit", "unt", "um", "udm", "uv"];
const PRIX: [&str; 17] = [
    "prix", "pu", "p.u", "pu/kg", "cout", "couts", "montant", "montants", "valeur", "tarif", "ht",
    "ttc", "pmp", "pa", "p.a", "euros", "eur",
];
const AUTRES: [&str; 31] = [
    "code",
    "codes",
    "ref",
    "refs",
    "reference",
    "references",
    "n",
    "no",
    "num",
    "numero",
    "id",
    "ean",
    "gencod",
    "gencode",
    "gtin",
    "sku",
    "rang",
    "ordre",
    "ligne",
    "conditionnement",
    "colisage",
    "temperature",
    "calibre",
    "lot",
    "kcal",
    "kj",
    "calories",
    "proteines",
    "lipides",
    "glucides",
    "fibres",
];
const TEXTES: [&str; 49] = [
    "equipement",
    "materiel",
    "ustensile",
    "ustensiles",
    "all",
    "allerg",
    "cat",
    "phase",
    "phases",
    "gamme",
    "service",
    "fournisseur",
    "fournisseurs",
    "marque",
    "marques",
    "origine",
    "provenance",
    "famille",
    "categorie",
    "rayon",
    "stockage",
    "observation",
    "observations",
    "remarque",
    "remarques",
    "commentaire",
    "commentaires",
    "oeuvre",
    "decoupe",
    "taille",
    "etat",
    "note",
    "notes",
    "allergene",
    "allergenes",
    "conservation",
    "dlc",
    "type",
    "zone",
    "poste",
    "etape",
    "indications",
    "label",
    "precisions",
    "partie",
    "parties",
    "rubrique",
    "section",
    "groupe",
];
const PARTS: [&str; 7] =
    ["pourcentage", "pourcent", "taux", "rdt", "rendement", "proportion", "ratio"];

/// What the cells under these words hold.
pub(crate) fn genre(jetons: &[Jeton]) -> Genre {
    let cles: Vec<&str> = jetons.iter().map(|j| j.cle.as_str()).filter(|c| !c.is_empty()).collect();
    let a = |mots: &[&str]| cles.iter().any(|c| mots.contains(c));
    let signe = |c: char| jetons.iter().any(|j| j.texte.contains(c));
    let mesure = mesure(&cles);
    if signe('€') || a(&PRIX) {
        Genre::Autre
    } else if a(&["perte", "pertes", "dechet", "dechets", "parage"]) {
        Genre::Perte
    } else if signe('%') || signe('°') || a(&PARTS) || a(&AUTRES) {
        Genre::Autre
    } else if a(&TEXTES) {
        Genre::Texte
    } else if a(&["brut", "brute", "bruts", "brutes", "pb"]) {
        Genre::Brut(mesure)
    } else if a(&["net", "nette", "nets", "nettes", "pn"]) {
        Genre::Net(mesure)
    } else if let Some(unite) = par_piece(jetons) {
        Genre::Unitaire(unite.or(mesure))
    } else if a(&["unitaire", "unitaires"]) && (a(&QUANTITES) || mesure.is_some()) {
        Genre::Unitaire(mesure)
    } else if a(&["total", "totale", "totaux"]) && (a(&QUANTITES) || mesure.is_some()) {
        Genre::Total(mesure)
    } else if let Some(pieces) = pour_combien(&cles) {
        Genre::Pour(pieces, mesure)
    } else if a(&LIBELLES) {
        Genre::Libelle
    } else if a(&QUANTITES) {
        let grammes = a(&["gramme", "grammes"]);
        Genre::Quantite(mesure.or(grammes.then_some("g")))
    } else if a(&PIECES) {
        Genre::Pieces
    } else if cles.len() == 1 && mesure.is_some() {
        Genre::Quantite(mesure)
    } else if a(&UNITES) {
        Genre::Unite
    } else {
        Genre::Inconnu
    }
}

/// `10 portions (g)`, `x10`.
fn pour_combien(cles: &[&str]) -> Option<Decimal> {
    // Asked of every cell: most have no number.
    let compte = |c: &&str| c.bytes().any(|c| c.is_ascii_digit()) || matches!(*c, "un" | "une");
    if !cles.iter().any(compte) {
        return None;
    }
    if let [seul] = cles
        && let Atome::Fois(n) = atome(seul)
    {
        return Some(n);
    }
    // `Quantité pour 100 g`: of how much, not of how many.
    let chiffres = |c: &str| c.bytes().all(|c| c.is_ascii_digit());
    if cles.windows(2).any(|p| chiffres(p[0]) && mesure(&p[1..]).is_some()) {
        return None;
    }
    let masse = |c: &&str| *c != "en" && mesure(&[c]).is_none();
    tetes::lire_les_portions(cles.iter().copied().filter(masse))
}

/// `g/pce`, `g par pièce`, `Poids pièce (g)`; the unit, where it stands there.
fn par_piece(jetons: &[Jeton]) -> Option<Option<&'static str>> {
    let piece = |mot: &str| unite(mot) == Some("piece") && !mot.ends_with('s');
    // Asked of every cell: most have no such word.
    jetons.iter().any(|j| j.cle.split('/').any(piece)).then_some(())?;
    let (mut pese, mut lien) = (None, false);
    for jeton in jetons {
        let lie = jeton.texte == "/" || jeton.cle == "par";
        for (rang, mot) in jeton.cle.split('/').enumerate() {
            lien |= lie || rang > 0;
            match pese {
                Some(unite) if piece(mot) && (lien || mot.len() > 1) => return Some(unite),
                _ => {}
            }
            let masse = unite(mot).filter(|u| matches!(*u, "g" | "kg"));
            if masse.is_some() || matches!(mot, "poids" | "pds" | "grammage" | "masse") {
                (pese, lien) = (Some(masse), false);
            } else if !lie && !matches!(mot, "" | "la") {
                pese = None;
            }
        }
    }
    None
}

/// `(kg)`, `en g`.
fn mesure(cles: &[&str]) -> Option<&'static str> {
    let masse =
        |c: &&str| unite(c).filter(|u| matches!(*u, "g" | "kg" | "mg" | "l" | "cl" | "ml" | "dl"));
    cles.iter().find_map(masse)
}

/// Its cells are what the recipe takes.
pub(crate) fn est_chiffre(genre: Genre) -> bool {
    use Genre::{Brut, Net, Pieces, Pour, Quantite, Total, Unitaire};
    matches!(genre, Quantite(_) | Pour(..) | Pieces | Unitaire(_) | Total(_) | Brut(_) | Net(_))
}
