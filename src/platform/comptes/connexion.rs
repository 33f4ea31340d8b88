//! Logging in: rate limited by address, locked out by e-mail, the same answer for a wrong password
//! and an unknown person.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde_json::json;
use uuid::Uuid;

use super::sessions::{self, Nature, Ouverture};
use super::{mots_de_passe, sql};
use crate::platform::db::Base;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// Tries an address may make at once, and a minute after that.
const RAFALE: NonZeroU32 = NonZeroU32::new(60).unwrap();
const PAR_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();

pub(crate) struct Comptes {
    limite: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Comptes {
    fn default() -> Self {
        let quota = Quota::per_minute(PAR_MINUTE).allow_burst(RAFALE);
        Self { limite: RateLimiter::keyed(quota) }
    }
}

pub(crate) struct Demande {
    pub email: String,
    pub mot_de_passe: String,
    pub adresse: IpAddr,
    pub agent: String,
    pub nature: Nature,
}

impl Comptes {
    /// The token of a new session.
    pub(crate) async fn connecter(&self, base: &Base, d: Demande) -> Result<String, Erreur> {
        self.limiter(d.adresse)?;
        base.ou_absente(verifier(base, d)).await
    }

    /// Not too many tries from one address.
    pub(crate) fn limiter(&self, adresse: IpAddr) -> Result<(), ErreurCritiqueMetier> {
        if self.limite.len() > 10_000 {
            self.limite.retain_recent();
        }
        self.limite.check_key(&adresse).map_err(|refus| {
            let secondes = refus.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            attendre(
                "trop_de_tentatives",
                format!("Trop de tentatives de connexion. Réessayez dans {secondes} s."),
                secondes,
            )
        })
    }
}

async fn verifier(base: &Base, d: Demande) -> Result<String, Erreur> {
    let Some(id) = reconnaitre(base, &d.email, &d.mot_de_passe).await? else {
        tracing::warn!(event = "connexion_refusee");
        return Err(identifiants_faux().into());
    };
    let mut c = base.lire().await?;
    let ouverture =
        Ouverture { utilisateur_id: id, nature: d.nature, agent: &d.agent, tablette_id: None };
    let jeton = sessions::ouvrir(&mut c, ouverture).await?;
    tracing::info!(event = "connexion", utilisateur_id = %id);
    Ok(jeton)
}

/// Is it this person's password? Wrong ones count as they do at the door.
pub(crate) async fn verifier_mot_de_passe(
    base: &Base,
    email: &str,
    mot_de_passe: &str,
) -> Result<bool, Erreur> {
    Ok(base.ou_absente(reconnaitre(base, email, mot_de_passe)).await?.is_some())
}

/// Whose e-mail and password these are.
async fn reconnaitre(base: &Base, email: &str, mot_de_passe: &str) -> Result<Option<Uuid>, Erreur> {
    let email = email.trim().to_lowercase();
    let mut c = base.lire().await?;
    if !sql::compter_tentative(&mut c, &email).await? {
        let secondes = sql::attente(&mut c, &email).await?;
        tracing::warn!(event = "connexion_bloquee", secondes);
        return Err(attendre_encore("compte_bloque", "mots de passe incorrects", secondes).into());
    }
    let connu = sql::identifiants(&mut c, &email).await?.filter(|u| u.actif);
    let id = connu.as_ref().map(|u| u.id);
    // The hash takes its time: meanwhile the connection serves others.
    drop(c);
    let bon = mots_de_passe::verifier(mot_de_passe, connu.map(|u| u.mot_de_passe)).await?;
    let (true, Some(id)) = (bon, id) else { return Ok(None) };
    let mut c = base.lire().await?;
    sql::oublier_tentatives(&mut c, &email).await?;
    Ok(Some(id))
}

fn identifiants_faux() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::non_authentifie(
        "identifiants_invalides",
        "Adresse e-mail ou mot de passe incorrect.",
    )
}

/// Too many wrong ones in a row: how long still.
pub(crate) fn attendre_encore(
    code: &'static str,
    quoi: &str,
    secondes: i64,
) -> ErreurCritiqueMetier {
    let duree = if secondes < 120 {
        format!("{secondes} s")
    } else {
        format!("{} min", secondes.div_euclid(60) + 1)
    };
    attendre(code, format!("Trop de {quoi}. Réessayez dans {duree}."), secondes.unsigned_abs())
}

fn attendre(code: &'static str, detail: String, secondes: u64) -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::nouveau(429, code, "Trop de tentatives", detail)
        .avec("attente_s", json!(secondes))
}
