//! Recipe books: what is kept of them, and what becomes of their lines and recipes.

pub mod atelier;
mod editions;
mod production;
mod remap;
