//! What each line of the day is made of: how much for what is left of it, which lots go first (FEFO,
//! as a production would take them), and how it is made.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::rayon::Reste;
use super::{Jour, Ligne, lignes_du_jour};
use crate::domaine::{Quantite, UniteBase};
use crate::plan;
use crate::platform::errors::Erreur;
use crate::recettes::Ingredient;
use crate::stock::{self, LotUtilisable};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecettesDuJour {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub recettes: Vec<RecetteDuJour>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecetteDuJour {
    pub recette_id: Uuid,
    /// Ce pour quoi les ingrédients comptent : ce qui reste à faire, ou tout ce qui est prévu quand
    /// il ne reste rien.
    #[schema(value_type = f64)]
    pub pour: Quantite,
    pub unite: UniteBase,
    pub ingredients: Vec<IngredientAPrendre>,
    /// Geste après geste ; vide : la recette n'en dit rien.
    pub etapes: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct IngredientAPrendre {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
    /// Dans l'ordre où une production les prendrait ; aucun quand il ne reste rien à faire.
    pub lots: Vec<LotAPrendre>,
}

#[derive(Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct LotAPrendre {
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
}

/// 404 `magasin_inconnu`, `plan_absent`. All of the day, or one: none where the day has no such line.
pub(crate) async fn recettes_du_jour(
    c: &mut PgConnection,
    jour: Jour,
    recette_id: Option<Uuid>,
) -> Result<RecettesDuJour, Erreur> {
    let (tete, mut lignes) = lignes_du_jour(c, jour).await?;
    tete.plan_id.ok_or_else(plan::absent)?;
    lignes.retain(|l| recette_id.is_none_or(|id| id == l.lue.recette_id));
    let restes: Vec<Reste<'_>> = lignes.iter().map(Reste::de).collect();
    let mut ids: Vec<Uuid> =
        restes.iter().flat_map(|r| &r.besoins).map(|(i, _)| i.article_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let lots = stock::lots_dans_l_ordre(c, jour.0, jour.1, &ids).await?;
    let recettes = lignes.iter().zip(&restes).map(|(l, r)| montrer(l, r, &lots)).collect();
    Ok(RecettesDuJour { magasin_id: jour.0, date: jour.1, recettes })
}

fn montrer(
    ligne: &Ligne,
    reste: &Reste<'_>,
    lots: &HashMap<Uuid, Vec<LotUtilisable>>,
) -> RecetteDuJour {
    let tout = ligne.lue.planifiee;
    let (pour, besoins) = match reste.quantite.est_positive() {
        true => (reste.quantite, reste.besoins.clone()),
        false => (tout, reste.pour(Quantite::ZERO, tout)),
    };
    let a_prendre = |(i, quantite): (&Ingredient, Quantite)| {
        let reste_a_faire = if reste.quantite.est_positive() { quantite } else { Quantite::ZERO };
        let ranges = lots.get(&i.article_id).map(Vec::as_slice).unwrap_or_default();
        IngredientAPrendre {
            ingredient_id: i.article_id,
            ingredient_nom: i.nom.clone(),
            quantite,
            unite: i.unite_base,
            lots: prendre(reste_a_faire, ranges),
        }
    };
    RecetteDuJour {
        recette_id: ligne.lue.recette_id,
        pour,
        unite: reste.recette.unite_base,
        ingredients: besoins.into_iter().map(a_prendre).collect(),
        etapes: ligne.fiche.place.etapes.clone(),
    }
}

/// From the first ones, until there is enough or nothing is left.
fn prendre(mut besoin: Quantite, lots: &[LotUtilisable]) -> Vec<LotAPrendre> {
    let mut pris = Vec::new();
    for lot in lots {
        let quantite = lot.disponible.min(besoin);
        if !quantite.est_positive() {
            break;
        }
        besoin -= quantite;
        let (code_lot, date_dlc) = (lot.code_lot.clone(), lot.date_dlc);
        pris.push(LotAPrendre { code_lot, date_dlc, quantite });
    }
    pris
}
