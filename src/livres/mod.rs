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
pub mod http;
mod importer;
mod imports;
pub mod lecture;
mod normaliser;
mod pages;
mod peser;
mod proches;
mod rapprocher;
mod releve;
mod relier;
mod remap;
mod reviser;
mod sql;
mod suivre;
mod televerser;

pub use deposer::{Compte, Depot, LigneJugee, Livre, deposer};
pub use importer::{
    Contenu, Demande, Etape, Fichier, FichierImporte, Lu, Refus, Resultat, Suivi, ecrire_rapport,
    importer,
};
pub use normaliser::{Cle, cle};
pub use pages::routes as pages;
pub use proches::{Proches, Suggestion};
pub use rapprocher::{Dictionnaire, Imprimee, Verdict};
pub use releve::{LigneIllisible, LigneRelevee, RecetteRelevee, Releve};
pub use relier::{AIgnorer, Decision, Lien, ignorer, ne_plus_ignorer, oublier, relier, reprendre};
pub use remap::{Remap, remap};
pub use reviser::Bilan;
pub use sql::dictionnaire;
