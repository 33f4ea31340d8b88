//! How a spreadsheet shows a number: as a number, a day, a part of a hundred; by its format's code.

use chrono::{Days, NaiveDate};

use crate::domaine::Decimal;
use crate::importer::feuille::{Contenu, Montre, Nombre};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Format {
    pub genre: Sorte,
    pub chiffres: usize,
    pub autour: String,
    pub montre: Montre,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sorte {
    #[default]
    Nombre,
    Pourcent,
    /// Does it show the day, and the year?
    Jour {
        jour: bool,
        annee: bool,
    },
    Heure,
}

/// The formats that have a number and no code of their own in the file.
pub(crate) fn integre(id: u32) -> Format {
    let jour = |jour, annee| Sorte::Jour { jour, annee };
    let genre = match id {
        9 | 10 => Sorte::Pourcent,
        14 | 15 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => jour(true, true),
        16 => jour(true, false),
        17 => jour(false, true),
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Sorte::Heure,
        _ => Sorte::Nombre,
    };
    let autour = if matches!(id, 5..=8 | 42 | 44) { "€" } else { "" };
    let montre = if matches!(id, 0 | 1 | 49) { Montre::Tel } else { Montre::Arrange };
    Format { genre, chiffres: 0, autour: autour.to_owned(), montre }
}

/// What stands before the first `;` of a format's code: what is shown as it is written, and the rest.
#[derive(Default)]
struct Code {
    nu: String,
    autour: String,
    heures: bool,
    /// Another section follows: an empty one shows nothing.
    coupe: bool,
}

/// `dd/mm/yyyy;@`, `0.00" kg"`, `00000`.
fn decouper(code: &str) -> Code {
    let mut lu = Code::default();
    let mut suite = code.chars();
    while let Some(c) = suite.next() {
        match c {
            ';' => {
                lu.coupe = true;
                break;
            }
            '"' => lu.autour.extend(suite.by_ref().take_while(|c| *c != '"')),
            '\\' => lu.autour.extend(suite.next()),
            '_' | '*' => drop(suite.next()),
            '[' => {
                let dedans: String = suite.by_ref().take_while(|c| *c != ']').collect();
                lu.heures |=
                    dedans.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                if let Some(monnaie) = dedans.strip_prefix('$') {
                    lu.autour.extend(monnaie.chars().take_while(|c| *c != '-'));
                }
            }
            c => {
                let exposant = lu.nu.ends_with('e');
                if matches!(c, '(' | ')' | '-' | '+' | '$' | '€' | '£') && !exposant {
                    lu.autour.push(c);
                }
                lu.nu.push(c.to_ascii_lowercase());
            }
        }
    }
    lu.autour = lu.autour.trim().to_owned();
    lu
}

pub(crate) fn lire(code: &str) -> Format {
    let lu = decouper(code);
    let a = |lettre: char| lu.nu.contains(lettre);
    let general = matches!(lu.nu.as_str(), "" | "general" | "standard" | "@");
    let genre = match () {
        () if general => Sorte::Nombre,
        () if lu.heures => Sorte::Heure,
        () if a('d') || a('y') || (a('m') && !a('h') && !a('s')) => {
            Sorte::Jour { jour: a('d'), annee: a('y') }
        }
        () if a('h') || a('s') => Sorte::Heure,
        () if a('%') => Sorte::Pourcent,
        () => Sorte::Nombre,
    };
    let zeros = !lu.nu.is_empty() && lu.nu.chars().all(|c| c == '0');
    let chiffres = if zeros { lu.nu.len() } else { 0 };
    let place = |c: char| matches!(c, '0' | '#' | '?');
    // A comma that stands between no two digits divides by a thousand.
    let divise = lu.nu.match_indices(',').any(|(rang, _)| !lu.nu[rang + 1..].starts_with(place));
    let rien = lu.nu.is_empty() && (lu.coupe || !lu.autour.is_empty());
    let montre = match () {
        () if rien || divise || contredit(&lu.autour) => Montre::Autre,
        () if general || lu.nu.chars().all(|c| matches!(c, '0' | '#')) => Montre::Tel,
        () => Montre::Arrange,
    };
    Format { genre, chiffres, autour: lu.autour, montre }
}

/// Digits or a sign that the number has not.
pub(crate) fn contredit(autour: &str) -> bool {
    autour.contains(|c: char| c.is_numeric() || matches!(c, '(' | ')' | '-' | '−' | '+'))
        && !autour.chars().any(char::is_alphabetic)
}

/// The number of a cell, as its format shows it.
pub(crate) fn montrer(n: f64, format: &Format, depuis_1904: bool) -> Contenu {
    match format.genre {
        Sorte::Nombre => nombre(n, format),
        Sorte::Pourcent => Contenu::Refuse(POURCENT.to_owned()),
        Sorte::Heure => Contenu::Refuse(HEURE.to_owned()),
        Sorte::Jour { jour, annee } => match date(n, depuis_1904) {
            Some(date) => montrer_jour(date, n.fract() != 0.0, (jour, annee)),
            None => Contenu::Refuse("est montrée comme une date, et n'en est pas une".to_owned()),
        },
    }
}

/// A date whose day or year is not shown is one that nobody has read: `oct-25` is not the 1st.
pub(crate) fn montrer_jour(date: NaiveDate, heure: bool, (jour, annee): (bool, bool)) -> Contenu {
    let cache = match (jour, annee) {
        (true, true) => return Contenu::Jour { date, heure },
        (false, _) => "le jour",
        (true, false) => "l'année",
    };
    Contenu::Refuse(format!(
        "est une date dont le tableur ne montre pas {cache} (il garde {}) : donnez à la cellule le \
         format JJ/MM/AAAA et relisez-la",
        date.format("%d/%m/%Y")
    ))
}

/// `2025-10-13`, `2025-10-13T08:30:00`: a day as XML has it.
pub(crate) fn iso(texte: &str) -> Contenu {
    let (jour, heure) = texte.split_once('T').unwrap_or((texte, ""));
    let minuit = heure.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    match jour.parse() {
        Ok(date) => Contenu::Jour { date, heure: !minuit },
        Err(_) => Contenu::Refuse(HEURE.to_owned()),
    }
}

pub(crate) const POURCENT: &str =
    "est un pourcentage : donnez à la cellule le format Nombre et relisez-la";
pub(crate) const HEURE: &str =
    "est une heure ou une durée pour le tableur : retapez ce qui doit y être";
pub(crate) const BOOLEEN: &str = "est un VRAI/FAUX du tableur : retapez ce qui doit y être";
pub(crate) const FORMULE: &str = "est une formule dont le fichier n'a pas gardé le résultat : ouvrez-le \
                                  dans un tableur et enregistrez-le, ou collez la valeur";
const CHIFFRES: &str = "est un nombre de plus de 15 chiffres, que le tableur n'a pas gardés tous : donnez \
                        à la cellule le format Texte et retapez-la";

/// A spreadsheet keeps binary numbers and shows 15 digits of them: what was typed is what it shows.
pub(crate) fn nombre(n: f64, format: &Format) -> Contenu {
    if !n.is_finite() || n.abs() >= 1e15 {
        return Contenu::Refuse(CHIFFRES.to_owned());
    }
    match Decimal::lire_json(&format!("{n:.14e}")) {
        Ok(valeur) => Contenu::Nombre(Nombre {
            valeur: valeur.to_string(),
            chiffres: format.chiffres,
            autour: format.autour.clone(),
            montre: format.montre,
        }),
        Err(_) => Contenu::Refuse("n'est pas un nombre lisible".to_owned()),
    }
}

/// Days since the end of 1899, or since 1904 as older Macs count.
fn date(n: f64, depuis_1904: bool) -> Option<NaiveDate> {
    let depart = if depuis_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
    let depart = NaiveDate::from_ymd_opt(depart.0, depart.1, depart.2)?;
    // Spreadsheets know no day after 9999.
    if !(0.0..3_000_000.0).contains(&n) {
        return None;
    }
    let jours: u64 = format!("{:.0}", n.floor()).parse().ok()?;
    depart.checked_add_days(Days::new(jours))
}

/// What a formula that failed leaves behind, in the words of any spreadsheet; and a cell too narrow.
pub(crate) fn est_une_erreur(texte: &str) -> bool {
    let Some(reste) = texte.strip_prefix('#') else {
        return texte.strip_prefix("Err:").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    };
    let crie =
        |c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '!' | '?' | '#');
    let dit = reste.ends_with(['!', '?', '#', 'A']) || reste.is_empty();
    dit && reste.chars().all(crie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_what_a_number_is() {
        let jour = |jour, annee| Sorte::Jour { jour, annee };
        for (code, genre) in [
            ("General", Sorte::Nombre),
            ("dd/mm/yyyy;@", jour(true, true)),
            ("[$-40C]d mmmm yyyy", jour(true, true)),
            ("mmm\\-yy", jour(false, true)),
            ("d\\-mmm", jour(true, false)),
            ("dd/mm/yyyy hh:mm", jour(true, true)),
            ("hh:mm:ss", Sorte::Heure),
            ("[h]:mm", Sorte::Heure),
            ("0.00%", Sorte::Pourcent),
            ("#,##0.00 _€", Sorte::Nombre),
            ("0.00E+00", Sorte::Nombre),
            ("[Red]0.00;-0.00", Sorte::Nombre),
            ("\"dimanche\" 0", Sorte::Nombre),
        ] {
            assert_eq!(lire(code).genre, genre, "{code}");
        }
        assert_eq!(lire("00000").chiffres, 5);
        assert_eq!(lire("0.00\" kg\"").autour, "kg");
        assert_eq!(lire("#,##0.00\\ \"€\"").autour, "€");
    }

    #[test]
    fn a_format_may_show_another_number_than_there_is() {
        for (code, montre) in [
            ("General", Montre::Tel),
            ("00000", Montre::Tel),
            ("0", Montre::Tel),
            ("0.00\" kg\"", Montre::Arrange),
            ("#,##0", Montre::Arrange),
            ("0000 0000", Montre::Arrange),
            ("#,##0.00 _€", Montre::Arrange),
            ("0.00E+00", Montre::Arrange),
            ("#,##0,", Montre::Autre),
            ("0\"000\"", Montre::Autre),
            ("(0)", Montre::Autre),
            ("-0", Montre::Autre),
            (";;;", Montre::Autre),
        ] {
            assert_eq!(lire(code).montre, montre, "{code}");
        }
        assert_eq!(lire("[$€-40C] #,##0.00").autour, "€");
        assert_eq!(lire("\"LOT-\"0").autour, "LOT-");
    }

    #[test]
    fn numbers_are_what_the_sheet_shows() {
        for (n, lu) in [
            (2.5, "2.5"),
            (0.1 + 0.2, "0.3"),
            (2_041_100_001_076.0, "2041100001076"),
            (-12.0, "-12"),
            (10.9, "10.9"),
            (0.0, "0"),
        ] {
            let Contenu::Nombre(nombre) = nombre(n, &Format::default()) else { panic!("{n}") };
            assert_eq!(nombre.valeur, lu);
        }
        assert!(matches!(nombre(1.234_567_890_123_456e15, &Format::default()), Contenu::Refuse(_)));
    }

    #[test]
    fn days_are_counted_from_1900_or_1904_and_must_be_shown() {
        let attendu = NaiveDate::from_ymd_opt(2025, 10, 13).unwrap();
        let jour = integre(14);
        assert_eq!(montrer(45_943.541, &jour, false), Contenu::Jour { date: attendu, heure: true });
        assert_eq!(montrer(44_481.0, &jour, true), Contenu::Jour { date: attendu, heure: false });
        for id in [16, 17] {
            let Contenu::Refuse(dit) = montrer(45_943.0, &integre(id), false) else {
                panic!("{id}")
            };
            assert!(dit.contains("13/10/2025"), "{dit}");
        }
    }

    #[test]
    fn errors_are_known_in_every_language_and_hashes_of_a_narrow_column_too() {
        for texte in ["#N/A", "#REF!", "#DIV/0!", "#VALEUR!", "#NOM?", "#NUL!", "#####", "Err:502"]
        {
            assert!(est_une_erreur(texte), "{texte}");
        }
        for texte in ["#12", "# 1", "lot #3", "Err: rien", "#Nouveau"] {
            assert!(!est_une_erreur(texte), "{texte}");
        }
    }
}
