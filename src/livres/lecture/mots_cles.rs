//! The words a book is built on, however they are written: case, accents and punctuation aside.

use crate::domaine::texte::cle_de_tri;

/// What may stand beside COMPOSITION, or in the line that names the columns.
const ENTETES: [&str; 40] = [
    "ingredient",
    "ingredients",
    "ingr",
    "denomination",
    "designation",
    "designations",
    "produit",
    "produits",
    "article",
    "articles",
    "libelle",
    "quantite",
    "quantites",
    "qte",
    "qtes",
    "qt",
    "grammage",
    "grammages",
    "gramme",
    "grammes",
    "g",
    "gr",
    "kg",
    "poids",
    "piece",
    "pieces",
    "pce",
    "pces",
    "pcs",
    "nb",
    "nbre",
    "nombre",
    "unite",
    "unites",
    "u",
    "en",
    "de",
    "net",
    "par",
    "la",
];
/// A line that begins with one of these, and gives no quantity, is no ingredient any more.
const METHODES: [&str; 24] = [
    "preparation",
    "preparations",
    "progression",
    "methode",
    "mode",
    "realisation",
    "fabrication",
    "technique",
    "techniques",
    "mise",
    "operatoire",
    "deroulement",
    "deroule",
    "instructions",
    "assemblage",
    "procedure",
    "elaboration",
    "procede",
    "process",
    "etapes",
    "etape",
    "dressage",
    "montage",
    "cuisson",
];
/// Such a line says something of the recipe, and ends nothing.
const NOTES: [&str; 15] = [
    "allergenes",
    "allergene",
    "conservation",
    "valeurs",
    "cout",
    "prix",
    "consignes",
    "consigne",
    "etiquetage",
    "remarque",
    "remarques",
    "note",
    "notes",
    "nb",
    "traces",
];
/// Names of parts of a recipe, which stand over their ingredients without a quantity.
const PARTIES: [&str; 20] = [
    "sauce",
    "garniture",
    "garnitures",
    "assaisonnement",
    "finition",
    "decor",
    "base",
    "marinade",
    "appareil",
    "topping",
    "toppings",
    "vinaigrette",
    "dressage",
    "montage",
    "garnissage",
    "accompagnement",
    "salade",
    "pate",
    "farce",
    "creme",
];

/// What a word says: no case, no accent, no punctuation around it.
pub(crate) fn cle(mot: &str) -> String {
    let nu = mot.trim_matches(|c: char| !c.is_alphanumeric());
    if nu.is_ascii() { nu.to_ascii_lowercase() } else { cle_de_tri(nu) }
}

pub(crate) fn est_entete(cle: &str) -> bool {
    cle.is_empty() || ENTETES.contains(&cle)
}

pub(crate) fn est_suite(cle: &str) -> bool {
    METHODES.contains(&cle) || est_note(cle)
}

pub(crate) fn est_note(cle: &str) -> bool {
    NOTES.contains(&cle)
}

pub(crate) fn est_partie(cle: &str) -> bool {
    PARTIES.contains(&cle)
}

/// What a recipe makes: the piece that is sold, or what one person eats.
const PORTIONS: [&str; 62] = [
    "portion",
    "portions",
    "personne",
    "personnes",
    "pers",
    "convive",
    "convives",
    "couvert",
    "couverts",
    "part",
    "parts",
    "piece",
    "pieces",
    "pce",
    "pces",
    "pcs",
    "unite",
    "unites",
    "barquette",
    "barquettes",
    "bol",
    "bols",
    "bowl",
    "bowls",
    "assiette",
    "assiettes",
    "plat",
    "plats",
    "plateau",
    "plateaux",
    "box",
    "boite",
    "boites",
    "verrine",
    "verrines",
    "sandwich",
    "sandwichs",
    "sandwiches",
    "wrap",
    "wraps",
    "salade",
    "salades",
    "sachet",
    "sachets",
    "pot",
    "pots",
    "rouleau",
    "rouleaux",
    "tarte",
    "tartes",
    "burger",
    "burgers",
    "coupe",
    "coupes",
    "ramequin",
    "ramequins",
    "caissette",
    "caissettes",
    "menu",
    "menus",
    "poke",
    "pokes",
];

