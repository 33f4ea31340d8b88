//! What restores keep on the server, beside the backups of a folder.

use serde_json::{Value, json};

use crate::platform::config::{BaseVisee, Configuration};
use crate::platform::heure;
use crate::platform::issue::Echec;
use crate::platform::terminal::dire;
use crate::sauvegarde::restore::{self, Gardee};
use crate::sauvegarde::{Cible, disque};

/// An embedded server that was never made keeps nothing, and none is made to say so.
pub(super) async fn lire(config: &Configuration) -> Result<Vec<Gardee>, Echec> {
    if let BaseVisee::Embarquee(dossier) = &config.base
        && !dossier.join("pgdata").is_dir()
    {
        return Ok(Vec::new());
    }
    let cible = Cible::ouvrir(&config.base).await?;
    restore::gardees(&mut cible.administrer().await?).await
}

pub(super) fn en_json(gardees: &Result<Vec<Gardee>, Echec>) -> Value {
    match gardees {
        Ok(gardees) => json!(gardees),
        Err(_) => Value::Null,
    }
}

pub(super) fn afficher(gardees: &Result<Vec<Gardee>, Echec>) {
    match gardees {
        Ok(gardees) if gardees.is_empty() => {}
        Ok(gardees) => {
            dire("\nBases gardées par les restaurations :");
            gardees.iter().map(ligne).for_each(dire);
            dire(
                "    pour en supprimer une avant son terme : delicego restore oublier --base BASE",
            );
        }
        Err(e) => {
            dire(format!("\nBases gardées par les restaurations : inconnues. {}", e.phrase));
        }
    }
}

fn ligne(g: &Gardee) -> String {
    let taille = g.octets.map_or_else(|| "taille inconnue".to_owned(), disque::taille);
    let terme = match g.jusqu_au {
        Some(fin) => format!("gardée jusqu'au {}", heure::minute(fin)),
        None => "terme inconnu, elle ne partira pas d'elle-même".to_owned(),
    };
    format!("{} · {} · {taille} · {terme}", g.nom, g.origine())
}
