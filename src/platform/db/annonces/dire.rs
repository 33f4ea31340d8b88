//! Tells, a little later and all at once, which magasins changed.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tracing::Instrument;
use uuid::Uuid;

use super::CANAL;

/// Changes this close together are told as one.
const ENSEMBLE: Duration = Duration::from_millis(50);
const ENCORE: Duration = Duration::from_millis(500);
/// An idle connection is closed: most commands never tell anything.
const INUTILE: Duration = Duration::from_secs(60);
/// How long the end of the program waits for what is still to tell.
const DERNIER_DELAI: Duration = Duration::from_secs(2);

enum Ordre {
    Change(BTreeSet<Uuid>),
    /// Tell what is left, then say so.
    Vider(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(in crate::platform::db) struct Annonceur {
    ordres: mpsc::UnboundedSender<Ordre>,
}

impl Annonceur {
    pub(crate) fn sur(options: PgConnectOptions) -> Self {
        let (ordres, recus) = mpsc::unbounded_channel();
        let telegraphe = Telegraphe { options, connexion: None, a_dire: BTreeSet::new() };
        tokio::spawn(telegraphe.servir(recus).in_current_span());
        Self { ordres }
    }

    /// Never waits, never fails: the write is done.
    pub(crate) fn dire(&self, magasins: BTreeSet<Uuid>) {
        if !magasins.is_empty() {
            let _fin_du_programme = self.ordres.send(Ordre::Change(magasins));
        }
    }

    /// What was said is told, as far as the database lets it within two seconds.
    pub(crate) async fn vider(&self) {
        let (fait, attente) = oneshot::channel();
        if self.ordres.send(Ordre::Vider(fait)).is_ok() {
            let _tant_pis = timeout(DERNIER_DELAI, attente).await;
        }
    }
}

struct Telegraphe {
    options: PgConnectOptions,
    connexion: Option<PgConnection>,
    a_dire: BTreeSet<Uuid>,
}

impl Telegraphe {
    async fn servir(mut self, mut ordres: mpsc::UnboundedReceiver<Ordre>) {
        loop {
            let Ok(premier) = timeout(INUTILE, ordres.recv()).await else {
                self.connexion = None;
                continue;
            };
            let Some(premier) = premier else { return };
            let vide = self.rassembler(premier, &mut ordres).await;
            while !self.a_dire.is_empty() && !self.notifier().await {
                sleep(ENCORE).await;
            }
            if let Some(vide) = vide {
                let _parti = vide.send(());
            }
        }
    }

    /// Gathers the changes of one moment; cut short by whoever waits for the end.
    async fn rassembler(
        &mut self,
        premier: Ordre,
        ordres: &mut mpsc::UnboundedReceiver<Ordre>,
    ) -> Option<oneshot::Sender<()>> {
        let fin = Instant::now() + ENSEMBLE;
        let mut ordre = Some(premier);
        loop {
            match ordre {
                Some(Ordre::Change(magasins)) => self.a_dire.extend(magasins),
                Some(Ordre::Vider(fait)) => return Some(fait),
                None => return None,
            }
            ordre = timeout_at(fin, ordres.recv()).await.ok().flatten();
        }
    }

    /// False when it could not be told, to be tried again.
    async fn notifier(&mut self) -> bool {
        let connexion = match self.connexion.take() {
            Some(ouverte) => Ok(ouverte),
            None => self.options.connect().await,
        };
        let dit = async {
            let mut connexion = connexion?;
            let magasins: Vec<String> = self.a_dire.iter().map(Uuid::to_string).collect();
            sqlx::query_scalar!(
                r#"select count(*) as "n!"
                     from unnest($1::text[]) as m, lateral pg_notify($2::text, m)"#,
                &magasins,
                CANAL
            )
            .fetch_one(&mut connexion)
            .await?;
            Ok::<_, sqlx::Error>(connexion)
        };
        match dit.await {
            Ok(connexion) => {
                self.connexion = Some(connexion);
                self.a_dire.clear();
                true
            }
            Err(erreur) => {
                tracing::debug!(err = %erreur, "changement pas encore annoncé");
                false
            }
        }
    }
}
