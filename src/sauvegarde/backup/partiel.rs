//! A file that is being written: nobody takes it for a backup, and it goes away by itself unless
//! it is given its final name.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{CWD, FlockOperation, OFlags, RenameFlags, flock, renameat_with};
use rustix::io::Errno;

use crate::sauvegarde::noms::{PARTIEL, simple};

pub(crate) struct Partiel {
    pub chemin: PathBuf,
    /// Locked for as long as it is open: whoever finds it unlocked knows that we are dead.
    pub fichier: File,
    nomme: bool,
}

/// What the unfinished files of a database begin with.
pub(crate) fn debut(base: &str) -> String {
    format!("{PARTIEL}{}~", simple(base))
}

impl Partiel {
    pub(crate) fn creer(dossier: &Path, base: &str) -> io::Result<Self> {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let nom = format!("{}{}-{numero}", debut(base), std::process::id());
        let chemin = dossier.join(nom);
        let fichier = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&chemin)?;
        let partiel = Self { chemin, fichier, nomme: false };
        // Some network disks have no locks: then only the lock on the database protects it.
        let _sans_verrou = flock(&partiel.fichier, FlockOperation::NonBlockingLockExclusive);
        Ok(partiel)
    }

    /// Gives it that name, over nothing. `AlreadyExists` when something has it.
    pub(crate) fn nommer(&mut self, chemin: &Path) -> io::Result<()> {
        match renameat_with(CWD, &self.chemin, CWD, chemin, RenameFlags::NOREPLACE) {
            Ok(()) => self.nomme = true,
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.nommer_autrement(chemin)?,
            Err(e) => return Err(e.into()),
        }
        Ok(())
    }

    /// On a disk that does not know how: a second name over nothing, then the first goes. Where
    /// there are no second names either, what can be done is to look first.
    fn nommer_autrement(&mut self, chemin: &Path) -> io::Result<()> {
        match fs::hard_link(&self.chemin, chemin) {
            Ok(()) => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(e),
            Err(_) if fs::symlink_metadata(chemin).is_ok() => {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            Err(_) => fs::rename(&self.chemin, chemin)?,
        }
        self.nomme = true;
        Ok(())
    }
}

impl Drop for Partiel {
    fn drop(&mut self) {
        if !self.nomme {
            // The next run removes what cannot be removed now.
            let _reste = fs::remove_file(&self.chemin);
        }
    }
}

/// Is whoever wrote it gone? Then it may be removed.
pub(crate) fn abandonne(chemin: &Path) -> bool {
    let ouvert = OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(chemin);
    ouvert.is_ok_and(|f| flock(&f, FlockOperation::NonBlockingLockExclusive).is_ok())
}
