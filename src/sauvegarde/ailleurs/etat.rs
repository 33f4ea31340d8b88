//! Is what lies there what lies here? Asked of the things themselves: names and sizes first, then
//! the mark that each object bore when it was last read, else the sum that was put with it, else its
//! every byte.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::super::depot::Sauvegarde;
use super::super::manifeste::{Fichier, Manifeste};
use super::super::noms::Noms;
use super::constat::{Constats, Marque};
use super::{Ailleurs, illisible};
use crate::platform::causes;
use crate::platform::issue::{Code, Echec};

/// What lies elsewhere for one backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EtatCopie {
    Absente,
    /// Its manifest is there, this file of it is not.
    Incomplete(String),
    /// Same manifest, same files to the last byte.
    Egale,
    /// Another backup of that name lies there: this file is not the one from here.
    Differente(String),
    /// It is a copy of ours, and this file of it is no longer what was written.
    Abimee(String),
    /// This file here is gone, or is not what the manifest says: nothing is known of the copy.
    FauteIci(PathBuf),
}

/// How far elsewhere is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proximite {
    /// A store, or another disk.
    Loin,
    /// A folder on the disk of the backups: both break together.
    MemeDisque,
    /// The folder of the backups itself, or one in it.
    Dedans,
}

impl Ailleurs {
    pub(crate) fn proximite(&self, dossier: &Path) -> Proximite {
        let Some(la) = &self.local else { return Proximite::Loin };
        let (Ok(la), Ok(ici)) = (la.canonicalize(), dossier.canonicalize()) else {
            return Proximite::Loin;
        };
        if la.starts_with(&ici) {
            return Proximite::Dedans;
        }
        let disque = |chemin: &Path| chemin.metadata().map(|m| m.dev()).ok();
        if disque(&la) == disque(&ici) { Proximite::MemeDisque } else { Proximite::Loin }
    }

    /// Of a folder: who else gets at it, in a sentence. A store answers for itself.
    pub(crate) fn ouvert_a_d_autres(&self) -> Option<String> {
        let dossier = self.local.as_ref()?;
        let vu = dossier.metadata().ok()?;
        let (nom, mode) = (dossier.display(), vu.mode() & 0o077);
        if vu.uid() != rustix::process::geteuid().as_raw() {
            return Some(format!("le dossier des copies {nom} est à un autre compte que celui-ci"));
        }
        let peuvent = if mode & 0o022 == 0 { "lire" } else { "lire et changer" };
        (mode != 0)
            .then(|| format!("d'autres comptes peuvent {peuvent} le dossier des copies {nom}"))
    }

    /// Compares what lies there with what lies here. What had to be read is noted, so that it is
    /// read once.
    pub(crate) async fn etat(
        &self,
        dossier: &Path,
        noms: &Noms,
        m: &Manifeste,
    ) -> Result<EtatCopie, Echec> {
        let somme = dossier.join(noms.somme());
        match tokio::fs::read(&somme).await {
            Ok(lue) if lue == m.texte_de_somme().as_bytes() => {}
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                let (ou, cause) = (somme.display(), causes::du_systeme(&e));
                return Err(Echec::nouveau(Code::Refuse, format!("{ou} ne se lit pas : {cause}.")));
            }
            _ => return Ok(EtatCopie::FauteIci(somme)),
        }
        for nom in [noms.manifeste(), noms.somme()] {
            let notre = tokio::fs::read(dossier.join(&nom)).await.map_err(|e| illisible(&e))?;
            match self.lire(&nom).await? {
                Some(leur) if leur == notre => {}
                Some(_) if nom == noms.manifeste() => return Ok(EtatCopie::Differente(nom)),
                Some(_) => return Ok(EtatCopie::Abimee(nom)),
                None if nom == noms.manifeste() => return Ok(EtatCopie::Absente),
                None => return Ok(EtatCopie::Incomplete(nom)),
            }
        }
        let mut constats = Constats::lire(dossier, noms);
        let mut neufs = false;
        for fichier in std::iter::once(&m.archive).chain(&m.roles) {
            match self.comparer(fichier, constats.de(&self.adresse, &fichier.nom)).await? {
                Vu::Absent => return Ok(EtatCopie::Incomplete(fichier.nom.clone())),
                Vu::Autre => return Ok(EtatCopie::Abimee(fichier.nom.clone())),
                Vu::Meme(None) => {}
                Vu::Meme(Some(marque)) => {
                    constats.noter(&self.adresse, &fichier.nom, marque);
                    neufs = true;
                }
            }
        }
        // Not noted, it is only read again next time.
        let ecrit = if neufs { constats.ecrire(dossier, noms) } else { Ok(()) };
        if let Err(e) = ecrit {
            tracing::debug!(err = %e, "constat de copie");
        }
        Ok(EtatCopie::Egale)
    }

    /// Those of these backups of which an archive there was found damaged when it was last read.
    pub(crate) async fn abimees(&self, toutes: &[Sauvegarde]) -> Result<Vec<String>, Echec> {
        let mut abimees = Vec::new();
        for s in toutes {
            let constats = Constats::lire(&s.dossier, &s.noms);
            let archive = &s.manifeste.archive;
            let note = constats.de(&self.adresse, &archive.nom).filter(|note| note.abimee);
            let Some(note) = note else { continue };
            let objet = self.vu(&archive.nom).await?;
            if objet.is_some_and(|objet| note.est_abimee(&objet, &archive.sha256)) {
                abimees.push(archive.nom.clone());
            }
        }
        Ok(abimees)
    }

    async fn comparer(&self, fichier: &Fichier, note: Option<&Marque>) -> Result<Vu, Echec> {
        let Some(objet) = self.vu(&fichier.nom).await? else { return Ok(Vu::Absent) };
        let abimee = note.is_some_and(|note| note.est_abimee(&objet, &fichier.sha256));
        if abimee || objet.octets != fichier.octets {
            return Ok(Vu::Autre);
        }
        let marque = objet.etag.clone().map(|etag| Marque::nouvelle(&fichier.sha256, etag));
        if note.zip(marque.as_ref()).is_some_and(|(note, vue)| note.est_encore(vue)) {
            return Ok(Vu::Meme(None));
        }
        let lue = match (note, &objet.sha256) {
            // Put with it, and gone with it when somebody else writes there.
            (None, Some(dite)) => dite.clone(),
            _ => self.somme(&objet).await?,
        };
        Ok(if lue == fichier.sha256 { Vu::Meme(marque) } else { Vu::Autre })
    }
}

enum Vu {
    Absent,
    Autre,
    /// With the mark to note, when it is not noted yet.
    Meme(Option<Marque>),
}
