//! Backups that are no longer needed go: the manifest first, under a name that says so, then what
//! it lists. A run that dies in the middle is finished by the next one.

use std::fs;
use std::io;
use std::path::Path;

use super::{Resultat, dossier::fixer, journal};
use crate::platform::issue::Echec;
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::disque;
use crate::sauvegarde::manifeste::Manifeste;
use crate::sauvegarde::noms::Noms;
use crate::sauvegarde::retention::{self, Garder};

/// Begins the name of the manifest of a backup that is being removed.
const ADIEU: &str = ".supprime-";

/// Removes what may go of this database of this server. The new backup is good, whatever happens
/// here.
pub(crate) fn tourner(resultat: &mut Resultat, dossier: &Path, garder: &Garder) {
    let base = resultat.faite.manifeste.base.clone();
    let ici = dossier == resultat.faite.dossier;
    let mut notres = match depot::lister(dossier) {
        Ok(toutes) => toutes,
        Err(e) => {
            resultat.ennuis.push(format!("la rotation n'a pas pu se faire : {}", e.phrase));
            return;
        }
    };
    notres.retain(|s| s.manifeste.est_de(&base.nom, base.systeme.as_deref()));
    let candidates: Vec<_> = notres.iter().map(Sauvegarde::candidate).collect();
    for place in retention::en_trop(&candidates, garder) {
        let partie = &notres[place];
        match retirer(partie) {
            Ok(()) => {
                journal::retiree(partie);
                if ici {
                    resultat.supprimees.push(partie.noms.archive.clone());
                } else {
                    resultat.copies_supprimees.push(partie.noms.archive.clone());
                }
            }
            Err(e) => {
                let raison = disque::dire(&partie.dossier, &e).phrase;
                resultat
                    .ennuis
                    .push(format!("{} n'a pas pu partir : {raison}", partie.noms.archive));
            }
        }
    }
}

fn retirer(s: &Sauvegarde) -> io::Result<()> {
    let adieu = s.dossier.join(format!("{ADIEU}{}", s.noms.manifeste()));
    fs::rename(s.dossier.join(s.noms.manifeste()), &adieu)?;
    fixer(&s.dossier)?;
    effacer(&s.dossier, &s.noms)?;
    fs::remove_file(adieu)
}

/// What the manifest listed and what we lay beside it; a link planted there stays. The manifest
/// has another name by now.
fn effacer(dossier: &Path, noms: &Noms) -> io::Result<()> {
    for nom in noms.tous().into_iter().skip(1) {
        let chemin = dossier.join(nom);
        if depot::est_un_fichier(&chemin) {
            fs::remove_file(chemin)?;
        }
    }
    Ok(())
}

/// Finishes what a run that died had begun to remove.
pub(crate) fn finir(dossier: &Path, base: &str) -> Result<(), Echec> {
    let refus = |e: io::Error| disque::dire(dossier, &e);
    for entree in fs::read_dir(dossier).map_err(refus)? {
        let nom = entree.map_err(refus)?.file_name();
        let archive = nom.to_str().and_then(|n| n.strip_prefix(ADIEU)?.strip_suffix(".json"));
        let Some(archive) = archive else { continue };
        let adieu = dossier.join(&nom);
        let notre = depot::est_un_fichier(&adieu)
            && Manifeste::lire(&adieu)
                .is_ok_and(|m| m.base.nom == base && m.archive.nom == archive);
        if notre {
            effacer(dossier, &Noms { archive: archive.to_owned() }).map_err(refus)?;
            fs::remove_file(adieu).map_err(refus)?;
        }
    }
    Ok(())
}
