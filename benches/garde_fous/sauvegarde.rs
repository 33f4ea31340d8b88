//! The rounds of backups: naive script, ours, limit.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::commun::mesures::Mesure;
use crate::releve::{Releve, relever};
use crate::terrain::Terrain;

/// Of each, in the folder where it works.
pub const NAIVE: &str = "naif";
const NOTRE: &str = "notre";

const SCRIPT: &str = "pg_dump -Fc -f F.dump
gzip F.dump
if command -v shasum >/dev/null; then shasum -a 256 F.dump.gz; else sha256sum F.dump.gz; fi \
    >F.dump.gz.sha256";
const LIMITE: &str = "exec pg_dump -Fc -Z0 >/dev/null";

#[derive(Serialize)]
pub struct Sauvegardes {
    pub naive: Couts,
    pub notre: Couts,
    pub limite: Couts,
}

#[derive(Serialize)]
pub struct Couts {
    /// Seconds.
    pub mur: Mesure,
    pub processeur: Mesure,
    /// MB.
    pub disque: Mesure,
}

impl Couts {
    pub fn de(releves: &[Releve]) -> Self {
        let mesure = |quoi: fn(&Releve) -> f64| Mesure::de(releves.iter().map(quoi));
        Self {
            mur: mesure(|r| r.mur),
            processeur: mesure(|r| r.processeur),
            disque: mesure(|r| r.disque),
        }
    }
}

pub fn mesurer(terrain: &Terrain, tours: u16) -> Result<Sauvegardes> {
    let (mut naives, mut notres, mut limites) = (Vec::new(), Vec::new(), Vec::new());
    // Not counted: afterwards the database is in memory, for all of them.
    limite(terrain)?;
    for tour in 1..=tours {
        naives.push(naive(terrain)?);
        notres.push(notre(terrain)?);
        limites.push(limite(terrain)?);
        eprintln!("backups: round {tour} of {tours}");
    }
    Ok(Sauvegardes {
        naive: Couts::de(&naives),
        notre: Couts::de(&notres),
        limite: Couts::de(&limites),
    })
}

/// The archive of the last round.
pub fn archive(terrain: &Terrain) -> Result<PathBuf> {
    let entrees = std::fs::read_dir(terrain.chemin(NOTRE))?.flatten();
    let mut archives =
        entrees.map(|e| e.path()).filter(|c| c.extension().is_some_and(|e| e == "gz"));
    archives.next().context("no archive")
}

fn naive(terrain: &Terrain) -> Result<Releve> {
    let dossier = terrain.dossier_vide(NAIVE)?;
    simple(terrain, terrain.script(SCRIPT, &dossier), &dossier)
}

fn notre(terrain: &Terrain) -> Result<Releve> {
    let dossier = terrain.dossier_vide(NOTRE)?;
    let chemin = dossier.to_string_lossy();
    let mut commande = terrain.programme(&["backup", "--json", "--output-dir", &chemin]);
    commande.stdout(Stdio::null());
    simple(terrain, commande, &dossier)
}

fn limite(terrain: &Terrain) -> Result<Releve> {
    let dossier = terrain.dossier_vide("limite")?;
    simple(terrain, terrain.script(LIMITE, &dossier), &dossier)
}

fn simple(terrain: &Terrain, commande: Command, dossier: &Path) -> Result<Releve> {
    relever(&terrain.grappe, commande, dossier, |_| Ok(())).map(|(releve, ())| releve)
}
