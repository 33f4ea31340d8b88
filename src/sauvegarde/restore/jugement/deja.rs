//! Extensions that an administrator makes before the archive is restored: their scripts are the
//! server's, not the archive's.

use super::super::super::archive::Entree;
use super::super::super::cible::{Cible, Role};
use super::super::sql as sql_restore;
use super::faits::Faits;
use super::{Affaire, Jugement, Plan, sql};
use crate::platform::issue::Echec;

/// An extension to be made, and the schema it lies in.
#[derive(Debug, Clone)]
pub(crate) struct ExtensionVoulue {
    nom: String,
    schema: Option<String>,
}

/// Those that only the administrator may make. `pg_restore` makes the others itself, where the
/// archive says.
pub(crate) fn extensions(
    affaire: &Affaire<'_>,
    faits: &Faits,
    plan: &mut Plan,
) -> Vec<ExtensionVoulue> {
    let mut voulues = Vec::new();
    let restaurees =
        affaire.entrees.iter().filter(|e| e.genre == "EXTENSION" && !plan.laisses.contains(&e.id));
    let mut deja = Vec::new();
    for entree in restaurees {
        let ordinaire = faits.extensions.get(&entree.nom) == Some(&true);
        let par_pg_restore = faits.deposant_superutilisateur || plan.administrateur || ordinaire;
        if par_pg_restore || !faits.superutilisateur {
            continue;
        }
        let schema = schema_de(entree).filter(|s| s != "public" && s != "pg_catalog");
        // Made with it, and not a second time by the archive.
        let du_schema =
            affaire.entrees.iter().find(|e| e.genre == "SCHEMA" && Some(&e.nom) == schema.as_ref());
        deja.extend(du_schema.map(|e| e.id));
        voulues.push(ExtensionVoulue { nom: entree.nom.clone(), schema });
    }
    plan.deja.extend(deja);
    voulues
}

/// `CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;`
fn schema_de(entree: &Entree) -> Option<String> {
    let definition = entree.definition.as_deref()?;
    let schema = definition.split(" WITH SCHEMA ").nth(1)?.split(';').next()?.trim();
    let cite = schema.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
    Some(cite.map_or_else(|| schema.to_owned(), |s| s.replace("\"\"", "\"")))
}

pub(crate) async fn doter(
    cible: &Cible,
    copie: &str,
    (jugement, proprietaire): (&Jugement, &str),
) -> Result<(), Echec> {
    if jugement.extensions.is_empty() {
        return Ok(());
    }
    let mut c = cible.connecter(copie, Role::Administrateur).await?;
    for ExtensionVoulue { nom, schema } in &jugement.extensions {
        if let Some(schema) = schema {
            let ordre = "create schema if not exists %I authorization %I";
            sql_restore::ordonner(&mut c, ordre, &[Some(schema), Some(proprietaire)]).await?;
        }
        let schema = schema.as_deref().unwrap_or("public");
        let ordre = "create extension if not exists %I schema %I cascade";
        match sql::a_son_schema(&mut c, nom).await? {
            true => {
                let ordre = "create extension if not exists %I cascade";
                sql_restore::ordonner(&mut c, ordre, &[Some(nom)]).await?;
            }
            false => sql_restore::ordonner(&mut c, ordre, &[Some(nom), Some(schema)]).await?,
        }
    }
    Ok(())
}
