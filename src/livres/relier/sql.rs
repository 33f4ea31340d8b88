//! The SQL of labels that are ignored.

use sqlx::PgConnection;
use uuid::Uuid;

use super::AIgnorer;
use crate::platform::errors::Erreur;

/// The id of what ignores it, from now on or already.
pub async fn ignorer(c: &mut PgConnection, a: &AIgnorer, cle: &str) -> Result<Uuid, Erreur> {
    Ok(sqlx::query_scalar!(
        "insert into libelle_ignore (id, libelle, cle, sans_quantite) values ($1, $2, $3, $4)
         on conflict (cle, sans_quantite) where actif do update set libelle = excluded.libelle
         returning id",
        Uuid::now_v7(),
        a.libelle,
        cle,
        a.sans_quantite
    )
    .fetch_one(c)
    .await?)
}

/// Its label's key; none when it was not ignored.
pub async fn reprendre_en_compte(c: &mut PgConnection, id: Uuid) -> Result<Option<String>, Erreur> {
    Ok(sqlx::query_scalar!(
        "update libelle_ignore set actif = false where id = $1 and actif returning cle",
        id
    )
    .fetch_optional(c)
    .await?)
}

pub async fn ne_plus_ignorer(c: &mut PgConnection, cle: &str) -> Result<(), Erreur> {
    sqlx::query!("update libelle_ignore set actif = false where cle = $1 and actif", cle)
        .execute(c)
        .await?;
    Ok(())
}
