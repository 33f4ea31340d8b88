//! What the archive looked like when it was last read to its end: unchanged since then, it need not
//! be read again to be believed; changed, it is hashed once more.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::depot::Sauvegarde;
use super::flux::Hacheur;
use super::manifeste::Manifeste;
use super::noms::Format;
use super::{chiffre, historique};
use crate::platform::causes::du_systeme;

const FICHIER: &str = "relectures.jsonl";

/// Is the archive on the disk the one of its manifest?
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Relecture {
    /// As it was when it was read back.
    Inchangee,
    /// Touched since then (or never noted): hashed now, and equal.
    Relue,
    /// Not what its manifest tells of.
    Abimee(String),
    Illisible(String),
}

/// One archive, as it was seen.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    archive: String,
    sha256: String,
    octets: u64,
    /// Seconds and nanoseconds.
    modifie: (i64, i64),
    inode: u64,
    relue_le: DateTime<Utc>,
    /// It was not what its manifest tells of.
    #[serde(default)]
    abimee: bool,
}

impl Note {
    fn de(s: &Sauvegarde, vu: &Metadata) -> Self {
        Self {
            archive: s.noms.archive.clone(),
            sha256: s.manifeste.archive.sha256.clone(),
            octets: vu.len(),
            modifie: (vu.mtime(), vu.mtime_nsec()),
            inode: vu.ino(),
            relue_le: Utc::now(),
            abimee: false,
        }
    }

    /// Unchanged, and good then.
    fn est_encore(&self, autre: &Self) -> bool {
        !self.abimee && self.a_les_marques_de(autre)
    }

    fn a_les_marques_de(&self, autre: &Self) -> bool {
        let vu = |n: &Self| (n.octets, n.modifie, n.inode);
        self.archive == autre.archive && self.sha256 == autre.sha256 && vu(self) == vu(autre)
    }
}

/// It has just been read back.
pub(crate) fn noter(s: &Sauvegarde) -> io::Result<()> {
    let vu = fs::symlink_metadata(s.archive())?;
    historique::ajouter(&s.dossier, FICHIER, &Note::de(s, &vu))
}

/// It was read to its end, and is damaged: until it is read again and found good it is not believed by
/// its marks, which a bad disk leaves as they were.
pub(crate) fn noter_abimee(s: &Sauvegarde) {
    let noter = || {
        let vu = fs::symlink_metadata(s.archive())?;
        historique::ajouter(&s.dossier, FICHIER, &Note { abimee: true, ..Note::de(s, &vu) })
    };
    if let Err(e) = noter() {
        tracing::warn!(err = %e, "relecture non notée");
    }
}

/// The file of its roles, which is not what its manifest tells of. Was it noted already, as it lies
/// there? The archive is none the worse for it.
pub(crate) fn noter_roles_abimes(s: &Sauvegarde) -> bool {
    let noter = || {
        let Some(roles) = &s.manifeste.roles else { return Ok(false) };
        let vu = fs::symlink_metadata(s.dossier.join(&roles.nom))?;
        let note = Note {
            archive: roles.nom.clone(),
            sha256: roles.sha256.clone(),
            abimee: true,
            ..Note::de(s, &vu)
        };
        let notes: Vec<Note> = historique::lire(&s.dossier, FICHIER).unwrap_or_default();
        if notes.iter().any(|n| n.abimee && n.a_les_marques_de(&note)) {
            return Ok(true);
        }
        historique::ajouter(&s.dossier, FICHIER, &note).map(|()| false)
    };
    noter().unwrap_or_else(|e: io::Error| {
        tracing::warn!(err = %e, "relecture non notée");
        false
    })
}

/// When an archive was last read to its end, and whether it bears the marks still that it bore then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lecture {
    pub le: DateTime<Utc>,
    pub inchangee: bool,
    /// It was damaged then.
    pub abimee: bool,
}

/// All that were noted in a folder.
pub(crate) struct Lectures(Vec<Note>);

impl Lectures {
    pub(crate) fn du_dossier(dossier: &Path) -> Self {
        Self(historique::lire(dossier, FICHIER).unwrap_or_default())
    }

    pub(crate) fn dates(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.0.iter().map(|n| n.relue_le)
    }

