//! HTTPS, for tablets: no browser runs a service worker, the camera or the wake lock without it.
//!
//! - The certificate comes from two files; a key that others can read is refused. New files are
//!   taken as they come (SIGHUP, or when they change), wrong ones never: the old ones go on.
//! - `delicego certificat` makes a local authority once, and certificates for the names of this
//!   server by it. The authority lies beside them; `/certificat` gives it to the tablets.
//! - No HSTS: a browser that keeps it would shut people out when the authority is lost.

pub(crate) mod autorite;
mod certificat;
mod ecoute;
pub(crate) mod page;

use std::path::PathBuf;

pub(crate) use certificat::Certificat;
pub(crate) use ecoute::saluer;

/// Browsers refuse a certificate valid for longer than 398 days.
pub(crate) const JOURS_CERTIFICAT: i64 = 397;
pub(crate) const JOURS_AUTORITE: i64 = 3650;

/// The two files of `--tls-cert` and `--tls-cle`.
#[derive(Debug, Clone)]
pub(crate) struct Fichiers {
    pub certificat: PathBuf,
    pub cle: PathBuf,
}

impl Fichiers {
    /// Where `delicego certificat` leaves the authority: beside what it signed.
    fn autorite(&self) -> PathBuf {
        self.certificat.with_file_name(autorite::AUTORITE)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ErreurTls {
    #[error("--tls-cle : d'autres que vous peuvent lire ce fichier ; faites chmod 600")]
    CleLisible,
    #[error("{option} : {raison}")]
    Fichier { option: &'static str, raison: &'static str },
}
