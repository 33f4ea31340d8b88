//! The database that is saved and restored, and where its files lie.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::commun::grappe::{Dossier, Grappe};
use crate::commun::historique;
use crate::commun::processus;

pub const BASE: &str = "banc";
const MO: f64 = 1_048_576.0;

pub struct Terrain {
    pub grappe: Grappe,
    pub mouvements: u64,
    /// Its size on the disk.
    pub mo: f64,
    travail: Dossier,
}

impl Terrain {
    pub async fn preparer(mouvements: u64) -> Result<Self> {
        let grappe = tokio::task::spawn_blocking(Grappe::demarrer).await??;
        drop(grappe.nouvelle_base(BASE).await?);
        let mut c = grappe.remplisseur(BASE).await?;
        historique::remplir(&mut c, mouvements).await?;
        // What filled it is no part of a real database.
        c.execute("drop schema banc cascade").await?;
        let octets: i64 = sqlx::query_scalar("select pg_database_size(current_database())")
            .fetch_one(&mut c)
            .await?;
        c.close().await?;
        let travail = Dossier::nouveau("fichiers");
        std::fs::create_dir(travail.chemin()).context("work folder")?;
        let terrain = Self { grappe, mouvements, mo: octets as f64 / MO, travail };
        terrain.controler("filled").await?;
        Ok(terrain)
    }

    /// `verifier` finds nothing wrong.
    pub async fn controler(&self, quand: &str) -> Result<()> {
        let base = self.grappe.ouvrir(BASE).await?;
        let issue = historique::controler(&base, self.mouvements, quand).await;
        base.fermer().await;
        issue
    }

    /// As the superuser, on the database beside.
    pub async fn ordonner(&self, ordre: String) -> Result<()> {
        let mut c = self.grappe.options("postgres").username("postgres").connect().await?;
        c.execute(AssertSqlSafe(ordre)).await?;
        Ok(c.close().await?)
    }

    pub fn chemin(&self, nom: &str) -> PathBuf {
        self.travail.chemin().join(nom)
    }

    /// A folder that holds nothing.
    pub fn dossier_vide(&self, nom: &str) -> Result<PathBuf> {
        let dossier = self.chemin(nom);
        if dossier.exists() {
            std::fs::remove_dir_all(&dossier)?;
        }
        std::fs::create_dir(&dossier)?;
        Ok(dossier)
    }

    /// The program, on this database.
    pub fn programme(&self, arguments: &[&str]) -> Command {
        let mut commande = processus::commande(&self.variables());
        commande.args(arguments).current_dir(self.travail.chemin());
        commande
    }

    /// A script, with the tools of this server and in that folder.
    pub fn script(&self, texte: &str, dossier: &Path) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut commande = Command::new("sh");
        commande
            .args(["-euc", texte])
            .envs(self.variables())
            .env("PATH", format!("{}:{path}", self.grappe.bail.binaires().display()))
            .current_dir(dossier);
        commande
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = self.grappe.variables(BASE).to_vec();
        // Where the drill makes its server.
        variables.push(("TMPDIR", self.travail.chemin().to_string_lossy().into_owned()));
        variables.push(("LOG_LEVEL", "WARN".to_owned()));
        variables
    }
}
