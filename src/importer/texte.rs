//! CSV as spreadsheets write it: UTF-8 or Windows-1252, `;` or `,`.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::tables::Rangee;

pub(crate) fn lire(octets: &[u8]) -> Result<Vec<Rangee>, String> {
    let texte = decoder(octets).replace("\r\n", "\n").replace('\r', "\n");
    let mut lecteur = csv::ReaderBuilder::new()
        .delimiter(separateur(&texte))
        .has_headers(false)
        .flexible(true)
        .from_reader(texte.as_bytes());
    let mut rangees = Vec::new();
    for lue in lecteur.records() {
        let lue = lue.map_err(|e| format!("fichier illisible : {e}"))?;
        let cellules = lue.iter().map(str::to_owned).collect();
        rangees.push(Rangee { numero: numero(&lue, &texte), cellules });
    }
    Ok(rangees)
}

/// A byte order mark says what it is; else what is not valid UTF-8 comes from an older Excel.
fn decoder(octets: &[u8]) -> String {
    if let Some((encodage, longueur)) = Encoding::for_bom(octets) {
        return encodage.decode_without_bom_handling(&octets[longueur..]).0.into_owned();
    }
    match std::str::from_utf8(octets) {
        Ok(texte) => texte.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(octets).0.into_owned(),
    }
}

/// The one that the line of the columns has more of.
fn separateur(texte: &str) -> u8 {
    let entete = texte.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let combien = |c| entete.matches(c).count();
    if combien(',') > combien(';') { b',' } else { b';' }
}

/// The line on which the row begins. The reader counts from the end of the row before: empty lines
/// between them are still to be added.
fn numero(lue: &csv::StringRecord, texte: &str) -> u64 {
    let Some(position) = lue.position() else { return 0 };
    let debut = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let suite = texte.as_bytes().get(debut..).unwrap_or_default();
    position.line() + suite.iter().take_while(|b| **b == b'\n').map(|_| 1).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cellules(octets: &[u8]) -> Vec<(u64, Vec<String>)> {
        lire(octets).unwrap().into_iter().map(|r| (r.numero, r.cellules)).collect()
    }

    fn rangee(numero: u64, cellules: &[&str]) -> (u64, Vec<String>) {
        (numero, cellules.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn the_same_words_come_out_of_every_encoding() {
        let attendu = [rangee(1, &["nom", "prix"]), rangee(2, &["Crème brûlée", "4 €"])];
        let texte = "nom;prix\nCrème brûlée;4 €\n";
        assert_eq!(cellules(texte.as_bytes()), attendu, "UTF-8");
        assert_eq!(cellules(format!("\u{feff}{texte}").as_bytes()), attendu, "UTF-8 with BOM");
        assert_eq!(cellules(b"nom;prix\nCr\xe8me br\xfbl\xe9e;4 \x80\n"), attendu, "Windows-1252");
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(texte.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(cellules(&utf16), attendu, "UTF-16, Excel's « texte Unicode »");
    }

    #[test]
    fn the_separator_is_the_one_of_the_header() {
        assert_eq!(
            cellules(b"a,b\n\"1,5\",x;y\n"),
            [rangee(1, &["a", "b"]), rangee(2, &["1,5", "x;y"])]
        );
        assert_eq!(cellules(b"a;b\n1,5;x\n"), [rangee(1, &["a", "b"]), rangee(2, &["1,5", "x"])]);
        assert_eq!(cellules(b"nom\nDupont, Durand\n")[1], rangee(2, &["Dupont, Durand"]));
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let numeros = |t: &[u8]| cellules(t).iter().map(|(n, _)| *n).collect::<Vec<_>>();
        assert_eq!(numeros(b"a;b\n1;2\n\n\n3;4\n"), [1, 2, 5]);
        assert_eq!(numeros(b"a;b\r\n1;2\r\n\r\n3;4\r\n"), [1, 2, 4]);
        assert_eq!(numeros(b"a;b\n\"deux\nlignes\";2\n3;4\n"), [1, 2, 4]);
        assert_eq!(numeros(b"\n\na;b\n1;2"), [3, 4]);
    }
}
