//! Will the indexes and the checks of an archive be worked out where they come back? Those of the
//! database that is to be replaced are tried, as a restore does it, when they are the same and call a
//! function that somebody wrote.

pub(crate) mod sql;

use sqlx::PgConnection;

use self::sql::{Calcul, Calculee};
use super::super::super::archive::Entree;
use super::super::plaintes::{Plainte, fonction};
use super::{Affaire, Jugement, Obstacle, cite, echecs, objet};
use crate::platform::issue::Echec;

pub(crate) async fn eprouver(
    affaire: &Affaire<'_>,
    c: &mut PgConnection,
    jugement: &mut Jugement,
) -> Result<(), Echec> {
    for calculee in sql::calculees(c).await? {
        let Some(entree) = la_meme(affaire.entrees, &calculee) else { continue };
        let dite = jugement.constats.iter().any(|k| k.obstacle.objet == objet(entree));
        if dite || jugement.plan.laisses.contains(&entree.id) {
            continue;
        }
        let comme = comme(entree, affaire, jugement).filter(|_| entree.genre == "INDEX");
        let essai = sql::essayer(c, &calculee, comme).await?;
        let Calcul::Echoue(phrase, ou) = essai else { continue };
        let Some(fautive) = fautive(c, ou, affaire.entrees).await? else { continue };
        let plainte = Plainte { phrase, fonction: Some(fautive) };
        let obstacle = echecs::refuse(entree, &plainte, affaire.entrees);
        let raison = format!("essayé dans la base à remplacer, {}", obstacle.raison);
        let constat = echecs::constat(affaire, entree, Obstacle { raison, ..obstacle });
        jugement.constats.push(constat);
    }
    Ok(())
}

/// As whom it is worked out. An administrator gives each object to its owner as it goes: what is an
/// owner's is calculated with its rights, and they alone say which rows it sees.
pub(crate) fn comme<'a>(
    entree: &'a Entree,
    affaire: &Affaire<'_>,
    jugement: &Jugement,
) -> Option<&'a str> {
    let rendus = jugement.plan.administrateur && affaire.roles.manquants.is_empty();
    entree.proprietaire.as_deref().filter(|role| rendus && !role.is_empty())
}

/// The function in which a trial failed, where the archive has the very same: another one may do
/// better there.
pub(crate) async fn fautive(
    c: &mut PgConnection,
    ou: Option<String>,
    entrees: &[Entree],
) -> Result<Option<String>, Echec> {
    let Some(signature) = ou.and_then(|ou| fonction(&ou, entrees)) else { return Ok(None) };
    let Some((source, reglages)) = sql::fonction(c, &signature).await? else { return Ok(None) };
    let sienne = |e: &&Entree| e.genre == "FUNCTION" && nommee(e) == signature;
    let definition = entrees.iter().find(sienne).and_then(|e| e.definition.as_deref());
    let meme = definition.is_some_and(|d| fait_pareil(d, (&source, &reglages)));
    Ok(meme.then_some(signature))
}

/// As PostgreSQL names it: `public.tx(text)`.
fn nommee(entree: &Entree) -> String {
    let schema = entree.schema.as_deref().map(|s| format!("{}.", cite(s)));
    format!("{}{}", schema.unwrap_or_default(), entree.nom)
}

fn fait_pareil(definition: &str, (source, reglages): (&str, &[String])) -> bool {
    let tete = definition.replacen(source, "", 1);
    definition.contains(source)
        && tete.matches(REGLAGE).count() == reglages.len()
        && reglages.iter().all(|nom| tete.contains(&format!("{REGLAGE}{nom} ")))
}

/// How `pg_dump` writes what a function sets.
const REGLAGE: &str = "\n    SET ";

/// What of the archive it makes fail, where it is written the same there.
fn la_meme<'a>(entrees: &'a [Entree], calculee: &Calculee) -> Option<&'a Entree> {
    let sienne = |e: &&Entree, genre: &str| {
        e.genre == genre
            && e.nom == calculee.nom
            && e.schema.as_deref() == Some(calculee.schema.as_str())
    };
    let ou = if calculee.genre == "INDEX" { "INDEX" } else { "TABLE" };
    let definition = entrees.iter().find(|e| sienne(e, ou))?.definition.as_deref()?;
    definition.contains(&calculee.definition).then_some(())?;
    entrees.iter().find(|e| sienne(e, &calculee.genre))
}
