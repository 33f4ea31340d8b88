//! What a database holds: to prove that a refusal wrote nothing.

use std::collections::BTreeMap;

use delicego::platform::db::Base;
use sqlx::{AssertSqlSafe, Row};

/// The newest transaction number given on this server: while it stays, nothing at all was written,
/// and nobody need look further.
pub async fn derniere_transaction(base: &Base) -> String {
    let mut c = base.lire().await.expect("connexion");
    sqlx::query_scalar("select pg_snapshot_xmax(pg_current_snapshot())::text")
        .fetch_one(&mut *c)
        .await
        .expect("transaction")
}

/// Of every table: how many rows, and a digest of all that is in them. Left out: wrong passwords
/// counted, and when a session was last seen.
pub async fn tout_ce_qui_est_ecrit(base: &Base) -> BTreeMap<String, String> {
    let mut c = base.lire().await.expect("connexion");
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
          where table_schema = 'public' and table_type = 'BASE TABLE'
            and table_name <> 'tentative_connexion' order by 1",
    )
    .fetch_all(&mut *c)
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
    let lignes = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *c).await.expect("contenus");
    lignes.iter().map(|l| (l.get("nom"), l.get("contenu"))).collect()
}
