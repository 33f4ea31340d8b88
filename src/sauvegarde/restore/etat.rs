//! What a backup tells of its database beside its archive: whose it is, who may do what with it, how
//! it is set, and what the archive lacks of it.

use sqlx::postgres::PgConnection;

use super::super::manifeste::{Droit, Lacunes, Langage, Manifeste, Reglage};
use super::sql;
use crate::platform::issue::Echec;

/// The database's owner, its grants and its settings.
#[derive(Debug, Clone, Default)]
pub struct EtatDeBase {
    pub proprietaire: Option<String>,
    pub reglages: Vec<Reglage>,
    pub droits: Vec<Droit>,
    /// Of what its languages are made, where an archive does not say it.
    pub langages: Vec<Langage>,
    /// None: nothing tells what the archive lacks.
    pub lacunes: Option<Lacunes>,
    /// Of its own sessions, where that is known.
    pub fuseau: Option<String>,
}

impl EtatDeBase {
    pub(crate) fn du_manifeste(manifeste: &Manifeste) -> Self {
        Self {
            proprietaire: Some(manifeste.base.proprietaire.clone()),
            reglages: manifeste.base.reglages.clone(),
            droits: manifeste.base.droits.clone(),
            langages: manifeste.base.langages.clone(),
            lacunes: manifeste.base.lacunes.clone(),
            fuseau: manifeste.base.son_fuseau().map(str::to_owned),
        }
    }

    /// Of a database that is there.
    pub(crate) async fn lire(c: &mut PgConnection, base: &sql::BaseConnue) -> Result<Self, Echec> {
        let reglages = sql::reglages(c, &base.nom).await?;
        let droits = sql::droits(c, &base.nom).await?;
        let reglage = |(role, nom, valeur)| Reglage { role, nom, valeur };
        let droit = |(role, privilege, transmissible)| Droit { role, privilege, transmissible };
        Ok(Self {
            proprietaire: Some(base.proprietaire.clone()),
            reglages: reglages.into_iter().map(reglage).collect(),
            droits: droits.into_iter().map(droit).collect(),
            ..Self::default()
        })
    }

    pub(crate) fn roles(&self) -> impl Iterator<Item = &String> {
        let des_reglages = self.reglages.iter().filter_map(|r| r.role.as_ref());
        let des_droits = self.droits.iter().filter_map(|d| d.role.as_ref());
        self.proprietaire.iter().chain(des_reglages).chain(des_droits)
    }
}
