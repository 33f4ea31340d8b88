//! The kitchen's day: what is to be made, and what the kitchen declares of it.
//!
//! - A declaration says what is true of a line of the day's plan: it sets the line's produced
//!   total (Produit: what is planned; Ajusté: q; Non produit: 0), a scan adds one, Annuler goes
//!   back to what it was before the last one.
//! - More than before: a lot_production for the difference. Less: the latest ones are taken back.
//! - What somebody else declared since is never overwritten unasked (`depuis`).
//! - The same thing said again adds nothing. Every declaration is kept, and shown by traceabilite.
//! - One line is declared by one person at a time: its row is held until the commit.
//! - Nothing here adds up history: totals, the last declaration and sales are kept as they change.

mod annuler;
mod atteindre;
mod declaration;
mod declarer;
mod depuis;
mod dit;
pub mod ecran;
pub(crate) mod http;
mod journal;
mod ligne;
mod page;
mod scan;
mod scan_codes;
mod sql;
mod tracabilite;

pub(crate) use annuler::{Annulee, annuler};
pub(crate) use declarer::{Declaration, Declaree, declarer};
pub(crate) use dit::Dit;
pub(crate) use journal::Action;
pub(crate) use ligne::LigneVisee;
pub(crate) use page::{cuisine, hors_ligne};
pub(crate) use scan::{Scan, Scannee, scanner};
pub(crate) use tracabilite::{Tracabilite, tracer};
