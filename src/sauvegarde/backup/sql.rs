//! The SQL of backups: the roles of a server.

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
