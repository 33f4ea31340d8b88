//! Books that wait for an answer: « is it the next edition of that book? ». They are kept in the
//! database, so that neither a restart nor another server loses what a person sent; the newest twenty
//! of the last thirty days, and no more than a hundred megabytes of them.

mod sql;

use sqlx::PgConnection;
use uuid::Uuid;

use super::editions::Parente;
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

pub(crate) use sql::{finir, reposer, toutes};

/// A book that waits.
#[derive(Debug, Clone)]
pub(crate) struct EnQuestion {
    pub id: Uuid,
    pub nom: String,
    pub phrase: String,
    pub par: String,
}

/// The file, and the source of the book that it looks like.
pub(crate) struct Repondue {
    pub nom: String,
    pub octets: Vec<u8>,
    pub source: String,
}

pub(crate) async fn garder(
    base: &Base,
    par: Option<Uuid>,
    (nom, octets): (&str, &[u8]),
    parente: &Parente,
) -> Result<Uuid, Erreur> {
    executer_transaction(base, async |tx| {
        let id = Uuid::now_v7();
        sql::inserer(tx, (id, par), (nom, octets), (&parente.livre.source, &parente.phrase()))
            .await?;
        sql::oublier_les_anciennes(tx).await?;
        Ok(id)
    })
    .await
}

/// From now on it is asked no more, unless its import never ends. 409 `question_deja_repondue`.
pub(crate) async fn prendre(tx: &mut PgConnection, id: Uuid) -> Result<Repondue, Erreur> {
    sql::prendre(tx, id).await?.ok_or_else(|| {
        let detail = "Cette question a déjà sa réponse, ou a trop attendu : regardez les livres \
                      importés, et envoyez le fichier à nouveau s'il n'y est pas.";
        ErreurCritiqueMetier::conflit("question_deja_repondue", detail).into()
    })
}
