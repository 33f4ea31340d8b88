//! How far a backup is: a bar on a terminal, one JSON line a second for a program.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::json;

use super::liste::milliers;
use crate::platform::terminal::{barre, dire};
use crate::sauvegarde::backup::{Etape, Progres, Suivi};
use crate::sauvegarde::disque;

const SECONDE: Duration = Duration::from_secs(1);

pub(crate) struct Avancement {
    barre: ProgressBar,
    json: bool,
}

impl Avancement {
    pub(crate) fn nouveau(json: bool) -> Self {
        Self { barre: barre(json), json }
    }

    pub(crate) fn suivi(&self) -> Suivi {
        if self.json {
            return au_plus_chaque(SECONDE, |p| dire(en_json(p)));
        }
        let barre = self.barre.clone();
        au_plus_chaque(SECONDE / 10, move |p| montrer(&barre, p))
    }

    pub(crate) fn finir(&self) {
        self.barre.finish_and_clear();
    }
}

fn au_plus_chaque(temps: Duration, dire: impl Fn(&Progres) + Send + Sync + 'static) -> Suivi {
    let derniere = Mutex::new(Instant::now());
    Arc::new(move |p: Progres| {
        let mut derniere = derniere.lock().unwrap_or_else(PoisonError::into_inner);
        if derniere.elapsed() >= temps {
            *derniere = Instant::now();
            dire(&p);
        }
    })
}

fn montrer(barre: &ProgressBar, p: &Progres) {
    let quoi = match p.etape {
        Etape::Ecriture => "Sauvegarde",
        Etape::Relecture => "Relecture",
    };
    barre.set_prefix(quoi);
    barre.set_length(100);
    barre.set_position(p.pour_cent().unwrap_or(0));
    barre.set_message(format!("{} lignes, {}", milliers(p.lignes), disque::taille(p.octets)));
}

fn en_json(p: &Progres) -> serde_json::Value {
    json!({
        "etape": p.etape.nom(),
        "lignes": p.lignes,
        "octets": p.octets,
        "pour_cent": p.pour_cent(),
    })
}
