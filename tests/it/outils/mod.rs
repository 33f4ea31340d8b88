//! What the tests stand on: one PostgreSQL for the whole run, a database and a server for each test.

pub mod axe;
pub mod brut;
pub mod chaine;
mod chromedriver;
mod chromium;
pub mod client;
pub mod code_barres;
pub mod coupure;
pub mod disque;
pub mod ecrits;
pub mod embarque;
pub mod exercices;
pub mod externe;
pub mod graine;
pub mod grappe;
pub mod horloge;
pub mod initdb;
mod menage;
mod moule;
pub mod navigateur;
mod onglet;
pub mod personnes;
pub mod receveur;
pub mod s3;
pub mod scanneur;
pub mod serveur;
pub mod smtp;
pub mod terminal;
pub mod visiteur;

pub use chaine::Chaine;
pub use client::{Client, Reponse};
pub use embarque::Embarque;
pub use serveur::Serveur;
