//! Which backup: the file given, or the newest verified one of this database. And whether it is
//! what its manifest says.

use std::fs;
use std::io;
use std::path::Path;

use super::super::depot::{self, Sauvegarde};
use super::super::entree::Entree;
use super::super::manifeste::{ErreurManifeste, Manifeste};
use super::super::relectures;
use super::super::restore::{Deballee, change};
use super::{Demande, Provenance, Quoi, historique};
use crate::platform::causes::du_systeme;
use crate::platform::config::BaseVisee;
use crate::platform::db::migrations;
use crate::platform::issue::{Code, Echec};

pub(crate) struct Choix {
    pub sauvegarde: Sauvegarde,
    pub entree: Entree,
}

impl Choix {
    pub(crate) async fn faire(visee: &BaseVisee, demande: &Demande) -> Result<Self, Echec> {
        let (dossier, base) = (&demande.dossier, visee.nom());
        let choix = match &demande.quoi {
            Quoi::Fichier(fichier) => Self::de(Entree::chercher(fichier, base).await?)?,
            Quoi::Derniere => Self::la_plus_recente(dossier, base)?,
            Quoi::Alterner(adresse) if tour_de_la_copie(dossier, base)? => {
                Self::de(Entree::la_plus_recente(adresse, base, None).await?)?
            }
            Quoi::Alterner(_) => Self::la_plus_recente(dossier, base)?,
        };
        Ok(choix)
    }

    /// Refused by what its manifest alone tells.
    pub(crate) fn de(entree: Entree) -> Result<Self, Echec> {
        let sauvegarde = depot::trouver(entree.chemin()).map_err(|e| match &e {
            ErreurManifeste::Absent if !entree.est_la() => {
                refus(format!("{entree} n'existe pas, ou n'est pas un fichier."))
            }
            ErreurManifeste::Absent => refus(format!(
                "{entree} n'a pas de manifeste à côté de lui : sans lui on ne peut rien prouver."
            )),
            ErreurManifeste::PlusRecent => refus(format!("{entree} : {e}.")),
            ErreurManifeste::Illisible(_) => refus(format!(
                "{entree}.json : {e}. Reprenez ce fichier de la copie ailleurs, ou prenez une autre \
                 sauvegarde."
            )),
        })?;
        let choix = Self { sauvegarde, entree };
        choix.accepter()?;
        Ok(choix)
    }

    fn la_plus_recente(dossier: &Path, base: &str) -> Result<Self, Echec> {
        Self::de(Entree::fichier(depot::la_plus_recente(dossier, base)?))
    }

    pub(crate) fn provenance(&self) -> Provenance {
        match self.entree.vient_d_ailleurs() {
            true => Provenance::Ailleurs,
            false => Provenance::Ici,
        }
    }

    /// Its archive was read to its end: was it what was written? `dossier` is that of the backups.
    pub(crate) async fn noter_la_lecture(&self, dossier: &Path, bonne: bool) {
        if self.provenance() == Provenance::Ici {
            let vrai = |chemin: &Path| fs::canonicalize(chemin).ok();
            match bonne {
                true => relectures::noter_si_touchee(&self.sauvegarde),
                // In a folder of somebody's else nothing more is kept.
                false if vrai(&self.sauvegarde.dossier) == vrai(dossier) => {
                    relectures::noter_abimee(&self.sauvegarde);
                }
                false => {}
            }
        }
        self.entree.noter_une_lecture(self.manifeste(), dossier, bonne).await;
    }

    fn accepter(&self) -> Result<(), Echec> {
        if self.manifeste().base.schema.is_some_and(|s| s > migrations::version()) {
            return Err(refus(
                "La sauvegarde vient d'un DéliceGo plus récent : mettez ce programme à jour."
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// What can be seen to be wrong with the archive before it is read.
    pub(crate) fn defaut(&self) -> Option<String> {
        self.entree.defaut(self.manifeste())
    }

    /// The sum that its file should have, and who says so.
    pub(crate) fn attendue(&self) -> (&str, String) {
        (&self.manifeste().archive.sha256, self.sauvegarde.noms.manifeste())
    }

    /// Is what was read what the manifest tells of? Else what is wrong with it.
    pub(crate) fn controler(&self, lue: &Deballee) -> Result<(), String> {
        let (attendue, selon) = self.attendue();
        if attendue != lue.sha256 {
            return Err(change(&self.entree, &selon));
        }
        let ou = self.entree.adresse_de_la_somme();
        let somme = fs::read_to_string(self.sauvegarde.dossier.join(self.sauvegarde.noms.somme()));
        let phrase = match &somme {
            Ok(texte) if texte.split_whitespace().next() == Some(attendue) => return Ok(()),
            Ok(_) => "ne dit pas la somme du manifeste".to_owned(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => "n'y est plus".to_owned(),
            Err(e) => format!("ne se lit pas ({})", du_systeme(e)),
        };
        Err(format!("{ou} {phrase} : une restauration la refuserait. Prenez une autre sauvegarde."))
    }

    pub(crate) fn manifeste(&self) -> &Manifeste {
        &self.sauvegarde.manifeste
    }

    pub(crate) fn nom(&self) -> &str {
        &self.sauvegarde.noms.archive
    }

    /// The major version of PostgreSQL that can surely read it: the server's, and not older than
    /// the pg_dump that wrote it.
    pub(crate) fn majeure(&self) -> u32 {
        let base = &self.manifeste().base;
        majeure(&base.serveur).max(majeure(&base.pg_dump))
    }
}

/// After a drill of what lies here comes one of the copy. A folder with nothing in it has its turn
/// taken by the copy too.
fn tour_de_la_copie(dossier: &Path, base: &str) -> Result<bool, Echec> {
    let ici = depot::lister(dossier)?;
    if !ici.iter().any(|s| s.manifeste.est_de(base, None)) {
        return Ok(true);
    }
    let exercices = historique::lire(dossier, &ici);
    let dernier = exercices.iter().rfind(|e| e.est_de(base, None));
    Ok(dernier.is_some_and(|e| e.source == Provenance::Ici))
}

fn majeure(version: &str) -> u32 {
    let chiffres: String = version.chars().take_while(char::is_ascii_digit).collect();
    chiffres.parse().unwrap_or(0)
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use super::majeure;

    #[test]
    fn a_major_version_is_read_from_all_that_servers_say() {
        for (texte, voulue) in [("15.18", 15), ("18beta1", 18), ("16", 16), ("", 0)] {
            assert_eq!(majeure(texte), voulue, "{texte}");
        }
    }
}
