//! Makes a proved copy ready to serve: readable by the application, of the newest schema, looked
//! over by `verifier`; with nobody logged in at the very last.

use sqlx::PgConnection;

use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::verifications::Verification;
use super::droits::Roles;
use super::regles::{Regles, ouvrir_la_copie};
use super::sql;
use crate::platform::db::Base;
use crate::platform::db::migrations::{self, EtatSchema};
use crate::platform::issue::Echec;

#[derive(Debug, Clone, Default, serde::Serialize)]
pub(crate) struct Appret {
    /// Migrations that were run.
    pub migrations: usize,
    /// Rules that `verifier` found broken, as sentences.
    pub anomalies: Vec<String>,
    pub sessions_fermees: u64,
    /// What `verifier` said of it, to be noted beside the backups.
    #[serde(skip)]
    pub verification: Option<Verification>,
}

/// `regles`: as they were read beside the proof.
pub(crate) async fn appreter(
    cible: &Cible,
    copie: &str,
    roles: &Roles,
    regles: Option<Regles>,
    arret: &Arret,
) -> Result<Appret, Echec> {
    verifier_la_lecture(cible, copie).await?;
    let mut c = cible.connecter(copie, Role::Administrateur).await?;
    if !sql::est_de_chez_nous(&mut c).await? {
        return Ok(Appret::default());
    }
    let base = ouvrir_la_copie(cible, copie, roles).await?;
    let issue = arret.ou_interrompu(rendre_sur((&base, cible.base()), &mut c, regles)).await;
    base.fermer().await;
    issue
}

/// `ouvertes`: tokens that are good in the live database right now.
pub(crate) async fn fermer_les_sessions(
    cible: &Cible,
    copie: &str,
    ouvertes: &[Vec<u8>],
) -> Result<u64, Echec> {
    let mut c = cible.connecter(copie, Role::Administrateur).await?;
    match sql::est_de_chez_nous(&mut c).await? {
        true => sql::fermer_les_sessions(&mut c, ouvertes).await,
        false => Ok(0),
    }
}

async fn verifier_la_lecture(cible: &Cible, copie: &str) -> Result<(), Echec> {
    let mut c = cible.connecter(copie, Role::Application).await?;
    let illisibles = sql::tables_illisibles(&mut c).await?;
    match illisibles.as_slice() {
        [] => Ok(()),
        tables => Err(super::echec(format!(
            "Le compte « {} » ne pourrait pas lire {}.",
            sql::qui_suis_je(&mut c).await?,
            tables.join(", ")
        ))),
    }
}

async fn rendre_sur(
    (base, nom): (&Base, &str),
    c: &mut PgConnection,
    regles: Option<Regles>,
) -> Result<Appret, Echec> {
    let migrations = mettre_a_jour(base).await?;
    if migrations > 0 {
        sql::analyser(c).await?;
    }
    let regles = match regles {
        Some(regles) => regles,
        None => Regles::lire(base).await?,
    };
    let anomalies = regles.constats.iter().filter(|c| c.fautes > 0).map(|c| {
        format!("{} : {} en faute, par exemple {}", c.regle, c.fautes, c.exemples.join(", "))
    });
    let anomalies = anomalies.collect();
    let verification = Some(Verification::nouvelle(nom, "restore", &regles.constats));
    Ok(Appret { migrations, anomalies, verification, ..Appret::default() })
}

async fn mettre_a_jour(base: &Base) -> Result<usize, Echec> {
    Ok(match migrations::etat(base).await? {
        EtatSchema::AJour => 0,
        EtatSchema::Ancien(n) => {
            migrations::migrer(base).await?;
            n
        }
        EtatSchema::PlusRecent => {
            let phrase = "Cette sauvegarde vient d'un DéliceGo plus récent : mettez ce programme à \
                          jour.";
            return Err(super::echec(phrase));
        }
    })
}
