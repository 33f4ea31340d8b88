//! The file of roles beside a backup: is it what was written, where does it lie, whom does it make?

use std::fs;
use std::io::{self, Write};

use super::super::flux::Hacheur;
use super::super::manifeste::{Fichier, Manifeste};
use super::super::noms::Noms;
use super::Entree;

/// The roles of the server, which a backup can do without.
pub(super) enum Roles {
    /// It never had any.
    Aucun,
    La(Vec<u8>),
    /// Gone or changed: how.
    Perdus(String),
}

/// The file beside a backup that makes its roles.
#[derive(Debug, Clone, Default)]
pub(crate) struct RolesDits {
    /// Its path, or its address.
    pub ou: String,
    texte: String,
}

impl RolesDits {
    /// It holds no superuser.
    pub(crate) fn dit(&self, role: &str) -> bool {
        self.texte.contains(role)
    }
}

impl Entree {
    /// The file of its roles, where it lies and is what was written.
    pub(crate) fn roles_dits(&self) -> Option<RolesDits> {
        let noms = Noms::de_l_archive(&self.chemin)?;
        let (ou, lus) = match &self.venue {
            Some(venue) => match &venue.roles {
                Roles::La(octets) => (venue.ailleurs.adresse_de(&noms.roles()), octets.clone()),
                Roles::Aucun | Roles::Perdus(_) => return None,
            },
            None => {
                let la = self.chemin.with_file_name(noms.roles());
                (la.display().to_string(), fs::read(&la).ok()?)
            }
        };
        Some(RolesDits { ou, texte: String::from_utf8_lossy(&lus).into_owned() })
    }

    pub(super) fn roles_perdus_ici(&self) -> Option<String> {
        let noms = Noms::de_l_archive(&self.chemin)?;
        let dits = Manifeste::lire(&self.chemin.with_file_name(noms.manifeste())).ok()?.roles?;
        match Roles::lus(&dits, fs::read(self.chemin.with_file_name(&dits.nom)).ok()) {
            Roles::Perdus(raison) => Some(raison),
            _ => None,
        }
    }
}

impl Roles {
    pub(super) fn lus(dits: &Fichier, lus: Option<Vec<u8>>) -> Self {
        match lus {
            None => Self::Perdus(format!("{} n'y est plus", dits.nom)),
            Some(lus) if sha256(&lus) != dits.sha256 => {
                Self::Perdus(format!("{} n'est plus ce qui a été écrit", dits.nom))
            }
            Some(lus) => Self::La(lus),
        }
    }
}

fn sha256(octets: &[u8]) -> String {
    let mut somme = Hacheur::nouveau(io::sink());
    let _jamais_refuse = somme.write_all(octets);
    somme.terminer().1.sha256
}
