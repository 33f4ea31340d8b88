//! Is everything that is written true? I1 to I5, proved on the whole database.

mod sql;
mod verifier;

pub(crate) use verifier::Constat;
pub use verifier::verifier;
