//! The business journal: append-only, written in the transaction of the fact it tells.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::errors::Erreur;

pub struct Evenement<'a> {
    pub magasin_id: Option<Uuid>,
    pub nom: &'a str,
    pub operation_id: Uuid,
    pub donnees: Value,
}

pub async fn inscrire(tx: &mut PgConnection, e: Evenement<'_>) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into evenement (id, magasin_id, nom, operation_id, donnees)
         values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        e.magasin_id,
        e.nom,
        e.operation_id,
        e.donnees
    )
    .execute(tx)
    .await?;
    Ok(())
}
