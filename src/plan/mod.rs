//! The plan: what one magasin means to make on one day, and what it takes.
//!
//! - One plan per (magasin, day), one line per recipe of it (I3).
//! - A line's produced total stands on the line, like a balance on its lot.
//! - A line already produced is not dropped; one that is put back begins anew.
//! - What the plan itself is about to make is not short: it is to be made first (`attentes`).

mod attentes;
mod besoins;
mod ecrire;
pub(crate) mod http;
mod lire;
mod modifier;
pub(crate) mod montrer;
mod premieres;
mod produit;
mod sql;

pub(crate) use attentes::{AFaire, Court, courts, hauteurs};
pub(crate) use besoins::{Besoin, Besoins, besoins};
pub(crate) use ecrire::{NouveauPlan, remplacer};
pub(crate) use lire::LignePlan;
pub use lire::{Plan, trouver};
pub(crate) use modifier::{Changement, modifier, verrouiller};
pub(crate) use premieres::{AFaireDAbord, a_faire_d_abord};
pub(crate) use produit::{LigneProduite, compter_produit};

use crate::platform::errors::ErreurCritiqueMetier;

pub(crate) fn absent() -> ErreurCritiqueMetier {
    let detail = "Il n'y a pas de plan de production pour ce magasin ce jour-là.";
    ErreurCritiqueMetier::introuvable("plan_absent", detail)
}
