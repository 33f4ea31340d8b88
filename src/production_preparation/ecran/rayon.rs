//! What is left to make beside the lots that are there: what is missing, what to use first.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::LigneLue;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::recettes::{Ingredient, Productible};
use crate::stock::{self, LotUtilisable};

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ManqueLigne {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    #[schema(value_type = f64)]
    pub manque: Quantite,
    pub unite: UniteBase,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PremierLot {
    pub ingredient_nom: String,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// What is left of one line, and what that takes.
pub struct Reste<'a> {
    pub recette: &'a Productible,
    pub quantite: Quantite,
    pub besoins: Vec<(&'a Ingredient, Quantite)>,
}

pub fn restes<'a>(
    lignes: &[LigneLue],
    recettes: &'a HashMap<Uuid, Arc<Productible>>,
) -> Vec<Reste<'a>> {
    let reste = |l: &LigneLue| {
        let recette = &*recettes[&l.recette_id];
        let quantite = l.statut().restant(l.planifiee, l.produite);
        let besoin = |i: &'a Ingredient| {
            // More than we can count is more than there is.
            let besoin = recette.besoin(i.quantite, l.produite, l.produite + quantite);
            (i, besoin.unwrap_or(Quantite::MAX_SAISIE))
        };
        let besoins = recette.lignes.iter().map(besoin).filter(|(_, q)| q.est_positive());
        let besoins = if quantite.est_positive() { besoins.collect() } else { Vec::new() };
        Reste { recette, quantite, besoins }
    };
    lignes.iter().map(reste).collect()
}

/// Per article: how much of it is usable, and the lot that goes first.
pub struct Rayon {
    articles: HashMap<Uuid, LotUtilisable>,
}

impl Rayon {
    pub async fn dresser(
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

    pub fn disponible(&self, article: Uuid) -> Quantite {
        self.articles.get(&article).map(|a| a.disponible).unwrap_or_default()
    }

    pub fn manques(&self, reste: &Reste<'_>) -> Vec<ManqueLigne> {
        let manque = |(i, besoin): &(&Ingredient, Quantite)| {
            let manque = *besoin - self.disponible(i.article_id);
            manque.est_positive().then(|| ManqueLigne {
                ingredient_id: i.article_id,
                ingredient_nom: i.nom.clone(),
                manque,
                unite: i.unite_base,
            })
        };
        reste.besoins.iter().filter_map(manque).collect()
    }

    /// The most urgent one of those that the line takes from; lots without DLC are never urgent.
    pub fn premier_lot(&self, reste: &Reste<'_>) -> Option<PremierLot> {
        let lots = reste.besoins.iter().filter_map(|(i, _)| {
            let lot = self.articles.get(&i.article_id)?;
            Some((lot.date_dlc?, i, lot))
        });
        let (dlc, ingredient, lot) = lots.min_by_key(|(dlc, ..)| *dlc)?;
        Some(PremierLot {
            ingredient_nom: ingredient.nom.clone(),
            code_lot: lot.code_lot.clone(),
            date_dlc: Some(dlc),
        })
    }
}
