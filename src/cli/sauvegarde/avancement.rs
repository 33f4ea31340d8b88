//! How far a backup is: a bar on a terminal, one JSON line a second for a program.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::liste::milliers;
use crate::platform::terminal::dire;
use crate::sauvegarde::backup::{Etape, Progres, Suivi};
use crate::sauvegarde::disque;

const SECONDE: Duration = Duration::from_secs(1);

pub struct Avancement {
    barre: ProgressBar,
    json: bool,
}

impl Avancement {
    pub fn nouveau(json: bool) -> Self {
        let barre = match std::io::stderr().is_terminal() && !json {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            false => ProgressBar::hidden(),
        };
        Self { barre, json }
    }

    pub fn suivi(&self) -> Suivi {
        if self.json {
            return par_lignes();
        }
        let barre = self.barre.clone();
        Arc::new(move |p: Progres| montrer(&barre, p))
    }

    pub fn finir(&self) {
        self.barre.finish_and_clear();
    }
}

/// Without a previous backup nobody knows how many rows there are.
fn montrer(barre: &ProgressBar, p: Progres) {
    let quoi = match p.etape {
        Etape::Ecriture => "Sauvegarde",
        Etape::Relecture => "Relecture",
    };
    let modele = match p.lignes_attendues {
        Some(_) => "{prefix} {wide_bar} {percent} % {msg}",
        None => "{prefix} {spinner} {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(modele) {
        barre.set_style(style);
    }
    barre.set_prefix(quoi);
    barre.set_length(p.lignes_attendues.unwrap_or(0).max(p.lignes).max(1));
    barre.set_position(p.lignes);
    barre.set_message(format!("{} lignes, {}", milliers(p.lignes), disque::taille(p.octets)));
}

fn par_lignes() -> Suivi {
    let derniere = Mutex::new(Instant::now());
    Arc::new(move |p: Progres| {
        let mut derniere = derniere.lock().unwrap_or_else(PoisonError::into_inner);
        if derniere.elapsed() < SECONDE {
            return;
        }
        *derniere = Instant::now();
        dire(json!({
            "etape": p.etape.nom(),
            "lignes": p.lignes,
            "octets": p.octets,
            "lignes_attendues": p.lignes_attendues,
        }));
    })
}
