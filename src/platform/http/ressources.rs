//! Style sheet, icons and scripts: inside the binary, each with the hash of its content in its
//! address, so that a browser may keep it for ever.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::platform::errors::ErreurCritiqueMetier;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web"]
struct Web;

/// A file at the root has its hash behind it. Files of a folder import each other by relative
/// addresses: the hash of the whole folder stands before them.
static ADRESSES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut dossiers: BTreeMap<String, Sha256> = BTreeMap::new();
    let mut noms: Vec<String> = Web::iter().map(String::from).collect();
    noms.sort();
    for nom in &noms {
        if let (Some((dossier, _)), Some(fichier)) = (nom.split_once('/'), Web::get(nom)) {
            let hache = dossiers.entry(dossier.to_owned()).or_default();
            hache.update(nom.as_bytes());
            hache.update(fichier.metadata.sha256_hash());
        }
    }
    let dossiers: BTreeMap<String, String> =
        dossiers.into_iter().map(|(nom, h)| (nom, court(&h.finalize()))).collect();
    let adresse = |nom: String| {
        let adresse = match nom.split_once('/') {
            Some((dossier, _)) => format!("/ressources/v-{}/{nom}", dossiers.get(dossier)?),
            None => {
                format!("/ressources/{nom}?v={}", court(&Web::get(&nom)?.metadata.sha256_hash()))
            }
        };
        Some((nom, adresse))
    };
    noms.into_iter().filter_map(adresse).collect()
});

fn court(empreinte: &[u8]) -> String {
    empreinte.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// The address of a file of `web/`.
pub(crate) fn url(nom: &str) -> &'static str {
    ADRESSES.get(nom).map_or("/ressources/absente", String::as_str)
}

/// Names and addresses of a folder's files, in the order of their names.
pub(crate) fn dossier(nom: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    ADRESSES
        .iter()
        .filter(move |(n, _)| n.split_once('/').is_some_and(|(d, _)| d == nom))
        .map(|(n, a)| (n.as_str(), a.as_str()))
}

/// A short hash of a text.
pub(crate) fn empreinte(texte: &str) -> String {
    court(&Sha256::digest(texte.as_bytes()))
}

/// What is in a file of `web/`.
pub(crate) fn texte(nom: &str) -> String {
    let octets = Web::get(nom).map(|f| f.data).unwrap_or_default();
    String::from_utf8_lossy(&octets).into_owned()
}

pub(crate) async fn servir(chemin: Result<Path<String>, PathRejection>) -> Response {
    let chemin = chemin.map_or_else(|_| String::new(), |Path(nom)| nom);
    let nom = sans_version(&chemin);
    let Some(fichier) = nom.and_then(Web::get) else {
        return ErreurCritiqueMetier::introuvable("route_inconnue", "Ce fichier n'existe pas.")
            .into_response();
    };
    let entetes = [
        (header::CONTENT_TYPE, nature(&chemin)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (entetes, fichier.data.into_owned()).into_response()
}

/// Another version of a folder is not ours to serve: half of it would be kept for ever under the
/// wrong address.
fn sans_version(chemin: &str) -> Option<&str> {
    let Some(versionne) = chemin.strip_prefix("v-") else { return Some(chemin) };
    let (_, nom) = versionne.split_once('/')?;
    (url(nom).strip_prefix("/ressources/") == Some(chemin)).then_some(nom)
}

fn nature(nom: &str) -> &'static str {
    match nom.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
