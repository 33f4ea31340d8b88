//! Production du jour: a list of (recipe, quantity) made now, in one transaction, or not at all.
//!
//! - Lots are consumed first expired first out; each movement is kept (I4, I6).
//! - Preparations of the same list are made first and may be used by the others.
//! - « All that is left » passes over what the kitchen settled (`reste`): that is made only when named.
//! - One shortage anywhere: nothing is written, and every shortage is told at once.
//! - The parts of a day add up: a production takes R(new total) - R(old total) (I5).
//! - What was made can be taken back (`reprise`), the latest first, as long as it is still there.

mod annuler;
mod decider;
mod executer;
pub(crate) mod http;
pub(crate) mod journal;
mod lot;
mod manques;
pub(crate) mod page;
mod reprise;
mod reste;
mod sql;

pub(crate) use annuler::{ProductionAnnulee, annuler_production};
pub(crate) use decider::AProduire;
pub(crate) use executer::ProductionDuJour;
pub(crate) use executer::executer_le_reste;
pub use executer::{DemandeProduction, LigneDemandee, executer};
pub use lot::{Consigne, Production, produire};
pub(crate) use lot::{LotProduit, fabriquer};
pub(crate) use manques::{
    ManqueOuvert, Regularisation, a_regulariser, ouverts, regulariser, regulariser_ensemble,
};
pub(crate) use reprise::reprendre;
pub use reste::{LigneReglee, Reste, reste_du_plan};
