//! The SQL of the guard-rails. Names of databases and roles are dynamic here: these statements are
//! not checked against a schema.

use sqlx::postgres::PgConnection;
use sqlx::{Row, query, query_scalar};

use crate::platform::issue::{Code, Echec};

/// As a number: 150018.
pub async fn version_du_serveur(c: &mut PgConnection) -> Result<u32, Echec> {
    let version: i32 = query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(c)
        .await
        .map_err(echec)?;
    Ok(version.unsigned_abs())
}

pub async fn prendre_verrou(c: &mut PgConnection, cle: &str) -> Result<bool, Echec> {
    query_scalar("select pg_try_advisory_lock(hashtextextended($1, 0))")
        .bind(cle)
        .fetch_one(c)
        .await
        .map_err(echec)
}

pub async fn rendre_verrou(c: &mut PgConnection, cle: &str) -> Result<(), Echec> {
    let ligne = query("select pg_advisory_unlock(hashtextextended($1, 0))")
        .bind(cle)
        .fetch_one(c)
        .await
        .map_err(echec)?;
    ligne.try_get::<bool, _>(0).map(drop).map_err(echec)
}

/// What the server refused, for the log; the person reads a plain sentence.
pub fn echec(erreur: sqlx::Error) -> Echec {
    tracing::debug!(err = %erreur, "la base a refusé");
    let phrase = match &erreur {
        sqlx::Error::Database(e) => format!("PostgreSQL a refusé : {}.", e.message()),
        _ => "La connexion à PostgreSQL s'est coupée.".to_owned(),
    };
    Echec::nouveau(Code::Refuse, phrase)
}
