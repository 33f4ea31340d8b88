//! The PostgreSQL of the test run: started once by the program's own guardian, and gone when the
//! last lease (this process) is gone. It keeps nothing through a power cut (`moule`). Each test gets
//! a fresh database, copied from one whose schema is the newest, and dropped with its last server.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use delicego::platform::cluster::{Bail, OptionsCluster, Usage, ouvrir};
use delicego::platform::config::BaseVisee;
use delicego::platform::db::{Base, migrations};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

use super::{menage, moule, personnes, serveur};

pub const PROGRAMME: &str = env!("CARGO_BIN_EXE_delicego");
/// The newest schema and nothing else.
const MODELE: &str = "modele";
/// With the people of the tests.
const PEUPLE: &str = "modele_peuple";
/// With the demonstration chain too.
const DEMO: &str = "modele_demo";

static BAIL: OnceLock<Bail> = OnceLock::new();
static MODELE_PRET: OnceCell<()> = OnceCell::const_new();
static PEUPLE_PRET: OnceCell<()> = OnceCell::const_new();
static DEMO_PRETE: OnceCell<()> = OnceCell::const_new();
static NUMERO: AtomicU32 = AtomicU32::new(0);

fn bail() -> &'static Bail {
    BAIL.get_or_init(|| {
        balayer();
        let dossier = dossier(std::process::id());
        moule::mouler(&dossier);
        let (gardien, usage) = (PROGRAMME.into(), Usage::Durable);
        ouvrir(&OptionsCluster { dossier, gardien, usage }).expect("PostgreSQL démarre")
    })
}

/// All that the run of that process keeps on disk.
pub fn dossier(pid: u32) -> PathBuf {
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

/// A database of one test; dropped with this value.
pub struct BaseEssai(String);

impl BaseEssai {
    pub fn nom(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for BaseEssai {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::ops::Deref for BaseEssai {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for BaseEssai {
    fn drop(&mut self) {
        menage::supprimer(std::mem::take(&mut self.0));
    }
}

/// A fresh database with the newest schema, nobody in it.
pub async fn nouvelle_base() -> BaseEssai {
    modele().await;
    copier(MODELE).await
}

/// The same with the people of the tests.
pub async fn nouvelle_base_peuplee() -> BaseEssai {
    peuple().await;
    copier(PEUPLE).await
}

/// The same with the demonstration chain in it, for today.
pub async fn nouvelle_base_demo() -> BaseEssai {
    DEMO_PRETE.get_or_init(preparer_la_demo).await;
    copier(DEMO).await
}

/// A fresh database with nothing in it, which the superuser owns.
pub async fn nouvelle_base_vide() -> BaseEssai {
    let nom = suivante();
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} template template0");
    c.execute(AssertSqlSafe(sql)).await.expect("base vide");
    BaseEssai(nom)
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
pub async fn base_d_avant_la_derniere_migration() -> BaseEssai {
    let nom = suivante();
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {nom} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("base d'essai");
    let dossier = dossier(std::process::id()).join(format!("migrations-{nom}"));
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
    BaseEssai(nom)
}

fn suivante() -> String {
    format!("essai_{}", NUMERO.fetch_add(1, Ordering::Relaxed))
}

async fn modele() {
    MODELE_PRET.get_or_init(preparer_le_modele).await;
}

async fn peuple() {
    PEUPLE_PRET.get_or_init(preparer_le_peuple).await;
}

async fn copier(modele: &str) -> BaseEssai {
    let nom = suivante();
    copier_sous(modele, &nom).await;
    BaseEssai(nom)
}

async fn copier_sous(modele: &str, nom: &str) {
    let mut c = superutilisateur("postgres").await;
    // A page at a time through the log, as it is copied otherwise, takes twice as long.
    let options = format!("owner {} strategy file_copy", bail().utilisateur());
    let sql = format!("create database {nom} template {modele} {options}");
    c.execute(AssertSqlSafe(sql)).await.expect("base d'essai");
    c.close().await.expect("fermeture");
}

async fn preparer_le_modele() {
    let mut c = superutilisateur("postgres").await;
    let sql = format!("create database {MODELE} owner {}", bail().utilisateur());
    c.execute(AssertSqlSafe(sql)).await.expect("modèle");
    let base = ouvrir_base(MODELE).await;
    migrations::migrer(&base).await.expect("migrer");
    liberer(base, MODELE).await;
}

async fn preparer_le_peuple() {
    modele().await;
    copier_sous(MODELE, PEUPLE).await;
    for qui in [&personnes::ADMIN, &personnes::OPERATEUR] {
        let mut creation = serveur::commande(PEUPLE);
        let sortie = serveur::executer(creation.args(qui.creation()), personnes::MOT_DE_PASSE);
        assert!(sortie.status.success(), "{sortie:?}");
    }
    let mut c = superutilisateur(PEUPLE).await;
    personnes::alleger(&mut c).await;
    c.close().await.expect("fermeture");
    attendre_le_depart(PEUPLE).await;
}

async fn preparer_la_demo() {
    peuple().await;
    copier_sous(PEUPLE, DEMO).await;
    let base = ouvrir_base(DEMO).await;
    let comptes = dossier(std::process::id());
    delicego::demo::preparer(&base, &comptes).await.expect("démonstration");
    liberer(base, DEMO).await;
}

async fn ouvrir_base(nom: &str) -> Base {
    Base::ouvrir(&BaseVisee::Serveur(Box::new(options(nom)))).await.expect("ouvrir")
}

async fn liberer(base: Base, nom: &str) {
    base.fermer().await;
    drop(base);
    attendre_le_depart(nom).await;
}

/// A copy is refused while somebody is connected to the model: the probe goes last.
async fn attendre_le_depart(nom: &str) {
    let mut c = superutilisateur("postgres").await;
    let requete = "select count(*) from pg_stat_activity where datname = $1";
    let limite = Instant::now() + Duration::from_secs(60);
    while sqlx::query_scalar::<_, i64>(requete).bind(nom).fetch_one(&mut c).await.expect("nombre")
        > 0
    {
        assert!(Instant::now() < limite, "quelqu'un reste connecté à {nom}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
