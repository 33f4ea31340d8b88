//! Bytes become text. A byte order mark says what it is, UTF-8 proves itself; anything else must be
//! read in one way only.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::francais::{self, Lecture};

/// The text, and its encoding where that is worth a word.
pub(crate) fn decoder(octets: &[u8]) -> Result<(String, Option<&'static str>), String> {
    let (texte, encodage) = lire(octets)?;
    if let Some((ligne, signe)) = illisible(&texte) {
        return Err(format!(
            "ligne {ligne} : contient un signe qui n'est pas du texte ({signe}) : le fichier est abîmé, \
             ou n'est pas du texte ; {CONSEIL}"
        ));
    }
    Ok((texte, encodage))
}

const CONSEIL: &str = "enregistrez-le en « CSV UTF-8 » ou en .xlsx";

fn lire(octets: &[u8]) -> Result<(String, Option<&'static str>), String> {
    if let Some((encodage, longueur)) = Encoding::for_bom(octets) {
        let texte = strict(encodage, &octets[longueur..])?;
        let dit = if encodage == UTF_8 { None } else { Some("UTF-16 (« Texte Unicode »)") };
        return Ok((texte, dit));
    }
    if octets.contains(&0) {
        let encodage = sans_marque(octets).ok_or_else(|| {
            let ligne = 1 + octets.iter().take_while(|o| **o != 0).filter(|o| **o == b'\n').count();
            format!(
                "ligne {ligne} : contient des octets nuls : ce n'est pas du texte, ou le fichier \
                     est abîmé ; {CONSEIL}"
            )
        })?;
        return Ok((strict(encodage, octets)?, Some("UTF-16 sans marque")));
    }
    if let Ok(texte) = std::str::from_utf8(octets) {
        return Ok((texte.to_owned(), None));
    }
    match francais::lire(octets) {
        Lecture::Une(texte, encodage) => Ok((texte, Some(encodage))),
        Lecture::Aucune => Err(format!("l'encodage de ses accents n'est pas reconnu : {CONSEIL}")),
        Lecture::Plusieurs(lectures) => {
            let dites: Vec<String> =
                lectures.iter().map(|(mot, nom)| format!("« {mot} » ({nom})")).collect();
            Err(format!(
                "ses accents se lisent de plusieurs façons : {} ; {CONSEIL}",
                dites.join(" ou ")
            ))
        }
    }
}

fn strict(encodage: &'static Encoding, octets: &[u8]) -> Result<String, String> {
    let texte = encodage.decode_without_bom_handling_and_without_replacement(octets);
    texte.map(std::borrow::Cow::into_owned).ok_or_else(|| {
        format!(
            "s'annonce en {} et n'en est pas : le fichier est abîmé ; {CONSEIL}",
            encodage.name()
        )
    })
}

/// UTF-16 of mostly plain letters has a zero in every other place.
fn sans_marque(octets: &[u8]) -> Option<&'static Encoding> {
    let nuls = |reste: usize| octets.iter().skip(reste).step_by(2).filter(|o| **o == 0).count();
    let moitie = octets.len() / 2;
    let presque_tous = |n: usize| n * 10 >= moitie * 8;
    match (octets.len() % 2, nuls(0), nuls(1)) {
        (0, 0, n) if presque_tous(n) => Some(UTF_16LE),
        (0, n, 0) if presque_tous(n) => Some(UTF_16BE),
        _ => None,
    }
}

/// The first sign that no text has: a control, or what stands for a letter that was lost.
fn illisible(texte: &str) -> Option<(usize, String)> {
    let permis = |c: char| matches!(c, '\n' | '\r' | '\t');
    let (rang, signe) =
        texte.char_indices().find(|(_, c)| (c.is_control() && !permis(*c)) || *c == '\u{fffd}')?;
    let avant = texte[..rang].replace("\r\n", "\n");
    let ligne = 1 + avant.matches(['\n', '\r']).count();
    Some((ligne, format!("U+{:04X}", u32::from(signe))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_come_out_of_every_encoding() {
        let texte = "nom;prix\nCrème brûlée;4 €\n";
        assert_eq!(decoder(texte.as_bytes()), Ok((texte.to_owned(), None)));
        let marque = format!("\u{feff}{texte}");
        assert_eq!(decoder(marque.as_bytes()), Ok((texte.to_owned(), None)));
        let utf16: Vec<u8> = texte.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let unicode: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.iter().copied()).collect();
        assert_eq!(decoder(&unicode), Ok((texte.to_owned(), Some("UTF-16 (« Texte Unicode »)"))));
        // Half of a sign of more than one byte lies on the side of the zeros.
        let nu: Vec<u8> = "nom;prix\nCrème;4\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoder(&nu).unwrap().0, "nom;prix\nCrème;4\n");
    }

    #[test]
    fn what_is_damaged_is_refused_and_not_patched() {
        for octets in
            [b"nom\nW\0ok\n".as_slice(), b"nom\nWok\x07\n", "nom\nCr\u{fffd}me\n".as_bytes()]
        {
            assert!(decoder(octets).unwrap_err().starts_with("ligne 2 :"));
        }
        assert!(decoder(b"\xef\xbb\xbfnom\nCr\xe8me\n").unwrap_err().contains("UTF-8"));
        assert!(decoder(b"\xff\xfen\0o").is_err() || decoder(b"\xff\xfen\0\0\xd8").is_err());
    }
}
