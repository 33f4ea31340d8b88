//! The database: one pool, one door to write.
//!
//! - `executer_transaction` is the only way to begin a transaction: any error rolls back.
//! - `Base::lire` gives a connection for reading.
//! - Both answer `Erreur::BaseAbsente` within two seconds when the database is away (a probe knows),
//!   while waiting for a busy connection or row is not "away".
//! - What a transaction changed of a magasin is told after its commit (`annonces`).

pub(crate) mod acces;
pub(crate) mod annonces;
mod bail;
pub(crate) mod causes;
mod ecrits;
pub mod evenements;
mod libres;
pub mod migrations;
mod objet;
pub mod operations;
mod presence;
pub mod une_fois;

use std::collections::BTreeSet;
use std::ops::AsyncFnOnce;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{Connection, Postgres, Transaction};
use tokio::sync::watch;
use uuid::Uuid;

use self::annonces::{Annonceur, Ecoute};
use self::bail::BailTenu;
pub use self::ecrits::Ecrits;
use self::libres::{Libres, Tenue};
use self::presence::Presence;
use super::cluster;
use super::config::BaseVisee;
use super::errors::{self, Erreur};

/// On two cores 8 connections beat 16: more of them only wait for one another.
const CONNEXIONS: u32 = 8;
const ATTENTE_CONNEXION: Duration = Duration::from_secs(30);
/// The pool asks a connection whether it lives when it is given back; after this long, once more
/// before it is used. Short: a restore puts a database in the place of another in less than a
/// tenth of a second, and whoever comes next must not be handed a connection to the old one.
const ENCORE_SURE: Duration = Duration::from_millis(20);

/// Cloning is cheap; the last clone to go gives back the embedded server's lease.
#[derive(Clone)]
pub struct Base {
    pool: PgPool,
    libres: Libres,
    presence: Presence,
    options: Arc<PgConnectOptions>,
    annonceur: Annonceur,
    ecoute: Ecoute,
    _bail: Option<BailTenu>,
}

impl Base {
    /// Starts the embedded server where there is none to reach, and opens the pool. Connecting
    /// itself happens at first use.
    pub async fn ouvrir(visee: &BaseVisee) -> Result<Self, ErreurOuverture> {
        let (options, bail) = match visee {
            BaseVisee::Serveur(options) => (options.as_ref().clone(), None),
            BaseVisee::Embarquee(dossier) => {
                let bail = bail::prendre(dossier.clone()).await?;
                let options = PgConnectOptions::new_without_pgpass()
                    .host(&bail.socket_dir().to_string_lossy())
                    .ssl_mode(PgSslMode::Disable)
                    .port(bail.port())
                    .username(bail.utilisateur())
                    .database(bail.base());
                (options, Some(bail::tenir(bail, dossier.clone())))
            }
        };
        Ok(Self::sur(options, bail))
    }

    /// One that never answers, for whoever reads on without it.
    pub(crate) fn absente() -> Self {
        Self::sur(PgConnectOptions::new_without_pgpass().host("/nonexistent"), None)
    }

