//! `delicego drill`: is a backup good? It is restored for real, elsewhere, and proved.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::sortie::{Code, Issue};
use crate::platform::config::Configuration;
use crate::platform::terminal::dire;
use crate::sauvegarde::drill::{
    self, Bilan, Contexte, Demande, Exercice, Lieu, Restaurable, Verdict,
};
use crate::sauvegarde::restore::{Suivi, ligne};
use crate::sauvegarde::{Arret, chiffre};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Sauvegarde à éprouver ; sinon la plus récente qui soit vérifiée
    #[arg(long, value_name = "FICHIER")]
    file: Option<PathBuf>,
    /// Dossier des sauvegardes
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Où la restaurer : un PostgreSQL privé (sous TMPDIR, sinon /var/tmp), jeté ensuite ; ou la
    /// base <base>_restore_test du serveur
    #[arg(long, default_value = "prive", value_name = "OU", value_parser = ["prive", "serveur"])]
    cluster: String,
    /// Fichier de la clé age d'une sauvegarde chiffrée (sinon DELICEGO_CLE_AGE_FICHIER)
    #[arg(long, value_name = "FICHIER")]
    cle_age: Option<PathBuf>,
    /// Combien de secondes attendre la fin d'un autre exercice
    #[arg(long, default_value_t = 60, value_name = "SECONDES")]
    attente: u64,
    /// Une ligne JSON par seconde, puis le résultat
    #[arg(long)]
    json: bool,
}

pub(crate) async fn executer(config: &Configuration, arguments: Arguments) -> Issue {
    let demande = Demande {
        fichier: arguments.file,
        dossier: arguments.output_dir.unwrap_or_else(|| config.sauvegardes.dossier.clone()),
        lieu: if arguments.cluster == "serveur" { Lieu::Serveur } else { Lieu::Prive },
        cle: chiffre::fichier_de_cle(arguments.cle_age),
        attente: Duration::from_secs(arguments.attente),
    };
    let contexte = Contexte { suivi: Suivi::nouveau(arguments.json), arret: Arret::ecouter()? };
    let issue = drill::exercer(&config.base, &demande, &contexte).await;
    let Bilan { exercice, fichier } = issue.inspect_err(|e| {
        if arguments.json {
            let (code, phrase) = (e.code.nombre(), &e.phrase);
            dire(json!({ "resultat": "echec", "code": code, "phrase": phrase }));
        }
    })?;
    if arguments.json {
        let (resultat, fichier) = (exercice.verdict, fichier.display().to_string());
        dire(json!({ "resultat": resultat, "fichier": fichier, "exercice": exercice }));
    } else {
        raconter(&exercice);
        dire(format!("Résultat écrit dans {}.", fichier.display()));
    }
    let possible = exercice.restaurable.is_none_or(|r| r == Restaurable::Oui);
    let sans_faute = exercice.verdict == Verdict::Prouvee && possible;
    Ok(if sans_faute { Code::Fait } else { Code::Anomalie })
}

fn raconter(e: &Exercice) {
    dire_la_copie(e);
    dire_le_serveur(e);
}

fn dire_la_copie(e: &Exercice) {
    if e.verdict == Verdict::Echouee {
        dire(format!("{} : la restauration d'essai a échoué.", e.archive));
        dire_les_fautes(e);
        return;
    }
    let ou = e.postgres.as_deref().unwrap_or_default();
    dire(format!("{} : restaurée sur PostgreSQL {ou}, {} lignes.", e.archive, e.lignes));
    let d = &e.durees;
    dire(format!(
        "Dépaquetage {} · restauration {} · preuve {} · vérification {} · en tout {}",
        secondes(d.depaquetage_s),
        secondes(d.restauration_s),
        secondes(d.preuve_s),
        secondes(d.verification_s),
        secondes(d.total_s)
    ));
    for avis in &e.avis {
        dire(format!("À savoir : {avis}"));
    }
    if e.verdict == Verdict::Prouvee {
        let regles = if e.regles_verifiees { ", et toutes ses règles tiennent" } else { "" };
        dire(format!("OK  La copie est égale à la base sauvegardée{regles}."));
        return;
    }
    dire_les_fautes(e);
}

fn dire_les_fautes(e: &Exercice) {
    for faute in e.fautes() {
        dire(format!("KO  {faute}"));
    }
    let pas_sure =
        "Cette sauvegarde n'est pas sûre : faites-en une autre (delicego backup), éprouvez-la.";
    dire(e.doute.as_deref().unwrap_or(pas_sure));
}

/// What `restore` would say first.
fn dire_le_serveur(e: &Exercice) {
    dire(match e.restaurable {
        None => return,
        Some(Restaurable::Oui) => "Restaurable sur le serveur en service, avec ce compte : oui.",
        Some(Restaurable::AvecAdministrateur) => {
            "Restaurable sur le serveur en service : avec PGUSER=<administrateur>. Avec ce compte :"
        }
        Some(Restaurable::Non) => "Restaurable sur le serveur en service : non.",
    });
    e.obstacles.iter().map(ligne).for_each(dire);
}

fn secondes(duree: f64) -> String {
    format!("{duree:.1} s").replace('.', ",")
}
