//! The SQL of restores: databases as a whole, and what is looked up in one.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, FromRow, query, query_as, query_scalar};

use super::super::sql::echec;
use crate::platform::issue::Echec;

/// Runs a statement whose names and texts are dynamic: the server itself quotes them (`%I`, `%L`).
pub(crate) async fn ordonner(
    c: &mut PgConnection,
    modele: &str,
    arguments: &[Option<&str>],
) -> Result<(), Echec> {
    essayer(c, modele, arguments).await.map_err(echec)
}

async fn essayer(
    c: &mut PgConnection,
    modele: &str,
    arguments: &[Option<&str>],
) -> Result<(), sqlx::Error> {
    let ordre: String = query_scalar("select format($1, variadic $2::text[])")
        .bind(modele)
        .bind(arguments)
        .fetch_one(&mut *c)
        .await?;
    query(AssertSqlSafe(ordre)).persistent(false).execute(c).await.map(drop)
}

/// All of them, or none.
pub(crate) async fn ordonner_ensemble(
    c: &mut PgConnection,
    ordres: &[(&str, &[Option<&str>])],
) -> Result<(), Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    for (modele, arguments) in ordres {
        essayer(&mut tx, modele, arguments).await.map_err(echec)?;
    }
    tx.commit().await.map_err(echec)
}

/// A swap waits for nobody: what holds a database makes it fail.
pub(crate) async fn ne_pas_attendre(c: &mut PgConnection) -> Result<(), Echec> {
    query("select set_config('lock_timeout', '2s', false)").execute(c).await.map_err(echec)?;
    Ok(())
}

pub(crate) async fn borner(c: &mut PgConnection, duree: &str) -> Result<(), Echec> {
    let requete = "select set_config('statement_timeout', $1, false)";
    query(requete).bind(duree).execute(c).await.map_err(echec)?;
    Ok(())
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct BaseConnue {
    pub nom: String,
    pub commentaire: Option<String>,
    /// Accepts connections.
    pub ouverte: bool,
    pub proprietaire: String,
    pub encodage: String,
    pub collation: String,
    pub ctype: String,
    /// `c`, `i` (ICU), `b` (built in).
    pub fournisseur: String,
    pub locale: Option<String>,
    pub limite: i32,
}

/// Of this server, templates left out.
pub(crate) async fn bases(c: &mut PgConnection) -> Result<Vec<BaseConnue>, Echec> {
    query_as(
        "select datname::text as nom, shobj_description(d.oid, 'pg_database') as commentaire,
                datallowconn as ouverte, pg_get_userbyid(datdba)::text as proprietaire,
                pg_encoding_to_char(encoding)::text as encodage, datcollate::text as collation,
                datctype::text as ctype, datlocprovider::text as fournisseur,
                coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale,
                datconnlimit as limite
           from pg_database d where not datistemplate",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// The first transaction that is not begun yet, on the whole server.
pub(crate) async fn prochaine_transaction(c: &mut PgConnection) -> Result<i64, Echec> {
    let requete = "select txid_snapshot_xmax(txid_current_snapshot())";
    query_scalar(requete).fetch_one(c).await.map_err(echec)
}

/// What no archive holds and is worked out anew: materialized views, and stored columns that call what
/// this database defines itself. What PostgreSQL's own immutable functions give is the same for the
/// same rows.
pub(crate) async fn recalcules(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select 'vue matérialisée ' || c.oid::regclass from pg_class c
          where c.relkind = 'm' and c.relnamespace <> 'pg_catalog'::regnamespace
          union
         select 'colonne calculée ' || a.attrelid::regclass || '.' || quote_ident(a.attname)
           from pg_attribute a
           join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           join pg_depend p on p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
                           and ((p.classid, p.objid) = ('pg_attrdef'::regclass, d.oid)
                                or (p.classid, p.objid, p.objsubid)
                                   = ('pg_class'::regclass, a.attrelid, a.attnum))
          where a.attgenerated = 's'
          order by 1",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Subscriptions of that database, as they are typed.
pub(crate) async fn abonnements_de(c: &mut PgConnection, base: &str) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select quote_ident(s.subname) from pg_subscription s
           join pg_database d on d.oid = s.subdbid where d.datname = $1 order by 1",
    )
    .bind(base)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Logical slots that follow it; PostgreSQL drops those that nobody uses with the database.
/// The server's clock.
pub(super) async fn heure(c: &mut PgConnection) -> Result<DateTime<Utc>, Echec> {
    query_scalar("select clock_timestamp()").fetch_one(c).await.map_err(echec)
}

/// Of each hour in which our journal was written, the last moment.
pub(super) async fn heures_du_journal(c: &mut PgConnection) -> Result<Vec<DateTime<Utc>>, Echec> {
    let heures = "select max(cree_le) from public.evenement group by date_trunc('hour', cree_le)";
    query_scalar(heures).fetch_all(c).await.map_err(echec)
}

pub(crate) async fn replications_de(
    c: &mut PgConnection,
    base: &str,
) -> Result<Vec<String>, Echec> {
    query_scalar("select slot_name::text from pg_replication_slots where database = $1 order by 1")
        .bind(base)
        .fetch_all(c)
        .await
        .map_err(echec)
}

/// Bytes on the disk of the server; none where the account may not ask.
pub(crate) async fn taille(c: &mut PgConnection, base: &str) -> Result<Option<i64>, Echec> {
    query_scalar(
        "select case when has_database_privilege(oid, 'connect')
                       or pg_has_role('pg_read_all_stats', 'USAGE')
                     then pg_database_size(oid) end
           from pg_database where datname = $1",
    )
    .bind(base)
    .fetch_optional(c)
    .await
    .map(Option::flatten)
    .map_err(echec)
}

pub(crate) async fn qui_suis_je(c: &mut PgConnection) -> Result<String, Echec> {
    query_scalar("select current_user::text").fetch_one(c).await.map_err(echec)
}

/// May this connection act as that role?
pub(crate) async fn peut_devenir(c: &mut PgConnection, role: &str) -> Result<bool, Echec> {
    let requete = "select exists (select from pg_roles
                    where rolname = $1 and pg_has_role(current_user, oid, 'MEMBER'))";
    query_scalar(requete).bind(role).fetch_one(c).await.map_err(echec)
}

/// Those of them that this server has.
pub(crate) async fn roles_connus(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<String>, Echec> {
    query_scalar("select rolname::text from pg_roles where rolname = any($1)")
        .bind(noms)
        .fetch_all(c)
        .await
        .map_err(echec)
}

/// Has our schema been there?
pub(crate) async fn est_de_chez_nous(c: &mut PgConnection) -> Result<bool, Echec> {
    query_scalar("select to_regclass('public._sqlx_migrations') is not null")
        .fetch_one(c)
        .await
        .map_err(echec)
}

/// Is it, or is what is left of it, a database of ours? By names that nobody else gives: a table of
/// migrations is everybody's. A function is left where somebody dropped every table.
pub(crate) async fn porte_notre_schema(c: &mut PgConnection) -> Result<bool, Echec> {
    query_scalar(
        "select exists (select from unnest(array['ingredient_alias', 'mouvement_stock',
                    'ligne_plan_production', 'lot_production', 'recette_version']) nom
                 where to_regclass('public.' || nom) is not null)
             or exists (select from pg_proc where pronamespace = to_regnamespace('public')
                           and proname in ('compter_vente', 'lots_utilisables'))",
    )
    .fetch_one(c)
    .await
    .map_err(echec)
}

