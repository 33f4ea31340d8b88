//! From unfinished files to a backup: names, the manifest last, and the folder made to stay.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::dossier::fixer;
use super::partiel::Partiel;
use super::roles::Roles;
use crate::platform::issue::Echec;
use crate::sauvegarde::depot::Sauvegarde;
use crate::sauvegarde::manifeste::{Fichier, Manifeste};
use crate::sauvegarde::{Noms, disque};

pub(crate) struct APublier {
    pub dossier: PathBuf,
    /// Complete but for the names of files.
    pub manifeste: Manifeste,
    pub archive: Partiel,
    pub roles: Option<Roles>,
}

/// Seconds to go forward for a name that nothing has.
const ESSAIS: i64 = 3600;

pub(crate) fn publier(p: APublier) -> Result<Sauvegarde, Echec> {
    let dossier = p.dossier.clone();
    deposer(p).map_err(|e| disque::dire(&dossier, &e))
}

fn deposer(mut p: APublier) -> io::Result<Sauvegarde> {
    let noms = libres(&p)?;
    p.manifeste.archive.nom.clone_from(&noms.archive);
    p.manifeste.roles = p.roles.as_ref().map(|r| Fichier {
        nom: noms.roles(),
        octets: r.passage.octets,
        sha256: r.passage.sha256.clone(),
    });
    let somme = p.manifeste.texte_de_somme();
    let mut manifeste = serde_json::to_vec_pretty(&p.manifeste)?;
    manifeste.push(b'\n');
    let somme = petit(&p, somme.as_bytes())?;
    let manifeste = petit(&p, &manifeste)?;
    let mut poses = Poses::default();
    poses.nommer(p.archive, &p.dossier.join(&noms.archive))?;
    poses.nommer(somme, &p.dossier.join(noms.somme()))?;
    if let Some(roles) = p.roles {
        poses.nommer(roles.partiel, &p.dossier.join(noms.roles()))?;
    }
    // What the manifest tells of must be there even if the power goes between the two.
    fixer(&p.dossier)?;
    poses.nommer(manifeste, &p.dossier.join(noms.manifeste()))?;
    poses.gardes = true;
    fixer(&p.dossier)?;
    Ok(Sauvegarde { dossier: p.dossier, noms, manifeste: p.manifeste, presente: true })
}

/// After the time of the backup, or a little later when the clock went back onto another one.
fn libres(p: &APublier) -> io::Result<Noms> {
    let m = &p.manifeste;
    let noms = |le: DateTime<Utc>| Noms::nouveaux(&m.base.nom, le, m.format, m.chiffre);
    let tous = (0..ESSAIS).map(|s| noms(m.fait_le + TimeDelta::seconds(s)));
    let absent = |nom: &String| fs::symlink_metadata(p.dossier.join(nom)).is_err();
    let mut libres = tous.filter(|n| n.tous().iter().all(absent));
    libres.next().ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))
}

fn petit(p: &APublier, octets: &[u8]) -> io::Result<Partiel> {
    let mut partiel = Partiel::creer(&p.dossier, &p.manifeste.base.nom)?;
    partiel.fichier.write_all(octets)?;
    partiel.fichier.sync_all()?;
    Ok(partiel)
}

/// Files that have their names; taken back unless all of them get theirs.
#[derive(Default)]
struct Poses {
    fichiers: Vec<PathBuf>,
    gardes: bool,
}

impl Poses {
    fn nommer(&mut self, mut partiel: Partiel, chemin: &Path) -> io::Result<()> {
        partiel.nommer(chemin)?;
        self.fichiers.push(chemin.to_owned());
        Ok(())
    }
}

impl Drop for Poses {
    fn drop(&mut self) {
        if !self.gardes {
            for chemin in &self.fichiers {
                let _reste = fs::remove_file(chemin);
            }
        }
    }
}
