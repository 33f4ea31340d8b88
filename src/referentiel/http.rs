//! Doors of the reference data.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::{self, Alias, NouvelAlias};
use super::articles::{self, AllergenesDits, Article, NouvelIngredient};
use super::chaine::{self, Chaine};
use super::fournisseurs::{self, Fournisseur, NouveauFournisseur};
use super::magasins::{self, JoursArriere, Magasin, NouveauMagasin};
use super::menus::{self, GencodeDit, Menu, NouveauMenu};
use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, Liste, Page, Requete, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lister_magasins, creer_magasin))
        .routes(routes!(regler_la_fenetre))
        .routes(routes!(lister_fournisseurs, creer_fournisseur))
        .routes(routes!(lister_ingredients, creer_ingredient))
        .routes(routes!(dire_les_allergenes))
        .routes(routes!(lister_alias, creer_alias))
        .routes(routes!(lister_menus, creer_menu))
        .routes(routes!(donner_un_gencode))
        .routes(routes!(lire_chaine, regler_chaine))
        .merge(super::direct::routes())
}

/// Les magasins.
#[utoipa::path(get, path = "/api/interne/magasins", tag = "Référentiel",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Magasin>)))]
async fn lister_magasins(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    requete: Requete,
) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    let liste = match p.magasin_id {
        // A tablet knows its own only.
        Some(id) => Liste { elements: vec![magasins::trouver(&mut c, id).await?], suivant: None },
        None => magasins::lister(&mut c, page).await?,
    };
    Ok(json(200, &liste))
}

/// Crée un magasin.
#[utoipa::path(post, path = "/api/interne/magasins", tag = "Référentiel",
    request_body = NouveauMagasin, responses((status = 201, body = Magasin)))]
async fn creer_magasin(e: Ecriture) -> Result<Response, Erreur> {
    let nouveau = e.lire(NouveauMagasin::lire)?;
    e.faire(201, async |tx, _| magasins::creer(tx, nouveau).await).await
}

/// Règle jusqu'où un magasin déclare encore ce qui est passé.
#[utoipa::path(put, path = "/api/interne/magasins/{id}/jours-arriere", tag = "Référentiel",
    params(("id" = uuid::Uuid, Path)), request_body = JoursArriere,
    responses((status = 200, body = Magasin)))]
async fn regler_la_fenetre(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let jours = e.lire(JoursArriere::lire)?;
    e.faire(200, async |tx, _| magasins::regler_la_fenetre(tx, id, &jours).await).await
}

/// Les fournisseurs.
#[utoipa::path(get, path = "/api/interne/fournisseurs", tag = "Référentiel",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Fournisseur>)))]
async fn lister_fournisseurs(
    State(etat): State<Etat>,
    requete: Requete,
) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &fournisseurs::lister(&mut c, page).await?))
}

/// Crée un fournisseur.
#[utoipa::path(post, path = "/api/interne/fournisseurs", tag = "Référentiel",
    request_body = NouveauFournisseur, responses((status = 201, body = Fournisseur)))]
async fn creer_fournisseur(e: Ecriture) -> Result<Response, Erreur> {
    let nouveau = e.lire(NouveauFournisseur::lire)?;
    e.faire(201, async |tx, _| fournisseurs::creer(tx, nouveau).await).await
}

/// Les ingrédients : matières et préparations.
#[utoipa::path(get, path = "/api/interne/ingredients", tag = "Référentiel",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Article>)))]
async fn lister_ingredients(
    State(etat): State<Etat>,
    requete: Requete,
) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &articles::lister_ingredients(&mut c, page).await?))
}

/// Crée un ingrédient.
#[utoipa::path(post, path = "/api/interne/ingredients", tag = "Référentiel",
    request_body = NouvelIngredient, responses((status = 201, body = Article)))]
async fn creer_ingredient(e: Ecriture) -> Result<Response, Erreur> {
    let nouveau = e.lire(NouvelIngredient::lire)?;
    e.faire(201, async |tx, _| articles::creer(tx, nouveau).await).await
}

/// Dit ce qu'un ingrédient contient des 14 allergènes à déclarer.
#[utoipa::path(put, path = "/api/interne/ingredients/{id}/allergenes", tag = "Référentiel",
    params(("id" = uuid::Uuid, Path)), request_body = AllergenesDits,
    responses((status = 200, body = Article)))]
async fn dire_les_allergenes(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let dits = e.lire(AllergenesDits::lire)?;
    e.faire(200, async |tx, _| articles::dire_allergenes(tx, id, &dits).await).await
}

/// Les alias d'ingrédients.
#[utoipa::path(get, path = "/api/interne/ingredient-alias", tag = "Référentiel",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Alias>)))]
async fn lister_alias(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &alias::lister(&mut c, page).await?))
}

/// Crée un alias.
#[utoipa::path(post, path = "/api/interne/ingredient-alias", tag = "Référentiel",
    request_body = NouvelAlias, responses((status = 201, body = Alias)))]
async fn creer_alias(e: Ecriture) -> Result<Response, Erreur> {
    let nouveau = e.lire(NouvelAlias::lire)?;
    e.faire(201, async |tx, _| alias::creer(tx, nouveau).await).await
}

/// Les menus : ce qui se vend. Sur une tablette, ceux de son magasin et ceux de tous.
#[utoipa::path(get, path = "/api/interne/menus", tag = "Référentiel",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<Menu>)))]
async fn lister_menus(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    requete: Requete,
) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &menus::lister(&mut c, p.magasin_id, page).await?))
}

/// Crée un menu.
#[utoipa::path(post, path = "/api/interne/menus", tag = "Référentiel",
    request_body = NouveauMenu, responses((status = 201, body = Menu)))]
async fn creer_menu(e: Ecriture) -> Result<Response, Erreur> {
    let nouveau = e.lire(NouveauMenu::lire)?;
    e.faire(201, async |tx, _| menus::creer(tx, nouveau).await).await
}

/// Donne à un menu un autre gencode, ou aucun : ainsi se règle un numéro que deux menus portaient.
#[utoipa::path(put, path = "/api/interne/menus/{id}/gencode", tag = "Référentiel",
    params(("id" = uuid::Uuid, Path)), request_body = GencodeDit,
    responses((status = 200, body = Menu)))]
async fn donner_un_gencode(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let dit = e.lire(GencodeDit::lire)?;
    e.faire(200, async |tx, _| menus::donner_un_gencode(tx, id, &dit).await).await
}

/// Ce que la chaîne règle pour tous ses magasins.
#[utoipa::path(get, path = "/api/interne/chaine", tag = "Référentiel",
    responses((status = 200, body = Chaine)))]
async fn lire_chaine(State(etat): State<Etat>) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(json(200, &chaine::lire(&mut c).await?))
}

/// Règle la chaîne.
#[utoipa::path(put, path = "/api/interne/chaine", tag = "Référentiel",
    request_body = Chaine, responses((status = 200, body = Chaine)))]
async fn regler_chaine(e: Ecriture) -> Result<Response, Erreur> {
    let reglee = e.lire(Chaine::lire)?;
    e.faire(200, async |tx, _| chaine::regler(tx, reglee).await).await
}
