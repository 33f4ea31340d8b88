//! How a drill ends: what is written beside the archive, and what its command gets.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use super::super::arret::Arret;
use super::choix::Choix;
use super::{Bilan, Demande, Exercice, Provenance, Verdict};
use crate::platform::causes;
use crate::platform::issue::{Code, Echec};

pub(crate) fn conclure(
    fait: Result<(), Echec>,
    mut exercice: Exercice,
    (choix, demande): (&Choix, &Demande),
    arret: &Arret,
) -> Result<Bilan, Echec> {
    if let Err(echec) = fait {
        // Refused or interrupted: it says nothing of the backup.
        if echec.code == Code::RefuseAvant || arret.est_demande() {
            return Err(echec);
        }
        exercice.cause = Some(echec.phrase.clone());
        ecrire(&exercice, choix, demande)?;
        return Err(echec);
    }
    let tout_tient = exercice.differences.is_empty() && exercice.regles.is_empty();
    exercice.verdict = if tout_tient { Verdict::Prouvee } else { Verdict::Differente };
    let fichier = ecrire(&exercice, choix, demande)?;
    Ok(Bilan { exercice, fichier })
}

/// Beside the archive; of a copy elsewhere, where backups lie here: nothing is written there.
fn ecrire(exercice: &Exercice, choix: &Choix, demande: &Demande) -> Result<PathBuf, Echec> {
    let dossier = match exercice.source {
        Provenance::Ici => &choix.sauvegarde.dossier,
        Provenance::Ailleurs => &demande.dossier,
    };
    let nom = choix.sauvegarde.noms.exercice();
    let creer = || DirBuilder::new().recursive(true).mode(0o700).create(dossier);
    let ecrit = creer().and_then(|()| exercice.ecrire(dossier, &nom));
    ecrit.map_err(|e| {
        let phrase = format!(
            "Le résultat de l'exercice ne s'écrit pas dans {} : {}. Vérifiez les droits de ce \
             dossier, puis recommencez.",
            dossier.display(),
            causes::du_fichier(&e)
        );
        Echec::nouveau(Code::Refuse, phrase)
    })?;
    Ok(dossier.join(nom))
}
