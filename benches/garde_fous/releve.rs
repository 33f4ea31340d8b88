//! One process from its start to its end: time, processor, room on the disk.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::commun::grappe::Grappe;
use crate::commun::processus::{processeur, processeur_famille};

const REGARD: Duration = Duration::from_millis(50);
/// The server buries a backend shortly after its client has gone.
const REPOS: Duration = Duration::from_millis(300);
const MO: f64 = 1_048_576.0;

#[derive(Clone, Copy, Serialize)]
pub struct Releve {
    /// Seconds.
    pub mur: f64,
    /// Seconds, of the process with its children and of the server.
    pub processeur: f64,
    /// MB: the largest size that the folder had.
    pub disque: f64,
}

/// `suivre` is called once it has started, and may read what it says.
pub fn relever<T>(
    grappe: &Grappe,
    mut commande: Command,
    dossier: &Path,
    suivre: impl FnOnce(&mut Child) -> Result<T>,
) -> Result<(Releve, T)> {
    let avant = total(grappe)?;
    let fini = AtomicBool::new(false);
    let (mur, disque, suivi) = std::thread::scope(|s| -> Result<_> {
        let veilleur = s.spawn(|| veiller(dossier, &fini));
        let debut = Instant::now();
        let issue = conduire(&mut commande, suivre);
        let mur = debut.elapsed().as_secs_f64();
        fini.store(true, Ordering::Relaxed);
        let disque = veilleur.join().map_err(|_| anyhow::anyhow!("the watcher died"))?;
        Ok((mur, disque, issue?))
    })?;
    std::thread::sleep(REPOS);
    let processeur = total(grappe)? - avant;
    Ok((Releve { mur, processeur, disque: disque as f64 / MO }, suivi))
}

fn conduire<T>(commande: &mut Command, suivre: impl FnOnce(&mut Child) -> Result<T>) -> Result<T> {
    let nom = format!("{commande:?}");
    let mut processus = commande.spawn().with_context(|| nom.clone())?;
    let suivi = suivre(&mut processus);
    let statut = processus.wait()?;
    ensure!(statut.success(), "{nom}: {statut}");
    suivi
}

/// Of the server, and of all our children that ended.
fn total(grappe: &Grappe) -> Result<f64> {
    let moi = std::process::id();
    Ok(grappe.processeur()? + processeur_famille(moi)? - processeur(moi)?)
}

fn veiller(dossier: &Path, fini: &AtomicBool) -> u64 {
    let mut plus_grande = 0;
    while !fini.load(Ordering::Relaxed) {
        plus_grande = plus_grande.max(taille(dossier));
        std::thread::sleep(REGARD);
    }
    plus_grande.max(taille(dossier))
}

/// A file may go while we look.
fn taille(dossier: &Path) -> u64 {
    let entrees = std::fs::read_dir(dossier).into_iter().flatten().flatten();
    let octets = entrees.filter_map(|e| {
        let m = e.metadata().ok()?;
        Some(if m.is_dir() { taille(&e.path()) } else { m.len() })
    });
    octets.sum()
}
