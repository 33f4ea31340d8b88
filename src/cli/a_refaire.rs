//! What a restore leaves to an administrator: told before any work, and with the commands after it.

use serde_json::json;

use crate::platform::terminal::dire;
use crate::sauvegarde::restore::{Jugement, Obstacle, ligne};

pub(crate) fn annoncer(jugement: &Jugement, en_json: bool) {
    let a_refaire = jugement.prevus();
    let roles_absents = jugement.roles_absents();
    let a_la_fin = &jugement.a_la_fin;
    if a_refaire.is_empty() && roles_absents.is_empty() && a_la_fin.is_empty() {
        return;
    }
    if en_json {
        dire(json!({
            "etape": "jugement",
            "a_refaire": a_refaire,
            "roles_absents": roles_absents,
            "non_connu": a_la_fin,
        }));
        return;
    }
    jugement.phrases().into_iter().for_each(dire);
}

/// `sans_lignes`: tables whose rows are not there.
pub(crate) fn dire_ce_qui_reste(a_refaire: &[Obstacle], (base, sans_lignes): (&str, &[String])) {
    if a_refaire.is_empty() {
        return;
    }
    let lignes = match sans_lignes {
        [] => "aucune ligne ne manque".to_owned(),
        tables => format!("il manque les lignes de {}", tables.join(", ")),
    };
    dire(format!("À refaire par un administrateur, connecté à la base « {base} » ({lignes}) :"));
    a_refaire.iter().map(ligne).for_each(dire);
}
