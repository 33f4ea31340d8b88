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
pub enum Nature {
    Api,
    Web,
}

impl Nature {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
        }
    }

    /// A program asks for a new token now and then; a tablet should not log out mid-week.
    pub fn duree(self) -> Duration {
        match self {
            Self::Api => Duration::days(30),
            Self::Web => Duration::days(7),
        }
    }
}

/// Opens a session and gives its token, which is told once and never kept.
pub async fn ouvrir(
    c: &mut PgConnection,
    utilisateur_id: Uuid,
    nature: Nature,
    agent: &str,
) -> Result<String, Erreur> {
    let mut octets = [0_u8; 32];
    getrandom::fill(&mut octets).map_err(|e| Erreur::interne(e.to_string()))?;
    let jeton = URL_SAFE_NO_PAD.encode(octets);
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    let session = NouvelleSession {
        jeton_sha256: &empreinte(&jeton),
        utilisateur_id,
        nature: nature.code(),
        agent: &agent,
        expire_le: Utc::now() + nature.duree(),
    };
    sql::ouvrir_session(c, session).await?;
    Ok(jeton)
}

/// Whose token it is, if it is a good one.
pub async fn trouver(c: &mut PgConnection, jeton: &str) -> Result<Option<SessionLue>, Erreur> {
    if jeton.len() != 43 {
        return Ok(None);
    }
    sql::session(c, &empreinte(jeton)).await
}

fn empreinte(jeton: &str) -> [u8; 32] {
    Sha256::digest(jeton.as_bytes()).into()
}
