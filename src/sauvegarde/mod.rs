//! Backup, restore, drill: the database is saved, and what was saved is proved to come back.
//!
//! 1. A backup exists only when its manifest exists, and the manifest is written last.
//! 2. A backup counts as verified once the file on the disk was read back to its last block.
//! 3. A restore never writes into the live database: it restores beside, proves, then swaps names.
//! 4. Whatever fails, the live database is wholly the old one or wholly the new one.
//! 5. Nothing is deleted that a manifest of ours does not list, and never the last verified backup.
//! 6. Secrets reach the tools of PostgreSQL by their environment, never by their command line.
//! 7. Files are 0600, folders 0700.

mod ailleurs;
pub mod archive;
mod arret;
pub(crate) mod backup;
pub(crate) mod chiffre;
mod cible;
pub mod depot;
pub(crate) mod disque;
pub mod drill;
mod entree;
pub(crate) mod essai;
pub(crate) mod faits;
pub mod flux;
mod fuseau;
mod historique;
pub mod manifeste;
mod noms;
mod pg_tools;
pub(crate) mod relectures;
pub mod restore;
pub(crate) mod retention;
pub(crate) mod soupcons;
mod sql;
pub mod texte;
pub(crate) mod verifications;
mod verrous;

pub(crate) use ailleurs::{Ailleurs, Copie, EtatCopie, Inventaire, Proximite, est_une_adresse};
pub use arret::Arret;
pub use cible::Cible;
pub(crate) use cible::Role;
pub use entree::Entree;
pub(crate) use noms::{Format, Noms};
pub(crate) use pg_tools::{Enfant, Outils};
pub(crate) use relectures::Relecture;
