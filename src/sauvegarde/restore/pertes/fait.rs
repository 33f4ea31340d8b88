//! One thing that a person wrote and that goes: enough to do it again by hand.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::platform::heure;

/// What it is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    Production,
    Reception,
    Correction,
    Plan,
    Recette,
    Personne,
    Autre,
}

#[derive(Debug, Clone)]
pub(crate) struct Fait {
    pub genre: Genre,
    pub le: Option<DateTime<Utc>>,
    pub fuseau: Tz,
    pub magasin: String,
    pub auteur: String,
    pub quoi: String,
    /// Of the recipe, the ingredient, the person.
    pub nom: String,
    /// The day it is for.
    pub jour: String,
    pub lot: String,
    pub dlc: String,
    pub quantite: String,
    pub unite: String,
    pub motif: String,
    pub precisions: String,
    pub operation: Option<Uuid>,
}

/// Whoever asked PostgreSQL itself, or came by a door that keeps no operation.
pub(crate) const INCONNU: &str = "auteur inconnu";

impl Default for Fait {
    fn default() -> Self {
        let rien = String::new;
        Self {
            genre: Genre::Autre,
            le: None,
            fuseau: heure::fuseau(),
            magasin: rien(),
            auteur: INCONNU.to_owned(),
            quoi: rien(),
            nom: rien(),
            jour: rien(),
            lot: rien(),
            dlc: rien(),
            quantite: rien(),
            unite: rien(),
            motif: rien(),
            precisions: rien(),
            operation: None,
        }
    }
}

impl Fait {
    /// In the magasin's own time, for the file, which names the zone beside it.
    pub(crate) fn heure(&self) -> String {
        let heure = |le: DateTime<Utc>| le.with_timezone(&self.fuseau).format("%d/%m/%Y %H:%M:%S");
        self.le.map_or_else(|| "heure inconnue".to_owned(), |le| heure(le).to_string())
    }

    /// As the terminal shows it: all in the zone of whoever reads, which is named.
    pub(crate) fn ligne(&self) -> String {
        let le = self.le.map_or_else(|| "heure inconnue".to_owned(), heure::seconde);
        let mut ligne = format!("  {le}  {}", self.quoi);
        for (avant, texte) in [
            ("  ", &self.nom),
            ("  lot ", &self.lot),
            ("  pour le ", &self.jour),
            ("  ", &self.quantite),
            (" ", &self.unite),
        ] {
            if !texte.is_empty() {
                ligne.push_str(avant);
                ligne.push_str(texte);
            }
        }
        match (self.magasin.as_str(), self.auteur.as_str()) {
            ("", "") => {}
            (qui, "") | ("", qui) => ligne.push_str(&format!(" ({qui})")),
            (magasin, auteur) => ligne.push_str(&format!(" ({magasin}, {auteur})")),
        }
        ligne
    }
}
