//! Is the clock to be believed, by which a kept copy goes?
//!
//! 1. The server's clock judges. Where this machine's is another, or something here bears a later
//!    date than now, one of them is wrong, and nothing goes by it.
//! 2. Time has passed where something bears its dates: backups, drills, readings, the journal. A hole
//!    of days between two of them is a machine that was off, or a clock that was set forward: of it
//!    only `TROU` counts. A copy is kept longer, never less.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgConnection;

use super::super::cible::{Cible, Role};
use super::super::drill::historique;
use super::super::{depot, relectures, verifications};
use super::marque::Remplacee;
use super::sql;
use crate::platform::heure;
use crate::platform::issue::Echec;

/// Clocks differ by that much.
const ECART: TimeDelta = TimeDelta::minutes(5);
/// A night's backup, and two hours.
const TROU: TimeDelta = TimeDelta::hours(26);

/// Between two dates.
type Trou = (DateTime<Utc>, DateTime<Utc>);

pub(super) struct Horloge {
    /// The server's.
    maintenant: DateTime<Utc>,
    ici: DateTime<Utc>,
    /// What bears a date, the oldest first.
    dates: Vec<DateTime<Utc>>,
}

impl Horloge {
    /// `dossier`: where backups lie.
    pub(super) async fn lire(
        c: &mut PgConnection,
        (cible, dossier): (&Cible, &Path),
    ) -> Result<Self, Echec> {
        let maintenant = sql::heure(c).await?;
        let sauvegardes = depot::lister(dossier).unwrap_or_default();
        let mut dates: Vec<DateTime<Utc>> =
            sauvegardes.iter().map(|s| s.manifeste.fait_le).collect();
        dates.extend(historique::lire(dossier, &sauvegardes).iter().map(|e| e.fait_le));
        dates.extend(verifications::lire(dossier).0.iter().map(|v| v.fait_le));
        dates.extend(relectures::Lectures::du_dossier(dossier).dates());
        // A database that is away, or another's, has no journal to tell.
        if let Ok(mut c) = cible.connecter(cible.base(), Role::Administrateur).await {
            dates.extend(sql::heures_du_journal(&mut c).await.unwrap_or_default());
        }
        dates.sort_unstable();
        Ok(Self { maintenant, ici: Utc::now(), dates })
    }

    pub(super) fn est_au_terme(&self, r: &Remplacee) -> bool {
        r.jusqu_au < self.maintenant
    }

    /// Why its time may not be up although the clock says so, in a sentence.
    pub(super) fn doute(&self, nom: &str, r: &Remplacee) -> Option<String> {
        let pourquoi = self.fausse().or_else(|| self.trou(r))?;
        Some(format!(
            "« {nom} », gardée après une restauration, est au terme d'après l'horloge, et n'est pas \
             retirée : {pourquoi}. Si elle ne sert plus : delicego restore oublier --base {nom}."
        ))
    }

    fn fausse(&self) -> Option<String> {
        let minute = heure::minute;
        if (self.ici - self.maintenant).abs() > ECART {
            return Some(format!(
                "cette machine dit {}, le serveur PostgreSQL {} ; remettez à l'heure celle qui se \
                 trompe",
                minute(self.ici),
                minute(self.maintenant)
            ));
        }
        let derniere = self.dates.last().filter(|le| **le - self.maintenant > ECART)?;
        Some(format!(
            "il est {} d'après cette machine, et ce qui est écrit ici (sauvegardes, journal) va \
             jusqu'au {} ; regardez l'heure (date)",
            minute(self.maintenant),
            minute(*derniere)
        ))
    }

    fn trou(&self, r: &Remplacee) -> Option<String> {
        let (manque, (avant, apres)) = self.trous(r.le)?;
        let garde = r.jusqu_au - r.le;
        (self.maintenant - r.le - manque < garde).then(|| {
            format!(
                "rien n'est daté ici (sauvegardes, journal) entre le {} et le {} ; la machine était \
                 arrêtée, ou son heure a avancé d'un coup : regardez-la (date). Elle partira quand le \
                 temps aura vraiment passé",
                heure::minute(avant),
                heure::minute(apres)
            )
        })
    }

    /// What holes since then have too much, and the longest of them.
    fn trous(&self, depuis: DateTime<Utc>) -> Option<(TimeDelta, Trou)> {
        let suite: Vec<DateTime<Utc>> =
            self.dates.iter().copied().chain([self.maintenant]).collect();
        let trous = suite.windows(2).filter_map(|deux| {
            let (avant, apres) = (deux[0].max(depuis), deux[1]);
            (apres - avant > TROU).then_some((avant, apres))
        });
        let trous: Vec<_> = trous.collect();
        let manque = trous.iter().fold(TimeDelta::zero(), |m, (a, b)| m + (*b - *a - TROU));
        Some((manque, *trous.iter().max_by_key(|(a, b)| *b - *a)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a(heures: i64) -> DateTime<Utc> {
        "2026-11-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(heures)
    }

    fn doute(dates: &[i64], maintenant: i64) -> Option<String> {
        let dates = dates.iter().copied().map(a).collect();
        let h = Horloge { maintenant: a(maintenant), ici: a(maintenant), dates };
        let r = Remplacee {
            de: "b".to_owned(),
            le: a(0),
            jusqu_au: a(72),
            par: String::new(),
            commentaire: None,
            depuis: None,
            retour: false,
            dossier: None,
        };
        assert!(h.est_au_terme(&r));
        h.doute("b_avant", &r)
    }

    #[test]
    fn time_has_passed_where_something_bears_its_dates() {
        assert_eq!(doute(&[-5, 2, 26, 50, 74], 80), None, "backups each night");
        assert_eq!(doute(&[], 80), None, "nothing to compare with");
        assert_eq!(doute(&[79], 80), None, "nothing from before");
        let trou = doute(&[-5, 2], 200).unwrap();
        assert!(trou.contains("restore oublier --base b_avant"), "{trou}");
        // What is written by the wrong clock does not make it right.
        assert!(doute(&[-5, 2, 200, 224], 225).is_some());
        assert_eq!(doute(&[-5, 2, 200, 220, 240], 260), None, "as much time, whatever its date");
        assert!(doute(&[-5, 2, 26, 50, 74, 90], 80).is_some(), "written later than now");
    }

    #[test]
    fn two_clocks_that_differ_are_both_named() {
        let h = Horloge { maintenant: a(80), ici: a(100), dates: Vec::new() };
        assert!(h.fausse().unwrap().contains("PostgreSQL"));
    }
}
