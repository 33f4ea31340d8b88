//! Recipes: what makes one article, from lines of ingredient, quantity, unit.
//!
//! - A change makes a new version; versions and their lines never change, so that a production
//!   keeps the lines it used.
//! - A line keeps what was typed, and its worth in the ingredient's base unit.
//! - Units that do not convert, cycles, and more than 8 levels are refused when written (I8).
//! - Its allergens are those of all it is made of; what nobody has said is told apart.
//! - A line without article is not mapped yet, or a doubt that nobody has looked at: its recipe is
//!   incomplete and produces nothing. A label that is ignored holds nothing; its allergens are unknown.
//! - Where in the kitchen and for which part of the day it is made, and how, is no part of its versions
//!   (`place`).
//! - A line may name a produit that a recipe makes here: it keeps its nature.

mod allergenes;
mod ecrire;
mod graphe;
pub(crate) mod http;
pub(crate) mod importees;
mod lire;
mod place;
mod productible;
mod sql;

pub(crate) use allergenes::allergenes_presents;
pub(crate) use ecrire::{NouvelleLigne, NouvelleRecette, creer, remplacer};
pub(crate) use lire::{
    LigneRecette, NomRecette, Recette, completes, est_fait, lister, tous_les_faits, trouver,
};
pub(crate) use place::{CreneauRecette, Place, places};
pub use productible::charger;
pub(crate) use productible::{
    DouteDeRecette, Ingredient, Productible, charger_version, incomplete, par_nom,
};

use crate::platform::errors::ErreurCritiqueMetier;

pub(crate) fn inconnue(id: uuid::Uuid) -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("recette_inconnue", "Cette recette n'existe pas.")
        .avec("recette_id", serde_json::json!(id))
}
