//! People at work while the databases change names: new connections, and requests to `serve`, one
//! after the other. What they were refused is the cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Serialize;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::task::JoinSet;

use crate::commun::processus::client;

const CLIENTS: usize = 3;
/// Between an answer and the next question.
const PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(5);
/// They go on for a while once the restore has ended.
const SUITE: Duration = Duration::from_secs(3);

/// Milliseconds: the longest time that nobody got an answer because somebody was refused.
#[derive(Clone, Copy, Serialize)]
pub struct Coupures {
    pub connexions: f64,
    pub requetes: f64,
}

pub struct Charge {
    arret: Arc<AtomicBool>,
    fil: JoinHandle<Result<Coupures>>,
}

struct Essai {
    fin: Instant,
    reussi: bool,
}

impl Charge {
    pub fn lancer(options: PgConnectOptions, url: String) -> Self {
        let arret = Arc::new(AtomicBool::new(false));
        let signal = Arc::clone(&arret);
        let fil = std::thread::spawn(move || {
            let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            execution.block_on(travailler(options, url, signal))
        });
        Self { arret, fil }
    }

    pub fn finir(self) -> Result<Coupures> {
        std::thread::sleep(SUITE);
        self.arret.store(true, Ordering::Relaxed);
        self.fil.join().map_err(|_| anyhow!("the clients died"))?
    }
}

async fn travailler(
    options: PgConnectOptions,
    url: String,
    arret: Arc<AtomicBool>,
) -> Result<Coupures> {
    let http = client(PATIENCE)?;
    let (mut connexions, mut requetes) = (JoinSet::new(), JoinSet::new());
    for _ in 0..CLIENTS {
        let (options, url, http) = (options.clone(), format!("{url}/health"), http.clone());
        connexions.spawn(repeter(arret.clone(), async move || se_connecter(&options).await));
        requetes.spawn(repeter(arret.clone(), async move || demander(&http, &url).await));
    }
    let tous = |essais: Vec<Vec<Essai>>| coupure(essais.into_iter().flatten().collect());
    let (connexions, requetes) = (connexions.join_all().await, requetes.join_all().await);
    Ok(Coupures {
        connexions: tous(connexions).context("connections")?,
        requetes: tous(requetes).context("requests")?,
    })
}

async fn repeter(arret: Arc<AtomicBool>, essayer: impl AsyncFn() -> bool) -> Vec<Essai> {
    let mut essais = Vec::new();
    while !arret.load(Ordering::Relaxed) {
        let reussi = essayer().await;
        essais.push(Essai { fin: Instant::now(), reussi });
        tokio::time::sleep(PAUSE).await;
    }
    essais
}

async fn se_connecter(options: &PgConnectOptions) -> bool {
    let essai = async {
        let mut c = options.connect().await?;
        sqlx::query("select id from magasin limit 1").fetch_one(&mut c).await?;
        c.close().await
    };
    matches!(tokio::time::timeout(PATIENCE, essai).await, Ok(Ok(())))
}

async fn demander(http: &reqwest::Client, url: &str) -> bool {
    matches!(http.get(url).send().await, Ok(reponse) if reponse.status().is_success())
}

fn coupure(mut essais: Vec<Essai>) -> Result<f64> {
    essais.sort_by_key(|e| e.fin);
    let (mut dernier, mut refus, mut plus_longue) = (None, false, Duration::ZERO);
    for essai in &essais {
        match (essai.reussi, dernier) {
            (false, _) => refus = true,
            (true, Some(avant)) if refus => {
                plus_longue = plus_longue.max(essai.fin.duration_since(avant));
                (refus, dernier) = (false, Some(essai.fin));
            }
            (true, _) => (refus, dernier) = (false, Some(essai.fin)),
        }
    }
    ensure!(dernier.is_some() && !refus, "the last of {} tries was refused", essais.len());
    Ok(plus_longue.as_secs_f64() * 1000.0)
}
