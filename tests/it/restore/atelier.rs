//! A server on its own PostgreSQL, backups of it, and hands to make faults with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use delicego::platform::cluster::{Bail, OptionsCluster, Usage, ouvrir};
use delicego::platform::config::BaseVisee;
use delicego::platform::db::Base;
use delicego::sauvegarde::Cible;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use tokio::task::JoinHandle;

use crate::outils::brut::{formulaire, navigateur};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;
use crate::outils::grappe::PROGRAMME;
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE, executer};
use crate::outils::{Chaine, Client, Embarque};

pub const BASE: &str = "delicego";

pub type Ecrits = BTreeMap<String, String>;

pub struct Atelier {
    /// Gone before the server, which waits for the end of its PostgreSQL.
    bail: Bail,
    pub serveur: Embarque,
    pub chaine: Chaine,
    pub pain: String,
    sauvegardes: PathBuf,
}

/// How a command ended, and all that it said.
#[derive(Debug)]
pub struct Sortie {
    pub code: Option<i32>,
    pub dit: String,
    pub journal: String,
}

impl From<Output> for Sortie {
    fn from(sortie: Output) -> Self {
        let texte = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
        Self {
            code: sortie.status.code(),
            dit: texte(sortie.stdout),
            journal: texte(sortie.stderr),
        }
    }
}

impl Atelier {
    /// A kitchen with bread to make.
    pub async fn embarque() -> Self {
        let serveur = Embarque::demarrer();
        let chaine = Chaine::nouvelle(serveur.admin().await).await;
        let farine = chaine.ingredient("Farine").await;
        chaine.lot(&farine, 1_000_000.0, Some("2027-01-01")).await;
        let (pain, _) = chaine.recette("Pain", &[(&farine, 300.0)]).await;
        let dossier = serveur.dossier().to_owned();
        let options = OptionsCluster { dossier, gardien: PROGRAMME.into(), usage: Usage::Durable };
        let bail = ouvrir(&options).expect("bail");
        let sauvegardes = serveur.dossier().join("mes sauvegardes");
        Self { serveur, chaine, pain, bail, sauvegardes }
    }

    pub async fn produire(&self) {
        self.chaine.produire(&[(&self.pain, 3.0)]).await.attendue(201);
    }

    pub fn delicego(&self, arguments: &[&str]) -> Sortie {
        let mut commande = self.serveur.programme();
        commande.env("DELICEGO_SAUVEGARDES", &self.sauvegardes).args(arguments);
        executer(&mut commande, "").into()
    }

    pub fn restore(&self, arguments: &[&str]) -> Sortie {
        self.delicego(&[&["restore"], arguments].concat())
    }

    /// The program at work, to be disturbed.
    pub fn lancer(&self, arguments: &[&str]) -> std::process::Child {
        let mut commande = self.serveur.programme();
        commande.arg("restore").args(arguments).stdin(Stdio::null());
        commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore")
    }

    pub fn dossier(&self) -> &Path {
        &self.sauvegardes
    }

