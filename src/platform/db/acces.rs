//! Is a connection to be had? If not, the cause in one sentence, the same for every command.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;

use super::causes::{self, Ou};
use crate::platform::libpq::Parametres;

const DELAI: Duration = Duration::from_secs(10);

/// None: it lets us in.
pub(crate) async fn refus(options: &PgConnectOptions) -> Option<String> {
    let lus = Parametres::lire().ok().flatten();
    let ou = Ou::de(options, lus.as_ref().is_none_or(Parametres::donne_un_mot_de_passe));
    let phrase = match tokio::time::timeout(DELAI, options.connect()).await {
        Ok(Ok(connexion)) => {
            let _partie = connexion.close().await;
            return None;
        }
        Ok(Err(erreur)) => {
            tracing::debug!(err = %erreur, "connexion refusée");
            causes::d_une_connexion(&erreur, &ou)
        }
        Err(_) => causes::sans_reponse(&ou),
    };
    let plusieurs = lus.and_then(|l| l.hotes().ok()).is_some_and(|h| h.len() > 1);
    Some(match plusieurs {
        true => format!("{phrase} De tous ceux que nomme PGHOST, seul le premier est essayé ici."),
        false => phrase,
    })
}
