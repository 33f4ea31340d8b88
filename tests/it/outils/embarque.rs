//! The program on an embedded PostgreSQL of its own: what a cook's computer runs. All of its
//! processes can be found, frozen and killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use delicego::platform::cluster::{OptionsCluster, Usage, ouvrir};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::client::Client;
use super::grappe::PROGRAMME;
use super::personnes::{self, MOT_DE_PASSE};
use super::serveur::{self, servir};
use super::{initdb, moule};

/// What the program calls its own database.
const BASE: &str = "delicego";

pub struct Embarque {
    /// Removed with the last server on it.
    dossier: Arc<PathBuf>,
    /// Of PostgreSQL, where it is not the machine's own.
    binaires: Option<PathBuf>,
    url: String,
    processus: Child,
    journal: Arc<Mutex<Vec<String>>>,
}

impl Embarque {
    /// On a data folder copied from one that the program made, with an admin who is logged in.
    pub fn demarrer() -> Self {
        let dossier = nouveau_dossier();
        moule::copier(&dossier);
        Self::sur(Arc::new(dossier), None)
    }

    /// On a fresh data folder, with the programs of another PostgreSQL.
    pub async fn demarrer_sur(binaires: &Path) -> Self {
        let serveur = Self::neuf(Some(binaires.to_owned()));
        serveur.connecter_l_admin().await;
        serveur
    }

    /// On a fresh data folder, which the program makes, with an admin.
    pub fn neuf(binaires: Option<PathBuf>) -> Self {
        let serveur = Self::sur(Arc::new(nouveau_dossier()), binaires);
        let sortie = serveur.delicego_stdin(&personnes::ADMIN.creation(), MOT_DE_PASSE);
        assert!(sortie.status.success(), "{sortie:?}");
        serveur
    }

    pub async fn connecter_l_admin(&self) {
        let mut c = self.options().connect().await.expect("connexion");
        personnes::ADMIN.connecter(&mut c, BASE).await;
        personnes::alleger(&mut c).await;
        c.close().await.expect("fermeture");
    }

    fn sur(dossier: Arc<PathBuf>, binaires: Option<PathBuf>) -> Self {
        let mut commande = commande(&dossier, binaires.as_deref());
        commande.args(["serve", "--migrer", "--listen", "127.0.0.1:0"]);
        let (processus, url, journal) = servir(commande);
        Self { dossier, binaires, url, processus, journal }
    }

    /// A second server beside this one, on the same data folder.
    pub fn un_autre(&self) -> Self {
        Self::sur(Arc::clone(&self.dossier), self.binaires.clone())
    }