    /// None: it is not there, or was never noted.
    pub(crate) fn de(&self, s: &Sauvegarde) -> Option<Lecture> {
        let vue = Note::de(s, &fs::symlink_metadata(s.archive()).ok()?);
        let note = self.0.iter().rfind(|n| n.archive == vue.archive && n.sha256 == vue.sha256)?;
        let (le, inchangee) = (note.relue_le, note.est_encore(&vue));
        Some(Lecture { le, inchangee, abimee: note.abimee && note.a_les_marques_de(&vue) })
    }
}

/// It was read to its end just now, and is what its manifest tells of: worth a line where the last one
/// no longer says so.
pub(crate) fn noter_si_touchee(s: &Sauvegarde) {
    let touchee = Lectures::du_dossier(&s.dossier).de(s).is_some_and(|l| !l.inchangee);
    let note = if touchee { noter(s) } else { Ok(()) };
    if let Err(e) = note {
        tracing::debug!(err = %e, "relecture non notée");
    }
}

/// The sums of all archives that were ever read in that folder, those of which a rotation took too.
pub(crate) fn vues(dossier: &Path) -> HashSet<String> {
    let notes: Vec<Note> = historique::lire(dossier, FICHIER).unwrap_or_default();
    notes.into_iter().map(|n| n.sha256).collect()
}

/// Long only when the file was touched.
pub(crate) fn controler(s: &Sauvegarde) -> Relecture {
    match examiner(s) {
        Ok(relecture) => relecture,
        Err(e) => {
            let (archive, cause) = (s.archive(), du_systeme(&e));
            Relecture::Illisible(format!("{} ne se lit pas : {cause}", archive.display()))
        }
    }
}

fn examiner(s: &Sauvegarde) -> io::Result<Relecture> {
    let chemin = s.archive();
    let m = &s.manifeste;
    if !tete_juste(&chemin, m)? {
        return Ok(Relecture::Abimee("ne commence pas comme une sauvegarde".to_owned()));
    }
    match fs::read_to_string(s.dossier.join(s.noms.somme())) {
        Ok(somme) if somme.split_whitespace().next() == Some(&m.archive.sha256) => {}
        Ok(_) => return Ok(Relecture::Abimee(autre_somme(&chemin, m)?.to_owned())),
        Err(_) => return Ok(Relecture::Abimee("n'a pas de fichier .sha256 lisible".to_owned())),
    }
    let vue = Note::de(s, &fs::symlink_metadata(&chemin)?);
    let notes: Vec<Note> = historique::lire(&s.dossier, FICHIER).unwrap_or_default();
    let derniere = notes.iter().rfind(|n| n.archive == vue.archive);
    if derniere.is_some_and(|n| n.est_encore(&vue)) {
        return Ok(Relecture::Inchangee);
    }
    let mut hacheur = Hacheur::nouveau(File::open(&chemin)?);
    io::copy(&mut hacheur, &mut io::sink())?;
    if hacheur.terminer().1.sha256 != m.archive.sha256 {
        return Ok(Relecture::Abimee("a changé depuis qu'elle a été relue".to_owned()));
    }
    // Not noted, it is only hashed again the next time.
    let _hachee_encore = historique::ajouter(&s.dossier, FICHIER, &vue);
    Ok(Relecture::Relue)
}

/// Which of the two is wrong, where the file beside it does not say the sum of the manifest: somebody
/// may have made that file anew, of an archive that was damaged.
fn autre_somme(archive: &Path, m: &Manifeste) -> io::Result<&'static str> {
    let mut hacheur = Hacheur::nouveau(File::open(archive)?);
    io::copy(&mut hacheur, &mut io::sink())?;
    Ok(match hacheur.terminer().1.sha256 == m.archive.sha256 {
        true => "est bonne, mais son fichier .sha256 dit une autre somme : refaites-le (sha256sum)",
        false => "n'est plus ce qui a été écrit, et son fichier .sha256 dit une autre somme",
    })
}

/// The first bytes say how it is packed.
fn tete_juste(chemin: &Path, m: &Manifeste) -> io::Result<bool> {
    if m.chiffre {
        return chiffre::est_chiffre(chemin);
    }
    let mut debut = Vec::new();
    File::open(chemin)?.take(5).read_to_end(&mut debut)?;
    Ok(debut.starts_with(match m.format {
        Format::Gz => b"\x1f\x8b",
        Format::Zst => b"\x28\xb5\x2f\xfd",
        Format::Fc => b"PGDMP",
    }))
}
