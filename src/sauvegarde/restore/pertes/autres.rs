//! Tables that are not of this program, in the database that is to be replaced: what was written in
//! them cannot be told, and where what comes in lacks them, they go.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::postgres::PgConnection;

use super::{MONTREES, sql, tables};
use crate::platform::issue::Echec;

/// Schema and name.
pub(crate) type Noms = BTreeSet<(String, String)>;

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Autres {
    /// What comes in has them too, as far as is known.
    #[serde(rename = "autres_tables")]
    pub remplacees: Vec<String>,
    #[serde(rename = "tables_qui_partent")]
    pub qui_partent: Vec<String>,
}

impl Autres {
    /// `entrantes`: the tables of what comes in, where that is known.
    pub(crate) async fn lire(
        c: &mut PgConnection,
        entrantes: Option<&Noms>,
    ) -> Result<Self, Echec> {
        let toutes = sql::tables(c).await?.into_iter();
        let autres = toutes.filter(|(schema, nom)| schema != "public" || !tables::est_a_nous(nom));
        let la = |nom: &(String, String)| entrantes.is_none_or(|e| e.contains(nom));
        let (remplacees, qui_partent): (Vec<_>, Vec<_>) = autres.partition(la);
        let nommer = |(schema, nom): (String, String)| match schema.as_str() {
            "public" => nom,
            _ => format!("{schema}.{nom}"),
        };
        Ok(Self {
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
        remplacees.into_iter().chain(qui_partent).collect()
    }
}

pub(crate) async fn noms(c: &mut PgConnection) -> Result<Noms, Echec> {
    Ok(sql::tables(c).await?.into_iter().collect())
}
