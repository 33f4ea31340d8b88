//! Before a swap: nobody is there any more whom this account may not send away. Nothing is closed
//! meanwhile, and the application goes on.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;

use super::super::super::arret::Arret;
use super::super::{Suivi, echec};
use super::Genants;
use crate::platform::issue::Echec;

/// A visitor that comes and goes, as monitoring does, is not worth a word.
const PASSAGE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(200);

/// How long all waits of one swap may take together, and who is told.
pub(crate) struct Attente<'a> {
    duree: Duration,
    /// What is to come in, and that it is ready: the beginning of a sentence.
    entrante: &'static str,
    debut: Instant,
    suivi: &'a Suivi,
    arret: &'a Arret,
    /// Who was named last.
    dits: String,
}

impl<'a> Attente<'a> {
    pub(crate) fn nouvelle(
        (entrante, duree): (&'static str, Duration),
        (suivi, arret): (&'a Suivi, &'a Arret),
    ) -> Self {
        Self { duree, entrante, debut: Instant::now(), suivi, arret, dits: String::new() }
    }

    /// Waits until none of these databases holds anybody who must go by itself.
    pub(crate) async fn du_depart(
        &mut self,
        c: &mut PgConnection,
        bases: &[&str],
    ) -> Result<(), Echec> {
        let venus = Instant::now();
        while let Some((base, genants)) = les_premiers(c, bases).await? {
            self.arret.verifier()?;
            if self.debut.elapsed() >= self.duree {
                return Err(echec(genants.phrase(c, base).await?));
            }
            if venus.elapsed() >= PASSAGE.min(self.duree) {
                self.nommer(genants.attendus(base, (self.entrante, self.duree)));
            }
            if !self.dits.is_empty() {
                self.suivi.avancer(self.debut.elapsed().as_secs());
            }
            tokio::time::sleep(PAUSE).await;
        }
        if !self.dits.is_empty() {
            self.dits.clear();
            self.suivi.avertir("Plus personne ne la retient : la bascule se fait.");
        }
        self.arret.verifier()
    }

    /// Once for each company.
    fn nommer(&mut self, phrase: String) {
        if self.dits == phrase {
            return;
        }
        self.suivi.avertir(&phrase);
        self.suivi.etape("Attente de connexions", self.duree.as_secs());
        self.dits = phrase;
    }

    /// Somebody came in just as the database was being closed: once more, if there is time.
    pub(crate) fn encore(&self, phrase: String) -> Result<(), Echec> {
        if self.debut.elapsed() < self.duree { Ok(()) } else { Err(echec(phrase)) }
    }
}

async fn les_premiers<'b>(
    c: &mut PgConnection,
    bases: &[&'b str],
) -> Result<Option<(&'b str, Genants)>, Echec> {
    for base in bases {
        let genants = Genants::chercher(c, base).await?;
        if !genants.aucun() {
            return Ok(Some((base, genants)));
        }
    }
    Ok(None)
}
