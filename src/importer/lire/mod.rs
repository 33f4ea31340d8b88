//! From a folder, or files in memory, to typed tables: what a file is (`nature`), its rows (`texte`,
//! `xlsx`, `ods`), its columns (`tables`).

mod archive;
mod dossier;
mod encodage;
mod formats;
mod francais;
mod nature;
mod ods;
pub(super) mod texte;
mod xlsx;

use std::path::PathBuf;

use self::nature::Nature;
use super::erreurs::Suivi;
use super::feuille::Feuille;
use super::modeles::Modele;
use super::tables::{Table, typer};

pub(crate) use formats::est_une_erreur;

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
    pub suivi: Suivi,
}

/// A workbook as it was read.
pub(crate) struct Classeur {
    pub pages: Vec<Page>,
    /// Sheets that hold no cells: a chart.
    pub autres: Vec<String>,
    /// Notes on cells, which nobody reads.
    pub commentaires: bool,
    /// Pictures and drawings, which may say something.
    pub images: bool,
}

pub(crate) struct Page {
    pub nom: String,
    pub masquee: bool,
    pub feuille: Feuille,
}

const TROP_DE_CASES: &str = "classeur trop grand : plus de 2 000 000 de cellules remplies ; effacez \
                             ce qui dépasse du tableau";

pub(crate) fn lire(source: &Source, suivi: Suivi) -> Lecture {
    let mut lecture = Lecture { tables: Vec::new(), suivi };
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
    /// Every file gets a word, whatever its name.
    fn ajouter(&mut self, nom: &str, octets: impl FnOnce() -> Result<Vec<u8>, String>) {
        let (tronc, extension) = nom.rsplit_once('.').unwrap_or((nom, ""));
        if let Some(ouvert) = verrou(nom) {
            let message = format!(
                "{nom} dit que {ouvert} est ouvert dans un tableur : ce qui n'y est pas enregistré \
                 n'est pas lu"
            );
            return self.suivi.douter_du_fichier(nom, message);
        }
        let lisible = nature::EXTENSIONS.contains(&extension.to_lowercase().as_str());
        let Some(modele) = Modele::lire(tronc) else {
            return self.inconnu(nom, extension);
        };
        if !lisible {
            let message = format!(
                "n'est pas lu : enregistrez-le en .xlsx, .ods ou .csv, ou retirez-le ({})",
                nature::extensions()
            );
            return self.suivi.du_fichier(nom, message);
        }
        if let Some(deja) = self.tables.iter().find(|t| t.modele == modele) {
            let message = format!("{} est là aussi : gardez l'un des deux", deja.fichier);
            return self.suivi.du_fichier(nom, message);
        }
        let feuille = octets().and_then(|o| self.feuille(modele, nom, &o));
        let table = match feuille {
            Ok(feuille) => typer(modele, nom.to_owned(), &feuille, &mut self.suivi),
            Err(raison) => {
                self.suivi.du_fichier(nom, raison);
                Table::illisible(modele, nom.to_owned())
            }
        };
        self.tables.push(table);
    }

    /// A table that nobody awaits may be one whose name is mistyped.
    fn inconnu(&mut self, nom: &str, extension: &str) {
        let extension = extension.to_lowercase();
        let raison = format!("nom inconnu, fichier non lu (connus : {})", connus());
        if nature::est_un_tableau(&extension) {
            self.suivi.perdre(nom, None, None, raison);
        } else if !nature::DEBRIS.contains(&nom) {
            self.suivi.douter_du_fichier(nom, "n'est pas un tableau : il n'est pas lu");
        }
    }

    /// What the bytes are decides, not the name; where the two differ, it is told.
    fn feuille(&mut self, modele: Modele, nom: &str, octets: &[u8]) -> Result<Feuille, String> {
        let extension = nom.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
        let nature = nature::reconnaitre(octets)?;
        if !nature.porte(&extension) {
            let message = format!("est {} malgré son nom : il est lu comme tel", nature.nom());
            self.suivi.douter_du_fichier(nom, message);
        }
        let mut feuille = match nature {
            Nature::Texte => {
                let (texte, encodage) = encodage::decoder(octets)?;
                if let Some(encodage) = encodage {
                    self.suivi.douter_du_fichier(nom, format!("lu comme du texte {encodage}"));
                }
                texte::lire(&texte, modele)?
            }
            Nature::Xlsx(mut archive) => {
                let classeur = xlsx::lire(&mut archive)?;
                self.choisir(modele, nom, classeur)
            }
            Nature::Ods(mut archive) => {
                let classeur = ods::lire(&mut archive)?;
                self.choisir(modele, nom, classeur)
            }
        };
        feuille.refuser_les_demesurees();
        Ok(feuille)
    }

    /// The sheet that bears the table's name, else the first that holds something and is shown; what
    /// the others hold is lost, and told.
    fn choisir(&mut self, modele: Modele, nom: &str, classeur: Classeur) -> Feuille {
        if classeur.commentaires {
            self.suivi
                .douter_du_fichier(nom, "a des commentaires de cellules : ils ne sont pas lus");
        }
        if classeur.images {
            let message = "a des images ou des dessins : ce qui s'y lit n'est pas lu";
            self.suivi.douter_du_fichier(nom, message);
        }
        for autre in &classeur.autres {
            let message = format!("la feuille « {autre} » est un graphique : elle n'est pas lue");
            self.suivi.douter_du_fichier(nom, message);
        }
        let mut pleines: Vec<Page> =
            classeur.pages.into_iter().filter(|p| !p.feuille.est_vide()).collect();
        let nommee = pleines.iter().position(|p| Modele::lire(p.nom.trim()) == Some(modele));
        let visible = pleines.iter().position(|p| !p.masquee);
        if pleines.is_empty() {
            return Feuille::default();
        }
        let choisie = pleines.remove(nommee.or(visible).unwrap_or(0));
        if choisie.masquee {
            let message = format!("la feuille « {} » est masquée : elle est lue", choisie.nom);
            self.suivi.douter_du_fichier(nom, message);
        }
        for autre in pleines {
            let masquee = if autre.masquee { ", masquée," } else { "" };
            let message = format!(
                "la feuille « {} »{masquee} n'est pas lue, « {} » l'est (elle est remplie à partir \
                 de {}) : retirez-la, ou mettez-la dans un fichier à elle",
                autre.nom,
                choisie.nom,
                autre.feuille.premiere()
            );
            self.suivi.perdre(nom, None, None, message);
        }
        choisie.feuille
    }
}

