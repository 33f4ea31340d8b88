//! How a drill ends: what is written beside the archive and in the history, and what its command
//! gets.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::arret::Arret;
use super::choix::Choix;
use super::copie::NON_ESSAYE;
use super::{Bilan, Exercice, Lieu, Provenance, Restaurable, Verdict, historique};
use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

/// `depot`: what was drilled, and the folder of backups that keeps the history.
pub(crate) fn conclure(
    fait: Result<(), Echec>,
    mut exercice: Exercice,
    depot: (&Choix, &Path),
    arret: &Arret,
) -> Result<Bilan, Echec> {
    if let Err(echec) = fait {
        // Refused or interrupted: it says nothing of the backup.
        if echec.code == Code::RefuseAvant || arret.est_demande() {
            return Err(echec);
        }
        exercice.cause = Some(echec.phrase);
        if echec.code != NON_ESSAYE {
            exercice.restaurable = exercice.restaurable.map(|_| Restaurable::Non);
        }
        let fichier = ecrire(&exercice, depot)?;
        return Ok(Bilan { exercice, fichier });
    }
    let tout_tient = exercice.differences.is_empty() && exercice.regles.is_empty();
    exercice.verdict = if tout_tient { Verdict::Prouvee } else { Verdict::Differente };
    let fichier = ecrire(&exercice, depot)?;
    Ok(Bilan { exercice, fichier })
}

/// The backup itself is not to be restored, and that is known without trying.
pub(crate) fn abimee(
    phrase: String,
    lieu: Lieu,
    duree: Duration,
    depot: (&Choix, &Path),
) -> Result<Bilan, Echec> {
    let mut exercice = Exercice::nouveau(depot.0, lieu);
    exercice.cause = Some(phrase);
    exercice.abimee = true;
    exercice.durees.total_s = duree.as_secs_f64();
    let fichier = ecrire(&exercice, depot)?;
    Ok(Bilan { exercice, fichier })
}

fn ecrire(exercice: &Exercice, (choix, dossier): (&Choix, &Path)) -> Result<PathBuf, Echec> {
    if exercice.source == Provenance::Ailleurs {
        return ecrire_ici_seulement(exercice, dossier);
    }
    let a_cote = &choix.sauvegarde.dossier;
    let nom = choix.sauvegarde.noms.exercice();
    exercice.ecrire(a_cote, &nom).map_err(|e| refus(a_cote, &e))?;
    // A file from elsewhere, on a machine that has no folder of backups: beside it.
    let histoire = if dossier.is_dir() { dossier } else { a_cote };
    historique::ajouter(histoire, exercice).map_err(|e| refus(histoire, &e))?;
    Ok(a_cote.join(nom))
}

/// Of a copy elsewhere: there, nothing is written.
fn ecrire_ici_seulement(exercice: &Exercice, dossier: &Path) -> Result<PathBuf, Echec> {
    let creer = || DirBuilder::new().recursive(true).mode(0o700).create(dossier);
    let ecrit = creer().and_then(|()| historique::ajouter(dossier, exercice));
    ecrit.map_err(|e| refus(dossier, &e))?;
    Ok(dossier.join(historique::FICHIER))
}

fn refus(dossier: &Path, erreur: &std::io::Error) -> Echec {
    let phrase = format!(
        "Le résultat de l'exercice ne s'écrit pas dans {} : {}. Vérifiez les droits de ce \
         dossier, puis recommencez.",
        dossier.display(),
        du_systeme(erreur)
    );
    Echec::nouveau(Code::Refuse, phrase)
}
