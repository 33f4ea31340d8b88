//! The login page, and the way out.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::connexion::Demande;
use super::identifier::{COOKIE, cookie, personne};
use super::origine::Origine;
use super::sessions::Nature;
use super::{sql, tablettes};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Etat, Lecteur, menu};

#[derive(Template)]
#[template(path = "platform/comptes/modeles/connexion.html")]
struct PageConnexion {
    page: Page,
    information: String,
    erreur: String,
    verrouille: bool,
    email: String,
    suite: String,
}

#[derive(Deserialize)]
pub(crate) struct Arrivee {
    #[serde(default)]
    suite: String,
    /// On a tablet, where people enter by PIN, an admin asks for the password.
    #[serde(default)]
    mot_de_passe: String,
}

/// The form; where to go afterwards is only a wish, passed over when it cannot be read.
pub(crate) async fn connexion(
    entetes: HeaderMap,
    arrivee: Result<Query<Arrivee>, QueryRejection>,
) -> Response {
    let (suite, demande) = arrivee
        .map_or_else(|_| (String::new(), String::new()), |Query(a)| (a.suite, a.mot_de_passe));
    if demande.is_empty() && tablettes::jeton(&entetes).is_some() {
        let suite: String = form_urlencoded::byte_serialize(suite.as_bytes()).collect();
        return Redirect::to(&format!("/tablette?suite={suite}")).into_response();
    }
    pages::page(&modele(chez_nous(&suite), String::new()))
}

fn modele(suite: String, email: String) -> PageConnexion {
    PageConnexion {
        page: Page::nouvelle("Connexion", "connexion"),
        information: String::new(),
        erreur: String::new(),
        verrouille: false,
        email,
        suite,
    }
}

#[derive(Deserialize)]
pub(crate) struct Saisie {
    email: String,
    mot_de_passe: String,
    #[serde(default)]
    suite: String,
}

impl Saisie {
    fn lire(&self) -> Result<(String, String), ErreurCritiqueMetier> {
        let corps = json!({"email": self.email, "mot_de_passe": self.mot_de_passe});
        let l = Lecteur::nouveau(&corps);
        let lus = lire_identifiants(&l);
        l.terminer(lus)
    }
}

/// The two that a page and a program send.
pub(super) fn lire_identifiants(l: &Lecteur<'_>) -> (String, String) {
    (l.texte("email", 254), l.mot_de_passe("mot_de_passe"))
}

pub(crate) async fn se_connecter(
    State(etat): State<Etat>,
    origine: Origine,
    entetes: HeaderMap,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let entree = async {
        let (email, mot_de_passe) = s.lire()?;
        let Origine { adresse, agent } = origine;
        let demande = Demande { email, mot_de_passe, adresse, agent, nature: Nature::Web };
        etat.comptes.connecter(&etat.base, demande).await
    };
    match entree.await {
        Ok(jeton) => {
            // Whoever was there before is gone.
            fermer_la_session(&etat, cookie(&entetes)).await?;
            let vers = Redirect::to(&destination(&etat, &jeton, &s.suite).await?);
            let duree = Nature::Web.duree().num_seconds();
            Ok(poser(vers.into_response(), (COOKIE, &jeton, duree), etat.tls.is_some()))
        }
        Err(Erreur::Refus(refus)) => {
            let statut = StatusCode::from_u16(refus.statut).unwrap_or(StatusCode::UNAUTHORIZED);
            let mut modele = modele(chez_nous(&s.suite), s.email);
            modele.erreur = refus.detail.to_string();
            modele.verrouille = refus.statut == 429;
            Ok(avec_attente(pages::page_statut(statut, &modele), &refus))
        }
        Err(autre) => Err(autre.into()),
    }
}

/// The page that was asked for; where none was, the one this person works at.
async fn destination(etat: &Etat, jeton: &str, suite: &str) -> Result<String, Erreur> {
    let suite = chez_nous(suite);
    if suite != "/" {
        return Ok(suite);
    }
    let qui = personne(&etat.base, jeton, Nature::Web).await?;
    Ok(qui.map_or("/", |p| menu::premiere_page(p.role)).to_owned())
}

pub(crate) fn avec_attente(mut reponse: Response, refus: &ErreurCritiqueMetier) -> Response {
    if let Some(secondes) = refus.champs.get("attente_s").and_then(serde_json::Value::as_u64) {
        reponse.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secondes));
    }
    reponse
}

pub(crate) async fn se_deconnecter(
    State(etat): State<Etat>,
    entetes: HeaderMap,
) -> Result<Response, ErreurPage> {
    fermer_la_session(&etat, cookie(&entetes)).await?;
    // On a tablet the next one enters: one tap changes the person.
    let tablette = tablettes::jeton(&entetes).is_some();
    let vers = Redirect::to(if tablette { "/tablette" } else { "/connexion" }).into_response();
    Ok(poser(vers, (COOKIE, "", 0), etat.tls.is_some()))
}

pub(crate) async fn fermer_la_session(etat: &Etat, jeton: Option<&str>) -> Result<(), Erreur> {
    if let Some(jeton) = jeton
        && let Some(qui) = personne(&etat.base, jeton, Nature::Web).await?
    {
        let mut c = etat.base.lire().await?;
        sql::revoquer(&mut c, qui.id, Some(qui.session_id)).await?;
    }
    Ok(())
}

/// Gives a cookie: its name, value and seconds; by HTTPS, for HTTPS alone.
pub(crate) fn poser(
    mut reponse: Response,
    (nom, jeton, duree_s): (&str, &str, i64),
    https: bool,
) -> Response {
    let sur = if https { "; Secure" } else { "" };
    let cookie = format!("{nom}={jeton}; Path=/; HttpOnly; SameSite=Lax; Max-Age={duree_s}{sur}");
    if let Ok(valeur) = HeaderValue::from_str(&cookie) {
        reponse.headers_mut().append(header::SET_COOKIE, valeur);
    }
    reponse
}

/// Only a path of ours: never to another host after the login.
pub(crate) fn chez_nous(suite: &str) -> String {
    let local = suite.starts_with('/')
        && !suite.starts_with("//")
        && !suite.contains('\\')
        && !suite.contains(char::is_control);
    if local { suite.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_login_never_leads_to_another_host() {
        for (suite, attendu) in [
            ("/api?x=1", "/api?x=1"),
            ("//mal.example", "/"),
            ("https://mal.example", "/"),
            ("/\\mal.example", "/"),
            ("/\u{7f}", "/"),
            ("", "/"),
        ] {
            assert_eq!(super::chez_nous(suite), attendu, "{suite}");
        }
    }
}
