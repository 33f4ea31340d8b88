//! What is wrong with the files, or doubtful: where, and in words that say what to change.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::Options;
use super::feuille::adresse;
use super::modeles::Modele;
use super::rapport::Rapport;
use super::tables::{Ligne, Table};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Faute {
    pub fichier: String,
    pub ligne: Option<u64>,
    pub colonne: Option<String>,
    /// `B7`, in a workbook.
    pub cellule: Option<String>,
    pub message: String,
}

impl fmt::Display for Faute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fichier)?;
        if let Some(ligne) = self.ligne {
            write!(f, ":{ligne}")?;
        }
        if let Some(colonne) = &self.colonne {
            write!(f, ":{colonne}")?;
        }
        if let Some(cellule) = &self.cellule {
            write!(f, " ({cellule})")?;
        }
        write!(f, " : {}", self.message)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum EchecImport {
    #[error("import refusé, rien n'a été écrit :\n{}", lignes(.fautes))]
    Refuse {
        fautes: Vec<Faute>,
        /// What would have been done besides, and what is doubtful.
        rapport: Box<Rapport>,
    },
    #[error(transparent)]
    Panne(#[from] Erreur),
}

fn lignes(fautes: &[Faute]) -> String {
    fautes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every fault so far, one per cell, and every doubt: a fault holds the import, a doubt is told.
#[derive(Default)]
pub(crate) struct Suivi {
    options: Options,
    fautes: Vec<Faute>,
    doutes: Vec<Faute>,
    cellules: HashSet<(String, u64, Option<String>)>,
    lignes: HashSet<(String, u64)>,
    /// Which column of a workbook bears that head.
    places: HashMap<(String, String), u32>,
}

impl Suivi {
    pub(crate) fn nouveau(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    pub(crate) fn du_fichier(&mut self, fichier: &str, message: impl Into<String>) {
        let faute = self.faute(fichier, None, None, message.into());
        self.fautes.push(faute);
    }

    /// The first fault of a cell is kept: the others only follow from it.
    pub(crate) fn noter(
        &mut self,
        fichier: &str,
        ligne: u64,
        colonne: Option<&str>,
        message: impl Into<String>,
    ) {
        self.taire(fichier, ligne);
        let cellule = (fichier.to_owned(), ligne, colonne.map(str::to_owned));
        if self.cellules.insert(cellule) {
            let faute = self.faute(fichier, Some(ligne), colonne, message.into());
            self.fautes.push(faute);
        }
    }

    pub(crate) fn douter(
        &mut self,
        fichier: &str,
        ligne: u64,
        colonne: Option<&str>,
        message: impl Into<String>,
    ) {
        let doute = self.faute(fichier, Some(ligne), colonne, message.into());
        self.doutes.push(doute);
    }

    pub(crate) fn douter_du_fichier(&mut self, fichier: &str, message: impl Into<String>) {
        let doute = self.faute(fichier, None, None, message.into());
        self.doutes.push(doute);
    }

    /// What would not be read holds, until somebody says that it may be left.
    pub(crate) fn perdre(
        &mut self,
        fichier: &str,
        ligne: Option<u64>,
        colonne: Option<&str>,
        message: impl fmt::Display,
    ) {
        if self.options.laisser {
            let doute = self.faute(fichier, ligne, colonne, format!("{message} : laissé de côté"));
            return self.doutes.push(doute);
        }
        let message = format!("{message} ; --laisser-le-reste importe sans");
        match ligne {
            Some(ligne) => self.noter(fichier, ligne, colonne, message),
            None => self.du_fichier(fichier, message),
        }
    }

    pub(crate) const fn insiste(&self) -> bool {
        self.options.encore
    }

    fn faute(
        &self,
        fichier: &str,
        ligne: Option<u64>,
        colonne: Option<&str>,
        message: String,
    ) -> Faute {
        let colonne = colonne.map(str::to_owned);
        let place =
            colonne.as_ref().and_then(|c| self.places.get(&(fichier.to_owned(), c.clone())));
        let cellule = ligne.zip(place).map(|(ligne, place)| adresse(ligne, *place));
        Faute { fichier: fichier.to_owned(), ligne, colonne, cellule, message }
    }

    /// From here on, faults of that column have an address.
    pub(crate) fn placer(&mut self, fichier: &str, colonne: &str, place: u32) {
        self.places.insert((fichier.to_owned(), colonne.to_owned()), place);
    }

    /// The row cannot be written for a reason that is told elsewhere.
    pub(crate) fn taire(&mut self, fichier: &str, ligne: u64) {
        self.lignes.insert((fichier.to_owned(), ligne));
    }

    pub(crate) fn touchee(&self, fichier: &str, ligne: u64) -> bool {
        self.lignes.contains(&(fichier.to_owned(), ligne))
    }

    pub(crate) fn une_ligne_touchee(&self) -> bool {
        !self.lignes.is_empty()
    }

    pub(crate) const fn a_des_fautes(&self) -> bool {
        !self.fautes.is_empty()
    }

    /// Faults and doubts, in the order of the files, then of their lines.
    pub(crate) fn triees(self) -> (Vec<Faute>, Vec<Faute>) {
        let trier = |mut liste: Vec<Faute>| {
            liste.sort_by_key(|f| (Modele::du_fichier(&f.fichier), f.fichier.clone(), f.ligne));
            liste
        };
        (trier(self.fautes), trier(self.doutes))
    }
}

/// The rows that one request is made of; the first speaks for the whole.
pub(crate) struct Ou<'a> {
    pub table: &'a Table,
    pub lignes: Vec<&'a Ligne>,
}

impl<'a> Ou<'a> {
    pub(crate) fn une(table: &'a Table, ligne: &'a Ligne) -> Self {
        Self { table, lignes: vec![ligne] }
    }

    pub(crate) fn touche(&self, suivi: &Suivi) -> bool {
        self.lignes.iter().any(|l| suivi.touchee(&self.table.fichier, l.numero))
    }

    /// A slice's refusal, brought back to the cells it speaks of.
    pub(crate) fn refuser(&self, suivi: &mut Suivi, refus: &ErreurCritiqueMetier) {
        let erreurs = refus.champs.get("erreurs").and_then(|e| e.as_array());
        let Some(erreurs) = erreurs else {
            return self.noter(suivi, 0, None, &refus.detail);
        };
        for erreur in erreurs {
            let champ = erreur["champ"].as_str().unwrap_or_default();
            let (rang, colonne) = cellule(self.table.modele, champ);
            let message = erreur["message"].as_str().unwrap_or("est refusé");
            self.noter(suivi, rang, (!colonne.is_empty()).then_some(colonne), message);
        }
    }

    fn noter(&self, suivi: &mut Suivi, rang: usize, colonne: Option<&str>, message: &str) {
        let ligne = self.lignes.get(rang).or(self.lignes.first());
        suivi.noter(&self.table.fichier, ligne.map_or(0, |l| l.numero), colonne, message);
    }
}

/// `lignes[2].ingredient_id` of a request: its row and its column.
fn cellule(modele: Modele, champ: &str) -> (usize, &str) {
    let dans_la_liste = champ.strip_prefix("lignes[").and_then(|r| r.split_once(']'));
    let (rang, champ) = match dans_la_liste {
        Some((rang, reste)) => (rang.parse().unwrap_or(0), reste.trim_start_matches('.')),
        None => (0, champ),
    };
    let colonne = match (modele, champ) {
        (Modele::Recettes, "nom" | "article_id") => "recette",
        (Modele::Recettes, "rendement.unite") => "unite_rendement",
        (Modele::Recettes, "rendement" | "rendement.quantite") => "rendement",
        (Modele::Plans, "lignes") => "recette",
        (_, "lignes") => "ingredient",
        (_, autre) => autre.strip_suffix("_id").unwrap_or(autre),
    };
    (rang, colonne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_request_is_a_cell_of_the_file() {
        let recette = |champ| cellule(Modele::Recettes, champ);
        assert_eq!(recette("lignes[12].ingredient_id"), (12, "ingredient"));
        assert_eq!(recette("lignes[0].quantite"), (0, "quantite"));
        assert_eq!(recette("rendement.unite"), (0, "unite_rendement"));
        assert_eq!(recette("rendement.quantite"), (0, "rendement"));
        assert_eq!(recette("nom"), (0, "recette"));
        assert_eq!(recette("lignes"), (0, "ingredient"));
        assert_eq!(cellule(Modele::Magasins, "nom"), (0, "nom"));
        assert_eq!(cellule(Modele::Plans, "lignes[3].menu_id"), (3, "menu"));
    }

    #[test]
    fn one_fault_per_cell_in_the_order_of_the_files() {
        let mut suivi = Suivi::default();
        suivi.placer("plans.xlsx", "date", 1);
        suivi.noter("plans.xlsx", 9, Some("date"), "premier");
        suivi.noter("plans.xlsx", 9, Some("date"), "suite du premier");
        suivi.noter("magasins.csv", 12, None, "autre");
        suivi.noter("magasins.csv", 2, None, "encore");
        assert!(suivi.touchee("plans.xlsx", 9) && !suivi.touchee("plans.xlsx", 8));
        let (fautes, _) = suivi.triees();
        let dites: Vec<_> = fautes.iter().map(ToString::to_string).collect();
        assert_eq!(
            dites,
            [
                "magasins.csv:2 : encore",
                "magasins.csv:12 : autre",
                "plans.xlsx:9:date (B9) : premier"
            ]
        );
    }

    #[test]
    fn what_would_be_lost_holds_until_somebody_says_that_it_may() {
        let perdu = |laisser| {
            let mut suivi = Suivi::nouveau(Options { laisser, ..Options::default() });
            suivi.perdre("plans.csv", Some(1), None, "la colonne « note » est inconnue");
            let (fautes, doutes) = suivi.triees();
            (fautes.len(), doutes.len())
        };
        assert_eq!((perdu(false), perdu(true)), ((1, 0), (0, 1)));
    }
}
