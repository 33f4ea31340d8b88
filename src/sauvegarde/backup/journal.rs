//! The log events of backups.

use super::{OptionsBackup, Resultat};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::depot::Sauvegarde;

pub(crate) fn commencer(o: &OptionsBackup) {
    tracing::info!(
        event = "backup_start",
        dossier = %o.dossier.display(),
        format = o.format.code(),
        chiffre = !o.chiffrer.is_empty()
    );
}

/// Once it has its name.
pub(crate) fn faite(s: &Sauvegarde) {
    let m = &s.manifeste;
    tracing::info!(
        event = "backup_done",
        base = m.base.nom,
        fichier = %s.archive().display(),
        octets = m.archive.octets,
        lignes = m.lignes(),
        secondes = m.duree_s
    );
    if !m.suspect.is_empty() {
        let raisons = m.suspect.join(" ; ");
        tracing::warn!(
            event = "backup_suspect",
            base = m.base.nom,
            fichier = m.archive.nom,
            raisons
        );
    }
}

pub(crate) fn retiree(s: &Sauvegarde) {
    let m = &s.manifeste;
    tracing::info!(
        event = "backup_rotation",
        base = m.base.nom,
        fichier = m.archive.nom,
        octets = m.archive.octets
    );
}

pub(crate) fn copiee(s: &Sauvegarde, vers: &str) {
    let m = &s.manifeste;
    let (octets, fichier) = (m.archive.octets, &m.archive.nom);
    tracing::info!(event = "backup_copie", base = m.base.nom, fichier, vers, octets);
}

/// Of a copy that had lost a file, or of which one was damaged.
pub(crate) fn copie_reprise(s: &Sauvegarde, vers: &str, parti: &str) {
    let m = &s.manifeste;
    let fichier = &m.archive.nom;
    tracing::warn!(event = "backup_copie_reprise", base = m.base.nom, fichier, vers, parti);
}

/// `abimee`: by its archive, here.
pub(crate) fn copie_manquee(s: &Sauvegarde, echec: &Echec, abimee: bool) {
    let m = &s.manifeste;
    let (fichier, err) = (&m.archive.nom, &echec.phrase);
    tracing::warn!(event = "backup_copie_manquee", base = m.base.nom, fichier, err, abimee);
}

pub(crate) fn conclure(issue: &Result<Resultat, Echec>) {
    match issue {
        Ok(_) => {}
        Err(e) if matches!(e.code, Code::RefuseAvant | Code::Verrou | Code::Usage) => {
            tracing::warn!(event = "backup_refus", err = e.phrase, code = e.code.nombre());
        }
        Err(e) => tracing::error!(event = "backup_erreur", err = e.phrase, code = e.code.nombre()),
    }
}
