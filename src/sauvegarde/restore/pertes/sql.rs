//! The SQL of losses. Tables and columns are those of `tables.rs`, in a schema that may be older
//! than this program: rows come as JSON, and what is not there is not there.

use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, query, query_as, query_scalar};
use uuid::Uuid;

use super::super::super::sql::echec;
use super::tables::Table;
use crate::platform::issue::Echec;

/// Of a table of ours; none where there is no such table.
async fn colonnes(c: &mut PgConnection, table: &str) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select attname::text from pg_attribute
          where attrelid = to_regclass('public.' || quote_ident($1)) and attnum > 0
            and not attisdropped",
    )
    .bind(table)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Its rows as COPY writes them, in pieces of any size. A column that this schema does not have is
/// empty.
pub(crate) async fn copier(
    c: &mut PgConnection,
    table: &Table,
    mut a_chaque: impl FnMut(&[u8]),
) -> Result<(), Echec> {
    let connues = colonnes(c, table.nom).await?;
    if connues.is_empty() {
        return Ok(());
    }
    let connue = |nom: &str| connues.iter().any(|c| c == nom);
    let colonnes: Vec<&str> =
        table.colonnes().map(|nom| if connue(nom) { nom } else { "null" }).collect();
    let ordre =
        format!("copy (select {} from public.{}) to stdout", colonnes.join(", "), table.nom);
    let mut flux = c.copy_out_raw(&ordre).await.map_err(echec)?;
    while let Some(octets) = flux.try_next().await.map_err(echec)? {
        a_chaque(&octets);
    }
    Ok(())
}

/// Tables that somebody made, with the schema where it is not `public`. Those of extensions are
/// made again with them.
pub(crate) async fn tables(c: &mut PgConnection) -> Result<Vec<(String, String)>, Echec> {
    query_as(
        "select n.nspname::text, c.relname::text
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                               and d.objid = c.oid and d.deptype = 'e')
          order by 1, 2",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Views, functions and large objects that somebody made, as an archive tells of them: types stand with
/// their schema.
pub(crate) async fn objets(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    query("select set_config('search_path', '', true)").execute(&mut *tx).await.map_err(echec)?;
    let lus = query_scalar(
        "with objet (classe, oid, espace, dit) as (
            select 'pg_class'::regclass, oid, relnamespace, relname::text from pg_class
             where relkind in ('v', 'm') and relpersistence <> 't'
            union all select 'pg_proc'::regclass, oid, pronamespace,
                   proname || '(' || oidvectortypes(proargtypes) || ')' from pg_proc
             where prokind in ('f', 'p'))
         select case o.classe when 'pg_class'::regclass then 'vue ' else 'fonction ' end
                || n.nspname || '.' || o.dit
           from objet o join pg_namespace n on n.oid = o.espace
          where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and not exists (select from pg_depend d where d.classid = o.classe and d.objid = o.oid
                               and d.deptype in ('e', 'i'))
          union all select 'grand objet ' || oid from pg_largeobject_metadata
          order by 1",
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(echec)?;
    tx.rollback().await.map_err(echec)?;
    Ok(lus)
}

/// Rows whose column is one of these, without what is secret, with the transaction that wrote each
/// last, and whether that was a restore's: it makes a table's key once its rows are there. None where
/// there is no such table.
pub(crate) async fn lignes(
    c: &mut PgConnection,
    (table, colonne): (&str, &str),
    ids: &[Uuid],
) -> Result<Vec<Value>, Echec> {
    if ids.is_empty() || colonnes(c, table).await?.is_empty() {
        return Ok(Vec::new());
    }
    let ordre = format!(
        "select to_jsonb(t) - array['mot_de_passe', 'pin', 'jeton_sha256', 'lecture', 'empreinte']
                || jsonb_build_object('xmin', t.xmin::text, 'recopiee', age(t.xmin) >
                       (select min(age(k.xmin)) from pg_constraint k
                         where k.conrelid = 'public.{table}'::regclass and k.contype = 'p'))
           from public.{table} t where t.{colonne} = any($1)"
    );
    query_scalar(AssertSqlSafe(ordre)).bind(ids).fetch_all(c).await.map_err(echec)
}

/// The whole of a small table.
pub(crate) async fn toutes(c: &mut PgConnection, table: &str) -> Result<Vec<Value>, Echec> {
    if colonnes(c, table).await?.is_empty() {
        return Ok(Vec::new());
    }
    let ordre = format!(
        "select to_jsonb(t) - array['mot_de_passe', 'pin', 'jeton_sha256'] from public.{table} t"
    );
    query_scalar(AssertSqlSafe(ordre)).fetch_all(c).await.map_err(echec)
}

/// Lines of plans, by magasin, day and recipe; each with the moment when its plan was opened.
pub(crate) async fn lignes_de_plan(
    c: &mut PgConnection,
    (magasins, jours, recettes): (&[Uuid], &[String], &[Uuid]),
) -> Result<Vec<Value>, Echec> {
    query_scalar(
        "select to_jsonb(l) || jsonb_build_object('ouvert_le', p.cree_le, 'xmin', l.xmin::text,
                    'recopiee', age(l.xmin) > (select min(age(k.xmin)) from pg_constraint k
                         where k.conrelid = l.tableoid and k.contype = 'p'))
           from unnest($1::uuid[], $2::text[], $3::uuid[]) as v(magasin_id, jour, recette_id)
           join public.ligne_plan_production l on l.magasin_id = v.magasin_id
                and l.date_jour = v.jour::date and l.recette_id = v.recette_id
           join public.plan_production p on p.magasin_id = l.magasin_id
                and p.date_jour = l.date_jour",
    )
    .bind(magasins)
    .bind(jours)
    .bind(recettes)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// A line that was taken out, with the transaction that wrote its plan last: every change of a plan
/// writes that row again.
pub(crate) async fn plan_de(
    c: &mut PgConnection,
    (magasin, jour, recette): (&str, &str, &str),
) -> Result<Option<Value>, Echec> {
    query_scalar(
        "select jsonb_build_object('magasin_id', magasin_id, 'date_jour', date_jour,
                                   'recette_id', $3, 'xmin', p.xmin::text,
                    'recopiee', age(p.xmin) > (select min(age(k.xmin)) from pg_constraint k
                         where k.conrelid = p.tableoid and k.contype = 'p'))
           from public.plan_production p where magasin_id = $1::uuid and date_jour = $2::date",
    )
    .bind(magasin)
    .bind(jour)
    .bind(recette)
    .fetch_optional(c)
    .await
    .map_err(echec)
}
