//! What a backup says of itself, as JSON beside it. Written last: a backup without it does not
//! exist.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::archive::Empreintes;
use super::noms::{Format, Noms};

use crate::platform::causes::{du_json, du_systeme};

/// Of the shape below; a larger number is of a newer program.
pub(crate) const FORME: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifeste {
    pub forme: u32,
    /// The version of the program that made it.
    pub programme: String,
    /// Grows by one with each backup of a folder, whatever the clock does.
    pub rang: u64,
    pub fait_le: DateTime<Utc>,
    pub duree_s: f64,
    pub base: Base,
    pub format: Format,
    pub chiffre: bool,
    pub archive: Fichier,
    pub roles: Option<Fichier>,
    /// Bytes of the archive once unpacked.
    pub octets_depaquetes: u64,
    /// How rows were written as text when their sums were made; none: by the server's settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texte: Option<String>,
    pub empreintes: Empreintes,
    /// Read back from the disk to its last block, and found as it was written.
    pub verifie: bool,
    /// Why it should not be trusted, in French; empty when nothing is wrong.
    pub suspect: Vec<String>,
    /// What is worth knowing and is no fault: a migration in between, roles that may not be read.
    #[serde(default)]
    pub avis: Vec<String>,
}

/// The database that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Base {
    pub nom: String,
    /// The server's own number, which no other server has; none where it may not be read.
    pub systeme: Option<String>,
    /// As the server says it: `15.18`.
    pub serveur: String,
    pub pg_dump: String,
    /// The newest migration; none in a database that is not ours.
    pub schema: Option<i64>,
    pub octets: u64,
    pub proprietaire: String,
    pub reglages: Vec<Reglage>,
    pub droits: Vec<Droit>,
    /// Made by hand; `pg_dump` tells of what they are made only where that is in the archive too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub langages: Vec<Langage>,
    /// None: made by a program that did not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacunes: Option<Lacunes>,
    /// The time zone of its own sessions; none: the program did not ask, or was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuseau: Option<String>,
}

impl Base {
    /// In which it works out what it works out. Before it was noted, its own setting told it.
    pub(crate) fn son_fuseau(&self) -> Option<&str> {
        let pour_tous = |r: &&Reglage| r.role.is_none() && r.nom.eq_ignore_ascii_case("timezone");
        let regle = || self.reglages.iter().find(pour_tous).map(|r| r.valeur.as_str());
        self.fuseau.as_deref().or_else(regle)
    }
}

/// What `pg_dump` leaves out of an archive without a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacunes {
    /// Tables that somebody gave to an extension: their rows.
    pub membres: Vec<Membre>,
    /// User mappings, as an archive calls them: the options that the account may not read.
    pub comptes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membre {
    pub schema: String,
    pub table: String,
    pub extension: String,
}

impl From<(String, String, String)> for Membre {
    fn from((schema, table, extension): (String, String, String)) -> Self {
        Self { schema, table, extension }
    }
}

/// A procedural language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Langage {
    pub nom: String,
    /// Makes it.
    pub commande: String,
}

/// `ALTER DATABASE .. SET`, for everybody or for one role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reglage {
    pub role: Option<String>,
    pub nom: String,
    pub valeur: String,
}

/// `GRANT .. ON DATABASE ..`; no role: PUBLIC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Droit {
    pub role: Option<String>,
    pub privilege: String,
    pub transmissible: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fichier {
    pub nom: String,
    pub octets: u64,
    /// Hexadecimal.
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ErreurManifeste {
    #[error("le manifeste est absent")]
    Absent,
    #[error("le manifeste ne se lit pas : {0}")]
    Illisible(String),
    #[error("le manifeste est d'un DéliceGo plus récent : mettez ce programme à jour")]
    PlusRecent,
}

impl Manifeste {
    pub fn lire(chemin: &Path) -> Result<Self, ErreurManifeste> {
        let texte = fs::read_to_string(chemin).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => ErreurManifeste::Absent,
            _ => ErreurManifeste::Illisible(du_systeme(&e)),
        })?;
        Self::de_texte(&texte)
    }

    pub(crate) fn de_texte(texte: &str) -> Result<Self, ErreurManifeste> {
        let illisible = |e: serde_json::Error| ErreurManifeste::Illisible(du_json(&e));
        let forme: serde_json::Value = serde_json::from_str(texte).map_err(illisible)?;
        if forme["forme"].as_u64().is_some_and(|f| f > u64::from(FORME)) {
            return Err(ErreurManifeste::PlusRecent);
        }
        serde_json::from_value(forme).map_err(illisible)
    }

    /// Does it tell of these files, and of no others?
    pub(crate) fn parle_de(&self, noms: &Noms) -> Result<(), ErreurManifeste> {
        let roles = self.roles.as_ref().is_none_or(|r| r.nom == noms.roles());
        if self.archive.nom != noms.archive || !roles {
            return Err(ErreurManifeste::Illisible("il parle d'autres fichiers".to_owned()));
        }
        Ok(())
    }

    /// What lies beside the archive, as `sha256sum` reads it.
    pub(crate) fn texte_de_somme(&self) -> String {
        format!("{}  {}\n", self.archive.sha256, self.archive.nom)
    }

    /// Is it a backup of that database? A server's number tells two of the same name apart.
    pub(crate) fn est_de(&self, nom: &str, systeme: Option<&str>) -> bool {
        let autre_serveur = match (self.base.systeme.as_deref(), systeme) {
            (Some(sien), Some(notre)) => sien != notre,
            _ => false,
        };
        self.base.nom == nom && !autre_serveur
    }

    /// The same, when both must be known: of what has no number, nothing tells whose it is.
    pub(crate) fn est_surement_de(&self, base: &Base) -> bool {
        self.base.nom == base.nom
            && self.base.systeme.is_some()
            && self.base.systeme == base.systeme
    }

    pub fn lignes(&self) -> u64 {
        self.empreintes.tables.values().map(|e| e.lignes).sum()
    }
}
