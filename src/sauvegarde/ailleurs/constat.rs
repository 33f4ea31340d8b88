//! What was seen of a copy once it had been read: the store's own mark of each object (its ETag; for
//! a file size, time and inode). As long as the mark is the same, so is the object.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::noms::{Noms, PARTIEL};
use super::{Ailleurs, Copie};
use crate::platform::fichiers;

/// By address, by name of file.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Constats(BTreeMap<String, BTreeMap<String, Marque>>);

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Marque {
    /// Of what was read there.
    pub sha256: String,
    pub etag: String,
    /// When. None: an older program did not note it.
    #[serde(default)]
    pub vu_le: Option<DateTime<Utc>>,
}

impl Marque {
    pub(super) fn nouvelle(sha256: &str, etag: String) -> Self {
        Self { sha256: sha256.to_owned(), etag, vu_le: Some(Utc::now()) }
    }

    pub(super) fn est_encore(&self, autre: &Self) -> bool {
        (&self.sha256, &self.etag) == (&autre.sha256, &autre.etag)
    }
}

impl Ailleurs {
    /// What was noted of that copy in the folder of the backups, and whether it bears that mark still:
    /// nothing of it is read. None: nothing is known of it there, or the store shows no mark.
    pub(crate) fn dernier_constat(&self, dossier: &Path, copie: &Copie) -> Option<DernierConstat> {
        let note = self.note(dossier, &copie.noms)?;
        let vue = Marque::nouvelle(&copie.manifeste.archive.sha256, copie.etag.clone()?);
        Some(DernierConstat { le: note.vu_le, inchangee: note.est_encore(&vue) })
    }

    /// When a copy that is there no more was last found equal; None: it was never seen there.
    pub(crate) fn vue_naguere(&self, dossier: &Path, noms: &Noms) -> Option<DernierConstat> {
        let note = self.note(dossier, noms)?;
        Some(DernierConstat { le: note.vu_le, inchangee: false })
    }

    fn note(&self, dossier: &Path, noms: &Noms) -> Option<Marque> {
        Constats::lire(dossier, noms).de(&self.adresse, &noms.archive).cloned()
    }
}

/// Of a copy elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DernierConstat {
    /// When it was last found equal.
    pub le: Option<DateTime<Utc>>,
    pub inchangee: bool,
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
