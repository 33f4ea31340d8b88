//! What happened, a line of JSON each, in one file beside the backups: what a rotation takes with
//! a backup stays told here.
//!
//! 1. A line is written whole and made to stay; a torn line, of a run that died, is read past. A file
//!    of which no line can be read is damaged, and is not taken for an empty one.
//! 2. The file does not grow without end: the oldest lines go.
//! 3. Its owner's alone (0600), and never through a symbolic link.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags, flock};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::platform::fichiers;

/// Years of weekly drills; beyond it the newer half is kept.
const LONGUEUR_MAX: u64 = 1024 * 1024;

/// Adds one line to that file of that folder.
pub(crate) fn ajouter<T: Serialize>(dossier: &Path, nom: &str, fait: &T) -> io::Result<()> {
    let mut ligne = serde_json::to_vec(fait)?;
    ligne.push(b'\n');
    // One at a time: the folder itself is what all writers know.
    let garde = File::open(dossier)?;
    flock(&garde, FlockOperation::LockExclusive)?;
    let chemin = dossier.join(nom);
    ecrire(&chemin, &ligne)?;
    if fs::metadata(&chemin)?.len() > LONGUEUR_MAX {
        raccourcir(dossier, nom)?;
    }
    garde.sync_all()
}

/// All lines that can be read, in the order they were written; none where there is no file. Refused
/// when there are some, and none of them can be read.
pub(crate) fn lire<T: DeserializeOwned>(dossier: &Path, nom: &str) -> io::Result<Vec<T>> {
    let texte = match texte(&dossier.join(nom)) {
        Ok(texte) => texte,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let lues: Vec<T> = texte.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    if lues.is_empty() && texte.contains('\n') {
        return Err(io::Error::other("aucune de ses lignes ne se lit, il est abîmé"));
    }
    Ok(lues)
}

/// Is there a last line that cannot be read, which a run that died, or a disk, left so? The next one
/// that is added makes it one of the past.
pub(crate) fn fin_perdue<T: DeserializeOwned>(dossier: &Path, nom: &str) -> bool {
    let texte = texte(&dossier.join(nom)).unwrap_or_default();
    texte.lines().next_back().is_some_and(|l| serde_json::from_str::<T>(l).is_err())
}

fn texte(chemin: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    ouvrir(chemin, OpenOptions::new().read(true))?.read_to_end(&mut octets)?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn ouvrir(chemin: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.mode(0o600).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(chemin)
}

fn ecrire(chemin: &Path, ligne: &[u8]) -> io::Result<()> {
    let mut fichier = ouvrir(chemin, OpenOptions::new().read(true).append(true).create(true))?;
    let mut entier = Vec::new();
    // What a dead run left of its line must not spoil ours.
    if dernier_octet(&mut fichier)?.is_some_and(|o| o != b'\n') {
        entier.push(b'\n');
    }
    entier.extend_from_slice(ligne);
    fichier.write_all(&entier)?;
    fichier.sync_all()
}

fn dernier_octet(fichier: &mut File) -> io::Result<Option<u8>> {
    if fichier.metadata()?.len() == 0 {
        return Ok(None);
    }
    fichier.seek(SeekFrom::End(-1))?;
    let mut octet = [0];
    fichier.read_exact(&mut octet)?;
    Ok(Some(octet[0]))
}

/// The newest lines that fit in half of the room, and the very last one in any case.
fn raccourcir(dossier: &Path, nom: &str) -> io::Result<()> {
    let octets = fs::read(dossier.join(nom))?;
    let lignes: Vec<&[u8]> = octets.split_inclusive(|o| *o == b'\n').collect();
    let (mut debut, mut longueur) = (lignes.len(), 0);
    while let Some(place) = debut.checked_sub(1) {
        longueur += lignes[place].len() as u64;
        if longueur > LONGUEUR_MAX / 2 && debut < lignes.len() {
            break;
        }
        debut = place;
    }
    fichiers::remplacer(dossier, (&format!(".{nom}.nouveau"), nom), &lignes[debut..].concat())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    const NOM: &str = "essai.jsonl";

    fn dossier(nom: &str) -> PathBuf {
        let dossier = std::env::temp_dir().join(format!("delicego-{nom}-{}", std::process::id()));
        let _reste = fs::remove_dir_all(&dossier);
        fs::create_dir_all(&dossier).unwrap();
        dossier
    }

    #[test]
    fn une_ligne_coupee_par_un_arret_n_abime_ni_les_autres_ni_la_suivante() {
        let d = dossier("histoire");
        assert!(lire::<u32>(&d, NOM).unwrap().is_empty());
        fs::write(d.join(NOM), "[\"coup").unwrap();
        assert!(lire::<u32>(&d, NOM).unwrap().is_empty(), "the first line of a run that died");
        fs::write(d.join(NOM), "abîmé\n\0\0\n").unwrap();
        assert!(lire::<u32>(&d, NOM).is_err());
        fs::remove_file(d.join(NOM)).unwrap();
        ajouter(&d, NOM, &1).unwrap();
        let mut fichier = OpenOptions::new().append(true).open(d.join(NOM)).unwrap();
        fichier.write_all(b"[\"coup").unwrap();
        assert_eq!(lire::<u32>(&d, NOM).unwrap(), [1]);
        assert!(fin_perdue::<u32>(&d, NOM));
        ajouter(&d, NOM, &2).unwrap();
        assert_eq!(lire::<u32>(&d, NOM).unwrap(), [1, 2]);
        assert!(!fin_perdue::<u32>(&d, NOM) && !fin_perdue::<u32>(&d, "absent"));
        let mode = fs::metadata(d.join(NOM)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn l_histoire_ne_grandit_pas_sans_fin_et_garde_la_plus_recente() {
        let d = dossier("longue-histoire");
        let texte = "x".repeat(100_000);
        for n in 0..25 {
            ajouter(&d, NOM, &(n, &texte)).unwrap();
            assert!(fs::metadata(d.join(NOM)).unwrap().len() <= LONGUEUR_MAX);
        }
        let lues = lire::<(u32, String)>(&d, NOM).unwrap();
        assert_eq!(lues.last().map(|l| l.0), Some(24));
        ajouter(&d, NOM, &(25, "x".repeat(2 << 20))).unwrap();
        assert_eq!(lire::<(u32, String)>(&d, NOM).unwrap().len(), 1, "la dernière, même longue");
        assert_eq!(fs::read_dir(&d).unwrap().count(), 1);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn un_lien_pose_la_n_est_pas_suivi() {
        let d = dossier("histoire-liee");
        std::os::unix::fs::symlink(d.join("cible"), d.join(NOM)).unwrap();
        assert!(ajouter(&d, NOM, &1).is_err());
        assert!(!d.join("cible").exists());
        fs::remove_dir_all(d).unwrap();
    }
}
