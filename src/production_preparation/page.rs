//! `GET /cuisine`: the kitchen screen. The page holds nothing of anybody and is the same for all,
//! so that a tablet can keep it; its scripts (`web/cuisine/`) fill it from the JSON routes.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::platform::http::pages::{self, Page};
use crate::platform::http::ressources;

const SERVICE_WORKER: &str = "cuisine/service_worker.js";
/// What the page needs beside its own folder.
const COMMUNES: [&str; 3] = ["style.css", "icones.svg", "favicon.svg"];

#[derive(Template)]
#[template(path = "production_preparation/modeles/cuisine.html")]
struct PageCuisine {
    page: Page,
    modules: Vec<&'static str>,
}

pub(crate) async fn cuisine() -> Response {
    let modules = fichiers().filter(|a| a.ends_with(".js")).collect();
    pages::page(&PageCuisine { page: Page::nouvelle("Cuisine", "cuisine"), modules })
}

/// The script that opens the page without network. Its address never changes, so a browser asks
/// for it anew; the addresses in it change with every file it keeps.
pub(crate) async fn hors_ligne() -> Response {
    let adresses: Vec<_> = fichiers().chain(COMMUNES.map(ressources::url)).collect();
    let version = format!("{} {}", env!("CARGO_PKG_VERSION"), adresses.join(" "));
    let texte = ressources::texte(SERVICE_WORKER);
    let corps = format!(
        "const VERSION = {};\nconst ADRESSES = {};\n{texte}",
        json!(ressources::empreinte(&version)),
        json!(adresses)
    );
    let entetes = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (entetes, corps).into_response()
}

fn fichiers() -> impl Iterator<Item = &'static str> {
    ressources::dossier("cuisine").filter(|(nom, _)| *nom != SERVICE_WORKER).map(|(_, a)| a)
}
