//! One command of one person is one `operation`. With a key, it is done once: its answer is stored
//! in the transaction of the fact, and given again to whoever asks the same thing again (I7).

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Base, Ecrits};
use crate::platform::comptes::Role;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// What identifies a command: who, which key if any, what.
#[derive(Debug, Clone)]
pub struct Commande {
    /// `None`: the command line.
    pub auteur_id: Option<Uuid>,
    /// What the author may; the machine itself decides like an admin.
    pub role: Role,
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
    pub role: Role,
}

pub enum Reservation {
    AFaire(Operation),
    DejaFaite(Reponse),
}

/// What was answered when it was done.
pub struct Reponse {
    pub statut: u16,
    pub json: String,
}

impl Commande {
    /// The operation that it becomes.
    pub(crate) fn operation(&self) -> Operation {
        Operation { id: Uuid::now_v7(), auteur_id: self.auteur_id, role: self.role }
    }
}

/// Takes the key, or finds what was done with it. Two identical requests at once: the unique index
/// makes the second wait here for the first one's commit.
pub async fn reserver(tx: &mut PgConnection, c: &Commande) -> Result<Reservation, Erreur> {
    let operation = c.operation();
    let prise = sqlx::query!(
        "insert into operation (id, auteur_id, cle, empreinte, chemin) values ($1, $2, $3, $4, $5)
         on conflict (auteur_id, cle) where cle is not null do nothing",
        operation.id,
        c.auteur_id,
        c.cle.as_ref().map(|k| k.valeur.as_str()),
        c.cle.as_ref().map(|k| &k.empreinte[..]),
        c.chemin
    )
    .execute(&mut *tx)
    .await?;
    if prise.rows_affected() == 1 {
        return Ok(Reservation::AFaire(operation));
    }
    match retrouver(tx, c).await? {
        Some(reponse) => Ok(Reservation::DejaFaite(reponse)),
        None => Err(Erreur::interne("opération sans clé déjà prise")),
    }
}

/// The operation of a command without a key; of those that only the machine or an admin gives.
pub(crate) async fn sans_cle(
    tx: &mut PgConnection,
    auteur_id: Option<Uuid>,
    chemin: &str,
) -> Result<Operation, Erreur> {
    let chemin = chemin.to_owned();
    let commande = Commande { auteur_id, role: Role::Admin, cle: None, chemin };
    match reserver(tx, &commande).await? {
        Reservation::AFaire(operation) => Ok(operation),
        Reservation::DejaFaite(_) => Err(Erreur::interne("opération sans clé déjà faite")),
    }
}

/// What was done under its key, if it has one that was taken. 409 `cle_deja_utilisee` when that
/// was something else.
pub(crate) async fn retrouver(
    c: &mut PgConnection,
    commande: &Commande,
) -> Result<Option<Reponse>, Erreur> {
    let Some(cle) = &commande.cle else { return Ok(None) };
    let faite = sqlx::query!(
        "select empreinte, statut, reponse from operation where auteur_id = $1 and cle = $2",
        commande.auteur_id,
        cle.valeur
    )
    .fetch_optional(c)
    .await?;
    let Some(faite) = faite else { return Ok(None) };
    match (faite.empreinte, faite.statut, faite.reponse) {
        (Some(e), Some(statut), Some(json)) if e == cle.empreinte => {
            Ok(Some(Reponse { statut: statut.unsigned_abs(), json }))
        }
        _ => Err(ErreurCritiqueMetier::conflit(
            "cle_deja_utilisee",
            "Cette clé d'opération a déjà servi pour une autre demande : prenez-en une nouvelle.",
        )
        .into()),
    }
}

/// Adds it, done, with its answer if it has a key. Somebody else with the same key at the same
/// moment: the unique index makes one of the two fail.
pub(crate) fn ajouter(
    e: &mut Ecrits,
    (c, operation): (&Commande, Operation),
    (statut, json): (u16, &str),
) {
    let sql = "insert into operation (id, auteur_id, cle, empreinte, chemin, statut, reponse)
               values ($1, $2, $3, $4, $5, $6, $7)";
    let cle = c.cle.as_ref();
    e.ajouter(sql)
        .lier(operation.id)
        .lier(operation.auteur_id)
        .lier(cle.map(|k| k.valeur.as_str()))
        .lier(cle.map(|k| &k.empreinte[..]))
        .lier(c.chemin.as_str())
        .lier(cle.map(|_| statut.cast_signed()))
        .lier(cle.map(|_| json));
}

/// Keeps the answer of a keyed operation.
pub(crate) async fn conclure(
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
