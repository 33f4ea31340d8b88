//! Reads a backup's file to its last block, and lays its archive where `pg_restore` can seek in it:
//! one pass over the file gives its sum, its sums by table, and the archive itself.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::super::archive::{self, Contenu, ErreurArchive};
use super::super::arret::Arret;
use super::super::chiffre::{self, Fermee};
use super::super::entree::Entree;
use super::super::flux::{Decompresseur, Derivation, ErreurFlux, Hacheur, Passage, relayer};
use super::Suivi;
use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

/// What a restore unpacks; swept by the next one of the same database. No backup begins so.
pub(crate) const DEBALLE: &str = ".partiel-restauration-";
const ARCHIVE_NUE: &[u8] = b"PGDMP";
/// Enough to know what a file is.
const DEBUT: u64 = 32;

/// An archive on the disk, removed with this unless it is the backup's own file.
pub struct Deballee {
    pub contenu: Contenu,
    pub chemin: PathBuf,
    /// Of the file as it lies there.
    pub sha256: String,
    pub octets: u64,
    /// It goes with this, or before.
    temporaire: Option<Temporaire>,
}

impl Deballee {
    /// `pg_restore` has read it: its room is free for what it was read for, and what of it is not on the
    /// disk yet need not get there.
    pub(crate) fn rendre_la_place(&self) {
        if let Some(Temporaire(chemin)) = &self.temporaire {
            let _encore_la = fs::remove_file(chemin);
        }
    }
}

/// A file that goes whatever happens.
struct Temporaire(PathBuf);

impl Drop for Temporaire {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_file(&self.0);
    }
}

/// Where to unpack, if it must be; and the file of the age identity, for what is encrypted.
pub struct Ou {
    pub vers: PathBuf,
    pub cle: Option<PathBuf>,
}

/// Why an archive was not laid out.
#[derive(Debug)]
pub enum Panne {
    /// It says nothing of the backup: no key, no room, no network, told to stop.
    Autre(Echec),
    Contenu(Contenue),
}

/// What its file holds is not to be read.
#[derive(Debug)]
pub struct Contenue {
    phrase: String,
    /// Of the file, where it could be read to its end.
    sha256: Option<String>,
    /// The key opens nothing: the fault may be the key's.
    de_la_cle: bool,
}

impl Panne {
    /// Is the backup damaged? And the sentence. The sum it should have is said by `selon`.
    pub(crate) fn juger(self, entree: &Entree, (attendue, selon): (&str, String)) -> (bool, Echec) {
        let c = match self {
            Self::Autre(echec) => return (false, echec),
            Self::Contenu(c) => c,
        };
        if c.sha256.is_some_and(|lue| lue != attendue) {
            return (true, refus(change(entree, &selon)));
        }
        (!c.de_la_cle, refus(c.phrase))
    }
}

impl From<Echec> for Panne {
    fn from(echec: Echec) -> Self {
        Self::Autre(echec)
    }
}

/// Its sum is not what is said beside it.
pub(crate) fn change(entree: &Entree, selon: &str) -> String {
    format!(
        "{entree} n'est plus ce qui a été écrit : sa somme n'est pas celle de {selon}. Prenez une \
         autre sauvegarde."
    )
}

pub fn deballer(entree: &Entree, ou: &Ou, suivi: &Suivi, arret: &Arret) -> Result<Deballee, Panne> {
    let illisible = |e: io::Error| refus(format!("{entree} ne se lit pas : {}.", du_systeme(&e)));
    suivi.etape("Lecture du fichier", entree.octets().map_err(illisible)?);
    let mut source = entree.lire().map_err(illisible)?;
    let mut debut = Vec::new();
    source.by_ref().take(DEBUT).read_to_end(&mut debut).map_err(illisible)?;
    let (nue, chiffree) = (debut.starts_with(ARCHIVE_NUE), chiffre::commence_ainsi(&debut));
    let source = io::Cursor::new(debut).chain(source);
    let mut hacheur = Hacheur::nouveau(Surveillee { source, lus: 0, panne: None, suivi, arret });
    let (contenu, temporaire) = if nue && !entree.vient_d_ailleurs() {
        (archive::lire(&mut hacheur, |_| {}).map_err(Echoue::Archive), None)
    } else {
        let temporaire = Temporaire(ou.vers.clone());
        let contenu = if chiffree {
            chiffre::dechiffrer(&mut hacheur, ou.cle.as_deref())
                .map_err(Echoue::Chiffre)
                .and_then(|clair| copier(clair, &ou.vers))
        } else {
            copier(&mut hacheur, &ou.vers)
        };
        (contenu, Some(temporaire))
    };
    arret.verifier()?;
    // What follows the archive belongs to the file's sum too.
    let fin = match &contenu {
        Err(e) if e.est_d_ici() => Ok(0),
        _ => io::copy(&mut hacheur, &mut io::sink()),
    };
    let (Surveillee { panne, .. }, Passage { octets, sha256 }) = hacheur.terminer();
    arret.verifier()?;
    if let (Some(raison), _) | (None, Err(raison)) = (panne, fin.map_err(|e| du_systeme(&e))) {
        return Err(interrompue(entree, &raison));
    }
    let contenu = contenu.map_err(|e| e.dire(entree, Some(sha256.clone())))?;
    let chemin = temporaire.as_ref().map_or_else(|| entree.chemin().to_owned(), |t| t.0.clone());
    Ok(Deballee { contenu, chemin, sha256, octets, temporaire })
}

