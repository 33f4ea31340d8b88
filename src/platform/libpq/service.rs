//! `pg_service.conf`: names for whole sets of parameters.

use std::path::{Path, PathBuf};

use super::{Faute, faute};

/// Where Debian's libpq looks for the machine's own, unless PGSYSCONFDIR says otherwise.
const DU_SYSTEME: &str = "/etc/postgresql-common";

/// Of the person's file, else of the machine's.
pub(super) fn lire(
    nom: &str,
    variable: &impl Fn(&str) -> Option<String>,
    maison: Option<&Path>,
) -> Result<Vec<(String, String)>, Faute> {
    let sien = variable("PGSERVICEFILE").map(PathBuf::from);
    if let Some(absent) = sien.as_ref().filter(|f| !f.is_file()) {
        let raison = format!("{} n'existe pas, ou n'est pas un fichier", absent.display());
        return Err(faute("PGSERVICEFILE", &raison));
    }
    let systeme = variable("PGSYSCONFDIR").unwrap_or_else(|| DU_SYSTEME.to_owned());
    let fichiers = [
        sien.or_else(|| Some(maison?.join(".pg_service.conf"))),
        Some(PathBuf::from(systeme).join("pg_service.conf")),
    ];
    for fichier in fichiers.into_iter().flatten() {
        let Ok(texte) = std::fs::read_to_string(&fichier) else { continue };
        let lu = section(&texte, nom).map_err(|n| {
            faute("PGSERVICE", &format!("{} ligne {n} illisible", fichier.display()))
        })?;
        if let Some(valeurs) = lu {
            return Ok(valeurs);
        }
    }
    Err(faute("PGSERVICE", &format!("le service « {nom} » n'est dans aucun pg_service.conf")))
}

/// None: no such section. The number of a line that cannot be read otherwise.
fn section(texte: &str, nom: &str) -> Result<Option<Vec<(String, String)>>, usize> {
    let mut trouvee: Option<Vec<(String, String)>> = None;
    for (n, ligne) in texte.lines().enumerate() {
        let ligne = ligne.trim();
        if ligne.is_empty() || ligne.starts_with('#') {
            continue;
        }
        if let Some(titre) = ligne.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if trouvee.is_some() {
                break;
            }
            trouvee = (titre == nom).then(Vec::new);
        } else if let Some(valeurs) = &mut trouvee {
            let (cle, valeur) = ligne.split_once('=').ok_or(n + 1)?;
            valeurs.push((cle.trim().to_owned(), valeur.trim().to_owned()));
        }
    }
    Ok(trouvee)
}
