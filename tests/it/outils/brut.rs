//! Requests that no JSON client would send, and answers with all they carry.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use super::client::http;

pub struct Brute {
    pub statut: u16,
    pub entetes: HeaderMap,
    pub texte: String,
}

impl Brute {
    /// A header of the answer; empty when it is not there.
    pub fn entete(&self, nom: &str) -> &str {
        self.entetes.get(nom).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.texte).unwrap_or(Value::Null)
    }
}

pub async fn brute(requete: RequestBuilder) -> Brute {
    let reponse = requete.send().await.expect("une réponse");
    let (statut, entetes) = (reponse.status().as_u16(), reponse.headers().clone());
    Brute { statut, entetes, texte: reponse.text().await.expect("un texte") }
}

/// What a browser sends for an HTML form.
pub fn formulaire(requete: RequestBuilder, champs: &[(&str, &str)]) -> RequestBuilder {
    let corps = form_urlencoded::Serializer::new(String::new()).extend_pairs(champs).finish();
    requete.header("content-type", "application/x-www-form-urlencoded").body(corps)
}

/// A browser that keeps no cookie and shows where it is sent to.
pub fn navigateur() -> Client {
    http().redirect(Policy::none()).build().expect("navigateur")
}
