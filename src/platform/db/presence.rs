//! Is the database there? One connection of its own asks twice a second, so that a request need
//! not wait for a time-out to learn that it is not.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, query_scalar};
use tokio::sync::watch;
use tracing::Instrument;

use crate::platform::errors::Erreur;

const PERIODE: Duration = Duration::from_millis(400);
/// When it has just gone, and then less and less often: a restore puts a database in the place of
/// another in some hundredths of a second.
const RETOUR: Duration = Duration::from_millis(20);
const REPONSE: Duration = Duration::from_millis(1500);
/// A clock that rings so much too late says that we had no processor, and nothing of the database.
const RETARD: Duration = Duration::from_millis(250);

/// Starting, stopping, or being replaced by a restore.
const ABSENTE: [&str; 4] = ["57P03", "57P01", "55000", "3D000"];

#[derive(Clone)]
pub(super) struct Presence {
    presente: watch::Receiver<bool>,
}

impl Presence {
    pub(super) fn surveiller(options: PgConnectOptions) -> Self {
        let (dire, presente) = watch::channel(true);
        // What it logs belongs to the command that opened the base.
        tokio::spawn(sonder(options, dire).in_current_span());
        Self { presente }
    }

    pub(super) fn est_absente(&self) -> bool {
        !*self.presente.borrow()
    }

    pub(super) async fn partie(&self) {
        let mut presente = self.presente.clone();
        let _fin = presente.wait_for(|p| !p).await.is_ok();
    }

    pub(super) async fn revenue(&self) {
        let mut presente = self.presente.clone();
        let _fin = presente.wait_for(|p| *p).await.is_ok();
    }

    /// Runs `travail` unless, or until, the database is away. There is one of this for each kind of
    /// work, so what does not depend on the work stands outside.
    pub(super) async fn ou_absente<T, E: From<Erreur>>(
        &self,
        travail: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let (mut travail, mut partie) = (pin!(travail), pin!(self.partie()));
        poll_fn(|contexte| match travail.as_mut().poll(contexte) {
            Poll::Pending => {
                partie.as_mut().poll(contexte).map(|()| Err(Erreur::BaseAbsente.into()))
            }
            issue => issue,
        })
        .await
    }
}

async fn sonder(options: PgConnectOptions, dire: watch::Sender<bool>) {
    let mut connexion: Option<PgConnection> = None;
    let mut pause = PERIODE;
    while !dire.is_closed() {
        let debut = Instant::now();
        let la = tokio::time::timeout(REPONSE, demander(&mut connexion, &options)).await;
        if la.is_err() && debut.elapsed() > REPONSE + RETARD {
            connexion = None;
            continue;
        }
        let la = la.unwrap_or(false);
        if !la {
            connexion = None;
        }
        let etait_la = dire.send_replace(la);
        pause = match (la, etait_la) {
            (true, _) => PERIODE,
            (false, true) => RETOUR,
            (false, false) => PERIODE.min(pause * 2),
        };
        if etait_la != la {
            if la {
                tracing::info!(event = "base_revenue", "la base de données répond de nouveau");
            } else {
                tracing::error!(event = "base_absente", "la base de données ne répond plus");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = dire.closed() => {}
        }
    }
}

async fn demander(connexion: &mut Option<PgConnection>, options: &PgConnectOptions) -> bool {
    if let Some(ouverte) = connexion
        && ouverte_a_tous(ouverte).await
    {
        return true;
    }
    // One connection may have ended without the others: a restore, or somebody's order.
    *connexion = None;
    match options.connect().await {
        Ok(nouvelle) => {
            *connexion = Some(nouvelle);
            true
        }
        // Too many connections, or a wrong password: the server is there and says so.
        Err(sqlx::Error::Database(e)) => {
            !ABSENTE.contains(&e.code().as_deref().unwrap_or_default())
        }
        Err(_) => false,
    }
}

/// Whoever is in may stay in a database that a restore has just closed: only it tells.
async fn ouverte_a_tous(connexion: &mut PgConnection) -> bool {
    let requete = "select datallowconn from pg_database where datname = current_database()";
    matches!(query_scalar(requete).fetch_one(connexion).await, Ok(true))
}
