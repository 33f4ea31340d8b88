//! `delicego sauvegardes`: what lies in a folder. Needs no database.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use crate::cli::sortie::{Code, Issue};
use crate::platform::config::Configuration;
use crate::platform::terminal::dire;
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::disque;
use crate::sauvegarde::drill::{Exercice, prevision};

#[derive(Args)]
pub struct Liste {
    /// Dossier des sauvegardes
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

pub fn lister(config: &Configuration, arguments: &Liste) -> Issue {
    let dossier = arguments.output_dir.as_ref().unwrap_or(&config.sauvegardes.dossier);
    let sauvegardes = depot::lister(dossier)?;
    let exercices: Vec<_> = sauvegardes.iter().filter_map(Exercice::de).collect();
    let maintenant = Utc::now();
    if arguments.json {
        let element = |s| {
            let mut element = en_json(s, maintenant);
            element["prevision_s"] = json!(prevision_s(s, &exercices));
            element
        };
        let elements: Vec<Value> = sauvegardes.iter().map(element).collect();
        dire(json!({ "elements": elements }));
        return Ok(Code::Fait);
    }
    if sauvegardes.is_empty() {
        let dossier = dossier.display();
        dire(format!("Aucune sauvegarde dans {dossier}. Pour en faire une : delicego backup"));
        return Ok(Code::Fait);
    }
    for s in sauvegardes.iter().rev() {
        dire(ligne(s, maintenant));
        let prevue = prevision_s(s, &exercices);
        let prevue = prevue.map(|p| format!(" · restauration prévue en {p:.0} s"));
        dire(format!("    {}{}", s.archive().display(), prevue.unwrap_or_default()));
    }
    Ok(Code::Fait)
}

fn en_json(s: &Sauvegarde, maintenant: DateTime<Utc>) -> Value {
    let m = &s.manifeste;
    json!({
        "base": m.base.nom,
        "fichier": s.archive(),
        "fait_le": m.fait_le,
        "age_s": (maintenant - m.fait_le).num_seconds(),
        "rang": m.rang,
        "octets": m.archive.octets,
        "lignes": m.lignes(),
        "format": m.format,
        "chiffre": m.chiffre,
        "presente": s.presente,
        "verifie": m.verifie,
        "suspect": m.suspect,
        "avis": m.avis,
        "exercice": s.exercice(),
    })
}

/// How long it would take to restore, from the drills of this database.
fn prevision_s(s: &Sauvegarde, exercices: &[Exercice]) -> Option<f64> {
    let siens: Vec<_> =
        exercices.iter().filter(|e| e.base == s.manifeste.base.nom).cloned().collect();
    prevision(&siens, &s.manifeste).map(|d| d.as_secs_f64())
}

fn ligne(s: &Sauvegarde, maintenant: DateTime<Utc>) -> String {
    let m = &s.manifeste;
    let mut mots = vec![
        m.fait_le.format("%d/%m/%Y %H:%M UTC").to_string(),
        format!("il y a {}", age((maintenant - m.fait_le).num_minutes())),
        format!("base « {} »", m.base.nom),
        disque::taille(m.archive.octets),
        format!("{} lignes", milliers(m.lignes())),
    ];
    mots.push(etat(s));
    mots.extend(m.chiffre.then(|| "chiffrée".to_owned()));
    mots.extend(s.exercice().as_ref().map(exercice));
    mots.join(" · ")
}

fn etat(s: &Sauvegarde) -> String {
    match (s.presente, s.manifeste.suspect.as_slice(), s.manifeste.verifie) {
        (false, ..) => "ARCHIVE ABSENTE OU TRONQUÉE".to_owned(),
        (_, [raison, ..], _) => format!("SUSPECTE ({raison})"),
        (.., true) => "vérifiée".to_owned(),
        (.., false) => "NON VÉRIFIÉE".to_owned(),
    }
}

/// What the last drill of this very file found, and how long its restore took.
fn exercice(e: &Value) -> String {
    if e["verdict"] != "prouvee" {
        return "EXERCICE RATÉ".to_owned();
    }
    let duree = |quoi: &str| e["durees"][quoi].as_f64().unwrap_or(0.0);
    let secondes = duree("depaquetage_s") + duree("restauration_s") + duree("preuve_s");
    format!("exercice réussi, restaurée en {secondes:.0} s")
}

fn age(minutes: i64) -> String {
    match minutes.max(0) {
        m @ 0..60 => format!("{m} min"),
        m @ 60..2880 => format!("{} h", m / 60),
        m => format!("{} jours", m / 1440),
    }
}

/// `1 234 567`, with spaces that do not break.
pub fn milliers(nombre: u64) -> String {
    let chiffres = nombre.to_string();
    let groupes: Vec<&str> = (chiffres.as_bytes().rchunks(3).rev())
        .filter_map(|g| std::str::from_utf8(g).ok())
        .collect();
    groupes.join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ages_are_said_as_people_read_them() {
        let dits = [0, 999, 1000, 1_234_567].map(|n| milliers(n).replace('\u{a0}', " "));
        assert_eq!(dits, ["0", "999", "1 000", "1 234 567"]);
        let ages = [-5, 59, 61, 2879, 2880].map(age);
        assert_eq!(ages, ["0 min", "59 min", "1 h", "47 h", "2 jours"]);
    }
}
