//! The words a book is built on, however they are written: case, accents and punctuation aside.

use compact_str::CompactString;

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
pub(crate) fn cle(mot: &str) -> CompactString {
    let nu = mot.trim_matches(|c: char| !c.is_alphanumeric());
    if !nu.is_ascii() {
        return cle_de_tri(nu).into();
    }
    let mut cle = CompactString::new(nu);
    cle.make_ascii_lowercase();
    cle
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

/// Units by what people write for them, in the order of the alphabet; the right side is what is kept.
/// Spoons are measures, 15 ml and 5 ml (`c. à soupe`: see ensembles.rs); centimetres say how long a
/// piece is, and are no quantity that anybody could weigh.
const UNITES: [(&str, &str); 75] = [
    ("barquette", "barquette"),
    ("barquettes", "barquette"),
    ("boite", "boîte"),
    ("boites", "boîte"),
    ("botte", "botte"),
    ("bottes", "botte"),
    ("bouquet", "bouquet"),
    ("bouquets", "bouquet"),
    ("bouteille", "bouteille"),
    ("bouteilles", "bouteille"),
    ("branche", "branche"),
    ("branches", "branche"),
    ("brin", "brin"),
    ("brins", "brin"),
    ("cac", "c. à café"),
    ("cas", "c. à soupe"),
    ("cc", "c. à café"),
    ("centimetres", "cm"),
    ("cl", "cl"),
    ("cm", "cm"),
    ("cs", "c. à soupe"),
    ("dl", "dl"),
    ("dosette", "dosette"),
    ("dosettes", "dosette"),
    ("feuille", "feuille"),
    ("feuilles", "feuille"),
    ("g", "g"),
    ("gousse", "gousse"),
    ("gousses", "gousse"),
    ("gr", "g"),
    ("gramme", "g"),
    ("grammes", "g"),
    ("grs", "g"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("l", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("louche", "louche"),
    ("louches", "louche"),
    ("mg", "mg"),
    ("ml", "ml"),
    ("mm", "mm"),
    ("p", "piece"),
    ("paquet", "paquet"),
    ("paquets", "paquet"),
    ("pc", "piece"),
    ("pce", "piece"),
    ("pces", "piece"),
    ("pcs", "piece"),
    ("piece", "piece"),
    ("pieces", "piece"),
    ("pincee", "pincée"),
    ("pincees", "pincée"),
    ("poignee", "poignée"),
    ("poignees", "poignée"),
    ("portion", "portion"),
    ("portions", "portion"),
    ("pot", "pot"),
    ("pots", "pot"),
    ("rouleau", "rouleau"),
    ("rouleaux", "rouleau"),
    ("sachet", "sachet"),
    ("sachets", "sachet"),
    ("tete", "tête"),
    ("tetes", "tête"),
    ("tr", "tranche"),
    ("tranche", "tranche"),
    ("tranches", "tranche"),
    ("u", "piece"),
    ("unite", "piece"),
    ("unites", "piece"),
    ("zeste", "zeste"),
];
/// Of the longest of them.
const LONGUEUR_D_UNITE: usize = 11;

/// The unit as it is kept; `mot` as printed, without anything around it but a full stop.
pub(crate) fn unite(mot: &str) -> Option<&'static str> {
    let nu = mot.strip_suffix('.').unwrap_or(mot);
    // Asked of every word, many times: nothing is copied.
    let mut tampon = [0_u8; LONGUEUR_D_UNITE];
    if !nu.is_ascii() {
        let court = nu.len() <= LONGUEUR_D_UNITE + 4 && nu.chars().all(char::is_alphabetic);
        return court.then(|| chercher(&cle(nu)))?;
    }
    if !une_unite_peut_etre(nu.bytes().next()?, nu.len()) {
        return None;
    }
    let place = tampon.get_mut(..nu.len())?;
    for (lettre, octet) in place.iter_mut().zip(nu.bytes()) {
        if !octet.is_ascii_alphabetic() {
            return None;
        }
        *lettre = octet.to_ascii_lowercase();
    }
    chercher(std::str::from_utf8(place).ok()?)
}

/// For each first letter, the lengths of the units that begin with it: nearly no word has both.
const LONGUEURS: [u16; 26] = {
    let (mut longueurs, mut n) = ([0; 26], 0);
    while n < UNITES.len() {
        let nom = UNITES[n].0.as_bytes();
        longueurs[(nom[0] - b'a') as usize] |= 1 << nom.len();
        n += 1;
    }
    longueurs
};

fn une_unite_peut_etre(premiere: u8, longueur: usize) -> bool {
    let rang = premiere.to_ascii_lowercase().wrapping_sub(b'a');
    let longueurs = LONGUEURS.get(usize::from(rang)).copied().unwrap_or(0);
    longueur < 16 && longueurs & (1 << longueur) != 0
}

fn chercher(ecrite: &str) -> Option<&'static str> {
    let place = UNITES.binary_search_by(|(nom, _)| (*nom).cmp(ecrite)).ok()?;
    UNITES.get(place).map(|(_, gardee)| *gardee)
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
        assert!(UNITES.is_sorted());
        assert_eq!(UNITES.iter().map(|u| u.0.len()).max(), Some(LONGUEUR_D_UNITE));
    }
}
