//! The PostgreSQL of the test run: started once by the program's own guardian, with the product's
//! own settings, and gone when the last lease (this process) is gone. Each test gets a fresh
//! database, copied from one whose schema is the newest.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use delicego::platform::cluster::{Bail, OptionsCluster, Usage, ouvrir};
use delicego::platform::config::BaseVisee;
use delicego::platform::db::{Base, migrations};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

pub const PROGRAMME: &str = env!("CARGO_BIN_EXE_delicego");
const MODELE: &str = "modele";
const DEMO: &str = "modele_demo";

static BAIL: OnceLock<Bail> = OnceLock::new();
static MODELE_PRET: OnceCell<()> = OnceCell::const_new();
static DEMO_PRETE: OnceCell<()> = OnceCell::const_new();
static NUMERO: AtomicU32 = AtomicU32::new(0);

fn bail() -> &'static Bail {
    BAIL.get_or_init(|| {
        balayer();
        let dossier = dossier(std::process::id());
        let (gardien, usage) = (PROGRAMME.into(), Usage::Durable);
        ouvrir(&OptionsCluster { dossier, gardien, usage }).expect("PostgreSQL démarre")
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

/// The folder of `pg_dump` and the others.
pub fn binaires() -> &'static std::path::Path {
    bail().binaires()
}

/// A connection that may do anything, to make faults.
pub async fn superutilisateur(base: &str) -> PgConnection {
    options(base).username(bail().superutilisateur()).connect().await.expect("superutilisateur")
}

/// A fresh database with the newest schema; its name.
pub async fn nouvelle_base() -> String {
    modele().await;
    copier(MODELE, &suivante()).await
}

/// The same with the demonstration chain in it, for today.
pub async fn nouvelle_base_demo() -> String {
    DEMO_PRETE.get_or_init(preparer_la_demo).await;
    copier(DEMO, &suivante()).await
}

/// A fresh database with nothing in it, which the superuser owns.
pub async fn nouvelle_base_vide() -> String {
    let nom = suivante();
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} template template0");
    c.execute(AssertSqlSafe(sql)).await.expect("base vide");
    nom
}

/// A program of PostgreSQL (`pg_dump`, `pg_restore`), to be run as the superuser on this database.
pub fn outil(nom: &str, base: &str) -> Command {
    let bail = bail();
    let mut outil = Command::new(bail.binaires().join(nom));
    outil.arg("--host").arg(bail.socket_dir()).arg("--port").arg(bail.port().to_string());
    outil.args(["--username", bail.superutilisateur(), "--no-password", "--dbname", base]);
    outil
}

/// A database as the program before the newest migration left it, empty.
pub async fn base_d_avant_la_derniere_migration() -> String {
    let nom = suivante();
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("base d'essai");
    let dossier = std::env::temp_dir().join(format!("delicego-avant-{}", std::process::id()));
    std::fs::create_dir_all(&dossier).expect("dossier");
    let source = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
    let mut fichiers: Vec<_> =
        source.expect("migrations").map(|e| e.expect("entrée").path()).collect();
    fichiers.sort();
    fichiers.pop();
    for fichier in &fichiers {
        let copie = dossier.join(fichier.file_name().expect("nom"));
        std::fs::copy(fichier, copie).expect("copie");
    }
    let migrations = sqlx::migrate::Migrator::new(dossier.as_path()).await.expect("migrations");
    let mut base = options(&nom).connect().await.expect("base");
    migrations.run(&mut base).await.expect("migrer");
    std::fs::remove_dir_all(dossier).expect("ménage");
    nom
}

fn suivante() -> String {
    format!("essai_{}", NUMERO.fetch_add(1, Ordering::Relaxed))
}

async fn modele() {
    MODELE_PRET.get_or_init(preparer_le_modele).await;
}

async fn copier(modele: &str, nom: &str) -> String {
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} template {modele} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("base d'essai");
    c.close().await.expect("fermeture");
    nom.to_owned()
}

async fn preparer_le_modele() {
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {MODELE} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("modèle");
    let base = ouvrir_base(MODELE).await;
    migrations::migrer(&base).await.expect("migrer");
    liberer(base, MODELE).await;
}

async fn preparer_la_demo() {
    modele().await;
    copier(MODELE, DEMO).await;
    let base = ouvrir_base(DEMO).await;
    delicego::demo::preparer(&base, &dossier(std::process::id())).await.expect("démonstration");
    liberer(base, DEMO).await;
}

async fn ouvrir_base(nom: &str) -> Base {
    Base::ouvrir(&BaseVisee::Serveur(Box::new(options(nom)))).await.expect("ouvrir")
}

/// A copy is refused while somebody is connected to the model: the probe goes last.
async fn liberer(base: Base, nom: &str) {
    base.fermer().await;
    drop(base);
    let mut c = superutilisateur("postgres").await;
    loop {
        let n: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where datname = $1")
            .bind(nom)
            .fetch_one(&mut c)
            .await
            .expect("activité");
        if n == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
