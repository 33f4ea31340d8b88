//! What was seen of a copy once it had been read: the store's own mark of each object (its ETag; for
//! a file size, time and inode). As long as the mark is the same, so is the object.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::super::noms::{Noms, PARTIEL};

/// By address, by name of file.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Constats(BTreeMap<String, BTreeMap<String, Marque>>);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marque {
    /// Of what was read there.
    pub sha256: String,
    pub etag: String,
}

impl Constats {
    /// One that does not read is none: the copy is then read again.
    pub(super) fn lire(dossier: &Path, noms: &Noms) -> Self {
        let lu = fs::read_to_string(dossier.join(noms.copie())).ok();
        lu.and_then(|texte| serde_json::from_str(&texte).ok()).unwrap_or_default()
    }

    pub(super) fn de(&self, adresse: &str, nom: &str) -> Option<&Marque> {
        self.0.get(adresse)?.get(nom)
    }

    pub(super) fn noter(&mut self, adresse: &str, nom: &str, marque: Marque) {
        self.0.entry(adresse.to_owned()).or_default().insert(nom.to_owned(), marque);
    }

    pub(super) fn ecrire(&self, dossier: &Path, noms: &Noms) -> io::Result<()> {
        let base = noms.archive.trim_start_matches("delicego_");
        let partiel = dossier.join(format!("{PARTIEL}copie~{}-{base}", std::process::id()));
        let ecrire = || {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
            let mut fichier = options.open(&partiel)?;
            fichier.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
            fichier.write_all(b"\n")?;
            fs::rename(&partiel, dossier.join(noms.copie()))
        };
        ecrire().inspect_err(|_| {
            let _jamais_cree = fs::remove_file(&partiel);
        })
    }
}
