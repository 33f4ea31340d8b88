//! What every route of the OpenAPI document has in common: the refusals, the key, the token.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::Probleme;

/// In the order of a first day.
const RUBRIQUES: [&str; 8] =
    ["Service", "Comptes", "Référentiel", "Recettes", "Stock", "Plan", "Production", "Cuisine"];

pub(crate) fn completer(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("DéliceGo")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Production et stock tracé d'une petite chaîne de cuisines."))
        .build();
    let mut composants =
        document.components.take().unwrap_or_else(|| ComponentsBuilder::new().build());
    composants.schemas.insert(Probleme::name().into_owned(), Probleme::schema());
    let jeton = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    composants.security_schemes.insert("jeton".to_owned(), SecurityScheme::Http(jeton).into());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("delicego_session")));
    composants.security_schemes.insert("session".to_owned(), cookie.into());
    document.components = Some(composants);
    let vide: [&str; 0] = [];
    document.security = Some(vec![
        SecurityRequirement::new("jeton", vide),
        SecurityRequirement::new("session", vide),
    ]);
    document.tags =
        Some(RUBRIQUES.iter().map(|nom| TagBuilder::new().name(*nom).build()).collect());
    for (chemin, element) in &mut document.paths.paths {
        for (operation, ecrit) in [
            (element.get.as_mut(), false),
            (element.post.as_mut(), true),
            (element.put.as_mut(), true),
            (element.delete.as_mut(), true),
        ] {
            if let Some(operation) = operation {
                ajouter(operation, chemin, ecrit);
            }
        }
    }
    document
}

fn ajouter(operation: &mut Operation, chemin: &str, ecrit: bool) {
    let interne = chemin.starts_with("/api/interne");
    let mut refus = vec![("503", "la base de données ne répond pas")];
    if chemin != "/health" {
        refus.extend([("400", "requête invalide"), ("401", "non connecté")]);
    }
    if interne {
        refus.extend([("403", "rôle insuffisant"), ("404", "identifiant inconnu")]);
    }
    match &operation.request_body {
        Some(RefOr::T(corps)) if corps.content.contains_key("multipart/form-data") => {
            refus.extend([("413", "plus de 20 Mio"), ("415", "pas un formulaire de fichiers")]);
        }
        Some(_) => refus.extend([("413", "plus de 1 Mio"), ("415", "pas du JSON")]),
        None => {}
    }
    if operation.request_body.is_some() {
        refus.push(("408", "la requête est arrivée trop lentement"));
    }
    if interne && ecrit {
        refus.push(("409", "conflit : stock, nom, état ou clé d'opération"));
    }
    if chemin == "/auth/login" {
        refus.push(("429", "trop de tentatives"));
    }
    for (statut, sens) in refus {
        let reponses = &mut operation.responses.responses;
        reponses.entry(statut.to_owned()).or_insert_with(|| RefOr::T(probleme(sens)));
    }
    let repetable = interne && ecrit && !chemin.contains("/utilisateurs");
    if repetable && operation.request_body.is_some() {
        operation.parameters.get_or_insert_default().push(RefOr::T(cle()));
    }
}

fn probleme(sens: &str) -> Response {
    let forme = Ref::from_schema_name(Probleme::name());
    let contenu = ContentBuilder::new().schema(Some(forme)).build();
    ResponseBuilder::new().description(sens).content("application/problem+json", contenu).build()
}

fn cle() -> Parameter {
    let texte = ObjectBuilder::new().schema_type(Type::String).max_length(Some(64)).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Rejouer la même demande avec la même clé ne la fait qu'une fois."))
        .schema(Some(texte))
        .build()
}
