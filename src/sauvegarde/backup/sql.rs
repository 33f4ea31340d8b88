//! The SQL of backups: the roles of a server, and what the account may not read.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Row, query};

use crate::platform::issue::Echec;
use crate::sauvegarde::sql::echec;

pub(crate) struct Compte {
    pub nom: String,
    /// As CREATE ROLE takes them.
    pub attributs: String,
    pub mot_de_passe: Option<String>,
    /// As ALTER ROLE .. SET takes them.
    pub reglages: Vec<String>,
}

pub(crate) struct Adhesion {
    pub groupe: String,
    pub membre: String,
    pub transmissible: bool,
}

/// These, and whoever is a member of them by others or not; without superusers, and without the
/// server's own.
pub(crate) async fn comptes(
    c: &mut PgConnection,
    voulus: &[String],
    secrets: bool,
) -> Result<Vec<Compte>, Echec> {
    let mots_de_passe = if secrets { "pg_authid" } else { "pg_roles" };
    let lignes = query(sqlx::AssertSqlSafe(format!(
        "with recursive retenus(oid) as (
            select oid from pg_roles where rolname::text = any($1)
            union
            select m.member from pg_auth_members m join retenus r on r.oid = m.roleid)
         select r.rolname::text as nom,
                concat_ws(' ',
                    case when r.rolcanlogin then 'login' else 'nologin' end,
                    case when r.rolinherit then 'inherit' else 'noinherit' end,
                    case when r.rolcreatedb then 'createdb' end,
                    case when r.rolcreaterole then 'createrole' end,
                    case when r.rolreplication then 'replication' end,
                    case when r.rolbypassrls then 'bypassrls' end,
                    case when r.rolconnlimit >= 0 then 'connection limit ' || r.rolconnlimit end,
                    'valid until ' || quote_literal(r.rolvaliduntil)) as attributs,
                case when $2 then p.rolpassword end as mot_de_passe,
                array(select case
                        when split_part(g, '=', 1) = any('{{search_path,temp_tablespaces,
                             local_preload_libraries,session_preload_libraries}}'::text[])
                        then split_part(g, '=', 1) || ' to ' || substr(g, strpos(g, '=') + 1)
                        else (select string_agg(quote_ident(mot), '.')
                                from unnest(string_to_array(split_part(g, '=', 1), '.')) mot)
                             || ' to ' || quote_literal(substr(g, strpos(g, '=') + 1)) end
                      from pg_db_role_setting s, unnest(s.setconfig) g
                     where s.setrole = r.oid and s.setdatabase = 0) as reglages
           from pg_roles r
           join {mots_de_passe} p on p.oid = r.oid
          where r.oid in (select oid from retenus) and not r.rolsuper
            and r.rolname !~ '^pg_'
          order by r.rolname"
    )))
    .bind(voulus)
    .bind(secrets)
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &PgRow| {
        Ok(Compte {
            nom: l.try_get("nom")?,
            attributs: l.try_get("attributs")?,
            mot_de_passe: l.try_get("mot_de_passe")?,
            reglages: l.try_get("reglages")?,
        })
    };
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}

/// Who of these is a member of whom: of one another, or of the roles that every server has.
pub(crate) async fn adhesions(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<Adhesion>, Echec> {
    let lignes = query(
        "select distinct g.rolname::text as groupe, m.rolname::text as membre,
                bool_or(a.admin_option) as transmissible
           from pg_auth_members a
           join pg_roles g on g.oid = a.roleid
           join pg_roles m on m.oid = a.member
          where m.rolname::text = any($1)
            and (g.rolname::text = any($1) or g.rolname ~ '^pg_') and not g.rolsuper
          group by 1, 2
          order by 1, 2",
    )
    .bind(noms)
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &PgRow| {
        Ok(Adhesion {
            groupe: l.try_get("groupe")?,
            membre: l.try_get("membre")?,
            transmissible: l.try_get("transmissible")?,
        })
    };
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}

/// What the account may not read, and what lets it; none: rows of it are hidden.
pub(crate) struct Interdit {
    pub droit: Option<String>,
    pub genre: String,
    pub nom: String,
}

/// All of it that a backup reads. Members of extensions are made again with them.
pub(crate) async fn interdits(c: &mut PgConnection) -> Result<Vec<Interdit>, Echec> {
    let lignes = query(
        "with espace as (
            select oid, nspname from pg_namespace
             where nspname !~ '^pg_' and nspname <> 'information_schema'),
         contenu as (
            select c.oid, c.relkind, e.oid as espace,
                   quote_ident(e.nspname) || '.' || quote_ident(c.relname) as nom
              from pg_class c join espace e on e.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
               and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                                  and d.objid = c.oid and d.deptype = 'e'))
         select droit, genre, nom from (
            select 0 as rang, 'USAGE ON SCHEMA' as droit, 'le schéma' as genre,
                   quote_ident(nspname) as nom
              from espace e
             where not has_schema_privilege(oid, 'usage')
               and exists (select from contenu where contenu.espace = e.oid)
            union all select 1, 'SELECT ON TABLE', 'la table', nom from contenu
             where relkind <> 'S' and not has_table_privilege(oid, 'select')
            union all select 2, 'SELECT ON SEQUENCE', 'la séquence', nom from contenu
             where case when relkind = 'S' then not has_sequence_privilege(oid, 'select') end
            union all select 3, 'SELECT ON LARGE OBJECT', 'le grand objet', oid::text
              from pg_largeobject_metadata
             where not pg_has_role(lomowner, 'usage')
               and not exists (select from aclexplode(lomacl) a
                                where a.privilege_type = 'SELECT'
                                  and case when a.grantee = 0 then true
                                           else pg_has_role(a.grantee, 'usage') end)
            union all select 4, null, 'la table', nom from contenu
             where relkind <> 'S' and row_security_active(oid)) i
          order by rang, nom",
    )
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &PgRow| {
        Ok(Interdit {
            droit: l.try_get("droit")?,
            genre: l.try_get("genre")?,
            nom: l.try_get("nom")?,
        })
    };
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}
