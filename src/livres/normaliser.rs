//! Labels and titles as they are compared. Pure.
//!
//! Folded: case, accents, ligatures, spaces, punctuation; then quantities with their units, "bio"
//! and the like. Kept: every other word, so what changes the product or its safety (surgelé, haché,
//! fumé, cru, cuit, sans gluten, 35 % MG).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A label in the two forms it is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cle {
    /// Every word.
    pub stricte: String,
    /// Without quantities and "bio".
    pub pliee: String,
}

const UNITES: [&str; 24] = [
    "mg", "g", "gr", "grs", "gramme", "grammes", "kg", "kilo", "kilos", "ml", "cl", "dl", "l",
    "litre", "litres", "piece", "pieces", "pce", "pces", "pc", "pcs", "u", "unite", "unites",
];
const BIO: [&str; 4] = ["bio", "biologique", "biologiques", "ab"];
/// « issu de l'agriculture biologique », without its last word.
const AGRICULTURE: [&[&str]; 4] = [
    &["issu", "de", "l", "agriculture"],
    &["issue", "de", "l", "agriculture"],
    &["issus", "de", "l", "agriculture"],
    &["issues", "de", "l", "agriculture"],
];

pub(crate) fn cle(libelle: &str) -> Cle {
    let mots = mots(libelle);
    if mots.is_empty() {
        let brut = libelle.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        return Cle { stricte: brut.clone(), pliee: brut };
    }
    let stricte = mots.join(" ");
    let plies = plier(mots);
    let pliee = if plies.is_empty() { stricte.clone() } else { plies.join(" ") };
    Cle { stricte, pliee }
}

/// Letters, digits and percentages of a text, as words: « Crème 35 % MG » gives creme, 35%.
fn mots(texte: &str) -> Vec<String> {
    let depouille: Vec<char> = texte
        .to_lowercase()
        .replace('œ', "oe")
        .replace('æ', "ae")
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == '\u{2044}' { '/' } else { c })
        .collect();
    let mut mots: Vec<String> = Vec::new();
    let mut mot = String::new();
    for (i, c) in depouille.iter().enumerate() {
        let chiffre = |place: Option<&char>| place.is_some_and(char::is_ascii_digit);
        let entre_chiffres = chiffre(i.checked_sub(1).and_then(|p| depouille.get(p)))
            && chiffre(depouille.get(i + 1));
        match c {
            c if c.is_alphanumeric() => mot.push(*c),
            ',' | '.' if entre_chiffres => mot.push('.'),
            '/' if entre_chiffres => mot.push('/'),
            '%' => {
                finir(&mut mot, &mut mots);
                if let Some(nombre) = mots.last_mut().filter(|m| est_nombre(m)) {
                    nombre.push('%');
                }
            }
            _ => finir(&mut mot, &mut mots),
        }
    }
    finir(&mut mot, &mut mots);
    sans_matiere_grasse(mots)
}

fn finir(mot: &mut String, mots: &mut Vec<String>) {
    if !mot.is_empty() {
        mots.push(std::mem::take(mot));
    }
}

fn est_nombre(mot: &str) -> bool {
    mot.starts_with(|c: char| c.is_ascii_digit())
        && mot.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/'))
}

/// « 35% de matière grasse » says no more than « 35% ».
fn sans_matiere_grasse(mots: Vec<String>) -> Vec<String> {
    let mut gardes: Vec<String> = Vec::with_capacity(mots.len());
    let mut reste = mots.as_slice();
    while let Some((mot, suite)) = reste.split_first() {
        gardes.push(mot.clone());
        reste = suite;
        while mot.ends_with('%') {
            let Some(longueur) = matiere_grasse(reste) else { break };
            reste = &reste[longueur..];
        }
    }
    gardes
}

fn matiere_grasse(mots: &[String]) -> Option<usize> {
    let de = usize::from(mots.first().is_some_and(|m| m == "de"));
    let mot = |i: usize| mots.get(de + i).map_or("", String::as_str);
    match (mot(0), mot(1)) {
        ("mg", _) => Some(de + 1),
        ("m", "g") | ("mat", "gr") => Some(de + 2),
        ("matiere" | "matieres", "grasse" | "grasses") => Some(de + 2),
        _ => None,
    }
}

/// Taking words away can bring a number and a unit together: again, until nothing goes.
fn plier(mots: Vec<String>) -> Vec<String> {
    let mut mots = mots;
    loop {
        let avant = mots.len();
        mots = une_fois(&mots);
        if mots.len() == avant {
            return mots;
        }
    }
}

