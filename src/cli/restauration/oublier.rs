//! `restore oublier`: a kept database goes before its time.

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::{demander, rapporter};
use crate::cli::sortie::{Code, Echec, Issue};
use crate::platform::config::BaseVisee;
use crate::platform::terminal::dire;
use crate::sauvegarde::restore::{self, Gardee};
use crate::sauvegarde::{Arret, Cible};

#[derive(Args)]
pub(super) struct Oublier {
    /// La base gardée à supprimer
    #[arg(long, value_name = "BASE")]
    base: String,
    /// Ne demande pas de confirmation
    #[arg(long)]
    oui: bool,
    /// Combien de secondes attendre la fin d'une restauration
    #[arg(long, value_name = "SECONDES", default_value_t = 60)]
    attente: u64,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn executer(visee: &BaseVisee, o: Oublier, arret: &Arret) -> Issue {
    let json = o.json;
    rapporter(oublier(visee, &o, arret).await, json, |gardee, en_json| {
        if en_json {
            dire(json!({ "resultat": "fait", "oubliee": gardee }));
        } else {
            let avec = gardee.avec_elle().map(|a| format!(" ; {a}")).unwrap_or_default();
            dire(format!("La base gardée « {} » est supprimée{avec}.", gardee.nom));
        }
        Ok(Code::Fait)
    })
}

async fn oublier(visee: &BaseVisee, o: &Oublier, arret: &Arret) -> Result<Gardee, Echec> {
    if !o.oui && !std::io::stdin().is_terminal() {
        let phrase = "sans terminal, oublier une base gardée demande --oui";
        return Err(Echec::nouveau(Code::Usage, phrase));
    }
    let confirmer = async |gardee: &Gardee| {
        if o.oui {
            return Ok(());
        }
        let annonce = format!(
            "La base « {} », {}, va être supprimée pour de bon{}.",
            gardee.nom,
            gardee.origine(),
            gardee.avec_elle().map(|a| format!(" ; {a}")).unwrap_or_default()
        );
        arret.ou_interrompu(demander(&gardee.nom, &annonce)).await
    };
    let cible = Cible::ouvrir(visee).await?;
    restore::oublier(cible, &o.base, (Duration::from_secs(o.attente), arret), confirmer).await
}
