//! Doors of the recipe books.

use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::consulter::{self, DouteEnAttente, Filtre, Groupe, LivreDetaille, LivreEnVigueur};
use super::normaliser::cle;
use super::peser::{self, IngredientPese};
use super::regler::{self, DouteRegle, Regle};
use super::relier::{self, AIgnorer, Decision, Lien, LienDit};
use super::reviser::Bilan;
use super::suivre::{ImportLance, ImportSuivi};
use super::televerser::{self, CORPS_ENTENDU};
use super::{imports, suivre};
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Envoi, Etat, Lecteur, Liste, Page, Requete, json};
use crate::referentiel::articles::ConversionsDites;

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lister_livres, deposer_livres).layer(DefaultBodyLimit::max(CORPS_ENTENDU)))
        .routes(routes!(suivre_import))
        .routes(routes!(lister_a_relier))
        .routes(routes!(lister_doutes))
        .routes(routes!(regler_doute))
        .routes(routes!(annuler_reglement))
        .routes(routes!(lire_livre))
        .routes(routes!(relier_libelle))
        .routes(routes!(oublier_lien))
        .routes(routes!(ignorer_libelle))
        .routes(routes!(ne_plus_ignorer_libelle))
        .routes(routes!(reprendre_recette))
        .routes(routes!(peser_ingredient))
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

/// Des livres, et d'où ils viennent.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document")]
struct LivresDeposes {
    /// Un fichier PDF ; ce champ se répète, 20 fichiers et 20 Mio au plus en tout.
    #[schema(value_type = String, format = Binary)]
    pdf: Vec<u8>,
    /// Quand la nouvelle édition d'un livre porte un autre nom de fichier.
    source: Option<String>,
}

/// Dépose des livres : ils sont lus après la réponse, qui dit où suivre leur import.
#[utoipa::path(post, path = "/api/interne/livres", tag = "Recettes",
    request_body(content = LivresDeposes, content_type = "multipart/form-data"),
    responses((status = 202, body = ImportLance)))]
async fn deposer_livres(envoi: Envoi) -> Result<Response, Erreur> {
    let Envoi { personne, base, formulaire, suite } = envoi;
    let envoye = televerser::recevoir(formulaire).await?;
    let empreinte = envoye.empreinte();
    let issue = suite.executer((202, &empreinte), async move |_, _| {
        let inscrit = imports::inscrire(&personne, envoye)?;
        Ok((ImportLance::de(inscrit.id), inscrit))
    });
    Ok(issue.await?.annoncer(|inscrit| inscrit.lancer(base)))
}

/// Où en est un import ; le serveur l'oublie quelque temps après sa fin.
#[utoipa::path(get, path = "/api/interne/livres/imports/{id}", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ImportSuivi)))]
async fn suivre_import(chemin: Chemin) -> Result<Response, Erreur> {
    Ok(json(200, &suivre::dire(imports::un(chemin.id()?)?)))
}

/// Ce qui n'est relié à aucun ingrédient, groupé par libellé, avec des suggestions.
#[utoipa::path(get, path = "/api/interne/livres/a-relier", tag = "Recettes",
    params(("limite" = Option<u16>, Query), ("apres" = Option<String>, Query),
           ("livre_id" = Option<uuid::Uuid>, Query), ("cherche" = Option<String>, Query)),
    responses((status = 200, body = Liste<Groupe>)))]
async fn lister_a_relier(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (tranche, filtre) = requete.lire(|l| (tranche(l), filtre(l)))?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &consulter::a_relier(&mut c, &filtre, tranche).await?.liste))
}

/// Labels of one book, or that say these words.
pub(crate) fn filtre(l: &Lecteur<'_>) -> Filtre {
    Filtre { livre: choisi(l), cherche: mots(l).map(|t| cle(&t).pliee) }
}

/// Forms send a book that was not chosen as an empty text.
pub(crate) fn choisi(l: &Lecteur<'_>) -> Option<uuid::Uuid> {
    if l.brut("livre_id").is_some_and(|v| v == "") { None } else { l.uuid_option("livre_id") }
}

pub(crate) fn mots(l: &Lecteur<'_>) -> Option<String> {
    let dits = l.brut("cherche").and_then(|v| v.as_str()).map(str::trim).unwrap_or_default();
    Some(dits.chars().take(200).collect()).filter(|t: &String| !t.is_empty())
}

/// Ce qui, dans les livres, n'a pas été compris et que personne n'a regardé.
#[utoipa::path(get, path = "/api/interne/livres/doutes", tag = "Recettes",
    params(("limite" = Option<u16>, Query), ("apres" = Option<uuid::Uuid>, Query),
           ("livre_id" = Option<uuid::Uuid>, Query)),
    responses((status = 200, body = Liste<DouteEnAttente>)))]
async fn lister_doutes(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (livre, page) = requete.lire(|l| (l.uuid_option("livre_id"), Page::lire(l)))?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &consulter::doutes(&mut c, livre, page).await?))
}

/// Règle un doute : sa recette se produit quand il n'en reste aucun.
#[utoipa::path(post, path = "/api/interne/livres/doutes/{id}", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = DouteRegle,
    responses((status = 200, body = Regle)))]
async fn regler_doute(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let dit = e.lire(DouteRegle::lire)?;
    e.faire(200, async |tx, op| regler::regler(tx, op, id, dit).await).await
}

/// Oublie ce qui a été dit d'un doute, ici et pour les prochaines éditions.
#[utoipa::path(post, path = "/api/interne/livres/doutes/{id}/annuler", tag = "Recettes",
    params(("id" = uuid::Uuid, Path)), request_body = Vide,
    responses((status = 200, body = Regle)))]
async fn annuler_reglement(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    e.lire(|_| ())?;
    e.faire(200, async |tx, op| regler::annuler(tx, op, id).await).await
}

/// Groups have no id: their cursor is how many were read.
pub(crate) fn tranche(l: &Lecteur<'_>) -> (i64, i64) {
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
    request_body = LienDit, responses((status = 201, body = Decision)))]
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

/// Dit ce que pèsent un millilitre et une pièce d'un ingrédient ; les lignes des livres qui
/// l'attendaient sont reliées.
#[utoipa::path(put, path = "/api/interne/ingredients/{id}/conversions", tag = "Référentiel",
    params(("id" = uuid::Uuid, Path)), request_body = ConversionsDites,
    responses((status = 200, body = IngredientPese)))]
async fn peser_ingredient(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let dites = e.lire(ConversionsDites::lire)?;
    e.faire(200, async |tx, op| peser::peser(tx, op, id, &dites).await).await
}