    pub async fn admin(&self) -> Client {
        Client::reconnu(&self.url, &personnes::ADMIN.jeton("api", BASE))
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn dossier(&self) -> &Path {
        &self.dossier
    }

    /// The program on the same data folder, to complete by hand.
    pub fn programme(&self) -> Command {
        commande(&self.dossier, self.binaires.as_deref())
    }

    pub fn anonyme(&self) -> Client {
        Client::anonyme(&self.url)
    }

    /// Runs the program once on the same data folder.
    pub fn delicego(&self, arguments: &[&str]) -> Output {
        self.delicego_stdin(arguments, "")
    }

    fn delicego_stdin(&self, arguments: &[&str], entree: &str) -> Output {
        serveur::executer(self.programme().args(arguments), entree)
    }

    /// `delicego verifier` finds nothing wrong.
    pub fn verifier(&self) {
        let sortie = self.delicego(&["verifier"]);
        let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
        assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
        assert!(texte.contains("OK  I1") && !texte.contains("KO"), "{texte}");
    }

    pub fn journal(&self) -> Vec<String> {
        self.journal.lock().expect("journal").clone()
    }

    /// How often the event was logged, so far.
    pub fn compter(&self, evenement: &str) -> usize {
        let (milieu, fin) = (format!("event={evenement} "), format!("event={evenement}"));
        let journal = self.journal.lock().expect("journal");
        journal.iter().filter(|l| l.contains(&milieu) || l.ends_with(&fin)).count()
    }

    /// Waits (bounded) for an event to have been logged `fois` times.
    pub async fn attendre(&self, evenement: &str, fois: usize) {
        attendre(&format!("{evenement} dans {:#?}", self.journal), || {
            self.compter(evenement) >= fois
        })
        .await;
    }

    /// kill -9 of the program.
    pub fn tuer(&mut self) {
        self.processus.kill().expect("tuer");
        self.processus.wait().expect("fin");
    }

    /// SIGTERM, and its end.
    pub fn arreter(&mut self) {
        let pid = Pid::from_child(&self.processus);
        kill_process(pid, Signal::TERM).expect("SIGTERM");
        assert_eq!(self.processus.wait().expect("fin").code(), Some(0));
    }

    /// Waits (bounded) until PostgreSQL has ended too, after its last lease.
    pub fn attendre_la_fin_de_postgres(&self) {
        let limite = Instant::now() + Duration::from_secs(60);
        let pids = [self.pid_postgres(), self.pid_gardien()];
        while pids.iter().flatten().any(|p| vivant(*p)) {
            assert!(Instant::now() < limite, "PostgreSQL ne s'arrête pas");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A new process on the same data folder.
    pub fn relancer(&mut self) {
        *self = self.un_autre();
    }

    /// Connections as the database's owner.
    pub fn options(&self) -> PgConnectOptions {
        let options = OptionsCluster {
            dossier: self.dossier.to_path_buf(),
            gardien: PROGRAMME.into(),
            usage: Usage::Durable,
        };
        let bail = ouvrir(&options).expect("bail");
        PgConnectOptions::new_without_pgpass()
            .host(&bail.socket_dir().to_string_lossy())
            .port(bail.port())
            .username(bail.utilisateur())
            .database(bail.base())
    }

    pub fn pid_postgres(&self) -> Option<Pid> {
        premier_nombre(&self.dossier.join("pgdata/postmaster.pid"))
    }

    pub fn pid_gardien(&self) -> Option<Pid> {
        premier_nombre(&self.dossier.join("verrou"))
    }

    /// The postmaster, then all its children.
    pub fn pids_postgres(&self) -> Vec<Pid> {
        let Some(maitre) = self.pid_postgres() else { return Vec::new() };
        let entrees = fs::read_dir("/proc").expect("/proc").flatten();
        let pids =
            entrees.filter_map(|e| e.file_name().to_str()?.parse().ok().and_then(Pid::from_raw));
        let enfants = pids.filter(|pid| etat(*pid).is_some_and(|(_, parent)| parent == maitre));
        std::iter::once(maitre).chain(enfants).collect()
    }

    /// Waits (bounded) until nothing of these runs any more.
    pub async fn attendre_la_fin(&self, pids: &[Pid]) {
        attendre(&format!("la fin de {pids:?}"), || !pids.iter().any(|p| vivant(*p))).await;
    }
}

fn nouveau_dossier() -> PathBuf {
    static SUIVANT: AtomicU32 = AtomicU32::new(0);
    let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("delicego-embarque-{}-{numero}", std::process::id()))
}

impl Drop for Embarque {
    fn drop(&mut self) {
        let pids: Vec<Pid> = self.pids_postgres().into_iter().chain(self.pid_gardien()).collect();
        for pid in &pids {
            let _deja_mort = kill_process(*pid, Signal::CONT);
        }
        let _deja_mort = self.processus.kill();
        let _deja_mort = self.processus.wait();
        if Arc::strong_count(&self.dossier) > 1 {
            return;
        }
        let fin = Instant::now() + Duration::from_secs(20);
        while pids.iter().any(|p| vivant(*p)) {
            if Instant::now() > fin {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _deja_parti = fs::remove_dir_all(&*self.dossier);
    }
}

/// Every one of them, those already gone excepted.
pub fn signaler(pids: &[Pid], signal: Signal) {
    for pid in pids {
        let _deja_mort = kill_process(*pid, signal);
    }
}

async fn attendre(quoi: &str, mut fini: impl FnMut() -> bool) {
    let limite = Instant::now() + Duration::from_secs(60);
    while !fini() {
        assert!(Instant::now() < limite, "toujours pas : {quoi}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A dead process whose parent has not yet looked (state Z) is dead.
pub fn vivant(pid: Pid) -> bool {
    etat(pid).is_some_and(|(etat, _)| etat != 'Z')
}

/// Its state and its parent.
fn etat(pid: Pid) -> Option<(char, Pid)> {
    let texte = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let mut champs = texte.rsplit_once(')')?.1.split_whitespace();
    Some((champs.next()?.chars().next()?, Pid::from_raw(champs.next()?.parse().ok()?)?))
}

fn premier_nombre(fichier: &Path) -> Option<Pid> {
    let texte = fs::read_to_string(fichier).ok()?;
    Pid::from_raw(texte.lines().next()?.trim().parse().ok()?)
}

/// The program with an environment of nothing but this folder.
fn commande(dossier: &Path, binaires: Option<&Path>) -> Command {
    let mut commande = Command::new(PROGRAMME);
    commande
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("TMPDIR", std::env::temp_dir())
        .env("DELICEGO_DATA", dossier);
    commande.env("DELICEGO_PG_BIN", binaires.unwrap_or_else(|| initdb::binaires()));
    commande
}
