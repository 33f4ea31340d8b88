//! The SQL of trials: on the database that is to be replaced, reading only.

use sqlx::postgres::PgDatabaseError;
use sqlx::query_scalar;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Transaction, query, query_as};

use super::super::super::super::sql::echec;
use crate::platform::issue::Echec;

/// Does it calculate?
#[derive(Debug)]
pub(crate) enum Calcul {
    Reussit,
    /// What the server said, and in which function.
    Echoue(String, Option<String>),
    Inconnu,
}

/// In milliseconds: longer than that, nothing is known.
const ESSAI: &str = "30000";
/// What is not so in a copy: written to by a function, not this account's to read, too long, made
/// of a view that is empty.
const PROPRE_A_L_ESSAI: [&str; 4] = ["25006", "42501", "57014", "55000"];

/// Reading only, and as `pg_restore` does: no name is found without its schema, no row is hidden.
/// `comme`: the role that works it out, where that is not this connection's.
async fn ouvrir<'a>(
    c: &'a mut PgConnection,
    comme: Option<&str>,
) -> Result<Transaction<'a, Postgres>, Echec> {
    let mut tx = c.begin().await.map_err(echec)?;
    query("set transaction read only").execute(&mut *tx).await.map_err(echec)?;
    let reglages = [("search_path", ""), ("row_security", "off"), ("statement_timeout", ESSAI)];
    for (nom, valeur) in reglages.into_iter().chain(comme.map(|role| ("role", role))) {
        let requete = "select set_config($1, $2, true)";
        query(requete).bind(nom).bind(valeur).execute(&mut *tx).await.map_err(echec)?;
    }
    Ok(tx)
}

/// A cursor that is moved calculates every column of every row, and sends none. `comme` an owner, what
/// hides rows from it here does so there.
async fn calculer(
    mut tx: Transaction<'_, Postgres>,
    requete: &str,
    comme: Option<&str>,
) -> Result<Calcul, Echec> {
    let mut essai = Ok(());
    for ordre in
        [format!("declare essai no scroll cursor for {requete}"), "move all in essai".into()]
    {
        if essai.is_ok() {
            let fait = query(AssertSqlSafe(ordre)).persistent(false).execute(&mut *tx).await;
            essai = fait.map(drop);
        }
    }
    tx.rollback().await.map_err(echec)?;
    match essai {
        Ok(()) => Ok(Calcul::Reussit),
        Err(sqlx::Error::Database(e)) => Ok({
            let lue = e.try_downcast_ref::<PgDatabaseError>();
            let cachees = lue.and_then(PgDatabaseError::routine) == Some("check_enable_rls");
            match e.code().as_deref() {
                Some(code) if PROPRE_A_L_ESSAI.contains(&code) && !(cachees && comme.is_some()) => {
                    Calcul::Inconnu
                }
                _ => {
                    let ou = lue.and_then(PgDatabaseError::r#where);
                    Calcul::Echoue(e.message().to_owned(), ou.map(str::to_owned))
                }
            }
        }),
        Err(e) => Err(echec(e)),
    }
}

/// What that view of the database is made of, when the archive's is made of the same.
pub(crate) async fn essayer_la_vue(
    c: &mut PgConnection,
    (schema, nom, definition): (&str, &str, &str),
    comme: Option<&str>,
) -> Result<Calcul, Echec> {
    let mut tx = ouvrir(c, comme).await?;
    let requete = "select pg_get_viewdef(c.oid) from pg_class c
                     join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = $1 and c.relname = $2 and c.relkind = 'm'";
    let vivante: Option<String> = query_scalar(requete)
        .bind(schema)
        .bind(nom)
        .fetch_optional(&mut *tx)
        .await
        .map_err(echec)?;
    let meme = |texte: &String| definition.contains(texte.trim_end_matches(';'));
    match vivante.filter(meme) {
        Some(texte) => calculer(tx, &texte, comme).await,
        None => Ok(Calcul::Inconnu),
    }
}

/// What a function of somebody's works out for each row as a restore makes it again.
#[derive(sqlx::FromRow)]
pub(crate) struct Calculee {
    /// As an archive calls it: `INDEX`, or `TABLE DATA` of a table with a check.
    pub genre: String,
    pub schema: String,
    pub nom: String,
    /// As an archive writes it.
    pub definition: String,
    pub requete: String,
}

/// Indexes and checks that call a function that did not come with PostgreSQL.
pub(crate) async fn calculees(c: &mut PgConnection) -> Result<Vec<Calculee>, Echec> {
    let mut tx = ouvrir(c, None).await?;
    let lues = query_as(
        "select 'INDEX' as genre, n.nspname::text as schema, i.relname::text as nom,
                pg_get_indexdef(i.oid) as definition,
                format('select row(%s) from %s%s',
                       coalesce(pg_get_expr(x.indexprs, x.indrelid), 'null'), x.indrelid::regclass,
                       ' where ' || pg_get_expr(x.indpred, x.indrelid)) as requete
           from pg_index x join pg_class i on i.oid = x.indexrelid
                join pg_namespace n on n.oid = i.relnamespace
          where exists (select from pg_depend d
                         where d.classid = 'pg_class'::regclass and d.objid = i.oid
                           and d.refclassid = 'pg_proc'::regclass)
         union all
         select 'TABLE DATA', n.nspname::text, t.relname::text, pg_get_constraintdef(k.oid),
                format('select row(%s) from only %s', pg_get_expr(k.conbin, k.conrelid),
                       k.conrelid::regclass)
           from pg_constraint k join pg_class t on t.oid = k.conrelid
                join pg_namespace n on n.oid = t.relnamespace
          where k.contype = 'c'
            and exists (select from pg_depend d
                         where d.classid = 'pg_constraint'::regclass and d.objid = k.oid
                           and d.refclassid = 'pg_proc'::regclass)
          order by 1, 2, 3",
    )
    .fetch_all(&mut *tx)
    .await
    .map_err(echec)?;
    tx.rollback().await.map_err(echec)?;
    Ok(lues)
}

pub(crate) async fn essayer(
    c: &mut PgConnection,
    calculee: &Calculee,
    comme: Option<&str>,
) -> Result<Calcul, Echec> {
    calculer(ouvrir(c, comme).await?, &calculee.requete, comme).await
}

/// What that function does, and the names of what it sets; none where there is no such function.
pub(crate) async fn fonction(
    c: &mut PgConnection,
    signature: &str,
) -> Result<Option<(String, Vec<String>)>, Echec> {
    query_as(
        "select prosrc, array(select split_part(s, '=', 1) from unnest(proconfig) s)
           from pg_proc where oid = to_regprocedure($1)",
    )
    .bind(signature)
    .fetch_optional(c)
    .await
    .map_err(echec)
}
