//! The drills of a folder of backups, those of backups that are gone too.

use std::io;
use std::path::Path;

use super::super::depot::Sauvegarde;
use super::super::historique;
use super::Exercice;
use crate::platform::causes::du_systeme;

pub(super) const FICHIER: &str = "drills.jsonl";

pub(crate) fn ajouter(dossier: &Path, exercice: &Exercice) -> io::Result<()> {
    historique::ajouter(dossier, FICHIER, exercice)
}

/// Why what was kept cannot be read, in a sentence; None: it can, or there is none.
pub(crate) fn illisible(dossier: &Path) -> Option<String> {
    let erreur = historique::lire::<Exercice>(dossier, FICHIER).err()?;
    Some(format!("{} ne se lit pas : {}", dossier.join(FICHIER).display(), du_systeme(&erreur)))
}

/// The oldest first. What lies beside the backups of that folder counts as well: it may be of a
/// program that kept no history.
pub(crate) fn lire(dossier: &Path, sauvegardes: &[Sauvegarde]) -> Vec<Exercice> {
    let mut tous: Vec<Exercice> = historique::lire(dossier, FICHIER).unwrap_or_default();
    for exercice in sauvegardes.iter().filter_map(Exercice::de) {
        let meme = |e: &Exercice| e.fait_le == exercice.fait_le && e.sha256 == exercice.sha256;
        if !tous.iter().any(meme) {
            tous.push(exercice);
        }
    }
    tous.sort_by_key(|e| e.fait_le);
    tous
}
