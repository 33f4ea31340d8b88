//! Every refusal and failure as `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Map, Value};

use super::suivi;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// The shape of every error answer.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the answer in the OpenAPI document")]
pub(crate) struct Probleme {
    #[schema(example = "about:blank")]
    r#type: String,
    #[schema(example = "Conflit")]
    title: String,
    #[schema(example = 409)]
    status: u16,
    /// Une phrase pour la personne.
    detail: String,
    /// Stable, pour les programmes.
    #[schema(example = "stock_insuffisant")]
    code: String,
}

/// Seconds a client should wait before it asks again.
const REESSAYER: u16 = 2;
/// Somebody has to make room.
const DISQUE_PLEIN_S: u16 = 30;

impl IntoResponse for Erreur {
    fn into_response(self) -> axum::response::Response {
        match self {
            Self::Refus(refus) => refus.into_response(),
            Self::BaseAbsente => indisponible(
                "base_absente",
                "La base de données ne répond pas. Rien n'a été perdu : réessayez dans un instant.",
            ),
            Self::IssueInconnue => indisponible(
                "issue_inconnue",
                "La base de données n'a pas répondu à temps : ce qui était demandé est peut-être \
                 enregistré. Redemandez avec la même clé (Idempotency-Key) : ce qui l'est ne sera \
                 pas fait deux fois.",
            ),
            Self::DisquePlein => indisponible_pour(
                DISQUE_PLEIN_S,
                "disque_plein",
                "Le disque de la base de données est plein : rien n'a été enregistré. Prévenez qui \
                 s'occupe du serveur, puis réessayez.",
            ),
            Self::Occupe(sur) => {
                tracing::warn!(event = "attente_trop_longue", sur);
                indisponible("serveur_occupe", "Le serveur est très occupé : réessayez.")
            }
            Self::Interne(cause) => interne(&*cause),
        }
    }
}

impl IntoResponse for ErreurCritiqueMetier {
    fn into_response(self) -> axum::response::Response {
        let attente = self.champs.get("attente_s").and_then(Value::as_u64);
        let mut reponse = probleme(self.statut, self.code, self.titre, &self.detail, self.champs);
        if let Some(secondes) = attente {
            reponse.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secondes));
        }
        if self.statut == 401 {
            let bearer = HeaderValue::from_static("Bearer");
            reponse.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        reponse
    }
}

fn indisponible(code: &str, detail: &str) -> axum::response::Response {
    indisponible_pour(REESSAYER, code, detail)
}

fn indisponible_pour(secondes: u16, code: &str, detail: &str) -> axum::response::Response {
    let mut reponse = probleme(503, code, "Service indisponible", detail, Map::new());
    reponse.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secondes));
    reponse
}

/// The cause goes to the log, once, here; the person gets a reference to it.
fn interne(cause: &dyn std::error::Error) -> axum::response::Response {
    let reference = suivi::reference();
    tracing::error!(event = "erreur_interne", err = %cause, reference);
    let detail = format!("Erreur interne, référence {reference}. Rien n'a été enregistré.");
    let mut champs = Map::new();
    champs.insert("reference".to_owned(), Value::from(reference));
    probleme(500, "erreur_interne", "Erreur interne", &detail, champs)
}

fn probleme(
    statut: u16,
    code: &str,
    titre: &str,
    detail: &str,
    champs: Map<String, Value>,
) -> axum::response::Response {
    let mut corps = Map::new();
    corps.insert("type".to_owned(), Value::from("about:blank"));
    corps.insert("title".to_owned(), Value::from(titre));
    corps.insert("status".to_owned(), Value::from(statut));
    corps.insert("detail".to_owned(), Value::from(detail));
    corps.insert("code".to_owned(), Value::from(code));
    corps.extend(champs);
    texte(statut, "application/problem+json", Value::Object(corps).to_string())
}

/// An answer of ours as JSON.
pub(crate) fn json(statut: u16, corps: &impl serde::Serialize) -> axum::response::Response {
    match serde_json::to_string(corps) {
        Ok(json) => reponse_json(statut, json),
        Err(e) => Erreur::interne(e).into_response(),
    }
}

/// An answer whose JSON text is already made.
pub(crate) fn reponse_json(statut: u16, json: String) -> axum::response::Response {
    texte(statut, "application/json", json)
}

fn texte(statut: u16, nature: &'static str, corps: String) -> axum::response::Response {
    let mut reponse = Response::new(Body::from(corps));
    *reponse.status_mut() = StatusCode::from_u16(statut).unwrap_or(StatusCode::OK);
    reponse.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(nature));
    reponse.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    reponse.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    reponse
}
