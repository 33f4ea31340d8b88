//! Backups that are no longer needed go: the manifest first, under a name that says so, then what
//! it lists. A run that dies in the middle is finished by the next one.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use super::{Resultat, dossier::fixer, journal};
use crate::platform::issue::Echec;
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::manifeste::Manifeste;
use crate::sauvegarde::noms::Noms;
use crate::sauvegarde::relectures::Lectures;
use crate::sauvegarde::retention::{self, Candidate, Garder};
use crate::sauvegarde::{disque, relectures};

/// Begins the name of the manifest of a backup that is being removed.
const ADIEU: &str = ".supprime-";

/// Removes what may go of this database of this server. The new backup is good, whatever happens
/// here.
pub(crate) fn tourner(resultat: &mut Resultat, garder: &Garder) {
    let base = &resultat.faite.manifeste.base;
    let notres = depot::lister(&resultat.faite.dossier).map(|mut toutes| {
        toutes.retain(|s| s.manifeste.est_de(&base.nom, base.systeme.as_deref()));
        toutes
    });
    let parties = notres.map(|notres| {
        let abimees = abimees_ici(&notres);
        let candidates: Vec<_> = notres.iter().map(|s| candidate(s, &abimees)).collect();
        prendre(notres, &retention::en_trop(&candidates, garder))
    });
    let parties = retirer_toutes(resultat, parties);
    resultat.supprimees.extend(parties);
}

/// Those of a folder that were found damaged when they were last read.
fn abimees_ici(toutes: &[Sauvegarde]) -> HashSet<String> {
    let Some(dossier) = toutes.first().map(|s| &s.dossier) else { return HashSet::new() };
    let lectures = Lectures::du_dossier(dossier);
    let abimees = toutes.iter().filter(|s| lectures.de(s).is_some_and(|l| l.abimee));
    abimees.map(|s| s.noms.archive.clone()).collect()
}

/// One that is known to be damaged is not kept in the place of a good one.
fn candidate(s: &Sauvegarde, abimees: &HashSet<String>) -> Candidate {
    let c = s.candidate();
    Candidate { fiable: c.fiable && !abimees.contains(&s.noms.archive), ..c }
}

/// The same in the folder of the copies, of which `abimees` were found damaged. Ranks are those of one folder, and copies may come from
/// several, or from one that was lost: there the time of a backup is what tells the older. What still
/// lies here is kept there, so that nothing is copied and removed at once; and so is what this folder
/// never held, which is another's to keep.
pub(crate) fn tourner_les_copies(
    resultat: &mut Resultat,
    (dossier, mut abimees): (&Path, HashSet<String>),
    garder: &Garder,
) {
    let base = &resultat.faite.manifeste.base;
    if base.systeme.is_none() {
        let phrase = "aucune copie n'est retirée : ce serveur ne dit pas son numéro \
                      (pg_control_system), et rien ne dit desquelles il est l'auteur";
        return resultat.remarques.push(phrase.to_owned());
    }
    let ici = depot::lister(&resultat.faite.dossier);
    let parties = ici.and_then(|ici| {
        let mut notres = depot::lister(dossier)?;
        // Two servers that do not tell their number may be one or two.
        notres.retain(|s| s.manifeste.est_surement_de(base));
        let vues = relectures::vues(&resultat.faite.dossier);
        let avant = notres.len();
        notres.retain(|s| vues.contains(&s.manifeste.archive.sha256));
        resultat.remarques.extend(d_un_autre(avant - notres.len(), dossier));
        notres.sort_by_key(|s| (s.manifeste.fait_le, s.manifeste.rang));
        // What is damaged here may be as damaged there: one more is kept rather than one less.
        abimees.extend(abimees_ici(&ici));
        let par_le_temps =
            (1..).zip(&notres).map(|(rang, s)| Candidate { rang, ..candidate(s, &abimees) });
        let mut places = retention::en_trop(&par_le_temps.collect::<Vec<_>>(), garder);
        places.retain(|place| ici.iter().all(|s| s.noms != notres[*place].noms));
        Ok(prendre(notres, &places))
    });
    let parties = retirer_toutes(resultat, parties);
    resultat.copies_supprimees.extend(parties);
}

fn d_un_autre(nombre: usize, dossier: &Path) -> Option<String> {
    (nombre > 0).then(|| {
        format!(
            "copies qui ne viennent pas de ce dossier de sauvegardes, ou d'avant sa perte : {nombre} \
             dans {} ; elles restent, retirez-les à la main quand elles ne servent plus",
            dossier.display()
        )
    })
}

fn prendre(toutes: Vec<Sauvegarde>, places: &[usize]) -> Vec<Sauvegarde> {
    let prises = toutes.into_iter().enumerate().filter(|(n, _)| places.contains(n));
    prises.map(|(_, s)| s).collect()
}

/// The archives that went.
fn retirer_toutes(resultat: &mut Resultat, parties: Result<Vec<Sauvegarde>, Echec>) -> Vec<String> {
    let parties = parties.unwrap_or_else(|e| {
        resultat.ennuis.push(format!("la rotation n'a pas pu se faire : {}", e.phrase));
        Vec::new()
    });
    let mut retirees = Vec::new();
    for partie in parties {
        match retirer(&partie) {
            Ok(()) => {
                journal::retiree(&partie);
                retirees.push(partie.noms.archive);
            }
            Err(e) => {
                let raison = disque::dire(&partie.dossier, &e).phrase;
                let nom = &partie.noms.archive;
                resultat.ennuis.push(format!("{nom} n'a pas pu partir : {raison}"));
            }
        }
    }
    retirees
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