fn une_fois(mots: &[String]) -> Vec<String> {
    let mut gardes = Vec::with_capacity(mots.len());
    let mut reste = mots;
    while let Some((mot, suite)) = reste.split_first() {
        let pris = mots_de_trop(reste);
        if pris == 0 {
            gardes.push(mot.clone());
            reste = suite;
        } else {
            reste = &reste[pris..];
        }
    }
    gardes
}

/// How many of the first words are a quantity, or say "bio".
fn mots_de_trop(mots: &[String]) -> usize {
    let mot = |i: usize| mots.get(i).map_or("", String::as_str);
    let longue = AGRICULTURE.iter().find(|a| {
        a.iter().enumerate().all(|(i, m)| mot(i) == *m) && mot(a.len()).starts_with("biologique")
    });
    if let Some(longue) = longue {
        return longue.len() + 1;
    }
    let quantite = est_nombre(mot(0)) && UNITES.contains(&mot(1));
    if quantite || (mot(0) == "q" && mot(1) == "s") {
        return 2;
    }
    usize::from(BIO.contains(&mot(0)) || mot(0) == "qs" || est_quantite_collee(mot(0)))
}

/// « 120g », « 1.5kg ».
fn est_quantite_collee(mot: &str) -> bool {
    let unite = mot.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '/'));
    unite.len() < mot.len()
        && UNITES.contains(&unite)
        && est_nombre(&mot[..mot.len() - unite.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pliee(texte: &str) -> String {
        cle(texte).pliee
    }

    #[test]
    fn what_only_print_changes_is_folded() {
        for (imprime, attendu) in [
            ("CRÈME FRAÎCHE 35% MG", "creme fraiche 35%"),
            ("Crème fraîche (35 % de matière grasse)", "creme fraiche 35%"),
            ("Poulet rôti (bio)", "poulet roti"),
            ("Poulet rôti issu de l’agriculture biologique", "poulet roti"),
            ("Œufs durs 2 pièces", "oeufs durs"),
            ("Bouillon 1,5 kg", "bouillon"),
            ("bouillon 120g", "bouillon"),
            ("Huile d'olive", "huile d olive"),
            ("Sau\u{fb01} n", "saufi n"),
            ("Sel Q.S.", "sel"),
            ("Beurre ½ sel", "beurre 1/2 sel"),
            ("Sauce 4 fromages", "sauce 4 fromages"),
            ("Bio 120 g", "bio 120 g"),
            (" ,   , ", ", ,"),
        ] {
            assert_eq!(pliee(imprime), attendu, "{imprime}");
        }
    }

    #[test]
    fn what_changes_the_product_or_its_safety_is_kept() {
        let distincts = [
            "Saumon",
            "Saumon fumé",
            "Saumon cru",
            "Saumon cuit",
            "Saumon surgelé",
            "Saumon haché",
            "Saumon sans gluten",
            "Crème 35 % MG",
            "Crème 15 % MG",
            "Crème",
            "Beurre ½ sel",
        ];
        let cles: std::collections::HashSet<_> = distincts.iter().map(|d| pliee(d)).collect();
        assert_eq!(cles.len(), distincts.len(), "{cles:?}");
    }

    const LETTRES: &str = "[A-Za-zéèêàçùïôœŒÉÈÀ0-9 ,./()%'’½-]{0,40}";

    proptest! {
        #[test]
        fn a_key_is_its_own_key(texte in LETTRES) {
            let une = cle(&texte);
            prop_assert_eq!(&cle(&une.stricte).stricte, &une.stricte);
            prop_assert_eq!(&cle(&une.pliee).pliee, &une.pliee);
        }

        #[test]
        fn case_and_spaces_never_matter(texte in LETTRES) {
            prop_assert_eq!(cle(&texte.to_uppercase()), cle(&texte));
            prop_assert_eq!(cle(&format!("  {} ", texte.replace(' ', "   "))), cle(&texte));
        }

        #[test]
        fn bio_or_a_quantity_added_changes_nothing(
            texte in "[A-Za-zéèêàçœ]{3,12}( [A-Za-zéèê]{3,12}){0,3}", grammes in 1_u32..5000,
        ) {
            prop_assert_eq!(pliee(&format!("{texte} (BIO)")), pliee(&texte));
            prop_assert_eq!(pliee(&format!("{texte} {grammes} g")), pliee(&texte));
            prop_assert_eq!(pliee(&format!("{texte} {grammes}kg")), pliee(&texte));
        }

        #[test]
        fn no_text_is_too_strange(texte in "\\PC{0,60}") {
            let une = cle(&texte);
            prop_assert_eq!(une.pliee.is_empty(), texte.trim().is_empty());
        }
    }
}