    /// A fresh backup; its file.
    pub fn sauvegarder(&self) -> String {
        let avant = self.archives();
        let dossier = self.sauvegardes.to_str().expect("chemin").to_owned();
        let sortie = self.delicego(&["backup", "--output-dir", &dossier, "--force-suspect"]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        let nouvelle = self.archives().into_iter().find(|a| !avant.contains(a)).expect("archive");
        nouvelle.to_str().expect("chemin").to_owned()
    }

    fn archives(&self) -> Vec<PathBuf> {
        let fichiers = fs::read_dir(&self.sauvegardes).into_iter().flatten().flatten();
        fichiers.map(|f| f.path()).filter(|c| c.extension().is_some_and(|e| e == "gz")).collect()
    }

    /// What the naive script makes: `pg_dump -Fc | gzip`, and a sum.
    pub fn archive_etrangere(&self) -> String {
        self.archive_etrangere_de(BASE)
    }

    pub fn archive_etrangere_de(&self, base: &str) -> String {
        let chemin = self.serveur.dossier().join("étrangère.dump.gz");
        let ordre = format!(
            "'{}/pg_dump' -Fc -h '{}' -U {} {base} | gzip > '{}'",
            self.bail.binaires().display(),
            self.bail.socket_dir().display(),
            self.bail.utilisateur(),
            chemin.display()
        );
        assert!(Command::new("sh").args(["-c", &ordre]).status().expect("sh").success());
        poser_la_somme(&chemin);
        chemin.to_str().expect("chemin").to_owned()
    }

    fn options(&self, base: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host(&self.bail.socket_dir().to_string_lossy())
            .port(self.bail.port())
            .username(self.bail.utilisateur())
            .database(base)
    }

    /// May do anything.
    pub async fn administrateur(&self, base: &str) -> PgConnection {
        let options = self.options(base).username(self.bail.superutilisateur());
        let limite = Instant::now() + Duration::from_secs(60);
        loop {
            match options.connect().await {
                Ok(c) => return c,
                Err(e) => assert!(Instant::now() < limite, "{base} : {e}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn sql(&self, base: &str, ordres: &str) {
        let mut c = self.administrateur(base).await;
        c.execute(AssertSqlSafe(ordres.to_owned())).await.expect(ordres);
    }

    pub async fn tout(&self) -> Ecrits {
        self.tout_de(BASE).await
    }

    pub async fn tout_de(&self, base: &str) -> Ecrits {
        drop(self.administrateur(base).await);
        let visee = BaseVisee::Serveur(Box::new(self.options(base)));
        let ouverte = Base::ouvrir(&visee).await.expect("base");
        let ecrits = tout_ce_qui_est_ecrit(&ouverte).await;
        ouverte.fermer().await;
        ecrits
    }

    pub async fn cible(&self) -> Cible {
        let visee = BaseVisee::Embarquee(self.serveur.dossier().to_owned());
        Cible::ouvrir(&visee).await.expect("cible")
    }

    pub async fn bases(&self) -> Vec<String> {
        let mut c = self.administrateur("postgres").await;
        let requete = "select datname::text from pg_database order by 1";
        sqlx::query_scalar(requete).fetch_all(&mut c).await.expect("bases")
    }

    /// What a restore has left half done.
    pub async fn copies(&self) -> Vec<String> {
        self.bases().await.into_iter().filter(|b| b.contains("_restauration_")).collect()
    }

    pub async fn gardees(&self) -> Vec<String> {
        self.bases().await.into_iter().filter(|b| b.contains("_avant_")).collect()
    }

    /// Asks (bounded) until the server answers from its database again, by each of its connections:
    /// one that was ended by a swap says so once.
    pub async fn attendre_le_service(&self) {
        self.attendre_la_fin_des_restaurations().await;
        retrouver(&self.serveur.anonyme()).await;
    }

    /// What a killed restore had just asked is done by PostgreSQL all the same.
    async fn attendre_la_fin_des_restaurations(&self) {
        let mut c = self.administrateur("postgres").await;
        let requete = "select count(*) from pg_stat_activity
                        where application_name = 'delicego-sauvegarde'";
        let limite = Instant::now() + Duration::from_secs(60);
        while sqlx::query_scalar::<_, i64>(requete).fetch_one(&mut c).await.expect("sessions") > 0 {
            assert!(Instant::now() < limite, "une restauration morte garde sa connexion");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Somebody asks all the time.
    pub fn charger(&self, client: Client) -> Charge {
        let fini = Arc::new(AtomicBool::new(false));
        let signal = Arc::clone(&fini);
        let tache = tokio::spawn(async move {
            let mut statuts = Vec::new();
            while !signal.load(Ordering::Relaxed) {
                statuts.push(client.get("/api/interne/magasins").await.statut);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            statuts
        });
        Charge { fini, tache }
    }

    pub async fn connexion_web(&self) -> Navigation {
        let (http, url) = (navigateur(), self.serveur.url().to_owned());
        let champs = [("email", EMAIL_ADMIN), ("mot_de_passe", MOT_DE_PASSE)];
        let requete = formulaire(http.post(format!("{url}/connexion")), &champs);
        let reponse = requete.header("origin", &url).send().await.expect("connexion");
        let temoin = reponse.headers().get("set-cookie").expect("témoin").to_str().expect("témoin");
        let temoin = temoin.split(';').next().expect("témoin").to_owned();
        Navigation { http, url, temoin }
    }
}

pub async fn retrouver(anonyme: &Client) {
    let (limite, mut de_suite) = (Instant::now() + Duration::from_secs(60), 0);
    while de_suite < 20 {
        let bonne = anonyme.get("/health").await.statut == 200;
        de_suite = if bonne { de_suite + 1 } else { 0 };
        assert!(Instant::now() < limite, "le serveur ne retrouve pas sa base");
        if !bonne {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

pub struct Charge {
    fini: Arc<AtomicBool>,
    tache: JoinHandle<Vec<u16>>,
}

impl Charge {
    pub async fn arreter(self) -> Vec<u16> {
        self.fini.store(true, Ordering::Relaxed);
        self.tache.await.expect("charge")
    }
}

/// A person logged in.
pub struct Navigation {
    http: reqwest::Client,
    url: String,
    temoin: String,
}

impl Navigation {
    /// Of the first page: 200 when logged in.
    pub async fn envoyer(&self, chemin: &str, champs: &[(&str, &str)]) -> u16 {
        let requete = formulaire(self.http.post(format!("{}{chemin}", self.url)), champs);
        let requete = requete.header("origin", &self.url).header("cookie", &self.temoin);
        requete.send().await.expect("réponse").status().as_u16()
    }

    pub async fn statut(&self) -> u16 {
        let requete = self.http.get(format!("{}/", self.url)).header("cookie", &self.temoin);
        requete.send().await.expect("page").status().as_u16()
    }
}

/// A restore ends sessions: all else must be equal.
pub fn sans_sessions(mut ecrits: Ecrits) -> Ecrits {
    ecrits.remove("session");
    ecrits
}

pub fn poser_la_somme(chemin: &Path) {
    let octets = fs::read(chemin).expect("fichier");
    let somme: String = Sha256::digest(&octets).iter().map(|o| format!("{o:02x}")).collect();
    let nom = chemin.file_name().expect("nom").to_str().expect("nom");
    let a_cote = chemin.with_file_name(format!("{nom}.sha256"));
    fs::write(a_cote, format!("{somme}  {nom}\n")).expect("somme");
}

/// Changes the manifest of an archive.
pub fn changer_le_manifeste(fichier: &str, changer: impl FnOnce(&mut serde_json::Value)) {
    let chemin = format!("{fichier}.json");
    let texte = fs::read_to_string(&chemin).expect("manifeste");
    let mut manifeste = serde_json::from_str(&texte).expect("json");
    changer(&mut manifeste);
    fs::write(chemin, json!(manifeste).to_string()).expect("manifeste");
}
