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
pub mod backup;
pub mod chiffre;
mod cible;
pub mod depot;
pub mod disque;
pub mod drill;
pub mod faits;
pub mod flux;
pub mod manifeste;
mod noms;
mod pg_tools;
pub mod restore;
pub mod retention;
pub mod soupcons;
mod sql;
mod verrous;

pub use ailleurs::{Ailleurs, EtatCopie};
pub use arret::Arret;
pub use cible::{Cible, Role};
pub use noms::{Format, Noms};
pub use pg_tools::{Ecoute, Enfant, Fin, Outils};
pub use verrous::{Genre, Verrou, est_libre};
