//! The drill: a backup is restored for real, far from the live database, and proved.
//!
//! 1. Checksum, manifest and the whole archive are read first. One that is damaged, cut or gone is
//!    a drill that failed; what says nothing of the backup (no key, no room) is refused (code 5).
//! 2. The copy lives in a private server made to be thrown away, or in `<base>_restore_test` on
//!    the server, which must bear our mark when it is already there.
//! 3. With `--file` and the private server the live server may be away. When it answers, it is
//!    asked whether a restore would do there, with this account: that is half of the verdict.
//! 4. Proved: dumped again, the copy has the manifest's rows, table by table, and `verifier` holds.
//! 5. The result lies beside the archive, whole or not at all, and in the history of the folder
//!    (`drills.jsonl`), which no rotation takes. An interrupted drill says nothing.
//! 6. A drill holds its own lock only: it never stops a backup or a restore.

pub(crate) mod a_blanc;
mod choix;
mod conclure;
mod copie;
mod deroulement;
pub(crate) mod historique;
mod prevision;
mod resultat;
mod sql;
mod travail;
mod vivant;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use prevision::prevision;
pub(crate) use resultat::{Difference, Regle};
pub use resultat::{Durees, Exercice, Provenance, Verdict};
use serde::{Deserialize, Serialize};

use self::choix::Choix;
use self::travail::Travail;
use super::arret::Arret;
use super::cible::Cible;
use super::restore::{Deballee, Ou, Panne, Suivi, deballer};
pub use super::restore::{Obstacle, Restaurable};
use super::verrous::{Genre, Verrou};
use crate::platform::config::BaseVisee;
use crate::platform::issue::{Code, Echec, dire};

#[derive(Debug, Clone)]
pub(crate) struct Demande {
    pub quoi: Quoi,
    /// Where backups lie.
    pub dossier: PathBuf,
    pub lieu: Lieu,
    /// The file of the age identity, for a backup that is encrypted.
    pub cle: Option<PathBuf>,
    /// How long to wait for another drill.
    pub attente: Duration,
}

/// Which backup.
#[derive(Debug, Clone)]
pub(crate) enum Quoi {
    /// The newest verified one of the database in the folder.
    Derniere,
    /// A path, or an address.
    Fichier(PathBuf),
    /// The newest in the folder, and every second time the newest of this address.
    Alterner(String),
}

/// Where the copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lieu {
    Prive,
    Serveur,
}

/// The result, and the file it was written to.
#[derive(Debug)]
pub(crate) struct Bilan {
    pub exercice: Exercice,
    pub fichier: PathBuf,
}

/// What a drill listens to, and whom it tells how far it is.
#[derive(Clone)]
pub(crate) struct Contexte {
    pub suivi: Suivi,
    pub arret: Arret,
}

/// Every end of a drill is told to the log here, once.
pub(crate) async fn exercer(
    visee: &BaseVisee,
    demande: &Demande,
    contexte: &Contexte,
) -> Result<Bilan, Echec> {
    let issue = conduire(visee, demande, contexte).await;
    contexte.suivi.effacer();
    match &issue {
        Ok(bilan) => bilan.exercice.annoncer(),
        Err(e) if matches!(e.code, Code::RefuseAvant | Code::Verrou | Code::Usage) => {
            tracing::warn!(event = "drill_refus", err = e.phrase);
        }
        Err(e) => tracing::error!(event = "drill_erreur", err = e.phrase),
    }
    issue
}

