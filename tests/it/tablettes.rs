//! Tablets of the kitchen: enrolled once, entered by PIN, for one magasin.

mod ecran;
mod pin;
mod portee;

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::outils::brut::{Brute, brute, formulaire, navigateur};
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};
use crate::outils::{Chaine, Client, Serveur};

const PIN: &str = "2749";

/// A kitchen with a tablet, and people who have a PIN.
struct Cuisine {
    s: Serveur,
    c: Chaine,
    tablette: String,
    admin: String,
    operateur: String,
}

impl Cuisine {
    async fn nouvelle() -> Self {
        let s = Serveur::demarrer().await;
        let c = Chaine::nouvelle(s.admin().await).await;
        let tablette = enroler(&s, &c.magasin).await;
        let (admin, operateur) = (id_de(&c.client).await, id_de(&s.operateur().await).await);
        for id in [&admin, &operateur] {
            let chemin = format!("/api/interne/utilisateurs/{id}/pin");
            c.client.put(&chemin, &json!({"pin": PIN})).await.attendue(200);
        }
        Self { s, c, tablette, admin, operateur }
    }

    /// What this person's tile answers to that PIN.
    async fn essayer(&self, id: &str, pin: &str) -> Brute {
        let demande = self.demande(Method::POST, &format!("/tablette/{id}"), &self.tablette);
        brute(formulaire(demande, &[("pin", pin), ("suite", "")])).await
    }

    /// The cookies of a session opened by PIN.
    async fn entrer(&self, id: &str) -> String {
        let entree = self.essayer(id, PIN).await;
        assert_eq!((entree.statut, entree.entete("location")), (303, "/cuisine"));
        format!("{}; {}", self.tablette, cookie(&entree, "delicego_session"))
    }

    fn demande(&self, methode: Method, chemin: &str, cookies: &str) -> RequestBuilder {
        demande(&self.s, methode, chemin, cookies)
    }

    async fn lire(&self, chemin: &str, cookies: &str) -> Brute {
        brute(self.demande(Method::GET, chemin, cookies)).await
    }
}

fn demande(s: &Serveur, methode: Method, chemin: &str, cookies: &str) -> RequestBuilder {
    let requete = navigateur().request(methode, format!("{}{chemin}", s.url()));
    requete.header("accept", "text/html").header("cookie", cookies)
}

/// The cookie of that name, as a browser sends it back.
fn cookie(reponse: &Brute, nom: &str) -> String {
    let poses = reponse.entetes.get_all("set-cookie").iter();
    let pose = poses.filter_map(|v| v.to_str().ok()).find(|v| v.starts_with(&format!("{nom}=")));
    let pose = pose.unwrap_or_else(|| panic!("{nom} : {:?}", reponse.entetes));
    assert!(pose.contains("; HttpOnly") && pose.contains("; SameSite=Lax"), "{pose}");
    pose.split(';').next().unwrap().to_owned()
}

async fn entrer_par_mot_de_passe(s: &Serveur, email: &str, cookies: &str) -> String {
    let champs = [("email", email), ("mot_de_passe", MOT_DE_PASSE), ("suite", "/api")];
    let entree = brute(formulaire(demande(s, Method::POST, "/connexion", cookies), &champs)).await;
    assert_eq!(entree.statut, 303, "{}", entree.texte);
    cookie(&entree, "delicego_session")
}

/// What the tablet keeps.
async fn enroler(s: &Serveur, magasin: &str) -> String {
    let session = entrer_par_mot_de_passe(s, EMAIL_ADMIN, "").await;
    let champs = [("nom", "Tablette du four"), ("magasin_id", magasin)];
    let faite = demande(s, Method::POST, "/tablettes", &session);
    let faite = brute(formulaire(faite, &champs)).await;
    assert_eq!((faite.statut, faite.entete("location")), (303, "/tablette"), "{}", faite.texte);
    // The admin's session does not stay behind on it.
    let apres = brute(demande(s, Method::GET, "/auth/me", &session)).await;
    assert_eq!(apres.statut, 401);
    cookie(&faite, "delicego_tablette")
}

