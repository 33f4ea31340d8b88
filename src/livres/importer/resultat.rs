//! What became of one file of an import, as it is told.

use uuid::Uuid;

use crate::livres::deposer::Depot;
use crate::livres::editions::Parente;
use crate::livres::releve::{DouteReleve, RecetteRelevee, Releve};

#[derive(Debug)]
pub(crate) struct Lu {
    pub releve: Releve,
    pub depot: Depot,
    /// The title of the book that it is the next edition of.
    pub edition_de: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Refus {
    pub code: &'static str,
    pub raison: String,
    pub question: Option<Question>,
}

/// Is it the next edition of that book?
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub parente: Parente,
    /// Where the file waits for the answer.
    pub gardee: Option<Uuid>,
}

impl Refus {
    pub(crate) fn edition_de(&self) -> Option<&str> {
        Some(self.question.as_ref()?.parente.livre.titre.as_str())
    }
}

impl Lu {
    /// What was read, with what is known of it here: the recipes that lines name, the doubts that
    /// nobody has settled yet.
    pub(crate) fn releve_juge(&self) -> Releve {
        let mut releve = self.releve.clone();
        for (rang, recette) in releve.recettes.iter_mut().enumerate() {
            let jugees = self.depot.lignes.get(rang).into_iter().flatten();
            for (ligne, jugee) in recette.lignes.iter_mut().zip(jugees) {
                // A number without unit is pieces as soon as it is mapped.
                if jugee.statut == "mappee" && ligne.est_en_doute() {
                    ligne.quantite_recette.clone_from(&ligne.quantite);
                }
                if let Some((titre, pieces)) = &jugee.recette {
                    ligne.recette = Some(titre.clone());
                    ligne.quantite_recette = pieces.and_then(|p| p.to_string().parse().ok());
                }
            }
            recette.doutes = self.depot.doutes.get(rang).cloned().unwrap_or_default();
        }
        releve
    }

    /// The doubts that nobody has settled yet.
    pub(crate) fn doutes(&self) -> impl Iterator<Item = (&RecetteRelevee, &DouteReleve)> {
        let recettes = self.releve.recettes.iter().zip(&self.depot.doutes);
        recettes.flat_map(|(recette, doutes)| doutes.iter().map(move |d| (recette, d)))
    }

    /// What the import means for each recipe.
    pub(crate) fn sorts(&self) -> impl Iterator<Item = &'static str> {
        let tous = self.depot.sorts.iter().copied();
        tous.chain(std::iter::repeat("inchangee")).take(self.releve.recettes.len())
    }

    pub(crate) fn titres<'a>(&'a self, sort: &'a str) -> impl Iterator<Item = &'a str> {
        let recettes = self.releve.recettes.iter().zip(self.sorts());
        recettes.filter(move |(_, s)| *s == sort).map(|(r, _)| r.titre.as_str())
    }
}
