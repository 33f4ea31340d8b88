//! The command itself, with a work folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::forge::Sauvegardes;
use crate::outils::{grappe, initdb};

pub struct Exercice {
    base: String,
    pub sauvegardes: PathBuf,
    /// TMPDIR, and where the account keeps its state.
    pub travail: PathBuf,
}

#[derive(Debug)]
pub struct Sortie {
    pub code: Option<i32>,
    pub dit: String,
    pub journal: String,
}

impl Exercice {
    pub fn sur(base: &str, sauvegardes: &Sauvegardes) -> Self {
        let travail = sauvegardes.dossier.with_extension("travail");
        fs::create_dir_all(&travail).expect("dossier de travail");
        Self { base: base.to_owned(), sauvegardes: sauvegardes.dossier.clone(), travail }
    }

    pub fn lancer(&self, arguments: &[&str]) -> Sortie {
        self.finir(self.demarrer(arguments))
    }

    pub fn demarrer(&self, arguments: &[&str]) -> Child {
        let mut commande = self.commande();
        commande.args(arguments).spawn().expect("delicego drill")
    }

    pub fn finir(&self, processus: Child) -> Sortie {
        let Output { status, stdout, stderr } = processus.wait_with_output().expect("fin");
        let texte = |octets| String::from_utf8(octets).expect("du texte");
        Sortie { code: status.code(), dit: texte(stdout), journal: texte(stderr) }
    }

    /// On the server of the tests.
    pub fn commande(&self) -> Command {
        let options = grappe::options(&self.base);
        let mut commande = self.commande_sans_serveur();
        commande
            .env("PGHOST", options.get_host())
            .env("PGPORT", options.get_port().to_string())
            .env("PGUSER", options.get_username())
            .env("PGDATABASE", &self.base);
        commande
    }

    pub fn commande_sans_serveur(&self) -> Command {
        let mut commande = Command::new(grappe::PROGRAMME);
        commande
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", &self.travail)
            .env("DELICEGO_PG_BIN", initdb::binaires())
            .env("XDG_STATE_HOME", &self.travail)
            .arg("drill")
            .arg("--output-dir")
            .arg(&self.sauvegardes)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        commande
    }

    /// The folder of the private server, while there is one.
    pub fn serveur_prive(&self) -> Option<PathBuf> {
        let du_serveur = |p: &PathBuf| p.extension().is_none_or(|fin| fin != "travail");
        self.restes().into_iter().find(du_serveur)
    }

    /// No server, no unpacked archive, no process.
    pub fn rien_ne_reste(&self) {
        assert_eq!(self.restes(), [] as [PathBuf; 0]);
        // What watched over the server sees a moment later that it is no longer needed.
        attendre("plus aucun processus", || processus_sur(&self.travail).is_empty());
    }

    fn restes(&self) -> Vec<PathBuf> {
        let entrees = fs::read_dir(&self.travail).expect("dossier de travail").flatten();
        let chemins = entrees.map(|e| e.path());
        chemins.filter(|p| p.to_string_lossy().contains("delicego-exercice-")).collect()
    }
}

impl Drop for Exercice {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.travail);
    }
}

/// Command lines that name this folder.
pub fn processus_sur(dossier: &Path) -> Vec<String> {
    let sortie = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output().expect("ps");
    let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
    let cherche = dossier.to_string_lossy().into_owned();
    texte.lines().filter(|l| l.contains(&cherche)).map(str::to_owned).collect()
}

/// Waits (bounded) until it is so.
pub fn attendre(quoi: &str, mut fini: impl FnMut() -> bool) {
    let limite = Instant::now() + Duration::from_secs(60);
    while !fini() {
        assert!(Instant::now() < limite, "toujours pas : {quoi}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
