//! Where a drill works: the folder of its private server, and beside it one for the unpacked
//! archive.
//!
//! 1. Where several servers' drills may meet (TMPDIR), each has names of its own, and holds the
//!    flock of its folder for as long as it lives.
//! 2. What a killed drill left there is taken over by the next one: nobody holds it.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{Access, FlockOperation, OFlags, access, flock};

use super::super::disque;
use super::super::manifeste::Manifeste;
use super::super::noms::simple;
use super::Lieu;
use crate::platform::causes::du_systeme;
use crate::platform::config::BaseVisee;
use crate::platform::issue::{Code, Echec};

/// A server to throw away needs a second; a large one on a slow disk more.
const RANGEMENT: Duration = Duration::from_secs(60);
/// What a new server takes, and its journal while indexes are built.
const AISE: u64 = 256 * 1024 * 1024;

pub(crate) struct Travail {
    racine: PathBuf,
    nom: String,
    /// Of the folder below; freed by the kernel however we end.
    _verrou: File,
}

impl Travail {
    pub(crate) fn preparer(visee: &BaseVisee, base: &str) -> Result<Self, Echec> {
        let racine = racine(visee, disque::temporaire);
        let prise = match donnees(visee) {
            // Whoever holds the lock of that data folder's drills is alone there.
            Some(dossier) => {
                let nom = format!("exercice-{}", simple(base));
                verifier_les_proprietaires(dossier, &nom)?;
                prendre(dossier, nom)
            }
            None => a_soi(&racine, &debut(base)).map(Some),
        };
        let refuser = |pourquoi: String| ferme(&racine, &pourquoi);
        let prise = prise.map_err(|e| refuser(du_systeme(&e)))?;
        let occupe = || refuser("un autre exercice y travaille".to_owned());
        let (nom, verrou) = prise.ok_or_else(occupe)?;
        Ok(Self { racine, nom, _verrou: verrou })
    }

    /// Of the private server, which makes and removes it.
    pub(crate) fn serveur(&self) -> PathBuf {
        self.racine.join(&self.nom)
    }

    /// Ours alone; removed with this.
    pub(crate) fn dossier(&self) -> PathBuf {
        dossier(&self.racine, &self.nom)
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.dossier().join("archive")
    }

    /// Room for the unpacked archive, and here for the copy, as large as the database was.
    pub(crate) fn verifier_la_place(&self, manifeste: &Manifeste, lieu: Lieu) -> Result<(), Echec> {
        disque::exiger(&self.racine, place(manifeste, lieu))
    }

