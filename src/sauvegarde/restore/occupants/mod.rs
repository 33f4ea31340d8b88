//! Who is connected to a database that is to change its name, and can this account send them away?
//!
//! 1. Asked before any work: who cannot be sent away is a refusal.
//! 2. Whoever of them comes during the work is named at the swap and waited for, for so long
//!    (`Attente`): what was restored and proved is not thrown away for a visitor.
//! 3. Ended one by one: one refusal of PostgreSQL stops none of the others.
//! 4. A prepared transaction keeps its database as a session does, and nobody sits behind it.

mod attente;
mod sql;

use std::fmt;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;

pub(crate) use self::attente::Attente;
use self::sql::{Preparee, Session};
use crate::platform::issue::{Code, Echec};

const REGARD: Duration = Duration::from_millis(2);

/// Refused (5) when somebody is there whom this account may not send away.
pub(crate) async fn juger(c: &mut PgConnection, base: &str) -> Result<(), Echec> {
    match restants(c, base).await? {
        None => Ok(()),
        Some(phrase) => Err(Echec::nouveau(Code::RefuseAvant, phrase)),
    }
}

/// Who is there and cannot be sent away, as a sentence.
pub(crate) async fn restants(c: &mut PgConnection, base: &str) -> Result<Option<String>, Echec> {
    let genants = Genants::chercher(c, base).await?;
    if genants.aucun() { Ok(None) } else { genants.phrase(c, base).await.map(Some) }
}

/// Who holds a database at this moment against this account: a restore in its place would be
/// refused as long as they are there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Retenue {
    pub phrase: String,
    pub connexions: Vec<Session>,
    pub transactions_preparees: Vec<Preparee>,
}

/// Asked by the drill, whose verdict is not of this moment alone.
pub(crate) async fn retenue(c: &mut PgConnection, base: &str) -> Result<Option<Retenue>, Echec> {
    let genants = Genants::chercher(c, base).await?;
    if genants.aucun() {
        return Ok(None);
    }
    let phrase = genants.phrase(c, base).await?;
    let Genants { sessions: connexions, preparees: transactions_preparees } = genants;
    Ok(Some(Retenue { phrase, connexions, transactions_preparees }))
}

/// Sends everybody away from a database that lets nobody in, and waits until they have gone. Who
/// stays and cannot be sent away, as a sentence.
pub(crate) async fn vider(
    c: &mut PgConnection,
    base: &str,
    patience: Duration,
) -> Result<Option<String>, Echec> {
    let limite = Instant::now() + patience;
    loop {
        let sessions = sql::sessions(c, base).await?;
        for session in sessions.iter().filter(|s| s.congediable) {
            sql::congedier(c, session.pid).await?;
        }
        let genants = Genants::parmi(&sessions, sql::preparees(c, base).await?);
        if sessions.is_empty() && genants.aucun() {
            return Ok(None);
        }
        if Instant::now() > limite {
            return match genants.aucun() {
                true => Err(super::echec(ne_part_pas(base, &sessions))),
                false => Ok(Some(genants.phrase(c, base).await?)),
            };
        }
        tokio::time::sleep(REGARD).await;
    }
}

fn ne_part_pas(base: &str, sessions: &[Session]) -> String {
    let un = sessions.first().map(|s| s.pid).unwrap_or_default();
    format!(
        "Une connexion à « {base} » n'obéit pas à l'ordre de finir : {}. Ce processus de PostgreSQL est \
         arrêté, ou attend un disque qui ne répond pas. Sur la machine du serveur, regardez son état \
         (ps -o stat= -p {un}) : « T », il est arrêté, et kill -CONT {un} le laisse finir ; « D », il \
         attend un disque ; si rien n'y fait, redémarrez PostgreSQL. Puis recommencez : rien n'a été \
         changé.",
        en_liste(sessions)
    )
}

/// What this account cannot move.
struct Genants {
    sessions: Vec<Session>,
    preparees: Vec<Preparee>,
}

impl Genants {
    async fn chercher(c: &mut PgConnection, base: &str) -> Result<Self, Echec> {
        let sessions = sql::sessions(c, base).await?;
        Ok(Self::parmi(&sessions, sql::preparees(c, base).await?))
    }

    fn parmi(sessions: &[Session], preparees: Vec<Preparee>) -> Self {
        let sessions = sessions.iter().filter(|s| !s.congediable).cloned().collect();
        Self { sessions, preparees }
    }

    fn aucun(&self) -> bool {
        self.sessions.is_empty() && self.preparees.is_empty()
    }

