//! How a drill ends: what is written beside the archive, and what its command gets.

use super::super::arret::Arret;
use super::choix::Choix;
use super::copie::NON_ESSAYE;
use super::{Bilan, Exercice, Restaurable, Verdict};
use crate::platform::issue::{Code, Echec};

pub(crate) fn conclure(
    fait: Result<(), Echec>,
    mut exercice: Exercice,
    (choix, arret): (&Choix, &Arret),
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
        let fichier = ecrire(&exercice, choix)?;
        return Ok(Bilan { exercice, fichier });
    }
    let tout_tient = exercice.differences.is_empty() && exercice.regles.is_empty();
    exercice.verdict = if tout_tient { Verdict::Prouvee } else { Verdict::Differente };
    let fichier = ecrire(&exercice, choix)?;
    Ok(Bilan { exercice, fichier })
}

fn ecrire(exercice: &Exercice, choix: &Choix) -> Result<std::path::PathBuf, Echec> {
    let dossier = &choix.sauvegarde.dossier;
    let nom = choix.sauvegarde.noms.exercice();
    exercice.ecrire(dossier, &nom).map_err(|e| {
        let phrase = format!(
            "Le résultat de l'exercice ne s'écrit pas dans {} : {e}. Vérifiez les droits de ce \
             dossier, puis recommencez.",
            dossier.display()
        );
        Echec::nouveau(Code::Refuse, phrase)
    })?;
    Ok(dossier.join(nom))
}
