//! The HTTP door: reading requests, idempotent writes, problem+json, pages.

mod corps;
mod demande;
pub mod description;
mod ecriture;
mod envoi;
mod formulaire;
mod lecteur;
mod liste;
pub mod menu;
pub mod mots;
pub mod pages;
mod probleme;
mod requete;
pub mod ressources;
pub mod suivi;

use std::sync::Arc;

pub use corps::Corps;
pub use ecriture::{Ecriture, Issue};
pub use envoi::Envoi;
pub use formulaire::Formulaire;
pub use lecteur::{Lecteur, QuantiteSaisie};
pub use liste::{Liste, Page};
pub use probleme::{Probleme, json, reponse_json};
pub use requete::{Chemin, Requete};

use super::comptes::Comptes;
use super::config::Configuration;
use super::db::Base;
use super::tls::Certificat;

/// What every handler may reach.
#[derive(Clone)]
pub struct Etat {
    pub base: Base,
    pub comptes: Arc<Comptes>,
    pub config: Arc<Configuration>,
    /// Served by HTTPS: cookies are then for HTTPS alone.
    pub tls: Option<Arc<Certificat>>,
}
