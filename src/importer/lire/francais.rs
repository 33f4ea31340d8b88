//! Text whose encoding nobody says: it is read in the encodings that French files come in, and kept
//! if only one of these readings is what French text can be.

use encoding_rs::{ISO_8859_15, MACINTOSH, WINDOWS_1252};

pub(crate) enum Lecture {
    Une(String, &'static str),
    Aucune,
    /// The first word that differs, as each encoding reads it.
    Plusieurs(Vec<(String, &'static str)>),
}

/// What MS-DOS and its programs write: the bytes from 0x80.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
                     áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
                     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
                     ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

fn cp850(octets: &[u8]) -> String {
    let hauts: Vec<char> = CP850.chars().collect();
    let lire = |o: &u8| {
        if o.is_ascii() { char::from(*o) } else { hauts[usize::from(*o) - 0x80] }
    };
    octets.iter().map(lire).collect()
}

/// A reading that needs no letter foreign to French comes before all that do.
pub(crate) fn lire(octets: &[u8]) -> Lecture {
    let dans =
        |e: &'static encoding_rs::Encoding| e.decode_without_bom_handling(octets).0.into_owned();
    let lectures = [
        (dans(WINDOWS_1252), "Windows-1252"),
        (dans(ISO_8859_15), "ISO-8859-15"),
        (cp850(octets), "MS-DOS (cp850)"),
        (dans(MACINTOSH), "Macintosh"),
    ];
    for etrangeres in [false, true] {
        let mut possibles: Vec<&(String, &'static str)> = Vec::new();
        for lue in &lectures {
            let deja = possibles.iter().any(|(texte, _)| *texte == lue.0);
            if !deja && est_du_francais(&lue.0, etrangeres) {
                possibles.push(lue);
            }
        }
        match possibles.as_slice() {
            [] => {}
            [(texte, nom)] => return Lecture::Une(texte.clone(), nom),
            [premiere, autres @ ..] => {
                let mots = |texte: &str| texte.split(separe).map(str::to_owned).collect::<Vec<_>>();
                let (un, autre) = (mots(&premiere.0), mots(&autres[0].0));
                let rang = un.iter().zip(&autre).position(|(a, b)| a != b).unwrap_or(0);
                let mot = |(texte, nom): &(String, &'static str)| {
                    (mots(texte).get(rang).cloned().unwrap_or_default(), *nom)
                };
                return Lecture::Plusieurs(possibles.iter().map(|p| mot(p)).collect());
            }
        }
    }
    Lecture::Aucune
}

fn separe(c: char) -> bool {
    matches!(c, ';' | ',' | '\t' | '\n' | '\r' | '|')
}

/// Every sign beyond ASCII stands where French puts it.
fn est_du_francais(texte: &str, etrangeres: bool) -> bool {
    let signes: Vec<char> = texte.chars().collect();
    (0..signes.len()).filter(|i| !signes[*i].is_ascii()).all(|i| {
        let autour = Autour {
            avant2: i.checked_sub(2).map(|j| signes[j]),
            avant: i.checked_sub(1).map(|j| signes[j]),
            apres: signes.get(i + 1).copied(),
        };
        let c = signes[i];
        if c.is_alphabetic() {
            autour.casse(c) && autour.lettre(c, etrangeres)
        } else {
            autour.signe(c, etrangeres)
        }
    })
}

struct Autour {
    avant2: Option<char>,
    avant: Option<char>,
    apres: Option<char>,
}

impl Autour {
    fn suit_une_lettre(&self) -> bool {
        self.avant.is_some_and(char::is_alphabetic)
    }

    fn precede_une_lettre(&self) -> bool {
        self.apres.is_some_and(char::is_alphabetic)
    }

    /// No capital inside a word of small letters, no small letter in one of capitals.
    fn casse(&self, c: char) -> bool {
        let grande = |c: Option<char>| c.is_some_and(char::is_uppercase);
        let petite = |c: Option<char>| c.is_some_and(char::is_lowercase);
        if c.is_uppercase() {
            !petite(self.avant)
        } else {
            !(grande(self.apres) || grande(self.avant) && grande(self.avant2))
        }
    }

    /// « crêpe » but not « cràpe », « Noël » but not « pëte ».
    fn lettre(&self, c: char, etrangeres: bool) -> bool {
        let voyelle = |c: Option<char>| c.is_some_and(|c| "aeiouyAEIOUYéèêàâÉÈÊÀÂœŒ".contains(c));
        match c.to_lowercase().next().unwrap_or(c) {
            'é' => true,
            'à' => !self.precede_une_lettre(),
            'ù' => matches!(self.avant, Some('o' | 'O')) && !self.precede_une_lettre(),
            'ç' => self.apres.is_some_and(|c| "aouAOUâôûÂÔÛ".contains(c)),
            'œ' => self.precede_une_lettre(),
            'û' if self.suit_une_lettre() && !self.precede_une_lettre() => true,
            'è' | 'â' | 'ê' | 'î' | 'ô' | 'û' => {
                self.precede_une_lettre() && !voyelle(self.apres)
            }
            'ë' | 'ï' => voyelle(self.avant),
            'æ' | 'ü' | 'ÿ' | 'á' | 'í' | 'ó' | 'ú' | 'ñ' | 'ã' | 'õ' | 'å' | 'ä' | 'ö' | 'ø'
            | 'ß' | 'ò' | 'ì' | 'š' | 'ž' => etrangeres,
            _ => false,
        }
    }

    fn signe(&self, c: char, etrangeres: bool) -> bool {
        let seul = !self.suit_une_lettre() && !self.precede_une_lettre();
        match c {
            '\u{a0}' => {
                let entre_deux = self.suit_une_lettre() && self.precede_une_lettre();
                self.avant.is_some() && (etrangeres || !entre_deux)
            }
            '°' => !self.precede_une_lettre() || matches!(self.apres, Some('C' | 'c' | 'B')),
            '²' | '³' => matches!(self.avant, Some('m')),
            '«' | '“' => !self.suit_une_lettre(),
            '»' | '”' | '®' | '™' => !self.precede_une_lettre(),
            '’' => self.suit_une_lettre(),
            '…' => self.avant.is_some_and(char::is_alphanumeric) && !self.precede_une_lettre(),
            '€' | '–' | '—' | '½' | '¼' | '¾' | '×' | '•' => seul,
            'µ' => matches!(self.apres, Some('g' | 'l' | 'm')),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// None for what cannot be written so.
    fn ecrire(texte: &str, encodage: &str) -> Option<Vec<u8>> {
        let hauts: Vec<char> = match encodage {
            "Windows-1252" => (0x80..=0xff_u8)
                .map(|o| WINDOWS_1252.decode_without_bom_handling(&[o]).0.chars().next().unwrap())
                .collect(),
            "Macintosh" => (0x80..=0xff_u8)
                .map(|o| MACINTOSH.decode_without_bom_handling(&[o]).0.chars().next().unwrap())
                .collect(),
            _ => CP850.chars().collect(),
        };
        let octet = |c: char| match u8::try_from(c) {
            Ok(o) if o.is_ascii() => Some(o),
            _ => u8::try_from(0x80 + hauts.iter().position(|h| *h == c)?).ok(),
        };
        texte.chars().map(octet).collect()
    }

    #[test]
    fn the_words_of_a_kitchen_are_read_as_they_were_written_or_refused() {
        let mots = [
            "Crème fraîche",
            "Pâte à choux",
            "Crêpe",
            "Œuf entier",
            "Bœuf haché",
            "Noël",
            "Maïs",
            "Épinard",
            "Entrecôte",
            "Façon",
            "Brûlée",
            "Où",
            "CRÈME BRÛLÉE",
            "GÂTEAU",
            "FRANÇAIS",
            "Pâté de Châtaigne",
            "4 °C",
            "Aïoli",
            "Piqûre",
            "À la crème",
            "Été",
            "MAÏS",
            "écrevisse",
            "4 €",
            "l’été",
            "Sauce…",
            "Poêlée",
            "Île flottante",
            "hôtel",
            "Jalapeño",
            "Häagen",
        ];
        let (mut lus, mut doux) = (0, Vec::new());
        for mot in mots {
            for encodage in ["Windows-1252", "MS-DOS (cp850)", "Macintosh"] {
                let Some(octets) = ecrire(mot, encodage) else { continue };
                match lire(&octets) {
                    Lecture::Une(texte, _) => {
                        assert_eq!(texte, mot, "{encodage}");
                        lus += 1;
                    }
                    Lecture::Aucune => panic!("{mot} {encodage}"),
                    Lecture::Plusieurs(l) => doux.push((mot, encodage, l)),
                }
            }
        }
        assert!(lus > 75, "{lus} read, in doubt: {doux:?}");
    }

    #[test]
    fn two_readings_that_are_both_french_are_shown_and_none_is_taken() {
        let octets = ecrire("CRÈME", "MS-DOS (cp850)").unwrap();
        let Lecture::Plusieurs(lectures) = lire(&octets) else { panic!() };
        let mots: Vec<&str> = lectures.iter().map(|(mot, _)| mot.as_str()).collect();
        assert_eq!(mots, ["CRÔME", "CRÈME"]);
        let octets = ecrire("CRÈME brûlée", "MS-DOS (cp850)").unwrap();
        assert!(matches!(lire(&octets), Lecture::Une(texte, _) if texte == "CRÈME brûlée"));
    }

    #[test]
    fn what_is_no_text_of_ours_is_not_guessed() {
        assert!(matches!(lire(b"nom;\x81\x8d\x8f\xff\xfe"), Lecture::Aucune));
    }
}
