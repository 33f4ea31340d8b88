//! The kitchen's day: what is to be made, and what the kitchen declares of it.
//!
//! - A declaration says what is true of a line of the day's plan: it sets the line's produced
//!   total (Produit: what is planned; Ajusté: q; Non produit: 0), a scan adds one, Annuler goes
//!   back to what it was before the last one.
//! - More than before: a lot_production for the difference. Less: the latest ones are taken back.
//! - The same thing said again adds nothing. Every declaration is kept, and shown by traceabilite.
//! - One line is declared by one person at a time: its row is held until the commit.
//! - Nothing here adds up history: totals, the last declaration and sales are kept as they change.

mod annuler;
mod atteindre;
mod declaration;
mod declarer;
pub mod ecran;
pub mod http;
mod journal;
mod ligne;
mod page;
mod scan;
mod sql;
mod tracabilite;

pub use annuler::{Annulee, annuler};
pub use declaration::{Statut, TypeDeclaration};
pub use declarer::{Declaration, Declaree, declarer};
pub use journal::Action;
pub use ligne::{LigneDeclaree, LigneVisee};
pub use page::{cuisine, hors_ligne};
pub use scan::{Scan, Scannee, scanner};
pub use tracabilite::{Tracabilite, tracer};
