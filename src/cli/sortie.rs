//! How a command ends: what is said, and with which code.

use std::fmt::Display;
use std::process::ExitCode;

use crate::platform::config::{BaseVisee, ErreurConfiguration};
use crate::platform::db::migrations::{self, EtatSchema};
use crate::platform::db::{Base, ErreurOuverture};
use crate::platform::errors::Erreur;
use crate::platform::http::suivi;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Fait,
    Refuse,
    Usage,
    Anomalie,
    RefuseAvant,
}

impl Code {
    const fn nombre(self) -> u8 {
        match self {
            Self::Fait => 0,
            Self::Refuse => 1,
            Self::Usage => 2,
            Self::Anomalie => 3,
            Self::RefuseAvant => 5,
        }
    }

    pub const fn de(nombre: u8) -> Self {
        match nombre {
            0 => Self::Fait,
            2 => Self::Usage,
            3 => Self::Anomalie,
            5 => Self::RefuseAvant,
            _ => Self::Refuse,
        }
    }
}

/// A command that did not do what was asked: the sentence and the code.
#[derive(Debug)]
pub struct Echec {
    pub code: Code,
    pub phrase: String,
}

pub type Issue = Result<Code, Echec>;

impl Echec {
    pub fn nouveau(code: Code, phrase: impl Into<String>) -> Self {
        Self { code, phrase: phrase.into() }
    }
}

impl From<Erreur> for Echec {
    fn from(erreur: Erreur) -> Self {
        let phrase = match &erreur {
            Erreur::Refus(r) => {
                let champs = r.champs.get("erreurs").and_then(|e| e.as_array());
                let lignes = champs.into_iter().flatten().map(|e| {
                    let texte = |c: &str| e[c].as_str().unwrap_or_default().to_owned();
                    format!("\n  {} {}", texte("champ"), texte("message"))
                });
                format!("{}{}", r.detail, lignes.collect::<String>())
            }
            Erreur::BaseAbsente => "La base de données ne répond pas.".to_owned(),
            Erreur::Occupe(_) => "La base de données est occupée : recommencez.".to_owned(),
            Erreur::Interne(cause) => {
                let reference = suivi::reference();
                tracing::error!(event = "erreur_interne", err = %cause, reference);
                format!("Erreur interne, référence {reference}. Rien n'a été enregistré.")
            }
        };
        Self::nouveau(Code::Refuse, phrase)
    }
}

/// A failure whose text is already for people.
pub fn dire(erreur: impl Display) -> Echec {
    Echec::nouveau(Code::Refuse, erreur.to_string())
}

pub fn conclure(issue: Issue) -> ExitCode {
    match issue {
        Ok(code) => ExitCode::from(code.nombre()),
        Err(echec) => {
            eprintln!("delicego : {}", echec.phrase);
            ExitCode::from(echec.code.nombre())
        }
    }
}

pub fn refuser_configuration(erreur: &ErreurConfiguration) -> ExitCode {
    let code = match erreur {
        ErreurConfiguration::EnvFileLisible => Code::RefuseAvant,
        _ => Code::Usage,
    };
    conclure(Err(Echec::nouveau(code, erreur.to_string())))
}

pub async fn ouvrir(visee: &BaseVisee) -> Result<Base, Echec> {
    Base::ouvrir(visee).await.map_err(|e| match e {
        ErreurOuverture::Cluster(e) => Echec::nouveau(Code::RefuseAvant, e.to_string()),
        ErreurOuverture::Systeme(e) => dire(e),
    })
}

/// The schema must be the one this program was made for.
pub async fn exiger_schema(base: &Base) -> Result<(), Echec> {
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
pub async fn migrer(base: &Base) -> Result<(), Echec> {
    if migrations::etat(base).await? == EtatSchema::PlusRecent {
        return Err(schema_plus_recent());
    }
    Ok(migrations::migrer(base).await?)
}

fn schema_plus_recent() -> Echec {
    let phrase = "La base a été préparée par un DéliceGo plus récent : mettez ce programme à jour.";
    Echec::nouveau(Code::RefuseAvant, phrase)
}
