//! What a file holds before anybody knows what it is about: rows of cells, each with its place.

use chrono::NaiveDate;

/// Only what is filled: a cell in the farthest corner costs as much as one beside the head.
#[derive(Debug, Default)]
pub(crate) struct Feuille {
    pub rangees: Vec<Rangee>,
    /// Merged cells: which of them a value belongs to is not said.
    pub fusions: Vec<Zone>,
    /// First and last of each run of hidden columns, from 0.
    pub colonnes_masquees: Vec<(u32, u32)>,
    pub forme: Forme,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Forme {
    /// Cells have an address, `B7`.
    #[default]
    Tableur,
    Texte {
        separateur: char,
    },
}

#[derive(Debug)]
pub(crate) struct Rangee {
    /// As an editor or a spreadsheet numbers it: from 1.
    pub numero: u64,
    /// By column, in order, none of them empty.
    pub cases: Vec<Case>,
    pub masquee: bool,
    /// How many cells were written, empty ones too; a text file alone knows.
    pub largeur: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// From 0.
    pub colonne: u32,
    pub contenu: Contenu,
    /// Struck through: was it meant to count?
    pub barree: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Contenu {
    Texte(String),
    Nombre(Nombre),
    Jour {
        date: NaiveDate,
        heure: bool,
    },
    /// What the cell holds is no value for us: what it is, and what to do.
    Refuse(String),
}

/// What a format does to the digits of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Montre {
    /// Shows them, and no other sign.
    #[default]
    Tel,
    /// Groups or rounds them: the same number, but no code.
    Arrange,
    /// Shows another number, or none.
    Autre,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nombre {
    /// Plain digits with a point.
    pub valeur: String,
    /// So many digits are shown before the point at least: `0042`.
    pub chiffres: usize,
    /// What the format shows beside it: `kg`, `€`, `LOT-`.
    pub autour: String,
    pub montre: Montre,
}

/// Rows from 1, columns from 0, both ends within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone {
    pub lignes: (u64, u64),
    pub colonnes: (u32, u32),
}

impl Feuille {
    pub(crate) fn est_vide(&self) -> bool {
        self.rangees.iter().all(|r| r.cases.is_empty())
    }

    /// The address of the first filled cell.
    pub(crate) fn premiere(&self) -> String {
        let premiere = self.rangees.iter().find_map(|r| Some((r.numero, r.cases.first()?.colonne)));
        premiere.map(|(ligne, colonne)| adresse(ligne, colonne)).unwrap_or_default()
    }

    /// No spreadsheet keeps that much in a cell, and nobody typed it.
    pub(crate) fn refuser_les_demesurees(&mut self) {
        const SIGNES_MAX: usize = 32_767;
        for case in self.rangees.iter_mut().flat_map(|r| &mut r.cases) {
            if matches!(&case.contenu, Contenu::Texte(t) if t.chars().nth(SIGNES_MAX).is_some()) {
                let message = "a plus de 32 767 signes : ce n'est pas une cellule d'un tableau";
                case.contenu = Contenu::Refuse(message.to_owned());
            }
        }
    }

    pub(crate) fn est_masquee(&self, colonne: u32) -> bool {
        self.colonnes_masquees.iter().any(|(de, a)| (*de..=*a).contains(&colonne))
    }
}

impl Rangee {
    pub(crate) fn case(&self, colonne: u32) -> Option<&Case> {
        let place = self.cases.binary_search_by_key(&colonne, |c| c.colonne).ok()?;
        self.cases.get(place)
    }
}

impl Contenu {
    /// As a person would name it in a message, or as a head is compared.
    pub(crate) fn dit(&self) -> String {
        match self {
            Self::Texte(texte) => texte.trim().to_owned(),
            Self::Nombre(n) => n.valeur.replace('.', ","),
            Self::Jour { date, .. } => date.format("%d/%m/%Y").to_string(),
            Self::Refuse(raison) => raison.clone(),
        }
    }
}

/// `A`, `Z`, `AA`: a column as spreadsheets name it.
pub(crate) fn lettres(colonne: u32) -> String {
    let mut lettres = Vec::new();
    let mut reste = u64::from(colonne) + 1;
    while reste > 0 {
        reste -= 1;
        lettres.push(char::from(b'A' + u8::try_from(reste % 26).unwrap_or(0)));
        reste /= 26;
    }
    lettres.iter().rev().collect()
}

pub(crate) fn adresse(ligne: u64, colonne: u32) -> String {
    format!("{}{ligne}", lettres(colonne))
}

/// `B7`, `$B$7`: the row and the column.
pub(crate) fn lire_adresse(texte: &str) -> Option<(u64, u32)> {
    let net: String = texte.chars().filter(|c| *c != '$').collect();
    let fin = net.find(|c: char| !c.is_ascii_alphabetic())?;
    let (lettres, chiffres) = net.split_at(fin);
    if lettres.is_empty() || lettres.len() > 4 {
        return None;
    }
    let rang = |r: u32, c: char| r * 26 + u32::from(c.to_ascii_uppercase()) - u32::from('A') + 1;
    let colonne = lettres.chars().fold(0, rang) - 1;
    Some((chiffres.parse().ok().filter(|n| *n > 0)?, colonne))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_address_that_spreadsheets_show() {
        for (texte, place) in
            [("A1", (1, 0)), ("Z9", (9, 25)), ("AA10", (10, 26)), ("XFD1", (1, 16_383))]
        {
            assert_eq!(lire_adresse(texte), Some(place));
            assert_eq!(adresse(place.0, place.1), texte);
        }
        assert_eq!(lire_adresse("$B$7"), Some((7, 1)));
        for faux in ["", "7", "B", "B0", "ABCDE1", "B-1"] {
            assert_eq!(lire_adresse(faux), None, "{faux}");
        }
    }
}
