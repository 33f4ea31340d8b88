//! One cell: what was typed, as what its column holds.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Number, Value};
use unicode_normalization::UnicodeNormalization;

use super::codes;
use super::feuille::{Contenu, Montre, Nombre};
use super::lire::est_une_erreur;
use super::modeles::Genre;
use super::nombres::{self, Usage};
use crate::domaine::jour_acceptable;

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

/// Trimmed, accents in one piece and without what nobody sees, so that a name is the same name in
/// every file.
pub(crate) fn nettoyer(brut: &str) -> String {
    brut.nfc().filter(|c| !est_invisible(*c)).collect::<String>().trim().to_owned()
}

const fn est_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// What a cell says, and the doubt there is about it.
pub(crate) type Lue = (Cellule, Option<String>);

/// None for an empty cell.
pub(crate) fn lire(contenu: &Contenu, genre: Genre, usage: Usage) -> Result<Option<Lue>, String> {
    match contenu {
        Contenu::Refuse(raison) => Err(raison.clone()),
        Contenu::Texte(brut) => lire_texte(brut, genre, usage),
        Contenu::Nombre(nombre) => lire_nombre(nombre, genre).map(Some),
        Contenu::Jour { date, heure } => lire_date(*date, *heure, genre).map(Some),
    }
}

fn lire_texte(brut: &str, genre: Genre, usage: Usage) -> Result<Option<Lue>, String> {
    let texte = nettoyer(brut);
    if texte.is_empty() {
        return Ok(None);
    }
    refuser_le_texte(&texte, genre)?;
    let mut doute = None;
    let cellule = match genre {
        Genre::Texte | Genre::Phrases => {
            let sans_mot = !texte.chars().any(char::is_alphanumeric);
            if genre == Genre::Texte && (sans_mot || codes::est_scientifique(&texte)) {
                return Err(format!(
                    "« {texte} » n'est pas un nom : retirez la ligne, ou retapez-le"
                ));
            }
            doute = accent_perdu(&texte);
            Cellule::Texte(texte)
        }
        Genre::Code => {
            codes::refuser(&texte)?;
            codes::refuser_l_absence(&texte)?;
            let ote = || format!("« {texte} » avait un signe invisible : il en est ôté");
            doute = codes::douter(&texte).or_else(|| brut.contains(est_invisible).then(ote));
            Cellule::Texte(texte)
        }
        Genre::Gencode => {
            codes::refuser(&texte)?;
            let gencode = codes::joindre(&texte);
            codes::refuser_le_gencode(&gencode)?;
            doute = codes::douter_du_gencode(&gencode);
            Cellule::Texte(gencode)
        }
        Genre::Majuscules => Cellule::Texte(texte.to_uppercase()),
        Genre::Minuscules => Cellule::Texte(texte.to_lowercase()),
        Genre::Nombre | Genre::Prix => Cellule::Nombre(nombres::lire(&texte, usage)?),
        Genre::Jour => Cellule::Jour(lire_jour(&texte)?),
    };
    Ok(Some((cellule, doute)))
}

/// What is no text that a person typed, whatever the column.
fn refuser_le_texte(texte: &str, genre: Genre) -> Result<(), String> {
    let plusieurs = texte.contains(['\n', '\r']) && genre != Genre::Phrases;
    let permis = |c: char| genre == Genre::Phrases && matches!(c, '\n' | '\r' | '\t');
    // Those that turn the text around are no letters either.
    let cache =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let raison = if est_une_erreur(texte) {
        format!("contient l'erreur de tableur {texte}")
    } else if texte.starts_with('=') {
        format!("« {texte} » est une formule : collez la valeur à sa place")
    } else if plusieurs {
        "tient sur plusieurs lignes : mettez tout sur une seule".to_owned()
    } else if texte.chars().any(|c| cache(c) && !permis(c)) {
        "contient un signe invisible : retapez-la".to_owned()
    } else if texte.contains('\u{fffd}') || est_deux_fois_converti(texte) {
        format!(
            "« {texte} » a perdu ses accents (UTF-8 lu comme un autre encodage) : repartez du fichier \
             d'origine et enregistrez-le en .xlsx ou en « CSV UTF-8 »"
        )
    } else {
        return Ok(());
    };
    Err(raison)
}

