//! One command of one person is one `operation`. With a key, it is done once: its answer is stored
//! in the transaction of the fact, and given again to whoever asks the same thing again (I7).

use sqlx::PgConnection;
use uuid::Uuid;

use super::Base;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// What identifies a command: who, which key if any, what.
#[derive(Debug, Clone)]
pub struct Commande {
    /// `None`: the command line.
    pub auteur_id: Option<Uuid>,
    pub cle: Option<Cle>,
    /// Method and path.
    pub chemin: String,
}

#[derive(Debug, Clone)]
pub struct Cle {
    pub valeur: String,
    /// SHA-256 of method, path and JSON value.
    pub empreinte: [u8; 32],
}

/// The operation that the rest of the transaction belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub id: Uuid,
    pub auteur_id: Option<Uuid>,
}

pub enum Reservation {
    AFaire(Operation),
    DejaFaite { statut: u16, reponse: String },
}

/// Takes the key, or finds what was done with it. Two identical requests at once: the unique index
/// makes the second wait here for the first one's commit.
pub async fn reserver(tx: &mut PgConnection, c: &Commande) -> Result<Reservation, Erreur> {
    let id = Uuid::now_v7();
    let prise = sqlx::query!(
        "insert into operation (id, auteur_id, cle, empreinte, chemin) values ($1, $2, $3, $4, $5)
         on conflict (auteur_id, cle) where cle is not null do nothing",
        id,
        c.auteur_id,
        c.cle.as_ref().map(|k| k.valeur.as_str()),
        c.cle.as_ref().map(|k| &k.empreinte[..]),
        c.chemin
    )
    .execute(&mut *tx)
    .await?;
    if prise.rows_affected() == 1 {
        return Ok(Reservation::AFaire(Operation { id, auteur_id: c.auteur_id }));
    }
    retrouver(tx, c).await
}

async fn retrouver(tx: &mut PgConnection, c: &Commande) -> Result<Reservation, Erreur> {
    let Some(cle) = &c.cle else {
        return Err(Erreur::interne("opération sans clé déjà prise"));
    };
    let faite = sqlx::query!(
        "select empreinte, statut, reponse from operation where auteur_id = $1 and cle = $2",
        c.auteur_id,
        cle.valeur
    )
    .fetch_one(tx)
    .await?;
    match (faite.empreinte, faite.statut, faite.reponse) {
        (Some(e), Some(statut), Some(reponse)) if e == cle.empreinte => {
            Ok(Reservation::DejaFaite { statut: statut.unsigned_abs(), reponse })
        }
        _ => Err(ErreurCritiqueMetier::conflit(
            "cle_deja_utilisee",
            "Cette clé d'opération a déjà servi pour une autre demande : prenez-en une nouvelle.",
        )
        .into()),
    }
}

/// Keeps the answer of a keyed operation.
pub async fn conclure(
    tx: &mut PgConnection,
    operation: Operation,
    statut: u16,
    reponse: &str,
) -> Result<(), Erreur> {
    sqlx::query!(
        "update operation set statut = $2, reponse = $3 where id = $1",
        operation.id,
        statut.cast_signed(),
        reponse
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets keys and answers older than 30 days; the operations themselves stay.
pub async fn purger(base: &Base) -> Result<u64, Erreur> {
    let mut connexion = base.lire().await?;
    let faites = sqlx::query!(
        "update operation set cle = null, empreinte = null, reponse = null
          where cle is not null and cree_le < now() - interval '30 days'"
    )
    .execute(&mut *connexion)
    .await?;
    Ok(faites.rows_affected())
}
