//! `delicego importer`: says what was done, or every fault; and what is doubtful, either way.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::erreurs::Faute;
use super::{EchecImport, Options, Rapport, Source, importer};
use crate::platform::causes::du_systeme;
use crate::platform::db::Base;
use crate::platform::terminal::{avertir, dire};

pub(crate) struct Demande {
    pub dossier: PathBuf,
    pub options: Options,
    pub json: bool,
    /// Everything, listed in this folder.
    pub rapport: Option<PathBuf>,
}

const LISTE: &str = "import.csv";

/// The exit code: 0 done, 1 refused or failed and nothing written, 3 done and the list not written,
/// 5 refused before anything was read.
pub(crate) async fn commande(base: &Base, d: Demande) -> u8 {
    if let Some(rapport) = &d.rapport
        && let Err(refus) = preparer(rapport, &d.dossier)
    {
        avertir(refus);
        return 5;
    }
    let issue = importer(base, &Source::Dossier(d.dossier.clone()), d.options).await;
    let code = match &issue {
        Ok(rapport) => {
            reussir(rapport, d.json);
            0
        }
        Err(echec) => {
            echouer(echec, d.json);
            1
        }
    };
    match d.rapport.as_ref().map(|dossier| lister(dossier, &issue)) {
        Some(Err(e)) => {
            let fait = if code == 0 { " ; l'import, lui, est fini" } else { "" };
            avertir(format!("la liste n'a pas pu être écrite ({}){fait}", du_systeme(&e)));
            if code == 0 { 3 } else { code }
        }
        _ => code,
    }
}

/// Before anything is written: the next import would meet the list among its files.
fn preparer(rapport: &Path, dossier: &Path) -> Result<(), String> {
    fs::create_dir_all(rapport)
        .map_err(|e| format!("le dossier de --rapport ne se fait pas : {}", du_systeme(&e)))?;
    let memes = fs::canonicalize(rapport).ok().zip(fs::canonicalize(dossier).ok());
    if memes.is_some_and(|(rapport, dossier)| rapport == dossier) {
        return Err("--rapport veut un autre dossier que celui des fichiers importés".to_owned());
    }
    Ok(())
}

fn reussir(rapport: &Rapport, en_json: bool) {
    if en_json {
        let statut = if rapport.essai { "essai" } else { "fait" };
        return dire(objet(statut, rapport, &[]));
    }
    dire_les_doutes(&rapport.doutes);
    dire(format!("{rapport}").trim_end());
    dire(if rapport.essai {
        "Essai : tout est bon, rien n'a été écrit. Avec --apply, ce sera fait."
    } else {
        "Import fait."
    });
}

fn echouer(echec: &EchecImport, en_json: bool) {
    match echec {
        EchecImport::Refuse { fautes, rapport } if en_json => {
            dire(objet("refuse", rapport, fautes));
        }
        EchecImport::Refuse { fautes, rapport } => {
            dire_les_doutes(&rapport.doutes);
            for faute in fautes {
                dire(format!("{faute}"));
            }
            if !rapport.faits.is_empty() {
                eprintln!("Sans ces erreurs, il y aurait au moins :\n{rapport}");
            }
            let nombre = fautes.len();
            let mot = if nombre == 1 { "erreur" } else { "erreurs" };
            eprintln!("Import refusé : {nombre} {mot}, rien n'a été écrit.");
        }
        EchecImport::Panne(erreur) if en_json => {
            dire(json!({"statut": "panne", "detail": erreur.to_string()}));
        }
        EchecImport::Panne(erreur) => eprintln!("Import impossible, rien n'a été écrit : {erreur}"),
    }
}

fn dire_les_doutes(doutes: &[Faute]) {
    for doute in doutes {
        dire(format!("Attention : {doute}"));
    }
}

fn objet(statut: &str, rapport: &Rapport, fautes: &[Faute]) -> Value {
    json!({
        "statut": statut,
        "tables": rapport.tables,
        "faits": rapport.faits,
        "erreurs": fautes,
        "doutes": rapport.doutes,
    })
}

/// One row for each thing done, refused or doubted.
fn lister(dossier: &Path, issue: &Result<Rapport, EchecImport>) -> io::Result<()> {
    let vide = Rapport::default();
    let (rapport, fautes): (&Rapport, &[Faute]) = match issue {
        Ok(rapport) => (rapport, &[]),
        Err(EchecImport::Refuse { fautes, rapport }) => (rapport, fautes),
        Err(EchecImport::Panne(_)) => (&vide, &[]),
    };
    let mut fichier = fs::File::create(dossier.join(LISTE))?;
    // By this mark, spreadsheets know that it is UTF-8.
    fichier.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new().delimiter(b';').from_writer(fichier);
    csv.write_record(["quoi", "fichier", "ligne", "colonne", "cellule", "texte"])?;
    let dites =
        fautes.iter().map(|f| ("refusé", f)).chain(rapport.doutes.iter().map(|d| ("doute", d)));
    for (quoi, f) in dites {
        let ligne = f.ligne.map(|l| l.to_string()).unwrap_or_default();
        let texte = |t: &Option<String>| t.as_deref().map(sans_formule).unwrap_or_default();
        csv.write_record([
            quoi,
            &sans_formule(&f.fichier),
            &ligne,
            &texte(&f.colonne),
            &texte(&f.cellule),
            &sans_formule(&f.message),
        ])?;
    }
    if let Err(EchecImport::Panne(erreur)) = issue {
        csv.write_record(["panne", "", "", "", "", &sans_formule(&erreur.to_string())])?;
    }
    for f in &rapport.faits {
        csv.write_record([
            f.action.francais(),
            &sans_formule(&f.fichier),
            &f.ligne.to_string(),
            "",
            "",
            &sans_formule(&f.objet),
        ])?;
    }
    csv.flush()
}

/// A spreadsheet must not take a name for a formula.
fn sans_formule(texte: &str) -> String {
    if texte.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{texte}")
    } else {
        texte.to_owned()
    }
}
