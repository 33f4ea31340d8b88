//! Integration tests: real PostgreSQL, real processes, real HTTP. Each test is a sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(clippy::disallowed_methods, reason = "tests start real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

mod outils;

mod accessibilite;
mod alerte;
mod allergenes;
mod archive;
mod automatiser;
mod backup;
mod checklist;
mod cluster;
mod comptes;
mod cuisine;
mod demo;
mod direct;
mod distant;
mod drill;
mod exploitation_doc;
mod exploitation_page;
mod grains;
mod importer;
mod invariants;
mod livres;
mod livres_lecture;
mod livres_silence;
mod livres_tirage;
mod mauvaises_entrees;
mod pages;
mod pannes;
mod portes;
mod production;
mod production_jour_page;
mod production_preparation;
mod restore;
mod service;
mod simulation;
mod tablettes;
mod terminal;
mod tls;
