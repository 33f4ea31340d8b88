//! A folder of backups: what lies in it, and how one of them is opened. Only what a manifest of
//! ours tells is a backup; all else in the folder is somebody else's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::chiffre;
use super::flux::Decompresseur;
use super::manifeste::{ErreurManifeste, Manifeste};
use super::noms::{Noms, simple};
use super::retention::Candidate;
use crate::platform::causes::du_systeme;
use crate::platform::heure;
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

/// The archive of the newest verified backup of that database. One that was cut short or lost since
/// then is the newest all the same: an older one must not hide it. Refused where one of which nothing
/// is known is newer.
pub(crate) fn la_plus_recente(dossier: &Path, base: &str) -> Result<PathBuf, Echec> {
    let toutes = verifiees(dossier, base)?;
    if let Some(derniere) = toutes.last() {
        let seules = archives_seules(dossier, base);
        aucune_seule_depuis(&dossier.display().to_string(), &derniere.noms.archive, &seules)?;
    }
    la_derniere((dossier, base), toutes)
}

fn la_derniere(
    (dossier, base): (&Path, &str),
    mut verifiees: Vec<Sauvegarde>,
) -> Result<PathBuf, Echec> {
    let derniere = verifiees.pop();
    let illisibles = manifestes_illisibles(dossier, base).into_iter();
    let connue = derniere.map(|s| s.noms.archive);
    let illisible = illisibles.filter(|nom| connue.as_ref().is_none_or(|c| nom > c)).max();
    let nom = illisible.or(connue).ok_or_else(|| {
        let phrase = format!(
            "Aucune sauvegarde vérifiée de la base « {base} » dans {} : faites-en une (delicego \
             backup), ou donnez un fichier (--file).",
            dossier.display()
        );
        Echec::nouveau(Code::RefuseAvant, phrase)
    })?;
    Ok(dossier.join(nom))
}

/// The same in a folder that a person named: copies of several servers may lie there.
pub(crate) fn la_plus_recente_d_un_seul(dossier: &Path, base: &str) -> Result<PathBuf, Echec> {
    let mut toutes = verifiees(dossier, base)?;
    toutes.sort_by_key(|s| age_d_une_copie(&s.manifeste));
    let ou = dossier.display().to_string();
    un_seul_serveur(&ou, base, toutes.iter().map(|s| (&s.manifeste, &s.noms)))?;
    if let Some(derniere) = toutes.last() {
        let seules = archives_seules(dossier, base);
        rien_de_plus_recent(&ou, (&derniere.manifeste, &derniere.noms), &seules)?;
    }
    la_derniere((dossier, base), toutes)
}

/// Refused where the last one known may not be the newest: a person has to choose. `seules` are the
/// archives of that database of which no manifest can be read.
pub(crate) fn rien_de_plus_recent(
    ou: &str,
    (manifeste, noms): (&Manifeste, &Noms),
    seules: &[String],
) -> Result<(), Echec> {
    let connue = &noms.archive;
    if manifeste.fait_le > Utc::now() + A_VENIR {
        let phrase = format!(
            "{ou} : {connue} porte une date à venir ({}) : on ne sait pas laquelle est la plus \
             récente. Vérifiez l'heure de cette machine, ou choisissez-en une (--file).",
            heure::minute(manifeste.fait_le)
        );
        return Err(Echec::nouveau(Code::RefuseAvant, phrase));
    }
    aucune_seule_depuis(ou, connue, seules)
}

fn aucune_seule_depuis(ou: &str, connue: &str, seules: &[String]) -> Result<(), Echec> {
    let Some(seule) = seules.iter().filter(|nom| nom.as_str() > connue).max() else {
        return Ok(());
    };
    let phrase = format!(
        "{ou} : {seule} est plus récente que {connue}, et son manifeste ({seule}.json) manque ou ne \
         se lit pas. Reprenez-le d'où il est encore, ou choisissez une sauvegarde (--file)."
    );
    Err(Echec::nouveau(Code::RefuseAvant, phrase))
}

/// By how much a clock may be wrong before the order of backups is no longer known.
const A_VENIR: TimeDelta = TimeDelta::minutes(10);

/// The order of copies, the oldest first: ranks begin anew in a folder of backups that was lost, and
/// its copies lie there still.
pub(crate) fn age_d_une_copie(m: &Manifeste) -> (DateTime<Utc>, u64) {
    (m.fait_le, m.rang)
}

fn verifiees(dossier: &Path, base: &str) -> Result<Vec<Sauvegarde>, Echec> {
    let mut voulues = lister(dossier)?;
    voulues.retain(|s| {
        let m = &s.manifeste;
        m.est_de(base, None) && m.verifie && m.suspect.is_empty()
    });
    Ok(voulues)
}

/// Refused when they are of several servers: a person has to choose. The oldest come first.
pub(crate) fn un_seul_serveur<'a>(
    ou: &str,
    base: &str,
    connues: impl Iterator<Item = (&'a Manifeste, &'a Noms)>,
) -> Result<(), Echec> {
    let mut serveurs = BTreeMap::new();
    for (manifeste, noms) in connues {
        if let Some(systeme) = &manifeste.base.systeme {
            serveurs.insert(systeme, noms.archive.as_str());
        }
    }
    if serveurs.len() < 2 {
        return Ok(());
    }
    let choix: Vec<&str> = serveurs.into_values().collect();
    let phrase = format!(
        "{ou} porte des sauvegardes de « {base} » de plusieurs serveurs : choisissez-en une (--file). \
         La plus récente de chacun : {}.",
        choix.join(", ")
    );
    Err(Echec::nouveau(Code::RefuseAvant, phrase))
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

/// Archives of that base that no manifest lies beside, the oldest first.
pub(crate) fn archives_seules(dossier: &Path, base: &str) -> Vec<String> {
    let mut seules = orphelines(dossier, &[]);
    seules.retain(|a| porte_le_nom(a, base) && !dossier.join(format!("{a}.json")).exists());
    seules
}

/// Whether such a name is that of a backup of this database: its time follows at once.
pub(crate) fn porte_le_nom(archive: &str, base: &str) -> bool {
    let suite = archive.strip_prefix(&format!("delicego_{}_", simple(base)));
    let jour = suite.and_then(|s| s.split_once('T')).map(|(jour, _)| jour);
    jour.is_some_and(|j| j.len() == 8 && j.bytes().all(|c| c.is_ascii_digit()))
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
