//! The screen's day: a hundred lines in one reading.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde::Serialize;

use crate::commun::grappe::Grappe;
use crate::commun::mesures::Mesure;
use crate::commun::processus::processeur;
use crate::scanner::Scanner;
use crate::terrain::Terrain;

const ECHAUFFEMENT: usize = 200;
const LECTURES: usize = 1000;

#[derive(Serialize)]
pub struct Ecran {
    pub mouvements: u64,
    pub octets: usize,
    /// Milliseconds each.
    pub duree: Mesure,
    pub processeur_programme: f64,
    pub processeur_postgres: f64,
}

impl Ecran {
    pub fn processeur(&self) -> f64 {
        self.processeur_programme + self.processeur_postgres
    }
}

pub fn mesurer(grappe: &Grappe, terrain: &Terrain) -> Result<Ecran> {
    let chemin = format!(
        "/api/interne/production-preparation?magasin_id={}&date={}",
        terrain.boutiques[0], terrain.jour
    );
    let mut scanner = Scanner::sur(&terrain.adresse, &terrain.jeton)?;
    let mut octets = 0;
    for _ in 0..ECHAUFFEMENT {
        octets = scanner.lire(&chemin)?;
    }
    ensure!(octets > 20_000, "a hundred lines are more than {octets} bytes");
    let (avant, avant_pg) = (processeur(terrain.pid)?, grappe.processeur()?);
    let mut durees = Vec::with_capacity(LECTURES);
    for _ in 0..LECTURES {
        let debut = Instant::now();
        scanner.lire(&chemin)?;
        durees.push(debut.elapsed().as_secs_f64() * 1000.0);
    }
    let chacune = |secondes: f64| secondes * 1000.0 / LECTURES as f64;
    Ok(Ecran {
        mouvements: terrain.mouvements,
        octets,
        duree: Mesure::de(durees),
        processeur_programme: chacune(processeur(terrain.pid)? - avant),
        processeur_postgres: chacune(grappe.processeur()? - avant_pg),
    })
}
