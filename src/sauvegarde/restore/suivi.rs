//! How far a long command is: a bar on a terminal, one JSON line a second, or nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::json;

use crate::platform::terminal::{avertir, barre, dire};

const RYTHME: Duration = Duration::from_secs(1);

/// Cloning is cheap; all clones show one progress.
#[derive(Clone)]
pub struct Suivi(Arc<Interieur>);

struct Interieur {
    ou: Ou,
    etape: Mutex<Etape>,
}

enum Ou {
    Nulle,
    Barre(ProgressBar),
    Json,
}

struct Etape {
    nom: String,
    total: u64,
    dit: Option<Instant>,
}

impl Suivi {
    pub(crate) fn nouveau(json: bool) -> Self {
        let ou = match json {
            true => Ou::Json,
            false => Ou::Barre(barre(json)),
        };
        Self::vers(ou)
    }

    pub fn muet() -> Self {
        Self::vers(Ou::Nulle)
    }

    fn vers(ou: Ou) -> Self {
        let etape = Etape { nom: String::new(), total: 0, dit: None };
        Self(Arc::new(Interieur { ou, etape: Mutex::new(etape) }))
    }

    /// Begins a step of so many rows or bytes.
    pub(crate) fn etape(&self, nom: &str, total: u64) {
        let nouvelle = Etape { nom: nom.to_owned(), total, dit: None };
        *self.0.etape.lock().unwrap_or_else(PoisonError::into_inner) = nouvelle;
        if let Ou::Barre(barre) = &self.0.ou {
            // Nothing to count is not yet done.
            barre.set_length(total.max(1));
            barre.set_prefix(nom.to_owned());
            barre.set_position(0);
        }
        self.avancer(0);
    }

    pub(crate) fn avancer(&self, fait: u64) {
        match &self.0.ou {
            Ou::Nulle => {}
            Ou::Barre(barre) => barre.set_position(fait.min(barre.length().unwrap_or(fait))),
            Ou::Json => self.dire_parfois(fait),
        }
    }

    fn dire_parfois(&self, fait: u64) {
        let mut etape = self.0.etape.lock().unwrap_or_else(PoisonError::into_inner);
        if etape.dit.is_some_and(|dit| dit.elapsed() < RYTHME) {
            return;
        }
        etape.dit = Some(Instant::now());
        let (fait, total) = (fait.min(etape.total), etape.total);
        dire(json!({ "etape": etape.nom, "fait": fait, "total": total }));
    }

    /// On stderr, for whoever looks on, a program that reads JSON too; the bar makes room.
    pub(crate) fn avertir(&self, phrase: &str) {
        match &self.0.ou {
            Ou::Barre(barre) => barre.suspend(|| avertir(phrase)),
            Ou::Nulle | Ou::Json => avertir(phrase),
        }
    }

    /// Takes the bar away, before something is said.
    pub(crate) fn effacer(&self) {
        if let Ou::Barre(barre) = &self.0.ou {
            barre.finish_and_clear();
        }
    }
}
