//! A PostgreSQL of our own, started by the program's guardian with the product's settings (fsync
//! and page checksums on), gone at the end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use delicego::platform::cluster::{Bail, OptionsCluster, Usage, ouvrir};
use delicego::platform::config::BaseVisee;
use delicego::platform::db::{Base, migrations};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

pub const PROGRAMME: &str = env!("CARGO_BIN_EXE_delicego");

pub struct Grappe {
    bail: Option<Bail>,
    options: PgConnectOptions,
    version: String,
    dossier: PathBuf,
}

impl Grappe {
    pub fn demarrer() -> Result<Self> {
        let dossier = dossier_temporaire("pg");
        let (gardien, usage) = (PROGRAMME.into(), Usage::Durable);
        let options = OptionsCluster { dossier: dossier.clone(), gardien, usage };
        let bail = ouvrir(&options).context("PostgreSQL does not start")?;
        let options = PgConnectOptions::new_without_pgpass()
            .host(&bail.socket_dir().to_string_lossy())
            .port(bail.port())
            .username(bail.utilisateur());
        Ok(Self { version: bail.version().to_owned(), bail: Some(bail), options, dossier })
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn dossier(&self) -> &Path {
        &self.dossier
    }

    pub fn options(&self, base: &str) -> PgConnectOptions {
        self.options.clone().database(base)
    }

    /// As the owner of the tables, but foreign keys are not looked at row by row.
    pub async fn remplisseur(&self, base: &str) -> Result<PgConnection> {
        let mut c = self.options(base).username("postgres").connect().await?;
        c.execute(
            "set session_replication_role = replica; set synchronous_commit = off;
             set work_mem = '128MB'; set maintenance_work_mem = '512MB'; set jit = off;
             set role delicego",
        )
        .await?;
        Ok(c)
    }

    /// An empty database with the newest schema.
    pub async fn nouvelle_base(&self, nom: &str) -> Result<Base> {
        let mut c = self.options("postgres").connect().await?;
        c.execute(AssertSqlSafe(format!("create database {nom}"))).await?;
        c.close().await?;
        let visee = BaseVisee::Serveur(Box::new(self.options(nom)));
        let base = Base::ouvrir(&visee).await?;
        migrations::migrer(&base).await?;
        base.fermer().await;
        Ok(base)
    }

    /// Opened when the tables are full: checks of foreign keys keep their first plan.
    pub async fn ouvrir(&self, nom: &str) -> Result<Base> {
        Ok(Base::ouvrir(&BaseVisee::Serveur(Box::new(self.options(nom)))).await?)
    }
}

impl Drop for Grappe {
    fn drop(&mut self) {
        drop(self.bail.take());
        effacer(&self.dossier);
    }
}

/// A short path: Unix sockets lie in it.
pub fn dossier_temporaire(nom: &str) -> PathBuf {
    std::env::temp_dir().join(format!("delicego-bench-{}-{nom}", std::process::id()))
}

/// Removes a data folder once its guardian has stopped PostgreSQL.
pub fn effacer(dossier: &Path) {
    let limite = Instant::now() + Duration::from_secs(60);
    let pid = dossier.join("pgdata/postmaster.pid");
    while pid.exists() && Instant::now() < limite {
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(200));
    if let Err(e) = std::fs::remove_dir_all(dossier) {
        eprintln!("{} stays: {e}", dossier.display());
    }
}
