//! What one connection is doing, and until when it may: a head comes within 10 s, a connection that
//! asks nothing rests for 75 s, and who does not read an answer is waited for a minute. A long answer
//! (the changes of a magasin) may last: nobody waits for it.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// From the first byte of a request to the end of its headers; TLS included for the first.
pub(super) const ENTETES: Duration = Duration::from_secs(10);
/// Between two requests.
const REPOS: Duration = Duration::from_secs(75);
/// An answer of which nothing more is taken.
const SANS_LECTEUR: Duration = Duration::from_secs(60);

/// How a connection ends once its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fin {
    /// It rested: told so, as HTTP has it.
    Fermer,
    Couper,
}

pub(super) struct Rythme(Mutex<Moment>);

struct Moment {
    /// Requests whose answer is not sent yet.
    en_cours: u32,
    /// The last answer was sent, or the head began to come.
    depuis: Instant,
    /// A head is coming.
    entete: bool,
    /// HTTP/2: bytes between requests are no head.
    melees: bool,
    corps_attendu: bool,
    sans_lecteur: Option<Instant>,
}

impl Rythme {
    /// A connection that has just come has to say what it wants.
    pub(super) fn nouveau(maintenant: Instant) -> Self {
        Self(Mutex::new(Moment {
            en_cours: 0,
            depuis: maintenant,
            entete: true,
            melees: false,
            corps_attendu: false,
            sans_lecteur: None,
        }))
    }

    fn changer<T>(&self, changer: impl FnOnce(&mut Moment) -> T) -> T {
        changer(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub(super) fn octets_recus(&self) {
        self.changer(|m| {
            if m.en_cours == 0 && !m.entete && !m.melees {
                m.entete = true;
                m.depuis = Instant::now();
            }
        });
    }

    pub(super) fn commencer(&self, melees: bool) {
        self.changer(|m| {
            m.en_cours += 1;
            m.entete = false;
            m.melees = melees;
        });
    }

    pub(super) fn finir(&self, maintenant: Instant) {
        self.changer(|m| {
            m.en_cours = m.en_cours.saturating_sub(1);
            m.corps_attendu = false;
            m.depuis = maintenant;
        });
    }

    pub(super) fn attendre_le_corps(&self, attendu: bool) {
        self.changer(|m| m.corps_attendu = attendu);
    }

    /// Did the last write find room?
    pub(super) fn ecrire(&self, place: bool) {
        self.changer(|m| {
            m.sans_lecteur = match (place, m.sans_lecteur) {
                (true, _) => None,
                (false, depuis) => depuis.or_else(|| Some(Instant::now())),
            };
        });
    }

    /// Does the server wait for the other side? Then it costs nobody's work to end it.
    pub(super) fn attend(&self) -> bool {
        self.changer(|m| m.en_cours == 0 || m.corps_attendu || m.sans_lecteur.is_some())
    }

    /// Until when, and how it ends; none while an answer is on its way.
    pub(super) fn echeance(&self) -> Option<(Instant, Fin)> {
        self.changer(|m| match (m.en_cours, m.entete, m.sans_lecteur) {
            (_, _, Some(depuis)) => Some((depuis + SANS_LECTEUR, Fin::Couper)),
            (0, true, None) => Some((m.depuis + ENTETES, Fin::Couper)),
            (0, false, None) => Some((m.depuis + REPOS, Fin::Fermer)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_ten_seconds_a_rest_seventy_five_and_an_answer_its_time() {
        let debut = Instant::now();
        let r = Rythme::nouveau(debut);
        assert_eq!(r.echeance(), Some((debut + ENTETES, Fin::Couper)));
        r.commencer(false);
        assert_eq!(r.echeance(), None);
        assert!(!r.attend());
        let plus_tard = debut + Duration::from_secs(5);
        r.finir(plus_tard);
        assert_eq!(r.echeance(), Some((plus_tard + REPOS, Fin::Fermer)));
        r.octets_recus();
        assert_eq!(r.echeance().map(|(_, fin)| fin), Some(Fin::Couper));
    }

    #[test]
    fn an_answer_that_nobody_reads_ends_and_one_that_is_read_goes_on() {
        let r = Rythme::nouveau(Instant::now());
        r.commencer(false);
        r.ecrire(false);
        assert!(r.attend() && r.echeance().is_some());
        r.ecrire(true);
        assert!(!r.attend() && r.echeance().is_none());
    }

    #[test]
    fn what_http2_says_between_requests_is_no_head() {
        let debut = Instant::now();
        let r = Rythme::nouveau(debut);
        r.commencer(true);
        r.finir(debut);
        r.octets_recus();
        assert_eq!(r.echeance(), Some((debut + REPOS, Fin::Fermer)));
    }
}
