//! An object is given only to a role that could make it where it lies. That right is lent to its
//! owner for as long as it takes: who may do what comes afterwards, from the archive.

use sqlx::postgres::PgConnection;

use super::super::archive::Entree;
use super::{jugement, sql};
use crate::platform::issue::Echec;

/// What was lent: the schema (none: the database) and to whom.
pub(crate) struct Prets {
    base: String,
    /// An administrator gives whatever it likes.
    inutiles: bool,
    faits: Vec<(Option<String>, String)>,
}

impl Prets {
    pub(crate) async fn nouveaux(c: &mut PgConnection) -> Result<Self, Echec> {
        let compte = jugement::sql::compte(c).await?;
        let base = sql::base_courante(c).await?;
        Ok(Self { base, inutiles: compte.superutilisateur, faits: Vec::new() })
    }

    pub(crate) async fn preter(
        &mut self,
        c: &mut PgConnection,
        entree: &Entree,
        role: &str,
    ) -> Result<(), Echec> {
        if self.inutiles || entree.genre == "BLOB" {
            return Ok(());
        }
        let possible = match &entree.schema {
            Some(schema) => jugement::sql::peut_creer_dans(c, role, schema).await?,
            None => jugement::sql::peut_creer_ici(c, role).await?,
        };
        if possible {
            return Ok(());
        }
        let (ordre, ou) = match &entree.schema {
            Some(schema) => ("grant create on schema %I to %I", schema.as_str()),
            None => ("grant create on database %I to %I", self.base.as_str()),
        };
        sql::ordonner(c, ordre, &[Some(ou), Some(role)]).await?;
        self.faits.push((entree.schema.clone(), role.to_owned()));
        Ok(())
    }

    pub(crate) async fn reprendre(self, c: &mut PgConnection) -> Result<(), Echec> {
        for (schema, role) in &self.faits {
            let (ordre, ou) = match schema {
                Some(schema) => ("revoke create on schema %I from %I", schema.as_str()),
                None => ("revoke create on database %I from %I", self.base.as_str()),
            };
            sql::ordonner(c, ordre, &[Some(ou), Some(role)]).await?;
        }
        Ok(())
    }
}
