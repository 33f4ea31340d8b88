//! What the rest refers to: magasins, fournisseurs, articles (ingredients), their aliases, menus.
//!
//! - Names are unique whatever their case; a taken name is a 409.
//! - An article is counted in one base unit for ever; density and piece weight open the way to
//!   others.
//! - A gencode is unique per magasin, whatever the number of digits it is written with; a magasin's
//!   own menu comes before one that belongs to all.

pub(crate) mod alias;
pub(crate) mod articles;
pub(crate) mod chaine;
pub(crate) mod codes;
mod direct;
mod fenetre;
pub(crate) mod fournisseurs;
pub(crate) mod http;
pub mod magasins;
pub mod menus;
mod sql;

pub(crate) use articles::{Article, Nature};
pub(crate) use fenetre::{exiger_la_fenetre, exiger_le_jour, exiger_le_recul};
pub(crate) use magasins::TypeMagasin;
pub use magasins::{Magasin, PolitiqueStock};
