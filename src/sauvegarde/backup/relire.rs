//! The file on the disk, read back to its last block: is it what was written?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::archiver::{Archivee, Panne, Travail};
use super::progres::{Etape, Progres, Suivi};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::archive::{self, Contenu};
use crate::sauvegarde::flux::{Decompresseur, Hacheur};
use crate::sauvegarde::{Arret, disque};

/// Its sum, and all that it holds. Of an encrypted file only the sum: the key is elsewhere.
pub fn verifier(t: &Travail, archivee: &Archivee, suivi: &Suivi) -> Result<(), Panne> {
    let chemin = &archivee.partiel.chemin;
    let illisible = |e: io::Error| Panne::Echec(disque::dire(&t.options.dossier, &e));
    let fichier = ouvrir(chemin).map_err(illisible)?;
    let lecture = Surveillee { lecture: fichier, arret: t.arret.clone() };
    let mut hacheur = Hacheur::nouveau(lecture);
    let relu = if t.options.chiffrer.is_some() {
        io::copy(&mut hacheur, &mut io::sink()).map(|_| None)
    } else {
        parcourir(&mut hacheur, archivee, suivi).map(Some)
    };
    t.arret.verifier()?;
    let relu = relu.map_err(illisible)?;
    io::copy(&mut hacheur, &mut io::sink()).map_err(illisible)?;
    let (_, passage) = hacheur.terminer();
    let egal = relu.is_none_or(|c| c.empreintes == archivee.contenu.empreintes);
    if egal && passage == archivee.passage {
        return Ok(());
    }
    let phrase = format!(
        "Relue sur le disque, la sauvegarde n'est pas ce qui a été écrit : elle est jetée. Le \
         disque de {} (ou la mémoire) est en défaut ; choisissez un autre dossier.",
        t.options.dossier.display()
    );
    Err(Panne::Echec(Echec::nouveau(Code::Refuse, phrase)))
}

fn parcourir(lecture: impl Read, archivee: &Archivee, suivi: &Suivi) -> io::Result<Contenu> {
    let attendues = archivee.contenu.empreintes.tables.values().map(|e| e.lignes).sum();
    let lu = archive::lire(Decompresseur::nouveau(lecture)?, |a| {
        suivi(Progres {
            etape: Etape::Relecture,
            lignes: a.lignes,
            octets: a.octets,
            lignes_attendues: Some(attendues),
        });
    });
    Ok(lu?)
}

/// From the disk, not from what memory still holds of it.
fn ouvrir(chemin: &Path) -> io::Result<File> {
    let fichier = File::open(chemin)?;
    oublier(&fichier);
    Ok(fichier)
}

#[cfg(target_os = "linux")]
fn oublier(fichier: &File) {
    // A disk that lives in memory has nothing to forget.
    let _rien = rustix::fs::fadvise(fichier, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn oublier(_fichier: &File) {}

/// Stops when asked to.
struct Surveillee<L> {
    lecture: L,
    arret: Arret,
}

impl<L: Read> Read for Surveillee<L> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        self.arret.verifier().map_err(|e| io::Error::other(e.phrase))?;
        self.lecture.read(octets)
    }
}
