//! `make bench`: the kitchen's scans against pgbench, which writes the very same rows with one
//! prepared statement for each kind of row, in one transaction, over the same hot lots; and the
//! screen's day in one reading, with a hundred lines; and how soon a slow tablet shows it.
//!
//! - Program and pgbench take turns on the same database; both are warmed up before they count.
//! - The program is asked over HTTP, each scan with a key of its own, as tablets do.

#![allow(clippy::disallowed_methods, reason = "a bench starts real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

mod affichage;
#[path = "../../tests/it/outils/chromedriver.rs"]
mod chromedriver;
#[path = "../commun/mod.rs"]
mod commun;
mod ecran;
mod pgbench;
mod scanner;
mod scans;
mod tableau;
mod terrain;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use commun::grappe::Grappe;
use tableau::Resultats;
use terrain::Terrain;

#[derive(Parser)]
struct Arguments {
    /// Seconds of each turn that count
    #[arg(long, default_value_t = 8)]
    secondes: u64,
    /// Seconds before them
    #[arg(long, default_value_t = 2)]
    echauffement: u64,
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    alternances: u16,
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    clients: Vec<usize>,
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    boutiques: Vec<usize>,
    /// Movements of history beside the screen, one database for each; scans run on the first
    #[arg(long, value_delimiter = ',', default_value = "0,1000000")]
    historique: Vec<u64>,
    /// How often the screen is loaded in a browser; 0: not at all
    #[arg(long, default_value_t = 9)]
    chargements: usize,
    #[command(flatten)]
    issue: commun::Issue,
}

/// How long each turn is.
#[derive(Clone, Copy)]
pub struct Durees {
    pub echauffement: Duration,
    pub mesure: Duration,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let resultats = execution.block_on(mesurer(&arguments))?;
    let texte = tableau::texte(&resultats);
    let ecarts = tableau::ecarts(&resultats);
    commun::conclure(&texte, &resultats, &ecarts, arguments.issue)
}

async fn mesurer(arguments: &Arguments) -> Result<Resultats> {
    let durees = Durees {
        echauffement: Duration::from_secs(arguments.echauffement),
        mesure: Duration::from_secs(arguments.secondes),
    };
    let grappe = tokio::task::spawn_blocking(Grappe::demarrer).await??;
    let (mut ecrans, mut scans, mut affichage) = (Vec::new(), Vec::new(), None);
    for (rang, mouvements) in arguments.historique.iter().enumerate() {
        let terrain = Terrain::preparer(&grappe, *mouvements).await?;
        ecrans.push(ecran::mesurer(&grappe, &terrain)?);
        if rang == 0 {
            if arguments.chargements > 0 {
                affichage = Some(affichage::mesurer(&terrain, arguments.chargements).await?);
            }
            for boutiques in &arguments.boutiques {
                for clients in &arguments.clients {
                    let cas = scans::Cas { boutiques: *boutiques, clients: *clients };
                    let tours = arguments.alternances;
                    scans.push(scans::mesurer((&grappe, &terrain), cas, (durees, tours))?);
                }
            }
            terrain.controler().await?;
        }
        terrain.fermer()?;
    }
    let postgres = grappe.bail.version().to_owned();
    tokio::task::spawn_blocking(move || drop(grappe)).await?;
    Ok(Resultats { postgres, alternances: arguments.alternances, scans, ecrans, affichage })
}
