//! The SQL of the guard-rails. Names of databases and roles are dynamic here: these statements are
//! not checked against a schema.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row, query, query_as, query_scalar};

use crate::platform::db::causes;
use crate::platform::issue::{Code, Echec};

/// Of a session.
pub(crate) const FUSEAU: &str = "show timezone";

/// Of this session, from now on; false: the server does not know it.
pub(crate) async fn poser_le_fuseau(c: &mut PgConnection, fuseau: &str) -> Result<bool, Echec> {
    let requete = "select set_config('timezone', $1, false)";
    match query(requete).bind(fuseau).execute(c).await {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some("22023") => Ok(false),
        Err(e) => Err(echec(e)),
    }
}

/// As a number: 150018.
pub(crate) async fn version_du_serveur(c: &mut PgConnection) -> Result<u32, Echec> {
    let version: i32 = query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(c)
        .await
        .map_err(echec)?;
    Ok(version.unsigned_abs())
}

/// Where this session is.
pub(crate) async fn base_courante(c: &mut PgConnection) -> Result<String, Echec> {
    query_scalar("select current_database()::text").fetch_one(c).await.map_err(echec)
}

/// May it be written to?
pub(crate) async fn est_principal(c: &mut PgConnection) -> Result<bool, Echec> {
    query_scalar("select not pg_is_in_recovery()").fetch_one(c).await.map_err(echec)
}

/// Is its process its own, from one statement to the next?
pub(crate) async fn garde_sa_session(
    c: &mut PgConnection,
    autre: Option<&mut PgConnection>,
) -> bool {
    let Some(sien) = processus(c).await else { return false };
    let leur = match autre {
        Some(autre) => processus(autre).await,
        None => None,
    };
    leur != Some(sien) && processus(c).await == Some(sien)
}

/// Without a name for the statement: where two connections are one session the second would be told
/// that the name is taken, not whose process it is.
async fn processus(c: &mut PgConnection) -> Option<i32> {
    query_scalar("select pg_backend_pid()").persistent(false).fetch_one(c).await.ok()
}

pub(crate) async fn prendre_verrou(c: &mut PgConnection, cle: &str) -> Result<bool, Echec> {
    query_scalar("select pg_try_advisory_lock(hashtextextended($1, 0))")
        .bind(cle)
        .fetch_one(c)
        .await
        .map_err(echec)
}

pub(crate) async fn rendre_verrou(c: &mut PgConnection, cle: &str) -> Result<(), Echec> {
    let ligne = query("select pg_advisory_unlock(hashtextextended($1, 0))")
        .bind(cle)
        .fetch_one(c)
        .await
        .map_err(echec)?;
    ligne.try_get::<bool, _>(0).map(drop).map_err(echec)
}

/// Whoever waits for a table in these statements waits no longer than that.
pub(crate) async fn borner_les_attentes(c: &mut PgConnection, secondes: u64) -> Result<(), Echec> {
    query("select set_config('lock_timeout', $1, false)")
        .bind(format!("{secondes}s"))
        .execute(c)
        .await
        .map(drop)
        .map_err(echec)
}

/// Of the database that one is connected to.
pub(crate) struct Etat {
    pub proprietaire: String,
    pub octets: i64,
    pub serveur: String,
    pub lit_les_mots_de_passe: bool,
}

pub(crate) async fn etat(c: &mut PgConnection) -> Result<Etat, Echec> {
    let ligne = query(
        "select pg_get_userbyid(datdba)::text as proprietaire, pg_database_size(oid) as octets,
                current_setting('server_version') as serveur,
                has_table_privilege('pg_catalog.pg_authid', 'select') as mots_de_passe
           from pg_database where datname = current_database()",
    )
    .fetch_one(c)
    .await
    .map_err(echec)?;
    let lire = || -> sqlx::Result<Etat> {
        Ok(Etat {
            proprietaire: ligne.try_get("proprietaire")?,
            octets: ligne.try_get("octets")?,
            serveur: ligne.try_get("serveur")?,
            lit_les_mots_de_passe: ligne.try_get("mots_de_passe")?,
        })
    };
    lire().map_err(echec)
}

/// Their names; what they connect with is for administrators.
pub(crate) async fn abonnements(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    let requete = "select subname::text from pg_subscription s join pg_database d
                     on d.oid = s.subdbid where d.datname = current_database() order by 1";
    query_scalar(requete).fetch_all(c).await.map_err(echec)
}

/// The server's own number; none where the account may not read it.
pub(crate) async fn systeme(c: &mut PgConnection) -> Option<String> {
    query_scalar("select system_identifier::text from pg_control_system()").fetch_one(c).await.ok()
}

