//! Texts: how names are compared for order on screens.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key that puts « Éclair » between « Dinde » and « Fenouil ».
pub(crate) fn cle_de_tri(texte: &str) -> String {
    let mut cle = String::with_capacity(texte.len());
    for c in texte.chars() {
        match c {
            'œ' | 'Œ' => cle.push_str("oe"),
            'æ' | 'Æ' => cle.push_str("ae"),
            c if c.is_ascii() => cle.push(c.to_ascii_lowercase()),
            c => {
                let bases = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c));
                cle.extend(bases.flat_map(char::to_lowercase));
            }
        }
    }
    cle
}

#[cfg(test)]
mod tests {
    #[test]
    fn accents_do_not_change_the_order_of_names() {
        let mut noms = vec!["Fenouil", "éclair", "Dinde", "Œuf"];
        noms.sort_by_key(|n| super::cle_de_tri(n));
        assert_eq!(noms, ["Dinde", "éclair", "Fenouil", "Œuf"]);
        let cles =
            ["ÉTÉ", "e\u{301}te\u{301}", "Cœur", "EX ÆQUO", "Ñandú 12"].map(super::cle_de_tri);
        assert_eq!(cles, ["ete", "ete", "coeur", "ex aequo", "nandu 12"]);
    }
}
