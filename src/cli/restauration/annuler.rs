//! `restore annuler`: loses nothing that is not kept, and tells what is no longer in service.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::{demander, dire_le_bilan, rapporter, vers};
use crate::cli::sortie::{Code, Echec, Issue};
use crate::platform::config::Configuration;
use crate::platform::heure;
use crate::platform::terminal::dire;
use crate::sauvegarde::restore::{self, Annulation, Attentes, OuLaListe, Perdu, Suivi};
use crate::sauvegarde::{Arret, Cible};

#[derive(Args)]
pub(super) struct Annuler {
    /// La base à remettre, ou une base gardée (delicego sauvegardes les nomme) à remettre à sa
    /// place ; sans cette option, celle du programme, telle qu'avant le dernier échange
    #[arg(long, value_name = "BASE")]
    base: Option<String>,
    /// Ne demande pas de confirmation
    #[arg(long)]
    oui: bool,
    /// Où écrire la liste de ce qui est perdu (sinon là d'où venait la restauration, sinon avec les
    /// sauvegardes)
    #[arg(long, value_name = "DOSSIER")]
    pertes: Option<PathBuf>,
    /// Dossier des sauvegardes (sinon DELICEGO_SAUVEGARDES, sinon ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Combien de secondes attendre la fin d'une autre restauration
    #[arg(long, value_name = "SECONDES", default_value_t = 60)]
    attente: u64,
    /// Combien de secondes attendre une table qu'un autre garde pour lui
    #[arg(long, value_name = "SECONDES", default_value_t = super::ATTENTE_TABLE)]
    attente_table: u64,
    /// Combien de secondes attendre une connexion que ce compte ne peut pas fermer
    #[arg(long, value_name = "SECONDES", default_value_t = super::PATIENCE)]
    patience: u64,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn executer(config: &Configuration, a: Annuler, arret: &Arret) -> Issue {
    let json = a.json;
    rapporter(annuler(config, a, arret).await, json, dire_annulation)
}

async fn annuler(config: &Configuration, a: Annuler, arret: &Arret) -> Result<Annulation, Echec> {
    let cible = Cible::ouvrir(&config.base).await?;
    let (base, nommee) = match a.base {
        Some(nom) => restore::a_remettre(&cible, nom).await.map(|(base, la)| (Some(base), la))?,
        None => (None, None),
    };
    let cible = vers(cible, base.as_deref());
    let sauvegardes = config.sauvegardes.dossier.clone();
    let pertes = OuLaListe { nomme: a.pertes.or(a.output_dir), sauvegardes };
    let confirmer = async |perdu: &Perdu| {
        if a.json {
            dire(json!({ "etape": "annonce", "perdu": perdu }));
        } else {
            perdu.annonce().into_iter().for_each(dire);
        }
        if a.oui || !std::io::stdin().is_terminal() {
            return Ok(());
        }
        let annonce = format!(
            "La base « {} » va redevenir celle qui a été remplacée le {}.",
            perdu.base,
            heure::seconde(perdu.sauvegarde_du)
        );
        arret.ou_interrompu(demander(&perdu.base, &annonce)).await
    };
    let attentes = Attentes {
        verrou: Duration::from_secs(a.attente),
        depart: Duration::from_secs(a.patience),
        table: Duration::from_secs(a.attente_table),
    };
    let suivi = Suivi::nouveau(a.json);
    restore::annuler((&cible, nommee.as_deref()), (&attentes, pertes), (&suivi, arret), confirmer)
        .await
}

fn dire_annulation(a: &Annulation, en_json: bool) -> Issue {
    if en_json {
        dire(json!({ "resultat": "fait", "annulation": a }));
        return Ok(Code::Fait);
    }
    dire(format!("La base « {} » est de nouveau {}.", a.base, a.retour()));
    dire_le_bilan(&a.bilan);
    if let Some(gardee) = &a.gardee {
        let remettre = match a.nommee {
            true => format!("pour la remettre : delicego restore annuler --base {gardee}"),
            false => "la même commande la remet".to_owned(),
        };
        dire(format!(
            "Celle qui la remplaçait est gardée jusqu'au {} ({gardee}) ; {remettre}.",
            heure::minute(a.jusqu_au)
        ));
    }
    Ok(Code::Fait)
}
