//! What was seen of a copy once it had been read: the store's own mark of each object (its ETag; for
//! a file size, time and inode). As long as the mark is the same, so is the object.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::noms::{Noms, PARTIEL};
use crate::platform::fichiers;

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
        let partiel = format!("{PARTIEL}copie~{}-{base}", std::process::id());
        let texte = serde_json::to_string_pretty(self)? + "\n";
        fichiers::remplacer(dossier, (&partiel, &noms.copie()), texte.as_bytes())
    }
}
