//! The schema: forward only, and known to be newest or not.

use sqlx::migrate::{MigrateError, Migrator};

use super::Base;
use crate::platform::errors::Erreur;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EtatSchema {
    AJour,
    /// Migrations still to run.
    Ancien(usize),
    /// Made by a newer program than this one.
    PlusRecent,
}

pub(crate) async fn etat(base: &Base) -> Result<EtatSchema, Erreur> {
    let mut connexion = base.lire().await?;
    let existe: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connexion)
        .await?;
    if !existe {
        return Ok(EtatSchema::Ancien(MIGRATIONS.iter().count()));
    }
    let faites: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations where success")
        .fetch_all(&mut *connexion)
        .await?;
    if faites.iter().any(|v| !MIGRATIONS.version_exists(*v)) {
        return Ok(EtatSchema::PlusRecent);
    }
    match MIGRATIONS.iter().filter(|m| !faites.contains(&m.version)).count() {
        0 => Ok(EtatSchema::AJour),
        n => Ok(EtatSchema::Ancien(n)),
    }
}

/// Brings the schema to the newest; two programs at once do it once.
pub async fn migrer(base: &Base) -> Result<(), Erreur> {
    let mut connexion = base.lire().await?;
    MIGRATIONS.run(&mut *connexion).await.map_err(|e| match e {
        MigrateError::Execute(e) => Erreur::from(e),
        autre => Erreur::interne(autre),
    })
}

/// The newest version this program knows.
pub fn version() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}
