//! How a command ends: the sentence for the person, and the exit code of the contract.

use std::fmt::Display;
use std::io;

use crate::platform::causes::du_systeme;
use crate::platform::errors::Erreur;
use crate::platform::http::suivi;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Fait,
    /// Failed or refused, nothing half done.
    Refuse,
    Usage,
    /// Done, but something is wrong.
    Anomalie,
    /// Another run holds the lock.
    Verrou,
    /// Refused before the start.
    RefuseAvant,
}

impl Code {
    pub(crate) const fn nombre(self) -> u8 {
        match self {
            Self::Fait => 0,
            Self::Refuse => 1,
            Self::Usage => 2,
            Self::Anomalie => 3,
            Self::Verrou => 4,
            Self::RefuseAvant => 5,
        }
    }

    pub(crate) const fn de(nombre: u8) -> Self {
        match nombre {
            0 => Self::Fait,
            2 => Self::Usage,
            3 => Self::Anomalie,
            4 => Self::Verrou,
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

pub(crate) type Issue = Result<Code, Echec>;

impl Echec {
    pub(crate) fn nouveau(code: Code, phrase: impl Into<String>) -> Self {
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
            Erreur::IssueInconnue => {
                "La base de données n'a pas répondu : ce qui était demandé est \
                 peut-être enregistré. Vérifiez avant de recommencer."
                    .to_owned()
            }
            Erreur::DisquePlein => "Le disque de la base de données est plein.".to_owned(),
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

/// What the system refused, where nothing more is known of it.
pub(crate) fn systeme(erreur: io::Error) -> Echec {
    dire(format!("Le système a refusé : {}.", du_systeme(&erreur)))
}

/// A failure whose text is already for people.
pub(crate) fn dire(erreur: impl Display) -> Echec {
    Echec::nouveau(Code::Refuse, erreur.to_string())
}
