//! What was seen of a copy once it had been read: the store's own mark of each object (its ETag; for
//! a file size, time and inode). As long as the mark is the same, so is the object, good or damaged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::manifeste::Manifeste;
use super::super::noms::{Noms, PARTIEL};
use super::{Ailleurs, Copie, Objet, restees};
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
    /// Read to its end, it was not what was written: so it stays until it is written or read anew.
    #[serde(default)]
    pub abimee: bool,
}

impl Marque {
    pub(super) fn nouvelle(sha256: &str, etag: String) -> Self {
        Self { sha256: sha256.to_owned(), etag, vu_le: Some(Utc::now()), abimee: false }
    }

    /// Of an object as it was found damaged, under the sum that it should have.
    fn abimee(sha256: &str, etag: String) -> Self {
        Self { abimee: true, ..Self::nouvelle(sha256, etag) }
    }

    /// The same object, and found good.
    pub(super) fn est_encore(&self, autre: &Self) -> bool {
        !self.abimee && self.porte(autre.etag.as_str(), &autre.sha256)
    }

    /// The same object, and found damaged.
    pub(super) fn est_abimee(&self, objet: &Objet, sha256: &str) -> bool {
        self.abimee && self.porte(objet.etag.as_deref().unwrap_or_default(), sha256)
    }

    fn porte(&self, etag: &str, sha256: &str) -> bool {
        self.sha256 == sha256 && self.etag == etag
    }
}

impl Ailleurs {
    /// What was noted of that copy in the folder of the backups, and whether it bears that mark still:
    /// nothing of it is read. None: nothing is known of it there, or the store shows no mark.
    pub(crate) fn dernier_constat(&self, dossier: &Path, copie: &Copie) -> Option<DernierConstat> {
        let note = self.note(dossier, &copie.noms)?;
        let vue = Marque::nouvelle(&copie.manifeste.archive.sha256, copie.etag.clone()?);
        let abimee = note.abimee && note.porte(&vue.etag, &vue.sha256);
        Some(DernierConstat { le: note.vu_le, inchangee: note.est_encore(&vue), abimee })
    }

    /// When a copy that is there no more was last found equal; None: it was never seen there.
    pub(crate) fn vue_naguere(&self, dossier: &Path, noms: &Noms) -> Option<DernierConstat> {
        let note = self.note(dossier, noms)?;
        let le = note.vu_le.filter(|_| !note.abimee);
        Some(DernierConstat { le, inchangee: false, abimee: false })
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
    /// Then it was found damaged, and it is that very object still.
    pub abimee: bool,
}

/// An archive of a copy was read to its end: was it what was written? That is kept beside the backup
/// here of which it is the copy, when there is one; else in the history of that folder.
pub(crate) async fn noter_une_lecture(lue: &Lue<'_>, dossier: &Path, bonne: bool) {
    let ici = Manifeste::lire(&dossier.join(lue.noms.manifeste()));
    if !ici.is_ok_and(|m| m.archive.sha256 == lue.sha256) {
        return restees::noter(lue, dossier, bonne).await;
    }
    let mut constats = Constats::lire(dossier, lue.noms);
    let adresses = match lue.la {
        La::Objet(ailleurs, objet) => vec![(ailleurs.adresse.clone(), objet.clone())],
        La::Dossier(ou) => constats.du_dossier(ou, &lue.noms.archive).await,
    };
    let mut change = false;
    for (adresse, objet) in adresses {
        let (nom, etag) = (&lue.noms.archive, objet.etag.unwrap_or_default());
        let connue = constats.de(&adresse, nom).is_some_and(|m| m.abimee);
        if bonne && !connue {
            continue;
        }
        let marque = if bonne { Marque::nouvelle } else { Marque::abimee };
        constats.noter(&adresse, nom, marque(lue.sha256, etag));
        change = true;
    }
    let ecrit = if change { constats.ecrire(dossier, lue.noms) } else { Ok(()) };
    if let Err(e) = ecrit {
        tracing::warn!(err = %e, "lecture d'une copie non notée");
    }
}

/// What was read.
pub(crate) struct Lue<'a> {
    pub noms: &'a Noms,
    /// That it should have.
    pub sha256: &'a str,
    pub la: La<'a>,
}

/// Where it lies.
pub(crate) enum La<'a> {
    Objet(&'a Ailleurs, &'a Objet),
    /// A folder that may be one of copies.
    Dossier(&'a Path),
}

impl Constats {
    /// One that does not read is none: the copy is then read again.
    pub(super) fn lire(dossier: &Path, noms: &Noms) -> Self {
        let lu = fs::read_to_string(dossier.join(noms.copie())).ok();
        lu.and_then(|texte| serde_json::from_str(&texte).ok()).unwrap_or_default()
    }

    /// Of that archive, as it lies in each address that means that folder.
    async fn du_dossier(&self, dossier: &Path, nom: &str) -> Vec<(String, Objet)> {
        let mut vus = Vec::new();
        let Ok(voulu) = dossier.canonicalize() else { return vus };
        for adresse in self.0.keys() {
            let Ok(ailleurs) = Ailleurs::ouvrir(adresse) else { continue };
            let la = ailleurs.local.as_ref().and_then(|l| l.canonicalize().ok());
            if la.is_some_and(|la| la == voulu)
                && let Ok(Some(objet)) = ailleurs.vu(nom).await
            {
                vus.push((adresse.clone(), objet));
            }
        }
        vus
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
