//! DéliceGo: the food production of a small chain, on a traced stock.
//!
//! Arrows go one way: `cli`, `router` -> slices -> `platform` -> `domaine`. See ARCHITECTURE.md.

mod accueil;
pub mod cli;
pub mod demo;
pub mod domaine;
pub mod exploitation;
pub mod importer;
pub mod livres;
pub mod plan;
pub mod platform;
pub mod production_jour;
pub mod production_preparation;
pub mod recettes;
pub mod referentiel;
mod router;
pub mod sauvegarde;
pub mod stock;
pub mod verification;
