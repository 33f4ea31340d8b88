//! `delicego backup` and `delicego sauvegardes`.

mod avancement;
mod gardees;
mod liste;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use self::avancement::Avancement;
pub(crate) use self::liste::{Liste, lister};
use super::appel::Appel;
use super::constats;
use super::sortie::{Code, Echec, Issue};
use crate::exploitation::automatiser::Depart;
use crate::platform::config::{
    Configuration, ErreurConfiguration, Quoi, Sauvegardes, sauvegardes_selon,
};
use crate::platform::terminal::dire;
use crate::sauvegarde::backup::{self, OptionsBackup, Resultat};
use crate::sauvegarde::chiffre::{Destinataire, Destinataires};
use crate::sauvegarde::retention::Garder;
use crate::sauvegarde::{Arret, Format, disque};

#[derive(Args)]
pub(crate) struct Backup {
    /// Dossier des sauvegardes, créé s'il manque, mode 700 (sinon DELICEGO_SAUVEGARDES, sinon
    /// ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    pub(super) output_dir: Option<PathBuf>,
    /// Nombre de sauvegardes vérifiées à garder, au moins 1
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = au_moins_une)]
    keep: usize,
    /// Garde aussi la dernière de chacun des N derniers jours
    #[arg(long, value_name = "N", default_value_t = 0)]
    keep_daily: usize,
    /// Garde aussi la dernière de chacune des N dernières semaines
    #[arg(long, value_name = "N", default_value_t = 0)]
    keep_weekly: usize,
    /// Garde aussi la dernière de chacun des N derniers mois
    #[arg(long, value_name = "N", default_value_t = 0)]
    keep_monthly: usize,
    /// gz : gunzip l'ouvre ; fc : pg_restore l'ouvre tel quel ; zst : plus rapide
    #[arg(long, value_name = "FORMAT", default_value = "gz", value_parser = ["gz", "fc", "zst"])]
    format: String,
    /// Copie aussi ailleurs : s3://seau/dossier, gs://, az://, file:///dossier (sinon
    /// DELICEGO_SAUVEGARDES_VERS ; clés par l'environnement)
    #[arg(long, value_name = "ADRESSE")]
    vers: Option<String>,
    /// Chiffre pour cette clé publique age (age1.. ; sinon DELICEGO_CHIFFRER_POUR) ; plusieurs fois :
    /// chacune des clés secrètes ouvre
    #[arg(long, value_name = "CLE")]
    chiffrer: Vec<Destinataire>,
    /// Tient pour bonne une sauvegarde qui semble suspecte
    #[arg(long)]
    force_suspect: bool,
    /// Secondes d'attente d'une autre sauvegarde en cours
    #[arg(long, value_name = "SECONDES", default_value_t = 60)]
    attente: u32,
    /// Secondes d'attente d'une table qu'un autre garde pour lui
    #[arg(long, value_name = "SECONDES", default_value_t = 30)]
    attente_table: u32,
    /// Une ligne JSON par seconde, et le résultat en dernière ligne
    #[arg(long)]
    json: bool,
}

fn au_moins_une(texte: &str) -> Result<usize, String> {
    texte.parse().ok().filter(|n| *n > 0).ok_or_else(|| "au moins 1".to_owned())
}

impl Backup {
    fn options(self, s: &Sauvegardes) -> Result<OptionsBackup, Echec> {
        let b = self;
        let chiffrer = match (b.chiffrer.is_empty(), &s.chiffrer) {
            (true, Some(texte)) => texte.parse().map_err(|raison| {
                Echec::nouveau(Code::Usage, format!("DELICEGO_CHIFFRER_POUR : {raison}"))
            })?,
            _ => b.chiffrer.into_iter().collect::<Destinataires>(),
        };
        Ok(OptionsBackup {
            dossier: b.output_dir.unwrap_or_else(|| s.dossier.clone()),
            vers_tapee: b.vers.is_some(),
            vers: b.vers.or_else(|| s.vers.clone()),
            garder: Garder {
                dernieres: b.keep,
                jours: b.keep_daily,
                semaines: b.keep_weekly,
                mois: b.keep_monthly,
            },
            format: Format::lire(&b.format).unwrap_or(Format::Gz),
            chiffrer,
            forcer_suspect: b.force_suspect,
            attente_verrou: Duration::from_secs(u64::from(b.attente)),
            attente_table: Duration::from_secs(u64::from(b.attente_table)),
        })
    }
}

impl Backup {
    /// Would its settings be refused?
    pub(in crate::cli) fn a_blanc(self, depart: &Depart<'_>) -> Result<(), Echec> {
        let usage = |e: ErreurConfiguration| Echec::nouveau(Code::Usage, e.to_string());
        self.options(&sauvegardes_selon(depart.variable).map_err(usage)?).map(drop)
    }
}

