//! Words that every page shares: days, delays, quantities, as a cook says them.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};

use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::http::pages::Statut;

const JOURS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
pub(crate) const MOIS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// A DLC in so many days or fewer is worth a look this morning.
const JOURS_PROCHES: i64 = 3;

pub(crate) fn statut(genre: &'static str, icone: &'static str, texte: impl Into<String>) -> Statut {
    Statut { genre, icone, texte: texte.into() }
}

/// `dimanche 22 novembre`, `mardi 1er décembre`.
pub(crate) fn jour(date: NaiveDate) -> String {
    let semaine = JOURS.get(date.weekday().num_days_from_monday() as usize).unwrap_or(&"");
    let mois = MOIS.get(date.month0() as usize).unwrap_or(&"");
    let rang = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{semaine} {rang} {mois}")
}

/// `22/11/2026`.
pub(crate) fn date(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// `10 h 42`, where the magasin is.
pub(crate) fn heure<T: TimeZone>(instant: &DateTime<T>) -> String {
    format!("{}\u{a0}h\u{a0}{:02}", instant.hour(), instant.minute())
}

/// How far the last day of use is.
pub(crate) fn delai(dlc: Option<NaiveDate>, jour: NaiveDate) -> Statut {
    let Some(dlc) = dlc else { return statut("sans", "libre", "sans DLC") };
    match (dlc - jour).num_days() {
        -1 => statut("perime", "perime", "périmé depuis 1 jour"),
        n if n < 0 => statut("perime", "perime", format!("périmé depuis {} jours", -n)),
        0 => statut("aujourdhui", "horloge", "aujourd’hui"),
        1 => statut("proche", "horloge", "demain"),
        n if n <= JOURS_PROCHES => statut("proche", "horloge", format!("dans {n} jours")),
        n => statut("loin", "horloge", format!("dans {n} jours")),
    }
}

/// `48` for pieces, `4,5 kg` for the rest: in a column that speaks of one recipe.
pub(crate) fn quantite(q: Quantite, unite: UniteBase) -> String {
    match unite {
        UniteBase::Piece => q.francais(),
        UniteBase::G | UniteBase::Ml => unite.lisible(q),
    }
}

/// `800 g périmés`, `1,5 kg périmé`: the word follows the number that is shown.
pub(crate) fn quantite_et_mot(q: Quantite, unite: UniteBase, mot: &str) -> String {
    let m = q.en_milliemes();
    let grande = unite != UniteBase::Piece && m >= 1_000_000 && m % 1000 == 0;
    // A « pièce » is feminine.
    let e = if unite == UniteBase::Piece { "e" } else { "" };
    let s = if m >= if grande { 2_000_000 } else { 2_000 } { "s" } else { "" };
    format!("{} {mot}{e}{s}", unite.francais(q))
}

/// `1 manque`, `4 manques`; for words that only take an s.
pub(crate) fn compte(n: i64, mot: &str) -> String {
    format!("{n} {mot}{}", s(n))
}

pub(crate) fn s(n: i64) -> &'static str {
    if n >= 2 { "s" } else { "" }
}

/// Of the words of a kitchen, those in ha- and ho- keep their h (haricot, houmous), the others do not
/// (huile, herbes), but for these; and of those in o-, onze. As `textes.js` has it.
const SANS_ELISION: [&str; 8] =
    ["ha", "ho", "hure", "hummus", "herve", "hickory", "hijiki", "onze"];

/// `de Saumon fumé`, `d’Aneth`, `d’Huile de colza`, `de Houmous`: wherever a quantity, or anything
/// else, is joined to a name.
pub(crate) fn de(nom: &str) -> String {
    let cle = cle_de_tri(nom);
    let elision = cle.starts_with(['a', 'e', 'h', 'i', 'o', 'u'])
        && !SANS_ELISION.iter().any(|debut| cle.starts_with(debut));
    if elision { format!("d’{nom}") } else { format!("de {nom}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn le(texte: &str) -> NaiveDate {
        texte.parse().unwrap()
    }

    #[test]
    fn days_and_hours_are_said_in_french() {
        assert_eq!(jour(le("2026-11-22")), "dimanche 22 novembre");
        assert_eq!(jour(le("2026-12-01")), "mardi 1er décembre");
        assert_eq!(date(le("2026-03-05")), "05/03/2026");
        let instant: DateTime<chrono::Utc> = "2026-11-22T08:05:00Z".parse().unwrap();
        let paris = instant.with_timezone(&chrono_tz::Tz::Europe__Paris);
        assert_eq!(heure(&paris), "9\u{a0}h\u{a0}05");
    }

    #[test]
    fn a_lot_is_good_to_the_end_of_its_last_day() {
        for (dlc, genre, texte) in [
            ("2026-11-20", "perime", "périmé depuis 2 jours"),
            ("2026-11-21", "perime", "périmé depuis 1 jour"),
            ("2026-11-22", "aujourdhui", "aujourd’hui"),
            ("2026-11-23", "proche", "demain"),
            ("2026-11-24", "proche", "dans 2 jours"),
            ("2026-11-25", "proche", "dans 3 jours"),
            ("2026-11-26", "loin", "dans 4 jours"),
        ] {
            let lu = delai(Some(le(dlc)), le("2026-11-22"));
            assert_eq!((lu.genre, lu.texte.as_str()), (genre, texte), "{dlc}");
        }
        assert_eq!(delai(None, le("2026-11-22")).texte, "sans DLC");
    }

    #[test]
    fn quantities_and_their_words_agree() {
        let q = Quantite::milliemes;
        assert_eq!(quantite(q(48_000), UniteBase::Piece), "48");
        assert_eq!(quantite(q(4_500_000), UniteBase::G), "4,5 kg");
        assert_eq!(quantite(q(0), UniteBase::Ml), "0 ml");
        let perime = |m, unite| quantite_et_mot(q(m), unite, "périmé");
        assert_eq!(perime(800_000, UniteBase::G), "800 g périmés");
        assert_eq!(perime(1_500_000, UniteBase::G), "1,5 kg périmé");
        assert_eq!(perime(2_000_000, UniteBase::Ml), "2 l périmés");
        assert_eq!(perime(1_000, UniteBase::Piece), "1 pièce périmée");
        assert_eq!(perime(12_000, UniteBase::Piece), "12 pièces périmées");
        assert_eq!(compte(1, "manque"), "1 manque");
        assert_eq!(compte(4, "manque"), "4 manques");
    }

    #[test]
    fn an_ingredient_is_called_with_its_article() {
        // The kitchen screen says it the same way: its scripts are asked the same table.
        let table = include_str!("../../../tests/it/corpus/elisions.json");
        let exemples: Vec<(String, String)> = serde_json::from_str(table).unwrap();
        assert!(exemples.len() > 20);
        for (nom, attendu) in exemples {
            assert_eq!(de(&nom), attendu);
        }
    }
}