    /// The private server goes by itself once nobody holds it: told as done only then.
    pub(crate) async fn attendre_la_fin(&self) {
        let limite = Instant::now() + RANGEMENT;
        while self.serveur().exists() && Instant::now() < limite {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Travail {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next drill.
        let _reste = fs::remove_dir_all(self.dossier());
    }
}

/// Of a server of our own, the folder of its data.
fn donnees(visee: &BaseVisee) -> Option<&Path> {
    match visee {
        BaseVisee::Embarquee(dossier) if dossier.join("pgdata").is_dir() => Some(dossier),
        _ => None,
    }
}

/// Where it works, which `temporaire` tells of any other server.
pub(super) fn racine(visee: &BaseVisee, temporaire: impl FnOnce() -> PathBuf) -> PathBuf {
    donnees(visee).map_or_else(temporaire, Path::to_owned)
}

fn place(manifeste: &Manifeste, lieu: Lieu) -> u64 {
    let copie = if lieu == Lieu::Prive { manifeste.base.octets + AISE } else { 0 };
    manifeste.octets_depaquetes.saturating_add(copie)
}

/// Could this account work there? Looked at, and nothing made.
pub(super) fn controler(
    racine: &Path,
    manifeste: Option<&Manifeste>,
    lieu: Lieu,
) -> Result<(), Echec> {
    let la = racine.metadata().map_err(|e| ferme(racine, &du_systeme(&e)))?;
    if !la.is_dir() {
        return Err(ferme(racine, "ce n'est pas un dossier"));
    }
    access(racine, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|e| ferme(racine, &du_systeme(&e.into())))?;
    // What is no disk lets root write in it, and has no room.
    disque::exiger(racine, manifeste.map_or(1, |m| place(m, lieu)))
}

fn ferme(racine: &Path, pourquoi: &str) -> Echec {
    refus(format!(
        "Impossible de travailler dans {} : {pourquoi}. Choisissez un autre dossier par TMPDIR.",
        racine.display()
    ))
}

fn debut(base: &str) -> String {
    let compte = rustix::process::geteuid().as_raw();
    format!("delicego-exercice-{compte}-{}", simple(base))
}

const FIN: &str = ".travail";

fn dossier(racine: &Path, nom: &str) -> PathBuf {
    racine.join(format!("{nom}{FIN}"))
}

type Prise = (String, File);

/// Names that nobody else has: those that a dead drill left, else new ones.
fn a_soi(racine: &Path, debut: &str) -> io::Result<Prise> {
    for nom in laisses(racine, debut) {
        // What cannot be taken over stays as it is.
        if let Ok(Some(prise)) = prendre(racine, nom) {
            return Ok(prise);
        }
    }
    let moi = std::process::id();
    for rang in 0..ESSAIS {
        let nom = format!("{debut}-{moi}-{rang}");
        if !racine.join(&nom).exists()
            && let Some(prise) = prendre(racine, nom)?
        {
            return Ok(prise);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// In a folder where everybody may write, somebody may have taken some.
const ESSAIS: u32 = 1000;

/// What lies there under our names and is this account's.
fn laisses(racine: &Path, debut: &str) -> BTreeSet<String> {
    let moi = rustix::process::geteuid().as_raw();
    let entrees = fs::read_dir(racine).into_iter().flatten().flatten();
    let a_moi = entrees.filter(|e| {
        // Not followed: a link is nobody's folder.
        e.metadata().is_ok_and(|infos| infos.is_dir() && infos.uid() == moi)
    });
    let noms = a_moi.filter_map(|e| {
        let nom = e.file_name().into_string().ok()?;
        let nom = nom.strip_suffix(FIN).unwrap_or(&nom).to_owned();
        let suite = nom.strip_prefix(debut)?;
        (suite.is_empty() || suite.starts_with('-')).then_some(nom)
    });
    noms.collect()
}

/// The folder of that name, emptied; none while somebody alive has it.
fn prendre(racine: &Path, nom: String) -> io::Result<Option<Prise>> {
    let chemin = dossier(racine, &nom);
    match DirBuilder::new().mode(0o700).create(&chemin) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let sans_lien = OFlags::NOFOLLOW | OFlags::DIRECTORY;
    let mut options = OpenOptions::new();
    let verrou = options.read(true).custom_flags(sans_lien.bits().cast_signed()).open(&chemin)?;
    if flock(&verrou, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(None);
    }
    // Its last holder may have removed it just before.
    let (la, tenu) = (fs::symlink_metadata(&chemin), verrou.metadata()?);
    let moi = rustix::process::geteuid().as_raw();
    if !la.is_ok_and(|la| la.ino() == tenu.ino()) || tenu.uid() != moi {
        return Ok(None);
    }
    for entree in fs::read_dir(&chemin)? {
        let chemin = entree?.path();
        match chemin.symlink_metadata()?.is_dir() {
            true => fs::remove_dir_all(&chemin)?,
            false => fs::remove_file(&chemin)?,
        }
    }
    Ok(Some((nom, verrou)))
}

/// In a folder where everybody may write, the names may have been taken by somebody else.
fn verifier_les_proprietaires(racine: &Path, nom: &str) -> Result<(), Echec> {
    for dossier in [racine.join(nom), dossier(racine, nom)] {
        let Ok(infos) = fs::symlink_metadata(&dossier) else { continue };
        if !infos.is_dir() || infos.uid() != rustix::process::geteuid().as_raw() {
            return Err(refus(format!(
                "{} appartient à un autre compte : choisissez un autre dossier de travail par \
                 TMPDIR.",
                dossier.display()
            )));
        }
    }
    Ok(())
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_drills_of_one_name_have_each_their_folder_and_a_dead_ones_is_taken_over() {
        let racine = tempfile("deux");
        let (un, deux) = (a_soi(&racine, "e-0-d").unwrap(), a_soi(&racine, "e-0-d").unwrap());
        assert_ne!(un.0, deux.0);
        fs::write(dossier(&racine, &un.0).join("archive"), "lignes").unwrap();
        assert!(prendre(&racine, un.0.clone()).unwrap().is_none(), "il est vivant");
        drop(un.1);
        let repris = a_soi(&racine, "e-0-d").unwrap();
        assert_eq!(repris.0, un.0);
        assert_eq!(fs::read_dir(dossier(&racine, &un.0)).unwrap().count(), 0);
        // Another database's, whose name begins the same, is another's.
        let autre = a_soi(&racine, "e-0-d2").unwrap();
        assert!(autre.0.starts_with("e-0-d2-"));
        drop((deux, repris));
        // Of an older program, and of a server whose folder alone is left.
        for laisse in ["e-0-d", "e-0-d-7-0"] {
            fs::create_dir(racine.join(laisse)).unwrap();
        }
        assert_eq!(a_soi(&racine, "e-0-d").unwrap().0, "e-0-d");
        fs::remove_dir_all(&racine).unwrap();
    }

    #[test]
    fn where_nobody_can_work_it_is_told_before_and_nothing_is_made_there() {
        let racine = tempfile("ferme");
        let fichier = racine.join("fichier");
        fs::write(&fichier, "").unwrap();
        let dit = |ou: &Path| controler(ou, None, Lieu::Prive).map_err(|e| e.phrase);
        assert_eq!(dit(&racine), Ok(()));
        for (ferme, mot) in [
            (racine.join("absent"), "n'existe pas"),
            (fichier, "n'est pas un dossier"),
            // Which root may write in, by its modes.
            (PathBuf::from("/proc"), "/proc"),
        ] {
            let dit = dit(&ferme).unwrap_err();
            assert!(dit.contains(mot) && dit.contains("dossier"), "{dit}");
        }
        assert_eq!(fs::read_dir(&racine).unwrap().count(), 1);
        fs::remove_dir_all(&racine).unwrap();
    }

    fn tempfile(nom: &str) -> PathBuf {
        let nom = format!("delicego-travail-{nom}-{}", std::process::id());
        let racine = std::env::temp_dir().join(nom);
        let _deja_la = fs::remove_dir_all(&racine);
        fs::create_dir(&racine).unwrap();
        racine
    }
}
