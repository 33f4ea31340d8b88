//! `delicego sauvegardes`: what lies in a folder or elsewhere, which needs no database, and what
//! restores keep.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::gardees;
use crate::cli::sortie::{Code, Echec, Issue};
use crate::platform::config::Configuration;
use crate::platform::heure;
use crate::platform::terminal::{avertir, dire};
use crate::sauvegarde::depot::{self, Sauvegarde};
use crate::sauvegarde::disque;
use crate::sauvegarde::drill::{Exercice, Provenance, Verdict, historique, prevision};
use crate::sauvegarde::manifeste::Manifeste;
use crate::sauvegarde::{Ailleurs, Arret, Copie, Inventaire, Noms, relectures};

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
    if let (None, Some(nomme)) = (&arguments.vers, &arguments.output_dir)
        && !nomme.exists()
    {
        let phrase = format!("{} : ce dossier n'existe pas.", nomme.display());
        return Err(Echec::nouveau(Code::RefuseAvant, phrase));
    }
    let ((trouvees, orphelines), ou) = match &arguments.vers {
        Some(vers) => (d_ailleurs(vers, dossier).await?, vers.clone()),
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
        let absent = match arguments.vers.is_none() && !dossier.exists() {
            true => " (ce dossier n'existe pas)",
            false => "",
        };
        dire(format!("Aucune sauvegarde dans {ou}{absent}. Pour en faire une : delicego backup"));
    }
    en_ordre(&vues, &orphelines).iter().for_each(dire);
    gardees::afficher(&gardees);
    Ok(Code::Fait)
}

/// The newest first. Of what no manifest tells of, its name alone says when it was made.
fn en_ordre(vues: &[Vue<'_>], orphelines: &[String]) -> Vec<String> {
    let mut restent: Vec<&String> = orphelines.iter().collect();
    restent.sort_by(|a, b| Noms::moment(a).cmp(Noms::moment(b)));
    let sans_manifeste = |nom: &String| {
        format!("SANS MANIFESTE LISIBLE, rien ne dit que c'est une sauvegarde entière : {nom}")
    };
    let mut lignes = Vec::new();
    for vue in vues.iter().rev() {
        let le = Noms::moment(&vue.t.manifeste.archive.nom);
        while let Some(nom) = restent.pop_if(|nom| Noms::moment(nom) > le) {
            lignes.push(sans_manifeste(nom));
        }
        lignes.extend([vue.ligne(), format!("    {}", vue.t.fichier)]);
    }
    lignes.extend(restent.into_iter().rev().map(sans_manifeste));
    lignes
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
    /// When it was last read to its end, as far as that was noted.
    lue_le: Option<DateTime<Utc>>,
    /// It no longer bears the marks that it bore then.
    touchee: bool,
    /// It was damaged then.
    abimee: bool,
}

/// And the archives that no manifest tells of.
type Trouvees = (Vec<Trouvee>, Vec<String>);

fn d_ici(dossier: &Path) -> Result<Trouvees, Echec> {
    let lectures = relectures::Lectures::du_dossier(dossier);
    let trouvee = |s: Sauvegarde| {
        let lecture = lectures.de(&s);
        Trouvee {
            fichier: s.archive().display().to_string(),
            manque: Some(s.noms.somme()).filter(|nom| !s.dossier.join(nom).exists()),
            // It was read back as it was made.
            lue_le: Some(lecture.map_or(s.manifeste.fait_le, |l| l.le)),
            touchee: lecture.is_some_and(|l| !l.inchangee),
            abimee: lecture.is_some_and(|l| l.abimee),
            manifeste: s.manifeste,
            presente: s.presente,
            copie: false,
        }
    };
    let lues = depot::lister(dossier)?;
    let orphelines = depot::orphelines(dossier, &lues);
    Ok((lues.into_iter().map(trouvee).collect(), orphelines))
}

/// `dossier`: where it was noted what was seen of copies.
async fn d_ailleurs(vers: &str, dossier: &Path) -> Result<Trouvees, Echec> {
    let arret = Arret::ecouter()?;
    let ailleurs = Ailleurs::ouvrir(vers)?;
    let inventaire = arret.ou_interrompu(ailleurs.inventaire()).await?;
    let Inventaire { copies, mut orphelines, inachevees } = inventaire;
    orphelines.extend(inachevees);
    let trouvee = |c: Copie| {
        let constat = ailleurs.dernier_constat(dossier, &c);
        Trouvee {
            fichier: ailleurs.adresse_de(&c.noms.archive),
            lue_le: constat.and_then(|d| d.le),
            touchee: constat.is_some_and(|d| !d.inchangee),
            abimee: constat.is_some_and(|d| d.abimee),
            manifeste: c.manifeste,
            presente: c.presente,
            manque: c.manque,
            copie: true,
        }
    };
    let connues: Vec<String> = copies.iter().map(|c| c.noms.archive.clone()).collect();
    let mut trouvees: Vec<Trouvee> = copies.into_iter().map(trouvee).collect();
    // Of what went from there whole, only what was noted here can tell.
    let parties =
        depot::lister(dossier)?.into_iter().filter(|s| !connues.contains(&s.noms.archive));
    trouvees.extend(parties.filter_map(|s| {
        let constat = ailleurs.vue_naguere(dossier, &s.noms)?;
        let fichier = ailleurs.adresse_de(&s.noms.archive);
        let (lue_le, manifeste) = (constat.le, s.manifeste);
        let (presente, touchee, abimee) = (false, true, false);
        let (manque, copie) = (None, true);
        Some(Trouvee { fichier, manifeste, presente, manque, copie, lue_le, touchee, abimee })
    }));
    trouvees.sort_by_key(|t| depot::age_d_une_copie(&t.manifeste));
    Ok((trouvees, orphelines))
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
        // Of this very one: a copy and what it was copied from are two.
        let source = if t.copie { Provenance::Ailleurs } else { Provenance::Ici };
        let du_meme = |e: &&Exercice| e.sha256 == m.archive.sha256 && e.source == source;
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
            "lue_le": self.t.lue_le,
            "touchee": self.t.touchee,
            "abimee": self.t.abimee,
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
            il_y_a(self.age.num_minutes()),
            format!("base « {} »", m.base.nom),
            disque::taille(m.archive.octets),
            format!("{} lignes", milliers(m.lignes())),
            etat(self.t),
        ];
        mots.extend(m.chiffre.then(|| "chiffrée".to_owned()));
        mots.extend(self.exercice.as_ref().map(exercice));
        mots.extend(self.prevision.map(|d| format!("restauration prévue : {}", heure::prevue(d))));
        mots.join(" · ")
    }
}

