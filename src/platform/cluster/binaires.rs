//! Finds the programs of PostgreSQL.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::compte::Compte;
use super::{ErreurCluster, MAJEURE_MINIMALE, Usage, sur};

#[derive(Debug, Clone)]
pub(crate) struct Binaires {
    pub dossier: PathBuf,
    /// As PostgreSQL says it: `15.14`.
    pub version: String,
    pub majeure: u32,
}

impl Binaires {
    pub(crate) fn choisir(
        usage: Usage,
        pgdata: &Path,
        compte: &Compte,
    ) -> Result<Self, ErreurCluster> {
        let mut trouves: Vec<Self> =
            dossiers_de_postgres().into_iter().filter_map(|d| examiner(d, compte)).collect();
        // Stable: between equals, the order of `dossiers_de_postgres` decides.
        trouves.sort_by_key(|b| std::cmp::Reverse(b.majeure));
        match usage {
            Usage::Durable => Self::pour_les_donnees(trouves, pgdata),
            Usage::Jetable { majeure } => Self::pour_une_archive(trouves, majeure),
        }
    }

    /// The version that wrote it, else the newest above it: only an older one cannot read it.
    fn pour_une_archive(trouves: Vec<Self>, majeure: u32) -> Result<Self, ErreurCluster> {
        let exacte = trouves.iter().position(|b| b.majeure == majeure);
        let suffisante = |b: &Self| b.majeure >= majeure.max(MAJEURE_MINIMALE);
        match exacte {
            Some(rang) => trouves.into_iter().nth(rang),
            None => trouves.into_iter().find(suffisante),
        }
        .ok_or(ErreurCluster::TropAncien(majeure))
    }

    /// The version that existing data asks for, else the newest one.
    fn pour_les_donnees(trouves: Vec<Self>, pgdata: &Path) -> Result<Self, ErreurCluster> {
        match majeure_des_donnees(pgdata)? {
            Some(majeure) => trouves
                .into_iter()
                .find(|b| b.majeure == majeure)
                .ok_or_else(|| ErreurCluster::VersionManquante { pgdata: pgdata.into(), majeure }),
            None => trouves
                .into_iter()
                .find(|b| b.majeure >= MAJEURE_MINIMALE)
                .ok_or(ErreurCluster::Introuvable),
        }
    }

    pub(crate) fn outil(&self, nom: &str) -> PathBuf {
        self.dossier.join(nom)
    }
}

/// What `PG_VERSION` says; none in a folder that is still to be made.
pub(crate) fn majeure_des_donnees(pgdata: &Path) -> Result<Option<u32>, ErreurCluster> {
    match fs::read_to_string(pgdata.join("PG_VERSION")) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(sur(pgdata)(e)),
        Ok(texte) => match texte.trim().parse() {
            Ok(majeure) => Ok(Some(majeure)),
            Err(_) => Err(ErreurCluster::PasUnCluster(pgdata.to_owned())),
        },
    }
}

/// Where the programs of PostgreSQL may lie, in order of preference.
pub fn dossiers_de_postgres() -> Vec<PathBuf> {
    dossiers_selon(|nom| std::env::var_os(nom))
}

/// The same, for who finds these variables set.
pub(crate) fn dossiers_selon(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    if let Some(impose) = variable("DELICEGO_PG_BIN") {
        return vec![PathBuf::from(impose)];
    }
    let mut dossiers = sous_dossiers("/usr/lib/postgresql", "");
    dossiers.extend(variable("PATH").iter().flat_map(std::env::split_paths));
    for racine in ["/opt/homebrew/opt", "/usr/local/opt"] {
        dossiers.extend(sous_dossiers(racine, "postgresql"));
    }
    dossiers
}

fn sous_dossiers(racine: &str, debut: &str) -> Vec<PathBuf> {
    let Ok(entrees) = fs::read_dir(racine) else { return Vec::new() };
    let retenu = |e: &fs::DirEntry| e.file_name().to_string_lossy().starts_with(debut);
    entrees.flatten().filter(retenu).map(|e| e.path().join("bin")).collect()
}

/// Follows links: a lone `postgres` in a folder of PATH leads to its sibling tools.
fn examiner(dossier: PathBuf, compte: &Compte) -> Option<Binaires> {
    let postgres = dossier.join("postgres").canonicalize().ok()?;
    let dossier = postgres.parent()?.to_owned();
    if !dossier.join("initdb").exists() {
        return None;
    }
    let sortie = compte.commande(&postgres).arg("--version").stderr(Stdio::null()).output().ok()?;
    let texte = String::from_utf8_lossy(&sortie.stdout);
    let version = texte.split("(PostgreSQL) ").nth(1)?.split_whitespace().next()?.to_owned();
    let chiffres: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some(Binaires { dossier, version, majeure: chiffres.parse().ok()? })
}
