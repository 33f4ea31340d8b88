//! Times as commands and pages of operations say them: the clock on the wall of whoever reads, with
//! the zone's name. (A magasin's own times go by its own zone: `domaine/jour`.)

use std::time::Duration;

use chrono::{DateTime, MappedLocalTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// `22/11/2026 à 21:14:41 Europe/Paris`.
pub(crate) fn seconde(le: DateTime<Utc>) -> String {
    ecrire(le, fuseau(), "%d/%m/%Y à %H:%M:%S")
}

/// `22/11/2026 à 21:14 Europe/Paris`.
pub(crate) fn minute(le: DateTime<Utc>) -> String {
    ecrire(le, fuseau(), "%d/%m/%Y à %H:%M")
}

/// How long something is foreseen to take: no more exact than anybody can tell.
pub(crate) fn prevue(duree: Duration) -> String {
    match duree.as_secs() {
        0..60 => "moins d'une minute".to_owned(),
        s => format!("environ {} min", s.div_ceil(60)),
    }
}

/// `TZ`, as every program takes it; else the machine's; else UTC.
pub(crate) fn fuseau() -> Tz {
    let voulu = std::env::var("TZ").ok().map(|v| v.trim_start_matches(':').to_owned());
    let nom = voulu.filter(|v| !v.is_empty()).or_else(|| iana_time_zone::get_timezone().ok());
    nom.and_then(|n| n.parse().ok())
        .map_or(Tz::UTC, |tz| if tz == Tz::Etc__UTC { Tz::UTC } else { tz })
}

/// In the hour that the clock strikes twice, the offset tells which one.
fn ecrire(le: DateTime<Utc>, fuseau: Tz, forme: &str) -> String {
    let ici = le.with_timezone(&fuseau);
    let mut texte = format!("{} {}", ici.format(forme), fuseau.name());
    if matches!(fuseau.from_local_datetime(&ici.naive_local()), MappedLocalTime::Ambiguous(..)) {
        texte.push_str(&format!(" (UTC{})", ici.offset().fix()));
    }
    texte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_as_people_say_them() {
        let durees = [0, 59, 60, 120, 121].map(|s| prevue(Duration::from_secs(s)));
        let dites = ["moins d'une minute", "moins d'une minute", "environ 1 min", "environ 2 min"];
        assert_eq!(durees[..4], dites);
        assert_eq!(durees[4], "environ 3 min");
    }

    #[test]
    fn a_time_is_told_with_its_zone_and_the_hour_struck_twice_with_its_offset() {
        let dite = |le: &str, fuseau| ecrire(le.parse().unwrap(), fuseau, "%d/%m/%Y à %H:%M");
        assert_eq!(dite("2026-11-22T20:14:41Z", Tz::UTC), "22/11/2026 à 20:14 UTC");
        assert_eq!(
            dite("2026-11-22T20:14:41Z", Tz::Europe__Paris),
            "22/11/2026 à 21:14 Europe/Paris"
        );
        assert_eq!(
            [
                dite("2026-10-25T00:30:00Z", Tz::Europe__Paris),
                dite("2026-10-25T01:30:00Z", Tz::Europe__Paris)
            ],
            [
                "25/10/2026 à 02:30 Europe/Paris (UTC+02:00)",
                "25/10/2026 à 02:30 Europe/Paris (UTC+01:00)"
            ]
        );
    }
}
