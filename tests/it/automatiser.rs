//! Backup and drill by themselves: what is installed is what the scheduler itself shows, and what
//! is somebody else's stays as it was.

mod crontab;
mod env_file;
mod launchd;
mod scripts;
mod systemd;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use delicego::exploitation::automatiser::{Chemin, Demande, Horaire, Lieux, Reglages};

use crate::outils::grappe::PROGRAMME;

/// A folder of one's own whose name nobody would choose, gone with its test.
struct Dossier(PathBuf);

impl Dossier {
    fn nouveau() -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let nom = format!("délice go's 100% \"$HOME\" {}-{numero}", std::process::id());
        let chemin = std::env::temp_dir().join(nom);
        fs::create_dir_all(&chemin).unwrap();
        Self(chemin)
    }

    fn join(&self, nom: &str) -> PathBuf {
        self.0.join(nom)
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.0);
    }
}

/// An account whose schedulers are folders: nothing is told to what runs on this machine.
fn lieux(d: &Dossier, root: bool) -> Lieux {
    Lieux {
        root,
        env_file: d.join("config/delicego.env"),
        unites: d.join("unites"),
        agents: d.join("agents"),
        vivant: false,
    }
}

fn demande(d: &Dossier, l: &Lieux, backup: &str) -> Demande {
    Demande {
        backup: Horaire::lire(backup).unwrap(),
        drill: Horaire::lire("0 4 * * 0").unwrap(),
        checklist: Horaire::lire("0 7 * * *").unwrap(),
        programme: Chemin::lire(Path::new(PROGRAMME)).unwrap(),
        env_file: Chemin::lire(&l.env_file).unwrap(),
        output_dir: Chemin::lire(&d.join("sauvegardes")).unwrap(),
        journal: Chemin::lire(&d.join("journaux/automatique.log")).unwrap(),
        reglages: Reglages { keep: 14, copie_ailleurs: true, ..Reglages::default() },
    }
}

/// `delicego automatiser ..`, with nothing set but these.
fn automatiser(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut commande = Command::new(PROGRAMME);
    commande.arg("automatiser").args(arguments).env_clear();
    commande.env("PATH", std::env::var("PATH").unwrap_or_default()).stdin(Stdio::null());
    commande.envs(variables.iter().copied()).output().unwrap()
}

#[track_caller]
fn dit(sortie: &Output, code: i32) -> String {
    assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
    let flux = if code == 0 { &sortie.stdout } else { &sortie.stderr };
    String::from_utf8_lossy(flux).into_owned()
}

#[test]
fn un_horaire_qu_aucun_outil_ne_comprend_est_refuse_en_une_phrase() {
    let d = Dossier::nouveau();
    let (dossier, env) = (d.join("s"), d.join("e.env"));
    let dossier = dossier.to_str().unwrap();
    let env = env.to_str().unwrap();
    for (option, horaire, mot) in [
        ("--backup", "15 2 * *", "cinq champs"),
        ("--backup", "@daily", "cinq champs"),
        ("--drill", "0 25 * * 0", "n'est pas un horaire"),
        ("--drill", "0 4 30 2 *", "n'existe dans aucun"),
    ] {
        let arguments = ["installer", "--avec", "cron", "--output-dir", dossier];
        let arguments = [&arguments[..], &["--env-file", env, option, horaire]].concat();
        let phrase = dit(&automatiser(&arguments, &[("HOME", "/nulle/part")]), 2);
        assert!(phrase.contains(mot) && phrase.contains(option), "{phrase}");
        assert_eq!(phrase.lines().count(), 1, "{phrase}");
    }
    assert_eq!(fs::read_dir(&d.0).unwrap().count(), 0, "rien n'est commencé");
}

#[test]
fn un_mauvais_usage_est_refuse_avant_tout() {
    for arguments in [
        &["installer"][..],
        &["installer", "--avec", "at"],
        &["installer", "--avec", "cron", "--keep", "0"],
        &["installer", "--avec", "cron", "--keep", "abc"],
        &["installer", "--avec", "cron", "--format", "zip"],
        &["installer", "--avec", "cron", "--vers", "ftp://ailleurs"],
        &["installer", "--avec", "cron", "--vers", "s3://seau/a b"],
        &["installer", "--avec", "cron", "--chiffrer", "age1faux"],
        &["montrer", "--avec", "tout"],
        &["installer", "--avec", "cron", "--output-dir", "a\nb"],
        &["installer", "--avec", "cron", "--output-dir", "a\\b"],
    ] {
        let phrase = dit(&automatiser(arguments, &[("HOME", "/nulle/part")]), 2);
        assert!(!phrase.is_empty(), "{arguments:?}");
    }
}
