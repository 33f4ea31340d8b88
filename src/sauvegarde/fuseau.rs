//! The time zone that a database has for its own sessions. What PostgreSQL works out again as rows
//! come back (generated columns, checks, expressions of indexes, materialized views) may depend on
//! it, and is worked out in that zone. What is only written or compared stays in UTC (`texte`).

use std::io::Read;

use super::arret::Arret;
use super::cible::{Cible, Role};
use super::sql;
use super::texte::Environnement;
use crate::platform::issue::{Code, Echec, dire};

const VARIABLE: &str = "PGTZ";
/// Databases that a server has whatever else it has.
const DE_TOUS: [&str; 2] = ["postgres", "template1"];

/// As a session begins that asks for none. Our own connections always ask for one, after which the
/// server no longer tells its own: `psql` asks for none. Else why it cannot be asked.
pub(crate) async fn d_une_base(cible: &Cible, base: &str) -> Result<String, String> {
    let mut environnement = cible.environnement(base, Role::Application);
    environnement.retain(|(nom, _)| nom != VARIABLE);
    let outils = cible.outils().clone();
    let demander = move || -> Result<String, Echec> {
        let ordre = format!("--command={}", sql::FUSEAU);
        let seul = ["--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align"];
        let arguments = seul.into_iter().chain([ordre.as_str()]);
        let mut enfant = outils.lancer("psql", arguments, &environnement)?;
        let mut dit = String::new();
        enfant.sortie()?.read_to_string(&mut dit).map_err(dire)?;
        enfant.attendre(&Arret::default())?;
        Ok(dit.trim().to_owned())
    };
    let dit = tokio::task::spawn_blocking(demander).await.map_err(dire);
    match dit.and_then(|dit| dit) {
        Ok(f) if !f.is_empty() && f.lines().count() == 1 => Ok(f),
        Ok(_) => Err("psql n'a pas répondu ce qui lui était demandé".to_owned()),
        Err(e) => {
            tracing::debug!(base, err = e.phrase, "fuseau inconnu");
            Err(e.phrase.trim_end_matches('.').to_owned())
        }
    }
}

/// What a restore works in: the zone of the database that was saved (`dit`), else that of the one
/// that is replaced, else that of the server.
pub(crate) async fn pour(
    cible: &Cible,
    dit: Option<&str>,
    remplacee: Option<&str>,
) -> Result<Option<String>, Echec> {
    let Some(dit) = dit else {
        for base in remplacee.into_iter().chain(DE_TOUS) {
            if let Ok(fuseau) = d_une_base(cible, base).await {
                return Ok(Some(fuseau));
            }
        }
        return Ok(None);
    };
    // In another one rows would come back that are not those that were saved.
    if !sql::poser_le_fuseau(&mut cible.administrer().await?, dit).await? {
        return Err(Echec::nouveau(
            Code::RefuseAvant,
            format!(
                "Ce serveur ne connaît pas « {dit} », le fuseau horaire de la base sauvegardée, \
                 dont dépend ce qu'elle calcule : installez-y les fuseaux horaires (paquets tzdata \
                 et tzdata-legacy), puis recommencez."
            ),
        ));
    }
    Ok(Some(dit.to_owned()))
}

/// Of a tool that puts rows back. None: that of its own session, whatever it is.
pub(crate) fn regler(variables: &mut Environnement, fuseau: Option<&str>) {
    variables.retain(|(nom, _)| nom != VARIABLE);
    variables.extend(fuseau.map(|f| (VARIABLE.to_owned(), f.to_owned())));
}

#[cfg(test)]
mod tests {
    use super::super::texte;
    use super::*;

    #[test]
    fn rows_come_back_in_the_zone_of_their_database_and_all_else_is_as_always() {
        let mut toujours = Vec::new();
        texte::fixer(&mut toujours);
        let mut variables = toujours.clone();
        regler(&mut variables, Some("Europe/Paris"));
        let autres = |v: &Environnement| -> Environnement {
            v.iter().filter(|(n, _)| n != VARIABLE).cloned().collect()
        };
        assert_eq!(autres(&variables), autres(&toujours));
        let siens: Vec<_> = variables.iter().filter(|(n, _)| n == VARIABLE).collect();
        assert_eq!(siens, [&(VARIABLE.to_owned(), "Europe/Paris".to_owned())]);
        regler(&mut variables, None);
        assert!(variables.iter().all(|(n, _)| n != VARIABLE));
    }
}
