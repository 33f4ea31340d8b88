//! A folder: all that lies in it is read, or told.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::{Lecture, connus};
use crate::platform::causes::du_systeme;

/// More than a spreadsheet of a small chain ever weighs; held in memory whole.
const OCTETS_MAX: u64 = 256 * 1024 * 1024;

impl Lecture {
    pub(super) fn parcourir(&mut self, dossier: &Path) {
        let nom_dossier = dossier.display().to_string();
        let noms = match noms(dossier) {
            Ok(noms) => noms,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                return self.suivi.du_fichier(&nom_dossier, "ce dossier n'existe pas");
            }
            Err(e) => {
                let message = format!("dossier illisible : {}", du_systeme(&e));
                return self.suivi.du_fichier(&nom_dossier, message);
            }
        };
        for nom in noms {
            let chemin = dossier.join(&nom);
            let dit = nom.to_string_lossy();
            // A link that leads nowhere is neither, and is told when it is opened.
            if chemin.is_dir() {
                self.suivi.douter_du_fichier(&dit, "est un dossier : il n'est pas lu");
            } else {
                self.ajouter(&dit, || octets(&chemin));
            }
        }
        if self.tables.is_empty() && !self.suivi.a_des_fautes() {
            let message = format!(
                "rien à importer : aucun des fichiers {} (.csv, .txt, .xlsx ou .ods)",
                connus()
            );
            self.suivi.du_fichier(&nom_dossier, message);
        }
    }
}

/// Ordered, so that two runs say the same.
fn noms(dossier: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut noms = Vec::new();
    for entree in fs::read_dir(dossier)? {
        noms.push(entree?.file_name());
    }
    noms.sort();
    Ok(noms)
}

fn octets(chemin: &Path) -> Result<Vec<u8>, String> {
    let illisible = |e: io::Error| format!("fichier illisible : {}", du_systeme(&e));
    let etat = fs::metadata(chemin).map_err(illisible)?;
    if !etat.is_file() {
        return Err("n'est pas un fichier".to_owned());
    }
    if etat.len() > OCTETS_MAX {
        return Err("fichier trop gros : plus de 256 Mio".to_owned());
    }
    let mut octets = Vec::new();
    let fichier = fs::File::open(chemin).map_err(illisible)?;
    fichier.take(OCTETS_MAX).read_to_end(&mut octets).map_err(illisible)?;
    Ok(octets)
}