/// `CrÃ¨me`: each accent became two signs.
fn est_deux_fois_converti(texte: &str) -> bool {
    let suite =
        |c: char| ('\u{80}'..='\u{bf}').contains(&c) || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c);
    let mut signes = texte.chars().peekable();
    while let Some(c) = signes.next() {
        if matches!(c, 'Ã' | 'Â' | 'Å') && signes.peek().is_some_and(|c| suite(*c)) {
            return true;
        }
    }
    texte.contains("â€")
}

/// `Cr?me`: a letter that an encoding did not have.
fn accent_perdu(texte: &str) -> Option<String> {
    let signes: Vec<char> = texte.chars().collect();
    let perdu =
        signes.windows(3).any(|s| s[0].is_alphabetic() && s[1] == '?' && s[2].is_alphabetic());
    perdu.then(|| format!("« {texte} » : un accent perdu, à la place du « ? » ?"))
}

fn lire_nombre(n: &Nombre, genre: Genre) -> Result<Lue, String> {
    let dit = n.valeur.replace('.', ",");
    let chiffres = n.valeur.bytes().all(|b| b.is_ascii_digit());
    match genre {
        Genre::Nombre | Genre::Prix => lire_quantite(n, &dit, genre),
        Genre::Jour => Err(format!(
            "est le nombre {dit}, pas une date : donnez à la cellule le format JJ/MM/AAAA et relisez-la"
        )),
        _ if chiffres && n.autour.is_empty() && n.montre == Montre::Tel => {
            let texte = format!("{:0>largeur$}", n.valeur, largeur = n.chiffres);
            if genre == Genre::Gencode {
                codes::refuser_le_gencode(&texte)?;
            }
            let doute = (genre == Genre::Gencode).then(|| codes::douter_du_gencode(&texte));
            Ok((Cellule::Texte(texte), doute.flatten()))
        }
        _ if chiffres => Err(format!(
            "est le nombre {dit} pour le tableur, qui le montre autrement{} : donnez à la cellule le \
             format Texte et retapez ce qui doit y être",
            entre_guillemets(&n.autour)
        )),
        _ => Err(format!(
            "est le nombre {dit} pour le tableur, qui ne garde ni ses zéros ni sa virgule : donnez à la \
             cellule le format Texte et retapez-la"
        )),
    }
}

fn lire_quantite(n: &Nombre, dit: &str, genre: Genre) -> Result<Lue, String> {
    let nombre = n.valeur.parse().map_err(|_| format!("« {dit} » n'est pas un nombre"))?;
    let monnaie = n.autour.contains(['€', '$', '£']) || n.autour.to_lowercase().contains("eur");
    let montree = entre_guillemets(&n.autour);
    if n.montre == Montre::Autre {
        return Err(format!(
            "vaut {dit}, et le tableur montre autre chose{montree} : donnez à la cellule le format Nombre \
             et relisez-la"
        ));
    }
    if monnaie && genre != Genre::Prix {
        return Err(format!(
            "est de l'argent pour le tableur{montree} : donnez à la cellule le format Nombre et relisez-la"
        ));
    }
    let doute = n.autour.chars().any(char::is_alphabetic) && !monnaie;
    let doute = doute
        .then(|| format!("le tableur y montre « {} » : seul le nombre {dit} est lu", n.autour));
    Ok((Cellule::Nombre(nombre), doute))
}

fn entre_guillemets(autour: &str) -> String {
    if autour.is_empty() { String::new() } else { format!(" (« {autour} »)") }
}

