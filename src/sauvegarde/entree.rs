//! A backup as it is read: from its file, or from where its copy lies. Of a copy the small files
//! come first, into a folder that goes with this; its archive is read on its way, once.

mod roles;

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use percent_encoding::percent_decode_str;
use rustix::process::{Pid, geteuid, test_kill_process};

use self::roles::Roles;
pub(crate) use self::roles::RolesDits;
use super::ailleurs::{Ailleurs, La, Lue, Objet, est_une_adresse, noter_une_lecture};
use super::manifeste::{ErreurManifeste, Manifeste};
use super::noms::Noms;
use super::{depot, disque};
use crate::platform::issue::{Code, Echec};

/// Begins the name of the folder where the small files of a copy lie while it is read.
const PASSAGE: &str = "delicego-passage";

/// Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Entree {
    /// Its manifest and its sum lie beside it; of a copy, it does not lie there itself.
    chemin: PathBuf,
    venue: Option<Arc<Venue>>,
}

struct Venue {
    ailleurs: Ailleurs,
    nom: String,
    /// None: it is gone, its manifest is not.
    archive: Option<Objet>,
    /// What can be seen to be wrong with the archive before it is read.
    defaut: Option<String>,
    roles: Roles,
    /// Its archive came whole, and is what was written.
    bonne: AtomicBool,
    /// Removed with this.
    dossier: PathBuf,
}

impl Entree {
    pub fn fichier(chemin: impl Into<PathBuf>) -> Self {
        Self { chemin: chemin.into(), venue: None }
    }

    /// As `chercher`, and refused when it can be seen that its archive is not what was written.
    pub(crate) async fn trouver(texte: &Path, base: &str) -> Result<Self, Echec> {
        let entree = Self::chercher(texte, base).await?;
        match entree.venue.as_ref().and_then(|v| v.defaut.clone()) {
            Some(defaut) => Err(Echec::nouveau(Code::RefuseAvant, defaut)),
            None => Ok(entree),
        }
    }

    /// A path, or an address: of an archive, or of a folder, where the newest verified backup of that
    /// database is meant.
    pub(crate) async fn chercher(texte: &Path, base: &str) -> Result<Self, Echec> {
        let Some(adresse) = texte.to_str().filter(|t| est_une_adresse(t)) else {
            return Ok(Self::fichier(match texte.is_dir() {
                true => depot::la_plus_recente_d_un_seul(texte, base)?,
                false => texte.to_owned(),
            }));
        };
        let issue = match archive_de(adresse) {
            Some((dossier, archive)) => {
                let ailleurs = Ailleurs::ouvrir(dossier)?;
                Self::venir(ailleurs, &Noms { archive }).await
            }
            None => Self::la_plus_recente(adresse, base, None).await,
        };
        issue.map_err(avant)
    }

    /// The newest verified copy of that database.
    pub(crate) async fn la_plus_recente(
        adresse: &str,
        base: &str,
        systeme: Option<&str>,
    ) -> Result<Self, Echec> {
        let ailleurs = Ailleurs::ouvrir(adresse).map_err(avant)?;
        let derniere = ailleurs.la_plus_recente(base, systeme).await.map_err(avant)?;
        Self::venir(ailleurs, &derniere.noms).await.map_err(avant)
    }

    async fn venir(ailleurs: Ailleurs, noms: &Noms) -> Result<Self, Echec> {
        let manifeste = ailleurs.lire(&noms.manifeste()).await?;
        let somme = ailleurs.lire(&noms.somme()).await?;
        let archive = ailleurs.vu(&noms.archive).await?;
        let lu = manifeste.as_deref().map(|m| Manifeste::de_texte(&String::from_utf8_lossy(m)));
        let lu = lu.transpose().map_err(|e| refus(&ailleurs, &noms.manifeste(), &dire(&e)))?;
        if let Some(m) = &lu {
            m.parle_de(noms).map_err(|e| refus(&ailleurs, &noms.manifeste(), &dire(&e)))?;
        } else if archive.is_none() {
            return Err(refus(&ailleurs, &noms.archive, "n'y est pas"));
        }
        let defaut = lu.as_ref().and_then(|m| defaut(m, archive.as_ref().map(|a| a.octets)));
        let defaut = defaut.map(|d| refus(&ailleurs, &noms.archive, &d).phrase);
        let roles = match lu.as_ref().and_then(|m| m.roles.as_ref()) {
            Some(dits) => Roles::lus(dits, ailleurs.lire(&dits.nom).await?),
            None => Roles::Aucun,
        };
        let dossier = ouvrir_un_passage().map_err(|e| disque::dire(&disque::temporaire(), &e))?;
        let (bonne, nom) = (AtomicBool::default(), noms.archive.clone());
        let venue = Venue { ailleurs, nom, archive, defaut, roles, bonne, dossier };
        venue.poser(&noms.manifeste(), manifeste.as_deref())?;
        venue.poser(&noms.somme(), somme.as_deref())?;
        Ok(Self { chemin: venue.dossier.join(&noms.archive), venue: Some(Arc::new(venue)) })
    }

