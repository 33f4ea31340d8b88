//! Style sheet, icons and scripts: inside the binary, each with the hash of its content in its
//! address, so that a browser may keep it for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::platform::errors::ErreurCritiqueMetier;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web"]
struct Web;

static ADRESSES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Web::iter()
        .filter_map(|nom| {
            let empreinte = Web::get(&nom)?.metadata.sha256_hash();
            let court: String = empreinte.iter().take(6).map(|b| format!("{b:02x}")).collect();
            Some((nom.to_string(), format!("/ressources/{nom}?v={court}")))
        })
        .collect()
});

/// The address of a file of `web/`.
pub fn url(nom: &str) -> &'static str {
    ADRESSES.get(nom).map_or("/ressources/absente", String::as_str)
}

pub async fn servir(chemin: Result<Path<String>, PathRejection>) -> Response {
    let nom = chemin.map_or_else(|_| String::new(), |Path(nom)| nom);
    let Some(fichier) = Web::get(&nom) else {
        return ErreurCritiqueMetier::introuvable("route_inconnue", "Ce fichier n'existe pas.")
            .into_response();
    };
    let entetes = [
        (header::CONTENT_TYPE, nature(&nom)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (entetes, fichier.data.into_owned()).into_response()
}

fn nature(nom: &str) -> &'static str {
    match nom.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
