//! « Faites d'abord »: of what a production is short of, what the day's plan is about to make itself.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::attentes::{AFaire, courts};
use super::lire::{LignePlan, trouver};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::recettes::{self, Productible};
use crate::stock;

/// A line that makes something that is short.
#[derive(Debug, Clone, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct AFaireDAbord {
    pub recette_id: Uuid,
    pub recette_nom: String,
    /// L'ingrédient qu'elle fait.
    pub ingredient_id: Uuid,
    /// Ce que le plan en fait encore.
    #[schema(value_type = f64)]
    pub au_plan: Quantite,
    pub unite: UniteBase,
}

/// Of these articles, what the plan of that day still makes and can make; `sans` are not asked for.
/// Nothing where there is no plan.
pub(crate) async fn a_faire_d_abord(
    c: &mut PgConnection,
    (magasin_id, date): (Uuid, NaiveDate),
    manquants: &[Uuid],
    sans: &[Uuid],
) -> Result<Vec<AFaireDAbord>, Erreur> {
    let plan = match trouver(c, magasin_id, date).await {
        Ok(plan) => plan,
        Err(e) if e.code() == Some("plan_absent") => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let lignes: Vec<&LignePlan> =
        plan.lignes.iter().filter(|l| l.a_faire().est_positive()).collect();
    let ids: Vec<Uuid> = lignes.iter().map(|l| l.recette_id).collect();
    let recettes = recettes::charger(c, &ids).await?;
    let a_faire: Vec<AFaire<'_>> =
        lignes.iter().map(|l| reste(l, &recettes[&l.recette_id])).collect();
    let articles: Vec<Uuid> =
        a_faire.iter().flat_map(|a| &a.besoins).map(|(article, _)| *article).collect();
    let stock = stock::premiers_lots(c, magasin_id, date, &articles).await?;
    let disponible = |a: Uuid| stock.get(&a).map(|l| l.disponible).unwrap_or_default();
    let courts = courts(&a_faire, disponible);
    let faisables = lignes.iter().zip(&a_faire).zip(&courts).filter(|((l, a), courts)| {
        manquants.contains(&a.recette.article_id)
            && !sans.contains(&l.recette_id)
            && a.recette.est_complete()
            && courts.iter().all(|c| c.manque.est_nulle())
    });
    let dire = |((l, a), _): ((&&LignePlan, &AFaire<'_>), _)| AFaireDAbord {
        recette_id: l.recette_id,
        recette_nom: l.recette_nom.clone(),
        ingredient_id: a.recette.article_id,
        au_plan: a.quantite,
        unite: l.unite,
    };
    Ok(faisables.map(dire).collect())
}

fn reste<'a>(l: &LignePlan, recette: &'a Productible) -> AFaire<'a> {
    let (avant, quantite) = (l.quantite_produite, l.a_faire());
    let besoin = |i: &recettes::Ingredient| {
        // More than we can count is more than there is.
        let besoin = recette.besoin(i.quantite, avant, avant + quantite);
        (i.article_id, besoin.unwrap_or(Quantite::MAX_SAISIE))
    };
    AFaire { recette, quantite, besoins: recette.lignes.iter().map(besoin).collect() }
}
