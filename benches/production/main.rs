//! `make bench`: production du jour against the floor, the work of one line over HTTP, the cold
//! start. Ratios of one run: the machine's own speed plays no part in the verdict.
//!
//! - The floor is the very same rows and balance updates, written by plain `insert .. select` from
//!   prepared tables in one committed transaction on the same kind of connection.
//! - Floor and program take turns, on every history, each on the same stock, filled up in between.

#![allow(clippy::disallowed_methods, reason = "a bench starts real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

#[path = "../commun/mod.rs"]
mod commun;
mod demarrage;
mod plancher;
mod production;
mod programme;
mod service;
mod tableau;
mod terrain;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use commun::grappe::Grappe;
use tableau::Resultats;
use terrain::Terrain;

#[derive(Parser)]
struct Arguments {
    /// Movements of history, one database for each
    #[arg(long, value_delimiter = ',', default_value = "0,1000000,5000000")]
    historique: Vec<u64>,
    /// Interleaved rounds
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=200))]
    tours: u16,
    /// Only production du jour against the floor
    #[arg(long)]
    production_seule: bool,
    #[command(flatten)]
    issue: commun::Issue,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    // One thread, which waits for the answers itself, as the server's workers do.
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let resultats = execution.block_on(mesurer(&arguments))?;
    let texte = tableau::texte(&resultats);
    let ecarts = tableau::ecarts(&resultats);
    commun::conclure(&texte, &resultats, &ecarts, arguments.issue)
}

async fn mesurer(arguments: &Arguments) -> Result<Resultats> {
    let demarrage = match arguments.production_seule {
        true => None,
        false => Some(demarrage::mesurer().await.context("cold start")?),
    };
    let grappe = tokio::task::spawn_blocking(Grappe::demarrer).await??;
    let mut terrains = Vec::new();
    for mouvements in &arguments.historique {
        terrains.push(Terrain::preparer(&grappe, *mouvements, arguments.tours).await?);
    }
    let production = production::mesurer(&terrains, arguments.tours).await?;
    // Floor and program wrote what is right: on the shortest history, which is read soonest.
    if let Some(terrain) = terrains.first() {
        terrain.plancher.lock().await.analyser().await?;
        terrain.controler("after the rounds").await?;
    }
    let service = match (arguments.production_seule, terrains.first()) {
        (false, Some(terrain)) => Some(service::mesurer(&grappe, terrain).await.context("HTTP")?),
        _ => None,
    };
    let postgres = grappe.bail.version().to_owned();
    for terrain in terrains {
        terrain.fermer().await;
    }
    tokio::task::spawn_blocking(move || drop(grappe)).await?;
    Ok(Resultats { postgres, tours: arguments.tours, production, service, demarrage })
}