/// The file itself stops midway: a bad disk here, and elsewhere most often the way to it.
fn interrompue(entree: &Entree, raison: &str) -> Panne {
    let phrase = format!("{entree} ne se lit pas jusqu'au bout : {raison}.");
    if entree.vient_d_ailleurs() {
        return Panne::Autre(refus(phrase));
    }
    let phrase = format!("{phrase} Prenez une autre sauvegarde.");
    Panne::Contenu(Contenue { phrase, sha256: None, de_la_cle: false })
}

/// What stopped, while its file could be read.
enum Echoue {
    /// What is unpacked could not be written.
    Ecriture(Echec),
    Chiffre(Fermee),
    Archive(ErreurArchive),
}

impl Echoue {
    /// Whatever the file is.
    fn est_d_ici(&self) -> bool {
        matches!(self, Self::Ecriture(_) | Self::Chiffre(Fermee::SansCle(_)))
    }

    fn dire(self, entree: &Entree, sha256: Option<String>) -> Panne {
        let (phrase, de_la_cle) = match self {
            Self::Ecriture(echec) | Self::Chiffre(Fermee::SansCle(echec)) => {
                return Panne::Autre(echec);
            }
            Self::Chiffre(Fermee::PasSaCle(echec)) => (echec.phrase, true),
            Self::Chiffre(Fermee::Abimee) => (abime(entree, "il ne se déchiffre pas"), false),
            Self::Archive(ErreurArchive::Lecture(e)) => (abime(entree, &raison(&e)), false),
            Self::Archive(autre) => (autre.to_string(), false),
        };
        Panne::Contenu(Contenue { phrase, sha256, de_la_cle })
    }
}

fn abime(entree: &Entree, raison: &str) -> String {
    format!("{entree} est abîmé : {raison}. Prenez une autre sauvegarde.")
}

/// What a decoder says of itself is in its own language.
fn raison(erreur: &io::Error) -> String {
    let notre = erreur.get_ref().and_then(|e| e.downcast_ref::<ErreurFlux>());
    notre.map_or_else(|| "son contenu ne se lit pas".to_owned(), ToString::to_string)
}

fn copier(source: impl Read + Send, vers: &Path) -> Result<Contenu, Echoue> {
    let ecriture = |e: &io::Error| Echoue::Ecriture(pas_ecrit(vers, e));
    let ouvrir = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(vers);
    let sortie = BufWriter::with_capacity(TAMPON, ouvrir().map_err(|e| ecriture(&e))?);
    let source =
        Decompresseur::nouveau(source).map_err(|e| Echoue::Archive(ErreurArchive::Lecture(e)))?;
    let (contenu, ecrit) = relayer(source, |relais| {
        let mut derivation = Derivation::nouvelle(relais, sortie);
        (archive::lire(&mut derivation, |_| {}), derivation.terminer())
    });
    let ecrit = ecrit.and_then(|sortie| Ok(sortie.into_inner()?));
    let fichier = ecrit.map_err(|e| ecriture(&e))?;
    let contenu = contenu.map_err(Echoue::Archive)?;
    situer(&fichier, &contenu).map_err(|e| ecriture(&e))?;
    Ok(contenu)
}

/// The archive came through a pipe; now it is known where its tables are.
fn situer(fichier: &File, contenu: &Contenu) -> io::Result<()> {
    contenu.positions().try_for_each(|(place, octets)| fichier.write_all_at(&octets, place))
}

const TAMPON: usize = 256 * 1024;

/// Says how far it is, and ends when asked to.
struct Surveillee<'a, L> {
    source: L,
    lus: u64,
    /// What it said when it could not be read on.
    panne: Option<String>,
    suivi: &'a Suivi,
    arret: &'a Arret,
}

impl<L: Read> Read for Surveillee<'_, L> {
    fn read(&mut self, tampon: &mut [u8]) -> io::Result<usize> {
        if self.arret.est_demande() {
            return Err(io::Error::other("interrompu"));
        }
        let lus = self.source.read(tampon).inspect_err(|e| {
            if e.kind() != io::ErrorKind::Interrupted {
                self.panne = Some(du_systeme(e));
            }
        })?;
        self.lus += lus as u64;
        self.suivi.avancer(self.lus);
        Ok(lus)
    }
}

fn pas_ecrit(vers: &Path, erreur: &io::Error) -> Echec {
    let dossier = vers.parent().unwrap_or(vers).display();
    let cause = du_systeme(erreur);
    refus(match erreur.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("Plus de place dans {dossier} pour déballer l'archive : libérez-en.")
        }
        _ => format!(
            "Impossible de déballer l'archive dans {dossier} ({cause}) : copiez la sauvegarde dans \
             un dossier où l'on peut écrire."
        ),
    })
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}
