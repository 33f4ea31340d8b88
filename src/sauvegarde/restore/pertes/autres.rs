//! What is not of this program, in the database that is to be replaced: what was written in its tables
//! cannot be told, and what of it what comes in lacks (tables, views, functions, large objects) goes.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::postgres::PgConnection;

use super::super::super::archive::Entree;
use super::{MONTREES, sql, tables};
use crate::platform::issue::Echec;

/// What a database has.
#[derive(Debug, Default)]
pub(crate) struct Noms {
    /// Schema and name.
    tables: BTreeSet<(String, String)>,
    /// As they are called here: `vue cave.caves`, `fonction cave.goûter(text)`, `grand objet 42`.
    objets: BTreeSet<String>,
}

impl Noms {
    pub(crate) fn d_une_archive(entrees: &[Entree]) -> Self {
        let mut noms = Self::default();
        for e in entrees {
            let schema = e.schema.as_deref().unwrap_or_default();
            match e.genre.as_str() {
                "TABLE" => {
                    noms.tables.insert((schema.to_owned(), e.nom.clone()));
                }
                "VIEW" | "MATERIALIZED VIEW" => {
                    noms.objets.insert(format!("vue {schema}.{}", e.nom));
                }
                "FOREIGN TABLE" => {
                    noms.objets.insert(format!("table étrangère {schema}.{}", e.nom));
                }
                "SEQUENCE" => {
                    noms.objets.insert(format!("séquence {schema}.{}", e.nom));
                }
                "TYPE" | "DOMAIN" => {
                    noms.objets.insert(format!("type {schema}.{}", e.nom));
                }
                "EXTENSION" => {
                    noms.objets.insert(format!("extension {}", e.nom));
                }
                "FUNCTION" | "PROCEDURE" => {
                    noms.objets.insert(format!("fonction {schema}.{}", e.nom));
                }
                "BLOB" => {
                    noms.objets.insert(format!("grand objet {}", e.nom));
                }
                // Many in one entry, a number a line.
                "BLOB METADATA" => {
                    let numeros = e.definition.as_deref().unwrap_or_default().lines();
                    noms.objets.extend(numeros.map(|n| format!("grand objet {n}")));
                }
                _ => {}
            }
        }
        noms
    }
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Autres {
    /// What comes in has them too, as far as is known.
    #[serde(rename = "autres_tables")]
    pub remplacees: Vec<String>,
    #[serde(rename = "tables_qui_partent")]
    pub qui_partent: Vec<String>,
    /// What comes in does not have them.
    #[serde(rename = "objets_qui_partent")]
    pub objets: Vec<String>,
    /// What is not ours and is not compared, in a sentence; none: there is no such thing.
    pub non_compare: Option<String>,
}

impl Autres {
    /// `entrantes`: of what comes in, where that is known.
    pub(crate) async fn lire(
        c: &mut PgConnection,
        entrantes: Option<&Noms>,
    ) -> Result<Self, Echec> {
        let toutes = sql::tables(c).await?.into_iter();
        let autres = toutes.filter(|(schema, nom)| schema != "public" || !tables::est_a_nous(nom));
        let la = |nom: &(String, String)| entrantes.is_none_or(|e| e.tables.contains(nom));
        let (remplacees, qui_partent): (Vec<_>, Vec<_>) = autres.partition(la);
        let nommer = |(schema, nom): (String, String)| match schema.as_str() {
            "public" => nom,
            _ => format!("{schema}.{nom}"),
        };
        let mut objets = Vec::new();
        if let Some(entrantes) = entrantes {
            objets = sql::objets(c).await?;
            objets.retain(|o| !entrantes.objets.contains(o));
        }
        let notres = tables::les_notres();
        let genres = sql::genres(c, (notres.as_slice(), tables::FONCTIONS.as_slice())).await?;
        Ok(Self {
            objets,
            non_compare: non_compare(&genres, entrantes.is_some()),
            remplacees: remplacees.into_iter().map(nommer).collect(),
            qui_partent: qui_partent.into_iter().map(nommer).collect(),
        })
    }

    pub(crate) fn phrases(&self) -> Vec<String> {
        let dire = |debut: &str, tables: &[String]| {
            let noms = tables.iter().take(MONTREES).cloned().collect::<Vec<_>>().join(", ");
            let reste = tables.len().saturating_sub(MONTREES);
            let suite = if reste > 0 { format!(" et {reste} autres") } else { String::new() };
            (!tables.is_empty()).then(|| format!("{debut} : {noms}{suite}."))
        };
        let remplacees = dire(
            "Ces tables ne sont pas de DéliceGo ; elles seront remplacées, et ce qui y a été écrit \
             depuis ne peut pas être dit",
            &self.remplacees,
        );
        let qui_partent = dire(
            "Ces tables ne sont pas de DéliceGo, et ce qui revient ne les a pas : elles partent avec \
             la base remplacée",
            &self.qui_partent,
        );
        let objets = dire(
            "Ce qui revient n'a pas non plus ceci, qui part avec la base remplacée (une mise à jour de \
             DéliceGo refait ce qui est à elle)",
            &self.objets,
        );
        let dites = [remplacees, qui_partent, objets, self.non_compare.clone()];
        dites.into_iter().flatten().collect()
    }
}

/// Said of what is compared, which is known, and not of what is not, which is all the rest.
/// `par_nom`: what is not there any more was told by its name.
fn non_compare(genres: &[(String, i64)], par_nom: bool) -> Option<String> {
    if genres.is_empty() {
        return None;
    }
    let compares = match par_nom {
        true => {
            "seuls les noms des tables (hors partitions), vues, séquences, types, fonctions, procédures, extensions \
             et grands objets sont comparés avec ce qui revient ; rien d'autre ne l'est, et tout \
             autre changement"
        }
        false => "rien n'est comparé avec ce qui revient, pas même les noms ; tout changement",
    };
    let dits: Vec<String> = genres.iter().map(|(g, combien)| format!("{g} ({combien})")).collect();
    Some(format!(
        "De ce qui n'est pas de DéliceGo, {compares} fait depuis la sauvegarde est perdu sans être \
         nommé. Il y a ici, entre autres : {}.",
        dits.join(", ")
    ))
}

pub(crate) async fn noms(c: &mut PgConnection) -> Result<Noms, Echec> {
    let tables = sql::tables(c).await?.into_iter().collect();
    Ok(Noms { tables, objets: sql::objets(c).await?.into_iter().collect() })
}