pub(crate) async fn sauvegarder(config: &Configuration, arguments: Backup) -> Issue {
    let dossier = arguments.output_dir.as_ref().unwrap_or(&config.sauvegardes.dossier);
    let appel = Appel::commencer(config, Quoi::Backup, dossier).await;
    let json = arguments.json;
    let fait = faire(config, arguments).await;
    let (issue, lignes, constats) = match fait {
        Ok(resultat) => {
            let lignes = phrases(&resultat);
            if json {
                dire(en_json(&resultat));
            } else {
                lignes.iter().for_each(dire);
            }
            (Ok(resultat.code()), lignes, constats::de_la_sauvegarde(&resultat))
        }
        Err(echec) => {
            if json {
                dire(refus_en_json(&echec));
            }
            let constats = vec![constats::d_une_tache(Quoi::Backup, Err(&echec.phrase))];
            (Err(echec), Vec::new(), constats)
        }
    };
    appel.finir(&issue, (lignes, &constats)).await;
    issue
}

async fn faire(config: &Configuration, arguments: Backup) -> Result<Resultat, Echec> {
    let arret = Arret::ecouter()?;
    let avancement = Avancement::nouveau(arguments.json);
    let o = arguments.options(&config.sauvegardes)?;
    let issue = backup::executer(&config.base, &o, &arret, &avancement.suivi()).await;
    avancement.finir();
    issue
}

fn en_json(r: &Resultat) -> serde_json::Value {
    let m = &r.faite.manifeste;
    json!({
        "resultat": if m.suspect.is_empty() { "fait" } else { "suspect" },
        "base": m.base.nom,
        "fichier": r.faite.archive(),
        "octets": m.archive.octets,
        "sha256": m.archive.sha256,
        "lignes": m.lignes(),
        "secondes": m.duree_s,
        "verifie": m.verifie,
        "suspect": m.suspect,
        "avis": m.avis.iter().chain(&r.remarques).collect::<Vec<_>>(),
        "supprimees": r.supprimees,
        "purgees": r.purgees,
        "abandonnees": r.abandonnees,
        "copiees": r.copiees,
        "reprises": r.reprises,
        "refaites": r.refaites,
        "copies_supprimees": r.copies_supprimees,
        "ennuis": r.ennuis().collect::<Vec<_>>(),
    })
}

/// A sentence ends once.
fn finie(phrase: &str) -> String {
    let point = if phrase.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{phrase}{point}")
}

fn refus_en_json(e: &Echec) -> serde_json::Value {
    json!({ "resultat": "echec", "code": e.code.nombre(), "phrase": e.phrase })
}

fn phrases(r: &Resultat) -> Vec<String> {
    let m = &r.faite.manifeste;
    let lignes = liste::milliers(m.lignes());
    let mut phrases = vec![
        format!(
            "Sauvegarde de « {} » faite et relue : {}",
            m.base.nom,
            r.faite.archive().display()
        ),
        format!(
            "  {}, {lignes} lignes dans {} tables, en {:.1} s.",
            disque::taille(m.archive.octets),
            m.empreintes.tables.len(),
            m.duree_s
        ),
    ];
    let avis = m.avis.iter().chain(&r.remarques);
    phrases.extend(avis.map(|avis| format!("  À savoir : {}", finie(avis))));
    phrases.extend(r.supprimees.iter().map(|archive| format!("  Retirée : {archive}")));
    phrases.extend(
        r.purgees
            .iter()
            .map(|base| format!("  Retirée : la base « {base} », remplacée par une restauration")),
    );
    phrases.extend(r.abandonnees.iter().map(|base| {
        format!("  Retirée : la copie « {base} », laissée par une restauration interrompue")
    }));
    phrases.extend(r.copiees.iter().map(|archive| format!("  Copiée ailleurs : {archive}")));
    phrases.extend(
        r.reprises
            .iter()
            .map(|fichier| format!("  Copié de nouveau ailleurs : {fichier}, qui n'y était plus")),
    );
    phrases.extend(
        r.refaites
            .iter()
            .map(|fichier| format!("  Copié de nouveau ailleurs : {fichier}, qui y était abîmé")),
    );
    phrases.extend(
        r.copies_supprimees.iter().map(|archive| format!("  Retirée des copies : {archive}")),
    );
    phrases.extend(r.ennuis().map(|ennui| format!("  ATTENTION : {ennui}")));
    phrases.extend(m.suspect.iter().map(|raison| format!("  SUSPECTE : {}", finie(raison))));
    if !m.suspect.is_empty() {
        phrases.push(
            "  Aucune ancienne sauvegarde n'a été retirée. Si tout est normal, recommencez avec \
              --force-suspect."
                .to_owned(),
        );
    }
    phrases
}
