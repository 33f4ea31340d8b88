//! The SQL of the judgement: what an account may do, and settings of a database.

use sqlx::postgres::{PgConnection, PgDatabaseError};
use sqlx::{AssertSqlSafe, Connection, FromRow, query, query_as, query_scalar};

use super::super::super::cible::NOM;
use super::super::super::sql::echec;
use super::faits::RefusDeReglage;
use crate::platform::issue::Echec;

#[derive(Debug, FromRow)]
pub(crate) struct Compte {
    pub nom: String,
    pub superutilisateur: bool,
    pub lit_tout: bool,
}

pub(crate) async fn compte(c: &mut PgConnection) -> Result<Compte, Echec> {
    query_as(
        "select rolname::text as nom, rolsuper as superutilisateur,
                rolsuper or rolbypassrls as lit_tout
           from pg_roles where rolname = current_user",
    )
    .fetch_one(c)
    .await
    .map_err(echec)
}

pub(crate) async fn est_superutilisateur(c: &mut PgConnection, role: &str) -> Result<bool, Echec> {
    query_scalar("select coalesce((select rolsuper from pg_roles where rolname = $1), false)")
        .bind(role)
        .fetch_one(c)
        .await
        .map_err(echec)
}

/// Those of them that this account is a member of, with or without their rights.
pub(crate) async fn roles_dont_on_est_membre(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select rolname::text from pg_roles
          where rolname = any($1) and pg_has_role(current_user, oid, 'MEMBER')",
    )
    .bind(noms)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// What a database has that lies in no archive, or not in one of a plain account: kind, name, and