fn etat(t: &Trouvee) -> String {
    match (t.presente, t.manifeste.suspect.as_slice(), t.manifeste.verifie) {
        (false, ..) => match t.lue_le.filter(|_| t.copie) {
            Some(le) => {
                format!("ARCHIVE ABSENTE OU TRONQUÉE (y était égale le {})", heure::minute(le))
            }
            None => "ARCHIVE ABSENTE OU TRONQUÉE".to_owned(),
        },
        (_, [raison, ..], _) => format!("SUSPECTE ({raison})"),
        _ if t.manque.is_some() => {
            format!("INCOMPLÈTE ({} manque)", t.manque.as_deref().unwrap_or_default())
        }
        _ if t.abimee => {
            let le =
                t.lue_le.map_or_else(String::new, |le| format!(", lue le {}", heure::minute(le)));
            format!("ABÎMÉE{le}")
        }
        (.., true) if t.touchee => {
            let depuis =
                t.lue_le.map_or_else(String::new, |le| format!(" du {}", heure::minute(le)));
            format!(
                "CHANGÉE depuis sa dernière lecture{depuis}, à éprouver (delicego drill --file)"
            )
        }
        (.., true) if t.copie => match t.lue_le {
            Some(le) => format!("vérifiée avant la copie, y était égale le {}", heure::minute(le)),
            None => "vérifiée avant la copie".to_owned(),
        },
        (.., true) => match t.lue_le {
            Some(le) => format!("vérifiée le {}", heure::minute(le)),
            None => "vérifiée".to_owned(),
        },
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

fn il_y_a(minutes: i64) -> String {
    match minutes {
        0.. => format!("il y a {}", age(minutes)),
        _ => format!("DATE À VENIR, dans {}", age(-minutes)),
    }
}

fn age(minutes: i64) -> String {
    match minutes {
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
        let ages = [0, 59, 61, 2879, 2880].map(age);
        assert_eq!(ages, ["0 min", "59 min", "1 h", "47 h", "2 jours"]);
        assert_eq!([5, -61].map(il_y_a), ["il y a 5 min", "DATE À VENIR, dans 1 h"]);
    }
}
