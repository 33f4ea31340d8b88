//! Where everything lies in the data folder, and the short socket folder for deep paths.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::compte::Compte;
use super::{ErreurCluster, sur};

/// Only a name inside the socket folder: nothing listens on the network.
pub(crate) const PORT: u16 = 5432;

const CHEMIN_MAX: usize = 100;
const JOURNAL_MAX: u64 = 10 * 1024 * 1024;

#[derive(Clone)]
pub(crate) struct Lieux {
    pub dossier: PathBuf,
    /// Holds the sockets of postgres and of the guardian.
    pub run: PathBuf,
}

impl Lieux {
    /// Makes the data folder when it is missing.
    pub(crate) fn preparer(dossier: &Path) -> Result<Self, ErreurCluster> {
        // As root, postgres (another account) must pass through it, without listing it.
        let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(dossier).map_err(sur(dossier))?;
        let dossier = dossier.canonicalize().map_err(sur(dossier))?;
        let run = dossier_des_prises(&dossier);
        Ok(Self { dossier, run })
    }

    pub(crate) fn pgdata(&self) -> PathBuf {
        self.dossier.join("pgdata")
    }

    pub(crate) fn verrou(&self) -> PathBuf {
        self.dossier.join("verrou")
    }

    pub(crate) fn prise_gardien(&self) -> PathBuf {
        self.run.join("gardien.sock")
    }

    pub(crate) fn prise_postgres(&self) -> PathBuf {
        self.run.join(format!(".s.PGSQL.{PORT}"))
    }

    pub(crate) fn journal_postgres(&self) -> PathBuf {
        self.dossier.join("postgres.log")
    }

    pub(crate) fn journal_gardien(&self) -> PathBuf {
        self.dossier.join("gardien.log")
    }

    /// A socket folder in /tmp can be planted by anybody: it must be ours, root's or postgres'.
    pub(crate) fn verifier_run(&self, compte: &Compte) -> Result<bool, ErreurCluster> {
        let infos = match fs::symlink_metadata(&self.run) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            autre => autre.map_err(sur(&self.run))?,
        };
        let moi = rustix::process::geteuid().as_raw();
        let de_confiance = infos.is_dir() && [0, moi, compte.uid].contains(&infos.uid());
        if de_confiance { Ok(true) } else { Err(ErreurCluster::AutreCompte(self.run.clone())) }
    }

    pub(crate) fn creer_run(&self, compte: &Compte) -> Result<(), ErreurCluster> {
        if !self.verifier_run(compte)? {
            DirBuilder::new().mode(0o700).create(&self.run).map_err(sur(&self.run))?;
        }
        fs::set_permissions(&self.run, fs::Permissions::from_mode(0o700))
            .map_err(sur(&self.run))?;
        compte.confier(&self.run)
    }
}

/// Opens a log to append to; one that has grown too large is set aside first.
pub(crate) fn ouvrir_journal(chemin: &Path) -> Result<File, ErreurCluster> {
    if fs::symlink_metadata(chemin).is_ok_and(|infos| infos.len() > JOURNAL_MAX) {
        fs::rename(chemin, chemin.with_extension("log.1")).map_err(sur(chemin))?;
    }
    options_privees().append(true).open(chemin).map_err(sur(chemin))
}

/// 0600, and never through a planted link.
pub(crate) fn options_privees() -> OpenOptions {
    let mut options = OpenOptions::new();
    let sans_lien = OFlags::NOFOLLOW.bits().cast_signed();
    options.create(true).mode(0o600).custom_flags(sans_lien);
    options
}

/// Writes the whole file or nothing.
pub(crate) fn ecrire(chemin: &Path, texte: &str, compte: &Compte) -> Result<(), ErreurCluster> {
    let nouveau = chemin.with_extension("nouveau");
    let deposer = || {
        let mut fichier = options_privees().write(true).truncate(true).open(&nouveau)?;
        fichier.write_all(texte.as_bytes())?;
        fichier.sync_all()
    };
    deposer().map_err(sur(&nouveau))?;
    compte.confier(&nouveau)?;
    fs::rename(&nouveau, chemin).map_err(sur(chemin))
}

fn dossier_des_prises(dossier: &Path) -> PathBuf {
    let run = dossier.join("run");
    let octets = run.as_os_str().as_bytes();
    let court = octets.len() + "/.s.PGSQL.5432".len() <= CHEMIN_MAX;
    // These would need quoting in the settings of postgres.
    let simple = run.to_str().is_some()
        && !octets.iter().any(|o| o.is_ascii_control() || b"'\"\\,".contains(o));
    if court && simple {
        return run;
    }
    let somme = Sha256::digest(dossier.as_os_str().as_bytes());
    let nom: String = somme.iter().take(8).map(|octet| format!("{octet:02x}")).collect();
    PathBuf::from(format!("/tmp/delicego-{nom}"))
}
