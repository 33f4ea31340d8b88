//! A folder of backups: what lies in it, and how one of them is opened. Only what a manifest of
//! ours tells is a backup; all else in the folder is somebody else's.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::chiffre;
use super::flux::Decompresseur;
use super::manifeste::{ErreurManifeste, Manifeste};
use super::noms::{Noms, simple};
use super::retention::Candidate;
use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

#[derive(Debug, Clone)]
pub struct Sauvegarde {
    pub dossier: PathBuf,
    pub noms: Noms,
    pub manifeste: Manifeste,
    /// Its archive lies there, as long as it should be.
    pub presente: bool,
}

impl Sauvegarde {
    pub fn archive(&self) -> PathBuf {
        self.dossier.join(&self.noms.archive)
    }

    /// There, verified, and not suspect.
    pub fn fiable(&self) -> bool {
        self.presente && self.manifeste.verifie && self.manifeste.suspect.is_empty()
    }

    pub(crate) fn candidate(&self) -> Candidate {
        let m = &self.manifeste;
        Candidate { rang: m.rang, fait_le: m.fait_le, fiable: self.fiable() }
    }
}

/// All backups of a folder, the oldest first; none in a folder that is not there.
pub fn lister(dossier: &Path) -> Result<Vec<Sauvegarde>, Echec> {
    let entrees = match fs::read_dir(dossier) {
        Ok(entrees) => entrees,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(illisible(dossier, &e)),
    };
    let mut trouvees = Vec::new();
    for entree in entrees {
        let entree = entree.map_err(|e| illisible(dossier, &e))?;
        let nom = entree.file_name();
        let archive = nom.to_str().and_then(|n| n.strip_suffix(".json"));
        let Some(archive) = archive.filter(|a| a.starts_with("delicego_")) else { continue };
        match trouver(&dossier.join(archive)) {
            Ok(sauvegarde) => trouvees.push(sauvegarde),
            Err(cause) => tracing::debug!(archive, %cause, "manifeste laissé de côté"),
        }
    }
    trouvees.sort_by_key(|s| (s.manifeste.rang, s.manifeste.fait_le));
    Ok(trouvees)
}

/// Backups of that database, by the names of their archives, whose manifest is there and says
/// nothing that can be read.
pub(crate) fn manifestes_illisibles(dossier: &Path, base: &str) -> Vec<String> {
    let debut = format!("delicego_{}_", simple(base));
    let Ok(entrees) = fs::read_dir(dossier) else { return Vec::new() };
    let noms = entrees.flatten().filter_map(|e| e.file_name().into_string().ok());
    let archives = noms.filter_map(|n| n.strip_suffix(".json").map(str::to_owned));
    let notres = archives.filter(|a| a.starts_with(&debut) && est_une_archive(a));
    notres
        .filter(|a| matches!(trouver(&dossier.join(a)), Err(ErreurManifeste::Illisible(_))))
        .collect()
}

/// Archives under a name of ours that no manifest tells of, `connues` left out: what a person may
/// take for a backup.
pub(crate) fn orphelines(dossier: &Path, connues: &[Sauvegarde]) -> Vec<String> {
    let Ok(entrees) = fs::read_dir(dossier) else { return Vec::new() };
    let noms = entrees.flatten().filter_map(|e| e.file_name().into_string().ok());
    let connue = |nom: &String| connues.iter().any(|s| s.noms.archive == *nom);
    let mut orphelines: Vec<String> = noms.filter(|n| est_une_archive(n) && !connue(n)).collect();
    orphelines.sort_unstable();
    orphelines
}

/// Other files of ours lie beside an archive, under its name and one word more.
pub(crate) fn est_une_archive(nom: &str) -> bool {
    let sans_age = nom.strip_suffix(".age").unwrap_or(nom);
    nom.starts_with("delicego_")
        && [".dump", ".dump.gz", ".dump.zst"].iter().any(|fin| sans_age.ends_with(fin))
}

/// The backup of which this file is the archive, by the manifest beside it.
pub fn trouver(archive: &Path) -> Result<Sauvegarde, ErreurManifeste> {
    let noms = Noms::de_l_archive(archive).ok_or(ErreurManifeste::Absent)?;
    let dossier = archive.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let chemin = dossier.join(noms.manifeste());
    if !est_un_fichier(&chemin) {
        return Err(ErreurManifeste::Absent);
    }
    let manifeste = Manifeste::lire(&chemin)?;
    manifeste.parle_de(&noms)?;
    let longueur = fs::symlink_metadata(archive).ok().filter(|m| m.is_file()).map(|m| m.len());
    let presente = longueur == Some(manifeste.archive.octets);
    Ok(Sauvegarde { dossier: dossier.to_owned(), noms, manifeste, presente })
}

/// The archive of `pg_dump` inside a file: decrypted when it must be (then `cle` is the file of
/// the age identity), and unpacked.
pub fn ouvrir(chemin: &Path, cle: Option<&Path>) -> Result<Box<dyn Read + Send>, Echec> {
    let refus = |e: io::Error| illisible(chemin, &e);
    let fichier = File::open(chemin).map_err(refus)?;
    if chiffre::est_chiffre(chemin).map_err(refus)? {
        let clair = chiffre::dechiffrer(fichier, cle)?;
        return Ok(Box::new(Decompresseur::nouveau(clair).map_err(refus)?));
    }
    Ok(Box::new(Decompresseur::nouveau(fichier).map_err(refus)?))
}

/// Itself, and not by a symbolic link.
pub(crate) fn est_un_fichier(chemin: &Path) -> bool {
    fs::symlink_metadata(chemin).is_ok_and(|m| m.is_file())
}

fn illisible(chemin: &Path, erreur: &io::Error) -> Echec {
    let phrase = match erreur.kind() {
        io::ErrorKind::NotFound => format!("{} n'existe pas.", chemin.display()),
        io::ErrorKind::PermissionDenied => {
            format!("{} : ce compte n'a pas le droit de lire là.", chemin.display())
        }
        _ => {
            format!("{} ne se lit pas : {}.", chemin.display(), du_systeme(erreur))
        }
    };
    Echec::nouveau(Code::RefuseAvant, phrase)
}
