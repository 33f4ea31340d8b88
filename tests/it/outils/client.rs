//! A program that uses the HTTP contract.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// TLS comes with the program, which chooses its cryptography: here nobody has chosen yet. No
/// authority of this system is trusted: no test needs one, and each client would read them all.
pub fn http() -> reqwest::ClientBuilder {
    let _deja_choisi = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().tls_certs_only([])
}

#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    jeton: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Reponse {
    pub statut: u16,
    pub nature: String,
    pub rejouee: bool,
    pub corps: Value,
    pub texte: String,
}

impl Reponse {
    /// The answer's JSON, if the status is the one expected.
    #[track_caller]
    pub fn attendue(self, statut: u16) -> Value {
        assert_eq!(self.statut, statut, "{}", self.texte);
        self.corps
    }

    /// A refusal: that status, that code, problem+json, a French sentence without SQL.
    #[track_caller]
    pub fn refusee(self, statut: u16, code: &str) -> Value {
        assert_eq!(
            (self.statut, self.corps["code"].as_str()),
            (statut, Some(code)),
            "{}",
            self.texte
        );
        assert_eq!(self.nature, "application/problem+json");
        assert_eq!(self.corps["status"], statut);
        for interdit in ["select ", "insert ", "sqlx", "constraint", "src/", "postgres"] {
            assert!(!self.texte.to_lowercase().contains(interdit), "{}", self.texte);
        }
        self.corps
    }
}

impl Client {
    pub fn anonyme(url: &str) -> Self {
        let http = http().build().expect("client");
        Self { http, url: url.to_owned(), jeton: None }
    }

    pub async fn connecte(url: &str, email: &str, mot_de_passe: &str) -> Self {
        let mut client = Self::anonyme(url);
        let corps = json!({"email": email, "mot_de_passe": mot_de_passe});
        let reponse = client.post("/auth/login", &corps).await.attendue(200);
        client.jeton = Some(reponse["token_acces"].as_str().expect("jeton").to_owned());
        client
    }

    /// A person whose session is there already.
    pub fn reconnu(url: &str, jeton: &str) -> Self {
        Self { jeton: Some(jeton.to_owned()), ..Self::anonyme(url) }
    }

    /// The same person on another server process.
    pub fn sur(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    pub fn jeton(&self) -> &str {
        self.jeton.as_deref().expect("connecté")
    }

    /// A request to complete by hand.
    pub fn requete(&self, methode: Method, chemin: &str) -> RequestBuilder {
        let requete = self.http.request(methode, format!("{}{chemin}", self.url));
        match &self.jeton {
            Some(jeton) => requete.bearer_auth(jeton),
            None => requete,
        }
    }

    pub async fn envoyer(&self, requete: RequestBuilder) -> Reponse {
        self.essayer(requete).await.expect("réponse")
    }

    /// None when the connection broke before an answer came.
    pub async fn essayer(&self, requete: RequestBuilder) -> Option<Reponse> {
        self.essayer_avec_entetes(requete).await.map(|(reponse, _)| reponse)
    }

    pub async fn essayer_avec_entetes(
        &self,
        requete: RequestBuilder,
    ) -> Option<(Reponse, HeaderMap)> {
        let reponse = requete.send().await.ok()?;
        let entetes = reponse.headers().clone();
        let statut = reponse.status().as_u16();
        let entete = |nom: &str| {
            reponse.headers().get(nom).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
        };
        let (nature, rejouee) = (entete("content-type"), entete("idempotency-replayed") == "true");
        let texte = reponse.text().await.ok()?;
        let corps = serde_json::from_str(&texte).unwrap_or(Value::Null);
        Some((Reponse { statut, nature, rejouee, corps, texte }, entetes))
    }

    pub async fn get(&self, chemin: &str) -> Reponse {
        self.envoyer(self.requete(Method::GET, chemin)).await
    }

    pub async fn post(&self, chemin: &str, corps: &Value) -> Reponse {
        self.envoyer(self.requete(Method::POST, chemin).json(corps)).await
    }

    pub async fn put(&self, chemin: &str, corps: &Value) -> Reponse {
        self.envoyer(self.requete(Method::PUT, chemin).json(corps)).await
    }

    /// With an operation key.
    pub async fn post_cle(&self, chemin: &str, corps: &Value, cle: &str) -> Reponse {
        let requete = self.requete(Method::POST, chemin).json(corps);
        self.envoyer(requete.header("Idempotency-Key", cle)).await
    }
}

/// The same request with these files, as a browser or curl sends them.
pub fn joindre(requete: RequestBuilder, fichiers: &[(&str, &[u8])]) -> RequestBuilder {
    let mut corps = Vec::new();
    for (nom, octets) in fichiers {
        let tete = "--limite\r\ncontent-disposition: form-data; name=\"pdf\"; filename=";
        corps.extend_from_slice(format!("{tete}\"{nom}\"\r\n\r\n").as_bytes());
        corps.extend_from_slice(octets);
        corps.extend_from_slice(b"\r\n");
    }
    corps.extend_from_slice(b"--limite--\r\n");
    requete.header("content-type", "multipart/form-data; boundary=limite").body(corps)
}
