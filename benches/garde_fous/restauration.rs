//! The rounds of restores: naive script, ours in place on idle cores and under load, the drill in
//! its own server.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::charge::{Charge, Coupures};
use crate::commun::mesures::Mesure;
use crate::commun::processus::{arreter, attendre, servir};
use crate::releve::{Releve, relever};
use crate::sauvegarde::{Couts, NAIVE, archive};
use crate::terrain::{BASE, Terrain};

const BASE_NAIVE: &str = "banc_naif";
const SCRIPT: &str = "createdb banc_naif
gunzip -c F.dump.gz >F.dump
pg_restore -j1 -d banc_naif F.dump";

#[derive(Serialize)]
pub struct Restaurations {
    pub tours: u16,
    pub naive: Couts,
    pub en_place: NotreRestauration,
    /// The same while people work.
    pub sous_charge: NotreRestauration,
    pub exercice: NotreRestauration,
    /// Milliseconds, the longest of all rounds.
    pub connexions_refusees: f64,
    pub requetes_refusees: f64,
}

/// Seconds.
#[derive(Serialize)]
pub struct NotreRestauration {
    pub mur: Mesure,
    /// Dumping the copy again to prove it equal, `verifier` on it beside.
    pub preuve: Mesure,
    /// All but that.
    pub sans_preuve: Mesure,
    /// What the command says of its own steps, of the last round.
    pub etapes: Value,
}

/// One round of one of them.
struct Passe {
    mur: f64,
    preuve: f64,
    etapes: Value,
}

pub fn mesurer(terrain: &Terrain, tours: u16, execution: &Runtime) -> Result<Restaurations> {
    let (mut naives, mut en_place, mut exercices) = (Vec::new(), Vec::new(), Vec::new());
    let mut sous_charge = Vec::new();
    let mut coupures: Vec<Coupures> = Vec::new();
    let notre = archive(terrain)?;
    for tour in 1..=tours {
        naives.push(naive(terrain, execution).context("naive")?);
        let (passe, _) = sur_place(terrain, &notre, (execution, false)).context("in place")?;
        en_place.push(passe);
        let (passe, coupure) =
            sur_place(terrain, &notre, (execution, true)).context("under load")?;
        sous_charge.push(passe);
        coupures.extend(coupure);
        exercices.push(exercer(terrain, &notre, execution).context("drill")?);
        eprintln!("restores: round {tour} of {tours}");
    }
    let pire = |quoi: fn(&Coupures) -> f64| coupures.iter().map(quoi).fold(0.0, f64::max);
    Ok(Restaurations {
        tours,
        naive: Couts::de(&naives),
        en_place: NotreRestauration::de(&en_place),
        sous_charge: NotreRestauration::de(&sous_charge),
        exercice: NotreRestauration::de(&exercices),
        connexions_refusees: pire(|c| c.connexions),
        requetes_refusees: pire(|c| c.requetes),
    })
}

impl NotreRestauration {
    fn de(passes: &[Passe]) -> Self {
        Self {
            mur: Mesure::de(passes.iter().map(|p| p.mur)),
            preuve: Mesure::de(passes.iter().map(|p| p.preuve)),
            sans_preuve: Mesure::de(passes.iter().map(|p| p.mur - p.preuve)),
            etapes: passes.last().map_or(Value::Null, |p| p.etapes.clone()),
        }
    }
}

fn naive(terrain: &Terrain, execution: &Runtime) -> Result<Releve> {
    let dossier = terrain.chemin(NAIVE);
    execution.block_on(terrain.ordonner("checkpoint".to_owned()))?;
    let commande = terrain.script(SCRIPT, &dossier);
    let (releve, ()) = relever(&terrain.grappe, commande, &dossier, |_| Ok(()))?;
    std::fs::remove_file(dossier.join("F.dump"))?;
    execution.block_on(terrain.ordonner(format!("drop database {BASE_NAIVE}")))?;
    Ok(releve)
}

/// While `serve` serves; under load the clients come when the copy is full.
fn sur_place(
    terrain: &Terrain,
    fichier: &Path,
    (execution, charge): (&Runtime, bool),
) -> Result<(Passe, Option<Coupures>)> {
    let (serveur, adresse) = servir(terrain.programme(&["serve"]))?;
    let url = format!("http://{adresse}");
    let issue = (|| {
        execution.block_on(attendre(&url, Instant::now()))?;
        execution.block_on(terrain.ordonner("checkpoint".to_owned()))?;
        restaurer(terrain, fichier, charge.then_some(url))
    })();
    arreter(serveur)?;
    let (passe, coupures, ancienne) = issue?;
    execution.block_on(terrain.ordonner(format!("drop database \"{ancienne}\"")))?;
    Ok((passe, coupures))
}

fn restaurer(
    terrain: &Terrain,
    fichier: &Path,
    url: Option<String>,
) -> Result<(Passe, Option<Coupures>, String)> {
    let chemin = fichier.to_string_lossy();
    let mut commande =
        terrain.programme(&["restore", "--drop-create", "--oui", "--json", "--file", &chemin]);
    commande.stdout(Stdio::piped());
    let mut charge = None;
    let suivre = |processus: &mut Child| {
        derniere_ligne(processus, |etape| {
            if let ("Preuve", Some(url), None) = (etape, &url, &charge) {
                charge = Some(Charge::lancer(terrain.grappe.options(BASE), url.clone()));
            }
        })
    };
    let (releve, fin) = relever(&terrain.grappe, commande, &terrain.chemin("notre"), suivre)?;
    ensure!(charge.is_some() == url.is_some(), "no proof");
    let coupures = charge.map(Charge::finir).transpose()?;
    let resultat = &fin["restauration"];
    let prouve = resultat["non_prouve"] == serde_json::json!([]);
    ensure!(fin["resultat"] == "fait" && prouve, "{fin}");
    let ancienne = resultat["ancienne"].as_str().context("no old database")?.to_owned();
    let etapes = resultat["durees_ms"].clone();
    let preuve = etapes["preuve"].as_f64().context("durees_ms")? / 1000.0;
    Ok((Passe { mur: releve.mur, preuve, etapes }, coupures, ancienne))
}

fn exercer(terrain: &Terrain, fichier: &Path, execution: &Runtime) -> Result<Passe> {
    execution.block_on(terrain.ordonner("checkpoint".to_owned()))?;
    let chemin = fichier.to_string_lossy();
    let mut commande = terrain.programme(&["drill", "--json", "--file", &chemin]);
    commande.stdout(Stdio::piped());
    let suivre = |processus: &mut Child| derniere_ligne(processus, |_| {});
    let (releve, fin) = relever(&terrain.grappe, commande, &terrain.chemin("notre"), suivre)?;
    let exercice = &fin["exercice"];
    ensure!(exercice["verdict"] == "prouvee", "{fin}");
    let etapes = exercice["durees"].clone();
    let preuve = etapes["preuve_s"].as_f64().context("durees")?;
    Ok(Passe { mur: releve.mur, preuve, etapes })
}

/// Reads to its end what a command says in JSON; each step is told as it begins.
fn derniere_ligne(processus: &mut Child, mut dire: impl FnMut(&str)) -> Result<Value> {
    let sortie = BufReader::new(processus.stdout.take().context("stdout")?);
    let mut derniere = Value::Null;
    for ligne in sortie.lines() {
        derniere = serde_json::from_str(&ligne?)?;
        dire(derniere["etape"].as_str().unwrap_or_default());
    }
    Ok(derniere)
}
