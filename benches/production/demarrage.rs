//! The cold start: from nothing on the disk to an answer, and what it then takes up.

use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::commun::grappe::{Dossier, PROGRAMME};
use crate::commun::processus::{arreter, attendre, commande, servir};

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
    let dossier = Dossier::nouveau("demo");
    let variables = [("DELICEGO_DATA", dossier.chemin().to_string_lossy().into_owned())];
    let debut = Instant::now();
    let mut demo = commande(&variables);
    demo.arg("demo");
    let (processus, adresse) = servir(demo)?;
    let issue = regarder(&processus, &adresse, debut).await;
    arreter(processus)?;
    tokio::task::spawn_blocking(move || drop(dossier)).await?;
    issue
}

async fn regarder(processus: &Child, adresse: &str, debut: Instant) -> Result<Demarrage> {
    let (premiere, pret) = attendre(&format!("http://{adresse}"), debut).await?;
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

/// A line of /proc/<pid>/<file> in kB, as MB.
fn memoire(pid: u32, fichier: &str, champ: &str) -> Result<f64> {
    let texte = std::fs::read_to_string(format!("/proc/{pid}/{fichier}"))?;
    let ligne = texte.lines().find_map(|l| l.strip_prefix(champ)).context("memory")?;
    let kb = ligne.split_whitespace().next().context("memory")?;
    Ok(kb.parse::<f64>()? / 1024.0)
}
