//! The first page: the magasins, the day's plan of one of them, what is short, its newest lots;
//! and the page that describes the API.
//!
//! - Shortages come from `plan::besoins`: what the same day's plan makes of it is counted.
//! - Quantities of different units are never added: then the lines of the plan are counted.
//! - The day and the hour are the magasin's own.

mod api;
mod cartes;
mod journee;
mod page;
mod schemas;
mod sql;

pub(crate) use api::api;
pub(crate) use page::accueil;
