//! What was made on a day, and from which lots: of one operation, or of the whole day.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;

/// More lots than a person reads; the last ones made come first.
const LOTS_MAX: i64 = 1_000;

/// Of one recipe.
#[derive(Debug, Default)]
pub(crate) struct Faite {
    pub lots: Vec<LotFait>,
    pub pris: Vec<LotPris>,
    pub dus: Vec<Du>,
}

/// A lot that came out.
#[derive(Debug, Clone)]
pub(crate) struct LotFait {
    pub recette_id: Uuid,
    pub quantite: Quantite,
    pub unite: UniteBase,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    pub produit_le: DateTime<Utc>,
    /// None: the command line.
    pub auteur: Option<String>,
}

/// What a lot of an ingredient gave.
#[derive(Debug, Clone)]
pub(crate) struct LotPris {
    pub recette_id: Uuid,
    pub ingredient_nom: String,
    pub quantite: Quantite,
    pub unite: UniteBase,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// What the stock did not have, and still owes.
#[derive(Debug, Clone)]
pub(crate) struct Du {
    pub recette_id: Uuid,
    pub ingredient_nom: String,
    pub quantite: Quantite,
    pub unite: UniteBase,
}

/// Which productions are meant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Journee {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub operation_id: Option<Uuid>,
}

/// By recipe; a lot that was taken back whole is not there.
pub(crate) async fn faites(
    c: &mut PgConnection,
    j: Journee,
) -> Result<HashMap<Uuid, Faite>, Erreur> {
    let mut par_recette: HashMap<Uuid, Faite> = HashMap::new();
    for lot in sql::lots_faits(c, j, LOTS_MAX).await? {
        par_recette.entry(lot.recette_id).or_default().lots.push(lot);
    }
    for pris in sql::lots_pris(c, j).await? {
        if let Some(faite) = par_recette.get_mut(&pris.recette_id) {
            faite.pris.push(pris);
        }
    }
    for du in sql::dus(c, j).await? {
        if let Some(faite) = par_recette.get_mut(&du.recette_id) {
            faite.dus.push(du);
        }
    }
    Ok(par_recette)
}

/// The last production du jour that can be taken back.
pub(crate) struct Derniere {
    pub operation_id: Uuid,
    pub produit_le: DateTime<Utc>,
    pub auteur_id: Option<Uuid>,
    pub auteur: Option<String>,
}

pub(crate) async fn derniere(c: &mut PgConnection, j: Journee) -> Result<Option<Derniere>, Erreur> {
    sql::derniere(c, j).await
}
