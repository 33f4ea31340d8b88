//! What is refused before anything is touched, and why.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local, Utc};

use super::super::archive::{self, Contenu};
use super::super::disque::{libre, taille};
use super::super::entree::Entree;
use super::super::manifeste::{ErreurManifeste, Manifeste};
use super::super::noms::Noms;
use super::deballer::{Deballee, change};
use crate::platform::issue::{Code, Echec};

/// A backup as it lies in its folder.
pub(crate) struct Source {
    pub entree: Entree,
    pub dossier: PathBuf,
    pub noms: Noms,
    /// What the `.sha256` beside it says.
    somme: String,
    /// None with `--sans-manifeste`.
    pub manifeste: Option<Manifeste>,
}

impl Source {
    pub(crate) fn trouver(entree: &Entree, sans_manifeste: bool) -> Result<Self, Echec> {
        let fichier = entree.chemin();
        let noms = Noms::de_l_archive(fichier)
            .filter(|_| entree.est_la())
            .ok_or_else(|| refus(format!("Le fichier {entree} n'existe pas.")))?;
        let dossier = match fichier.parent() {
            Some(d) if !d.as_os_str().is_empty() => d.to_owned(),
            _ => PathBuf::from("."),
        };
        let somme = lire_la_somme(&dossier.join(noms.somme()), &noms.archive)?;
        let manifeste = match (Manifeste::lire(&dossier.join(noms.manifeste())), sans_manifeste) {
            (Ok(manifeste), _) => Some(manifeste),
            (Err(_), true) => None,
            (Err(e), false) => return Err(manifeste_refuse(&noms, &e)),
        };
        Ok(Self { entree: entree.clone(), dossier, noms, somme, manifeste })
    }

    /// The sum that its file should have, and who says so.
    pub(crate) fn attendue(&self) -> (&str, String) {
        (&self.somme, self.noms.somme())
    }

    /// Is what was read what was written?
    pub(crate) fn verifier(&self, lue: &Deballee) -> Result<(), Echec> {
        let nom = &self.noms.archive;
        if lue.sha256 != self.somme {
            return Err(refus(change(&self.entree, &self.noms.somme())));
        }
        let Some(manifeste) = &self.manifeste else { return Ok(()) };
        if manifeste.archive.sha256 != lue.sha256 || manifeste.archive.octets != lue.octets {
            return Err(refus(format!("{} parle d'un autre fichier.", self.noms.manifeste())));
        }
        let ecarts = archive::comparer(&manifeste.empreintes, &lue.contenu.empreintes);
        match ecarts.first() {
            None => Ok(()),
            Some(ecart) => {
                Err(refus(format!("{nom} ne contient pas ce que dit son manifeste. {ecart}")))
            }
        }
    }

    /// Whose it is, where that is not this program's own database on this server.
    pub(crate) fn origine(&self, notre: &str, systeme: Option<&str>) -> Option<String> {
        let base = &self.manifeste.as_ref()?.base;
        let (nom, autre) = (&base.nom, base.systeme.as_deref().zip(systeme));
        let autre_serveur = autre.is_some_and(|(sien, notre)| sien != notre);
        let quoi = match (nom == notre, autre_serveur) {
            (true, false) => return None,
            (true, true) => format!("de la base « {nom} » d'un autre serveur"),
            (false, false) => format!("de la base « {nom} », et non de « {notre} »"),
            (false, true) => {
                format!("de la base « {nom} » d'un autre serveur, et non de « {notre} »")
            }
        };
        let serveur = &base.serveur;
        Some(format!("ATTENTION, ce fichier est une sauvegarde {quoi} (PostgreSQL {serveur})."))
    }

    /// When its content was true.
    pub(crate) fn fait_le(&self, contenu: &Contenu) -> DateTime<Utc> {
        if let Some(manifeste) = &self.manifeste {
            return manifeste.fait_le;
        }
        let local = contenu.entete.cree_le.and_local_timezone(Local).earliest();
        local.map_or_else(|| contenu.entete.cree_le.and_utc(), |l| l.with_timezone(&Utc))
    }

    /// Bytes of the database it will become, as far as can be known.
    pub(crate) fn octets_de_la_base(&self, contenu: Option<&Contenu>) -> u64 {
        let selon_l_archive = contenu.map_or(0, |c| c.octets.saturating_mul(2));
        self.manifeste.as_ref().map_or(selon_l_archive, |m| m.base.octets)
    }

    /// A schema that this program does not know yet would be of no use to it.
    pub(crate) fn verifier_le_schema(&self, connu: i64) -> Result<(), Echec> {
        match self.manifeste.as_ref().and_then(|m| m.base.schema) {
            Some(schema) if schema > connu => Err(refus(format!(
                "Cette sauvegarde vient d'un DéliceGo plus récent (schéma {schema}, celui-ci connaît \
                 {connu}) : mettez ce programme à jour."
            ))),
            _ => Ok(()),
        }
    }
}

fn lire_la_somme(chemin: &Path, archive: &str) -> Result<String, Echec> {
    let nom = chemin.file_name().unwrap_or_default().to_string_lossy();
    let texte = fs::read_to_string(chemin).map_err(|_| {
        refus(format!(
            "La somme de contrôle {nom} manque : sans elle, rien ne dit que le fichier est intact."
        ))
    })?;
    somme_de(&texte, archive)
        .ok_or_else(|| refus(format!("La somme de contrôle {nom} ne se lit pas.")))
}