async fn conduire(
    visee: &BaseVisee,
    demande: &Demande,
    contexte: &Contexte,
) -> Result<Bilan, Echec> {
    let choix = contexte.arret.ou_interrompu(Choix::faire(visee, demande)).await?;
    let _verrou = verrouiller(visee, demande, (&choix, &contexte.arret)).await?;
    let depart = std::time::Instant::now();
    let conclure_abimee = |phrase: String| {
        let depot = (&choix, demande.dossier.as_path());
        conclure::abimee(phrase, demande.lieu, depart.elapsed(), depot)
    };
    if let Some(defaut) = choix.defaut() {
        return conclure_abimee(defaut);
    }
    let travail = Travail::preparer(visee, &choix.manifeste().base.nom)?;
    travail.verifier_la_place(choix.manifeste(), demande.lieu)?;
    let (entree, ou) =
        (choix.entree.clone(), Ou { vers: travail.archive(), cle: demande.cle.clone() });
    let Contexte { suivi, arret } = contexte.clone();
    let deballage = move || deballer(&entree, &ou, &suivi, &arret);
    let deballage = tokio::task::spawn_blocking(deballage);
    // The server starts while the archive is unpacked.
    let cible = copie::ouvrir(visee, demande.lieu, (&choix, &travail), &contexte.arret).await;
    let deballee = deballage.await.map_err(dire)?;
    // Its sum alone may be wrong there, which is looked at without it.
    let bonne = deballee.as_ref().is_ok_and(|d| d.sha256 == choix.attendue().0);
    let deballee = match controler(&choix, deballee) {
        Ok(deballee) => deballee,
        Err((abimee, refus)) => {
            if abimee && !bonne {
                choix.noter_la_lecture(&demande.dossier, false).await;
            }
            drop(cible);
            travail.attendre_la_fin().await;
            return if abimee { conclure_abimee(refus.phrase) } else { Err(refus) };
        }
    };
    choix.noter_la_lecture(&demande.dossier, true).await;
    let depaquetage_s = depart.elapsed().as_secs_f64();
    tracing::info!(
        event = "drill_start",
        fichier = choix.nom(),
        lignes = choix.manifeste().lignes()
    );
    let mut exercice = Exercice::nouveau(&choix, demande.lieu);
    exercice.durees.depaquetage_s = depaquetage_s;
    exercice.avis.extend(choix.entree.avis());
    let vivant = vivant::juger(visee, (&choix, &deballee.contenu), &mut exercice).await;
    let ici = (cible, vivant);
    let fait = deroulement::derouler(ici, (&choix, &deballee), contexte, &mut exercice);
    let fait = fait.await;
    exercice.durees.total_s = depart.elapsed().as_secs_f64();
    drop(deballee);
    travail.attendre_la_fin().await;
    conclure::conclure(fait, exercice, (&choix, &demande.dossier), &contexte.arret)
}

/// What is damaged is a drill that failed; what says nothing of the backup is refused.
fn controler(choix: &Choix, deballee: Result<Deballee, Panne>) -> Result<Deballee, (bool, Echec)> {
    let deballee = deballee.map_err(|panne| panne.juger(&choix.entree, choix.attendue()))?;
    let abimee = |phrase| (true, Echec::nouveau(Code::Anomalie, phrase));
    choix.controler(&deballee).map_err(abimee)?;
    Ok(deballee)
}

/// The live server is asked for the lock too, where there is one to ask; a file of ours on this
/// host otherwise: a drill must work while the live database is away.
async fn verrouiller(
    visee: &BaseVisee,
    demande: &Demande,
    (choix, arret): (&Choix, &Arret),
) -> Result<Verrou, Echec> {
    let seul = demande.lieu == Lieu::Prive && matches!(demande.quoi, Quoi::Fichier(_));
    if !seul && let BaseVisee::Serveur(_) = visee {
        match Cible::ouvrir(visee).await {
            Ok(cible) => {
                return Verrou::prendre(&cible, Genre::Exercice, demande.attente, arret).await;
            }
            Err(refus) if demande.lieu == Lieu::Serveur => return Err(refus),
            Err(refus) => tracing::debug!(err = refus.phrase, "exercice sans le serveur"),
        }
    }
    let embarque = match visee {
        BaseVisee::Embarquee(dossier) if dossier.is_dir() => Some(dossier.as_path()),
        _ => None,
    };
    let base = &choix.manifeste().base.nom;
    Verrou::prendre_ici((embarque, base), Genre::Exercice, demande.attente, arret).await
}
