//! The plan as it stands.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{absent, sql};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::referentiel::magasins;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Plan {
    pub plan_id: Uuid,
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    /// Dans l'ordre des noms.
    pub lignes: Vec<LignePlan>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LignePlan {
    pub recette_id: Uuid,
    /// Le menu de la ligne, sinon celui du magasin pour cette recette, sinon la recette.
    pub recette_nom: String,
    pub menu_id: Option<Uuid>,
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    pub unite: UniteBase,
}

impl LignePlan {
    pub(crate) fn reste(&self) -> Quantite {
        (self.quantite_planifiee - self.quantite_produite).max(Quantite::ZERO)
    }
}

/// 404 `magasin_inconnu` or `plan_absent`.
pub async fn trouver(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Plan, Erreur> {
    magasins::trouver(c, magasin_id).await?;
    let plan_id = sql::plan_id(c, magasin_id, date).await?.ok_or_else(absent)?;
    let mut lignes = sql::lignes(c, magasin_id, date).await?;
    lignes.sort_by_cached_key(|l| cle_de_tri(&l.recette_nom));
    Ok(Plan { plan_id, magasin_id, date, lignes })
}