    async fn phrase(&self, c: &mut PgConnection, base: &str) -> Result<String, Echec> {
        let mut phrases = Vec::new();
        if !self.sessions.is_empty() {
            phrases.push(self.des_sessions(base, &sql::manquants(c).await?));
        }
        if !self.preparees.is_empty() {
            phrases.push(self.des_preparees(base));
        }
        Ok(phrases.join(" "))
    }

    fn des_sessions(&self, base: &str, (moi, manquants): &(String, Vec<String>)) -> String {
        let mut phrase = format!(
            "Le compte « {moi} » ne peut pas fermer ces connexions à « {base} », et tant qu'elles \
             sont là la base ne peut pas être remplacée : {}. Arrêtez ces programmes",
            en_liste(&self.sessions)
        );
        if self.sessions.iter().any(|s| !s.superutilisateur) && !manquants.is_empty() {
            phrase.push_str(&format!(
                ", ou donnez une fois ce qui manque, avec le compte qui administre PostgreSQL : \
                 psql -c 'grant {} to \"{moi}\"'",
                manquants.join(", ")
            ));
        }
        if self.sessions.iter().any(|s| s.superutilisateur) {
            phrase.push_str(
                ", ou restaurez avec le compte qui administre PostgreSQL (PGUSER=…) : la connexion \
                 d'un superutilisateur ne se ferme que par un autre",
            );
        }
        phrase.push('.');
        phrase
    }

    /// Of those who are waited for: who, until when, and what somebody else could do.
    fn attendus(&self, base: &str, (entrante, duree): (&str, Duration)) -> String {
        let mut phrases = vec![format!(
            "{entrante}, mais elle ne peut pas prendre la place de « {base} » \
             tant que ce compte ne peut pas en fermer ce qui suit. Elle attend, {} au plus, et \
             continuera d'elle-même.",
            en_minutes(duree)
        )];
        if !self.sessions.is_empty() {
            let ordres = self.sessions.iter().map(|s| format!("pg_terminate_backend({})", s.pid));
            phrases.push(format!(
                "Arrêtez ces programmes : {}. Ou, avec le compte qui administre PostgreSQL : psql -c \
                 'select {}'.",
                en_liste(&self.sessions),
                ordres.collect::<Vec<_>>().join(", ")
            ));
        }
        if !self.preparees.is_empty() {
            phrases.push(self.des_preparees(base));
        }
        phrases.join(" ")
    }

    fn des_preparees(&self, base: &str) -> String {
        let une = |p: &Preparee| format!("« {} » (rôle {})", p.nom, p.role);
        let liste: Vec<String> = self.preparees.iter().map(une).collect();
        format!(
            "Une transaction préparée tient la base « {base} » : {}. Finissez-la, dans cette base, \
             par commit prepared ou rollback prepared.",
            liste.join(", ")
        )
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "processus {}, rôle {}", self.pid, self.role)?;
        if !self.programme.is_empty() {
            write!(f, ", programme {}", self.programme)?;
        }
        if self.superutilisateur { f.write_str(", superutilisateur") } else { Ok(()) }
    }
}

fn en_minutes(duree: Duration) -> String {
    match duree.as_secs() {
        s if s >= 120 => format!("{} minutes", s / 60),
        s => format!("{s} s"),
    }
}

fn en_liste(sessions: &[Session]) -> String {
    let sessions: Vec<String> = sessions.iter().map(ToString::to_string).collect();
    sessions.join(" ; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(role: &str, superutilisateur: bool) -> Session {
        let (role, programme) = (role.to_owned(), "psql".to_owned());
        Session { pid: 7, role, programme, superutilisateur, congediable: false }
    }

    #[test]
    fn who_is_in_the_way_is_named_with_what_would_help() {
        let moi = ("caisse".to_owned(), vec!["pg_signal_backend".to_owned()]);
        let preparees = vec![Preparee { nom: "g".to_owned(), role: "x".to_owned() }];
        let genants = Genants {
            sessions: vec![session("autre", false), session("postgres", true)],
            preparees,
        };
        let phrase = genants.des_sessions("d", &moi);
        assert!(
            phrase.contains("processus 7, rôle autre, programme psql ; processus 7"),
            "{phrase}"
        );
        assert!(phrase.contains("grant pg_signal_backend to \"caisse\""), "{phrase}");
        assert!(phrase.contains("PGUSER="), "{phrase}");
        assert!(genants.des_preparees("d").contains("« g » (rôle x)"));
        let seul = Genants { sessions: vec![session("postgres", true)], preparees: Vec::new() };
        assert!(!seul.des_sessions("d", &moi).contains("grant"));
    }
}
