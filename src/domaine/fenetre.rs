//! The window of days: which civil day of a magasin may still be declared, and whether it takes a
//! reason. Pure.
//!
//! - Today is free; the future never.
//! - A kitchen's evening ends after midnight: before 04:00 yesterday takes no reason.
//! - A day before takes one: yesterday for a cook, as many days as the magasin says for a manager.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// The civil days of a magasin, and how far back it may declare.
#[derive(Debug, Clone, Copy)]
pub struct Calendrier {
    pub fuseau: Tz,
    pub jours_arriere: u32,
}

/// Until then, the evening before is not over.
const FIN_DE_NUIT: Option<NaiveTime> = NaiveTime::from_hms_opt(4, 0, 0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Libre,
    AvecMotif,
    Hors,
}

impl Calendrier {
    pub(crate) fn jour_de(self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.fuseau).date_naive()
    }

    /// The earliest day that may be declared at that instant; a cook goes back one day at most.
    pub(crate) fn premier_jour(self, instant: DateTime<Utc>, responsable: bool) -> NaiveDate {
        let arriere = if responsable { self.jours_arriere } else { self.jours_arriere.min(1) };
        let aujourdhui = self.jour_de(instant);
        aujourdhui.checked_sub_days(Days::new(u64::from(arriere))).unwrap_or(aujourdhui)
    }

    pub(crate) fn juger(
        self,
        jour: NaiveDate,
        instant: DateTime<Utc>,
        responsable: bool,
    ) -> Verdict {
        let local = instant.with_timezone(&self.fuseau);
        let aujourdhui = local.date_naive();
        let nuit = FIN_DE_NUIT.is_some_and(|fin| local.time() < fin);
        if jour > aujourdhui || jour < self.premier_jour(instant, responsable) {
            Verdict::Hors
        } else if jour == aujourdhui || (nuit && Some(jour) == aujourdhui.pred_opt()) {
            Verdict::Libre
        } else {
            Verdict::AvecMotif
        }
    }

    /// When what is made for that day counts as there: now, or on the day itself when it is over.
    pub(crate) fn moment(self, jour: NaiveDate, maintenant: DateTime<Utc>) -> DateTime<Utc> {
        if self.jour_de(maintenant) <= jour {
            return maintenant;
        }
        // A zone that skips the end of a day has noon all the same.
        let heures = [jour.and_hms_opt(23, 59, 59), jour.and_hms_opt(12, 0, 0)].into_iter();
        let locales = heures.flatten().map(|t| t.and_local_timezone(self.fuseau).latest());
        locales.flatten().next().map_or(maintenant, |t| t.to_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn juger(fuseau: &str, instant: &str, responsable: bool) -> Vec<(i64, Verdict)> {
        let c = Calendrier { fuseau: fuseau.parse().unwrap(), jours_arriere: 7 };
        let instant: DateTime<Utc> = instant.parse().unwrap();
        let aujourdhui = c.jour_de(instant);
        (-9..=1)
            .map(|n| (n, c.juger(aujourdhui + chrono::TimeDelta::days(n), instant, responsable)))
            .filter(|(_, v)| *v != Verdict::Hors)
            .collect()
    }

    fn jours(premier: i64, hier: Verdict) -> Vec<(i64, Verdict)> {
        let verdict = |n| match n {
            0 => Verdict::Libre,
            -1 => hier,
            _ => Verdict::AvecMotif,
        };
        (premier..=0).map(|n| (n, verdict(n))).collect()
    }

    #[test]
    fn yesterday_takes_a_reason_from_four_in_the_morning_whatever_the_night() {
        use Verdict::{AvecMotif, Libre};
        for (fuseau, instant, hier) in [
            ("Europe/Paris", "2026-11-29T23:10:00Z", Libre),
            ("Europe/Paris", "2026-11-30T02:59:59Z", Libre),
            ("Europe/Paris", "2026-11-30T03:00:00Z", AvecMotif),
            ("Europe/Paris", "2026-11-30T22:59:59Z", AvecMotif),
            // 02:30 comes twice, then 04:00 five hours after midnight.
            ("Europe/Paris", "2026-10-25T00:30:00Z", Libre),
            ("Europe/Paris", "2026-10-25T01:30:00Z", Libre),
            ("Europe/Paris", "2026-10-25T02:59:59Z", Libre),
            ("Europe/Paris", "2026-10-25T03:00:00Z", AvecMotif),
            // 02:30 does not come, and 04:00 three hours after midnight.
            ("Europe/Paris", "2026-03-29T01:59:59Z", Libre),
            ("Europe/Paris", "2026-03-29T02:00:00Z", AvecMotif),
            ("Pacific/Kiritimati", "2026-11-29T13:59:59Z", Libre),
            ("Pacific/Kiritimati", "2026-11-29T14:00:00Z", AvecMotif),
        ] {
            assert_eq!(juger(fuseau, instant, true), jours(-7, hier), "{fuseau} {instant}");
            assert_eq!(juger(fuseau, instant, false), jours(-1, hier), "{fuseau} {instant}");
        }
    }

    #[test]
    fn a_magasin_that_goes_back_no_day_has_today_alone() {
        let c = Calendrier { fuseau: Tz::Europe__Paris, jours_arriere: 0 };
        let nuit: DateTime<Utc> = "2026-11-29T23:10:00Z".parse().unwrap();
        let jour = c.jour_de(nuit);
        assert_eq!(c.juger(jour, nuit, true), Verdict::Libre);
        assert_eq!(c.juger(jour.pred_opt().unwrap(), nuit, true), Verdict::Hors);
    }

    #[test]
    fn what_is_made_for_a_day_that_is_over_was_there_on_that_day() {
        let c = Calendrier { fuseau: Tz::Europe__Paris, jours_arriere: 7 };
        let maintenant: DateTime<Utc> = "2026-10-26T09:00:00Z".parse().unwrap();
        let dit = |jour: &str| c.moment(jour.parse().unwrap(), maintenant);
        assert_eq!(dit("2026-10-26"), maintenant);
        assert_eq!(dit("2026-10-25"), "2026-10-25T22:59:59Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(dit("2026-10-24"), "2026-10-24T21:59:59Z".parse::<DateTime<Utc>>().unwrap());
    }
}
