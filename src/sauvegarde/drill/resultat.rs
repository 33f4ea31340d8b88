//! What a drill found, as JSON beside the archive: written under another name, then renamed.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::archive::Ecart;
use super::super::depot::Sauvegarde;
use super::super::noms::{PARTIEL, simple};
use super::super::restore::{Obstacle, Restaurable, Retenue};
use super::Lieu;
use super::choix::Choix;
use crate::platform::fichiers;
use crate::verification::Constat;

/// Of the shape below; a larger number is of a newer program.
const FORME: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exercice {
    pub forme: u32,
    pub programme: String,
    pub fait_le: DateTime<Utc>,
    pub archive: String,
    /// Of the file that was drilled: another one of the same name has not been.
    pub sha256: String,
    pub base: String,
    /// The number of the server that was saved, where it was known.
    #[serde(default)]
    pub systeme: Option<String>,
    pub lieu: Lieu,
    /// Where its archive was read from.
    #[serde(default)]
    pub source: Provenance,
    /// The version of PostgreSQL it was restored on.
    pub postgres: Option<String>,
    pub lignes: u64,
    pub octets_depaquetes: u64,
    pub durees: Durees,
    pub verdict: Verdict,
    pub differences: Vec<Difference>,
    pub regles: Vec<Regle>,
    /// False for a database that has none of our rules.
    #[serde(default)]
    pub regles_verifiees: bool,
    /// Tables that the server to try on cannot make: their rows were read, and not restored.
    #[serde(default)]
    pub sans_lignes: Vec<String>,
    /// What is worth knowing and is no fault.
    pub avis: Vec<String>,
    /// Why it could not be brought to its end.
    pub cause: Option<String>,
    /// That cause is its own archive, which is damaged, cut or gone.
    #[serde(default)]
    pub abimee: bool,
    /// Why what differs may be equal all the same.
    #[serde(default)]
    pub doute: Option<String>,
    /// Would `restore` do on the live server, with this account? None: an older
    /// program did not say.
    #[serde(default)]
    pub restaurable: Option<Restaurable>,
    /// What stands in the way of a restore there, or is left to be done by hand after it.
    #[serde(default)]
    pub obstacles: Vec<Obstacle>,
    /// Who would have had a restore in place refused as the server was asked. They come and go: it
    /// changes no verdict.
    #[serde(default)]
    pub en_ce_moment: Option<Retenue>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    #[default]
    Ici,
    /// The copy elsewhere.
    Ailleurs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The copy is the database that was saved, and every rule holds on it.
    Prouvee,
    /// Restored, but something is not as it should be.
    Differente,
    /// It could not be restored.
    Echouee,
}

/// In seconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Durees {
    pub depaquetage_s: f64,
    pub restauration_s: f64,
    pub preuve_s: f64,
    pub migration_s: f64,
    /// Beside the proof, and a part of its time, unless something had to be migrated first.
    pub verification_s: f64,
    pub total_s: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// None: of the schema, or of large objects.
    pub table: Option<String>,
    pub constat: String,
}

/// A rule that `verifier` found broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regle {
    pub regle: String,
    pub enonce: String,
    pub fautes: i64,
    pub exemples: Vec<String>,
}

impl Exercice {
    pub(crate) fn nouveau(choix: &Choix, lieu: Lieu) -> Self {
        let manifeste = choix.manifeste();
        Self {
            forme: FORME,
            programme: env!("CARGO_PKG_VERSION").to_owned(),
            fait_le: Utc::now(),
            archive: choix.nom().to_owned(),
            sha256: manifeste.archive.sha256.clone(),
            base: manifeste.base.nom.clone(),
            systeme: manifeste.base.systeme.clone(),
            lieu,
            source: choix.provenance(),
            postgres: None,
            lignes: manifeste.lignes(),
            octets_depaquetes: manifeste.octets_depaquetes,
            durees: Durees::default(),
            verdict: Verdict::Echouee,
            differences: Vec::new(),
            regles: Vec::new(),
            regles_verifiees: false,
            sans_lignes: Vec::new(),
            avis: Vec::new(),
            cause: None,
            abimee: false,
            doute: None,
            restaurable: None,
            obstacles: Vec::new(),
            en_ce_moment: None,
        }
    }

    /// Is it of a backup of that database? As `Manifeste::est_de`.
    pub(crate) fn est_de(&self, nom: &str, systeme: Option<&str>) -> bool {
        let autre_serveur =
            self.systeme.as_deref().zip(systeme).is_some_and(|(sien, notre)| sien != notre);
        self.base == nom && !autre_serveur
    }

    /// The last drill of that backup, of that very file.
    pub(crate) fn de(s: &Sauvegarde) -> Option<Self> {
        let lu = Self::lire(&s.dossier.join(s.noms.exercice()))?;
        (lu.sha256 == s.manifeste.archive.sha256).then_some(lu)
    }

    /// None when there is none, or when it cannot be read: then nothing was proved.
    pub(crate) fn lire(chemin: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(chemin).ok()?).ok()
    }

    pub(crate) fn ecrire(&self, dossier: &Path, nom: &str) -> io::Result<()> {
        let partiel = format!("{PARTIEL}{}~{}-exercice", simple(&self.base), std::process::id());
        let texte = serde_json::to_string_pretty(self)? + "\n";
        let deposer = || fichiers::remplacer(dossier, (&partiel, nom), texte.as_bytes());
        // A backup that sweeps what dead runs left may take ours for one of them: once more.
        deposer().or_else(|_| deposer())
    }

    pub(crate) fn annoncer(&self) {
        let (fichier, duree_s) = (&self.archive, self.durees.total_s);
        match self.verdict {
            Verdict::Prouvee => {
                let lignes = self.lignes;
                tracing::info!(event = "drill_done", fichier, lignes, duree_s);
            }
            _ => {
                let err = self.fautes().next().unwrap_or_default();
                tracing::error!(event = "drill_erreur", fichier, err);
            }
        }
    }

    /// All that is wrong, in sentences.
    pub(crate) fn fautes(&self) -> impl Iterator<Item = String> {
        let differences = self.differences.iter().map(|d| d.constat.clone());
        let regles = self.regles.iter().map(|r| {
            let exemples = r.exemples.join(", ");
            format!("{} : {} ; {} en faute, par exemple {exemples}.", r.regle, r.enonce, r.fautes)
        });
        differences.chain(regles).chain(self.cause.clone())
    }
}

impl From<&Ecart> for Difference {
    fn from(ecart: &Ecart) -> Self {
        let table = match ecart {
            Ecart::TableManquante(nom)
            | Ecart::TableEnTrop(nom)
            | Ecart::Lignes { table: nom, .. }
            | Ecart::Contenu { table: nom, .. }
            | Ecart::SequenceManquante(nom)
            | Ecart::SequenceEnTrop(nom)
            | Ecart::Sequence { nom, .. } => Some(nom.to_string()),
            _ => None,
        };
        Self { table, constat: ecart.to_string() }
    }
}

impl From<&Constat> for Regle {
    fn from(c: &Constat) -> Self {
        Self {
            regle: c.regle.to_owned(),
            enonce: c.enonce.to_owned(),
            fautes: c.fautes,
            exemples: c.exemples.clone(),
        }
    }
}
