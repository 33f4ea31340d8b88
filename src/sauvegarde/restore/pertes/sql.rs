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

/// Views, sequences, types, functions, extensions and large objects that somebody made, as an archive
/// tells of them: types stand with their schema. What belongs to a table goes with it.
pub(crate) async fn objets(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    query("select set_config('search_path', '', true)").execute(&mut *tx).await.map_err(echec)?;
    let lus = query_scalar(
        "with objet (classe, oid, espace, dit) as (
            select 'pg_class'::regclass, oid, relnamespace, relname::text from pg_class
             where relkind in ('v', 'm', 'S', 'f') and relpersistence <> 't'
            union all select 'pg_type'::regclass, t.oid, typnamespace, typname::text
              from pg_type t left join pg_class r on r.oid = typrelid
             where typtype in ('e', 'd', 'r') or r.relkind = 'c'
            union all select 'pg_proc'::regclass, oid, pronamespace,
                   proname || '(' || oidvectortypes(proargtypes) || ')' from pg_proc
             where prokind in ('f', 'p'))
         select case when o.classe = 'pg_proc'::regclass then 'fonction '
                     when o.classe = 'pg_type'::regclass then 'type '
                     when c.relkind = 'S' then 'séquence '
                     when c.relkind = 'f' then 'table étrangère ' else 'vue ' end
                || n.nspname || '.' || o.dit
           from objet o join pg_namespace n on n.oid = o.espace
           left join pg_class c on o.classe = 'pg_class'::regclass and c.oid = o.oid
          where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and not exists (select from pg_depend d where d.classid = o.classe and d.objid = o.oid
                               and (d.deptype in ('e', 'i') and o.classe <> 'pg_type'::regclass
                                    or d.deptype = 'e'
                                    or d.deptype = 'a' and c.relkind = 'S'))
          union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'
          union all select 'grand objet ' || oid from pg_largeobject_metadata
          order by 1",
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(echec)?;
    tx.rollback().await.map_err(echec)?;
    Ok(lus)
}

/// `$1` and `$2` as `genres` says.
const GENRES: &str = "with espace as (
            select oid, nspname from pg_namespace
             where nspname !~ '^pg_' and nspname <> 'information_schema'),
         membre as (select classid, objid from pg_depend where deptype = 'e'),
         notre as (
            select c.oid from pg_class c join espace e on e.oid = c.relnamespace
             where e.nspname = 'public' and c.relname = any($1)),
         relation as (
            select c.oid, c.relkind from pg_class c join espace e on e.oid = c.relnamespace
             where c.relpersistence <> 't' and not c.relispartition
               and c.oid not in (select oid from notre)
               and not exists (select from membre where classid = 'pg_class'::regclass
                                  and objid = c.oid)
               and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                                  and d.objid = c.oid and d.deptype in ('a', 'i')
                                  and d.refobjid in (select oid from notre))),
         divers (classe, oid) as (
            select 'pg_operator'::regclass, oid from pg_operator
            union all select 'pg_opclass'::regclass, oid from pg_opclass
            union all select 'pg_opfamily'::regclass, oid from pg_opfamily
            union all select 'pg_collation'::regclass, oid from pg_collation
            union all select 'pg_conversion'::regclass, oid from pg_conversion
            union all select 'pg_ts_config'::regclass, oid from pg_ts_config
            union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
            union all select 'pg_ts_parser'::regclass, oid from pg_ts_parser
            union all select 'pg_ts_template'::regclass, oid from pg_ts_template
            union all select 'pg_publication'::regclass, oid from pg_publication
            union all select 'pg_event_trigger'::regclass, oid from pg_event_trigger
            union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper
            union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
            union all select 'pg_language'::regclass, oid from pg_language
            union all select 'pg_cast'::regclass, oid from pg_cast
            union all select 'pg_transform'::regclass, oid from pg_transform
            union all select 'pg_statistic_ext'::regclass, oid from pg_statistic_ext
            union all select 'pg_policy'::regclass, oid from pg_policy
            union all select 'pg_rewrite'::regclass, oid from pg_rewrite where rulename <> '_RETURN'
            union all select 'pg_trigger'::regclass, t.oid from pg_trigger t
              join pg_proc p on p.oid = tgfoid
             where not tgisinternal and tgrelid in (select oid from notre)
               and not proname = any($2)
            union all select 'pg_namespace'::regclass, oid from espace where nspname <> 'public')
         select genre, combien from (
            select 1 as rang, 'la structure des tables' as genre, count(*) as combien
              from relation where relkind in ('r', 'p', 'f')
            union all select 2, 'les valeurs des séquences', count(*)
              from relation where relkind = 'S'
            union all select 3, 'la définition des types (et les valeurs des énumérations)', count(*)
              from pg_type t join espace e on e.oid = typnamespace
              left join pg_class r on r.oid = typrelid
             where (typtype in ('e', 'd', 'r') or r.relkind = 'c')
               and not exists (select from membre where classid = 'pg_type'::regclass
                                  and objid = t.oid)
            union all select 4, 'le corps des fonctions', count(*)
              from pg_proc p join espace e on e.oid = pronamespace
             where not (e.nspname = 'public' and proname = any($2))
               and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                                  and d.objid = p.oid and d.deptype in ('e', 'i'))
            union all select 5, 'la définition des vues', count(*)
              from relation where relkind in ('v', 'm')
            union all select 6, 'le contenu des grands objets', count(*)
              from pg_largeobject_metadata
            union all select 7, 'la version des extensions', count(*)
              from pg_extension where extname <> 'plpgsql'
            union all select 8, 'les autres objets (opérateurs, collations, publications, règles…)',
                   (select count(*) from divers where oid >= 16384
                       and not exists (select from membre m where m.classid = divers.classe
                                          and m.objid = divers.oid))
                   + (select count(subname) from pg_subscription join pg_database b
                         on b.oid = subdbid where b.datname = current_database())
            union all select 9, 'les droits et les réglages', (select count(*) from pg_default_acl)
                   + (select count(*) from pg_db_role_setting join pg_database b
                         on b.oid = setdatabase where b.datname = current_database())
                   + (select count(*) from pg_class c join espace e on e.oid = c.relnamespace
                       where exists (select from aclexplode(relacl) a where a.grantee <> relowner)
                         and not exists (select from membre where classid = 'pg_class'::regclass
                                            and objid = c.oid))) g
          where combien > 0 order by rang";

/// Kinds of what is not ours and is compared by its name at most, and how many there are of each, so
/// that nothing is said of a base that is all ours. What a server is born with has a low number.
/// `notres`: tables, views and sequences, then functions, of this program.
pub(crate) async fn genres(
    c: &mut PgConnection,
    notres: (&[&str], &[&str]),
) -> Result<Vec<(String, i64)>, Echec> {
    query_as(GENRES).bind(notres.0).bind(notres.1).fetch_all(c).await.map_err(echec)
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
