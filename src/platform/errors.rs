//! What can go wrong, in three kinds: a refusal the person can act on, the database away, and
//! everything else, which the person only gets a reference for.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};

/// A refusal: a stable code for programs, a clear French sentence for the person, an HTTP status,
/// and fields of its own. Whatever was begun is rolled back.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code} : {detail}")]
pub struct ErreurCritiqueMetier {
    pub statut: u16,
    pub code: &'static str,
    pub titre: &'static str,
    pub detail: Cow<'static, str>,
    pub champs: Map<String, Value>,
}

#[derive(Debug, thiserror::Error)]
pub enum Erreur {
    #[error(transparent)]
    Refus(#[from] Box<ErreurCritiqueMetier>),
    #[error("la base de données ne répond pas")]
    BaseAbsente,
    /// It went while it was asked to keep what had been done.
    #[error("la base de données n'a pas dit si elle a gardé ce qui était demandé")]
    IssueInconnue,
    #[error("le disque de la base de données est plein")]
    DisquePlein,
    #[error("trop d'attente : {0}")]
    Occupe(&'static str),
    #[error("{0}")]
    Interne(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Since the database last said so, until it keeps something again.
static DISQUE_PLEIN: AtomicBool = AtomicBool::new(false);

pub(crate) fn disque_plein() -> bool {
    DISQUE_PLEIN.load(Ordering::Relaxed)
}

/// Something was kept: there is room.
pub(crate) fn il_y_a_de_la_place() {
    DISQUE_PLEIN.store(false, Ordering::Relaxed);
}

/// One faulty field of a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct ErreurChamp {
    pub champ: String,
    pub message: String,
}

impl ErreurCritiqueMetier {
    pub(crate) fn nouveau(
        statut: u16,
        code: &'static str,
        titre: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { statut, code, titre, detail: detail.into(), champs: Map::new() }
    }

    pub(crate) fn avec(mut self, champ: &str, valeur: Value) -> Self {
        self.champs.insert(champ.to_owned(), valeur);
        self
    }

    pub(crate) fn introuvable(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::nouveau(404, code, "Introuvable", detail)
    }

    pub(crate) fn conflit(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::nouveau(409, code, "Conflit", detail)
    }

    pub(crate) fn interdit(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::nouveau(403, code, "Interdit", detail)
    }

    pub(crate) fn non_authentifie(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::nouveau(401, code, "Authentification nécessaire", detail)
    }

    /// Every faulty field at once.
    pub(crate) fn validation(erreurs: &[ErreurChamp]) -> Self {
        let detail = match erreurs {
            [une] if une.champ.is_empty() => format!("Requête refusée : {}.", une.message),
            [une] => format!("Requête refusée : « {} » {}.", une.champ, une.message),
            plusieurs => format!("Requête refusée : {} champs sont à corriger.", plusieurs.len()),
        };
        Self::nouveau(400, "requete_invalide", "Requête invalide", detail)
            .avec("erreurs", json!(erreurs))
    }

    /// One faulty field, found by looking at the data rather than at the form.
    pub(crate) fn champ(champ: impl Into<String>, message: impl Into<String>) -> Self {
        Self::validation(&[ErreurChamp { champ: champ.into(), message: message.into() }])
    }
}

impl From<ErreurCritiqueMetier> for Erreur {
    fn from(refus: ErreurCritiqueMetier) -> Self {
        Self::Refus(Box::new(refus))
    }
}

impl Erreur {
    pub fn interne(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Interne(source.into())
    }

    /// The refusal's stable code, if it is one.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refus(r) => Some(r.code),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Erreur {
    fn from(erreur: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &erreur {
            E::Io(_) | E::Protocol(_) | E::WorkerCrashed | E::PoolClosed | E::Tls(_) => {
                tracing::debug!(err = %erreur, "base absente");
                Self::BaseAbsente
            }
            E::PoolTimedOut => Self::Occupe("connexion"),
            E::Database(d) => match d.code().as_deref() {
                // admin_shutdown, crash_shutdown, cannot_connect_now, connection_exception, .. and
                // a database that a restore is putting in the place of another: closed, or just
                // between its two names.
                Some("57P01" | "57P02" | "57P03" | "25006" | "55000" | "3D000") => {
                    Self::BaseAbsente
                }
                Some(c) if c.starts_with("08") => Self::BaseAbsente,
                Some("53100") => {
                    DISQUE_PLEIN.store(true, Ordering::Relaxed);
                    Self::DisquePlein
                }
                Some("55P03" | "53300" | "40P01") => Self::Occupe("verrou"),
                // Nobody was in the way: the statement itself took too long, or was stopped.
                Some("57014") => Self::Occupe("une étape trop longue, arrêtée avant sa fin"),
                _ => Self::interne(erreur),
            },
            _ => Self::interne(erreur),
        }
    }
}

/// Turns the violation of a named unique index into the refusal the person understands.
pub(crate) fn si_unique(
    erreur: sqlx::Error,
    contrainte: &str,
    refus: impl FnOnce() -> ErreurCritiqueMetier,
) -> Erreur {
    match &erreur {
        sqlx::Error::Database(d) if d.constraint() == Some(contrainte) => refus().into(),
        _ => erreur.into(),
    }
}
