//! `make bench`: what backup, restore and drill cost, against the script that everybody writes
//! first, and against the limit. Ratios of one run: the machine's own speed plays no part.
//!
//! - The naive script: `pg_dump -Fc` to a file, gzip, shasum; back by gunzip and `pg_restore -j1`.
//! - The limit: `pg_dump -Fc -Z0` to nowhere.
//! - All take turns on one database of more than 1 GB, on a server with the product's settings.

#![allow(clippy::disallowed_methods, reason = "a bench starts real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

mod charge;
#[path = "../commun/mod.rs"]
mod commun;
mod pgbackrest;
mod releve;
mod restauration;
mod sauvegarde;
mod tableau;
mod terrain;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use tableau::Resultats;
use terrain::Terrain;

#[derive(Parser)]
struct Arguments {
    /// Movements of history in the database
    #[arg(long, default_value_t = 2_100_000)]
    mouvements: u64,
    /// Interleaved rounds of backups
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=50))]
    tours: u16,
    /// Interleaved rounds of restores; 0: none
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..=50))]
    restaurations: u16,
    #[command(flatten)]
    issue: commun::Issue,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let terrain = execution.block_on(Terrain::preparer(arguments.mouvements))?;
    let sauvegarde = sauvegarde::mesurer(&terrain, arguments.tours).context("backup")?;
    // For information: the others are judged without it.
    let pgbackrest = pgbackrest::mesurer(&terrain).unwrap_or_else(|e| {
        eprintln!("pgBackRest: {e:#}");
        None
    });
    let mut restauration = None;
    if arguments.restaurations > 0 {
        let mesurees = restauration::mesurer(&terrain, arguments.restaurations, &execution);
        restauration = Some(mesurees.context("restore")?);
        execution.block_on(terrain.controler("restored"))?;
    }
    let resultats = Resultats {
        postgres: terrain.grappe.bail.version().to_owned(),
        coeurs: std::thread::available_parallelism().map_or(1, usize::from),
        mouvements: arguments.mouvements,
        base_mo: terrain.mo,
        tours: arguments.tours,
        sauvegarde,
        pgbackrest,
        restauration,
    };
    let ecarts = tableau::ecarts(&resultats);
    let texte = tableau::texte(&resultats);
    commun::conclure(&texte, &resultats, &ecarts, arguments.issue)
}
