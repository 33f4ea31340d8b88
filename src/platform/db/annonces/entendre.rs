//! Hears which magasins changed, and wakes whoever looks at one of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::sleep;
use uuid::Uuid;

use super::CANAL;
use crate::platform::db::presence::Presence;

const ENCORE: Duration = Duration::from_millis(250);
const CONNEXION: Duration = Duration::from_secs(5);

/// One LISTEN for the whole process, begun with its first subscriber.
#[derive(Clone)]
pub(in crate::platform::db) struct Ecoute {
    options: PgConnectOptions,
    presence: Presence,
    abonnes: Arc<Mutex<Abonnes>>,
}

#[derive(Default)]
struct Abonnes {
    par_magasin: HashMap<Uuid, watch::Sender<()>>,
    oreille: Option<AbortHandle>,
    /// No more subscribers: the server stops.
    fermee: bool,
}

impl Ecoute {
    pub(crate) fn sur(options: PgConnectOptions, presence: Presence) -> Self {
        Self { options, presence, abonnes: Arc::default() }
    }

    /// Sees every change of that magasin from now on, those of one moment as one; ends when the
    /// server stops.
    pub(crate) fn abonner(&self, magasin_id: Uuid) -> watch::Receiver<()> {
        let mut abonnes = verrouiller(&self.abonnes);
        if abonnes.fermee {
            return watch::channel(()).1;
        }
        if abonnes.oreille.is_none() {
            let tache = ecouter(self.options.clone(), self.presence.clone(), self.clone());
            abonnes.oreille = Some(tokio::spawn(tache).abort_handle());
        }
        abonnes.par_magasin.retain(|_, porte| porte.receiver_count() > 0);
        abonnes.par_magasin.entry(magasin_id).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    /// Every subscription ends.
    pub(crate) fn fermer(&self) {
        let mut abonnes = verrouiller(&self.abonnes);
        abonnes.fermee = true;
        abonnes.par_magasin.clear();
        if let Some(oreille) = abonnes.oreille.take() {
            oreille.abort();
        }
    }

    fn reveiller(&self, magasin_id: Uuid) {
        if let Some(porte) = verrouiller(&self.abonnes).par_magasin.get(&magasin_id) {
            porte.send_replace(());
        }
    }

    fn reveiller_tous(&self) {
        verrouiller(&self.abonnes).par_magasin.values().for_each(|porte| {
            porte.send_replace(());
        });
    }
}

async fn ecouter(options: PgConnectOptions, presence: Presence, ecoute: Ecoute) {
    loop {
        tokio::select! {
            coupee = entendre(&options, &ecoute) => if let Err(erreur) = coupee {
                tracing::debug!(err = %erreur, "écoute coupée");
            },
            // A server that vanished leaves a connection that never says so.
            () = presence.partie() => presence.revenue().await,
        }
        sleep(ENCORE).await;
    }
}

/// Until the connection is cut.
async fn entendre(options: &PgConnectOptions, ecoute: &Ecoute) -> Result<(), sqlx::Error> {
    let seule = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNEXION);
    let seule = seule.max_lifetime(None).connect_lazy_with(options.clone());
    let mut oreille = PgListener::connect_with(&seule).await?;
    oreille.eager_reconnect(false);
    oreille.listen(CANAL).await?;
    ecoute.reveiller_tous();
    while let Some(avis) = oreille.try_recv().await? {
        if let Ok(magasin_id) = avis.payload().parse() {
            ecoute.reveiller(magasin_id);
        }
    }
    Ok(())
}

fn verrouiller(abonnes: &Mutex<Abonnes>) -> MutexGuard<'_, Abonnes> {
    abonnes.lock().unwrap_or_else(PoisonError::into_inner)
}
