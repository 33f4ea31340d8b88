//! A database, a folder for its backups, and the program between them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use delicego::sauvegarde::depot::{self, Sauvegarde};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, query_scalar};

use crate::outils::grappe::{self, BaseEssai, PROGRAMME};
use crate::outils::initdb;

pub struct Atelier {
    pub base: String,
    /// Dropped with this value, if it is one of the tests' own.
    pub essai: Option<BaseEssai>,
    /// Removed at the end.
    pub racine: PathBuf,
    pub dossier: PathBuf,
}

impl Atelier {
    /// A fresh database with the demonstration chain in it; the folder's name has a space.
    pub async fn neuf() -> Self {
        let essai = grappe::nouvelle_base_demo().await;
        let mut atelier = Self::sur(essai.nom().to_owned());
        atelier.essai = Some(essai);
        atelier
    }

    pub fn sur(base: String) -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let nom = format!("delicego-backup-{}-{numero}", std::process::id());
        let racine = std::env::temp_dir().join(nom);
        fs::create_dir_all(&racine).unwrap();
        let dossier = racine.join("mes sauvegardes");
        Self { base, essai: None, racine, dossier }
    }

    /// The program, with an environment of nothing but this database.
    pub fn programme(&self, arguments: &[&str]) -> Command {
        let options = grappe::options(&self.base);
        let mut commande = Command::new(PROGRAMME);
        commande
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("TMPDIR", std::env::temp_dir())
            .env("DELICEGO_PG_BIN", initdb::binaires())
            .env("XDG_STATE_HOME", self.racine.join("etat"))
            .env("PGHOST", options.get_host())
            .env("PGPORT", options.get_port().to_string())
            .env("PGUSER", options.get_username())
            .env("PGDATABASE", &self.base)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        commande
    }

    pub fn commande(&self, arguments: &[&str]) -> Command {
        let mut commande = self.programme(&["backup", "--output-dir"]);
        commande.arg(&self.dossier).args(arguments);
        commande
    }

    pub fn backup(&self, arguments: &[&str]) -> Output {
        self.commande(arguments).output().unwrap()
    }

    /// At that time of the clock, in seconds since 1970; on a machine in Paris.
    #[cfg(target_os = "linux")]
    pub fn backup_a(&self, quand: i64, arguments: &[&str]) -> Output {
        let commande = self.commande(arguments);
        let variables = commande.get_envs().filter_map(|(nom, valeur)| Some((nom, valeur?)));
        let mut horloge = Command::new("faketime");
        horloge.env_clear().envs(variables).env("TZ", "Europe/Paris").env("FAKETIME_FMT", "%s");
        horloge.args(["--exclude-monotonic", "-f", &format!("@{quand}")]);
        horloge.arg(commande.get_program()).args(commande.get_args());
        horloge.stdin(Stdio::null()).output().unwrap()
    }

    /// One that must succeed; its archive.
    pub fn bon_backup(&self, arguments: &[&str]) -> PathBuf {
        let sortie = self.backup(arguments);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        self.derniere().archive()
    }

    pub fn liste(&self) -> Vec<Sauvegarde> {
        depot::lister(&self.dossier).unwrap()
    }

    pub fn derniere(&self) -> Sauvegarde {
        self.liste().pop().unwrap()
    }

    /// All that lies in the folder, what is hidden included, but for its history.
    pub fn fichiers(&self) -> BTreeSet<String> {
        let mut vus = fichiers(&self.dossier);
        vus.remove(HISTOIRE);
        vus
    }

    /// Triggers and foreign keys look away.
    pub async fn sql(&self, ordre: &str) {
        let mut c = grappe::superutilisateur(&self.base).await;
        c.execute("set session_replication_role = replica").await.unwrap();
        c.execute(AssertSqlSafe(ordre.to_owned())).await.unwrap();
    }

    pub async fn compter(&self, table: &str) -> i64 {
        compter(&self.base, table).await
    }

    /// Keeps `lot` for itself: a backup waits for it, before its first byte.
    pub async fn tenir(&self) -> Tenue {
        let options = grappe::options(&self.base).application_name("inventaire du soir");
        let mut connexion = options.connect().await.unwrap();
        connexion.execute("begin; lock table lot in access exclusive mode").await.unwrap();
        Tenue(connexion)
    }

    /// A backup that waits for a table; its process and that of its pg_dump.
    pub fn en_attente(&self, arguments: &[&str]) -> (Child, Pid) {
        let processus = self.commande(arguments).spawn().unwrap();
        let pg_dump = pg_dump_de(&processus);
        (processus, pg_dump)
    }
}

impl Drop for Atelier {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.racine);
    }
}

pub struct Tenue(PgConnection);

impl Tenue {
    pub async fn lacher(mut self) {
        self.0.execute("rollback").await.unwrap();
    }
}

/// What the folder keeps of archives that were read back.
pub const HISTOIRE: &str = "relectures.jsonl";

pub fn fichiers(dossier: &Path) -> BTreeSet<String> {
    let Ok(entrees) = fs::read_dir(dossier) else { return BTreeSet::new() };
    entrees.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

pub async fn compter(base: &str, table: &str) -> i64 {
    let mut c = grappe::options(base).connect().await.unwrap();
    let ordre = AssertSqlSafe(format!("select count(*) from {table}"));
    query_scalar(ordre).fetch_one(&mut c).await.unwrap()
}

pub fn code(sortie: &Output) -> i32 {
    sortie.status.code().unwrap_or(-1)
}

pub fn textes(sortie: &Output) -> String {
    let texte = |octets| String::from_utf8_lossy(octets).into_owned();
    format!("{}\n{}", texte(&sortie.stdout), texte(&sortie.stderr))
}

pub fn signaler(pid: Pid, signal: Signal) {
    kill_process(pid, signal).unwrap();
}

/// Waits (bounded) for its pg_dump: not the one that is only asked for its version.
pub fn pg_dump_de(processus: &Child) -> Pid {
    let pid = Pid::from_child(processus);
    let limite = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(pg_dump) = enfant_nomme(pid, "pg_dump", "--format") {
            return pg_dump;
        }
        assert!(Instant::now() < limite, "pg_dump ne démarre pas");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn enfant_nomme(parent: Pid, nom: &str, argument: &str) -> Option<Pid> {
    let entrees = fs::read_dir("/proc").unwrap().flatten();
    let pids: Vec<i32> = entrees.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    let trouve = pids.into_iter().find(|pid| {
        let etat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let Some((debut, fin)) = etat.rsplit_once(") ") else { return false };
        let le_parent = fin.split(' ').nth(1).and_then(|p| p.parse().ok());
        let ligne = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        debut.ends_with(&format!("({nom}"))
            && le_parent == Some(parent.as_raw_nonzero().get())
            && String::from_utf8_lossy(&ligne).contains(argument)
    });
    trouve.and_then(Pid::from_raw)
}
