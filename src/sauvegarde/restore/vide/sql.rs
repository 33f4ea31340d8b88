//! The SQL of what a database holds.

use sqlx::postgres::PgConnection;
use sqlx::{query_as, query_scalar};

use super::super::super::sql::echec;
use crate::platform::issue::Echec;

/// What it holds that somebody made, by kinds; empty: it is as PostgreSQL makes one. By the numbers
/// that PostgreSQL gives to all that is made after it (16384 and up), so that an object counts
/// wherever it lies. An extension stands for all that is its own; `plpgsql` and `public` are
/// everybody's, made again or not; temporary schemas are nobody's; a large object may have any
/// number.
pub(crate) async fn contenu(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    query_scalar(
        "with objet (genre, classe, oid, espace) as (
            select 'tables, vues ou séquences', 'pg_class'::regclass, oid, relnamespace
              from pg_class where relkind not in ('c', 'i', 'I', 't')
            union all select 'types', 'pg_type'::regclass, t.oid, typnamespace from pg_type t
             where (typrelid = 0 or exists (select from pg_class r
                                             where r.oid = typrelid and r.relkind = 'c'))
               and not exists (select from pg_type e where e.typarray = t.oid)
            union all select 'fonctions', 'pg_proc'::regclass, oid, pronamespace from pg_proc
            union all select 'opérateurs', 'pg_operator'::regclass, oid, oprnamespace
              from pg_operator
            union all select 'classes d''opérateurs', 'pg_opclass'::regclass, oid, opcnamespace
              from pg_opclass
            union all select 'classes d''opérateurs', 'pg_opfamily'::regclass, oid, opfnamespace
              from pg_opfamily
            union all select 'collations', 'pg_collation'::regclass, oid, collnamespace
              from pg_collation where collnamespace <> 'pg_catalog'::regnamespace
            union all select 'conversions d''encodage', 'pg_conversion'::regclass, oid,
                   connamespace from pg_conversion
            union all select 'recherche de textes', 'pg_ts_config'::regclass, oid, cfgnamespace
              from pg_ts_config
            union all select 'recherche de textes', 'pg_ts_dict'::regclass, oid, dictnamespace
              from pg_ts_dict
            union all select 'recherche de textes', 'pg_ts_parser'::regclass, oid, prsnamespace
              from pg_ts_parser
            union all select 'recherche de textes', 'pg_ts_template'::regclass, oid, tmplnamespace
              from pg_ts_template
            union all select 'schémas', 'pg_namespace'::regclass, oid, oid from pg_namespace
             where nspname <> 'public'
            union all select 'extensions', 'pg_extension'::regclass, oid, 0::oid from pg_extension
             where extname <> 'plpgsql'
            union all select 'conversions de type', 'pg_cast'::regclass, oid, 0 from pg_cast
            union all select 'transformations', 'pg_transform'::regclass, oid, 0 from pg_transform
            union all select 'langages', 'pg_language'::regclass, oid, 0 from pg_language
            union all select 'méthodes d''accès', 'pg_am'::regclass, oid, 0 from pg_am
            union all select 'données étrangères', 'pg_foreign_data_wrapper'::regclass, oid, 0
              from pg_foreign_data_wrapper
            union all select 'données étrangères', 'pg_foreign_server'::regclass, oid, 0
              from pg_foreign_server
            union all select 'déclencheurs d''événement', 'pg_event_trigger'::regclass, oid, 0
              from pg_event_trigger
            union all select 'publications', 'pg_publication'::regclass, oid, 0
              from pg_publication
            union all select 'droits par défaut', 'pg_default_acl'::regclass, oid, 0
              from pg_default_acl)
         select genre from objet o
          where o.oid >= 16384
            and not exists (select from pg_namespace n
                             where n.oid = o.espace and n.nspname ~ '^pg_(temp|toast)')
            and not exists (select from pg_depend d
                             where d.classid = o.classe and d.objid = o.oid and d.deptype = 'e')
         union select 'grands objets' where exists (select from pg_largeobject_metadata)
         union select 'abonnements' from pg_subscription s join pg_database d on d.oid = s.subdbid
          where d.datname = current_database()
         union select 'réplication logique' from pg_replication_slots
          where database = current_database()
          order by 1",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Did somebody ever grant or withdraw something on that database as a whole?
pub(crate) async fn a_des_droits(c: &mut PgConnection, base: &str) -> Result<bool, Echec> {
    let requete = "select coalesce((select datacl is not null from pg_database
                                     where datname = $1), false)";
    query_scalar(requete).bind(base).fetch_one(c).await.map_err(echec)
}

/// What somebody granted on schema `public` or withdrew from everybody, as commands, each with the
/// role that it is about.
pub(crate) async fn droits_de_public(c: &mut PgConnection) -> Result<Vec<(String, String)>, Echec> {
    query_as(
        "select case a.grantee when 0 then 'public' else quote_ident(r.rolname) end as role,
                format('grant %s on schema public to %s%s;',
                       string_agg(lower(a.privilege_type), ', ' order by a.privilege_type),
                       case a.grantee when 0 then 'public' else quote_ident(r.rolname) end,
                       case when a.is_grantable then ' with grant option' else '' end) as commande
           from pg_namespace n cross join aclexplode(n.nspacl) a
           left join pg_roles r on r.oid = a.grantee
          where n.nspname = 'public' and a.grantee <> n.nspowner
            and not (a.grantee = 0 and a.privilege_type = 'USAGE')
            and not (a.grantee = 0 and current_setting('server_version_num')::int < 150000)
            and (a.grantee = 0 or r.oid is not null)
          group by a.grantee, r.rolname, a.is_grantable
          union all
         select 'PUBLIC', 'revoke usage on schema public from public;' from pg_namespace n
          where n.nspname = 'public' and n.nspacl is not null
            and not exists (select from aclexplode(n.nspacl) a
                             where a.grantee = 0 and a.privilege_type = 'USAGE')
          order by 2",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}
