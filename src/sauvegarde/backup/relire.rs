//! The file on the disk, read back to its last block: is it what was written?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::archiver::{Archivee, Panne, Travail};
use super::progres::{Attendu, Etape, Progres, Suivi};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::archive::{self, Contenu};
use crate::sauvegarde::flux::{Decompresseur, Hacheur, relayer};
use crate::sauvegarde::{Arret, disque};

/// Its sum, and all that it holds. Of an encrypted file only the sum: the key is elsewhere.
pub(crate) fn verifier(t: &Travail, archivee: &Archivee, suivi: &Suivi) -> Result<(), Panne> {
    let chemin = &archivee.partiel.chemin;
    let illisible = |e: io::Error| Panne::Echec(disque::dire(&t.options.dossier, &e));
    let fichier = ouvrir(chemin).map_err(illisible)?;
    let lecture = Surveillee { lecture: fichier, arret: t.arret.clone() };
    let mut hacheur = Hacheur::nouveau(lecture);
    let relu = if !t.options.chiffrer.is_empty() {
        io::copy(&mut hacheur, &mut io::sink()).map(|_| None)
    } else {
        parcourir(&mut hacheur, archivee, suivi).map(Some)
    };
    t.arret.verifier()?;
    let relu = match relu {
        Ok(relu) => relu,
        Err(e) if e.raw_os_error().is_some() => return Err(illisible(e)),
        Err(_) => return Err(en_defaut(t)),
    };
    io::copy(&mut hacheur, &mut io::sink()).map_err(illisible)?;
    let (_, passage) = hacheur.terminer();
    let egal = relu.is_none_or(|c| c.empreintes == archivee.contenu.empreintes);
    if egal && passage == archivee.passage { Ok(()) } else { Err(en_defaut(t)) }
}

fn en_defaut(t: &Travail) -> Panne {
    let phrase = format!(
        "Relue sur le disque, la sauvegarde n'est pas ce qui a été écrit : elle est jetée. Le \
         disque de {} (ou la mémoire) est en défaut ; choisissez un autre dossier.",
        t.options.dossier.display()
    );
    Panne::Echec(Echec::nouveau(Code::Refuse, phrase))
}

fn parcourir(lecture: impl Read + Send, archivee: &Archivee, suivi: &Suivi) -> io::Result<Contenu> {
    let attendues = archivee.contenu.empreintes.tables.values().map(|e| e.lignes).sum();
    let attendu = Attendu::Lignes(attendues);
    let lu = relayer(Decompresseur::nouveau(lecture)?, |relais| {
        archive::lire(relais, |a| {
            suivi(Progres { attendu, ..Progres::nouveau(Etape::Relecture, a) });
        })
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::FileExt;
    use std::sync::Arc;

    use chrono::Utc;

    use super::super::OptionsBackup;
    use super::super::partiel::Partiel;
    use super::*;
    use crate::sauvegarde::Outils;
    use crate::sauvegarde::flux::{Compresseur, FormatFlux};

    const ARCHIVE: &[u8] = include_bytes!("../../../tests/it/corpus/archives/15.dump");

    fn archivee(t: &Travail) -> Archivee {
        fs::create_dir_all(&t.options.dossier).unwrap();
        let partiel = Partiel::creer(&t.options.dossier, &t.base).unwrap();
        let contenu = archive::lire(ARCHIVE, |_| {}).unwrap();
        let hacheur = Hacheur::nouveau(&partiel.fichier);
        let mut compresseur = Compresseur::nouveau(FormatFlux::Gz, hacheur).unwrap();
        compresseur.write_all(ARCHIVE).unwrap();
        let (_, passage) = compresseur.terminer().unwrap().terminer();
        Archivee { partiel, contenu, passage, fait_le: Utc::now(), avis: Vec::new() }
    }

    fn verdict(t: &Travail, archivee: &Archivee) -> Option<String> {
        match verifier(t, archivee, &(Arc::new(|_| {}) as Suivi)) {
            Ok(()) => None,
            Err(Panne::Echec(e)) => Some(e.phrase),
            Err(Panne::TableTenue) => Some(String::new()),
        }
    }

    #[test]
    fn ce_que_le_disque_a_change_ou_perdu_est_vu() {
        let dossier = std::env::temp_dir().join(format!("delicego-relire-{}", std::process::id()));
        let t = Travail {
            outils: Outils::default(),
            environnement: Vec::new(),
            base: "essai".to_owned(),
            options: OptionsBackup { dossier: dossier.clone(), ..OptionsBackup::default() },
            par_la_racine: false,
            arret: Arret::default(),
        };
        assert_eq!(verdict(&t, &archivee(&t)), None);
        let longueur = archivee(&t).passage.octets;
        for place in [0, 4, longueur / 2, longueur - 1] {
            let abimee = archivee(&t);
            let mut octet = [0];
            let mut ouvrir = fs::OpenOptions::new();
            let fichier = ouvrir.read(true).write(true).open(&abimee.partiel.chemin).unwrap();
            fichier.read_exact_at(&mut octet, place).unwrap();
            fichier.write_all_at(&[octet[0] ^ 1], place).unwrap();
            assert!(verdict(&t, &abimee).unwrap().contains("elle est jetée"), "{place}");
            let coupee = archivee(&t);
            coupee.partiel.fichier.set_len(place).unwrap();
            assert!(verdict(&t, &coupee).unwrap().contains("elle est jetée"), "{place}");
        }
        let autre = archivee(&t);
        let mut contenu = autre.contenu.clone();
        contenu.empreintes.sequences.clear();
        contenu.empreintes.tables.clear();
        assert!(verdict(&t, &Archivee { contenu, ..autre }).is_some());
        fs::remove_dir_all(dossier).unwrap();
    }
}
