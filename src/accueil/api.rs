//! `GET /api`: the OpenAPI document as a page.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::Extension;
use axum::http::Method;
use axum::response::Response;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, RefOr, Required, Response as Reponse};

use super::schemas::Schemas;
use crate::domaine::texte::cle_de_tri;
use crate::platform::comptes::{Personne, Role, droits};
use crate::platform::http::mots::statut;
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};

#[derive(Template)]
#[template(path = "accueil/modeles/api.html")]
struct PageApi<'a> {
    page: Page,
    version: &'a str,
    sections: &'a [SectionApi],
}

#[derive(Debug, Clone)]
pub(crate) struct SectionApi {
    pub ancre: String,
    pub nom: String,
    pub description: String,
    pub routes: Vec<RouteApi>,
}

#[derive(Debug, Clone)]
pub(crate) struct RouteApi {
    pub ancre: String,
    pub methode: String,
    pub methode_genre: String,
    pub chemin: String,
    pub qui: &'static str,
    pub resume: String,
    pub description: String,
    pub parametres: Vec<ChampApi>,
    pub corps: Vec<ChampApi>,
    pub exemple: String,
    pub reponses: Vec<ReponseApi>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChampApi {
    pub nom: String,
    pub type_texte: String,
    pub requis: bool,
    pub description: String,
}

#[derive(Debug, Clone)]
pub(crate) struct ReponseApi {
    pub statut: Statut,
    pub contenu: String,
    pub description: String,
    pub champs: Vec<ChampApi>,
}

/// The document is the program's own: read once.
static SECTIONS: OnceLock<Vec<SectionApi>> = OnceLock::new();

pub(crate) async fn api(
    Extension(document): Extension<Arc<OpenApi>>,
    Extension(personne): Extension<Personne>,
) -> Result<Response, ErreurPage> {
    Ok(pages::page(&PageApi {
        page: Page::nouvelle("Description de l’API", "api").de(&personne),
        version: &document.info.version,
        sections: SECTIONS.get_or_init(|| sections(&document)),
    }))
}

/// One per tag: in the order of the document's tags, then as the paths come.
fn sections(document: &OpenApi) -> Vec<SectionApi> {
    let mut sections: Vec<SectionApi> = document
        .tags
        .iter()
        .flatten()
        .map(|t| section(&t.name, t.description.as_deref()))
        .collect();
    let mut places: HashMap<String, usize> =
        sections.iter().enumerate().map(|(i, s)| (s.nom.clone(), i)).collect();
    for (chemin, element) in &document.paths.paths {
        for (methode, operation) in operations(element) {
            let tag = operation.tags.iter().flatten().next().map_or("Autres", String::as_str);
            let place = *places.entry(tag.to_owned()).or_insert_with(|| {
                sections.push(section(tag, None));
                sections.len() - 1
            });
            let route = Lecture { document, chemin }.route(&methode, operation);
            if let Some(section) = sections.get_mut(place) {
                section.routes.push(route);
            }
        }
    }
    sections.retain(|s| !s.routes.is_empty());
    sections
}

fn section(nom: &str, description: Option<&str>) -> SectionApi {
    SectionApi {
        ancre: format!("section-{}", ancre(nom)),
        nom: nom.to_owned(),
        description: description.unwrap_or_default().to_owned(),
        routes: Vec::new(),
    }
}

fn operations(element: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    [
        (Method::GET, &element.get),
        (Method::POST, &element.post),
        (Method::PUT, &element.put),
        (Method::PATCH, &element.patch),
        (Method::DELETE, &element.delete),
    ]
    .into_iter()
    .filter_map(|(methode, operation)| Some((methode, operation.as_ref()?)))
}

/// Letters, digits and dashes.
fn ancre(texte: &str) -> String {
    let net: String = cle_de_tri(texte)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    net.split('-').filter(|mot| !mot.is_empty()).collect::<Vec<_>>().join("-")
}

#[derive(Clone, Copy)]
struct Lecture<'a> {
    document: &'a OpenApi,
    chemin: &'a str,
}

