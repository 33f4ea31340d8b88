//! From a folder, or files in memory, to typed tables.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::erreurs::Fautes;
use super::modeles::Modele;
use super::tables::{Rangee, Table, typer};
use super::{classeur, texte};

use crate::platform::causes::du_systeme;

pub enum Source {
    Dossier(PathBuf),
    Memoire(Vec<FichierSource>),
}

pub struct FichierSource {
    /// With its extension.
    pub nom: String,
    pub octets: Vec<u8>,
}

pub(crate) struct Lecture {
    /// In the order of application.
    pub tables: Vec<Table>,
    pub fautes: Fautes,
    pub avertissements: Vec<String>,
}

pub(crate) fn lire(source: &Source) -> Lecture {
    let mut lecture =
        Lecture { tables: Vec::new(), fautes: Fautes::default(), avertissements: Vec::new() };
    match source {
        Source::Memoire(fichiers) => {
            for fichier in fichiers {
                lecture.ajouter(&fichier.nom, || Ok(fichier.octets.clone()));
            }
        }
        Source::Dossier(dossier) => lecture.parcourir(dossier),
    }
    lecture.tables.sort_by_key(|t| t.modele);
    lecture
}

impl Lecture {
    fn parcourir(&mut self, dossier: &Path) {
        let nom_dossier = dossier.display().to_string();
        let noms = match noms(dossier) {
            Ok(noms) => noms,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                return self.fautes.du_systeme(&nom_dossier, "ce dossier n'existe pas");
            }
            Err(e) => {
                return self
                    .fautes
                    .du_systeme(&nom_dossier, format!("dossier illisible : {}", du_systeme(&e)));
            }
        };
        for nom in noms {
            self.ajouter(&nom, || fs::read(dossier.join(&nom)));
        }
        if self.tables.is_empty() && self.fautes.est_vide() {
            let message =
                format!("rien à importer : aucun des fichiers {} (.csv ou .xlsx)", connus());
            self.fautes.du_systeme(&nom_dossier, message);
        }
    }

    fn ajouter(&mut self, nom: &str, octets: impl FnOnce() -> std::io::Result<Vec<u8>>) {
        let Some((tronc, forme)) = tronc_et_forme(nom) else { return };
        let Some(modele) = Modele::lire(tronc) else {
            let message = format!("{nom} : nom inconnu, fichier ignoré (connus : {})", connus());
            return self.avertissements.push(message);
        };
        if let Some(deja) = self.tables.iter().find(|t| t.modele == modele) {
            let message = format!("{} est là aussi : gardez l'un des deux", deja.fichier);
            return self.fautes.du_systeme(nom, message);
        }
        let rangees: Result<Vec<Rangee>, String> = octets()
            .map_err(|e| format!("fichier illisible : {}", du_systeme(&e)))
            .and_then(|o| forme(&o));
        let table = match rangees {
            Ok(rangees) => {
                let suivi = (&mut self.fautes, &mut self.avertissements);
                typer(modele, nom.to_owned(), rangees, suivi)
            }
            Err(raison) => {
                self.fautes.du_systeme(nom, raison);
                Table::illisible(modele, nom.to_owned())
            }
        };
        self.tables.push(table);
    }
}

/// Ordered, so that two runs say the same.
fn noms(dossier: &Path) -> std::io::Result<Vec<String>> {
    let mut noms = Vec::new();
    for entree in fs::read_dir(dossier)? {
        let entree = entree?;
        if entree.path().is_file() {
            noms.push(entree.file_name().to_string_lossy().into_owned());
        }
    }
    noms.sort();
    Ok(noms)
}

type Forme = fn(&[u8]) -> Result<Vec<Rangee>, String>;

/// None for what is none of ours: other extensions, and what an open spreadsheet leaves beside.
fn tronc_et_forme(nom: &str) -> Option<(&str, Forme)> {
    let (tronc, extension) = nom.rsplit_once('.')?;
    if tronc.starts_with(['.', '~']) || tronc.is_empty() {
        return None;
    }
    match extension.to_lowercase().as_str() {
        "csv" => Some((tronc, texte::lire)),
        "xlsx" => Some((tronc, classeur::lire)),
        _ => None,
    }
}

fn connus() -> String {
    Modele::TOUS.map(Modele::nom).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lue(fichiers: &[(&str, &[u8])]) -> Lecture {
        let fichiers = fichiers
            .iter()
            .map(|(nom, octets)| FichierSource { nom: (*nom).to_owned(), octets: octets.to_vec() });
        lire(&Source::Memoire(fichiers.collect()))
    }

    #[test]
    fn files_are_known_by_name_and_others_are_told() {
        let lecture = lue(&[
            ("PLANS.CSV", b"magasin;date;recette;quantite_planifiee"),
            ("Magasins.csv", b"nom;type_magasin\nPantin;production"),
            ("notes.txt", b""),
            ("~$menus.xlsx", b""),
            ("ventes.csv", b"a;b"),
        ]);
        let tables: Vec<_> = lecture.tables.iter().map(|t| t.modele).collect();
        assert_eq!(tables, [Modele::Magasins, Modele::Plans]);
        assert!(lecture.fautes.est_vide());
        assert_eq!(lecture.avertissements.len(), 1);
        assert!(lecture.avertissements[0].starts_with("ventes.csv : nom inconnu"));
    }

    #[test]
    fn the_same_table_twice_and_broken_files_are_faults() {
        let lecture = lue(&[
            ("magasins.csv", b"nom;type_magasin"),
            ("magasins.xlsx", b""),
            ("alias.xlsx", b"pas un classeur"),
        ]);
        let fautes: Vec<_> = lecture.fautes.triees().iter().map(ToString::to_string).collect();
        assert_eq!(fautes[0], "magasins.xlsx : magasins.csv est là aussi : gardez l'un des deux");
        assert!(fautes[1].starts_with("alias.xlsx : n'est pas un classeur"), "{}", fautes[1]);
    }
}
