//! A command in one transaction, once per key.

use std::ops::AsyncFnOnce;

use serde::Serialize;
use sqlx::PgConnection;

use super::operations::{self, Commande, Operation, Reponse, Reservation};
use super::{Base, Ecrits, executer_transaction};
use crate::platform::errors::Erreur;

/// Done now, with what the caller wants to announce and its answer as JSON; or done before.
pub enum Une<S> {
    Faite(S, String),
    Deja(Reponse),
}

/// Begins, takes the key, does it, keeps the answer, commits.
pub(crate) async fn pas_a_pas<B: Serialize, S>(
    base: &Base,
    commande: &Commande,
    statut: u16,
    action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<(B, S), Erreur>,
) -> Result<Une<S>, Erreur> {
    executer_transaction(base, async move |tx| {
        let operation = match operations::reserver(tx, commande).await? {
            Reservation::DejaFaite(reponse) => return Ok(Une::Deja(reponse)),
            Reservation::AFaire(operation) => operation,
        };
        let (corps, suite) = action(tx, operation).await?;
        let json = serde_json::to_string(&corps).map_err(Erreur::interne)?;
        if commande.cle.is_some() {
            operations::conclure(tx, operation, statut, &json).await?;
        }
        Ok(Une::Faite(suite, json))
    })
    .await
}

/// For an action that leaves all its rows to be written at the end: begins, does it, writes them
/// with the key and the answer, commits. A key is nearly always new: whether it was taken is asked
/// only where the database says so, or where the action is refused, perhaps for having been done.
pub async fn d_un_trait<B: Serialize, S>(
    base: &Base,
    commande: &Commande,
    statut: u16,
    action: impl AsyncFnOnce((&mut PgConnection, &mut Ecrits), Operation) -> Result<(B, S), Erreur>,
) -> Result<Une<S>, Erreur> {
    let faite = executer_transaction(base, async move |tx| {
        let (operation, mut ecrits) = (commande.operation(), Ecrits::default());
        let (corps, suite) = action((&mut *tx, &mut ecrits), operation).await?;
        let json = serde_json::to_string(&corps).map_err(Erreur::interne)?;
        operations::ajouter(&mut ecrits, (commande, operation), (statut, &json));
        ecrits.envoyer(tx).await?;
        Ok(Une::Faite(suite, json))
    });
    match faite.await {
        Err(erreur @ (Erreur::Refus(_) | Erreur::Interne(_))) if commande.cle.is_some() => {
            let deja = operations::retrouver(&mut *base.lire().await?, commande).await?;
            deja.map(Une::Deja).ok_or(erreur)
        }
        issue => issue,
    }
}
