//! The folder before a backup: there, ours to write, free of what dead runs left, large enough.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::partiel::{self, Partiel};
use super::rotation;
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::manifeste::Base;
use crate::sauvegarde::{Format, depot, disque};

/// For the manifest, the roles and the checksum.
const A_COTE: u64 = 1024 * 1024;
/// Of the catalogues, which every database has and no archive holds.
const CATALOGUES: u64 = 7 * 1024 * 1024;

/// Makes it, 0700; one that is there keeps its mode.
pub(crate) fn preparer(dossier: &Path, base: &str) -> Result<(), Echec> {
    let refus = |e: io::Error| {
        let phrase = match e.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                format!("{} n'est pas un dossier : choisissez-en un autre.", dossier.display())
            }
            _ => disque::dire(dossier, &e).phrase,
        };
        Echec::nouveau(Code::RefuseAvant, phrase)
    };
    DirBuilder::new().recursive(true).mode(0o700).create(dossier).map_err(refus)?;
    // Better now than after an hour of reading.
    Partiel::creer(dossier, base).map(drop).map_err(refus)
}

/// Removes what runs that died left of this database. The backup lock is held.
pub(crate) fn nettoyer(dossier: &Path, base: &str) -> Result<(), Echec> {
    let debut = partiel::debut(base);
    let refus = |e: io::Error| disque::dire(dossier, &e);
    for entree in fs::read_dir(dossier).map_err(refus)? {
        let chemin = entree.map_err(refus)?.path();
        let nom = chemin.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let reste = nom.starts_with(&debut) && depot::est_un_fichier(&chemin);
        if reste && partiel::abandonne(&chemin) {
            fs::remove_file(&chemin).map_err(refus)?;
        }
    }
    rotation::finir(dossier, base)
}

/// About as much as the last one took; the first time, what a database mostly packs into.
pub(crate) fn place_voulue(
    base: &Base,
    derniere: Option<&depot::Sauvegarde>,
    format: Format,
) -> u64 {
    let estimee = match derniere.map(|d| &d.manifeste) {
        Some(d) if d.format == format => {
            let crue = base.octets.max(1) as f64 / d.base.octets.max(1) as f64;
            (d.archive.octets as f64 * crue.max(1.0) * 1.1) as u64
        }
        _ => base.octets.saturating_sub(CATALOGUES) / 3,
    };
    estimee.saturating_add(A_COTE)
}

/// Names given in it stay after a power cut; some network disks see to it by themselves, and say
/// that they cannot.
pub(crate) fn fixer(dossier: &Path) -> io::Result<()> {
    match File::open(dossier)?.sync_all() {
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        fixe => fixe,
    }
}