    fn sur(options: PgConnectOptions, bail: Option<BailTenu>) -> Self {
        let options = regler(options);
        let pool = PgPoolOptions::new()
            .max_connections(CONNEXIONS)
            .acquire_timeout(ATTENTE_CONNEXION)
            // Foreign-key checks keep a plan per connection: an old one may have been made on
            // empty tables.
            .max_lifetime(Duration::from_secs(30 * 60))
            .test_before_acquire(false)
            .before_acquire(|connexion, meta| {
                Box::pin(async move {
                    if meta.idle_for > ENCORE_SURE {
                        connexion.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        let presence = Presence::surveiller(options.clone());
        let annonceur = Annonceur::sur(options.clone());
        let ecoute = Ecoute::sur(options.clone(), presence.clone());
        let (libres, options) = (Libres::ouvrir(), Arc::new(options));
        Self { pool, libres, presence, options, annonceur, ecoute, _bail: bail }
    }

    /// A connection for reading.
    pub async fn lire(&self) -> Result<PoolConnection<Postgres>, Erreur> {
        self.presence.ou_absente(async { Ok(self.libres.ceder(&self.pool).await?) }).await
    }

    /// The same for one short use, of which whoever comes next has the connection when it ended well.
    pub(crate) async fn tenir(&self) -> Result<Tenue, Erreur> {
        self.presence.ou_absente(async { Ok(self.libres.prendre(&self.pool).await?) }).await
    }

    /// Does the database answer? As the probe last saw it: a crowd waiting for our connections
    /// says nothing about the database.
    pub(crate) fn repond(&self) -> bool {
        !self.presence.est_absente()
    }

    /// Why the server does not let us in; none where it does.
    pub(crate) async fn refus(&self) -> Option<String> {
        acces::refus(&self.options).await
    }

    /// Connections open, and those of them that wait for work.
    pub(crate) fn connexions(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle() + self.libres.nombre())
    }

    /// Runs `travail` unless, or until, the database is away: a question it was asked may then stay
    /// without an answer.
    pub(crate) async fn ou_absente<T, E: From<Erreur>>(
        &self,
        travail: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.presence.ou_absente(travail).await
    }

    /// Where this base is, for commands that need a connection of their own.
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Sees the changes of a magasin, by whichever process; ends when the server stops.
    pub(crate) fn suivre(&self, magasin_id: Uuid) -> watch::Receiver<()> {
        self.ecoute.abonner(magasin_id)
    }

    /// The server stops: who followed a magasin is let go.
    pub(crate) fn ne_plus_suivre(&self) {
        self.ecoute.fermer();
    }

    pub async fn fermer(&self) {
        self.ecoute.fermer();
        self.annonceur.vider().await;
        self.libres.vider();
        self.pool.close().await;
    }
}

/// Begins, runs `action`, commits. Any error rolls back, and so does being dropped midway.
/// There is no hidden retry: what is refused is told.
pub async fn executer_transaction<T, E>(
    base: &Base,
    action: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<Erreur>,
{
    let mut tenue = base.tenir().await?;
    let mut transaction = base.commencer(&mut tenue).await?;
    let travail = annonces::recueillir(action(&mut *transaction));
    match base.presence.ou_absente(travail).await {
        Ok((valeur, changes)) => {
            base.garder(transaction, changes).await?;
            tenue.rendre();
            Ok(valeur)
        }
        Err(erreur) => {
            base.abandonner(transaction).await;
            Err(erreur)
        }
    }
}

/// The steps of [`executer_transaction`] that are the same whatever is done: compiled once, where the
/// function itself is compiled for each action.
impl Base {
    async fn commencer<'t>(
        &self,
        tenue: &'t mut Tenue,
    ) -> Result<Transaction<'t, Postgres>, Erreur> {
        self.presence.ou_absente(async { Ok(Connection::begin(&mut **tenue).await?) }).await
    }

    async fn garder(
        &self,
        transaction: Transaction<'_, Postgres>,
        changes: BTreeSet<Uuid>,
    ) -> Result<(), Erreur> {
        let commit = async { transaction.commit().await.map_err(Erreur::from) };
        // It was asked: it may have kept all of it before it went.
        self.presence.ou_absente(commit).await.map_err(|e| match e {
            Erreur::BaseAbsente => Erreur::IssueInconnue,
            autre => autre,
        })?;
        errors::il_y_a_de_la_place();
        self.annonceur.dire(changes);
        Ok(())
    }

    async fn abandonner(&self, transaction: Transaction<'_, Postgres>) {
        let rollback = async { transaction.rollback().await.map_err(Erreur::from) };
        if let Err(echec) = self.presence.ou_absente(rollback).await {
            tracing::debug!(err = %echec, "la connexion est morte, le serveur annule");
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ErreurOuverture {
    #[error(transparent)]
    Cluster(#[from] cluster::ErreurCluster),
    #[error("{0}")]
    Systeme(String),
}

/// Begins the name of a server among the sessions of its database; its log level follows.
pub(crate) const SERVEUR: &str = "delicego serve ";

static NOM: OnceLock<String> = OnceLock::new();

/// This process serves: its sessions say so, and how much it logs, for as long as it is at work.
pub(crate) fn se_dire_serveur(niveau: tracing::Level) {
    let _deja_dit = NOM.set(format!("{SERVEUR}{niveau}"));
}

/// What every connection of ours is set to.
fn regler(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name(NOM.get().map_or("delicego", String::as_str)).options([
        ("timezone", "UTC"),
        ("statement_timeout", "60s"),
        ("lock_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "60s"),
        // Whatever a server, a database or a role is set to.
        ("idle_session_timeout", "0"),
        ("search_path", "\"$user\",public"),
        // Our statements take arrays: their plan does not depend on the values.
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ])
}
