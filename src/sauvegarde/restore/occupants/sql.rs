//! The SQL of those who are connected.

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::super::super::sql::echec;
use crate::platform::issue::Echec;

#[derive(Debug, Clone, FromRow, Serialize, Deserialize)]
pub struct Session {
    pub pid: i32,
    pub role: String,
    pub programme: String,
    pub superutilisateur: bool,
    /// May this connection end it?
    #[serde(skip)]
    pub congediable: bool,
}

/// Of everybody else. Whoever has not `pg_read_all_stats` is shown of others' sessions the role and
/// nothing of their kind. Only autovacuum has no role, and it steps aside by itself.
pub(crate) async fn sessions(c: &mut PgConnection, base: &str) -> Result<Vec<Session>, Echec> {
    query_as(
        "select a.pid, coalesce(a.usename::text, '?') as role,
                coalesce(a.application_name, '') as programme,
                coalesce(r.rolsuper, true) as superutilisateur,
                moi.rolsuper or (not coalesce(r.rolsuper, true)
                  and (pg_has_role(moi.oid, r.oid, 'USAGE')
                       or pg_has_role(moi.oid, 'pg_signal_backend', 'USAGE'))) as congediable
           from pg_stat_activity a
           left join pg_roles r on r.oid = a.usesysid
           cross join (select oid, rolsuper from pg_roles where rolname = current_user) moi
          where a.datname = $1 and a.pid <> pg_backend_pid() and a.usesysid is not null
            and a.backend_type is distinct from 'autovacuum worker'
          order by a.pid",
    )
    .bind(base)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// One that has gone meanwhile, or that is no longer ours to end, is seen by the next look: what the
/// server warns of it is nobody's to read.
pub(crate) async fn congedier(c: &mut PgConnection, pid: i32) -> Result<(), Echec> {
    query("set client_min_messages = error").execute(&mut *c).await.map_err(echec)?;
    let parti = query("select pg_terminate_backend($1)").bind(pid).execute(&mut *c).await;
    query("reset client_min_messages").execute(c).await.map_err(echec)?;
    match parti {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(e)) => {
            tracing::debug!(pid, err = %e, "connexion non fermée");
            Ok(())
        }
        Err(e) => Err(echec(e)),
    }
}

#[derive(Debug, Clone, FromRow, Serialize, Deserialize)]
pub struct Preparee {
    pub nom: String,
    pub role: String,
}

pub(crate) async fn preparees(c: &mut PgConnection, base: &str) -> Result<Vec<Preparee>, Echec> {
    query_as(
        "select gid as nom, owner::text as role from pg_prepared_xacts where database = $1
          order by prepared",
    )
    .bind(base)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Whom one is, and the rights that seeing and ending the sessions of others takes and that one
/// has not.
pub(crate) async fn manquants(c: &mut PgConnection) -> Result<(String, Vec<String>), Echec> {
    let moi = query_scalar("select current_user::text").fetch_one(&mut *c).await.map_err(echec)?;
    let manquants = query_scalar(
        "select r.rolname::text from pg_roles r
          where r.rolname in ('pg_signal_backend', 'pg_read_all_stats')
            and not pg_has_role(current_user, r.oid, 'USAGE')
          order by r.rolname desc",
    )
    .fetch_all(c)
    .await
    .map_err(echec)?;
    Ok((moi, manquants))
}