/// what more it takes to make it again.
pub(crate) async fn hors_archive(
    c: &mut PgConnection,
) -> Result<Vec<(String, String, String)>, Echec> {
    query_as(
        "select 'abonnement', s.subname::text,
                (select string_agg(quote_ident(p), ', ') from unnest(s.subpublications) p)
           from pg_subscription s join pg_database d on d.oid = s.subdbid
          where d.datname = current_database()
         union all
         select 'espace', t.spcname::text, ''
           from pg_database d join pg_tablespace t on t.oid = d.dattablespace
          where d.datname = current_database() and t.spcname <> 'pg_default'
         union all
         select 'réplication', slot_name::text, plugin::text
           from pg_replication_slots where database = current_database()
          order by 1, 2",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Those of them that may do anything.
pub(crate) async fn superutilisateurs(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<String>, Echec> {
    query_scalar("select rolname::text from pg_roles where rolname = any($1) and rolsuper")
        .bind(noms)
        .fetch_all(c)
        .await
        .map_err(echec)
}

/// Those of them that this connection may act for, and whose objects it may read and give away.
pub(crate) async fn roles_accessibles(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select rolname::text from pg_roles
          where rolname = any($1) and pg_has_role(current_user, oid, 'USAGE')
            and pg_has_role(current_user, oid,
                case when current_setting('server_version_num')::int >= 160000
                     then 'SET' else 'MEMBER' end)",
    )
    .bind(noms)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// What the server lets the account do beside its databases.
#[derive(Debug, FromRow)]
pub(crate) struct PlaceDuCompte {
    pub nom: String,
    pub cree_des_bases: bool,
    /// Connections at once; negative: as many as it likes.
    pub limite: i32,
    /// By others than these commands.
    pub prises: i64,
}

pub(crate) async fn place_du_compte(c: &mut PgConnection) -> Result<PlaceDuCompte, Echec> {
    query_as(
        "select rolname::text as nom, rolsuper or rolcreatedb as cree_des_bases,
                case when rolsuper then -1 else rolconnlimit end as limite,
                (select count(*) from pg_stat_activity a
                  where a.usesysid = r.oid and a.application_name <> $1) as prises
           from pg_roles r where rolname = current_user",
    )
    .bind(NOM)
    .fetch_one(c)
    .await
    .map_err(echec)
}

/// Of a database that is there.
#[derive(Debug, FromRow)]
pub(crate) struct PlaceDeLaBase {
    pub proprietaire: String,
    /// May the account rename it and close it?
    pub a_lui: bool,
    pub modele: bool,
    /// Connections at once, of all accounts; negative: as many as come, or this account does not
    /// count.
    pub limite: i32,
    /// By others than these commands.
    pub prises: i64,
}

pub(crate) async fn place_de_la_base(
    c: &mut PgConnection,
    base: &str,
) -> Result<Option<PlaceDeLaBase>, Echec> {
    query_as(
        "select pg_get_userbyid(datdba)::text as proprietaire, datistemplate as modele,
                pg_has_role(current_user, datdba, 'USAGE') as a_lui,
                case when (select rolsuper from pg_roles where rolname = current_user) then -1
                     else datconnlimit end as limite,
                (select count(*) from pg_stat_activity a
                  where a.datid = d.oid and a.application_name <> $2
                    and coalesce(a.backend_type, '') in ('', 'client backend')) as prises
           from pg_database d where datname = $1",
    )
    .bind(base)
    .bind(NOM)
    .fetch_optional(c)
    .await
    .map_err(echec)
}

/// What the server can create; true: so may an ordinary account, in a database of its own.
pub(crate) async fn extensions(c: &mut PgConnection) -> Result<Vec<(String, bool)>, Echec> {
    query_as(
        "select e.name::text, coalesce(v.trusted, false) from pg_available_extensions e
           left join pg_available_extension_versions v
             on v.name = e.name and v.version = e.default_version",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// True: that role may make tables there.
pub(crate) async fn tablespaces(
    c: &mut PgConnection,
    role: &str,
) -> Result<Vec<(String, bool)>, Echec> {
    query_as(
        "select t.spcname::text, has_tablespace_privilege(r.oid, t.oid, 'create')
           from pg_tablespace t, pg_roles r where r.rolname = $1",
    )
    .bind(role)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Has that role the right to make something in that schema?
pub(crate) async fn peut_creer_dans(
    c: &mut PgConnection,
    role: &str,
    schema: &str,
) -> Result<bool, Echec> {
    let requete = "select coalesce((select has_schema_privilege($1, n.oid, 'create')
                     from pg_namespace n where n.nspname = $2), true)";
    query_scalar(requete).bind(role).bind(schema).fetch_one(c).await.map_err(echec)
}

/// .. and to name what lies there?
pub(crate) async fn peut_entrer_dans(
    c: &mut PgConnection,
    role: &str,
    schema: &str,
) -> Result<bool, Echec> {
    let requete = "select coalesce((select has_schema_privilege($1, n.oid, 'usage')
                     from pg_namespace n where n.nspname = $2), true)";
    query_scalar(requete).bind(role).bind(schema).fetch_one(c).await.map_err(echec)
}

/// .. and schemas in this database?
pub(crate) async fn peut_creer_ici(c: &mut PgConnection, role: &str) -> Result<bool, Echec> {
    let requete = "select has_database_privilege($1, current_database(), 'create')";
    query_scalar(requete).bind(role).fetch_one(c).await.map_err(echec)
}

/// May this account give a role that setting? Tried on the role itself, and taken back. No value:
/// the one that it has now.
pub(crate) async fn essayer(
    c: &mut PgConnection,
    (role, en_son_nom): (&str, bool),
    (nom, valeur): (&str, Option<&str>),
) -> Result<Option<RefusDeReglage>, Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    if en_son_nom {
        query("select set_config('role', $1, true)")
            .bind(role)
            .execute(&mut *tx)
            .await
            .map_err(echec)?;
    }
    let essai = poser(&mut tx, ("alter role %I", &[role]), (nom, valeur)).await;
    tx.rollback().await.map_err(echec)?;
    match essai {
        Ok(()) => Ok(None),
        Err(sqlx::Error::Database(e)) => Ok(Some(match e.code().as_deref() {
            Some("42501") => RefusDeReglage::Interdit,
            _ => RefusDeReglage::Inconnu,
        })),
        Err(e) => Err(echec(e)),
    }
}

/// `ALTER DATABASE .. SET`, or `ALTER ROLE .. IN DATABASE .. SET`.
pub(crate) async fn regler_la_base(
    c: &mut PgConnection,
    base: &str,
    (role, nom, valeur): (Option<&str>, &str, &str),
) -> Result<(), Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    let valeur = (nom, Some(valeur));
    let fait = match role {
        None => poser(&mut tx, ("alter database %I", &[base]), valeur).await,
        Some(role) => poser(&mut tx, ("alter role %I in database %I", &[role, base]), valeur).await,
    };
    fait.map_err(echec)?;
    tx.commit().await.map_err(echec)
}

