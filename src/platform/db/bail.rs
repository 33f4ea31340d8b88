//! Keeps the lease on the embedded server. Its guardian does not end by itself, but it can be
//! killed, and postgres stops with it: a new lease brings both back, same folder and port, and the
//! pool finds its server again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::ErreurOuverture;
use crate::platform::causes::du_systeme;
use crate::platform::cluster::{self, Bail, OptionsCluster, Usage};

const PERIODE: Duration = Duration::from_secs(2);

/// The lease that is good now; given back when the last clone goes.
pub(super) type BailTenu = Arc<Mutex<Bail>>;

pub(super) async fn prendre(dossier: PathBuf) -> Result<Bail, ErreurOuverture> {
    let introuvable = |e| {
        let quoi = du_systeme(&e);
        ErreurOuverture::Systeme(format!("Le programme ne se retrouve pas lui-même : {quoi}."))
    };
    let gardien = std::env::current_exe().map_err(introuvable)?;
    let options = OptionsCluster { dossier, gardien, usage: Usage::Durable };
    tokio::task::spawn_blocking(move || cluster::ouvrir(&options))
        .await
        .map_err(|e| ErreurOuverture::Systeme(e.to_string()))?
        .map_err(ErreurOuverture::from)
}

/// Watches the lease for as long as somebody holds it.
pub(super) fn tenir(bail: Bail, dossier: PathBuf) -> BailTenu {
    let tenu = Arc::new(Mutex::new(bail));
    tokio::spawn(veiller(Arc::downgrade(&tenu), dossier));
    tenu
}

async fn veiller(tenu: Weak<Mutex<Bail>>, dossier: PathBuf) {
    loop {
        tokio::time::sleep(PERIODE).await;
        let Some(rompu) = tenu.upgrade().map(|t| verrouiller(&t).est_rompu()) else { return };
        if rompu {
            tracing::error!(event = "gardien_perdu", "le gardien de PostgreSQL a disparu");
            reprendre(&tenu, &dossier).await;
        }
    }
}

/// Who waits for the new lease does not hold the old one: the program may end meanwhile.
async fn reprendre(tenu: &Weak<Mutex<Bail>>, dossier: &std::path::Path) {
    while tenu.strong_count() > 0 {
        match (prendre(dossier.to_owned()).await, tenu.upgrade()) {
            (_, None) => return,
            (Ok(nouveau), Some(tenu)) => {
                *verrouiller(&tenu) = nouveau;
                tracing::info!(event = "gardien_revenu", "un nouveau gardien tient PostgreSQL");
                return;
            }
            (Err(erreur), Some(_)) => {
                tracing::error!(event = "gardien_absent", err = %erreur);
                tokio::time::sleep(PERIODE).await;
            }
        }
    }
}

fn verrouiller(tenu: &Mutex<Bail>) -> MutexGuard<'_, Bail> {
    tenu.lock().unwrap_or_else(PoisonError::into_inner)
}
