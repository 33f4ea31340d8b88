//! Passwords: argon2id, off the async threads, at most two at a time (19 MiB each).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

static PLACES: Semaphore = Semaphore::const_new(2);

pub(crate) const LONGUEUR_MIN: usize = 8;
pub(crate) const LONGUEUR_MAX: usize = 1024;

pub(crate) async fn hacher(mot_de_passe: &str) -> Result<String, Erreur> {
    let longueur = mot_de_passe.chars().count();
    if !(LONGUEUR_MIN..=LONGUEUR_MAX).contains(&longueur) {
        let message = format!("doit avoir de {LONGUEUR_MIN} à {LONGUEUR_MAX} caractères");
        return Err(ErreurCritiqueMetier::champ("mot_de_passe", message).into());
    }
    hacher_tel_quel(mot_de_passe).await
}

/// The same for a secret whose form was judged already.
pub(crate) async fn hacher_tel_quel(secret: &str) -> Result<String, Erreur> {
    let clair = secret.to_owned();
    hors_du_fil(move || Argon2::default().hash_password(clair.as_bytes()).map(|h| h.to_string()))
        .await?
        .map_err(|e| Erreur::interne(e.to_string()))
}

/// Takes the same time whether the person exists (`hache` is some) or not.
pub(crate) async fn verifier(mot_de_passe: &str, hache: Option<String>) -> Result<bool, Erreur> {
    if mot_de_passe.len() > LONGUEUR_MAX * 4 {
        return Ok(false);
    }
    let clair = mot_de_passe.to_owned();
    hors_du_fil(move || {
        let connu = hache.is_some();
        let hache = hache.unwrap_or_else(|| PERSONNE.to_owned());
        let bon = PasswordHash::new(&hache)
            .is_ok_and(|h| Argon2::default().verify_password(clair.as_bytes(), &h).is_ok());
        connu && bon
    })
    .await
}

/// A well-formed hash that no password is known for.
const PERSONNE: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2VsIGRlIHBlcnNvbm5l$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn hors_du_fil<T: Send + 'static>(
    travail: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Erreur> {
    let _place = PLACES.acquire().await.map_err(Erreur::interne)?;
    tokio::task::spawn_blocking(travail).await.map_err(Erreur::interne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_another_is_not() {
        let hache = hacher("gratin dauphinois").await.unwrap();
        assert!(hache.starts_with("$argon2id$"));
        assert!(verifier("gratin dauphinois", Some(hache.clone())).await.unwrap());
        assert!(!verifier("gratin", Some(hache)).await.unwrap());
        assert!(PasswordHash::new(PERSONNE).is_ok());
        assert!(!verifier("gratin", None).await.unwrap());
    }
}
