//! One database with years of movements and eight shops, and the program that serves it.

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};
use uuid::Uuid;

use crate::commun::grappe::Grappe;
use crate::commun::historique;
use crate::commun::processus::{arreter, attendre, client, commande, servir};

pub const EMAIL: &str = "cuisine@banc.fr";
pub const MOT_DE_PASSE: &str = "mot de passe du banc";

pub struct Terrain {
    pub mouvements: u64,
    pub nom_base: String,
    pub boutiques: Vec<Uuid>,
    pub jour: NaiveDate,
    pub adresse: String,
    pub jeton: String,
    pub pid: u32,
    base: delicego::platform::db::Base,
    processus: Child,
}

impl Terrain {
    pub async fn preparer(grappe: &Grappe, mouvements: u64) -> Result<Self> {
        let nom_base = format!("banc_{mouvements}");
        drop(grappe.nouvelle_base(&nom_base).await?);
        let mut c = grappe.remplisseur(&nom_base).await?;
        historique::remplir(&mut c, mouvements).await?;
        c.execute(sqlx::raw_sql(include_str!("boutiques.sql"))).await?;
        c.execute(
            "vacuum analyze banc.chaud, banc.boutique, banc.auteur, menu, lot, magasin,
             mouvement_stock, plan_production, ligne_plan_production",
        )
        .await?;
        let boutiques = sqlx::query_scalar("select id from banc.boutique order by n");
        let boutiques = boutiques.fetch_all(&mut c).await?;
        let jour = sqlx::query_scalar("select banc.aujourdhui()").fetch_one(&mut c).await?;
        c.close().await?;
        let base = grappe.ouvrir(&nom_base).await?;
        historique::controler(&base, mouvements, "filled").await?;
        let variables = grappe.variables(&nom_base);
        creer_utilisateur(&variables)?;
        let mut serve = commande(&variables);
        serve.arg("serve");
        let (processus, adresse) = servir(serve)?;
        let pid = processus.id();
        let url = format!("http://{adresse}");
        attendre(&url, Instant::now()).await?;
        let jeton = se_connecter(&url).await?;
        Ok(Self { mouvements, nom_base, boutiques, jour, adresse, jeton, pid, base, processus })
    }

    /// What program and floor wrote is right.
    pub async fn controler(&self) -> Result<()> {
        historique::controler(&self.base, self.mouvements, "after the scans").await
    }

    pub fn fermer(self) -> Result<()> {
        arreter(self.processus)
    }
}

fn creer_utilisateur(variables: &[(&str, String)]) -> Result<()> {
    let mut processus = commande(variables)
        .args(["utilisateur", "creer", "--email", EMAIL, "--nom", "Cuisine", "--role", "operateur"])
        .arg("--mot-de-passe-stdin")
        .stdin(Stdio::piped())
        .spawn()?;
    processus.stdin.take().context("stdin")?.write_all(MOT_DE_PASSE.as_bytes())?;
    ensure!(processus.wait()?.success(), "no user");
    Ok(())
}

async fn se_connecter(url: &str) -> Result<String> {
    let corps = json!({"email": EMAIL, "mot_de_passe": MOT_DE_PASSE});
    let http = client(std::time::Duration::from_secs(60))?;
    let reponse = http.post(format!("{url}/auth/login")).json(&corps).send().await?;
    let lue: Value = reponse.error_for_status()?.json().await?;
    Ok(lue["token_acces"].as_str().context("token_acces")?.to_owned())
}
