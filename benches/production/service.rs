//! One line after the other over HTTP: what one production costs the program's process.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::commun::grappe::Grappe;
use crate::commun::processus::{arreter, attendre, client, commande, processeur, servir};
use crate::programme::CHEMIN;
use crate::terrain::Terrain;

/// Milliseconds of the program's processor for each.
pub const BORNE_PROCESSEUR: f64 = 1.0;
const ECHAUFFEMENT: usize = 200;
const PRODUCTIONS: usize = 2000;
const PATIENCE: Duration = Duration::from_secs(60);
const EMAIL: &str = "cuisine@exemple.fr";
const MOT_DE_PASSE: &str = "un mot de passe de banc";

/// Milliseconds each.
#[derive(Serialize)]
pub struct Service {
    pub productions: usize,
    pub processeur_programme: f64,
    pub processeur_postgres: f64,
    pub duree: f64,
}

pub async fn mesurer(grappe: &Grappe, terrain: &Terrain) -> Result<Service> {
    let variables = grappe.variables(&terrain.nom_base);
    creer_utilisateur(&variables)?;
    let mut serve = commande(&variables);
    serve.arg("serve");
    let (processus, adresse) = servir(serve)?;
    let url = format!("http://{adresse}");
    let pid = processus.id();
    let issue = async {
        attendre(&url, Instant::now()).await?;
        let client = Client::connecte(&url).await?;
        client.produire(terrain, ECHAUFFEMENT).await?;
        let (avant, avant_pg) = (processeur(pid)?, grappe.processeur()?);
        let debut = Instant::now();
        client.produire(terrain, PRODUCTIONS).await?;
        let duree = debut.elapsed().as_secs_f64();
        let (apres, apres_pg) = (processeur(pid)?, grappe.processeur()?);
        let chacune = |secondes: f64| secondes * 1000.0 / PRODUCTIONS as f64;
        Ok(Service {
            productions: PRODUCTIONS,
            processeur_programme: chacune(apres - avant),
            processeur_postgres: chacune(apres_pg - avant_pg),
            duree: chacune(duree),
        })
    };
    let issue = issue.await;
    arreter(processus)?;
    issue
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

struct Client {
    http: reqwest::Client,
    url: String,
    jeton: String,
}

impl Client {
    async fn connecte(url: &str) -> Result<Self> {
        let http = client(PATIENCE)?;
        let corps = json!({"email": EMAIL, "mot_de_passe": MOT_DE_PASSE});
        let reponse = http.post(format!("{url}/auth/login")).json(&corps).send().await?;
        let lue: Value = reponse.error_for_status()?.json().await?;
        let jeton = lue["token_acces"].as_str().context("token_acces")?.to_owned();
        Ok(Self { http, url: format!("{url}{CHEMIN}"), jeton })
    }

    /// One after the other, one piece each, every one with a key of its own.
    async fn produire(&self, terrain: &Terrain, nombre: usize) -> Result<()> {
        let recettes = terrain.programme.recettes.iter().cycle();
        for recette in recettes.take(nombre) {
            let corps = json!({
                "magasin_id": terrain.programme.magasin_garni,
                "date_jour": terrain.programme.aujourdhui,
                "lignes": [{"recette_id": recette, "quantite_a_produire": 1}],
            });
            let requete = self.http.post(&self.url).bearer_auth(&self.jeton).json(&corps);
            let cle = Uuid::now_v7().to_string();
            let reponse = requete.header("Idempotency-Key", cle).send().await?;
            let statut = reponse.status();
            let texte = reponse.text().await?;
            ensure!(statut == 201, "{statut}: {texte}");
        }
        Ok(())
    }
}
