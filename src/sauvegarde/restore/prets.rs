//! An object is given only to a role that could make it where it lies. That right is lent to its
//! owner for as long as it takes: who may do what comes afterwards, from the archive. Who grants
//! what it owns is lent the way into its schema, which it may not have.

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
    droit: &'static str,
}

impl Prets {
    pub(crate) async fn nouveaux(c: &mut PgConnection) -> Result<Self, Echec> {
        let compte = jugement::sql::compte(c).await?;
        let base = sql::base_courante(c).await?;
        Ok(Self { base, inutiles: compte.superutilisateur, faits: Vec::new(), droit: "create" })
    }

    /// For as long as `role` grants something of what it owns there.
    pub(crate) async fn entrer(
        c: &mut PgConnection,
        entree: &Entree,
        role: &str,
    ) -> Result<Self, Echec> {
        let mut prets =
            Self { base: String::new(), inutiles: true, faits: Vec::new(), droit: "usage" };
        if let Some(schema) = &entree.schema
            && !jugement::sql::peut_entrer_dans(c, role, schema).await?
        {
            let ordre = "grant usage on schema %I to %I";
            sql::ordonner(c, ordre, &[Some(schema), Some(role)]).await?;
            prets.faits.push((Some(schema.clone()), role.to_owned()));
        }
        Ok(prets)
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
            let (sur, ou) = match schema {
                Some(schema) => ("schema", schema.as_str()),
                None => ("database", self.base.as_str()),
            };
            let ordre = format!("revoke {} on {sur} %I from %I", self.droit);
            sql::ordonner(c, &ordre, &[Some(ou), Some(role)]).await?;
        }
        Ok(())
    }
}
