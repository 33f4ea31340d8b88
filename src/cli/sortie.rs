//! How a command ends: what is said, and with which code.

use std::process::ExitCode;

use crate::platform::config::{BaseVisee, ErreurConfiguration};
use crate::platform::db::migrations::{self, EtatSchema};
use crate::platform::db::{Base, ErreurOuverture};
pub(crate) use crate::platform::issue::{Code, Echec, Issue, dire, systeme};
use crate::referentiel::menus;
use crate::sauvegarde::restore;

pub(crate) fn conclure(issue: Issue) -> ExitCode {
    match issue {
        Ok(code) => ExitCode::from(code.nombre()),
        Err(echec) => {
            eprintln!("delicego : {}", echec.phrase);
            ExitCode::from(echec.code.nombre())
        }
    }
}

pub(crate) fn refuser_configuration(erreur: &ErreurConfiguration) -> ExitCode {
    let code = match erreur {
        ErreurConfiguration::EnvFileLisible => Code::RefuseAvant,
        _ => Code::Usage,
    };
    conclure(Err(Echec::nouveau(code, erreur.to_string())))
}

/// A database that a dead restore left closed is open again. Code 5 and its cause where it does not
/// let us in.
pub(crate) async fn ouvrir(visee: &BaseVisee) -> Result<Base, Echec> {
    let base = Base::ouvrir(visee).await.map_err(|e| match e {
        ErreurOuverture::Cluster(e) => Echec::nouveau(Code::RefuseAvant, e.to_string()),
        ErreurOuverture::Systeme(e) => dire(e),
    })?;
    restore::au_demarrage(&base, visee).await;
    match base.refus().await {
        Some(phrase) => Err(Echec::nouveau(Code::RefuseAvant, phrase)),
        None => Ok(base),
    }
}

/// The schema must be the one this program was made for.
pub(crate) async fn exiger_schema(base: &Base) -> Result<(), Echec> {
    match migrations::etat(base).await? {
        EtatSchema::AJour => Ok(()),
        EtatSchema::Ancien(n) => Err(Echec::nouveau(
            Code::RefuseAvant,
            format!(
                "Le schéma de la base est ancien ({n} étapes à faire) : lancez delicego migrate."
            ),
        )),
        EtatSchema::PlusRecent => Err(schema_plus_recent()),
    }
}

/// Brings the schema to the newest, unless a newer program has been there.
pub(crate) async fn migrer(base: &Base) -> Result<(), Echec> {
    if migrations::etat(base).await? == EtatSchema::PlusRecent {
        return Err(schema_plus_recent());
    }
    Ok(migrations::migrer(base).await?)
}

/// What people wrote before and have to put right; how much of it there is.
pub(crate) async fn dire_ce_qui_attend(base: &Base) -> Result<usize, Echec> {
    let mut connexion = base.lire().await?;
    Ok(menus::dire_les_doubles(&mut connexion).await?)
}

fn schema_plus_recent() -> Echec {
    let phrase = "La base a été préparée par un DéliceGo plus récent : mettez ce programme à jour.";
    Echec::nouveau(Code::RefuseAvant, phrase)
}
