//! Passwords: argon2id, off the async threads, at most two at a time (19 MiB each), of which nothing is
//! kept afterwards.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
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
    let mut sel = [0; Salt::RECOMMENDED_LENGTH];
    getrandom::fill(&mut sel).map_err(|e| Erreur::interne(e.to_string()))?;
    hors_du_fil(move || saler(clair.as_bytes(), &sel).map_err(|e| Erreur::interne(e.to_string())))
        .await?
}

fn saler(clair: &[u8], sel: &[u8]) -> argon2::password_hash::Result<String> {
    let argon2 = Argon2::default();
    let mut rendu = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2.hash_password_into_with_memory(clair, sel, &mut rendu, memoire(argon2.params()))?;
    let hache = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(Salt::new(sel)?),
        hash: Some(Output::new(&rendu)?),
    };
    Ok(hache.to_string())
}

/// None: no hash of ours.
fn concorde(clair: &[u8], hache: &str) -> Option<bool> {
    let hache = PasswordHash::new(hache).ok()?;
    let (sel, attendu) = (hache.salt.as_ref()?, hache.hash.as_ref()?);
    let algorithme = Algorithm::try_from(hache.algorithm.as_str()).ok()?;
    let version = hache.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithme, version, Params::try_from(&hache).ok()?);
    let mut place = [0; Output::MAX_LENGTH];
    let rendu = place.get_mut(..attendu.len())?;
    let blocs = memoire(argon2.params());
    argon2.hash_password_into_with_memory(clair, sel.as_ref(), rendu, blocs).ok()?;
    Some(rendu.ct_eq(attendu.as_ref()).into())
}

/// 33 MiB asked for, of which what is not touched costs nothing: allocators keep blocks of up to
/// 32 MiB for the next of that size, each thread its own; a larger one goes back to the system.
const RENDUE_AUSSITOT: usize = 33 * 1024;

fn memoire(params: &Params) -> Vec<Block> {
    let blocs = params.block_count();
    let mut memoire = Vec::with_capacity(blocs.max(RENDUE_AUSSITOT));
    memoire.resize(blocs, Block::new());
    memoire
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
        let bon = concorde(clair.as_bytes(), &hache).unwrap_or(false);
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
