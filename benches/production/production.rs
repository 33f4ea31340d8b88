//! The rounds: floor, program, floor, program, across sizes and histories.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use crate::commun::mesures::Mesure;
use crate::terrain::Terrain;

pub const TAILLES: [usize; 2] = [20, 100];
/// Of the program over the floor.
pub const BORNE_PLANCHER: f64 = 1.3;
/// Of the longest history over none.
pub const BORNE_HISTORIQUE: f64 = 1.25;
/// Not counted.
pub const ECHAUFFEMENT: u16 = 3;

#[derive(Serialize)]
pub struct Cas {
    pub mouvements: u64,
    pub recettes: usize,
    /// Milliseconds.
    pub plancher: Mesure,
    pub programme: Mesure,
    pub rapport: f64,
    /// The program's time over its time on the shortest history.
    pub croissance: f64,
}

#[derive(Default)]
struct Releve {
    plancher: Vec<Duration>,
    programme: Vec<Duration>,
}

pub async fn mesurer(terrains: &[Terrain], tours: u16) -> Result<Vec<Cas>> {
    let mut releves: Vec<Releve> = Vec::new();
    releves.resize_with(terrains.len() * TAILLES.len(), Releve::default);
    for tour in 0..ECHAUFFEMENT + tours {
        for (i, terrain) in terrains.iter().enumerate() {
            for (j, taille) in TAILLES.into_iter().enumerate() {
                let temps_plancher = plancher(terrain, taille, tour + 1).await?;
                let temps_programme = programme(terrain, taille, u64::from(tour)).await?;
                if tour >= ECHAUFFEMENT {
                    let releve = &mut releves[i * TAILLES.len() + j];
                    releve.plancher.push(temps_plancher);
                    releve.programme.push(temps_programme);
                }
            }
        }
    }
    Ok(resumer(terrains, &releves))
}

async fn plancher(terrain: &Terrain, taille: usize, tour: u16) -> Result<Duration> {
    let mut plancher = terrain.plancher.lock().await;
    plancher.recharger().await?;
    plancher.ecrire(taille, tour).await
}

async fn programme(terrain: &Terrain, taille: usize, rang: u64) -> Result<Duration> {
    terrain.plancher.lock().await.recharger().await?;
    let decalage = if taille == TAILLES[0] { 0 } else { 1 };
    let jour = terrain.jour(rang * TAILLES.len() as u64 + decalage);
    Ok(terrain.programme.produire(taille, jour).await?.0)
}

fn resumer(terrains: &[Terrain], releves: &[Releve]) -> Vec<Cas> {
    let mut cas: Vec<Cas> = Vec::new();
    for (i, terrain) in terrains.iter().enumerate() {
        for (j, recettes) in TAILLES.into_iter().enumerate() {
            let releve = &releves[i * TAILLES.len() + j];
            let (plancher, programme) = (en_ms(&releve.plancher), en_ms(&releve.programme));
            let court = cas.get(j).map_or(programme.mediane, |c| c.programme.mediane);
            cas.push(Cas {
                mouvements: terrain.mouvements,
                recettes,
                plancher,
                programme,
                rapport: programme.mediane / plancher.mediane,
                croissance: programme.mediane / court,
            });
        }
    }
    cas
}

fn en_ms(durees: &[Duration]) -> Mesure {
    Mesure::de(durees.iter().map(|d| d.as_secs_f64() * 1000.0))
}
