//! XLSX: the first sheet, as text.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Reader, Xlsx};

use super::tables::Rangee;
use crate::domaine::Decimal;

pub(crate) fn lire(octets: &[u8]) -> Result<Vec<Rangee>, String> {
    let refus = |_| "n'est pas un classeur XLSX lisible (protégé par un mot de passe ?)".to_owned();
    let mut classeur: Xlsx<_> = Xlsx::new(Cursor::new(octets)).map_err(refus)?;
    let Some(feuille) = classeur.worksheet_range_at(0) else { return Ok(Vec::new()) };
    let feuille = feuille.map_err(refus)?;
    let premiere = feuille.start().map_or(0, |(ligne, _)| u64::from(ligne)) + 1;
    Ok(feuille
        .rows()
        .zip(premiere..)
        .map(|(ligne, numero)| Rangee { numero, cellules: ligne.iter().map(texte).collect() })
        .collect())
}

fn texte(cellule: &Data) -> String {
    match cellule {
        Data::Empty => String::new(),
        Data::String(t) | Data::DateTimeIso(t) | Data::DurationIso(t) => t.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => nombre(*n),
        Data::Bool(b) => (if *b { "VRAI" } else { "FAUX" }).to_owned(),
        Data::DateTime(d) => jour(d),
        Data::Error(e) => e.to_string(),
    }
}

/// A spreadsheet keeps binary numbers and shows 15 digits of them: what was typed is what it shows.
fn nombre(n: f64) -> String {
    Decimal::lire_json(&format!("{n:.14e}")).map_or_else(|_| n.to_string(), |d| d.to_string())
}

fn jour(d: &ExcelDateTime) -> String {
    let (annee, mois, jour, ..) = d.to_ymd_hms_milli();
    format!("{annee:04}-{mois:02}-{jour:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_and_dates_are_what_the_sheet_shows() {
        for (n, lu) in [
            (2.5, "2.5"),
            (0.1 + 0.2, "0.3"),
            (2_041_100_001_076.0, "2041100001076"),
            (-12.0, "-12"),
            (10.9, "10.9"),
            (0.0, "0"),
        ] {
            assert_eq!(texte(&Data::Float(n)), lu);
        }
        let jour = ExcelDateTime::new(45_943.541, ExcelDateTimeType::DateTime, false);
        assert_eq!(texte(&Data::DateTime(jour)), "2025-10-13");
    }

    #[test]
    fn what_is_no_workbook_is_told() {
        assert!(lire(b"nom;prix\n").unwrap_err().contains("XLSX"));
    }
}
