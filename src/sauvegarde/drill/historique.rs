//! The drills of a folder of backups, those of backups that are gone too.

use std::io;
use std::path::Path;

use super::super::depot::Sauvegarde;
use super::super::historique;
use super::Exercice;

pub(super) const FICHIER: &str = "drills.jsonl";

pub(crate) fn ajouter(dossier: &Path, exercice: &Exercice) -> io::Result<()> {
    historique::ajouter(dossier, FICHIER, exercice)
}

/// The oldest first. What lies beside the backups of that folder counts as well: it may be of a
/// program that kept no history.
pub(crate) fn lire(dossier: &Path, sauvegardes: &[Sauvegarde]) -> io::Result<Vec<Exercice>> {
    let mut tous: Vec<Exercice> = historique::lire(dossier, FICHIER)?;
    for exercice in sauvegardes.iter().filter_map(Exercice::de) {
        let meme = |e: &Exercice| e.fait_le == exercice.fait_le && e.sha256 == exercice.sha256;
        if !tous.iter().any(meme) {
            tous.push(exercice);
        }
    }
    tous.sort_by_key(|e| e.fait_le);
    Ok(tous)
}