/// The newest migration; none in a database that is not ours.
pub(crate) async fn schema(c: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    let notre: bool = query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *c)
        .await?;
    if !notre {
        return Ok(None);
    }
    query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(c).await
}

/// Is there a table whose rows lie where the hash of a value says? Of some types it is another one in
/// a database that was restored.
pub(crate) async fn a_des_hachages(c: &mut PgConnection) -> Result<bool, Echec> {
    let requete = "select exists (select from pg_partitioned_table where partstrat = 'h')";
    query_scalar(requete).fetch_one(c).await.map_err(echec)
}

/// Role (none: everybody) and `name=value`.
pub(crate) async fn reglages(c: &mut PgConnection) -> Result<Vec<(Option<String>, String)>, Echec> {
    let lignes = query(
        "select r.rolname::text, unnest(s.setconfig)
           from pg_db_role_setting s
           join pg_database d on d.oid = s.setdatabase and d.datname = current_database()
           left join pg_roles r on r.oid = s.setrole
          order by 1 nulls first, 2",
    )
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &sqlx::postgres::PgRow| Ok((l.try_get(0)?, l.try_get(1)?));
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}

/// Role (none: PUBLIC), privilege, may be passed on. The server's defaults are told too.
pub(crate) async fn droits(
    c: &mut PgConnection,
) -> Result<Vec<(Option<String>, String, bool)>, Echec> {
    let lignes = query(
        "select case when a.grantee <> 0 then pg_get_userbyid(a.grantee)::text end,
                a.privilege_type, a.is_grantable
           from pg_database d,
                aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
          where d.datname = current_database()
          order by 1 nulls first, 2",
    )
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &sqlx::postgres::PgRow| Ok((l.try_get(0)?, l.try_get(1)?, l.try_get(2)?));
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}

/// Who keeps a whole table for itself.
pub(crate) struct Detenteur {
    pub table: String,
    pub pid: i32,
    pub utilisateur: String,
    pub programme: String,
    /// Unknown where the account may not see it.
    pub depuis: Option<chrono::DateTime<chrono::Utc>>,
}

/// The oldest first. Locks on catalogues are of those who make tables, not of those who read.
pub(crate) async fn detenteurs(c: &mut PgConnection) -> Result<Vec<Detenteur>, Echec> {
    let lignes = query(
        "select r.relname::text as nom, a.pid, coalesce(a.usename::text, '') as utilisateur,
                coalesce(a.application_name, '') as programme, a.xact_start as depuis
           from pg_locks l
           join pg_database d on d.oid = l.database and d.datname = current_database()
           join pg_class r on r.oid = l.relation and r.relkind in ('r', 'p', 'm', 'S', 'v', 'f')
           join pg_stat_activity a on a.pid = l.pid
          where l.locktype = 'relation' and l.granted and l.mode = 'AccessExclusiveLock'
            and l.pid <> pg_backend_pid()
          order by a.xact_start nulls last, a.pid, r.relname",
    )
    .fetch_all(c)
    .await
    .map_err(echec)?;
    let lire = |l: &sqlx::postgres::PgRow| {
        Ok(Detenteur {
            table: l.try_get("nom")?,
            pid: l.try_get("pid")?,
            utilisateur: l.try_get("utilisateur")?,
            programme: l.try_get("programme")?,
            depuis: l.try_get("depuis")?,
        })
    };
    lignes.iter().map(lire).collect::<sqlx::Result<_>>().map_err(echec)
}

