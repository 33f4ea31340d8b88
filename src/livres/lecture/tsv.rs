//! What `pdftotext -tsv` prints, read as it comes: one line a word, pages announced before.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::mots::{Cadre, Mot, PageLue};

/// Beyond this a place is no place on paper (100 m); sums of a few still fit an i32.
const PLACE_MAX: i32 = 30_000_000;

#[derive(Default)]
pub(crate) struct LecteurTsv {
    pub pages: Vec<PageLue>,
    /// A line whose end has not come yet.
    reste: Vec<u8>,
}

impl LecteurTsv {
    pub(crate) fn avaler(&mut self, mut octets: &[u8]) {
        while let Some(fin) = memchr::memchr(b'\n', octets) {
            let (ligne, suite) = octets.split_at(fin);
            if self.reste.is_empty() {
                self.ligne(ligne);
            } else {
                self.reste.extend_from_slice(ligne);
                let entiere = std::mem::take(&mut self.reste);
                self.ligne(&entiere);
            }
            octets = suite.get(1..).unwrap_or_default();
        }
        self.reste.extend_from_slice(octets);
    }

    pub(crate) fn mots(&self) -> usize {
        self.pages.iter().map(|p| p.mots.len()).sum()
    }

    /// level, page, par, block, line, word, left, top, width, height, conf, text.
    fn ligne(&mut self, ligne: &[u8]) {
        let ligne = String::from_utf8_lossy(ligne);
        let mut champs = ligne.splitn(12, '\t');
        let niveau = champs.next().unwrap_or_default();
        let mut nombre = |rang: usize| champs.nth(rang).and_then(centiemes);
        let (Some(gauche), Some(haut)) = (nombre(5), nombre(0)) else { return };
        let (Some(largeur), Some(hauteur)) = (nombre(0), nombre(0)) else { return };
        match niveau {
            "1" => self.pages.push(PageLue { largeur, hauteur, mots: Vec::new() }),
            "5" => {
                let cadre = Cadre { gauche, haut, droite: gauche + largeur, bas: haut + hauteur };
                let texte = champs.nth(1).unwrap_or_default();
                self.mot(cadre, net(texte));
            }
            _ => {}
        }
    }

    fn mot(&mut self, cadre: Cadre, texte: String) {
        if texte.is_empty() || cadre.largeur() <= 0 || cadre.hauteur() <= 0 {
            return;
        }
        if let Some(page) = self.pages.last_mut() {
            page.mots.push(Mot::nouveau(cadre, texte));
        }
    }
}

/// `42.27` -> 4227. None: not a place.
fn centiemes(texte: &str) -> Option<i32> {
    let (negatif, texte) = match texte.strip_prefix('-') {
        Some(reste) => (true, reste),
        None => (false, texte),
    };
    let (entiers, decimales) = texte.split_once('.').unwrap_or((texte, ""));
    let chiffre = |rang: usize| {
        decimales.as_bytes().get(rang).filter(|c| c.is_ascii_digit()).map_or(0, |c| c - b'0')
    };
    let points: i32 = entiers.parse().ok().filter(|p| (0..PLACE_MAX / 100).contains(p))?;
    let n = points * 100 + i32::from(chiffre(0)) * 10 + i32::from(chiffre(1));
    Some(if negatif { -n } else { n })
}

/// As a person sees it: composed accents, ligatures of two letters apart, nothing invisible.
fn net(texte: &str) -> String {
    if texte.is_ascii() {
        return texte.trim().to_owned();
    }
    let composer = !matches!(is_nfc_quick(texte.chars()), IsNormalized::Yes);
    let texte: String = if composer { texte.nfc().collect() } else { texte.to_owned() };
    // A soft hyphen at the end of a line is printed.
    let coupe = texte.trim_end().ends_with('\u{ad}');
    let mut sortie = String::with_capacity(texte.len());
    for c in texte.chars() {
        match c {
            'ﬀ' => sortie.push_str("ff"),
            'ﬁ' => sortie.push_str("fi"),
            'ﬂ' => sortie.push_str("fl"),
            'ﬃ' => sortie.push_str("ffi"),
            'ﬄ' => sortie.push_str("ffl"),
            'ﬅ' | 'ﬆ' => sortie.push_str("st"),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}' => {}
            c if c.is_control() => {}
            c => sortie.push(c),
        }
    }
    if coupe {
        sortie.push('-');
    }
    sortie.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_cut_between_two_reads_is_one_word() {
        let texte = "1\t1\t0\t0\t0\t0\t0.00\t0.00\t595.27\t841.88\t-1\t###PAGE###\n\
                     5\t1\t0\t0\t0\t0\t42.27\t47.94\t60.03\t16.30\t100\tŒUFS\n";
        let cadre = Cadre { gauche: 4227, haut: 4794, droite: 10230, bas: 6424 };
        let attendu = Mot::nouveau(cadre, "ŒUFS".to_owned());
        for coupe in 0..texte.len() {
            let mut lecteur = LecteurTsv::default();
            lecteur.avaler(&texte.as_bytes()[..coupe]);
            lecteur.avaler(&texte.as_bytes()[coupe..]);
            assert_eq!(lecteur.pages.len(), 1, "{coupe}");
            assert_eq!(lecteur.pages[0].mots, std::slice::from_ref(&attendu), "{coupe}");
        }
    }

    #[test]
    fn words_are_kept_as_a_person_sees_them() {
        assert_eq!(net("eﬃloche\u{301}"), "effiloché");
        assert_eq!(net("cre\u{300}me"), "crème");
        assert_eq!(net("\u{feff}½\u{200b}"), "½");
        assert_eq!(net("bal\u{ad}sa\u{ad}"), "balsa-");
    }

    #[test]
    fn a_place_beyond_all_paper_is_no_place() {
        assert_eq!(centiemes("-0.50"), Some(-50));
        assert_eq!(centiemes("1e9"), None);
        assert_eq!(centiemes("999999999999.00"), None);
        assert_eq!(centiemes("nan"), None);
    }
}