async fn id_de(client: &Client) -> String {
    let moi = client.get("/auth/me").await.attendue(200);
    moi["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tile_and_a_pin_open_a_cooks_session_whoever_it_is() {
    let k = Cuisine::nouvelle().await;
    let tuiles = k.lire("/tablette", &k.tablette).await;
    for texte in ["Qui est là", "Cuisine", &k.admin, &k.operateur] {
        assert!(tuiles.texte.contains(texte), "{texte}");
    }
    for id in [&k.admin, &k.operateur] {
        let cookies = k.entrer(id).await;
        let moi = k.lire("/auth/me", &cookies).await.json();
        assert_eq!((moi["id"].as_str(), &moi["roles"]), (Some(&**id), &json!(["operateur"])));
        assert_eq!(k.lire("/tablettes", &cookies).await.statut, 403);
        assert_eq!(k.lire("/api/interne/utilisateurs", &cookies).await.statut, 403);
    }
    // An admin is one by password, on the tablet too.
    let session = entrer_par_mot_de_passe(&k.s, EMAIL_ADMIN, &k.tablette).await;
    let cookies = format!("{}; {session}", k.tablette);
    assert_eq!(k.lire("/auth/me", &cookies).await.json()["roles"], json!(["admin"]));
    assert_eq!(k.lire("/tablettes", &cookies).await.statut, 200);
}

#[tokio::test]
async fn the_next_person_enters_in_one_tap_and_the_one_before_is_gone() {
    let k = Cuisine::nouvelle().await;
    let premier = k.entrer(&k.operateur).await;
    let sortie = brute(k.demande(Method::POST, "/deconnexion", &premier)).await;
    assert_eq!((sortie.statut, sortie.entete("location")), (303, "/tablette"));
    assert_eq!(k.lire("/auth/me", &premier).await.statut, 401);
    // Or straight from the tiles, without leaving first.
    let premier = k.entrer(&k.operateur).await;
    let chemin = format!("/tablette/{}", k.admin);
    let suite = [("pin", PIN), ("suite", "/cuisine?x=1")];
    let entree = brute(formulaire(k.demande(Method::POST, &chemin, &premier), &suite)).await;
    assert_eq!((entree.statut, entree.entete("location")), (303, "/cuisine?x=1"));
    assert_eq!(k.lire("/auth/me", &premier).await.statut, 401);
    // Whoever is not logged in on a tablet is led to the tiles, elsewhere to the password.
    let page = k.lire("/exploitation", &k.tablette).await;
    assert_eq!(page.entete("location"), "/tablette?suite=%2Fexploitation");
    let ailleurs = k.lire("/exploitation", "a=b").await;
    assert_eq!(ailleurs.entete("location"), "/connexion?suite=%2Fexploitation");
    let porte = k.lire("/connexion?suite=/cuisine", &k.tablette).await;
    assert_eq!(porte.entete("location"), "/tablette?suite=%2Fcuisine");
    assert_eq!(k.lire("/connexion?mot_de_passe=oui", &k.tablette).await.statut, 200);
}

#[tokio::test]
async fn a_revoked_tablet_a_deactivated_person_and_a_changed_pin_end_the_sessions() {
    let k = Cuisine::nouvelle().await;
    let ouverte = async |cookies: &str| k.lire("/auth/me", cookies).await.statut == 200;
    let pin = format!("/api/interne/utilisateurs/{}/pin", k.operateur);
    let cookies = k.entrer(&k.operateur).await;
    let par_mot_de_passe = entrer_par_mot_de_passe(&k.s, EMAIL_OPERATEUR, "").await;
    k.c.client.put(&pin, &json!({"pin": "8306"})).await.attendue(200);
    assert!(!ouverte(&cookies).await, "PIN changé");
    assert!(ouverte(&par_mot_de_passe).await);
    assert_eq!(k.essayer(&k.operateur, PIN).await.statut, 401);
    k.c.client.put(&pin, &json!({"pin": PIN})).await.attendue(200);

    let cookies = k.entrer(&k.operateur).await;
    let actif = format!("/api/interne/utilisateurs/{}/actif", k.operateur);
    k.c.client.put(&actif, &json!({"actif": false})).await.attendue(200);
    assert!(!ouverte(&cookies).await, "désactivé");
    assert_eq!(k.essayer(&k.operateur, PIN).await.statut, 404);
    k.c.client.put(&actif, &json!({"actif": true})).await.attendue(200);

    let cookies = k.entrer(&k.operateur).await;
    let liste = k.c.client.get("/api/interne/tablettes").await.attendue(200);
    let tablette = &liste["elements"][0];
    assert_eq!(
        (&tablette["nom"], &tablette["magasin_nom"]),
        (&json!("Tablette du four"), &json!("Cuisine"))
    );
    let chemin = format!("/api/interne/tablettes/{}", tablette["id"].as_str().unwrap());
    let retirer = || k.c.client.requete(Method::DELETE, &chemin);
    k.c.client.envoyer(retirer()).await.attendue(200);
    assert!(!ouverte(&cookies).await, "tablette révoquée");
    assert_eq!(k.essayer(&k.operateur, PIN).await.statut, 403);
    assert_eq!(k.lire("/tablette", &k.tablette).await.entete("location"), "/connexion");
    k.c.client.envoyer(retirer()).await.refusee(404, "tablette_inconnue");
}

#[tokio::test]
async fn twelve_hours_without_use_end_a_session_opened_by_pin_only() {
    let k = Cuisine::nouvelle().await;
    let cookies = k.entrer(&k.operateur).await;
    let web = entrer_par_mot_de_passe(&k.s, EMAIL_OPERATEUR, "").await;
    let mut c = k.s.base().lire().await.unwrap();
    sqlx::query("update session set vue_le = now() - interval '13 hours'")
        .execute(&mut *c)
        .await
        .unwrap();
    assert_eq!(k.lire("/auth/me", &cookies).await.statut, 401);
    assert_eq!(k.lire("/auth/me", &web).await.statut, 200);
}
