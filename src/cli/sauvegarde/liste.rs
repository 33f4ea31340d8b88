//! `delicego sauvegardes`: what lies in a folder or elsewhere, which needs no database, and what
//! restores keep.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::gardees;
use crate::cli::sortie::{Code, Echec, Issue};
use crate::platform::config::Configuration;
use crate::platform::heure;
use crate::platform::terminal::{avertir, dire};
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::disque;
use crate::sauvegarde::drill::{Exercice, Verdict, historique, prevision};
use crate::sauvegarde::manifeste::Manifeste;
use crate::sauvegarde::{Ailleurs, Arret, Copie, Inventaire};

#[derive(Args)]
pub(crate) struct Liste {
    /// Dossier des sauvegardes (sinon DELICEGO_SAUVEGARDES, sinon ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Celles qui sont à cette adresse : s3://seau/dossier, gs://, az://, file:///dossier
    #[arg(long, value_name = "ADRESSE")]
    vers: Option<String>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn lister(config: &Configuration, arguments: &Liste) -> Issue {
    let dossier = arguments.output_dir.as_ref().unwrap_or(&config.sauvegardes.dossier);
    let ((trouvees, orphelines), ou) = match &arguments.vers {
        Some(vers) => (d_ailleurs(vers).await?, vers.clone()),
        None => (d_ici(dossier)?, dossier.display().to_string()),
    };
    let exercices = historique::lire(dossier, &depot::lister(dossier)?);
    historique::illisible(dossier).iter().for_each(avertir);
    let vues: Vec<Vue> = trouvees.iter().map(|t| Vue::nouvelle(t, &exercices)).collect();
    let gardees = gardees::lire(config).await;
    if arguments.json {
        let elements: Vec<Value> = vues.iter().map(Vue::en_json).collect();
        dire(json!({
            "elements": elements,
            "sans_manifeste": orphelines,
            "gardees": gardees::en_json(&gardees),
        }));
        return Ok(Code::Fait);
    }
    if vues.is_empty() && orphelines.is_empty() {
        dire(format!("Aucune sauvegarde dans {ou}. Pour en faire une : delicego backup"));
    }
    for vue in vues.iter().rev() {
        dire(vue.ligne());
        dire(format!("    {}", vue.t.fichier));
    }
    for nom in &orphelines {
        dire(format!(
            "SANS MANIFESTE LISIBLE, rien ne dit que c'est une sauvegarde entière : {nom}"
        ));
    }
    gardees::afficher(&gardees);
    Ok(Code::Fait)
}

/// A backup, here or elsewhere.
struct Trouvee {
    /// A path, or an address, for `--file`.
    fichier: String,
    manifeste: Manifeste,
    presente: bool,
    /// Another file of it that is not there.
    manque: Option<String>,
    /// What was verified is the file that was copied: a list does not read the copy.
    copie: bool,
}

/// And the archives that no manifest tells of.
type Trouvees = (Vec<Trouvee>, Vec<String>);

fn d_ici(dossier: &Path) -> Result<Trouvees, Echec> {
    let trouvee = |s: Sauvegarde| Trouvee {
        fichier: s.archive().display().to_string(),
        manque: Some(s.noms.somme()).filter(|nom| !s.dossier.join(nom).exists()),
        manifeste: s.manifeste,
        presente: s.presente,
        copie: false,
    };
    let lues = depot::lister(dossier)?;
    let orphelines = depot::orphelines(dossier, &lues);
    Ok((lues.into_iter().map(trouvee).collect(), orphelines))
}

async fn d_ailleurs(vers: &str) -> Result<Trouvees, Echec> {
    let arret = Arret::ecouter()?;
    let ailleurs = Ailleurs::ouvrir(vers)?;
    let Inventaire { copies, orphelines } = arret.ou_interrompu(ailleurs.inventaire()).await?;
    let trouvee = |c: Copie| Trouvee {
        fichier: ailleurs.adresse_de(&c.noms.archive),
        manifeste: c.manifeste,
        presente: c.presente,
        manque: c.manque,
        copie: true,
    };
    Ok((copies.into_iter().map(trouvee).collect(), orphelines))
}

/// A backup, and what is known of it today.
struct Vue<'a> {
    t: &'a Trouvee,
    age: TimeDelta,
    exercice: Option<Exercice>,
    prevision: Option<Duration>,
}

impl<'a> Vue<'a> {
    /// How long a restore would take is told of those of the same database.
    fn nouvelle(t: &'a Trouvee, exercices: &[Exercice]) -> Self {
        let m = &t.manifeste;
        let siens: Vec<Exercice> =
            exercices.iter().filter(|e| e.base == m.base.nom).cloned().collect();
        let du_meme = |e: &&Exercice| e.sha256 == m.archive.sha256;
        Self {
            t,
            age: Utc::now() - m.fait_le,
            exercice: siens.iter().rfind(du_meme).filter(|_| t.presente).cloned(),
            prevision: prevision(&siens, m).filter(|_| t.presente),
        }
    }

    fn en_json(&self) -> Value {
        let m = &self.t.manifeste;
        json!({
            "base": m.base.nom,
            "fichier": self.t.fichier,
            "fait_le": m.fait_le,
            "age_s": self.age.num_seconds(),
            "rang": m.rang,
            "octets": m.archive.octets,
            "lignes": m.lignes(),
            "format": m.format,
            "chiffre": m.chiffre,
            "presente": self.t.presente,
            "manque": self.t.manque,
            "verifie": m.verifie,
            "suspect": m.suspect,
            "avis": m.avis,
            "exercice": self.exercice,
            "restauration_prevue_s": self.prevision.map(|d| d.as_secs_f64()),
        })
    }

    fn ligne(&self) -> String {
        let m = &self.t.manifeste;
        let mut mots = vec![
            heure::minute(m.fait_le),
            format!("il y a {}", age(self.age.num_minutes())),
            format!("base « {} »", m.base.nom),
            disque::taille(m.archive.octets),
            format!("{} lignes", milliers(m.lignes())),
            etat(self.t),
        ];
        mots.extend(m.chiffre.then(|| "chiffrée".to_owned()));
        mots.extend(self.exercice.as_ref().map(exercice));
        mots.extend(
            self.prevision.map(|d| format!("restauration prévue en {} s", d.as_secs_f64().ceil())),
        );
        mots.join(" · ")
    }
}

fn etat(t: &Trouvee) -> String {
    match (t.presente, t.manifeste.suspect.as_slice(), t.manifeste.verifie) {
        (false, ..) => "ARCHIVE ABSENTE OU TRONQUÉE".to_owned(),
        (_, [raison, ..], _) => format!("SUSPECTE ({raison})"),
        _ if t.manque.is_some() => {
            format!("INCOMPLÈTE ({} manque)", t.manque.as_deref().unwrap_or_default())
        }
        (.., true) if t.copie => "vérifiée avant la copie".to_owned(),
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
