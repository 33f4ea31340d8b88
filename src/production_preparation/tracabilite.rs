//! Everything that was declared of a line, oldest first; a production du jour shows as PRODUIT.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::declaration::TypeDeclaration;
use super::ligne::{self, LigneVisee};
use super::sql;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Tracabilite {
    pub evenements: Vec<EvenementTrace>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EvenementTrace {
    pub r#type: TypeDeclaration,
    /// L'heure d'arrivée.
    pub date_heure: DateTime<Utc>,
    /// L'heure du geste, telle que la tablette l'a dite ; null si elle ne l'a pas dite.
    pub tape_le: Option<DateTime<Utc>>,
    /// Ce qui a été dit : le total voulu, 1 pour un scan, ce qu'une annulation a repris.
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
    /// null quand rien de plus n'a été produit.
    pub lot_production_id: Option<Uuid>,
    /// null pour la ligne de commande.
    pub auteur: Option<String>,
    pub motif: Option<String>,
    /// Le total de la ligne juste après.
    #[schema(value_type = f64)]
    pub total: Quantite,
    /// Annulé depuis.
    pub annule: bool,
    /// Une production du jour, qu'Annuler ne reprend pas.
    pub production_du_jour: bool,
}

/// 404 `magasin_inconnu`, `recette_inconnue`.
pub(crate) async fn tracer(c: &mut PgConnection, visee: LigneVisee) -> Result<Tracabilite, Erreur> {
    ligne::magasin_connu(c, visee.magasin_id).await?;
    let Some(unite) = sql::unite(c, visee.recette_id).await? else {
        return Err(crate::recettes::inconnue(visee.recette_id).into());
    };
    Ok(Tracabilite { evenements: sql::tracer(c, visee, unite).await? })
}
