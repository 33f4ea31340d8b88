//! Digits that are left in a name: those that a name may bear (`T55`, `35 %`, `5 épices`, `16/20`),
//! and those that may be a quantity, a code, a price (pure).

use super::mots_cles::{cle, unite};
use super::nombres::est_environ;

/// What a product is made of, so many of them, or how long it takes.
const COMPTES: [&str; 46] = [
    "epices",
    "fromages",
    "fruits",
    "baies",
    "couleurs",
    "cereales",
    "legumes",
    "poivres",
    "saisons",
    "graines",
    "viandes",
    "chocolats",
    "quarts",
    "parfums",
    "herbes",
    "sauces",
    "saumons",
    "oignons",
    "agrumes",
    "champignons",
    "noix",
    "farines",
    "huiles",
    "sucres",
    "laits",
    "poissons",
    "olives",
    "choux",
    "haricots",
    "delices",
    "mois",
    "ans",
    "an",
    "heures",
    "heure",
    "h",
    "etoiles",
    "vinaigres",
    "riz",
    "thes",
    "poivrons",
    "tomates-fruits",
    "algues",
    "moutardes",
    "sesames",
    "grains",
];
/// What stands before the number of a kind, a size, a reference.
const SORTES: [&str; 25] = [
    "n",
    "no",
    "numero",
    "t",
    "type",
    "cal",
    "calibre",
    "taille",
    "ref",
    "reference",
    "code",
    "categorie",
    "cat",
    "classe",
    "grade",
    "omega",
    "indice",
    "vitamine",
    "format",
    "gn",
    "bloc",
    "label",
    "lot",
    "mg",
    "version",
];

/// The first word of a name whose digits nothing explains. `a_part`: the quantity stands in a column
/// of its own, so that `33 cl` is what the product holds.
pub(crate) fn chiffres_en_trop(libelle: &str, a_part: bool) -> Option<&str> {
    // Asked of every name: most have none.
    if !libelle.bytes().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let mots: Vec<&str> = libelle.split(' ').filter(|m| !m.is_empty()).collect();
    let mut parenthese = None;
    for (rang, mot) in mots.iter().enumerate() {
        if mot.starts_with('(') {
            parenthese = Some(parle(mots.get(rang..).unwrap_or_default()));
        }
        let note = parenthese == Some(true);
        if mot.contains(')') {
            parenthese = None;
        }
        let a = |pas: usize| rang.checked_sub(pas).and_then(|r| mots.get(r)).copied();
        // `82 % MG` has its number already: `82 % MG 1` goes on with another.
        let grasse = a(1).is_some_and(|m| cle(m) == "mg") && a(2).is_some_and(|m| m.ends_with('%'));
        let avant = a(1).filter(|_| !grasse);
        let chiffre = mot.bytes().any(|c| c.is_ascii_digit());
        let apres = mots.get(rang + 1).copied();
        let explique = explique(avant, mot, apres) || est_une_mesure(mot, apres, a_part);
        if chiffre && !note && !explique {
            return Some(mot);
        }
    }
    None
}

/// `22 cm`, `48h` are never quantities; `33 cl`, `(2 kg)` are not where that stands apart.
fn est_une_mesure(mot: &str, apres: Option<&str>, a_part: bool) -> bool {
    let nu = mot.trim_matches(|c: char| !c.is_alphanumeric());
    let (nombre, suite) = nu.split_at(nu.find(char::is_alphabetic).unwrap_or(nu.len()));
    let lu = if suite.is_empty() { cle(apres.unwrap_or_default()) } else { cle(suite) };
    let chiffres = nombre.bytes().all(|c| c.is_ascii_digit() || matches!(c, b',' | b'.'));
    let jamais = matches!(lu.as_str(), "cm" | "mm" | "h" | "min");
    let contenance = matches!(unite(&lu), Some("kg" | "l" | "cl" | "ml" | "dl"));
    !nombre.is_empty() && chiffres && (jamais || (a_part && contenance))
}

/// `T` before `55`, `n°` before `4`.
pub(crate) fn annonce_un_numero(mot: &str) -> bool {
    SORTES.contains(&cle(mot).as_str())
}

/// `(barquette de 10 tranches)` says something of the product, `(120 g)` and `(2)` do not.
fn parle(mots: &[&str]) -> bool {
    let fin = mots.iter().position(|m| m.contains(')')).map_or(mots.len(), |n| n + 1);
    let mots = mots.get(..fin).unwrap_or_default();
    let dit = |m: &&&str| {
        let lettres = m.chars().filter(|c| c.is_alphabetic()).count();
        let pese = matches!(unite(&cle(m)), Some("g" | "kg" | "ml" | "cl" | "l" | "piece"));
        lettres > 2 && !est_environ(m) && !pese
    };
    mots.iter().filter(dit).count() > 0
}

