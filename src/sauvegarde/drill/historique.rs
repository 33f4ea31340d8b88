//! The drills of a folder of backups, those of backups that are gone too.

use std::io;
use std::path::Path;

use super::super::depot::Sauvegarde;
use super::super::historique;
use super::super::noms::Noms;
use super::super::restore::Epreuve;
use super::{Exercice, Verdict};
use crate::platform::causes::du_systeme;

/// How an opinion begins that tells what was not tried.
pub(super) const NON_EPROUVE: &str = "Non éprouvé";
pub(super) const FICHIER: &str = "drills.jsonl";

pub(crate) fn ajouter(dossier: &Path, exercice: &Exercice) -> io::Result<()> {
    historique::ajouter(dossier, FICHIER, exercice)
}

/// Why what was kept cannot be read, in a sentence; None: it can, or there is none.
pub(crate) fn illisible(dossier: &Path) -> Option<String> {
    let erreur = historique::lire::<Exercice>(dossier, FICHIER).err()?;
    Some(format!("{} ne se lit pas : {}", dossier.join(FICHIER).display(), du_systeme(&erreur)))
}

/// Is its last line torn? What it told is lost.
pub(crate) fn fin_perdue(dossier: &Path) -> bool {
    historique::fin_perdue::<Exercice>(dossier, FICHIER)
}

/// In the order in which they were made, whatever the clock said. What lies beside the backups of that folder counts as well: it may be of a
/// program that kept no history.
pub(crate) fn lire(dossier: &Path, sauvegardes: &[Sauvegarde]) -> Vec<Exercice> {
    let mut tous: Vec<Exercice> = historique::lire(dossier, FICHIER).unwrap_or_default();
    for exercice in sauvegardes.iter().filter_map(Exercice::de) {
        let meme = |e: &Exercice| e.fait_le == exercice.fait_le && e.sha256 == exercice.sha256;
        if !tous.iter().any(meme) {
            let place = tous.iter().rposition(|e| e.fait_le <= exercice.fait_le);
            tous.insert(place.map_or(0, |p| p + 1), exercice);
        }
    }
    tous
}

/// What the drills noted in that folder, and beside that archive, say to whoever restores.
pub(crate) fn epreuves(dossier: &Path, archive: &Path) -> Vec<Epreuve> {
    let a_cote = archive.parent().unwrap_or(Path::new(""));
    let mut tous: Vec<Exercice> = Vec::new();
    for ou in [dossier, a_cote] {
        // What cannot be read says nothing: then less is known, and that is told.
        tous.extend(historique::lire(ou, FICHIER).unwrap_or_default());
    }
    let sien = Noms::de_l_archive(archive).map(|noms| a_cote.join(noms.exercice()));
    tous.extend(sien.and_then(|chemin| Exercice::lire(&chemin)));
    tous.into_iter().map(Exercice::en_epreuve).collect()
}

impl Exercice {
    fn en_epreuve(self) -> Epreuve {
        // What the trial server could not make was not tried.
        let entiere = self.verdict == Verdict::Prouvee
            && self.sans_lignes.is_empty()
            && !self.avis.iter().any(|a| a.starts_with(NON_EPROUVE));
        let Self { sha256, fait_le, obstacles, .. } = self;
        Epreuve { sha256, fait_le, entiere, obstacles }
    }
}
