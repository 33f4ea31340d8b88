//! Reads a backup's file to its last block, and lays its archive where `pg_restore` can seek in it:
//! one pass over the file gives its sum, its sums by table, and the archive itself.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::super::archive::{self, Contenu, ErreurArchive};
use super::super::arret::Arret;
use super::super::chiffre;
use super::super::entree::Entree;
use super::super::flux::{Decompresseur, Derivation, Hacheur, Passage, relayer};
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
    /// Not read: it goes with this.
    _temporaire: Option<Temporaire>,
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

pub fn deballer(entree: &Entree, ou: &Ou, suivi: &Suivi, arret: &Arret) -> Result<Deballee, Echec> {
    let illisible = |e: io::Error| refus(format!("{entree} ne se lit pas : {}.", du_systeme(&e)));
    suivi.etape("Lecture du fichier", entree.octets().map_err(illisible)?);
    let mut source = entree.lire().map_err(illisible)?;
    let mut debut = Vec::new();
    source.by_ref().take(DEBUT).read_to_end(&mut debut).map_err(illisible)?;
    let (nue, chiffree) = (debut.starts_with(ARCHIVE_NUE), chiffre::commence_ainsi(&debut));
    let source = io::Cursor::new(debut).chain(source);
    let mut hacheur = Hacheur::nouveau(Surveillee { source, lus: 0, suivi, arret });
    let (contenu, temporaire) = if nue && !entree.vient_d_ailleurs() {
        (archive::lire(&mut hacheur, |_| {}).map_err(abimee), None)
    } else {
        let temporaire = Temporaire(ou.vers.clone());
        let contenu = if chiffree {
            chiffre::dechiffrer(&mut hacheur, ou.cle.as_deref())
                .and_then(|clair| copier(clair, &ou.vers))
        } else {
            copier(&mut hacheur, &ou.vers)
        };
        (contenu, Some(temporaire))
    };
    arret.verifier()?;
    let contenu = contenu?;
    // What follows the archive belongs to the file's sum too.
    io::copy(&mut hacheur, &mut io::sink()).map_err(illisible)?;
    let (_, Passage { octets, sha256 }) = hacheur.terminer();
    let chemin = temporaire.as_ref().map_or_else(|| entree.chemin().to_owned(), |t| t.0.clone());
    Ok(Deballee { contenu, chemin, sha256, octets, _temporaire: temporaire })
}

fn copier(source: impl Read + Send, vers: &Path) -> Result<Contenu, Echec> {
    let ouvrir = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(vers);
    let sortie = BufWriter::with_capacity(TAMPON, ouvrir().map_err(|e| pas_ecrit(vers, &e))?);
    let source =
        Decompresseur::nouveau(source).map_err(|e| refus(format!("{}.", du_systeme(&e))))?;
    let (contenu, ecrit) = relayer(source, |relais| {
        let mut derivation = Derivation::nouvelle(relais, sortie);
        (archive::lire(&mut derivation, |_| {}), derivation.terminer())
    });
    let ecrit = ecrit.and_then(|sortie| Ok(sortie.into_inner()?));
    let fichier = ecrit.map_err(|e| pas_ecrit(vers, &e))?;
    let contenu = contenu.map_err(abimee)?;
    situer(&fichier, &contenu).map_err(|e| pas_ecrit(vers, &e))?;
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
    suivi: &'a Suivi,
    arret: &'a Arret,
}

impl<L: Read> Read for Surveillee<'_, L> {
    fn read(&mut self, tampon: &mut [u8]) -> io::Result<usize> {
        if self.arret.est_demande() {
            return Err(io::Error::other("interrompu"));
        }
        let lus = self.source.read(tampon)?;
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

fn abimee(erreur: ErreurArchive) -> Echec {
    refus(match erreur {
        ErreurArchive::Lecture(e) => {
            format!(
                "Le fichier ne se lit pas jusqu'au bout : {}. Prenez une autre sauvegarde.",
                du_systeme(&e)
            )
        }
        autre => autre.to_string(),
    })
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}
