//! What the tests stand on: one PostgreSQL for the whole run, a database and a server for each test.

pub mod axe;
pub mod brut;
pub mod chaine;
mod chromedriver;
pub mod client;
pub mod code_barres;
pub mod coupure;
pub mod ecrits;
pub mod embarque;
pub mod exercices;
pub mod grappe;
pub mod navigateur;
pub mod s3;
pub mod serveur;
pub mod visiteur;

pub use chaine::Chaine;
pub use client::{Client, Reponse};
pub use embarque::Embarque;
pub use serveur::Serveur;
