//! What `verifier` says of a copy. It only reads, and so does the proof: where nothing has to be
//! migrated first they go side by side, each on a core of its own.

use std::time::{Duration, Instant};

use super::super::cible::{Cible, Role};
use super::droits::Roles;
use super::sql;
use crate::platform::config::BaseVisee;
use crate::platform::db::Base;
use crate::platform::db::migrations::{self, EtatSchema};
use crate::platform::issue::{Echec, dire};
use crate::verification::{self, Constat};

pub(crate) struct Regles {
    pub constats: Vec<Constat>,
    pub duree: Duration,
}

impl Regles {
    pub(crate) async fn lire(base: &Base) -> Result<Self, Echec> {
        let depart = Instant::now();
        let constats = verification::verifier(base).await?;
        Ok(Self { constats, duree: depart.elapsed() })
    }

    /// None: it is not one of our databases, or its schema is to be migrated first.
    pub(crate) async fn du_schema_a_jour(
        cible: &Cible,
        copie: &str,
        roles: &Roles,
    ) -> Result<Option<Self>, Echec> {
        let mut c = cible.connecter(copie, Role::Administrateur).await?;
        if !sql::est_de_chez_nous(&mut c).await? {
            return Ok(None);
        }
        let base = ouvrir_la_copie(cible, copie, roles).await?;
        let lues = async {
            match migrations::etat(&base).await? {
                EtatSchema::AJour => Self::lire(&base).await.map(Some),
                EtatSchema::Ancien(_) | EtatSchema::PlusRecent => Ok(None),
            }
        };
        let lues = lues.await;
        base.fermer().await;
        lues
    }
}

/// As the application will open it: as whoever owns our tables, where that is not the account.
pub(crate) async fn ouvrir_la_copie(
    cible: &Cible,
    copie: &str,
    roles: &Roles,
) -> Result<Base, Echec> {
    let mut options = cible.options(copie, Role::Application);
    if let Some(role) = &a_prendre(cible, copie, roles).await? {
        options = options.options([("role", role)]);
    }
    Base::ouvrir(&BaseVisee::Serveur(Box::new(options))).await.map_err(dire)
}

/// The database may be a group's, and the tables in it the account's.
async fn a_prendre(cible: &Cible, copie: &str, roles: &Roles) -> Result<Option<String>, Echec> {
    let mut c = cible.connecter(copie, Role::Application).await?;
    let moi = sql::qui_suis_je(&mut c).await?;
    match sql::proprietaire(&mut c, "public", "_sqlx_migrations").await? {
        Some(p) if p == moi => Ok(None),
        Some(p) if sql::peut_devenir(&mut c, &p).await? => Ok(Some(p)),
        _ => Ok(roles.a_prendre.clone()),
    }
}
