//! When `verifier` last read the whole database, and what it found: kept beside the backups.

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::historique;
use crate::platform::causes::du_systeme;
use crate::verification::Constat;

const FICHIER: &str = "verifications.jsonl";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verification {
    pub fait_le: DateTime<Utc>,
    pub base: String,
    /// Which command.
    pub par: String,
    /// Rules that did not hold, with how often.
    pub fautes: Vec<String>,
}

impl Verification {
    pub(crate) fn nouvelle(base: &str, par: &str, constats: &[Constat]) -> Self {
        let fautifs = constats.iter().filter(|c| c.fautes > 0);
        Self {
            fait_le: Utc::now(),
            base: base.to_owned(),
            par: par.to_owned(),
            fautes: fautifs.map(|c| format!("{} ({})", c.regle, c.fautes)).collect(),
        }
    }

    /// Where backups lie; a folder that is not there is not made for this.
    pub(crate) fn noter(&self, dossier: &Path) -> io::Result<()> {
        if dossier.is_dir() { historique::ajouter(dossier, FICHIER, self) } else { Ok(()) }
    }
}

/// In the order in which they were made; and why they cannot be read, or not all, in a sentence.
pub(crate) fn lire(dossier: &Path) -> (Vec<Verification>, Option<String>) {
    let fichier = dossier.join(FICHIER);
    match historique::lire(dossier, FICHIER) {
        Err(e) => {
            (Vec::new(), Some(format!("{} ne se lit pas : {}", fichier.display(), du_systeme(&e))))
        }
        Ok(lues) if historique::fin_perdue::<Verification>(dossier, FICHIER) => {
            let phrase = "est abîmé : sa dernière ligne ne se lit pas";
            (lues, Some(format!("{} {phrase}", fichier.display())))
        }
        Ok(lues) => (lues, None),
    }
}