pub(crate) fn est_portion(cle: &str) -> bool {
    PORTIONS.contains(&cle)
}

/// Units by what people write for them; the right side is what is kept.
const UNITES: [(&str, &str); 75] = [
    ("g", "g"),
    ("gr", "g"),
    ("grs", "g"),
    ("gramme", "g"),
    ("grammes", "g"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("mg", "mg"),
    ("l", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("cl", "cl"),
    ("ml", "ml"),
    ("dl", "dl"),
    ("piece", "piece"),
    ("pieces", "piece"),
    ("pce", "piece"),
    ("pces", "piece"),
    ("pc", "piece"),
    ("pcs", "piece"),
    ("unite", "piece"),
    ("unites", "piece"),
    ("u", "piece"),
    ("p", "piece"),
    ("botte", "botte"),
    ("bottes", "botte"),
    ("bouquet", "bouquet"),
    ("bouquets", "bouquet"),
    ("gousse", "gousse"),
    ("gousses", "gousse"),
    ("tranche", "tranche"),
    ("tranches", "tranche"),
    ("feuille", "feuille"),
    ("feuilles", "feuille"),
    ("pincee", "pincée"),
    ("pincees", "pincée"),
    ("brin", "brin"),
    ("brins", "brin"),
    ("sachet", "sachet"),
    ("sachets", "sachet"),
    ("boite", "boîte"),
    ("boites", "boîte"),
    ("pot", "pot"),
    ("pots", "pot"),
    ("barquette", "barquette"),
    ("barquettes", "barquette"),
    ("rouleau", "rouleau"),
    ("rouleaux", "rouleau"),
    ("tete", "tête"),
    ("tetes", "tête"),
    ("branche", "branche"),
    ("branches", "branche"),
    ("portion", "portion"),
    ("portions", "portion"),
    ("paquet", "paquet"),
    ("paquets", "paquet"),
    ("bouteille", "bouteille"),
    ("bouteilles", "bouteille"),
    ("poignee", "poignée"),
    ("poignees", "poignée"),
    ("zeste", "zeste"),
    ("tr", "tranche"),
    ("dosette", "dosette"),
    ("dosettes", "dosette"),
    ("louche", "louche"),
    ("louches", "louche"),
    // Spoons are measures: 15 ml and 5 ml. `c. à soupe`: see ensembles.rs.
    ("cas", "c. à soupe"),
    ("cs", "c. à soupe"),
    ("cac", "c. à café"),
    ("cc", "c. à café"),
    // How long a piece is: no quantity that anybody could weigh.
    ("cm", "cm"),
    ("mm", "mm"),
    ("centimetres", "cm"),
];

/// The unit as it is kept; `mot` as printed, without anything around it but a full stop.
pub(crate) fn unite(mot: &str) -> Option<&'static str> {
    let nu = mot.strip_suffix('.').unwrap_or(mot);
    if nu.is_empty() || !nu.chars().all(char::is_alphabetic) {
        return None;
    }
    if nu.is_ascii() {
        // Asked of every word, many times: nothing is copied.
        let ecrite = UNITES.iter().find(|(ecrit, _)| ecrit.eq_ignore_ascii_case(nu));
        return ecrite.map(|(_, garde)| *garde);
    }
    let cle = cle(nu);
    UNITES.iter().find(|(ecrit, _)| *ecrit == cle).map(|(_, garde)| *garde)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_known_by_any_of_their_names() {
        assert_eq!(unite("Gr."), Some("g"));
        assert_eq!(unite("Pincées"), Some("pincée"));
        assert_eq!(unite("KG"), Some("kg"));
        assert_eq!(unite("(g)"), None);
        assert_eq!(unite("T55"), None);
    }
}
