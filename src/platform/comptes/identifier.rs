//! Before every handler: who is it, and may they?

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::sessions::Nature;
use super::{Personne, droits, portee, sessions, sql, tablettes};
use crate::platform::db::Base;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Etat;
use crate::platform::http::pages::ErreurPage;
use crate::platform::portes::Passage;

pub(crate) const COOKIE: &str = "delicego_session";

enum Jeton<'a> {
    /// A program's.
    Porteur(&'a str),
    /// A browser's.
    Cookie(&'a str),
}

/// Routes of the API: 401 without a session, 403 without the right.
pub(crate) async fn exiger_api(
    State(etat): State<Etat>,
    requete: Request,
    suite: Next,
) -> Result<Response, Erreur> {
    let (mut parts, corps) = requete.into_parts();
    let travail = async {
        let personne = identifier(&etat, &parts).await?;
        autoriser(&personne, &parts)?;
        portee::verifier(&personne, &parts)?;
        parts.extensions.insert(personne);
        Ok(suite.run(Request::from_parts(parts, corps)).await)
    };
    etat.base.ou_absente(travail).await
}

/// Figures for a monitor: its own token, or an administrator's. The first needs no database.
pub(crate) async fn exiger_metriques(
    etat: State<Etat>,
    requete: Request,
    suite: Next,
) -> Result<Response, Erreur> {
    let montre = match jeton(requete.headers()) {
        Some(Jeton::Porteur(jeton)) => Some(jeton),
        _ => None,
    };
    match (montre, &etat.config.metrics_token) {
        (Some(montre), Some(attendu)) if egaux(montre.as_bytes(), attendu.as_bytes()) => {
            Ok(suite.run(requete).await)
        }
        _ => exiger_api(etat, requete, suite).await,
    }
}

/// Pages: to `/connexion` without a session, and back afterwards.
pub(crate) async fn exiger_page(
    State(etat): State<Etat>,
    requete: Request,
    suite: Next,
) -> Result<Response, ErreurPage> {
    let (mut parts, corps) = requete.into_parts();
    match etat.base.ou_absente(identifier(&etat, &parts)).await {
        Ok(personne) => {
            autoriser(&personne, &parts)?;
            if let Some(la_sienne) = portee::verifier_page(&personne, &parts)? {
                return Ok(Redirect::to(&la_sienne).into_response());
            }
            parts.extensions.insert(personne);
            let page = async { Ok(suite.run(Request::from_parts(parts, corps)).await) };
            etat.base.ou_absente(page).await
        }
        Err(Erreur::Refus(_)) => {
            let voulue = parts.uri.path_and_query().map_or("/", |p| p.as_str());
            let suite: String = form_urlencoded::byte_serialize(voulue.as_bytes()).collect();
            // On a tablet people enter by PIN.
            let tablette = tablettes::jeton(&parts.headers).is_some();
            let entree = if tablette { "/tablette" } else { "/connexion" };
            Ok(Redirect::to(&format!("{entree}?suite={suite}")).into_response())
        }
        Err(autre) => Err(autre.into()),
    }
}

async fn identifier(etat: &Etat, parts: &Parts) -> Result<Personne, Erreur> {
    let (jeton, nature) = match jeton(&parts.headers).ok_or_else(non_connecte)? {
        Jeton::Porteur(jeton) => {
            verifier_cle_interne(etat, parts)?;
            (jeton, Nature::Api)
        }
        Jeton::Cookie(jeton) => (jeton, Nature::Web),
    };
    let qui = personne(&etat.base, jeton, nature).await?.ok_or_else(non_connecte)?;
    if let Some(passage) = parts.extensions.get::<Passage>() {
        passage.reconnaitre();
    }
    Ok(qui)
}

/// Whose token it is. A program's is no cookie: that would go round the internal key.
pub(crate) async fn personne(
    base: &Base,
    jeton: &str,
    nature: Nature,
) -> Result<Option<Personne>, Erreur> {
    let mut c = base.tenir().await?;
    let lue = sessions::trouver(&mut c, jeton).await?;
    let lue = lue.filter(|lue| lue.nature == nature.code());
    if let Some(lue) = lue.as_ref().filter(|lue| lue.a_noter) {
        sql::noter_session(&mut c, lue.personne.session_id).await?;
    }
    c.rendre();
    Ok(lue.map(|lue| lue.personne))
}

/// Hashed first: the comparison then takes the same time whatever the lengths.
fn egaux(montre: &[u8], attendu: &[u8]) -> bool {
    Sha256::digest(montre).ct_eq(&Sha256::digest(attendu)).into()
}

fn autoriser(personne: &Personne, parts: &Parts) -> Result<(), ErreurCritiqueMetier> {
    if droits::autorise(personne.role, &parts.method, parts.uri.path()) {
        return Ok(());
    }
    Err(ErreurCritiqueMetier::interdit(
        "role_insuffisant",
        "Votre rôle ne permet pas cette action : demandez à un administrateur.",
    ))
}

fn non_connecte() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::non_authentifie("non_connecte", "Connectez-vous pour continuer.")
}

fn jeton(entetes: &HeaderMap) -> Option<Jeton<'_>> {
    if let Some(autorisation) = entetes.get(header::AUTHORIZATION) {
        let (nature, jeton) = autorisation.to_str().ok()?.split_once(' ')?;
        return nature.eq_ignore_ascii_case("bearer").then(|| Jeton::Porteur(jeton.trim()));
    }
    cookie(entetes).map(Jeton::Cookie)
}

/// The session's cookie.
pub(crate) fn cookie(entetes: &HeaderMap) -> Option<&str> {
    cookie_nomme(entetes, COOKIE)
}

pub(crate) fn cookie_nomme<'a>(entetes: &'a HeaderMap, nom: &str) -> Option<&'a str> {
    entetes
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|c| c.trim().strip_prefix(nom)?.strip_prefix('='))
}

/// Where the server is configured with a key, programs must show it on the internal routes.
fn verifier_cle_interne(etat: &Etat, parts: &Parts) -> Result<(), ErreurCritiqueMetier> {
    let Some(cle) = &etat.config.cle_interne else { return Ok(()) };
    if !parts.uri.path().starts_with("/api/interne/") {
        return Ok(());
    }
    let montree = parts.headers.get("x-cle-interne").map_or(&b""[..], |v| v.as_bytes());
    if egaux(montree, cle.as_bytes()) {
        return Ok(());
    }
    Err(ErreurCritiqueMetier::non_authentifie(
        "cle_interne_invalide",
        "L'en-tête X-CLE-INTERNE est absent ou faux.",
    ))
}