impl<'a> Lecture<'a> {
    fn route(self, methode: &Method, operation: &'a Operation) -> RouteApi {
        let contenu = operation.request_body.as_ref().and_then(|corps| match corps {
            RefOr::T(c) => c.content.iter().next(),
            RefOr::Ref(_) => None,
        });
        let en_json = contenu.is_some_and(|(nature, _)| nature == "application/json");
        let corps = contenu.map(|(_, contenu)| contenu);
        let corps = corps.and_then(|contenu| match contenu {
            RefOr::T(c) => c.schema.as_ref(),
            RefOr::Ref(_) => None,
        });
        RouteApi {
            ancre: format!("{}-{}", methode.as_str().to_lowercase(), ancre(self.chemin)),
            methode: methode.to_string(),
            methode_genre: methode.as_str().to_lowercase(),
            chemin: self.chemin.to_owned(),
            qui: self.qui(methode, operation),
            resume: net(operation.summary.as_deref()),
            description: net(operation.description.as_deref()),
            parametres: self.parametres(operation),
            corps: corps.map(|s| self.schemas().champs(s)).unwrap_or_default(),
            exemple: corps
                .filter(|_| en_json)
                .map(|s| self.schemas().exemple(s))
                .unwrap_or_default(),
            reponses: self.reponses(operation),
        }
    }

    fn schemas(self) -> Schemas<'a> {
        Schemas(self.document.components.as_ref())
    }

    fn qui(self, methode: &Method, operation: &Operation) -> &'static str {
        let ouverte = SecurityRequirement::default();
        if operation.security.iter().flatten().any(|s| *s == ouverte) {
            "Tout le monde"
        } else if droits::autorise(Role::Operateur, methode, self.chemin) {
            "Cuisine et administration"
        } else {
            "Administration"
        }
    }

    fn parametres(self, operation: &'a Operation) -> Vec<ChampApi> {
        let parametres = operation.parameters.iter().flatten();
        parametres
            .filter_map(|p| match p {
                RefOr::T(p) => Some(self.parametre(p)),
                RefOr::Ref(_) => None,
            })
            .collect()
    }

    fn parametre(self, p: &'a Parameter) -> ChampApi {
        let lieu = match p.parameter_in {
            ParameterIn::Path => "chemin",
            ParameterIn::Header => "en-tête",
            ParameterIn::Cookie => "cookie",
            _ => "adresse",
        };
        let nature = p.schema.as_ref().map(|s| self.schemas().type_texte(s)).unwrap_or_default();
        // A parameter that may be left out has no other way to say null.
        let nature = nature.trim_end_matches(", ou null");
        ChampApi {
            nom: p.name.clone(),
            type_texte: format!("{lieu} · {nature}"),
            requis: p.required == Required::True,
            description: net(p.description.as_deref()),
        }
    }

    fn reponses(self, operation: &'a Operation) -> Vec<ReponseApi> {
        let reponses = operation.responses.responses.iter();
        reponses
            .filter_map(|(code, r)| match r {
                RefOr::T(r) => Some(self.reponse(code, r)),
                RefOr::Ref(_) => None,
            })
            .collect()
    }

    fn reponse(self, code: &str, r: &'a Reponse) -> ReponseApi {
        let accepte = code.starts_with('2');
        let genre = if accepte { "fait" } else { "manque" };
        let schema = r.content.values().next().and_then(|contenu| match contenu {
            RefOr::T(c) => c.schema.as_ref(),
            RefOr::Ref(_) => None,
        });
        // All refusals have one form: repeated under each of them it would hide the rest.
        let schema = schema.filter(|_| accepte);
        ReponseApi {
            statut: statut(genre, genre, code),
            contenu: r.content.keys().cloned().collect::<Vec<_>>().join(", "),
            description: net(Some(&r.description)),
            champs: schema.map(|s| self.schemas().champs(s)).unwrap_or_default(),
        }
    }
}

