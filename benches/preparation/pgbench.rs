//! The floor: pgbench with prepared statements, on the program's kind of connection.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::Durees;
use crate::commun::grappe::{Dossier, Grappe};
use crate::scans::{Cas, Tour};

/// As the program's connections are set, without which the floor would plan anew each time.
const REGLAGES: &str = "-c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off";

pub fn mesurer(grappe: &Grappe, base: &str, cas: Cas, durees: Durees) -> Result<Tour> {
    lancer(grappe, base, cas, durees.echauffement)?;
    let avant = grappe.processeur()?;
    let latences = lancer(grappe, base, cas, durees.mesure)?;
    let postgres = grappe.processeur()? - avant;
    Ok(Tour { latences, duree: durees.mesure.as_secs_f64(), postgres, programme: 0.0 })
}

/// Milliseconds of each transaction.
fn lancer(grappe: &Grappe, base: &str, cas: Cas, duree: Duration) -> Result<Vec<f64>> {
    let dossier = Dossier::nouveau("pgbench");
    std::fs::create_dir_all(dossier.chemin())?;
    let script = dossier.chemin().join("plancher.sql");
    std::fs::write(&script, include_str!("plancher.sql"))?;
    let clients = cas.clients.to_string();
    let sortie = Command::new(grappe.bail.binaires().join("pgbench"))
        .env_clear()
        .envs(grappe.variables(base))
        .env("PGOPTIONS", REGLAGES)
        .current_dir(dossier.chemin())
        .args(["-n", "-M", "prepared", "-l", "-j", "2", "-c", &clients])
        .args(["-T", &duree.as_secs().to_string()])
        .args(["-D", &format!("boutiques={}", cas.boutiques), "-f"])
        .arg(&script)
        .output()
        .context("pgbench")?;
    let dit = String::from_utf8_lossy(&sortie.stderr);
    ensure!(sortie.status.success() && !dit.contains("aborted"), "pgbench: {dit}");
    let mut latences = Vec::new();
    for entree in std::fs::read_dir(dossier.chemin())?.flatten() {
        if entree.file_name().to_string_lossy().starts_with("pgbench_log") {
            for ligne in std::fs::read_to_string(entree.path())?.lines() {
                let champ = ligne.split_whitespace().nth(2).context("pgbench log")?;
                latences.push(champ.parse::<f64>()? / 1000.0);
            }
        }
    }
    ensure!(!latences.is_empty(), "pgbench did nothing: {dit}");
    Ok(latences)
}
