//! The program, running for real on a database of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use delicego::platform::config::BaseVisee;
use delicego::platform::db::Base;

use super::client::Client;
use super::grappe::{self, BaseEssai, PROGRAMME};
use super::initdb;
use super::personnes::{self, Personne};
pub use super::personnes::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};

pub struct Serveur {
    base: Base,
    pub nom_base: String,
    /// Dropped with the last server on it.
    essai: Arc<BaseEssai>,
    /// Whether its people have sessions already, which tests use without logging in.
    connus: bool,
    url: String,
    processus: Child,
    journal: Arc<Mutex<Vec<String>>>,
}

impl Serveur {
    /// On a fresh database, with an admin and an operateur who are logged in.
    pub async fn demarrer() -> Self {
        Self::avec(&[]).await
    }

    /// The same, nobody logged in: for tests of logging in, and of sessions.
    pub async fn sans_session() -> Self {
        Self::demarrer().await.oublier_les_sessions().await
    }

    /// From now on its people log in.
    pub async fn oublier_les_sessions(mut self) -> Self {
        let mut c = grappe::superutilisateur(&self.nom_base).await;
        sqlx::query("delete from session").execute(&mut c).await.expect("sessions");
        self.connus = false;
        self
    }

    /// With environment variables of its own.
    pub async fn avec(variables: &[(&str, &str)]) -> Self {
        Self::sur(grappe::nouvelle_base_peuplee().await, (variables, &[])).await
    }

    /// With options of `serve`; https when they say so.
    pub async fn avec_options(options: &[&str]) -> Self {
        Self::sur(grappe::nouvelle_base_peuplee().await, (&[], options)).await
    }

    /// With the demonstration chain in it, nothing produced yet.
    pub async fn avec_demo() -> Self {
        Self::sur(grappe::nouvelle_base_demo().await, (&[], &[])).await
    }

    async fn sur(essai: BaseEssai, reglages: Reglages<'_>) -> Self {
        let nom_base = essai.nom().to_owned();
        let visee = BaseVisee::Serveur(Box::new(grappe::options(&nom_base)));
        let base = Base::ouvrir(&visee).await.expect("base");
        let mut c = grappe::superutilisateur(&nom_base).await;
        for qui in [&personnes::ADMIN, &personnes::OPERATEUR] {
            qui.connecter(&mut c, &nom_base).await;
        }
        drop(c);
        let (processus, url, journal) = lancer(&nom_base, reglages);
        let essai = Arc::new(essai);
        Self { base, nom_base, essai, connus: true, url, processus, journal }
    }

    /// A second process on the same database.
    pub fn jumeau(&self) -> Self {
        let (processus, url, journal) = lancer(&self.nom_base, (&[], &[]));
        Self {
            base: self.base.clone(),
            nom_base: self.nom_base.clone(),
            essai: Arc::clone(&self.essai),
            connus: self.connus,
            url,
            processus,
            journal,
        }
    }

