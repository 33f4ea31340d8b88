//! Doors: tablets and PINs, for programs. None of them takes an operation key.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Tablette, pin, revoquer, sql};
use crate::platform::comptes::connexion::verifier_mot_de_passe;
use crate::platform::comptes::{Acte, Personne, utilisateurs};
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Corps, Etat, Liste, json as repondre};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lister))
        .routes(routes!(revoquer_tablette))
        .routes(routes!(poser_pin, retirer_pin))
        .routes(routes!(changer_mon_pin))
}

/// Les tablettes enrôlées (admin).
#[utoipa::path(get, path = "/api/interne/tablettes", tag = "Comptes",
    responses((status = 200, body = Liste<Tablette>)))]
async fn lister(State(etat): State<Etat>) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(repondre(200, &Liste { elements: sql::tablettes(&mut c).await?, suivant: None }))
}

/// Révoque une tablette ; les sessions ouvertes sur elle sont fermées (admin).
#[utoipa::path(delete, path = "/api/interne/tablettes/{id}", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "`{\"statut\":\"ok\"}`")))]
async fn revoquer_tablette(acte: Acte, chemin: Chemin) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    acte.faire(async |tx, op| revoquer(tx, op, id).await).await?;
    Ok(repondre(200, &json!({"statut": "ok"})))
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request in the OpenAPI document")]
struct NouveauPin {
    /// De 4 à 6 chiffres, pas trop faciles à deviner.
    pin: String,
}

/// Donne un code PIN à une personne, pour les tablettes (admin).
#[utoipa::path(put, path = "/api/interne/utilisateurs/{id}/pin", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)), request_body = inline(NouveauPin),
    responses((status = 200, description = "`{\"pin\": true}`")))]
async fn poser_pin(acte: Acte, chemin: Chemin, corps: Corps) -> Result<Response, Erreur> {
    let (id, code) = (chemin.id()?, corps.lire(|l| l.texte("pin", 6))?);
    acte.faire(async |tx, op| pin::poser(tx, op, (id, Some(&code))).await).await?;
    Ok(repondre(200, &json!({"pin": true})))
}

/// Retire son code PIN à une personne (admin).
#[utoipa::path(delete, path = "/api/interne/utilisateurs/{id}/pin", tag = "Comptes",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "`{\"pin\": false}`")))]
async fn retirer_pin(acte: Acte, chemin: Chemin) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    acte.faire(async |tx, op| pin::poser(tx, op, (id, None)).await).await?;
    Ok(repondre(200, &json!({"pin": false})))
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request in the OpenAPI document")]
struct MonNouveauPin {
    /// Une session laissée ouverte ne suffit pas.
    mot_de_passe: String,
    /// De 4 à 6 chiffres, pas trop faciles à deviner.
    pin: String,
}

/// Change mon code PIN.
#[utoipa::path(put, path = "/auth/pin", tag = "Comptes", request_body = inline(MonNouveauPin),
    responses((status = 200, description = "`{\"pin\": true}`")))]
async fn changer_mon_pin(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    acte: Acte,
    corps: Corps,
) -> Result<Response, Erreur> {
    let (mot_de_passe, code) =
        corps.lire(|l| (l.mot_de_passe("mot_de_passe"), l.texte("pin", 6)))?;
    if !verifier_mot_de_passe(&etat.base, &p.email, &mot_de_passe).await? {
        return Err(utilisateurs::mot_de_passe_faux().into());
    }
    acte.faire(async |tx, op| pin::poser(tx, op, (p.id, Some(&code))).await).await?;
    Ok(repondre(200, &json!({"pin": true})))
}
