//! What is wrong with the files: where, and in words that say what to change.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use super::modeles::Modele;
use super::tables::{Ligne, Table};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Faute {
    pub fichier: String,
    pub ligne: Option<u64>,
    pub colonne: Option<String>,
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
        write!(f, " : {}", self.message)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum EchecImport {
    #[error("import refusé, rien n'a été écrit :\n{}", lignes(.fautes))]
    Refuse { fautes: Vec<Faute>, avertissements: Vec<String> },
    #[error(transparent)]
    Panne(#[from] Erreur),
}

fn lignes(fautes: &[Faute]) -> String {
    fautes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every fault so far, one per cell.
#[derive(Default)]
pub(crate) struct Fautes {
    liste: Vec<Faute>,
    cellules: HashSet<(String, u64, Option<String>)>,
    lignes: HashSet<(String, u64)>,
}

impl Fautes {
    pub(crate) fn du_systeme(&mut self, fichier: &str, message: impl Into<String>) {
        self.liste.push(Faute {
            fichier: fichier.to_owned(),
            ligne: None,
            colonne: None,
            message: message.into(),
        });
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
        let (fichier, colonne) = (fichier.to_owned(), colonne.map(str::to_owned));
        if self.cellules.insert((fichier.clone(), ligne, colonne.clone())) {
            self.liste.push(Faute {
                fichier,
                ligne: Some(ligne),
                colonne,
                message: message.into(),
            });
        }
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

    pub(crate) fn est_vide(&self) -> bool {
        self.liste.is_empty()
    }

    /// In the order of the files, then of their lines.
    pub(crate) fn triees(self) -> Vec<Faute> {
        let mut liste = self.liste;
        liste.sort_by_key(|f| (Modele::du_systeme(&f.fichier), f.fichier.clone(), f.ligne));
        liste
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

    pub(crate) fn touche(&self, fautes: &Fautes) -> bool {
        self.lignes.iter().any(|l| fautes.touchee(&self.table.fichier, l.numero))
    }

    /// A slice's refusal, brought back to the cells it speaks of.
    pub(crate) fn refuser(&self, fautes: &mut Fautes, refus: &ErreurCritiqueMetier) {
        let erreurs = refus.champs.get("erreurs").and_then(|e| e.as_array());
        let Some(erreurs) = erreurs else {
            return self.noter(fautes, 0, None, &refus.detail);
        };
        for erreur in erreurs {
            let champ = erreur["champ"].as_str().unwrap_or_default();
            let (rang, colonne) = cellule(self.table.modele, champ);
            let message = erreur["message"].as_str().unwrap_or("est refusé");
            self.noter(fautes, rang, (!colonne.is_empty()).then_some(colonne), message);
        }
    }

    fn noter(&self, fautes: &mut Fautes, rang: usize, colonne: Option<&str>, message: &str) {
        let ligne = self.lignes.get(rang).or(self.lignes.first());
        fautes.noter(&self.table.fichier, ligne.map_or(0, |l| l.numero), colonne, message);
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
        let mut fautes = Fautes::default();
        fautes.noter("plans.csv", 9, Some("date"), "premier");
        fautes.noter("plans.csv", 9, Some("date"), "suite du premier");
        fautes.noter("magasins.xlsx", 12, None, "autre");
        fautes.noter("magasins.xlsx", 2, None, "encore");
        assert!(fautes.touchee("plans.csv", 9) && !fautes.touchee("plans.csv", 8));
        let dites: Vec<_> = fautes.triees().iter().map(ToString::to_string).collect();
        assert_eq!(
            dites,
            ["magasins.xlsx:2 : encore", "magasins.xlsx:12 : autre", "plans.csv:9:date : premier"]
        );
    }
}
