//! `/certificat`: what a tablet needs once, told in the words of its own settings. Public: who
//! installs it has no session yet, and nothing in it is secret.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use super::certificat::fin_de_validite;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Etat;
use crate::platform::http::pages::{self, ErreurPage, Page};

#[derive(Template)]
#[template(path = "platform/tls/modeles/certificat.html")]
struct PageCertificat {
    page: Page,
    empreinte: String,
    fin: String,
}

pub(crate) async fn page(State(etat): State<Etat>) -> Result<Response, ErreurPage> {
    let pem = lire_autorite(&etat).await?;
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| sans_autorite())?;
    let empreinte: Vec<String> = Sha256::digest(&der).iter().map(|b| format!("{b:02X}")).collect();
    let fin = fin_de_validite(&der).map(|f| f.format("%d/%m/%Y").to_string());
    Ok(pages::page(&PageCertificat {
        page: Page::nouvelle("Installer le certificat", "certificat"),
        empreinte: empreinte.join(" "),
        fin: fin.unwrap_or_default(),
    }))
}

/// The authority's certificate alone, never its key.
pub(crate) async fn autorite(State(etat): State<Etat>) -> Result<Response, Erreur> {
    let pem = lire_autorite(&etat).await?;
    let entetes = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((entetes, pem).into_response())
}

async fn lire_autorite(etat: &Etat) -> Result<String, ErreurCritiqueMetier> {
    let tls = etat.tls.as_ref().ok_or_else(sans_autorite)?;
    let lue = tokio::fs::read_to_string(tls.fichiers().autorite()).await;
    let lue = lue.map_err(|_| sans_autorite())?;
    // Anything else that lies in the file is not handed out.
    let debut = lue.find(DEBUT).ok_or_else(sans_autorite)?;
    let fin = lue[debut..].find(FIN).ok_or_else(sans_autorite)? + debut + FIN.len();
    Ok(format!("{}\n", &lue[debut..fin]))
}

const DEBUT: &str = "-----BEGIN CERTIFICATE-----";
const FIN: &str = "-----END CERTIFICATE-----";

fn sans_autorite() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable(
        "autorite_absente",
        "Ce serveur n'a pas d'autorité locale : il n'y a rien à installer sur les tablettes.",
    )
}
