//! Recipe books: PDF files in, recipes out.
//!
//! - `lecture` turns the bytes of a book into recipes as printed; it knows neither the chain's
//!   ingredients nor the database.
//! - What was read is kept line by line. The same file again changes nothing; the next edition (same
//!   source, same title) replaces the lines of the one before, whole.
//! - A line means an ingredient when an alias or the ingredient's name says so (`rapprocher`). What
//!   is only near is a suggestion for a person; an ingredient is never made by an import.
//! - A recipe is taken from one book, never from the sum of two, and one that was changed by hand
//!   is not touched until somebody says so.
//! - A recipe with a line not mapped is there, incomplete, and is not produced; when its last line
//!   is mapped it becomes producible by itself, in a new version.

mod comparer;
mod consulter;
mod deposer;
mod editions;
pub(crate) mod http;
mod importer;
mod imports;
mod juger;
pub mod lecture;
mod normaliser;
mod pages;
mod peser;
mod proches;
mod questions;
mod rapprocher;
mod regler;
mod releve;
mod relier;
mod remap;
mod reviser;
mod sous_recettes;
mod sql;
mod suivre;
mod televerser;

pub use deposer::{Compte, Depot, Livre, deposer};
pub(crate) use importer::{
    Contenu, Demande, Fichier, FichierImporte, Lu, Resultat, SansSource, ecrire_rapport, importer,
};
pub(crate) use pages::routes as pages;
pub(crate) use proches::Suggestion;
pub use releve::{LigneRelevee, RecetteRelevee, Releve, Rendement};
pub use remap::remap;
pub(crate) use sql::dictionnaire;