/// Procedural languages that are no extension's: name, and what makes each.
pub(crate) async fn langages(c: &mut PgConnection) -> Result<Vec<(String, String)>, Echec> {
    query_as(
        "select l.lanname::text,
                concat_ws(' ', 'create', case when l.lanpltrusted then 'trusted' end, 'language',
                    quote_ident(l.lanname),
                    (select string_agg(mot || ' ' || quote_ident(n.nspname) || '.'
                                           || quote_ident(p.proname), ' ' order by rang)
                       from (values (1, 'handler', l.lanplcallfoid), (2, 'inline', l.laninline),
                                    (3, 'validator', l.lanvalidator)) f (rang, mot, oid)
                       join pg_proc p on p.oid = f.oid
                       join pg_namespace n on n.oid = p.pronamespace)) || ';'
           from pg_language l
          where l.lanispl
            and not exists (select from pg_depend d where d.classid = 'pg_language'::regclass
                               and d.objid = l.oid and d.deptype = 'e')
          order by 1",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// A table of an extension's of which the extension does not say that people write in it.
#[derive(sqlx::FromRow)]
struct Candidate {
    schema: String,
    nom: String,
    extension: String,
    /// The transaction that gave it to the extension.
    depuis: String,
    occupe: bool,
}

/// Tables that are an extension's, with rows that its script did not write: schema, name, extension.
/// `pg_dump` leaves them out. Of one that may not be read, its size tells.
pub(crate) async fn membres(c: &mut PgConnection) -> Result<Vec<(String, String, String)>, Echec> {
    let candidates: Vec<Candidate> = query_as(
        "select n.nspname::text as schema, c.relname::text as nom, e.extname::text as extension,
                d.xmin::text as depuis, pg_relation_size(c.oid) > 0 as occupe
           from pg_depend d
           join pg_extension e on e.oid = d.refobjid
           join pg_class c on c.oid = d.objid and c.relkind = 'r' and c.relpersistence <> 't'
           join pg_namespace n on n.oid = c.relnamespace
          where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_extension'::regclass
            and d.deptype = 'e' and not c.oid = any(coalesce(e.extconfig, '{}'))
          order by 1, 2",
    )
    .fetch_all(&mut *c)
    .await
    .map_err(echec)?;
    let mut membres = Vec::new();
    for Candidate { schema, nom, extension, depuis, occupe } in candidates {
        if occupe && ecrite_depuis(c, (&schema, &nom), &depuis).await?.unwrap_or(true) {
            membres.push((schema, nom, extension));
        }
    }
    Ok(membres)
}

/// Has that table rows of other transactions than that one? None: this account may not tell.
async fn ecrite_depuis(
    c: &mut PgConnection,
    (schema, nom): (&str, &str),
    transaction: &str,
) -> Result<Option<bool>, Echec> {
    let requete = "select format('select exists (select from only %I.%I where xmin::text <> %L)',
                                 $1, $2, $3)";
    let ordre: String = query_scalar(requete)
        .bind(schema)
        .bind(nom)
        .bind(transaction)
        .fetch_one(&mut *c)
        .await
        .map_err(echec)?;
    match query_scalar(AssertSqlSafe(ordre)).persistent(false).fetch_one(c).await {
        Ok(ecrite) => Ok(Some(ecrite)),
        Err(sqlx::Error::Database(_)) => Ok(None),
        Err(e) => Err(echec(e)),
    }
}

/// User mappings of which this account is not shown the options, and `pg_dump` neither: as it calls
/// them.
pub(crate) async fn comptes_caches(c: &mut PgConnection) -> Result<Vec<String>, Echec> {
    query_scalar(
        "select 'USER MAPPING ' || u.usename || ' SERVER ' || u.srvname
           from pg_user_mappings u join pg_foreign_server s on s.oid = u.srvid
          where u.umoptions is null and not case
                when (select rolsuper from pg_roles where rolname = current_user) then true
                when u.umuser = 0 then pg_has_role(s.srvowner, 'USAGE')
                else u.usename = current_user and (pg_has_role(s.srvowner, 'USAGE')
                                                   or has_server_privilege(s.oid, 'USAGE')) end
          order by 1",
    )
    .fetch_all(c)
    .await
    .map_err(echec)
}

/// Of a table that is read by its name `ou`: a right that `compte` lacks comes with its order.
pub(crate) fn echec_de_lecture(erreur: sqlx::Error, (compte, ou): (&str, &str)) -> Echec {
    let refus = match &erreur {
        sqlx::Error::Database(e) => {
            let plainte = format!("{}\n{ou} ", e.message());
            Some(plainte).filter(|_| e.code().as_deref() == Some("42501"))
        }
        _ => None,
    };
    match refus.and_then(|plainte| causes::d_un_outil(&plainte, Some(compte))) {
        Some(cause) => Echec::nouveau(Code::Refuse, format!("PostgreSQL a refusé : {cause}.")),
        None => echec(erreur),
    }
}

/// What the server refused, for the log; the person reads a plain sentence.
pub(crate) fn echec(erreur: sqlx::Error) -> Echec {
    tracing::debug!(err = %erreur, "la base a refusé");
    let phrase = match &erreur {
        sqlx::Error::Database(e) => {
            let code = e.code().unwrap_or_default();
            match causes::d_un_refus(&code, e.message()) {
                Some(cause) => format!("PostgreSQL a refusé : {cause} ({}).", e.message()),
                None => format!("PostgreSQL a refusé : {}.", e.message()),
            }
        }
        _ => "La connexion à PostgreSQL s'est coupée.".to_owned(),
    };
    Echec::nouveau(Code::Refuse, phrase)
}
