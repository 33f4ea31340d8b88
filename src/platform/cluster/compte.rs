//! The system account that runs postgres, which refuses to run as root, and the children that
//! the guardian starts under it.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use super::lieux::Lieux;
use super::{ErreurCluster, sur};

#[derive(Debug, Clone)]
pub(crate) struct Compte {
    pub uid: u32,
    pub gid: u32,
    pub nom: String,
    /// We are root and the children must become this account.
    pub changer: bool,
}

impl Compte {
    pub(crate) fn choisir(lieux: &Lieux) -> Self {
        let moi = rustix::process::geteuid();
        if !moi.is_root() {
            let gid = rustix::process::getegid().as_raw();
            return Self { uid: moi.as_raw(), gid, nom: "courant".to_owned(), changer: false };
        }
        let connus = connus();
        proprietaire(&lieux.pgdata())
            .map(|(uid, gid)| par_uid(&connus, uid).unwrap_or_else(|| Self::autre(uid, gid)))
            .or_else(|| proprietaire(&lieux.dossier).and_then(|(uid, _)| par_uid(&connus, uid)))
            .unwrap_or_else(|| Self::habituel(&connus))
    }

    /// Of a folder that nobody has yet.
    fn habituel(connus: &str) -> Self {
        par_nom(connus, "postgres")
            .or_else(|| par_nom(connus, "nobody"))
            .unwrap_or_else(|| Self::autre(65534, 65534))
    }

    fn autre(uid: u32, gid: u32) -> Self {
        Self { uid, gid, nom: uid.to_string(), changer: true }
    }

    pub(crate) fn confier(&self, chemin: &Path) -> Result<(), ErreurCluster> {
        if !self.changer {
            return Ok(());
        }
        std::os::unix::fs::lchown(chemin, Some(self.uid), Some(self.gid)).map_err(sur(chemin))
    }

    /// A command under this account, with a bare environment and nothing to read.
    pub(crate) fn commande(&self, programme: &Path) -> Command {
        let mut commande = Command::new(programme);
        commande.env_clear().env("LANG", "C").env("LC_ALL", "C").env("TZ", "UTC");
        if let Some(chemins) = std::env::var_os("PATH") {
            commande.env("PATH", chemins);
        }
        if self.changer {
            commande.uid(self.uid).gid(self.gid);
        }
        commande.stdin(Stdio::null()).current_dir("/");
        commande
    }

    /// Makes sure that this account can walk down to the data folder; `programme` is any command
    /// that ends by itself when given `--version`.
    pub(crate) fn verifier_acces(
        &self,
        dossier: &Path,
        programme: &Path,
    ) -> Result<(), ErreurCluster> {
        if !self.changer {
            return Ok(());
        }
        self.ouvrir_le_passage(dossier).map_err(sur(dossier))?;
        let mut essai = self.commande(programme);
        essai.arg("--version").current_dir(dossier).stdout(Stdio::null()).stderr(Stdio::null());
        let dossier = dossier.to_owned();
        match essai.status() {
            Ok(_) => Ok(()),
            Err(_) => Err(ErreurCluster::DossierFerme { dossier, compte: self.nom.clone() }),
        }
    }

    /// Lets it walk through a folder of ours, not list it.
    fn ouvrir_le_passage(&self, dossier: &Path) -> io::Result<()> {
        let infos = fs::metadata(dossier)?;
        let mode = infos.permissions().mode();
        if infos.uid() == self.uid || mode & 0o011 == 0o011 {
            return Ok(());
        }
        fs::set_permissions(dossier, fs::Permissions::from_mode(mode | 0o011))
    }
}

/// The account that would run a server in a folder made there by root, and cannot get there. None: it
/// can, or nobody knows.
pub(crate) fn n_y_entre_pas(dossier: &Path) -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let compte = Compte::habituel(&connus());
    let mut essai = compte.commande(Path::new("/bin/sh"));
    essai.args(["-c", ":"]).current_dir(dossier).stdout(Stdio::null()).stderr(Stdio::null());
    let ferme = essai.status().is_err_and(|e| e.kind() == io::ErrorKind::PermissionDenied);
    ferme.then_some(compte.nom)
}

fn connus() -> String {
    fs::read_to_string("/etc/passwd").unwrap_or_default()
}

/// Sends `signal` to the child when the guardian dies, however it dies. Last step before exec:
/// changing the uid would forget it. Linux counts the death of the starting *thread*, hence the
/// rule that the guardian lives on the main thread.
#[cfg(target_os = "linux")]
pub fn lier_au_parent(commande: &mut Command, signal: Signal) {
    let gardien = rustix::process::getpid();
    let lier = move || {
        rustix::process::set_parent_process_death_signal(Some(signal))?;
        match rustix::process::getppid() {
            Some(parent) if parent == gardien => Ok(()),
            _ => Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        }
    };
    // SAFETY: between fork and exec it makes two system calls and allocates nothing.
    unsafe { commande.pre_exec(lier) };
}

#[cfg(not(target_os = "linux"))]
pub fn lier_au_parent(_commande: &mut Command, _signal: Signal) {}

/// Puts the command in a session of its own: Ctrl-C on the terminal does not reach it.
pub(crate) fn detacher(commande: &mut Command) {
    // SAFETY: between fork and exec it makes one system call and allocates nothing.
    unsafe { commande.pre_exec(|| rustix::process::setsid().map(drop).map_err(io::Error::from)) };
}

fn proprietaire(chemin: &Path) -> Option<(u32, u32)> {
    let infos = fs::metadata(chemin).ok()?;
    (infos.uid() != 0).then_some((infos.uid(), infos.gid()))
}

fn par_nom(connus: &str, nom: &str) -> Option<Compte> {
    connus.lines().filter_map(lire).find(|compte| compte.nom == nom)
}

fn par_uid(connus: &str, uid: u32) -> Option<Compte> {
    connus.lines().filter_map(lire).find(|compte| compte.uid == uid)
}

fn lire(ligne: &str) -> Option<Compte> {
    let mut champs = ligne.split(':');
    let nom = champs.next()?.to_owned();
    let uid = champs.nth(1)?.parse().ok()?;
    let gid = champs.next()?.parse().ok()?;
    Some(Compte { uid, gid, nom, changer: true })
}
