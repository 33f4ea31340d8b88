//! Copies that were found damaged and whose backup is here no more: there is nothing beside which that
//! could be noted, nothing to write them anew from, and they lie there as if they could be restored.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::super::historique;
use super::{Ailleurs, La, Lue};
use crate::platform::issue::Echec;

const FICHIER: &str = "copies-abimees.jsonl";

/// An archive as it lay there when it was read to its end.
#[derive(Serialize, Deserialize)]
struct Note {
    lieu: String,
    archive: String,
    /// The store's mark of it: written anew, it is another object.
    etag: String,
    lue_le: DateTime<Utc>,
    abimee: bool,
}

/// Good, it is worth a line only where the last one says otherwise.
pub(super) async fn noter(lue: &Lue<'_>, dossier: &Path, bonne: bool) {
    let Some((lieu, etag)) = vue(lue).await else { return };
    let archive = lue.noms.archive.clone();
    let note = Note { lieu, archive, etag, lue_le: Utc::now(), abimee: !bonne };
    if bonne && !lire(dossier).iter().any(|n| n.abimee && est_de(n, &note)) {
        return;
    }
    if let Err(e) = historique::ajouter(dossier, FICHIER, &note) {
        tracing::warn!(err = %e, "lecture d'une copie non notée");
    }
}

/// What cannot be read says nothing: then a copy is as little known as one that was never read.
fn lire(dossier: &Path) -> Vec<Note> {
    historique::lire(dossier, FICHIER).unwrap_or_default()
}

fn est_de(note: &Note, autre: &Note) -> bool {
    note.lieu == autre.lieu && note.archive == autre.archive
}

/// Where it lies, and its mark there.
async fn vue(lue: &Lue<'_>) -> Option<(String, String)> {
    if let La::Objet(ailleurs, objet) = lue.la {
        return Some((ailleurs.lieu(), objet.etag.clone()?));
    }
    let La::Dossier(dossier) = lue.la else { return None };
    let adresse = Url::from_file_path(dossier.canonicalize().ok()?).ok()?;
    let ailleurs = Ailleurs::ouvrir(adresse.as_str()).ok()?;
    let objet = ailleurs.vu(&lue.noms.archive).await.ok()??;
    Some((ailleurs.lieu(), objet.etag?))
}

impl Ailleurs {
    /// A folder is one place, by whichever address it is reached.
    fn lieu(&self) -> String {
        let dossier = self.local.as_ref().and_then(|local| local.canonicalize().ok());
        dossier.map_or_else(|| self.adresse.clone(), |d| d.display().to_string())
    }

    /// Those that lie there still, and are the very objects that were found damaged.
    pub(crate) async fn restees(&self, dossier: &Path) -> Result<Vec<String>, Echec> {
        let (lieu, notes) = (self.lieu(), lire(dossier));
        let mut restees = Vec::new();
        for (rang, note) in notes.iter().enumerate() {
            let redite = notes[rang + 1..].iter().any(|autre| est_de(note, autre));
            if redite || !note.abimee || note.lieu != lieu {
                continue;
            }
            let objet = self.vu(&note.archive).await?;
            if objet.is_some_and(|objet| objet.etag.as_ref() == Some(&note.etag)) {
                restees.push(note.archive.clone());
            }
        }
        Ok(restees)
    }
}
