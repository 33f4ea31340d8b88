//! Recipe books: what is kept of them, and what becomes of their lines and recipes.

pub mod atelier;
mod clavier;
mod commande;
mod conversions;
mod doutes;
mod editions;
mod liens;
mod limites;
mod pages;
mod parente;
mod pieces;
mod production;
mod remap;
mod semblables;
mod sous_recettes;
mod televerser;
