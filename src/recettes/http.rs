//! Doors of the recipes.

use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{NouvelleRecette, Recette, creer, lister, remplacer, trouver};
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, Liste, Page, Requete, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lister_recettes, creer_recette))
        .routes(routes!(lire_recette, remplacer_recette))
}

/// Les recettes, avec leurs lignes.
#[utoipa::path(get, path = "/api/interne/recettes", tag = "Recettes",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Recette>)))]
async fn lister_recettes(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &lister(&mut c, page).await?))
}

/// Crée une recette, et l'article qu'elle fait s'il n'est pas donné.
#[utoipa::path(post, path = "/api/interne/recettes", tag = "Recettes",
    request_body = NouvelleRecette, responses((status = 201, body = Recette)))]
async fn creer_recette(e: Ecriture) -> Result<Response, Erreur> {
    let nouvelle = e.lire(NouvelleRecette::lire)?;
    e.faire(201, async |tx, op| creer(tx, op, nouvelle).await).await
}

/// Une recette.
#[utoipa::path(get, path = "/api/interne/recettes/{id}", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Recette)))]
async fn lire_recette(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(json(200, &trouver(&mut c, chemin.id()?).await?))
}

/// Remplace une recette : une nouvelle version, les productions passées gardent la leur.
#[utoipa::path(put, path = "/api/interne/recettes/{id}", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = NouvelleRecette,
    responses((status = 200, body = Recette)))]
async fn remplacer_recette(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let nouvelle = e.lire(NouvelleRecette::lire)?;
    e.faire(200, async |tx, op| remplacer(tx, op, id, nouvelle).await).await
}