fn lire_date(date: NaiveDate, heure: bool, genre: Genre) -> Result<Lue, String> {
    let dit = date.format("%d/%m/%Y");
    let format = if genre.est_un_nombre() { "Nombre" } else { "Texte" };
    match genre {
        Genre::Jour if !jour_acceptable(date) => Err(HORS_SIECLE.to_owned()),
        Genre::Jour => {
            let doute = heure.then(|| format!("a une heure aussi : seul le jour, {dit}, est lu"));
            Ok((Cellule::Jour(Jour::Date(date)), doute))
        }
        _ => Err(format!(
            "est la date {dit} pour le tableur, quoi qu'on y ait tapé : donnez à la cellule le format \
             {format} et retapez-la"
        )),
    }
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
    if date.year() < 100 {
        return Err(format!("« {texte} » : écrivez l'année en quatre chiffres"));
    }
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
        lue(texte, Genre::Jour).map(|lue| lue.map(|(cellule, _)| cellule))
    }

    fn lue(texte: &str, genre: Genre) -> Result<Option<Lue>, String> {
        lire(&Contenu::Texte(texte.to_owned()), genre, Usage::default())
    }

    fn montre(valeur: &str, chiffres: usize, autour: &str, montre: Montre) -> Nombre {
        Nombre { valeur: valeur.to_owned(), chiffres, autour: autour.to_owned(), montre }
    }

    #[test]
    fn what_is_shown_and_is_not_what_is_kept_is_refused() {
        let lu = |autour: &str, forme, genre| lire_nombre(&montre("2", 0, autour, forme), genre);
        for genre in [Genre::Code, Genre::Gencode, Genre::Texte] {
            assert!(lu("LOT-", Montre::Tel, genre).unwrap_err().contains("« LOT- »"));
            assert!(lu("", Montre::Arrange, genre).is_err());
        }
        assert!(lu("000", Montre::Autre, Genre::Nombre).unwrap_err().contains("« 000 »"));
        assert!(lu("€", Montre::Arrange, Genre::Nombre).unwrap_err().contains("argent"));
        assert!(lu("€", Montre::Arrange, Genre::Prix).unwrap().1.is_none());
        assert!(lu("kg", Montre::Arrange, Genre::Nombre).unwrap().1.is_some());
        assert!(lu("", Montre::Arrange, Genre::Nombre).unwrap().1.is_none());
        for texte in ["L\u{202e}12", "n/a", "-"] {
            assert!(lue(texte, Genre::Code).is_err(), "{texte}");
        }
        assert!(lue("L\u{200b}12", Genre::Code).unwrap().unwrap().1.is_some());
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
            "11/22/2026",
            "45943",
            "oct-25",
        ] {
            assert!(jour(texte).is_err(), "{texte}");
        }
        assert_eq!(Jour::Relatif(1).date(date("2100-12-31")), None);
    }

    #[test]
    fn a_name_is_the_same_however_its_accents_were_typed() {
        assert_eq!(nettoyer("Cre\u{300}me\u{a0}"), "Crème");
        assert_eq!(nettoyer("\u{feff}Cr\u{e8}me\u{200b}"), "Crème");
    }

    #[test]
    fn what_nobody_typed_is_refused_in_every_column() {
        for texte in [
            "#N/A",
            "#VALEUR!",
            "####",
            "=A1",
            "Cr\u{c3}\u{a8}me",
            "lâ€™eau",
            "a\nb",
            "Cr\u{fffd}me",
        ] {
            for genre in [Genre::Texte, Genre::Code, Genre::Gencode, Genre::Nombre, Genre::Jour] {
                assert!(lue(texte, genre).is_err(), "{texte}");
            }
        }
        assert!(lue("deux\nlignes", Genre::Phrases).is_ok());
        let (_, doute) = lue("Cr?me", Genre::Texte).unwrap().unwrap();
        assert!(doute.unwrap().contains("accent"));
    }

    #[test]
    fn what_a_spreadsheet_made_of_a_cell_is_not_what_was_typed() {
        let jour = Contenu::Jour { date: date("2026-05-12"), heure: false };
        let nombre =
            |valeur: &str, chiffres| Contenu::Nombre(montre(valeur, chiffres, "", Montre::Tel));
        let lire = |c: &Contenu, genre| lire(c, genre, Usage::default());
        for genre in [Genre::Texte, Genre::Code, Genre::Gencode, Genre::Nombre] {
            assert!(lire(&jour, genre).unwrap_err().contains("12/05/2026"));
        }
        assert!(lire(&nombre("45943", 0), Genre::Jour).unwrap_err().contains("45943"));
        assert!(lire(&nombre("12.5", 0), Genre::Code).unwrap_err().contains("12,5"));
        let code = |n| lire(&n, Genre::Code).unwrap().unwrap().0;
        assert_eq!(code(nombre("42", 6)), Cellule::Texte("000042".to_owned()));
        assert_eq!(code(nombre("42", 0)), Cellule::Texte("42".to_owned()));
    }
}