    /// A database of one's own, reached without the program.
    pub fn base(&self) -> &Base {
        &self.base
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn compte_admin(&self) -> (String, String) {
        (EMAIL_ADMIN.to_owned(), MOT_DE_PASSE.to_owned())
    }

    pub async fn admin(&self) -> Client {
        self.client(&personnes::ADMIN).await
    }

    pub async fn operateur(&self) -> Client {
        self.client(&personnes::OPERATEUR).await
    }

    async fn client(&self, qui: &Personne) -> Client {
        if self.connus {
            return Client::reconnu(&self.url, &qui.jeton("api", &self.nom_base));
        }
        Client::connecte(&self.url, qui.email, MOT_DE_PASSE).await
    }

    /// The cookie of a browser in which that person is logged in.
    pub fn cookie(&self, qui: &Personne) -> String {
        assert!(self.connus, "personne n'est connecté : {}", qui.email);
        format!("delicego_session={}", qui.jeton("web", &self.nom_base))
    }

    pub fn anonyme(&self) -> Client {
        Client::anonyme(&self.url)
    }

    /// Runs the program once on the same database.
    pub fn delicego(&self, arguments: &[&str]) -> Output {
        self.delicego_stdin(arguments, "")
    }

    pub fn delicego_stdin(&self, arguments: &[&str], entree: &str) -> Output {
        executer(commande(&self.nom_base).args(arguments), entree)
    }

    /// The server's log lines with that event, so far.
    pub fn evenements(&self, nom: &str) -> Vec<String> {
        let cherche = format!("event={nom} ");
        let fin = format!("event={nom}");
        let journal = self.journal.lock().expect("journal");
        journal.iter().filter(|l| l.contains(&cherche) || l.ends_with(&fin)).cloned().collect()
    }

    pub fn journal(&self) -> Vec<String> {
        self.journal.lock().expect("journal").clone()
    }

    /// Waits (bounded) for an event to be logged.
    pub async fn attendre_evenement(&self, nom: &str) -> String {
        let fin = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(ligne) = self.evenements(nom).pop() {
                return ligne;
            }
            assert!(Instant::now() < fin, "pas d'événement {nom} : {:#?}", self.journal());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// kill -9.
    pub fn tuer(&mut self) {
        self.processus.kill().expect("tuer");
        self.processus.wait().expect("fin");
    }

    pub fn pid(&self) -> u32 {
        self.processus.id()
    }

    /// The program on the same database, to complete by hand.
    pub fn programme(&self) -> Command {
        commande(&self.nom_base)
    }

    /// SIGTERM.
    pub fn demander_l_arret(&self) {
        self.signaler(rustix::process::Signal::TERM);
    }

    pub fn signaler(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.processus);
        rustix::process::kill_process(pid, signal).expect("signal");
    }

    /// Waits (bounded) for the process to end by itself; its exit code.
    pub async fn attendre_la_fin(&mut self) -> Option<i32> {
        let fin = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(statut) = self.processus.try_wait().expect("processus") {
                return statut.code();
            }
            assert!(Instant::now() < fin, "le serveur ne s'arrête pas : {:#?}", self.journal());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits (bounded) for a log line with that text; all lines up to now.
    pub async fn attendre_journal(&self, texte: &str) -> Vec<String> {
        let fin = Instant::now() + Duration::from_secs(10);
        loop {
            let journal = self.journal();
            if journal.iter().any(|l| l.contains(texte)) {
                return journal;
            }
            assert!(Instant::now() < fin, "pas de « {texte} » : {journal:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A new process on the same database.
    pub fn relancer(&mut self) {
        let (processus, url, journal) = lancer(&self.nom_base, (&[], &[]));
        self.processus = processus;
        self.url = url;
        self.journal = journal;
    }

    /// `delicego verifier` finds nothing wrong.
    pub fn verifier(&self) {
        let sortie = self.delicego(&["verifier"]);
        let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
        assert_eq!(sortie.status.code(), Some(0), "{texte}");
        assert!(texte.contains("OK  I1") && !texte.contains("KO"), "{texte}");
    }
}

impl Drop for Serveur {
    fn drop(&mut self) {
        let _deja_mort = self.processus.kill();
        let _deja_mort = self.processus.wait();
    }
}

/// Runs a command to its end, with that on its standard input.
pub fn executer(commande: &mut Command, entree: &str) -> Output {
    commande.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut processus = commande.spawn().expect("delicego");
    let mut stdin = processus.stdin.take().expect("stdin");
    stdin.write_all(entree.as_bytes()).expect("écrire");
    drop(stdin);
    processus.wait_with_output().expect("fin")
}

/// The program with an environment of nothing but this database.
pub fn commande(nom_base: &str) -> Command {
    let options = grappe::options(nom_base);
    let mut commande = Command::new(PROGRAMME);
    commande
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("TMPDIR", std::env::temp_dir())
        .env("DELICEGO_PG_BIN", initdb::binaires())
        .env("PGHOST", options.get_host())
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", nom_base);
    commande
}

/// Environment variables, and options of `serve`.
type Reglages<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

fn lancer(
    nom_base: &str,
    (variables, options): Reglages<'_>,
) -> (Child, String, Arc<Mutex<Vec<String>>>) {
    let mut commande = commande(nom_base);
    commande.args(["serve", "--listen", "127.0.0.1:0"]).args(options);
    commande.envs(variables.iter().copied());
    servir(commande)
}

/// Starts a command that serves; its process, its address once it listens, and its log.
pub fn servir(mut commande: Command) -> (Child, String, Arc<Mutex<Vec<String>>>) {
    let mut processus = commande
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("serve");
    let mut lignes = BufReader::new(processus.stdout.take().expect("stdout")).lines();
    let mut erreurs = processus.stderr.take().expect("stderr");
    let journal = Arc::new(Mutex::new(Vec::new()));
    let adresse = loop {
        let Some(Ok(ligne)) = lignes.next() else {
            let mut texte = String::new();
            let _rien = erreurs.read_to_string(&mut texte);
            panic!("le serveur ne démarre pas : {texte}");
        };
        let trouvee = ligne
            .contains("event=serveur_pret")
            .then(|| {
                ligne.split("adresse=").nth(1).map(|a| a.split(' ').next().unwrap_or(a).to_owned())
            })
            .flatten();
        journal.lock().expect("journal").push(ligne);
        if let Some(adresse) = trouvee {
            break adresse;
        }
    };
    let suite = Arc::clone(&journal);
    std::thread::spawn(move || {
        for ligne in lignes.map_while(Result::ok) {
            suite.lock().expect("journal").push(ligne);
        }
    });
    (processus, format!("http://{adresse}"), journal)
}