/// As `sha256sum` writes it; a file moved to another name keeps its only sum.
fn somme_de(texte: &str, archive: &str) -> Option<String> {
    let lignes: Vec<(&str, &str)> = texte.lines().filter_map(ligne_de_somme).collect();
    let sienne = lignes.iter().find(|(_, nom)| *nom == archive);
    let seule = lignes.first().filter(|_| lignes.len() == 1);
    sienne.or(seule).map(|(somme, _)| somme.to_ascii_lowercase())
}

fn ligne_de_somme(ligne: &str) -> Option<(&str, &str)> {
    let (somme, nom) = ligne.split_once(' ').unwrap_or((ligne, ""));
    let correcte = somme.len() == 64 && somme.bytes().all(|o| o.is_ascii_hexdigit());
    correcte.then(|| (somme, nom.trim_start_matches([' ', '*'])))
}

fn manifeste_refuse(noms: &Noms, erreur: &ErreurManifeste) -> Echec {
    let suite = match erreur {
        ErreurManifeste::PlusRecent => String::new(),
        ErreurManifeste::Illisible(_) => format!(
            " ({}). Reprenez ce fichier de la copie ailleurs, ou prenez une autre sauvegarde ; à \
             défaut, --sans-manifeste restaure, et dit ce qui n'est alors pas prouvé",
            noms.manifeste()
        ),
        ErreurManifeste::Absent => format!(
            " ({}). Pour un fichier qui n'en a jamais eu, ajoutez --sans-manifeste : la restauration \
             dira ce qui n'est alors pas prouvé",
            noms.manifeste()
        ),
    };
    refus(format!("Restauration refusée : {erreur}{suite}."))
}

/// The newest archive that each version of `pg_restore` reads (1.14: PostgreSQL 12 to 15, ..).
pub(crate) fn verifier_les_versions(
    contenu: &Contenu,
    outils: (u32, &str),
    serveur: u32,
) -> Result<(), Echec> {
    let (majeure, version) = outils;
    let lit = match majeure {
        ..=15 => 14,
        16 => 15,
        _ => 16,
    };
    let de = majeure_de(&contenu.entete.pg_dump);
    if contenu.entete.version.1 > lit {
        return Err(refus(format!(
            "pg_restore {version} est plus ancien que cette archive, faite par pg_dump {} : \
             installez postgresql-client-{}.",
            contenu.entete.pg_dump,
            de.unwrap_or(majeure + 1)
        )));
    }
    match majeure_de(&contenu.entete.serveur) {
        Some(source) if source > serveur => Err(refus(format!(
            "Cette archive vient de PostgreSQL {source} et ce serveur est en version {serveur} : \
             restaurez-la sur un serveur PostgreSQL {source} ou plus récent."
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn majeure_de(version: &str) -> Option<u32> {
    let chiffres: String = version.chars().take_while(char::is_ascii_digit).collect();
    chiffres.parse().ok()
}

/// Needs (folder, bytes); those on one disk are added up.
pub(crate) fn verifier_la_place(besoins: &[(&Path, u64)]) -> Result<(), Echec> {
    let mut disques: Vec<(u64, PathBuf, u64, u64)> = Vec::new();
    for (dossier, octets) in besoins {
        // A folder that cannot be asked will say so itself when it is written to.
        let Ok((disque, libre)) = disque(dossier) else { continue };
        match disques.iter_mut().find(|d| d.0 == disque) {
            Some(meme) => meme.3 += octets,
            None => disques.push((disque, dossier.to_path_buf(), libre, *octets)),
        }
    }
    match disques.iter().find(|(_, _, libre, besoin)| besoin > libre) {
        None => Ok(()),
        Some((_, dossier, libre, besoin)) => Err(refus(format!(
            "Pas assez de place sur le disque de {} : il faut environ {}, il reste {}. Libérez de la \
             place, ou copiez la sauvegarde ailleurs.",
            dossier.display(),
            taille(*besoin),
            taille(*libre)
        ))),
    }
}

/// The disk's number, and the bytes free on it for us.
fn disque(dossier: &Path) -> io::Result<(u64, u64)> {
    let numero = fs::metadata(dossier)?.dev();
    Ok((numero, libre(dossier)?))
}

pub(crate) fn refus(phrase: impl Into<String>) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_found_by_its_name_or_by_being_alone() {
        let (a, b) = ("a".repeat(64), "B".repeat(64));
        assert_eq!(somme_de(&format!("{a}  f.gz\n"), "f.gz"), Some(a.clone()));
        assert_eq!(somme_de(&format!("{b} *autre.gz\n"), "f.gz"), Some(b.to_lowercase()));
        assert_eq!(somme_de(&format!("{b}  autre.gz\n{a}  f.gz"), "f.gz"), Some(a.clone()));
        assert_eq!(somme_de(&format!("{b}  autre.gz\n{a}  g.gz"), "f.gz"), None);
        assert_eq!(somme_de("", "f.gz"), None);
        assert_eq!(somme_de(&a[1..], "f.gz"), None);
    }

    #[test]
    fn versions_are_read_as_postgresql_says_them() {
        assert_eq!(majeure_de("15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(majeure_de("18beta1"), Some(18));
        assert_eq!(majeure_de("?"), None);
    }

    #[test]
    fn needs_on_one_disk_are_added_up() {
        let ici = std::env::temp_dir();
        let (_, libre) = disque(&ici).unwrap();
        assert!(verifier_la_place(&[(&ici, libre / 4), (&ici, libre / 4)]).is_ok());
        let phrase = verifier_la_place(&[(&ici, libre), (&ici, libre)]).unwrap_err().phrase;
        assert!(phrase.starts_with("Pas assez de place"), "{phrase}");
    }
}
