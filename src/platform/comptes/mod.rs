//! People: who they are, how they prove it, what they may do.
//!
//! - Passwords are argon2id; sessions are 32 random bytes of which only the SHA-256 is kept.
//! - After 5 wrong passwords in a row an e-mail waits, twice as long each time, up to an hour.
//! - Who may do what is one function, `droits::autorise`, asked for every request in one place.
//! - A PIN opens a cook's session on one magasin (`tablettes`); what it reaches is said in `portee`.
//! - Nobody has a default password.

mod acte;
mod connexion;
pub(crate) mod droits;
pub(crate) mod http;
mod identifier;
mod mots_de_passe;
mod origine;
pub(crate) mod pages;
mod portee;
mod sessions;
mod sql;
pub(crate) mod tablettes;
mod utilisateurs;

use uuid::Uuid;

use super::db::Base;
use super::errors::Erreur;

pub(crate) use acte::{Acte, Geste};
pub(crate) use connexion::Comptes;
pub(crate) use identifier::{exiger_api, exiger_metriques, exiger_page};
pub(crate) use mots_de_passe::verifier as verifier_mot_de_passe;
pub(crate) use portee::{verifier_champs, verifier_corps};
pub(crate) use utilisateurs::{
    NouvelUtilisateur, Utilisateur, changer_mot_de_passe, creer, lister, reactiver,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    Operateur,
}

impl Role {
    pub(crate) const MOTS: [(&'static str, Self); 2] =
        [("admin", Self::Admin), ("operateur", Self::Operateur)];

    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(m, _)| *m == mot).map(|(_, r)| *r)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operateur => "operateur",
        }
    }

    /// As a screen says it.
    pub(crate) const fn libelle(self) -> &'static str {
        match self {
            Self::Admin => "Administration",
            Self::Operateur => "Cuisine",
        }
    }
}

/// Who is behind a request.
#[derive(Debug, Clone)]
pub(crate) struct Personne {
    pub id: Uuid,
    pub email: String,
    pub nom_affiche: String,
    pub role: Role,
    pub session_id: Uuid,
    /// The only one they reach: the session was opened by PIN on its tablet.
    pub magasin_id: Option<Uuid>,
}

/// May who opened this session still use it?
pub(crate) async fn session_ouverte(base: &Base, session_id: Uuid) -> Result<bool, Erreur> {
    let mut c = base.lire().await?;
    sql::session_ouverte(&mut c, session_id).await
}

/// Once a day: wrong tries older than that are forgotten.
pub(crate) async fn faire_le_menage(base: &Base) -> Result<(), Erreur> {
    let mut c = base.lire().await?;
    sql::purger_tentatives(&mut c).await
}
