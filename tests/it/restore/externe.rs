//! A PostgreSQL that is the operator's own, and the account that EXPLOITATION.md tells to make: it
//! may create databases, and is no administrator.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use super::atelier::Sortie;
use crate::outils::grappe::{self, BaseEssai, superutilisateur};
use crate::outils::serveur;

pub const COMPTE: &str = "delicego";
pub const ADMINISTRATEUR: &str = "postgres";

pub struct Externe {
    pub base: BaseEssai,
    dossier: PathBuf,
}

impl Externe {
    /// With the newest schema, and what an administrator made besides.
    pub async fn avec(decor: &str) -> Self {
        let base = grappe::nouvelle_base().await;
        let nom = format!("delicego-externe-{}-{base}", std::process::id());
        let dossier = std::env::temp_dir().join(nom);
        std::fs::create_dir_all(&dossier).expect("dossier");
        let externe = Self { base, dossier };
        externe.sql(externe.base.nom(), decor).await;
        externe
    }

    /// As administrator; `{base}` is the name of the database.
    pub async fn sql(&self, base: &str, ordres: &str) {
        let mut c = superutilisateur(base).await;
        for ordre in ordres.split(";;") {
            let ordre = ordre.replace("{base}", self.base.nom());
            c.execute(AssertSqlSafe(ordre.clone())).await.expect(&ordre);
        }
    }

    /// A sentence about a database: is it so?
    pub async fn est_vrai(&self, base: &str, requete: &str) -> bool {
        let requete = requete.replace("{base}", base);
        let mut c = superutilisateur(base).await;
        sqlx::query_scalar(AssertSqlSafe(requete.clone())).fetch_one(&mut c).await.expect(&requete)
    }

    pub fn lancer(&self, compte: &str, arguments: &[&str]) -> Sortie {
        self.lancer_avec(compte, &[], arguments)
    }

    pub fn lancer_avec(
        &self,
        compte: &str,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Sortie {
        let mut commande: Command = serveur::commande(self.base.nom());
        commande.env("PGUSER", compte).env("HOME", &self.dossier).args(arguments);
        commande.envs(variables.iter().copied());
        commande.stdin(Stdio::null()).output().expect("delicego").into()
    }

    /// Its file. An administrator reads what the account may not.
    pub fn sauvegarder(&self, compte: &str) -> String {
        let dossier = self.dossier.to_str().expect("chemin");
        let sortie = self.lancer(compte, &["backup", "--output-dir", dossier, "--force-suspect"]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        let dite = sortie.dit.lines().next().and_then(|l| l.split(" : ").nth(1));
        dite.expect("archive").to_owned()
    }

    /// Of another database of that server, by the plain account.
    pub fn sauvegarder_base(&self, base: &str) -> Sortie {
        let dossier = self.dossier.join("autres");
        let dossier = dossier.to_str().expect("chemin");
        let ordre = ["backup", "--output-dir", dossier, "--force-suspect"];
        self.lancer_avec(COMPTE, &[("PGDATABASE", base)], &ordre)
    }

    /// How the drill ended, and what it found.
    pub fn exercer(&self, fichier: &str, cluster: &str) -> (Sortie, Value) {
        let ordre = ["drill", "--file", fichier, "--cluster", cluster, "--json"];
        let sortie = self.lancer(COMPTE, &ordre);
        let derniere = sortie.dit.lines().last().expect("une ligne");
        let lu: Value = serde_json::from_str(derniere).expect("json");
        (sortie, lu["exercice"].clone())
    }

    /// Beside, into a database that is new.
    pub fn restaurer(&self, compte: &str, fichier: &str, suite: &[&str]) -> (String, Sortie) {
        let vers = format!("{}_cote", self.base);
        let ordre = ["restore", "--file", fichier, "--target-db", &vers, "--drop-create"];
        let ordre = [&ordre[..], &["--oui"], suite].concat();
        let sortie = self.lancer(compte, &ordre);
        (vers, sortie)
    }

    pub async fn bases(&self) -> Vec<String> {
        let mut c = superutilisateur("postgres").await;
        let requete = "select datname::text from pg_database where datname like $1 order by 1";
        let motif = format!("{}\\_%", self.base);
        sqlx::query_scalar(requete).bind(motif).fetch_all(&mut c).await.expect("bases")
    }

    /// What was made beside goes.
    pub async fn nettoyer(&self) {
        let mut c = superutilisateur("postgres").await;
        for base in self.bases().await {
            let ordre = format!("drop database if exists \"{base}\" with (force)");
            c.execute(AssertSqlSafe(ordre)).await.expect("drop");
        }
    }
}

impl Drop for Externe {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_dir_all(&self.dossier);
    }
}
