//! Would a drill begin? Asked before its night, with what it will find set: the backup that it would
//! take, the key that opens it, and where it would work. Nothing is made, and no store is asked.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::super::ailleurs::{Ailleurs, est_une_adresse};
use super::super::chiffre::{self, Destinataires};
use super::super::depot::{self, Sauvegarde};
use super::super::disque;
use super::super::entree::Entree;
use super::choix::Choix;
use super::travail;
use super::{Lieu, Quoi};
use crate::platform::config::BaseVisee;
use crate::platform::issue::Echec;

/// What it will find.
pub(crate) struct ABlanc<'a> {
    pub visee: &'a BaseVisee,
    pub quoi: &'a Quoi,
    pub dossier: &'a Path,
    pub lieu: Lieu,
    pub cle: Option<&'a Path>,
    /// For whom the backups are encrypted that it may come to take.
    pub chiffrees: &'a [Destinataires],
    /// The address whose fault is told already.
    pub copie_dite: Option<&'a str>,
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

pub(crate) fn refus(a: &ABlanc<'_>) -> Result<(), Echec> {
    let choisie = a.choisir()?;
    a.ouvrir(choisie.as_ref())?;
    a.place(choisie.as_ref())
}

impl ABlanc<'_> {
    /// None: nobody knows here which one it will be.
    fn choisir(&self) -> Result<Option<Sauvegarde>, Echec> {
        let base = self.visee.nom();
        match self.quoi {
            // That there is none is told of the backups themselves.
            Quoi::Derniere => Ok(self.la_derniere()),
            Quoi::Alterner(adresse) => {
                if self.copie_dite != Some(adresse) {
                    Ailleurs::controler(adresse, self.variable)?;
                }
                Ok(self.la_derniere())
            }
            Quoi::Fichier(fichier) => {
                let adresse = fichier.to_str().filter(|t| est_une_adresse(t));
                let la = match adresse {
                    None => fichier.clone(),
                    Some(adresse) => match d_ici(adresse) {
                        Some(la) => la,
                        None => return Ailleurs::controler(adresse, self.variable).map(|()| None),
                    },
                };
                let la = match la.is_dir() {
                    true => depot::la_plus_recente_d_un_seul(&la, base)?,
                    false => la,
                };
                Choix::de(Entree::fichier(la)).map(|choix| Some(choix.sauvegarde))
            }
        }
    }

    fn la_derniere(&self) -> Option<Sauvegarde> {
        let archive = depot::la_plus_recente(self.dossier, self.visee.nom()).ok()?;
        depot::trouver(&archive).ok()
    }

    /// With the key that it will be given.
    fn ouvrir(&self, choisie: Option<&Sauvegarde>) -> Result<(), Echec> {
        let archive = choisie.map(Sauvegarde::archive);
        if let Some(archive) = archive.filter(|a| chiffre::est_chiffre(a).unwrap_or_default()) {
            let lue = File::open(&archive).map_err(|e| disque::dire(&archive, &e))?;
            // Damaged, it is no key's fault.
            match chiffre::dechiffrer(lue, self.cle) {
                Ok(_) | Err(chiffre::Fermee::Abimee) => {}
                Err(fermee) => return Err(fermee.into()),
            }
        }
        if matches!(self.quoi, Quoi::Fichier(_)) {
            return Ok(());
        }
        self.chiffrees.iter().try_for_each(|pour| chiffre::s_ouvre(pour, self.cle))
    }

    fn place(&self, choisie: Option<&Sauvegarde>) -> Result<(), Echec> {
        let tmpdir = (self.variable)("TMPDIR").map(PathBuf::from);
        // Room where everybody works is for who looks at the disks to tell.
        let choisie = choisie.filter(|_| tmpdir.is_some());
        let racine = travail::racine(self.visee, || disque::temporaire_selon(tmpdir));
        travail::controler(&racine, choisie.map(|s| &s.manifeste), self.lieu)
    }
}

fn d_ici(adresse: &str) -> Option<PathBuf> {
    url::Url::parse(adresse).ok().filter(|u| u.scheme() == "file")?.to_file_path().ok()
}
