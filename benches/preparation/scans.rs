//! Scans at once: the program, then pgbench, again and again.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use serde::Serialize;
use uuid::Uuid;

use crate::Durees;
use crate::commun::grappe::Grappe;
use crate::commun::mesures::Mesure;
use crate::commun::processus::processeur;
use crate::pgbench;
use crate::scanner::Scanner;
use crate::terrain::Terrain;

const CHEMIN: &str = "/api/interne/production-preparation/scan";

#[derive(Clone, Copy, Serialize)]
pub struct Cas {
    pub boutiques: usize,
    pub clients: usize,
}

/// One turn: milliseconds of each scan, seconds of processor.
pub struct Tour {
    pub latences: Vec<f64>,
    pub duree: f64,
    pub postgres: f64,
    pub programme: f64,
}

#[derive(Serialize)]
pub struct Resultat {
    pub cas: Cas,
    pub programme: Cote,
    pub pgbench: Cote,
    /// Medians of the turns: the program's rate over pgbench's, PostgreSQL's processor likewise.
    pub rapport: f64,
    pub rapport_postgres: f64,
}

#[derive(Serialize)]
pub struct Cote {
    pub par_seconde: Mesure,
    /// Milliseconds.
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    /// Milliseconds of processor a scan.
    pub processeur_programme: f64,
    pub processeur_postgres: f64,
}

pub fn mesurer(
    (grappe, terrain): (&Grappe, &Terrain),
    cas: Cas,
    (durees, alternances): (Durees, u16),
) -> Result<Resultat> {
    let (mut programme, mut plancher) = (Vec::new(), Vec::new());
    for _ in 0..alternances {
        programme.push(scanner_ensemble((grappe, terrain), cas, durees)?);
        plancher.push(pgbench::mesurer(grappe, &terrain.nom_base, cas, durees)?);
    }
    let (programme, pgbench) = (resumer(&programme), resumer(&plancher));
    eprintln!("{} clients, {} shops: done", cas.clients, cas.boutiques);
    Ok(Resultat {
        cas,
        rapport: programme.par_seconde.mediane / pgbench.par_seconde.mediane,
        rapport_postgres: programme.processeur_postgres / pgbench.processeur_postgres,
        programme,
        pgbench,
    })
}

fn scanner_ensemble(
    (grappe, terrain): (&Grappe, &Terrain),
    cas: Cas,
    durees: Durees,
) -> Result<Tour> {
    un_tour(terrain, cas, durees.echauffement)?;
    let (avant, avant_pg) = (processeur(terrain.pid)?, grappe.processeur()?);
    let latences = un_tour(terrain, cas, durees.mesure)?;
    Ok(Tour {
        latences,
        duree: durees.mesure.as_secs_f64(),
        postgres: grappe.processeur()? - avant_pg,
        programme: processeur(terrain.pid)? - avant,
    })
}

fn un_tour(terrain: &Terrain, cas: Cas, duree: Duration) -> Result<Vec<f64>> {
    let depart = Barrier::new(cas.clients);
    std::thread::scope(|s| {
        let fils: Vec<_> = (0..cas.clients)
            .map(|n| {
                let depart = &depart;
                s.spawn(move || un_client(terrain, (cas, n), (depart, duree)))
            })
            .collect();
        let mut latences = Vec::new();
        for fil in fils {
            latences.extend(fil.join().map_err(|_| anyhow!("a scanner panicked"))??);
        }
        Ok(latences)
    })
}

fn un_client(
    terrain: &Terrain,
    (cas, n): (Cas, usize),
    (depart, duree): (&Barrier, Duration),
) -> Result<Vec<f64>> {
    let scanner = Scanner::sur(&terrain.adresse, &terrain.jeton);
    depart.wait();
    let (mut scanner, fin) = (scanner?, Instant::now() + duree);
    let mut latences = Vec::new();
    // Recipes and shops in an order of its own, as chance has it for pgbench.
    let mut hasard = 0x9e37_79b9_u64.wrapping_mul(n as u64 + 1) ^ latences.capacity() as u64;
    while Instant::now() < fin {
        hasard =
            hasard.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let boutique = terrain.boutiques[(hasard >> 33) as usize % cas.boutiques];
        let gencode = 3_760_001_000_000_u64 + (hasard >> 40) % 100;
        let corps = format!(
            "{{\"magasin_id\":\"{boutique}\",\"date\":\"{}\",\"gencode\":\"{gencode}\"}}",
            terrain.jour
        );
        let debut = Instant::now();
        scanner.poster(CHEMIN, &Uuid::now_v7().to_string(), &corps)?;
        latences.push(debut.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(latences)
}

fn resumer(tours: &[Tour]) -> Cote {
    let nombre = |t: &Tour| t.latences.len() as f64;
    let par_scan = |secondes: fn(&Tour) -> f64| {
        Mesure::de(tours.iter().map(|t| secondes(t) * 1000.0 / nombre(t))).mediane
    };
    let mut latences: Vec<f64> = tours.iter().flat_map(|t| t.latences.iter().copied()).collect();
    latences.sort_by(f64::total_cmp);
    let rang = |part: usize| {
        let place = latences.len().saturating_sub(1) * part / 100;
        latences.get(place).copied().unwrap_or(f64::NAN)
    };
    Cote {
        par_seconde: Mesure::de(tours.iter().map(|t| nombre(t) / t.duree)),
        p50: rang(50),
        p95: rang(95),
        p99: rang(99),
        processeur_programme: par_scan(|t| t.programme),
        processeur_postgres: par_scan(|t| t.postgres),
    }
}
