//! Connections between two uses that follow each other at once: the session of a request, then its
//! transaction, then the next request. The pool asks a connection whether it lives each time that it
//! is given back, which is a question to the database for each use; one that served a moment ago lives.
//!
//! - Only what ended well comes here: after an error, or dropped midway, it goes back to the pool.
//! - It stays a moment, then goes back too; at once when somebody waits for the pool, or when it has
//!   gone round for so long that the pool should look at it (whether it lives, how old it is).

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool};
use tokio::sync::Notify;
use tracing::Instrument;

use super::ENCORE_SURE;

/// Out of the pool's sight at most so long.
const TOURNEE: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Libres(Arc<Place>);

struct Place {
    libres: Mutex<Vec<Libre>>,
    attendent: AtomicUsize,
    venue: Arc<Notify>,
}

struct Libre {
    connexion: PoolConnection<Postgres>,
    prise_au_pool: Instant,
    rendue: Instant,
}

/// A connection of the pool's, for one use.
pub(crate) struct Tenue {
    connexion: PoolConnection<Postgres>,
    prise_au_pool: Instant,
    libres: Libres,
}

impl Libres {
    pub(super) fn ouvrir() -> Self {
        let venue = Arc::new(Notify::new());
        let place = Place {
            libres: Mutex::default(),
            attendent: AtomicUsize::new(0),
            venue: Arc::clone(&venue),
        };
        let place = Arc::new(place);
        tokio::spawn(balayer(Arc::downgrade(&place), venue).in_current_span());
        Self(place)
    }

    pub(super) async fn prendre(&self, pool: &PgPool) -> Result<Tenue, sqlx::Error> {
        let (connexion, prise_au_pool) = self.une_ou(pool).await?;
        Ok(Tenue { connexion, prise_au_pool, libres: self.clone() })
    }

    /// One that goes back to the pool when it is done with.
    pub(super) async fn ceder(
        &self,
        pool: &PgPool,
    ) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        Ok(self.une_ou(pool).await?.0)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    async fn une_ou(
        &self,
        pool: &PgPool,
    ) -> Result<(PoolConnection<Postgres>, Instant), sqlx::Error> {
        if let Some(libre) = self.une() {
            return Ok((libre.connexion, libre.prise_au_pool));
        }
        let attente = Attente::de(&self.0);
        // One given back since then was not kept for us.
        if let Some(libre) = self.une() {
            return Ok((libre.connexion, libre.prise_au_pool));
        }
        // 29 KB of future, since it may have to open a connection: each request would carry them along.
        let connexion = Box::pin(pool.acquire()).await?;
        drop(attente);
        Ok((connexion, Instant::now()))
    }

    fn une(&self) -> Option<Libre> {
        // The last one that came is the youngest.
        self.0.verrouiller().pop().filter(|libre| libre.rendue.elapsed() <= ENCORE_SURE)
    }

    pub(super) fn nombre(&self) -> usize {
        self.0.verrouiller().len()
    }

    /// All go back to the pool.
    pub(super) fn vider(&self) {
        drop(std::mem::take(&mut *self.0.verrouiller()));
    }
}

impl Tenue {
    /// All that was asked of it was answered, and no transaction is open.
    pub(crate) fn rendre(self) {
        let Self { connexion, prise_au_pool, libres: Libres(place) } = self;
        if prise_au_pool.elapsed() > TOURNEE {
            return;
        }
        let mut libres = place.verrouiller();
        if place.attendent.load(Ordering::SeqCst) == 0 {
            libres.push(Libre { connexion, prise_au_pool, rendue: Instant::now() });
            place.venue.notify_one();
        }
    }
}

impl Deref for Tenue {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connexion
    }
}

impl DerefMut for Tenue {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connexion
    }
}

impl Place {
    fn verrouiller(&self) -> MutexGuard<'_, Vec<Libre>> {
        self.libres.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that stayed their moment go back to the pool; true when none is left.
    fn rendre_les_vieilles(&self) -> bool {
        let mut libres = self.verrouiller();
        let jeunes = libres.partition_point(|l| l.rendue.elapsed() > ENCORE_SURE);
        let vieilles: Vec<Libre> = libres.drain(..jeunes).collect();
        let vide = libres.is_empty();
        drop(libres);
        drop(vieilles);
        vide
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.venue.notify_one();
    }
}

async fn balayer(place: Weak<Place>, venue: Arc<Notify>) {
    loop {
        venue.notified().await;
        loop {
            tokio::time::sleep(ENCORE_SURE).await;
            match place.upgrade().map(|p| p.rendre_les_vieilles()) {
                None => return,
                Some(true) => break,
                Some(false) => {}
            }
        }
    }
}

/// Somebody waits for the pool.
struct Attente<'a>(&'a AtomicUsize);

impl<'a> Attente<'a> {
    fn de(place: &'a Place) -> Self {
        place.attendent.fetch_add(1, Ordering::SeqCst);
        Self(&place.attendent)
    }
}

impl Drop for Attente<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
