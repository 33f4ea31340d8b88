//! Names of files, from the database and the time: `delicego_<db>_<YYYYMMDDTHHMMSSZ>.dump.gz`, and
//! beside it `.sha256` and `.json` (the manifest).

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is still being written; whoever holds the backup lock may remove it.
pub(crate) const PARTIEL: &str = ".partiel-";

/// How the archive is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// gzip, which every system opens.
    Gz,
    /// pg_dump's own compression: `pg_restore` opens it as it is.
    Fc,
    Zst,
}

impl Format {
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        [Self::Gz, Self::Fc, Self::Zst].into_iter().find(|f| f.code() == texte)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Gz => "gz",
            Self::Fc => "fc",
            Self::Zst => "zst",
        }
    }

    const fn suffixe(self) -> &'static str {
        match self {
            Self::Gz => ".dump.gz",
            Self::Fc => ".dump",
            Self::Zst => ".dump.zst",
        }
    }
}

/// The files of one backup, by name, all in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noms {
    pub archive: String,
}

impl Noms {
    pub(crate) fn nouveaux(
        base: &str,
        fait_le: DateTime<Utc>,
        format: Format,
        chiffre: bool,
    ) -> Self {
        let moment = fait_le.format("%Y%m%dT%H%M%SZ");
        let age = if chiffre { ".age" } else { "" };
        Self { archive: format!("delicego_{}_{moment}{}{age}", simple(base), format.suffixe()) }
    }

    /// Of the archive that this file is.
    pub(crate) fn de_l_archive(fichier: &Path) -> Option<Self> {
        Some(Self { archive: fichier.file_name()?.to_str()?.to_owned() })
    }

    /// When it was made, as its name says: such texts are in the order of time.
    pub(crate) fn moment(archive: &str) -> &str {
        let (debut, _) = archive.split_once(".dump").unwrap_or((archive, ""));
        debut.rsplit('_').next().unwrap_or_default()
    }

    pub fn somme(&self) -> String {
        format!("{}.sha256", self.archive)
    }

    pub fn manifeste(&self) -> String {
        format!("{}.json", self.archive)
    }

    /// The roles of the server, without which owners and grants would have nobody to name.
    pub fn roles(&self) -> String {
        format!("{}.roles.sql", self.archive)
    }

    /// What the last drill of this backup found.
    pub fn exercice(&self) -> String {
        format!("{}.exercice.json", self.archive)
    }

    /// What was seen of its copies elsewhere.
    pub(crate) fn copie(&self) -> String {
        format!("{}.copie.json", self.archive)
    }

    /// All that may lie in the folder for this backup, the manifest first: without it the rest is
    /// no backup any more.
    pub(crate) fn tous(&self) -> [String; 6] {
        let a_cote = [self.manifeste(), self.exercice(), self.copie(), self.roles()];
        let [manifeste, exercice, copie, roles] = a_cote;
        [manifeste, exercice, copie, roles, self.somme(), self.archive.clone()]
    }
}

/// A database's name as part of a file's: what is not plain is written as its bytes.
pub(crate) fn simple(base: &str) -> String {
    let octet = |o: u8| match o {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => char::from(o).to_string(),
        b'_' => "_".to_owned(),
        autre => format!("%{autre:02X}"),
    };
    base.bytes().map(octet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_database_time_and_packing() {
        let le = "2026-11-22T02:15:07Z".parse().unwrap();
        let nom = |base, format, chiffre| Noms::nouveaux(base, le, format, chiffre).archive;
        assert_eq!(
            nom("delicego", Format::Gz, false),
            "delicego_delicego_20261122T021507Z.dump.gz"
        );
        assert_eq!(
            nom("a/b é", Format::Zst, true),
            "delicego_a%2Fb%20%C3%A9_20261122T021507Z.dump.zst.age"
        );
    }
}
