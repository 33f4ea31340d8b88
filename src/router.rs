//! Contents page 2: each route and the function it calls. Who may is asked here, once, before any
//! of them (`platform::comptes::droits`).

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::platform::comptes::{self, exiger_api, exiger_metriques, exiger_page};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, disque_plein};
use crate::platform::http::pages::{page_erreur, veut_une_page};
use crate::platform::http::{Etat, description, json as repondre, ressources, suivi};
use crate::platform::tls;
use crate::{
    accueil, exploitation, livres, plan, production_jour, production_preparation, recettes,
    referentiel, stock,
};

pub(crate) fn construire(etat: Etat) -> Router {
    let (api, document) = api(&etat).split_for_parts();
    let document = Arc::new(description::completer(document));
    let pages = Router::new()
        .route("/", get(accueil::accueil))
        .route("/api", get(accueil::api))
        .route("/exploitation", get(exploitation::page))
        .merge(production_jour::page::routes())
        .merge(livres::pages())
        .merge(comptes::tablettes::pages_admin())
        .route("/cuisine", get(production_preparation::cuisine))
        .route_layer(from_fn_with_state(etat.clone(), exiger_page))
        .layer(Extension(Arc::clone(&document)));
    let entree = Router::new()
        .route("/connexion", get(comptes::pages::connexion).post(comptes::pages::se_connecter))
        .route("/deconnexion", post(comptes::pages::se_deconnecter))
        .route("/cuisine-hors-ligne.js", get(production_preparation::hors_ligne))
        .merge(comptes::tablettes::pages_publiques())
        .route("/certificat", get(tls::page::page))
        .route("/certificat/autorite.crt", get(tls::page::autorite));
    let ecrans = pages
        .merge(entree)
        .route("/ressources/{*nom}", get(ressources::servir))
        .layer(CompressionLayer::new());
    api.merge(ecrans)
        .route("/api/openapi.json", get(move || servir_document(document)))
        .fallback(route_inconnue)
        .method_not_allowed_fallback(methode_refusee)
        .layer(CsrfLayer::new().with_rejection_response(|_| origine_refusee()))
        .layer(CatchPanicLayer::custom(panique))
        .layer(from_fn(suivi::suivre))
        .with_state(etat)
}

/// The description alone, as `delicego openapi` prints it.
pub(crate) fn openapi() -> OpenApi {
    let routes = routes_publiques().merge(routes_protegees());
    description::completer(routes.merge(exploitation::routes_de_mesure()).into_openapi())
}

fn api(etat: &Etat) -> OpenApiRouter<Etat> {
    let protegees = routes_protegees().route_layer(from_fn_with_state(etat.clone(), exiger_api));
    let mesures = exploitation::routes_de_mesure()
        .route_layer(from_fn_with_state(etat.clone(), exiger_metriques));
    routes_publiques().merge(protegees).merge(mesures)
}

fn routes_publiques() -> OpenApiRouter<Etat> {
    OpenApiRouter::new().routes(routes!(sante)).merge(comptes::http::routes_publiques())
}

fn routes_protegees() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .merge(comptes::http::routes_protegees())
        .merge(comptes::tablettes::http::routes())
        .merge(referentiel::http::routes())
        .merge(recettes::http::routes())
        .merge(livres::http::routes())
        .merge(stock::http::routes())
        .merge(plan::http::routes())
        .merge(production_jour::http::routes())
        .merge(production_preparation::http::routes())
}

/// La base répond-elle ?
#[utoipa::path(get, path = "/health", tag = "Service", security(()),
    responses((status = 200, description = "`{\"statut\":\"ok\"}`"),
        (status = 503, description = "la base ne répond pas, ou son disque est plein : \
            `{\"statut\":\"degrade\",\"code\":\"disque_plein\"}`")))]
async fn sante(State(etat): State<Etat>) -> Result<Response, Erreur> {
    if !etat.base.repond() {
        return Err(Erreur::BaseAbsente);
    }
    if disque_plein() {
        return Ok(repondre(503, &json!({"statut": "degrade", "code": "disque_plein"})));
    }
    Ok(repondre(200, &json!({"statut": "ok"})))
}

/// Written when it is asked for, which is rare: 300 KB that no server need keep.
async fn servir_document(document: Arc<OpenApi>) -> Response {
    crate::platform::http::reponse_json(200, document.to_json().unwrap_or_default())
}

async fn route_inconnue(requete: Request) -> Response {
    let refus = ErreurCritiqueMetier::introuvable("route_inconnue", "Cette adresse n'existe pas.");
    if veut_une_page(requete.headers()) {
        page_erreur(&refus.into())
    } else {
        refus.into_response()
    }
}

async fn methode_refusee() -> Response {
    let detail = "Cette adresse ne répond pas à cette méthode.";
    ErreurCritiqueMetier::nouveau(405, "methode_refusee", "Méthode refusée", detail).into_response()
}

fn origine_refusee() -> Response {
    let detail = "Cette demande vient d'un autre site : elle est refusée.";
    ErreurCritiqueMetier::interdit("origine_refusee", detail).into_response()
}

/// A panic is a fault of ours: the person gets a reference, the server goes on.
fn panique(cause: Box<dyn Any + Send>) -> Response {
    let texte = cause
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Erreur::interne(format!("panique : {texte}")).into_response()
}
