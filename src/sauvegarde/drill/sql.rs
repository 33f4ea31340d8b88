//! The SQL of drills.

use sqlx::postgres::PgConnection;
use sqlx::query_scalar;

use super::super::sql::echec;
use crate::platform::issue::Echec;

/// What is noted on a database: empty when nothing is, none when there is no such database.
pub(crate) async fn commentaire(c: &mut PgConnection, base: &str) -> Result<Option<String>, Echec> {
    query_scalar(
        "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database
          where datname = $1",
    )
    .bind(base)
    .fetch_optional(c)
    .await
    .map_err(echec)
}

/// Does row level security hide nothing from that role?
pub(crate) async fn lit_tout(c: &mut PgConnection, role: &str) -> Result<bool, Echec> {
    let requete = "select coalesce((select rolsuper or rolbypassrls from pg_roles
                                     where rolname = $1), false)";
    query_scalar(requete).bind(role).fetch_one(c).await.map_err(echec)
}
