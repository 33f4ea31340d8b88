//! Where a drill works: the folder of its private server, and beside it one for the unpacked
//! archive. What a killed drill left there is swept: whoever holds the drill's lock is alone.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::PathBuf;
use std::time::{Duration, Instant};

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
}

impl Travail {
    pub(crate) fn preparer(visee: &BaseVisee, base: &str) -> Result<Self, Echec> {
        let travail = match visee {
            BaseVisee::Embarquee(dossier) if dossier.join("pgdata").is_dir() => {
                Self { racine: dossier.clone(), nom: format!("exercice-{}", simple(base)) }
            }
            _ => Self { racine: disque::temporaire(), nom: nom_temporaire(base) },
        };
        travail.verifier_les_proprietaires()?;
        travail.creer().map_err(|e| {
            let dossier = travail.dossier();
            refus(format!(
                "Impossible de travailler dans {} : {}. Choisissez un autre dossier par TMPDIR.",
                dossier.display(),
                du_systeme(&e)
            ))
        })?;
        Ok(travail)
    }

    fn creer(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.dossier()) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(self.dossier())
    }

    /// Of the private server, which makes and removes it.
    pub(crate) fn serveur(&self) -> PathBuf {
        self.racine.join(&self.nom)
    }

    /// Ours alone; removed with this.
    pub(crate) fn dossier(&self) -> PathBuf {
        self.racine.join(format!("{}.travail", self.nom))
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.dossier().join("archive")
    }

    /// In a folder where everybody may write, the names may have been taken by somebody else.
    fn verifier_les_proprietaires(&self) -> Result<(), Echec> {
        for dossier in [self.serveur(), self.dossier()] {
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

    /// Room for the unpacked archive, and here for the copy, as large as the database was.
    pub(crate) fn verifier_la_place(&self, manifeste: &Manifeste, lieu: Lieu) -> Result<(), Echec> {
        let copie = if lieu == Lieu::Prive { manifeste.base.octets + AISE } else { 0 };
        disque::exiger(&self.racine, manifeste.octets_depaquetes.saturating_add(copie))
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

fn nom_temporaire(base: &str) -> String {
    let compte = rustix::process::geteuid().as_raw();
    format!("delicego-exercice-{compte}-{}", simple(base))
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}
