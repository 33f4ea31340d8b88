//! The PostgreSQL of the test run: started once by the program's own guardian, with the product's
//! own settings, and gone when the last lease (this process) is gone. Each test gets a fresh
//! database, copied from one whose schema is the newest.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use delicego::platform::cluster::{Bail, OptionsCluster, ouvrir};
use delicego::platform::config::BaseVisee;
use delicego::platform::db::{Base, migrations};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

pub const PROGRAMME: &str = env!("CARGO_BIN_EXE_delicego");
const MODELE: &str = "modele";

static BAIL: OnceLock<Bail> = OnceLock::new();
static MODELE_PRET: OnceCell<()> = OnceCell::const_new();
static NUMERO: AtomicU32 = AtomicU32::new(0);

fn bail() -> &'static Bail {
    BAIL.get_or_init(|| {
        balayer();
        let dossier = dossier(std::process::id());
        ouvrir(&OptionsCluster { dossier, gardien: PROGRAMME.into() }).expect("PostgreSQL démarre")
    })
}

fn dossier(pid: u32) -> PathBuf {
    std::env::temp_dir().join(format!("delicego-it-{pid}"))
}

/// What earlier runs left behind, once nobody of theirs is alive.
fn balayer() {
    let Ok(dossiers) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entree in dossiers.flatten() {
        let nom = entree.file_name().to_string_lossy().into_owned();
        let Some(pid) = nom.strip_prefix("delicego-it-").and_then(|p| p.parse::<u32>().ok()) else {
            continue;
        };
        if !PathBuf::from(format!("/proc/{pid}")).exists() {
            let _trop_tot = std::fs::remove_dir_all(entree.path());
        }
    }
}

/// Connections as the database's owner.
pub fn options(base: &str) -> PgConnectOptions {
    let bail = bail();
    PgConnectOptions::new_without_pgpass()
        .host(&bail.socket_dir().to_string_lossy())
        .port(bail.port())
        .username(bail.utilisateur())
        .database(base)
}

/// A connection that may do anything, to make faults.
pub async fn superutilisateur(base: &str) -> PgConnection {
    options(base).username(bail().superutilisateur()).connect().await.expect("superutilisateur")
}

/// A fresh database with the newest schema; its name.
pub async fn nouvelle_base() -> String {
    MODELE_PRET.get_or_init(preparer_le_modele).await;
    let nom = format!("essai_{}", NUMERO.fetch_add(1, Ordering::Relaxed));
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} template {MODELE} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("base d'essai");
    c.close().await.expect("fermeture");
    nom
}

async fn preparer_le_modele() {
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {MODELE} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("modèle");
    let base = Base::ouvrir(&BaseVisee::Serveur(Box::new(options(MODELE)))).await.expect("ouvrir");
    migrations::migrer(&base).await.expect("migrer");
    base.fermer().await;
    // The copy is refused while somebody is connected to the model: the probe goes last.
    drop(base);
    loop {
        let n: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where datname = $1")
            .bind(MODELE)
            .fetch_one(&mut c)
            .await
            .expect("activité");
        if n == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
