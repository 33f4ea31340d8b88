//! The business journal: append-only, written in the transaction of the fact it tells.

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Base, Ecrits, annonces, executer_transaction};
use crate::platform::errors::Erreur;

pub struct Evenement<'a> {
    pub magasin_id: Option<Uuid>,
    pub nom: &'a str,
    pub operation_id: Uuid,
    pub donnees: Value,
}

pub async fn inscrire(tx: &mut PgConnection, e: Evenement<'_>) -> Result<(), Erreur> {
    let mut ecrits = Ecrits::default();
    ajouter(&mut ecrits, e);
    ecrits.envoyer(tx).await
}

/// The same with what else the transaction has to write.
pub(crate) fn ajouter(ecrits: &mut Ecrits, e: Evenement<'_>) {
    if let Some(magasin_id) = e.magasin_id {
        annonces::changer(magasin_id);
    }
    let sql = "insert into evenement (id, magasin_id, nom, operation_id, donnees)
               values ($1, $2, $3, $4, $5)";
    ecrits
        .ajouter(sql)
        .lier(Uuid::now_v7())
        .lier(e.magasin_id)
        .lier(e.nom)
        .lier(e.operation_id)
        .lier(e.donnees);
}

/// Keeps trace of a failure, in a transaction of its own: that of the fact was rolled back. Where
/// even this cannot be written, the log alone tells it.
pub(crate) async fn noter_panne(base: &Base, nom: &str, magasin_id: Uuid, date: NaiveDate) {
    let ecriture = executer_transaction(base, async |tx| {
        sqlx::query!(
            "insert into panne (id, magasin_id, nom, date_jour)
             select $1, $2, $3, $4 where exists (select from magasin where id = $2)",
            Uuid::now_v7(),
            magasin_id,
            nom,
            date
        )
        .execute(tx)
        .await
        .map_err(Erreur::from)
    });
    if let Err(erreur) = ecriture.await {
        tracing::debug!(err = %erreur, "panne non notée");
    }
}