    /// What can be seen to be wrong with it before it is read, against its manifest.
    pub(crate) fn defaut(&self, m: &Manifeste) -> Option<String> {
        if let Some(venue) = &self.venue {
            return venue.defaut.clone();
        }
        let octets = fs::metadata(&self.chemin).ok().filter(|m| m.is_file()).map(|m| m.len());
        let defaut = defaut(m, octets)?;
        Some(format!("{self} {defaut}. Prenez une autre sauvegarde."))
    }

    /// What is missing beside it that it can do without, in a sentence.
    pub(crate) fn avis(&self) -> Option<String> {
        let raison = match &self.venue {
            Some(venue) => match &venue.roles {
                Roles::Perdus(raison) => raison.clone(),
                _ => return None,
            },
            None => self.roles_perdus_ici()?,
        };
        Some(format!(
            "{raison} ; la base peut revenir sans lui. Il disait les comptes du serveur d'origine : \
             s'il en manque ici, la restauration les nommera, et vous les créerez."
        ))
    }

    /// The sum beside it, as people find it.
    pub(crate) fn adresse_de_la_somme(&self) -> String {
        format!("{self}.sha256")
    }

    /// Beside it lie its manifest and its sum; and there is where to unpack it.
    pub(crate) fn chemin(&self) -> &Path {
        &self.chemin
    }

    pub(crate) fn est_la(&self) -> bool {
        self.venue.is_some() || self.chemin.is_file()
    }

    /// Does it come from elsewhere, so that no file of it lies here?
    pub(crate) fn vient_d_ailleurs(&self) -> bool {
        self.venue.is_some()
    }

    /// Its archive was read to its end: was it what was written? Kept in the folder of the backups
    /// where that is a copy of one of them.
    pub(crate) async fn noter_une_lecture(&self, m: &Manifeste, dossier: &Path, bonne: bool) {
        let Some(noms) = Noms::de_l_archive(&self.chemin) else { return };
        let la = match &self.venue {
            Some(venue) => match &venue.archive {
                Some(objet) => La::Objet(&venue.ailleurs, objet),
                None => return,
            },
            None => La::Dossier(self.chemin.parent().unwrap_or(Path::new(""))),
        };
        let lue = Lue { noms: &noms, sha256: &m.archive.sha256, la };
        noter_une_lecture(&lue, dossier, bonne).await;
    }

    pub(crate) fn octets(&self) -> io::Result<u64> {
        match &self.venue {
            Some(venue) => Ok(venue.archive()?.octets),
            None => Ok(fs::metadata(&self.chemin)?.len()),
        }
    }

    /// From its first byte. Called where an async runtime is, read where a thread may wait.
    pub(crate) fn lire(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.venue {
            Some(venue) => Box::new(venue.ailleurs.flux(venue.archive()?)),
            None => Box::new(File::open(&self.chemin)?),
        })
    }

    /// Its archive was read to its end, and is what was written.
    pub(crate) fn approuver(&self) {
        if let Some(venue) = &self.venue {
            venue.bonne.store(true, Ordering::SeqCst);
        }
    }

    /// The roles of the server that came with it are laid down there, for a server that lacks them:
    /// where, if there are any. Of a damaged backup nothing is: a file without its archive would
    /// stay for good.
    pub(crate) fn laisser_les_roles(&self, dossier: &Path) -> Result<Option<PathBuf>, Echec> {
        let venue = self.venue.as_ref().filter(|v| v.bonne.load(Ordering::SeqCst));
        let Some(venue) = venue else { return Ok(None) };
        let (Roles::La(roles), Some(noms)) = (&venue.roles, Noms::de_l_archive(&self.chemin))
        else {
            return Ok(None);
        };
        let la = dossier.join(noms.roles());
        let poser = || {
            DirBuilder::new().recursive(true).mode(0o700).create(dossier)?;
            ecrire(&la, roles)
        };
        match poser() {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(disque::dire(dossier, &e)),
            _ => Ok(Some(la)),
        }
    }
}

