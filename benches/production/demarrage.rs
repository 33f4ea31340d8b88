//! The cold start: from nothing on the disk to an answer, and what it then takes up.

use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use crate::grappe::{PROGRAMME, dossier_temporaire, effacer};
use crate::processus::{arreter, attendre, commande, memoire, port_libre};

const REPOS: Duration = Duration::from_secs(5);

#[derive(Serialize)]
pub struct Demarrage {
    /// Seconds from the start of `delicego demo` to its first answer, and to its first 200.
    pub premiere_reponse: f64,
    pub pret: f64,
    /// MB, at rest.
    pub rss: f64,
    pub pss: f64,
    pub binaire: f64,
}

pub async fn mesurer() -> Result<Demarrage> {
    let dossier = dossier_temporaire("demo");
    let port = port_libre()?;
    let variables = [("DELICEGO_DATA", dossier.to_string_lossy().into_owned())];
    let debut = Instant::now();
    let ecoute = format!("127.0.0.1:{port}");
    let processus = commande(&variables).args(["demo", "--listen", &ecoute]).spawn()?;
    let issue = regarder(&processus, port, debut).await;
    arreter(processus)?;
    tokio::task::spawn_blocking(move || effacer(&dossier)).await?;
    issue
}

async fn regarder(processus: &Child, port: u16, debut: Instant) -> Result<Demarrage> {
    let (premiere, pret) = attendre(&format!("http://127.0.0.1:{port}"), debut).await?;
    tokio::time::sleep(REPOS).await;
    let pid = processus.id();
    Ok(Demarrage {
        premiere_reponse: premiere.as_secs_f64(),
        pret: pret.as_secs_f64(),
        rss: memoire(pid, "status", "VmRSS:")?,
        pss: memoire(pid, "smaps_rollup", "Pss:")?,
        binaire: std::fs::metadata(PROGRAMME)?.len() as f64 / 1_048_576.0,
    })
}