/// The file that an open spreadsheet leaves beside what it has open.
fn verrou(nom: &str) -> Option<&str> {
    let libreoffice = nom.strip_prefix(".~lock.").and_then(|n| n.strip_suffix('#'));
    libreoffice.or_else(|| nom.strip_prefix("~$"))
}

fn connus() -> String {
    Modele::TOUS.map(Modele::nom).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::Options;

    fn lue(fichiers: &[(&str, &[u8])], laisser: bool) -> (Vec<Modele>, Vec<String>, Vec<String>) {
        let fichiers = fichiers
            .iter()
            .map(|(nom, octets)| FichierSource { nom: (*nom).to_owned(), octets: octets.to_vec() });
        let suivi = Suivi::nouveau(Options { laisser, ..Options::default() });
        let lecture = lire(&Source::Memoire(fichiers.collect()), suivi);
        let tables = lecture.tables.iter().map(|t| t.modele).collect();
        let (fautes, doutes) = lecture.suivi.triees();
        let dire =
            |f: &[crate::importer::erreurs::Faute]| f.iter().map(ToString::to_string).collect();
        (tables, dire(&fautes), dire(&doutes))
    }

    #[test]
    fn every_file_is_read_or_gets_a_word() {
        let fichiers: &[(&str, &[u8])] = &[
            ("PLANS.CSV", b"magasin;date;recette;quantite_planifiee"),
            ("Magasins.csv", b"nom;type_magasin\nPantin;production"),
            ("LISEZMOI.md", b""),
            (".DS_Store", b""),
            ("~$menus.xlsx", b""),
            ("ventes.csv", b"a;b"),
            ("receptions.xls", b""),
        ];
        let (tables, fautes, doutes) = lue(fichiers, true);
        assert_eq!(tables, [Modele::Magasins, Modele::Plans]);
        assert_eq!(fautes.len(), 1, "{fautes:?}");
        assert!(fautes[0].starts_with("receptions.xls : n'est pas lu : enregistrez-le en .xlsx"));
        assert_eq!(doutes.len(), 4, "{doutes:?}");
        let (_, fautes, _) = lue(fichiers, false);
        assert!(fautes.iter().any(|f| f.starts_with("ventes.csv : nom inconnu")), "{fautes:?}");
    }

    #[test]
    fn the_same_table_twice_and_broken_files_are_faults() {
        let (_, fautes, _) = lue(
            &[
                ("magasins.csv", b"nom;type_magasin"),
                ("magasins.xlsx", b""),
                ("alias.xlsx", b"PK\x03\x04 pas un classeur"),
            ],
            false,
        );
        assert_eq!(fautes[0], "magasins.xlsx : magasins.csv est là aussi : gardez l'un des deux");
        assert!(fautes[1].starts_with("alias.xlsx : n'est pas un classeur"), "{}", fautes[1]);
    }
}
