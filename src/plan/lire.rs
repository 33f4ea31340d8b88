//! The plan as it stands.

use chrono::{DateTime, NaiveDate, Utc};
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
    /// La cuisine a dit ce qu'il en est (Produit, Ajusté, Non produit) et le plan n'a pas été relevé
    /// depuis : « tout ce qui reste » n'y touche pas.
    pub reglee: bool,
    /// La dernière déclaration qui n'est pas annulée.
    pub declaration: Option<DeclarationDuPlan>,
}

/// What the kitchen last said of a line, in its own words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeclarationDuPlan {
    /// PRODUIT, AJUSTE, NON_PRODUIT ou SCAN.
    pub r#type: String,
    pub date_heure: DateTime<Utc>,
    pub auteur: Option<String>,
    pub motif: Option<String>,
}

impl LignePlan {
    pub(crate) fn reste(&self) -> Quantite {
        (self.quantite_planifiee - self.quantite_produite).max(Quantite::ZERO)
    }

    /// What « all that is left » makes of it: nothing where the kitchen said how it stands.
    pub(crate) fn a_faire(&self) -> Quantite {
        if self.reglee { Quantite::ZERO } else { self.reste() }
    }

    /// Not made, or otherwise than planned, as the kitchen said.
    pub(crate) fn dite_autrement(&self) -> bool {
        let autrement = |d: &DeclarationDuPlan| ["NON_PRODUIT", "AJUSTE"].contains(&&*d.r#type);
        self.reglee && self.declaration.as_ref().is_some_and(autrement)
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
