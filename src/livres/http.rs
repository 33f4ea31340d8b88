//! Doors of the recipe books.

use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::consulter::{self, Groupe, LivreDetaille, LivreEnVigueur};
use super::relier::{self, AIgnorer, Decision, Lien};
use super::reviser::Bilan;
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, Lecteur, Liste, Requete, json};

pub fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lister_livres))
        .routes(routes!(lister_a_relier))
        .routes(routes!(lire_livre))
        .routes(routes!(relier_libelle))
        .routes(routes!(oublier_lien))
        .routes(routes!(ignorer_libelle))
        .routes(routes!(ne_plus_ignorer_libelle))
        .routes(routes!(reprendre_recette))
}

/// Rien à dire de plus que l'adresse.
#[derive(utoipa::ToSchema)]
struct Vide {}

/// Les livres en vigueur.
#[utoipa::path(get, path = "/api/interne/livres", tag = "Recettes",
    responses((status = 200, body = Liste<LivreEnVigueur>)))]
async fn lister_livres(State(etat): State<Etat>) -> Result<Response, Erreur> {
    let elements = consulter::livres(&mut *etat.base.lire().await?).await?;
    Ok(json(200, &Liste { elements, suivant: None }))
}

/// Ce qui n'est relié à aucun ingrédient, groupé par libellé, avec des suggestions.
#[utoipa::path(get, path = "/api/interne/livres/a-relier", tag = "Recettes",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Groupe>)))]
async fn lister_a_relier(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (limite, apres) = requete.lire(tranche)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &consulter::a_relier(&mut c, limite, apres).await?))
}

/// Groups have no id: their cursor is how many were read.
pub fn tranche(l: &Lecteur<'_>) -> (i64, i64) {
    let limite = l.entier_ecrit_option("limite", 1..=1000).unwrap_or(100);
    (limite, l.entier_ecrit_option("apres", 0..=1_000_000).unwrap_or(0))
}

/// Un livre : ses recettes telles que lues, ce que sont leurs lignes, ce qui a changé.
#[utoipa::path(get, path = "/api/interne/livres/{id}", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = LivreDetaille)))]
async fn lire_livre(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(json(200, &consulter::livre(&mut c, chemin.id()?).await?))
}

/// Apprend qu'un libellé désigne un ingrédient ; toutes ses lignes y sont reliées.
#[utoipa::path(post, path = "/api/interne/livres/liens", tag = "Recettes",
    request_body = Lien, responses((status = 201, body = Decision)))]
async fn relier_libelle(e: Ecriture) -> Result<Response, Erreur> {
    let lien = e.lire(Lien::lire)?;
    e.faire(201, async |tx, op| relier::relier(tx, op, lien).await).await
}

/// Oublie un lien : ses lignes redeviennent ce qu'elles étaient sans lui.
#[utoipa::path(post, path = "/api/interne/livres/liens/{id}/annuler", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = Vide,
    responses((status = 200, body = Decision)))]
async fn oublier_lien(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    e.lire(|_| ())?;
    e.faire(200, async |tx, op| relier::oublier(tx, op, id).await).await
}

/// Ignore un libellé partout : il n'est pas un ingrédient, ou ne compte pas sans quantité.
#[utoipa::path(post, path = "/api/interne/livres/ignores", tag = "Recettes",
    request_body = AIgnorer, responses((status = 201, body = Decision)))]
async fn ignorer_libelle(e: Ecriture) -> Result<Response, Erreur> {
    let demande = e.lire(AIgnorer::lire)?;
    e.faire(201, async |tx, op| relier::ignorer(tx, op, demande).await).await
}

/// N'ignore plus un libellé.
#[utoipa::path(post, path = "/api/interne/livres/ignores/{id}/annuler", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = Vide,
    responses((status = 200, body = Decision)))]
async fn ne_plus_ignorer_libelle(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    e.lire(|_| ())?;
    e.faire(200, async |tx, op| relier::ne_plus_ignorer(tx, op, id).await).await
}

/// Reprend une recette telle que le livre l'imprime, bien qu'elle ait été changée à la main ou
/// prise d'un autre livre.
#[utoipa::path(post, path = "/api/interne/livres/recettes/{id}/reprendre", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = Vide,
    responses((status = 200, body = Bilan)))]
async fn reprendre_recette(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    e.lire(|_| ())?;
    e.faire(200, async |tx, op| relier::reprendre(tx, op, id).await).await
}
