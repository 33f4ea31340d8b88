//! Production du jour: a list of (recipe, quantity) made now, in one transaction, or not at all.
//!
//! - Lots are consumed first expired first out; each movement is kept (I4, I6).
//! - Preparations of the same list are made first and may be used by the others.
//! - One shortage anywhere: nothing is written, and every shortage is told at once.
//! - The parts of a day add up: a production takes R(new total) - R(old total) (I5).
//! - What was made can be taken back (`reprise`), the latest first, as long as it is still there.

mod decider;
mod executer;
pub mod http;
pub mod journal;
mod lot;
mod manques;
pub mod page;
mod reprise;
mod sql;

pub use decider::AProduire;
pub use executer::{DemandeProduction, LigneDemandee, ProductionDuJour, executer, reste_du_plan};
pub use lot::{Consigne, LotProduit, Production, fabriquer, produire};
pub use manques::{ManqueOuvert, Regularisation, ouverts, regulariser};
pub use reprise::reprendre;