fn explique(avant: Option<&str>, mot: &str, apres: Option<&str>) -> bool {
    let apres = apres.unwrap_or_default();
    // `35%`, `35 %`, `4°`, `n°4`.
    if mot.contains(['%', '°', '‰', '½']) || apres.starts_with(['%', '°', '‰']) {
        return true;
    }
    let nu = mot.trim_matches(|c: char| !c.is_alphanumeric());
    let chiffres = nu.bytes().take_while(u8::is_ascii_digit).count();
    let (nombre, suite) = nu.split_at(chiffres);
    if nombre.is_empty() {
        return est_un_code(nu);
    }
    if avant.is_some_and(annonce_un_numero) {
        return suite.is_empty() || suite.starts_with(['/', '-', ',', '.']);
    }
    match suite {
        "" if cle(apres) == "iles" => true,
        "" => nombre.len() <= 2 && COMPTES.contains(&cle(apres).as_str()),
        "er" | "re" | "ère" | "e" | "ème" | "eme" | "nd" | "nde" | "ER" | "RE" | "ÈRE" | "E" => {
            nombre.len() == 1
        }
        _ => est_une_taille(suite),
    }
}

/// `T55`, `E330`: few letters, then digits.
fn est_un_code(mot: &str) -> bool {
    let lettres = mot.chars().take_while(|c| c.is_alphabetic()).count();
    let reste = mot.trim_start_matches(char::is_alphabetic).trim_start_matches(['-', '.', '/']);
    // `x2` counts something.
    let chiffres = reste.bytes().all(|c| c.is_ascii_digit()) && !mot.starts_with(['x', 'X']);
    (chiffres && lettres <= 3 && reste.len() <= 4)
        || SORTES.iter().any(|s| cle(mot).starts_with(s) && chiffres && s.len() > 3)
}

/// `16/20`, `4/4`, `26-30`, `30x40`, after the first number.
fn est_une_taille(suite: &str) -> bool {
    let second = suite.strip_prefix(['/', '-', 'x', 'X']).unwrap_or_default();
    !second.is_empty() && second.len() <= 3 && second.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_bear_digits_of_its_own() {
        for libelle in [
            "Carotte",
            "Crème fraîche 35%",
            "Emmental 45 % MG",
            "Farine T55",
            "FARINE T 55",
            "Farine type 55",
            "4 épices",
            "POIVRE NOIR 5 BAIES",
            "Mélange 3 fromages",
            "Comté 18 mois",
            "Crevettes 16/20",
            "Gambas 26-30 décortiquées",
            "Tomates pelées 4/4",
            "Lait 1/2 écrémé",
            "Lait ½ écrémé",
            "Œufs entiers n°1",
            "Œufs n° 1",
            "Huile 1ère pression",
            "Margarine oméga 3",
            "Tomates cal. 57/67",
            "JAMBON BLANC (BARQUETTE DE 10 TRANCHES)",
            "Colorant E330",
            "Rhum 40°",
            "Feuille de riz 22 cm",
            "Saumon mariné 48h",
            "Sauce 1000 îles",
        ] {
            assert_eq!(chiffres_en_trop(libelle, false), None, "{libelle}");
        }
    }

    #[test]
    fn what_nothing_explains_is_told() {
        for (libelle, mot) in [
            ("10001 Carotte", "10001"),
            ("Sauce huître 60", "60"),
            ("Carotte 120 g", "120"),
            ("Carotte (120 g)", "(120"),
            ("Carotte (2)", "(2)"),
            ("Saumon 2 filets", "2"),
            ("2 tomates", "2"),
            ("Carotte 1,20 €", "1,20"),
            ("Saumon 2 x 60 g", "2"),
            ("Carotte120", "Carotte120"),
            ("Saumon x2", "x2"),
            ("Poulet 15 épices", "-"),
            ("Poulet 150 épices", "150"),
        ] {
            assert_eq!(chiffres_en_trop(libelle, false).unwrap_or("-"), mot, "{libelle}");
        }
    }

    #[test]
    fn what_a_product_holds_is_no_quantity_where_that_stands_apart() {
        for libelle in ["Coca 33 cl", "Huile bidon 5L", "Cream cheese (2 kg)"] {
            assert_eq!(chiffres_en_trop(libelle, true), None, "{libelle}");
            assert!(chiffres_en_trop(libelle, false).is_some(), "{libelle}");
        }
        for libelle in ["Carotte 120 g", "Sucre sachet 5 g", "Carotte 1,20 €"] {
            assert!(chiffres_en_trop(libelle, true).is_some(), "{libelle}");
        }
    }
}
