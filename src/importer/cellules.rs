//! One cell: what was typed, as what its column holds.

use chrono::{Days, NaiveDate};
use serde_json::{Number, Value};
use unicode_normalization::UnicodeNormalization;

use super::modeles::Genre;
use crate::domaine::{Decimal, jour_acceptable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cellule {
    Texte(String),
    Nombre(Number),
    Jour(Jour),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Jour {
    Date(NaiveDate),
    /// `J-2`: so many days from the magasin's today.
    Relatif(i64),
}

impl Jour {
    /// None outside the days accepted.
    pub(crate) fn date(self, aujourdhui: NaiveDate) -> Option<NaiveDate> {
        let date = match self {
            Self::Date(date) => Some(date),
            Self::Relatif(n) if n < 0 => aujourdhui.checked_sub_days(Days::new(n.unsigned_abs())),
            Self::Relatif(n) => aujourdhui.checked_add_days(Days::new(n.unsigned_abs())),
        };
        date.filter(|d| jour_acceptable(*d))
    }
}

impl Cellule {
    pub(crate) fn texte(&self) -> Option<&str> {
        if let Self::Texte(texte) = self { Some(texte) } else { None }
    }

    /// As the slices' readers take it; a day is said by whoever knows its magasin.
    pub(crate) fn valeur(&self) -> Value {
        match self {
            Self::Texte(texte) => Value::String(texte.clone()),
            Self::Nombre(nombre) => Value::Number(nombre.clone()),
            Self::Jour(_) => Value::Null,
        }
    }
}

/// Trimmed, and accents in one piece, so that a name is the same name in every file.
pub(crate) fn nettoyer(brut: &str) -> String {
    brut.nfc().collect::<String>().trim().to_owned()
}

/// What a formula that failed leaves behind.
const ERREURS_DE_TABLEUR: [&str; 7] =
    ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"];

/// None for an empty cell.
pub(crate) fn lire(brut: &str, genre: Genre) -> Result<Option<Cellule>, String> {
    let texte = nettoyer(brut);
    if texte.is_empty() {
        return Ok(None);
    }
    if ERREURS_DE_TABLEUR.contains(&texte.as_str()) {
        return Err(format!("contient l'erreur de tableur {texte}"));
    }
    let cellule = match genre {
        Genre::Texte => Cellule::Texte(texte),
        Genre::Majuscules => Cellule::Texte(texte.to_uppercase()),
        Genre::Minuscules => Cellule::Texte(texte.to_lowercase()),
        Genre::Nombre => Cellule::Nombre(lire_nombre(&texte)?),
        Genre::Jour => Cellule::Jour(lire_jour(&texte)?),
    };
    Ok(Some(cellule))
}

fn lire_nombre(texte: &str) -> Result<Number, String> {
    let nombre = Decimal::lire_saisie(texte).ok();
    nombre
        .and_then(|d| d.to_string().parse().ok())
        .ok_or_else(|| format!("« {texte} » n'est pas un nombre"))
}

/// More days than this from today are a slip of the hand.
const DECALAGE_MAX: i64 = 3_660;

fn lire_jour(texte: &str) -> Result<Jour, String> {
    if let Some(decalage) = texte.strip_prefix(['J', 'j']) {
        return lire_decalage(decalage)
            .ok_or_else(|| format!("« {texte} » n'est pas un jour : J, J-2 ou J+5 attendu"));
    }
    let date = ["%Y-%m-%d", "%d/%m/%Y"]
        .into_iter()
        .find_map(|forme| NaiveDate::parse_from_str(texte, forme).ok())
        .ok_or_else(|| format!("« {texte} » n'est pas une date : AAAA-MM-JJ, JJ/MM/AAAA ou J+2"))?;
    if jour_acceptable(date) { Ok(Jour::Date(date)) } else { Err(HORS_SIECLE.to_owned()) }
}

pub(crate) const HORS_SIECLE: &str = "doit être entre 2000-01-01 et 2100-12-31";

fn lire_decalage(texte: &str) -> Option<Jour> {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect();
    if net.is_empty() {
        return Some(Jour::Relatif(0));
    }
    let chiffres = net.strip_prefix(['+', '-'])?;
    let n: i64 = chiffres.parse().ok().filter(|_| chiffres.bytes().all(|b| b.is_ascii_digit()))?;
    (n <= DECALAGE_MAX).then(|| Jour::Relatif(if net.starts_with('-') { -n } else { n }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jour(texte: &str) -> Result<Option<Cellule>, String> {
        lire(texte, Genre::Jour)
    }

    fn date(texte: &str) -> NaiveDate {
        texte.parse().unwrap()
    }

    #[test]
    fn a_day_is_written_in_three_ways() {
        for (texte, decalage) in [("J", 0), ("J-2", -2), ("j+5", 5), ("J + 12", 12), ("J-0", 0)] {
            assert_eq!(jour(texte), Ok(Some(Cellule::Jour(Jour::Relatif(decalage)))), "{texte}");
        }
        for texte in ["2026-11-22", "22/11/2026", " 22/11/2026 "] {
            let lu = Cellule::Jour(Jour::Date(date("2026-11-22")));
            assert_eq!(jour(texte), Ok(Some(lu)), "{texte}");
        }
        let aujourdhui = date("2026-03-01");
        assert_eq!(Jour::Relatif(-1).date(aujourdhui), Some(date("2026-02-28")));
        assert_eq!(Jour::Relatif(31).date(aujourdhui), Some(date("2026-04-01")));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for texte in [
            "J5",
            "J--2",
            "J+",
            "J+9999",
            "22/13/2026",
            "2026-02-30",
            "demain",
            "22/11/26",
            "1999-12-31",
        ] {
            assert!(jour(texte).is_err(), "{texte}");
        }
        assert_eq!(Jour::Relatif(1).date(date("2100-12-31")), None);
    }

    #[test]
    fn a_number_may_have_a_comma_and_must_be_one() {
        let nombre = |t| lire(t, Genre::Nombre).map(|c| c.map(|c| c.valeur().to_string()));
        assert_eq!(nombre("2,5"), Ok(Some("2.5".to_owned())));
        assert_eq!(nombre("1 250,75"), Ok(Some("1250.75".to_owned())));
        assert_eq!(nombre("0.1"), Ok(Some("0.1".to_owned())));
        assert_eq!(nombre(" "), Ok(None));
        assert!(nombre("2,5 kg").unwrap_err().contains("2,5 kg"));
        assert!(nombre("1e9").is_err());
        assert!(nombre("#N/A").unwrap_err().contains("tableur"));
    }

    #[test]
    fn a_name_is_the_same_however_its_accents_were_typed() {
        assert_eq!(nettoyer("Cre\u{300}me\u{a0}"), "Crème");
    }
}
