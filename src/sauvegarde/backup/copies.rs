//! The copies elsewhere: the new backup, and those whose copy failed before, or lost a file since, or
//! was damaged there.

use super::{OptionsBackup, Resultat, journal, rotation};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::ailleurs::{Copiee, Manquee};
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::relectures::{self, Lectures};
use crate::sauvegarde::retention::Garder;
use crate::sauvegarde::{Ailleurs, Arret};

/// The place of copies, where one was asked for, else what went wrong with it: that never stops the
/// backup here. A line of a crontab is typed once, and read every night.
pub(crate) fn ouvrir(o: &OptionsBackup, base: &str) -> Option<Result<Ailleurs, Echec>> {
    let vers = o.vers.as_ref()?;
    let ouverte = Ailleurs::ouvrir_pour_copier(vers).map_err(|echec| match echec.code {
        Code::Usage => {
            let ou = if o.vers_tapee { "--vers" } else { "DELICEGO_SAUVEGARDES_VERS" };
            Echec::nouveau(Code::RefuseAvant, format!("{ou} : {}.", echec.phrase))
        }
        _ => echec,
    });
    Some(ouverte.and_then(|ailleurs| {
        ailleurs.dossier_local().map_or(Ok(()), |copies| rotation::finir(copies, base))?;
        Ok(ailleurs)
    }))
}

/// The backup is good here, and nothing could be copied.
pub(crate) fn manquer(resultat: &mut Resultat, echec: &Echec) {
    let faite = resultat.faite.clone();
    noter(resultat, &faite, (echec, false));
}

/// `perdue`: its archive is damaged here, and no later run will copy it.
fn noter(resultat: &mut Resultat, s: &Sauvegarde, (echec, perdue): (&Echec, bool)) {
    journal::copie_manquee(s, echec, perdue);
    let ennui = format!("{} n'a pas pu être copiée : {}", s.noms.archive, echec.phrase);
    resultat.mal_copiees.get_or_insert_default().push(ennui);
}

/// What is damaged here is a failure when that is found: as it lies there still, each
/// later run tells it, and fails for what is new only.
fn noter_abimee(resultat: &mut Resultat, s: &Sauvegarde, (echec, archive): (&Echec, bool)) {
    let connue = match archive {
        true => Lectures::du_dossier(&s.dossier).de(s).is_some_and(|l| l.abimee),
        // Its roles are: it is good itself.
        false => relectures::noter_roles_abimes(s),
    };
    if connue {
        return resultat.remarques.push(echec.phrase.clone());
    }
    if archive {
        relectures::noter_abimee(s);
    }
    noter(resultat, s, (echec, archive));
}

/// What fails there is an `ennui` of a backup that is good here.
pub(crate) async fn copier(
    resultat: &mut Resultat,
    (ailleurs, garder): (&Ailleurs, &Garder),
    arret: &Arret,
) {
    resultat.remarques.extend(ailleurs.ouvert_a_d_autres());
    let voulues = match a_copier(resultat) {
        Ok(voulues) => voulues,
        Err(echec) => return resultat.mal_copiees.get_or_insert_default().push(echec.phrase),
    };
    for s in voulues {
        match arret.ou_interrompu(async { Ok(une(&s, ailleurs).await) }).await {
            Ok(Ok(Copiee::Deja)) => {}
            Ok(Ok(Copiee::Faite)) => resultat.copiees.push(s.noms.archive.clone()),
            Ok(Ok(Copiee::Reprise(parti))) => resultat.reprises.push(parti),
            Ok(Ok(Copiee::Refaite(abime))) => resultat.refaites.push(abime),
            Ok(Err(Manquee::Elle(echec))) => noter(resultat, &s, (&echec, false)),
            Ok(Err(Manquee::AbimeeIci { echec, archive })) => {
                noter_abimee(resultat, &s, (&echec, archive));
            }
            Ok(Err(Manquee::Tout(echec))) | Err(echec) => {
                return noter(resultat, &s, (&echec, false));
            }
        }
    }
    if resultat.mal_copiees.as_ref().is_some_and(|m| !m.is_empty()) {
        return;
    }
    if let (Some(dossier), true) = (ailleurs.dossier_local(), resultat.sans_soupcon()) {
        let abimees = ailleurs.restees(&resultat.faite.dossier).await.unwrap_or_default();
        rotation::tourner_les_copies(resultat, (dossier, abimees.into_iter().collect()), garder);
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

async fn une(s: &Sauvegarde, ailleurs: &Ailleurs) -> Result<Copiee, Manquee> {
    let faite = ailleurs.copier(&s.dossier, &s.noms, &s.manifeste).await?;
    match &faite {
        Copiee::Deja => {}
        Copiee::Faite => journal::copiee(s, ailleurs.adresse()),
        Copiee::Reprise(parti) | Copiee::Refaite(parti) => {
            journal::copie_reprise(s, ailleurs.adresse(), parti);
        }
    }
    Ok(faite)
}