/// As it was asked for.
impl fmt::Display for Entree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.venue {
            Some(v) => f.write_str(&v.ailleurs.adresse_de(&v.nom)),
            None => write!(f, "{}", self.chemin.display()),
        }
    }
}

/// Of an archive that is that long, if it is there.
fn defaut(m: &Manifeste, octets: Option<u64>) -> Option<String> {
    let dits = m.archive.octets;
    match octets {
        None => Some("n'y est plus, son manifeste y est encore".to_owned()),
        Some(la) if la != dits => {
            Some(format!("n'est pas entier : {la} octets, {dits} selon son manifeste"))
        }
        Some(_) => None,
    }
}

impl Venue {
    fn archive(&self) -> io::Result<&Objet> {
        self.archive.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn poser(&self, nom: &str, octets: Option<&[u8]>) -> Result<(), Echec> {
        let Some(octets) = octets else { return Ok(()) };
        ecrire(&self.dossier.join(nom), octets).map_err(|e| disque::dire(&self.dossier, &e))
    }
}

impl fmt::Debug for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ailleurs.adresse())
    }
}

impl Drop for Venue {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next one.
        let _reste = fs::remove_dir_all(&self.dossier);
    }
}

fn ecrire(chemin: &Path, octets: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(chemin)?.write_all(octets)
}

/// Folder and name, when the last step of the address is the name of an archive.
fn archive_de(adresse: &str) -> Option<(&str, String)> {
    let (dossier, nom) = adresse.rsplit_once('/')?;
    let nom = percent_decode_str(nom).decode_utf8().ok()?.into_owned();
    (nom.contains(".dump") && !nom.contains('/')).then_some((dossier, nom))
}

/// One for each.
fn ouvrir_un_passage() -> io::Result<PathBuf> {
    static SUIVANT: AtomicU32 = AtomicU32::new(0);
    balayer();
    let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
    let nom = format!("{}{}-{numero}", debut_de_passage(), std::process::id());
    let dossier = disque::temporaire().join(nom);
    DirBuilder::new().mode(0o700).create(&dossier)?;
    Ok(dossier)
}

/// What killed runs left: an archive unpacked may lie there, and is not encrypted any more.
pub(crate) fn balayer() {
    let (debut, compte) = (debut_de_passage(), geteuid().as_raw());
    for entree in fs::read_dir(disque::temporaire()).into_iter().flatten().flatten() {
        let nom = entree.file_name();
        let pid =
            nom.to_str().and_then(|n| n.strip_prefix(&debut)?.split('-').next()?.parse().ok());
        let Some(pid) = pid.and_then(Pid::from_raw) else { continue };
        let a_nous = entree.metadata().is_ok_and(|m| m.is_dir() && m.uid() == compte);
        if a_nous && test_kill_process(pid).is_err() {
            let _encore_la = fs::remove_dir_all(entree.path());
        }
    }
}

fn debut_de_passage() -> String {
    format!("{PASSAGE}-{}-", geteuid().as_raw())
}

fn dire(erreur: &ErreurManifeste) -> String {
    match erreur {
        ErreurManifeste::Illisible(raison) => format!("ne se lit pas : {raison}"),
        autre => format!(": {autre}"),
    }
}

/// Nothing was touched yet.
fn avant(echec: Echec) -> Echec {
    match echec.code {
        Code::Anomalie | Code::Refuse => Echec { code: Code::RefuseAvant, ..echec },
        _ => echec,
    }
}

fn refus(ailleurs: &Ailleurs, nom: &str, raison: &str) -> Echec {
    let phrase = format!("{}/{nom} {raison}. Prenez une autre sauvegarde.", ailleurs.adresse());
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use super::archive_de;

    #[test]
    fn an_address_names_an_archive_or_a_folder() {
        let lu = |adresse| archive_de(adresse).map(|(d, n)| format!("{d} {n}"));
        let archive = "s3://seau/nuit/delicego_a%2520b_20261122T021507Z.dump.gz";
        let attendu = "s3://seau/nuit delicego_a%20b_20261122T021507Z.dump.gz";
        assert_eq!(lu(archive).as_deref(), Some(attendu));
        assert_eq!(lu("file:///srv/copies/x.dump").as_deref(), Some("file:///srv/copies x.dump"));
        for dossier in ["s3://seau/nuit/", "s3://seau/nuit", "gs://seau"] {
            assert_eq!(lu(dossier), None, "{dossier}");
        }
    }
}
