//! `delicego backup`: what it makes, and every fault that it must survive.

mod ailleurs;
pub mod atelier;
mod causes;
mod chiffre;
mod copies;
mod doubles;
mod fichiers;
mod magasin;
mod pannes;
mod refus;
mod rotation;
mod suspects;

use atelier::{Atelier, code, textes};
