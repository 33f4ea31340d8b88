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

use super::processus;

pub const PROGRAMME: &str = env!("CARGO_BIN_EXE_delicego");

/// Its fields go in their order: the server first.
pub struct Grappe {
    pub bail: Bail,
    options: PgConnectOptions,
    dossier: Dossier,
}

/// A short path, because Unix sockets lie in it. Removed with this.
pub struct Dossier(PathBuf);

impl Grappe {
    pub fn demarrer() -> Result<Self> {
        let dossier = Dossier::nouveau("pg");
        let usage = Usage::Durable;
        let options = OptionsCluster {
            dossier: dossier.chemin().to_owned(),
            gardien: PROGRAMME.into(),
            usage,
        };
        let bail = ouvrir(&options).context("PostgreSQL does not start")?;
        let options = PgConnectOptions::new_without_pgpass()
            .host(&bail.socket_dir().to_string_lossy())
            .port(bail.port())
            .username(bail.utilisateur());
        Ok(Self { bail, options, dossier })
    }

    /// Seconds of processor of the server and all its backends, those that ended too.
    pub fn processeur(&self) -> Result<f64> {
        let pid = self.dossier.chemin().join("pgdata/postmaster.pid");
        let texte = std::fs::read_to_string(pid)?;
        let pid = texte.lines().next().context("postmaster.pid")?.trim().parse()?;
        processus::processeur_famille(pid)
    }

    /// How the program reaches one of its databases.
    pub fn variables(&self, base: &str) -> [(&'static str, String); 4] {
        [
            ("PGHOST", self.options.get_host().to_owned()),
            ("PGPORT", self.options.get_port().to_string()),
            ("PGUSER", self.options.get_username().to_owned()),
            ("PGDATABASE", base.to_owned()),
        ]
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

impl Dossier {
    pub fn nouveau(nom: &str) -> Self {
        let nom = format!("delicego-bench-{}-{nom}", std::process::id());
        Self(std::env::temp_dir().join(nom))
    }

    pub fn chemin(&self) -> &Path {
        &self.0
    }
}

/// Of a data folder only once its guardian has stopped PostgreSQL.
impl Drop for Dossier {
    fn drop(&mut self) {
        let limite = Instant::now() + Duration::from_secs(60);
        let pid = self.0.join("pgdata/postmaster.pid");
        while pid.exists() && Instant::now() < limite {
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_millis(200));
        if let Err(e) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays: {e}", self.0.display());
        }
    }
}
