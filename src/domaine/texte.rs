//! Texts: how names are compared for order on screens.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key that puts « Éclair » between « Dinde » and « Fenouil ».
pub fn cle_de_tri(texte: &str) -> String {
    texte
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .collect::<String>()
        .to_lowercase()
        .replace('œ', "oe")
        .replace('æ', "ae")
}

#[cfg(test)]
mod tests {
    #[test]
    fn accents_do_not_change_the_order_of_names() {
        let mut noms = vec!["Fenouil", "éclair", "Dinde", "Œuf"];
        noms.sort_by_key(|n| super::cle_de_tri(n));
        assert_eq!(noms, ["Dinde", "éclair", "Fenouil", "Œuf"]);
    }
}