/// Rows that a restore has put into the database this connection is in.
pub(crate) async fn lignes_deposees(c: &mut PgConnection) -> Result<u64, Echec> {
    let lignes: i64 = query_scalar(
        "select (coalesce((select sum(n_tup_ins) from pg_stat_user_tables), 0)
               + coalesce((select sum(tuples_processed) from pg_stat_progress_copy
                            where datname = current_database() and command = 'COPY FROM'), 0)
               )::bigint",
    )
    .fetch_one(c)
    .await
    .map_err(echec)?;
    Ok(lignes.unsigned_abs())
}

/// Tables that this role may not read.
pub(crate) async fn tables_illisibles(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind in ('r', 'p')
            and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'))
          order by 1",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// The tokens that open a door right now, as their hash.
pub(crate) async fn sessions_ouvertes(c: &mut PgConnection) -> Result<Vec<Vec<u8>>, Echec> {
    let la: bool = query_scalar("select to_regclass('public.session') is not null")
        .fetch_one(&mut *c)
        .await
        .map_err(echec)?;
    if !la {
        return Ok(Vec::new());
    }
    query_scalar("select jeton_sha256 from public.session where revoquee_le is null")
        .fetch_all(c)
        .await
        .map_err(echec)
}

/// Ends every web session, and every other one that is not among `ouvertes`: what was revoked
/// since the backup must not come back to life.
pub(crate) async fn fermer_les_sessions(
    c: &mut PgConnection,
    ouvertes: &[Vec<u8>],
) -> Result<u64, Echec> {
    query(
        "update public.session set revoquee_le = now()
          where revoquee_le is null and (nature = 'web' or not jeton_sha256 = any($1))",
    )
    .bind(ouvertes)
    .execute(c)
    .await
    .map(|fait| fait.rows_affected())
    .map_err(echec)
}

/// `ALTER DATABASE .. SET` and `ALTER ROLE .. IN DATABASE .. SET`, as (role, name, value).
pub(crate) async fn reglages(
    c: &mut PgConnection,
    base: &str,
) -> Result<Vec<(Option<String>, String, String)>, Echec> {
    query_as(
        "select r.rolname::text, split_part(reglage, '=', 1),
                substr(reglage, strpos(reglage, '=') + 1)
           from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
           left join pg_roles r on r.oid = s.setrole
           cross join lateral unnest(s.setconfig) reglage
          where d.datname = $1",
    )
    .bind(base)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// `GRANT .. ON DATABASE`, as (role, privilege, with grant option).
pub(crate) async fn droits(
    c: &mut PgConnection,
    base: &str,
) -> Result<Vec<(Option<String>, String, bool)>, Echec> {
    query_as(
        "select r.rolname::text, a.privilege_type, a.is_grantable
           from pg_database d
           cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
           left join pg_roles r on r.oid = a.grantee
          where d.datname = $1 and (a.grantee = 0 or r.oid is not null)",
    )
    .bind(base)
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// The signature that PostgreSQL itself takes, of a function named as archives do: `f(integer)`.
pub(crate) async fn routine(
    c: &mut PgConnection,
    schema: &str,
    signature: &str,
) -> Result<Option<String>, Echec> {
    query_scalar(
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where n.nspname = $1 and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = $2",
    )
    .bind(schema)
    .bind(signature)
    .fetch_optional(c)
    .await
    .map_err(echec)
}

/// `public.+ (integer, integer)` as PostgreSQL writes it; none when there is no such operator.
pub(crate) async fn operateur(
    c: &mut PgConnection,
    signature: &str,
) -> Result<Option<String>, Echec> {
    let requete = "select to_regoperator($1)::regoperator::text";
    query_scalar(requete).bind(signature).fetch_one(c).await.map_err(echec)
}

/// Runs one grant of an archive as that role. PostgreSQL takes a single order this way.
pub(crate) async fn accorder(
    c: &mut PgConnection,
    acteur: &str,
    accord: &str,
) -> Result<(), Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    essayer(&mut tx, "set local role %I", &[Some(acteur)]).await.map_err(echec)?;
    let accord = query(AssertSqlSafe(accord.to_owned())).persistent(false);
    accord.execute(&mut *tx).await.map_err(echec)?;
    tx.commit().await.map_err(echec)
}

/// So that names of types and functions come with their schema.
pub(crate) async fn sans_chemin(c: &mut PgConnection) -> Result<(), Echec> {
    query("select set_config('search_path', '', false)").execute(c).await.map_err(echec)?;
    Ok(())
}

/// Whose a table, view or sequence is; none when there is no such thing.
pub(crate) async fn proprietaire(
    c: &mut PgConnection,
    schema: &str,
    nom: &str,
) -> Result<Option<String>, Echec> {
    query_scalar(
        "select pg_get_userbyid(c.relowner)::text from pg_class c
           join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = $1 and c.relname = $2",
    )
    .bind(schema)
    .bind(nom)
    .fetch_optional(c)
    .await
    .map_err(echec)
}

/// A copy just restored has no statistics, and nobody gathers them there. The catalogs' own come with
/// the server's nights: there are more of them than tables of ours, and a restore waits. A table named
/// in a schema that is closed to us would be an error, where `analyze` of everything passes it over.
pub(crate) async fn analyser(c: &mut PgConnection) -> Result<(), Echec> {
    let tables: Option<String> = query_scalar(
        "select string_agg(format('%I.%I', n.nspname, c.relname), ', ' order by c.oid)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'm')
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and has_schema_privilege(n.oid, 'usage')",
    )
    .fetch_one(&mut *c)
    .await
    .map_err(echec)?;
    let Some(tables) = tables else { return Ok(()) };
    // Of a table that is another role's the server complains, and goes on.
    query("set client_min_messages = error").execute(&mut *c).await.map_err(echec)?;
    let issue = query(AssertSqlSafe(format!("analyze {tables}"))).execute(&mut *c).await;
    query("reset client_min_messages").execute(c).await.map_err(echec)?;
    issue.map(drop).map_err(echec)
}

pub(crate) async fn base_courante(c: &mut PgConnection) -> Result<String, Echec> {
    query_scalar("select current_database()::text").fetch_one(c).await.map_err(echec)
}