/// Markdown's marks for code say nothing on this page.
fn net(texte: Option<&str>) -> String {
    texte.unwrap_or_default().replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::ToSchema;
    use utoipa_axum::router::OpenApiRouter;
    use utoipa_axum::routes;

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "describes a request")]
    struct Demande {
        magasin_id: uuid::Uuid,
        unite: Unite,
        lignes: Vec<Ligne>,
        note: Option<String>,
        rendement: Option<Ligne>,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "describes a request")]
    struct Ligne {
        /// Une description.
        jour: chrono::NaiveDate,
        #[schema(value_type = f64, example = 4.5)]
        quantite: u8,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "lowercase")]
    #[expect(dead_code, reason = "describes a request")]
    enum Unite {
        G,
        Ml,
    }

    /// Reçoit.
    #[utoipa::path(post, path = "/api/interne/receptions", tag = "Stock",
        request_body = Demande, responses((status = 201, body = Demande)))]
    async fn recevoir() {}

    /// Crée.
    #[utoipa::path(post, path = "/api/interne/magasins/{id}", tag = "Référentiel",
        params(("id" = uuid::Uuid, Path), ("limite" = Option<u16>, Query)),
        responses((status = 200, description = "`ok`"), (status = 409, description = "pris")))]
    async fn creer() {}

    /// Ouvre.
    #[utoipa::path(get, path = "/ouverte", security(()), responses((status = 200)))]
    async fn ouverte() {}

    fn lues() -> Vec<SectionApi> {
        let routeur: OpenApiRouter = OpenApiRouter::new()
            .routes(routes!(recevoir))
            .routes(routes!(creer))
            .routes(routes!(ouverte));
        sections(&routeur.into_openapi())
    }

    fn route(resume: &str) -> RouteApi {
        let mut routes = lues().into_iter().flat_map(|s| s.routes);
        routes.find(|r| r.resume == resume).unwrap()
    }

    #[test]
    fn every_route_stands_in_the_section_of_its_tag_and_says_who_may() {
        let vues: Vec<_> = lues()
            .iter()
            .flat_map(|s| s.routes.iter().map(|r| (s.ancre.clone(), r.ancre.clone(), r.qui)))
            .collect();
        let vues: Vec<_> = vues.iter().map(|(s, r, q)| (s.as_str(), r.as_str(), *q)).collect();
        assert_eq!(
            vues,
            [
                ("section-referentiel", "post-api-interne-magasins-id", "Administration"),
                ("section-stock", "post-api-interne-receptions", "Cuisine et administration"),
                ("section-autres", "get-ouverte", "Tout le monde"),
            ]
        );
    }

    #[test]
    fn a_body_is_a_table_of_its_fields_down_to_the_inner_ones() {
        let champs: Vec<_> =
            route("Reçoit.").corps.into_iter().map(|c| (c.nom, c.type_texte, c.requis)).collect();
        let champs: Vec<_> = champs.iter().map(|(n, t, r)| (n.as_str(), t.as_str(), *r)).collect();
        assert_eq!(
            champs,
            [
                ("magasin_id", "uuid", true),
                ("unite", "\"g\" ou \"ml\"", true),
                ("lignes", "liste (objet)", true),
                ("lignes[].jour", "date (AAAA-MM-JJ)", true),
                ("lignes[].quantite", "nombre", true),
                ("note", "texte, ou null", false),
                ("rendement", "objet, ou null", false),
                ("rendement.jour", "date (AAAA-MM-JJ)", true),
                ("rendement.quantite", "nombre", true),
            ]
        );
    }

    #[test]
    fn the_example_is_json_with_every_field_in_its_order() {
        let exemple = route("Reçoit.").exemple;
        let lu: serde_json::Value = serde_json::from_str(&exemple).unwrap();
        assert_eq!(lu["unite"], "g");
        assert_eq!(lu["lignes"][0]["quantite"].to_string(), "4.5");
        assert!(exemple.find("magasin_id") < exemple.find("lignes"), "{exemple}");
    }

    #[test]
    fn parameters_and_answers_say_where_they_stand_and_what_they_mean() {
        let r = route("Crée.");
        let parametres: Vec<_> =
            r.parametres.iter().map(|p| (p.type_texte.as_str(), p.requis)).collect();
        assert_eq!(parametres, [("chemin · uuid", true), ("adresse · entier", false)]);
        let reponses: Vec<_> = r
            .reponses
            .iter()
            .map(|r| (r.statut.texte.as_str(), r.statut.genre, r.description.as_str()))
            .collect();
        assert_eq!(reponses, [("200", "fait", "ok"), ("409", "manque", "pris")]);
    }
}
