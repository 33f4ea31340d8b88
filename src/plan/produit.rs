//! Counts what is made onto the day's lines: the plan's part in every production.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;
use crate::referentiel::magasins;

#[derive(Debug, Clone, Copy)]
pub(crate) struct LigneProduite {
    /// The line's produced total before.
    pub avant: Quantite,
    /// What it planned before.
    pub planifiee_avant: Quantite,
    /// The number of the lot to come.
    pub numero: i64,
}

/// Adds each quantity to its line's produced total; lines absent from the plan are added, a planned
/// quantity is raised to the produced total, never lowered. Locks the lines, in the order of their
/// recipes. Gives the plan's id and, per recipe, the line as it was. 404 `magasin_inconnu`.
pub(crate) async fn compter_produit(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    quantites: &[(Uuid, Quantite)],
) -> Result<(Uuid, HashMap<Uuid, LigneProduite>), Erreur> {
    let (plan_id, lignes) = sql::compter_produit(tx, magasin_id, date, quantites).await?;
    // Without its magasin nothing is counted.
    if lignes.is_empty() && !quantites.is_empty() {
        return Err(magasins::inconnu().into());
    }
    // Somebody else opened this day's plan at this very moment: it is there now.
    let plan_id = match plan_id {
        Some(id) => Some(id),
        None => sql::plan_id(tx, magasin_id, date).await?,
    };
    Ok((plan_id.ok_or_else(|| Erreur::interne("plan ni trouvé ni ouvert"))?, lignes))
}
