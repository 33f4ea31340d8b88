//! `delicego sauvegardes`: what lies in a folder. Needs no database.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};

use crate::cli::sortie::{Code, Issue};
use crate::platform::config::Configuration;
use crate::platform::heure;
use crate::platform::terminal::dire;
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::disque;
use crate::sauvegarde::drill::{Exercice, Verdict, historique, prevision};

#[derive(Args)]
pub(crate) struct Liste {
    /// Dossier des sauvegardes
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn lister(config: &Configuration, arguments: &Liste) -> Issue {
    let dossier = arguments.output_dir.as_ref().unwrap_or(&config.sauvegardes.dossier);
    let sauvegardes = depot::lister(dossier)?;
    let exercices = historique::lire(dossier, &sauvegardes).unwrap_or_default();
    let vues: Vec<Vue> = sauvegardes.iter().map(|s| Vue::nouvelle(s, &exercices)).collect();
    if arguments.json {
        let elements: Vec<Value> = vues.iter().map(Vue::en_json).collect();
        dire(json!({ "elements": elements }));
        return Ok(Code::Fait);
    }
    if sauvegardes.is_empty() {
        let dossier = dossier.display();
        dire(format!("Aucune sauvegarde dans {dossier}. Pour en faire une : delicego backup"));
        return Ok(Code::Fait);
    }
    for vue in vues.iter().rev() {
        dire(vue.ligne());
        dire(format!("    {}", vue.s.archive().display()));
    }
    Ok(Code::Fait)
}

/// A backup, and what is known of it today.
struct Vue<'a> {
    s: &'a Sauvegarde,
    age: TimeDelta,
    exercice: Option<Exercice>,
    prevision: Option<Duration>,
}

impl<'a> Vue<'a> {
    /// How long a restore would take is told of those of the same database.
    fn nouvelle(s: &'a Sauvegarde, exercices: &[Exercice]) -> Self {
        let siens: Vec<Exercice> =
            exercices.iter().filter(|e| e.base == s.manifeste.base.nom).cloned().collect();
        Self {
            s,
            age: Utc::now() - s.manifeste.fait_le,
            exercice: Exercice::de(s),
            prevision: prevision(&siens, &s.manifeste),
        }
    }

    fn en_json(&self) -> Value {
        let (s, m) = (self.s, &self.s.manifeste);
        json!({
            "base": m.base.nom,
            "fichier": s.archive(),
            "fait_le": m.fait_le,
            "age_s": self.age.num_seconds(),
            "rang": m.rang,
            "octets": m.archive.octets,
            "lignes": m.lignes(),
            "format": m.format,
            "chiffre": m.chiffre,
            "presente": s.presente,
            "verifie": m.verifie,
            "suspect": m.suspect,
            "avis": m.avis,
            "exercice": self.exercice,
            "restauration_prevue_s": self.prevision.map(|d| d.as_secs_f64()),
        })
    }

    fn ligne(&self) -> String {
        let m = &self.s.manifeste;
        let mut mots = vec![
            heure::minute(m.fait_le),
            format!("il y a {}", age(self.age.num_minutes())),
            format!("base « {} »", m.base.nom),
            disque::taille(m.archive.octets),
            format!("{} lignes", milliers(m.lignes())),
            etat(self.s),
        ];
        mots.extend(m.chiffre.then(|| "chiffrée".to_owned()));
        mots.extend(self.exercice.as_ref().map(exercice));
        mots.extend(
            self.prevision.map(|d| format!("restauration prévue en {} s", d.as_secs_f64().ceil())),
        );
        mots.join(" · ")
    }
}

fn etat(s: &Sauvegarde) -> String {
    match (s.presente, s.manifeste.suspect.as_slice(), s.manifeste.verifie) {
        (false, ..) => "ARCHIVE ABSENTE OU TRONQUÉE".to_owned(),
        (_, [raison, ..], _) => format!("SUSPECTE ({raison})"),
        (.., true) => "vérifiée".to_owned(),
        (.., false) => "NON VÉRIFIÉE".to_owned(),
    }
}

fn exercice(e: &Exercice) -> String {
    let le = e.fait_le.format("%d/%m/%Y");
    match e.verdict {
        Verdict::Prouvee => format!("exercice réussi le {le}"),
        Verdict::Differente | Verdict::Echouee => format!("EXERCICE RATÉ le {le}"),
    }
}

fn age(minutes: i64) -> String {
    match minutes.max(0) {
        m @ 0..60 => format!("{m} min"),
        m @ 60..2880 => format!("{} h", m / 60),
        m => format!("{} jours", m / 1440),
    }
}

/// `1 234 567`, with spaces that do not break.
pub(crate) fn milliers(nombre: u64) -> String {
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
