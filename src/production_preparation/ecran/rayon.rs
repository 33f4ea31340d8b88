//! What is left to make beside the lots that are there: what is missing, what to use first.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Ligne;
use crate::domaine::{ParId, Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::recettes::{Ingredient, Productible};
use crate::stock::{self, LotUtilisable};

#[derive(Debug, Clone, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct ManqueLigne {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    #[schema(value_type = f64)]
    pub manque: Quantite,
    pub unite: UniteBase,
}

#[derive(Debug, Clone, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct PremierLot {
    pub ingredient_nom: String,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// What is left of one line, and what that takes.
pub(crate) struct Reste<'a> {
    pub recette: &'a Productible,
    pub quantite: Quantite,
    pub besoins: Vec<(&'a Ingredient, Quantite)>,
}

pub(crate) fn restes(lignes: &[Ligne]) -> Vec<Reste<'_>> {
    lignes.iter().map(Reste::de).collect()
}

impl<'a> Reste<'a> {
    pub(super) fn de(ligne: &'a Ligne) -> Self {
        let Ligne { lue, fiche } = ligne;
        let quantite = lue.statut().restant(lue.planifiee, lue.produite);
        let mut reste = Self { recette: &fiche.recette, quantite, besoins: Vec::new() };
        if quantite.est_positive() {
            reste.besoins = reste.pour(lue.produite, lue.produite + quantite);
        }
        reste
    }

    /// What going from a produced total to another takes.
    pub(crate) fn pour(&self, avant: Quantite, apres: Quantite) -> Vec<(&'a Ingredient, Quantite)> {
        let besoin = |i: &'a Ingredient| {
            // More than we can count is more than there is.
            let besoin = self.recette.besoin(i.quantite, avant, apres);
            (i, besoin.unwrap_or(Quantite::MAX_SAISIE))
        };
        self.recette.lignes.iter().map(besoin).filter(|(_, q)| q.est_positive()).collect()
    }
}

/// Per article: how much of it is usable, and the lot that goes first.
pub(crate) struct Rayon {
    articles: ParId<LotUtilisable>,
}

impl Rayon {
    pub(crate) async fn dresser(
        c: &mut PgConnection,
        (magasin_id, date): (Uuid, NaiveDate),
        restes: &[Reste<'_>],
    ) -> Result<Self, Erreur> {
        let besoins = restes.iter().flat_map(|r| &r.besoins);
        let mut ids: Vec<Uuid> = besoins.map(|(i, _)| i.article_id).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(Self { articles: stock::premiers_lots(c, magasin_id, date, &ids).await? })
    }

    pub(crate) fn disponible(&self, article: Uuid) -> Quantite {
        self.articles.get(&article).map(|a| a.disponible).unwrap_or_default()
    }

    /// The most urgent lot of those that it takes from: lots without DLC are never urgent.
    pub(crate) fn premier_lot(&self, reste: &Reste<'_>) -> Option<PremierLot> {
        let mut premier: Option<(NaiveDate, &Ingredient, &LotUtilisable)> = None;
        for (ingredient, _) in &reste.besoins {
            let la = self.articles.get(&ingredient.article_id);
            if let Some((lot, dlc)) = la.and_then(|lot| Some((lot, lot.date_dlc?)))
                && premier.as_ref().is_none_or(|(autre, ..)| dlc < *autre)
            {
                premier = Some((dlc, ingredient, lot));
            }
        }
        premier.map(|(dlc, ingredient, lot)| PremierLot {
            ingredient_nom: ingredient.nom.clone(),
            code_lot: lot.code_lot.clone(),
            date_dlc: Some(dlc),
        })
    }
}

pub(crate) fn manquer(ingredient: &Ingredient, manque: Quantite) -> ManqueLigne {
    ManqueLigne {
        ingredient_id: ingredient.article_id,
        ingredient_nom: ingredient.nom.clone(),
        manque,
        unite: ingredient.unite_base,
    }
}
