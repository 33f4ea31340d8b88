//! Recipe books: what is kept of them, and what becomes of their lines and recipes.

pub mod atelier;
mod commande;
mod conversions;
mod editions;
mod liens;
mod limites;
mod pages;
mod production;
mod remap;
mod televerser;
