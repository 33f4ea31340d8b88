//! Sessions: a token for the bearer, its SHA-256 for us.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Duration, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, NouvelleSession, SessionLue};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    Api,
    Web,
}

impl Nature {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
        }
    }

    /// A program asks for a new token now and then; a tablet should not log out mid-week.
    pub(crate) fn duree(self) -> Duration {
        match self {
            Self::Api => Duration::days(30),
            Self::Web => Duration::days(7),
        }
    }
}

/// A session to open: whose, by what, and on which tablet if by PIN.
pub(crate) struct Ouverture<'a> {
    pub utilisateur_id: Uuid,
    pub nature: Nature,
    pub agent: &'a str,
    pub tablette_id: Option<Uuid>,
}

/// What a token is long: 32 bytes in base64.
pub(crate) const LONGUEUR_JETON: usize = 43;

/// Opens a session and gives its token, which is told once and never kept.
pub(crate) async fn ouvrir(c: &mut PgConnection, o: Ouverture<'_>) -> Result<String, Erreur> {
    let (jeton, empreinte) = nouveau_jeton()?;
    let agent: String = o.agent.chars().filter(|c| !c.is_control()).take(200).collect();
    let session = NouvelleSession {
        jeton_sha256: &empreinte,
        utilisateur_id: o.utilisateur_id,
        nature: o.nature.code(),
        agent: &agent,
        expire_le: Utc::now() + o.nature.duree(),
        tablette_id: o.tablette_id,
    };
    sql::ouvrir_session(c, session).await?;
    Ok(jeton)
}

/// Whose token it is, if it is a good one.
pub(crate) async fn trouver(
    c: &mut PgConnection,
    jeton: &str,
) -> Result<Option<SessionLue>, Erreur> {
    if jeton.len() != LONGUEUR_JETON {
        return Ok(None);
    }
    sql::session(c, &empreinte(jeton)).await
}

/// A token nobody guesses, and what is kept of it.
pub(crate) fn nouveau_jeton() -> Result<(String, [u8; 32]), Erreur> {
    let mut octets = [0_u8; 32];
    getrandom::fill(&mut octets).map_err(|e| Erreur::interne(e.to_string()))?;
    let jeton = URL_SAFE_NO_PAD.encode(octets);
    let empreinte = empreinte(&jeton);
    Ok((jeton, empreinte))
}

pub(crate) fn empreinte(jeton: &str) -> [u8; 32] {
    Sha256::digest(jeton.as_bytes()).into()
}
