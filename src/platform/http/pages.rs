//! Pages: what every template is given, and the headers that keep a page ours.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::menu::{self, Entree};
use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;

/// Nothing inline, nothing from elsewhere.
const POLITIQUE: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// What the layout shows of the person.
#[derive(Debug, Clone)]
pub(crate) struct Qui {
    pub nom: String,
    pub role: &'static str,
    pub menu: Vec<&'static Entree>,
}

#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub titre: String,
    /// The menu entry that is the current one.
    pub rubrique: &'static str,
    /// `clair`, `sombre`, or empty: as the system is set.
    pub theme: &'static str,
    pub personne: Option<Qui>,
}

impl Page {
    pub(crate) fn nouvelle(titre: impl Into<String>, rubrique: &'static str) -> Self {
        Self { titre: titre.into(), rubrique, theme: "", personne: None }
    }

    pub(crate) fn de(self, p: &Personne) -> Self {
        let qui =
            Qui { nom: p.nom_affiche.clone(), role: p.role.libelle(), menu: menu::pour(p.role) };
        Self { personne: Some(qui), ..self }
    }
}

/// A state with its sign and its word: colour is never alone.
#[derive(Debug, Clone)]
pub(crate) struct Statut {
    pub genre: &'static str,
    pub icone: &'static str,
    pub texte: String,
}

#[derive(Template)]
#[template(path = "platform/http/modeles/erreur.html")]
struct PageErreur {
    page: Page,
    statut: u16,
    phrase: String,
    conseil: &'static str,
    reessayer: &'static str,
    reference: String,
}

pub(crate) fn page(modele: &impl Template) -> Response {
    page_statut(StatusCode::OK, modele)
}

pub(crate) fn page_statut(statut: StatusCode, modele: &impl Template) -> Response {
    match modele.render() {
        Ok(html) => habiller((statut, Html(html)).into_response()),
        Err(e) => Erreur::interne(e).into_response(),
    }
}

fn habiller(mut reponse: Response) -> Response {
    for (nom, valeur) in [
        (header::CONTENT_SECURITY_POLICY, POLITIQUE),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        reponse.headers_mut().insert(nom, HeaderValue::from_static(valeur));
    }
    reponse
}

/// Does a browser ask, for somebody who reads?
pub(crate) fn veut_une_page(entetes: &HeaderMap) -> bool {
    let accepte = entetes.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accepte.is_some_and(|a| a.contains("text/html"))
}

/// An error as a page, for people; programs get problem+json.
pub(crate) fn page_erreur(erreur: &Erreur) -> Response {
    let (statut, titre, phrase, conseil) = match erreur {
        Erreur::Refus(r) => (r.statut, r.titre.to_owned(), r.detail.to_string(), ""),
        Erreur::BaseAbsente | Erreur::Occupe(_) => (
            503,
            "Service indisponible".to_owned(),
            "La base de données ne répond pas pour le moment.".to_owned(),
            "Rien n'a été perdu. La page revient dès que la base répond de nouveau.",
        ),
        Erreur::IssueInconnue => (
            503,
            "Service indisponible".to_owned(),
            "La base de données n'a pas répondu : ce que vous venez d'envoyer est peut-être \
             enregistré."
                .to_owned(),
            "Revenez en arrière et regardez si c'est fait avant de recommencer.",
        ),
        Erreur::DisquePlein => (
            503,
            "Service indisponible".to_owned(),
            "Le disque de la base de données est plein : rien n'a été enregistré.".to_owned(),
            "Prévenez la personne qui s'occupe du serveur.",
        ),
        Erreur::Interne(_) => (
            500,
            "Erreur interne".to_owned(),
            "Quelque chose n'a pas fonctionné de notre côté. Rien n'a été enregistré.".to_owned(),
            "",
        ),
    };
    let reference = match erreur {
        Erreur::Interne(cause) => {
            let reference = super::suivi::reference();
            tracing::error!(event = "erreur_interne", err = %cause, reference);
            reference
        }
        _ => String::new(),
    };
    let reessayer = if statut >= 500 { "/" } else { "" };
    let page = Page::nouvelle(titre, "");
    let modele = PageErreur { page, statut, phrase, conseil, reessayer, reference };
    let statut = StatusCode::from_u16(statut).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page_statut(statut, &modele)
}

/// What a page's handler answers when it fails.
pub(crate) struct ErreurPage(pub Erreur);

impl<E: Into<Erreur>> From<E> for ErreurPage {
    fn from(erreur: E) -> Self {
        Self(erreur.into())
    }
}

impl IntoResponse for ErreurPage {
    fn into_response(self) -> Response {
        page_erreur(&self.0)
    }
}
