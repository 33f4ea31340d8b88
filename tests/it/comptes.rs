//! People: how they prove who they are, what they may do, and what nobody learns about them.

mod connexion;
mod droits;
mod navigateur;
mod secrets;
mod sessions;
mod utilisateurs;

use reqwest::Method;
use serde_json::json;

use crate::outils::brut::{Brute, brute};
use crate::outils::{Client, Serveur};

/// One try to log in, from the address that `par` says, if any.
async fn essayer(s: &Serveur, email: &str, mot_de_passe: &str, par: Option<&str>) -> Brute {
    let corps = json!({"email": email, "mot_de_passe": mot_de_passe});
    let mut requete = s.anonyme().requete(Method::POST, "/auth/login").json(&corps);
    if let Some(adresse) = par {
        requete = requete.header("x-forwarded-for", adresse);
    }
    brute(requete).await
}

/// Their own id, as `/auth/me` tells it.
async fn id_de(client: &Client) -> String {
    let moi = client.get("/auth/me").await.attendue(200);
    moi["id"].as_str().expect("id").to_owned()
}

async fn refuse(client: &Client) {
    client.get("/auth/me").await.refusee(401, "non_connecte");
}
