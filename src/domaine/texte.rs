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
            // What French writes, without the tables of all alphabets.
            'à' | 'â' | 'ä' | 'À' | 'Â' | 'Ä' => cle.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => cle.push('e'),
            'î' | 'ï' | 'Î' | 'Ï' => cle.push('i'),
            'ô' | 'ö' | 'Ô' | 'Ö' => cle.push('o'),
            'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => cle.push('u'),
            'ç' | 'Ç' => cle.push('c'),
            c => {
                let bases = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c));
                cle.extend(bases.flat_map(char::to_lowercase));
            }
        }
    }
    cle
}

/// Equal for names that an eye takes for one another: accents, case, spaces, signs, wide letters, and
/// the letters of other alphabets that look like ours.
pub(crate) fn cle_d_aspect(texte: &str) -> String {
    let large: String = texte.nfkc().collect();
    let nue = cle_de_tri(&large);
    nue.chars().filter(|c| c.is_alphanumeric()).map(sosie).collect()
}

const fn sosie(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'ν' => 'v',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' | 'υ' => 'y',
        'х' | 'χ' => 'x',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn the_letters_of_french_are_those_of_the_tables() {
        for c in "àâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ".chars() {
            let base = std::iter::once(c).nfd().next().unwrap().to_lowercase().to_string();
            assert_eq!(super::cle_de_tri(&c.to_string()), base);
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for (un, autre) in [
            ("Crème", "Creme"),
            ("Bœuf", "Boeuf"),
            ("Huile d'olive", "Huile d’olive"),
            ("Sel-fin", "Sel fin"),
            ("Farine", "F\u{430}rine"),
            ("figue", "ﬁgue"),
            ("Ail", "Ａil"),
        ] {
            assert_eq!(super::cle_d_aspect(un), super::cle_d_aspect(autre), "{un}");
        }
        assert_ne!(super::cle_d_aspect("Sel"), super::cle_d_aspect("Sels"));
    }

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
