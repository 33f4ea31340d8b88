//! The copies elsewhere: the new backup, and those whose copy failed before.

use super::{Resultat, journal};
use crate::platform::issue::Echec;
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::{Ailleurs, Arret, EtatCopie};

/// What fails there is an `ennui` of a backup that is good here.
pub(crate) async fn copier(resultat: &mut Resultat, ailleurs: &Ailleurs, arret: &Arret) {
    let voulues = match a_copier(resultat) {
        Ok(voulues) => voulues,
        Err(echec) => return resultat.ennuis.push(echec.phrase),
    };
    for s in voulues {
        match arret.ou_interrompu(une(&s, ailleurs)).await {
            Ok(true) => resultat.copiees.push(s.noms.archive.clone()),
            Ok(false) => {}
            Err(echec) => {
                journal::copie_manquee(&s, &echec);
                let nom = &s.noms.archive;
                return resultat
                    .ennuis
                    .push(format!("{nom} n'a pas pu être copiée : {}", echec.phrase));
            }
        }
    }
}

/// The newest first: if the store dies again, it is the one that counts.
fn a_copier(resultat: &Resultat) -> Result<Vec<Sauvegarde>, Echec> {
    let faite = &resultat.faite;
    let b = &faite.manifeste.base;
    let mut toutes = depot::lister(&faite.dossier)?;
    toutes.retain(|s| {
        s.presente && s.manifeste.verifie && s.manifeste.est_de(&b.nom, b.systeme.as_deref())
    });
    toutes.reverse();
    Ok(toutes)
}

/// True: it was not there before.
async fn une(s: &Sauvegarde, ailleurs: &Ailleurs) -> Result<bool, Echec> {
    if ailleurs.etat(&s.dossier, &s.noms, &s.manifeste).await? == EtatCopie::Egale {
        return Ok(false);
    }
    ailleurs.copier(&s.dossier, &s.noms, &s.manifeste).await?;
    journal::copiee(s, ailleurs.adresse());
    Ok(true)
}
