//! What the rest refers to: magasins, fournisseurs, articles (ingredients), their aliases, menus.
//!
//! - Names are unique whatever their case; a taken name is a 409.
//! - An article is counted in one base unit for ever; density and piece weight open the way to
//!   others.
//! - A gencode is unique per magasin; a magasin's own menu comes before one that belongs to all.

pub mod alias;
pub mod articles;
mod direct;
pub mod fournisseurs;
pub mod http;
pub mod magasins;
pub mod menus;
mod sql;

pub use articles::{Article, Nature};
pub use magasins::{Magasin, PolitiqueStock, TypeMagasin};
