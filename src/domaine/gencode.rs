//! Barcodes as numbers. Pure.
//!
//! - One article's number is written with 8, 12, 13 or 14 digits: they compare on 14.
//! - The last digit proves the others.
//! - Packages that a shop weighs itself bear the article and the weight in one number, as a pattern
//!   of the chain says (`2AAAAAAPPPPPC`).

use super::Quantite;

/// Equal for gencodes that are the same number; what is no such number is itself. The database
/// computes the same (`menu.gencode_cle`).
pub(crate) fn cle(gencode: &str) -> String {
    if est_gtin(gencode) { format!("{gencode:0>14}") } else { gencode.to_owned() }
}

/// Of a length that only EAN, UPC and GTIN codes have, which end in a check digit.
pub(crate) fn est_gtin(texte: &str) -> bool {
    matches!(texte.len(), 8 | 12..=14) && est_en_chiffres(texte)
}

pub(crate) fn est_en_chiffres(texte: &str) -> bool {
    !texte.is_empty() && texte.bytes().all(|b| b.is_ascii_digit())
}

/// The last digit is what the others, times 3 and 1 from the right, lack to a multiple of ten.
pub(crate) fn controle_juste(chiffres: &str) -> bool {
    let poids = [1, 3].into_iter().cycle();
    let chiffres = chiffres.bytes().rev().map(|c| u32::from(c.wrapping_sub(b'0')));
    chiffres.zip(poids).map(|(c, p)| c * p).sum::<u32>().is_multiple_of(10)
}

/// Where the article and its weight in grams stand in an EAN-13 that begins with 02 or 20 to 29.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MotifPoids(String);

/// What a number of that pattern says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pese {
    /// The article's own number.
    pub article: String,
    pub poids: Quantite,
    /// Every package of that article, as SQL's `like` has it, among keys of 14 digits.
    pub semblables: String,
}

impl MotifPoids {
    /// `2AAAAAAPPPPPC`: digits that are always there, then A, then P, then the check digit.
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        let fixe = texte.trim_start_matches(|c: char| c.is_ascii_digit());
        let poids = fixe.trim_start_matches('A');
        let reste = poids.trim_start_matches('P');
        let debut = texte.starts_with("02") || texte.starts_with('2');
        let juste = debut && texte.len() == 13 && reste == "C";
        (juste && fixe.len() > poids.len() && poids.len() > 1).then(|| Self(texte.to_owned()))
    }

    pub(crate) fn reconnaitre(&self, code: &str) -> Option<Pese> {
        let paires = || self.0.chars().zip(code.chars());
        let des = |lettre| paires().filter(|(m, _)| *m == lettre).map(|(_, c)| c).collect();
        let fixes = || paires().all(|(m, c)| !m.is_ascii_digit() || m == c);
        if code.len() != 13 || !est_gtin(code) || !fixes() || !controle_juste(code) {
            return None;
        }
        let poids: String = des('P');
        let grammes: i64 = poids.parse().ok()?;
        let joker = |(m, c): (char, char)| if matches!(m, 'P' | 'C') { '_' } else { c };
        Some(Pese {
            article: des('A'),
            poids: Quantite::milliemes(grammes * 1000),
            semblables: std::iter::once('0').chain(paires().map(joker)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_written_with_8_12_13_or_14_digits_is_one_number() {
        for (un, autre) in [
            ("96385074", "00000096385074"),
            ("012345678905", "0012345678905"),
            ("3017620422003", "03017620422003"),
        ] {
            assert_eq!(cle(un), cle(autre));
        }
        for autre in ["MENU-1", "12345", "301762042200", ""] {
            assert_ne!(cle(autre), cle("3017620422003"));
        }
        assert_eq!(cle("MENU-1"), "MENU-1");
    }

    #[test]
    fn a_pattern_of_weights_has_an_article_a_weight_and_a_check_digit() {
        for juste in ["2AAAAAAPPPPPC", "02AAAAAPPPPPC", "21AAAAAPPPPPC", "2AAAAAPPPPPPC"] {
            assert!(MotifPoids::lire(juste).is_some(), "{juste}");
        }
        for faux in [
            "",
            "2AAAAAAPPPPP",
            "2AAAAAAPPPPPP",
            "3AAAAAAPPPPPC",
            "2PPPPPAAAAAAC",
            "2AAAAAAAAAAAC",
            "2PPPPPPPPPPPC",
            "2AAAAAAPPPPPCC",
            "2AAAAAAéPPPPC",
        ] {
            assert!(MotifPoids::lire(faux).is_none(), "{faux}");
        }
        let motif = MotifPoids::lire("2AAAAAAPPPPPC").unwrap();
        let pese = motif.reconnaitre("2123456012507").unwrap();
        assert_eq!((pese.article.as_str(), pese.poids), ("123456", Quantite::milliemes(1_250_000)));
        assert_eq!(pese.semblables, "02123456______");
        assert_eq!(motif.reconnaitre("2123456012505"), None, "chiffre de contrôle");
    }
}
