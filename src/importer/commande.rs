//! `delicego importer`: says what was done, or every fault.

use std::path::Path;

use serde_json::json;

use super::{EchecImport, Mode, Rapport, Source, importer};
use crate::platform::db::Base;
use crate::platform::terminal::dire;

/// The exit code: 0 done, 1 refused or failed and nothing written.
pub(crate) async fn commande(base: &Base, dossier: &Path, mode: Mode, json: bool) -> u8 {
    match importer(base, &Source::Dossier(dossier.to_owned()), mode).await {
        Ok(rapport) => {
            reussir(&rapport, json);
            0
        }
        Err(echec) => {
            echouer(&echec, json);
            1
        }
    }
}

fn reussir(rapport: &Rapport, json: bool) {
    if json {
        let statut = if rapport.essai { "essai" } else { "fait" };
        dire(format!(
            "{}",
            json!({"statut": statut, "tables": rapport.tables,
            "avertissements": rapport.avertissements})
        ));
    } else {
        dire(format!("{rapport}"));
    }
}

fn echouer(echec: &EchecImport, json: bool) {
    match echec {
        EchecImport::Refuse { fautes, avertissements } if json => {
            dire(format!(
                "{}",
                json!({"statut": "refuse", "erreurs": fautes,
                "avertissements": avertissements})
            ));
        }
        EchecImport::Refuse { fautes, avertissements } => {
            for avertissement in avertissements {
                dire(format!("Attention : {avertissement}"));
            }
            for faute in fautes {
                dire(format!("{faute}"));
            }
            let nombre = fautes.len();
            let mot = if nombre == 1 { "erreur" } else { "erreurs" };
            eprintln!("Import refusé : {nombre} {mot}, rien n'a été écrit.");
        }
        EchecImport::Panne(erreur) if json => {
            dire(format!("{}", json!({"statut": "panne", "detail": erreur.to_string()})));
        }
        EchecImport::Panne(erreur) => eprintln!("Import impossible, rien n'a été écrit : {erreur}"),
    }
}
