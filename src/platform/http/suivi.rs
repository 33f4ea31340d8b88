//! Every request has an id: given by the caller (`X-Request-Id`) or made here, told in the answer,
//! on every log line, and as the reference of an internal error.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use uuid::Uuid;

use super::pages::{page_erreur, veut_une_page};
use crate::platform::errors::ErreurCritiqueMetier;
use crate::platform::mesures;
use crate::platform::portes::Passage;

tokio::task_local! {
    static REFERENCE: String;
}

/// The id of the request or command under way.
pub(crate) fn reference() -> String {
    REFERENCE.try_with(Clone::clone).unwrap_or_else(|_| Uuid::now_v7().to_string())
}

/// Runs a one-shot command under an id of its own.
pub(crate) async fn sous_reference<T>(travail: impl Future<Output = T>) -> T {
    let id = Uuid::now_v7().to_string();
    let portee = tracing::error_span!("commande", commande_id = %id);
    REFERENCE.scope(id, travail.instrument(portee)).await
}

pub(crate) async fn suivre(requete: Request, suite: Next) -> Response {
    let id = id_recu(&requete).unwrap_or_else(|| Uuid::now_v7().to_string());
    let methode = requete.method().clone();
    let route = requete.extensions().get::<MatchedPath>().cloned();
    let chemin = requete.uri().path().to_owned();
    let debut = Instant::now();
    let portee = tracing::error_span!("requete", requete_id = %id);
    let travail = async {
        let reponse = repondre(requete, suite).await;
        let duree = debut.elapsed();
        let duree_ms = u64::try_from(duree.as_millis()).unwrap_or(u64::MAX);
        let statut = reponse.status().as_u16();
        let route = route.as_ref().map(MatchedPath::as_str);
        mesures::compter_requete(methode.as_str(), route, statut, duree);
        tracing::debug!(event = "requete", %methode, chemin, statut, duree_ms);
        reponse
    };
    let mut reponse = REFERENCE.scope(id.clone(), travail.instrument(portee)).await;
    if let Ok(valeur) = HeaderValue::from_str(&id) {
        reponse.headers_mut().insert("x-request-id", valeur);
    }
    reponse
}

/// A body that came too slowly is told so, whatever its reader made of the half that it saw.
async fn repondre(requete: Request, suite: Next) -> Response {
    let page = veut_une_page(requete.headers());
    if !dit_son_hote(&requete) {
        let detail = "Cette requête ne dit pas, une fois, à quel serveur elle s'adresse (Host).";
        let refus = ErreurCritiqueMetier::nouveau(400, "hote_invalide", "Requête invalide", detail);
        return refuser(refus, page);
    }
    let passage = requete.extensions().get::<Passage>().cloned();
    let reponse = suite.run(requete).await;
    if !passage.is_some_and(|p| p.trop_lent()) {
        return reponse;
    }
    let detail = "La requête est arrivée trop lentement : elle n'a pas été lue. Recommencez.";
    refuser(ErreurCritiqueMetier::nouveau(408, "requete_trop_lente", "Trop lent", detail), page)
}

fn refuser(refus: ErreurCritiqueMetier, page: bool) -> Response {
    if page { page_erreur(&refus.into()) } else { refus.into_response() }
}

/// One `Host`, as HTTP/1.1 asks: two of them are read one way here and another way by a proxy. In
/// HTTP/2 the address says it.
fn dit_son_hote(requete: &Request) -> bool {
    match requete.headers().get_all(header::HOST).iter().count() {
        0 => requete.version() != Version::HTTP_11,
        n => n == 1,
    }
}

/// A caller's id is taken when it is short and plain: it goes into our logs.
fn id_recu(requete: &Request) -> Option<String> {
    let id = requete.headers().get("x-request-id")?.to_str().ok()?;
    let simple = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    ((1..=64).contains(&id.len()) && id.bytes().all(simple)).then(|| id.to_owned())
}
