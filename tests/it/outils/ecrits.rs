//! What a database holds: to prove that a refusal wrote nothing.

use std::collections::BTreeMap;

use delicego::platform::db::Base;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row};

/// One connection of its own, which waits as long as it takes: the program's door is shut as soon
/// as the database takes more than a moment to answer, and this machine may be busy.
pub async fn temoin(base: &Base) -> PgConnection {
    base.options().connect().await.expect("connexion")
}

/// The newest transaction number given on this server: while it stays, nothing at all was written,
/// and nobody need look further.
pub async fn derniere_transaction(c: &mut PgConnection) -> String {
    sqlx::query_scalar("select pg_snapshot_xmax(pg_current_snapshot())::text")
        .fetch_one(c)
        .await
        .expect("transaction")
}

/// Of every table: how many rows, and a digest of all that is in them. Left out: wrong passwords
/// counted, and when a session was last seen.
pub async fn tout_ce_qui_est_ecrit(base: &Base) -> BTreeMap<String, String> {
    let mut c = temoin(base).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
          where table_schema = 'public' and table_type = 'BASE TABLE'
            and table_name <> 'tentative_connexion' order by 1",
    )
    .fetch_all(&mut c)
    .await
    .expect("tables");
    assert!(tables.len() > 15, "{tables:?}");
    let par_table = tables.iter().map(|t| {
        format!(
            "select '{t}' as nom, count(*) || ' ' || coalesce(md5(string_agg(ligne, '|' order by
             ligne)), '') as contenu from (select (to_jsonb(t) - 'vue_le')::text as ligne
             from {t} t) l"
        )
    });
    let sql = par_table.collect::<Vec<_>>().join(" union all ");
    let lignes = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut c).await.expect("contenus");
    lignes.iter().map(|l| (l.get("nom"), l.get("contenu"))).collect()
}
