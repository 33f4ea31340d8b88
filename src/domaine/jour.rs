//! Days: the magasin's civil day, and the days we accept (I10).

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// 2000-01-01 to 2100-12-31.
pub(crate) fn jour_acceptable(jour: NaiveDate) -> bool {
    use chrono::Datelike;
    (2000..=2100).contains(&jour.year())
}

/// The civil day it is at `instant` in that time zone.
pub fn jour_de(instant: DateTime<Utc>, fuseau: Tz) -> NaiveDate {
    instant.with_timezone(&fuseau).date_naive()
}

/// An IANA name such as `Europe/Paris`.
pub fn lire_fuseau(nom: &str) -> Option<Tz> {
    nom.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_paris() {
        let instant = "2026-11-22T23:30:00Z".parse().unwrap();
        let paris = lire_fuseau("Europe/Paris").unwrap();
        assert_eq!(jour_de(instant, paris).to_string(), "2026-11-23");
    }

    #[test]
    fn days_outside_this_century_are_no_kitchen_days() {
        for (texte, attendu) in [
            ("1999-12-31", false),
            ("2000-01-01", true),
            ("2100-12-31", true),
            ("2101-01-01", false),
        ] {
            assert_eq!(jour_acceptable(texte.parse().unwrap()), attendu, "{texte}");
        }
    }
}
