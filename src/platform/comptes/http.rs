//! Doors: `/auth/*` and the administration of people.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connexion::Demande;
use super::origine::Origine;
use super::pages::lire_identifiants;
use super::sessions::Nature;
use super::sql::{self, SessionOuverte};
use super::utilisateurs::{self, NouvelUtilisateur, Utilisateur};
use super::{Acte, Personne};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Chemin, Corps, Etat, Liste, Page, Requete, json as repondre};

pub(crate) fn routes_publiques() -> OpenApiRouter<Etat> {
    OpenApiRouter::new().routes(routes!(connecter))
}

pub(crate) fn routes_protegees() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(moi))
        .routes(routes!(deconnecter))
        .routes(routes!(mes_sessions))
        .routes(routes!(revoquer_ma_session))
        .routes(routes!(lister, creer))
        .routes(routes!(activer))
        .routes(routes!(sessions_de, revoquer_sessions_de))
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request in the OpenAPI document")]
pub(crate) struct DemandeConnexion {
    email: String,
    mot_de_passe: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Jeton {
    token_acces: String,
    #[schema(example = "bearer")]
    type_token: &'static str,
}

/// Ouvre une session de programme.
#[utoipa::path(post, path = "/auth/login", tag = "Comptes", request_body = DemandeConnexion,
    security(()), responses((status = 200, body = Jeton)))]
async fn connecter(
    State(etat): State<Etat>,
    origine: Origine,
    corps: Corps,
) -> Result<Response, Erreur> {
    let (email, mot_de_passe) = corps.lire(lire_identifiants)?;
    let demande = Demande {
        email,
        mot_de_passe,
        adresse: origine.adresse,
        agent: origine.agent,
        nature: Nature::Api,
    };
    let token_acces = etat.comptes.connecter(&etat.base, demande).await?;
    Ok(repondre(200, &Jeton { token_acces, type_token: "bearer" }))
}

/// Qui suis-je ?
#[utoipa::path(get, path = "/auth/me", tag = "Comptes",
    responses((status = 200, body = Utilisateur)))]
async fn moi(Extension(p): Extension<Personne>) -> Response {
    repondre(
        200,
        &Utilisateur {
            id: p.id,
            email: p.email,
            nom_affiche: p.nom_affiche,
            actif: true,
            roles: vec![p.role],
        },
    )
}

/// Ferme la session en cours.
#[utoipa::path(post, path = "/auth/logout", tag = "Comptes",
    responses((status = 200, description = "`{\"statut\":\"ok\"}`")))]
async fn deconnecter(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    sql::revoquer(&mut c, p.id, Some(p.session_id)).await?;
    Ok(repondre(200, &json!({"statut": "ok"})))
}

/// Mes sessions ouvertes.
#[utoipa::path(get, path = "/auth/sessions", tag = "Comptes",
    responses((status = 200, body = Liste<SessionOuverte>)))]
async fn mes_sessions(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    let elements = sql::sessions_de(&mut c, p.id).await?;
    Ok(repondre(200, &Liste { elements, suivant: None }))
}

/// Révoque une de mes sessions.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "`{\"revoquees\": n}`")))]
async fn revoquer_ma_session(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    chemin: Chemin,
) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let mut c = etat.base.lire().await?;
    match sql::revoquer(&mut c, p.id, Some(id)).await? {
        0 => Err(session_inconnue()),
        n => Ok(repondre(200, &json!({"revoquees": n}))),
    }
}

/// Les utilisateurs (admin).
#[utoipa::path(get, path = "/api/interne/utilisateurs", tag = "Comptes",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Utilisateur>)))]
async fn lister(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(repondre(200, &utilisateurs::lister(&mut c, page).await?))
}

/// Crée un utilisateur (admin).
#[utoipa::path(post, path = "/api/interne/utilisateurs", tag = "Comptes",
    request_body = NouvelUtilisateur, responses((status = 201, body = Utilisateur)))]
async fn creer(acte: Acte, corps: Corps) -> Result<Response, Erreur> {
    let nouveau = corps.lire(NouvelUtilisateur::lire)?;
    let cree = acte.faire(async |tx, op| utilisateurs::creer(tx, op, &nouveau).await).await?;
    Ok(repondre(201, &cree))
}

/// Active ou désactive un utilisateur ; désactivé, ses sessions sont fermées (admin).
#[utoipa::path(put, path = "/api/interne/utilisateurs/{id}/actif", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)), request_body = inline(Activation),
    responses((status = 200, description = "`{\"actif\": true}`")))]
async fn activer(acte: Acte, chemin: Chemin, corps: Corps) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let actif = corps.lire(|l| l.booleen("actif"))?;
    acte.faire(async |tx, op| utilisateurs::activer(tx, op, (id, actif)).await).await?;
    Ok(repondre(200, &json!({"actif": actif})))
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request in the OpenAPI document")]
struct Activation {
    actif: bool,
}

/// Les sessions ouvertes d'un utilisateur (admin).
#[utoipa::path(get, path = "/api/interne/utilisateurs/{id}/sessions", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Liste<SessionOuverte>)))]
async fn sessions_de(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    let elements = sql::sessions_de(&mut c, chemin.id()?).await?;
    Ok(repondre(200, &Liste { elements, suivant: None }))
}

/// Révoque toutes les sessions d'un utilisateur (admin).
#[utoipa::path(delete, path = "/api/interne/utilisateurs/{id}/sessions", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "`{\"revoquees\": n}`")))]
async fn revoquer_sessions_de(
    State(etat): State<Etat>,
    chemin: Chemin,
) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    let n = sql::revoquer(&mut c, chemin.id()?, None).await?;
    Ok(repondre(200, &json!({"revoquees": n})))
}

fn session_inconnue() -> Erreur {
    let detail = "Cette session n'existe pas ou est déjà fermée.";
    ErreurCritiqueMetier::introuvable("session_inconnue", detail).into()
}
