//! The HTTP door: reading requests, idempotent writes, problem+json, pages.

mod champs;
mod code_barres;
mod corps;
pub(crate) mod demande;
pub(crate) mod description;
mod ecriture;
mod envoi;
mod formulaire;
mod lecteur;
mod liste;
pub mod menu;
pub(crate) mod mots;
pub(crate) mod pages;
mod probleme;
mod requete;
pub(crate) mod ressources;
pub(crate) mod suivi;

use std::sync::Arc;

pub(crate) use champs::Champs;
pub(crate) use code_barres::lire_code;
pub(crate) use corps::Corps;
pub(crate) use ecriture::{Ecriture, Issue};
pub(crate) use envoi::Envoi;
pub(crate) use formulaire::Formulaire;
pub(crate) use lecteur::{Lecteur, QuantiteSaisie, lire_texte};
pub(crate) use liste::Liste;
pub use liste::Page;
pub(crate) use probleme::{Probleme, json, reponse_json};
pub(crate) use requete::{Chemin, Requete};

use super::comptes::Comptes;
use super::config::Configuration;
use super::db::Base;
use super::tls::Certificat;

/// What every handler may reach.
#[derive(Clone)]
pub(crate) struct Etat {
    pub base: Base,
    pub comptes: Arc<Comptes>,
    pub config: Arc<Configuration>,
    /// Served by HTTPS: cookies are then for HTTPS alone.
    pub tls: Option<Arc<Certificat>>,
}
