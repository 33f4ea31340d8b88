//! Before the live database is read: a table that somebody keeps for himself is waited for, a while,
//! and who keeps it is named. Behind its lock a reading would wait without a word.

use std::time::{Duration, Instant};

use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::faits::{nommer, trop_tenue};
use super::super::sql;
use super::Suivi;
use super::plan::refus;
use crate::platform::issue::Echec;

/// One that is rewritten in passing is not worth a word.
const PASSAGE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) async fn attendre(
    (cible, base): (&Cible, &str),
    attente: Duration,
    (suivi, arret): (&Suivi, &Arret),
) -> Result<(), Echec> {
    // A database that cannot be asked is told of by whoever asks it next.
    let Ok(mut c) = cible.connecter(base, Role::Administrateur).await else { return Ok(()) };
    let (debut, mut dit) = (Instant::now(), None);
    while let Some(d) = sql::detenteurs(&mut c).await?.into_iter().next() {
        arret.verifier()?;
        if debut.elapsed() >= attente {
            return Err(refus(trop_tenue(&d, attente)));
        }
        if debut.elapsed() >= PASSAGE.min(attente / 2) && dit != Some(d.pid) {
            suivi.avertir(&format!(
                "La table « {} » est tenue par un autre : {}. Elle est attendue {} s au plus.",
                d.table,
                nommer(&d),
                attente.as_secs()
            ));
            dit = Some(d.pid);
        }
        tokio::time::sleep(PAUSE).await;
    }
    arret.verifier()
}
