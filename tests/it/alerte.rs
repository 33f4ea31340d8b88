//! It calls for help: whoever is to be told is told, once, and once when it is well again.

mod commandes;
mod courrier;
mod liste;
mod temps;