/// The value goes through `set_config`, which takes lists as they were written.
async fn poser(
    tx: &mut PgConnection,
    (debut, noms): (&str, &[&str]),
    (nom, valeur): (&str, Option<&str>),
) -> Result<(), sqlx::Error> {
    let poser = "select set_config($1, coalesce($2, current_setting($1)), true)";
    query(poser).bind(nom).bind(valeur).execute(&mut *tx).await?;
    let ordre: String = query_scalar("select format($1, variadic $2::text[])")
        .bind(format!("{debut} set %I from current"))
        .bind([noms, &[nom]].concat())
        .fetch_one(&mut *tx)
        .await?;
    query(AssertSqlSafe(ordre)).persistent(false).execute(tx).await.map(drop)
}

/// Does the server have what that collation is made of? Tried on one of our own session.
pub(crate) async fn collation_possible(
    c: &mut PgConnection,
    options: &[(String, String)],
) -> Result<bool, Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    let places: Vec<String> = options.iter().map(|_| "%s = %L".to_owned()).collect();
    let modele = format!("create collation pg_temp.essai ({})", places.join(", "));
    let arguments: Vec<&str> = options.iter().flat_map(|(n, v)| [n.as_str(), v]).collect();
    let ordre: String = query_scalar("select format($1, variadic $2::text[])")
        .bind(modele)
        .bind(arguments)
        .fetch_one(&mut *tx)
        .await
        .map_err(echec)?;
    let essai = query(AssertSqlSafe(ordre)).persistent(false).execute(&mut *tx).await;
    tx.rollback().await.map_err(echec)?;
    match essai {
        Ok(_) => Ok(true),
        // Not allowed to try: left to the restore itself.
        Err(sqlx::Error::Database(e)) => Ok(e.code().as_deref() == Some("42501")),
        Err(e) => Err(echec(e)),
    }
}

/// What the server said, and where.
pub(crate) type Dite = (String, Option<String>);

/// Calculates a materialized view, as the role that owns it; what the server said when it fails.
pub(crate) async fn rafraichir(
    c: &mut PgConnection,
    schema: &str,
    nom: &str,
) -> Result<Option<Dite>, Echec> {
    let ordre: String = query_scalar("select format('refresh materialized view %I.%I', $1, $2)")
        .bind(schema)
        .bind(nom)
        .fetch_one(&mut *c)
        .await
        .map_err(echec)?;
    match query(AssertSqlSafe(ordre)).persistent(false).execute(c).await {
        Ok(_) => Ok(None),
        Err(sqlx::Error::Database(e)) => {
            let ou = e.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::r#where);
            Ok(Some((e.message().to_owned(), ou.map(str::to_owned))))
        }
        Err(e) => Err(echec(e)),
    }
}

/// As `pg_restore` would: no name is found without its schema, and nothing is hidden.
pub(crate) async fn comme_pg_restore(c: &mut PgConnection) -> Result<(), Echec> {
    for (nom, valeur) in [("search_path", ""), ("row_security", "off"), ("statement_timeout", "0")]
    {
        let requete = "select set_config($1, $2, false)";
        query(requete).bind(nom).bind(valeur).execute(&mut *c).await.map_err(echec)?;
    }
    Ok(())
}

/// What an administrator may keep from firing while it gives objects back to their owners.
pub(crate) async fn sans_declencheurs(c: &mut PgConnection) -> Result<(), Echec> {
    query("set session_replication_role = replica").execute(c).await.map(drop).map_err(echec)
}

/// Does that extension say itself where it lies?
pub(crate) async fn a_son_schema(c: &mut PgConnection, extension: &str) -> Result<bool, Echec> {
    query_scalar(
        "select exists (select from pg_available_extension_versions
                         where name = $1 and schema is not null)",
    )
    .bind(extension)
    .fetch_one(c)
    .await
    .map_err(echec)
}
