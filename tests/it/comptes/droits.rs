//! Who may do what, over every route there is; and the key that programs must show.

use reqwest::Method;
use serde_json::{Value, json};

use crate::outils::brut::{brute, formulaire, navigateur};
use crate::outils::chaine::jour;
use crate::outils::ecrits::tout_ce_qui_est_ecrit;
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};
use crate::outils::{Client, Serveur};

/// Every (method, path) of the description, ids filled in.
pub async fn toutes_les_routes(client: &Client) -> Vec<(Method, String)> {
    let document = client.get("/api/openapi.json").await.attendue(200);
    let mut routes = Vec::new();
    for (chemin, methodes) in document["paths"].as_object().expect("paths") {
        let chemin = chemin.replace("{date}", jour(0));
        let segments = chemin.split('/').map(|segment| match segment.starts_with('{') {
            true => "0197ffff-ffff-7fff-8fff-ffffffffffff",
            false => segment,
        });
        let adresse = segments.collect::<Vec<_>>().join("/");
        for methode in methodes.as_object().expect("méthodes").keys() {
            let Ok(methode) = methode.to_uppercase().parse::<Method>() else { continue };
            if ["GET", "POST", "PUT", "DELETE"].contains(&methode.as_str()) {
                routes.push((methode, adresse.clone()));
            }
        }
    }
    assert!(routes.len() > 30, "{routes:?}");
    routes
}

/// What the contract gives to an operateur.
fn permis_en_cuisine(methode: &Method, chemin: &str) -> bool {
    let ecritures = [
        "/api/interne/operations/production-du-jour",
        "/api/interne/receptions",
        "/api/interne/ajustements",
        "/api/interne/pertes",
    ];
    let les_gens = ["/api/interne/utilisateurs", "/api/interne/tablettes", "/metrics"]
        .iter()
        .any(|p| chemin.starts_with(p));
    (methode == Method::GET && !les_gens)
        || (methode == Method::POST
            && (ecritures.contains(&chemin)
                // A production of one's own.
                || (chemin.starts_with("/api/interne/operations/") && chemin.ends_with("/annuler"))
                || chemin.starts_with("/api/interne/production-preparation/")))
        || !(chemin.starts_with("/api/interne/") || chemin == "/metrics")
}

#[tokio::test]
async fn a_cook_may_do_what_the_contract_says_and_nothing_else() {
    let s = Serveur::demarrer().await;
    let (admin, cuisine) = (s.admin().await, s.operateur().await);
    let avant = tout_ce_qui_est_ecrit(s.base()).await;
    let mut refusees = 0;
    for (methode, chemin) in toutes_les_routes(&admin).await {
        if chemin == "/auth/logout" {
            continue;
        }
        let demande = |c: &Client| c.requete(methode.clone(), &chemin).json(&json!({}));
        let r = cuisine.envoyer(demande(&cuisine)).await;
        if permis_en_cuisine(&methode, &chemin) {
            assert_ne!(r.statut, 403, "{methode} {chemin}");
        } else {
            refusees += 1;
            r.refusee(403, "role_insuffisant");
        }
        assert_ne!(admin.envoyer(demande(&admin)).await.statut, 403, "{methode} {chemin}");
    }
    assert!(refusees >= 12, "{refusees}");
    assert_eq!(tout_ce_qui_est_ecrit(s.base()).await, avant);
}

#[tokio::test]
async fn without_a_token_only_the_public_routes_answer() {
    let s = Serveur::demarrer().await;
    let anonyme = s.anonyme();
    for (methode, chemin) in toutes_les_routes(&anonyme).await {
        let r = anonyme.envoyer(anonyme.requete(methode.clone(), &chemin).json(&json!({}))).await;
        match chemin.as_str() {
            "/health" => assert_eq!(r.statut, 200),
            "/auth/login" => assert_eq!(r.statut, 400),
            _ => drop(r.refusee(401, "non_connecte")),
        }
    }
}

const CLE: &str = "une clé bien gardée";

fn avec_cle(client: &Client, cle: Option<&str>) -> reqwest::RequestBuilder {
    let corps = json!({"nom": format!("Fournisseur {}", cle.unwrap_or_default())});
    let requete = client.requete(Method::POST, "/api/interne/fournisseurs").json(&corps);
    match cle {
        Some(cle) => requete.header("x-cle-interne", cle),
        None => requete,
    }
}

async fn fournisseurs(s: &Serveur) -> i64 {
    let mut c = s.base().lire().await.expect("connexion");
    let nombre = sqlx::query_scalar("select count(*) from fournisseur");
    nombre.fetch_one(&mut *c).await.expect("nombre")
}

#[tokio::test]
async fn with_a_configured_key_a_program_must_show_it_and_a_browser_need_not() {
    let s = Serveur::avec(&[("CLE_INTERNE", CLE)]).await;
    let admin = s.admin().await;
    let faux =
        [None, Some(""), Some("faux"), Some("une clé bien gardé"), Some("UNE CLÉ BIEN GARDÉE")];
    for cle in faux {
        admin.envoyer(avec_cle(&admin, cle)).await.refusee(401, "cle_interne_invalide");
    }
    let deux = avec_cle(&admin, Some("faux")).header("x-cle-interne", CLE);
    admin.envoyer(deux).await.refusee(401, "cle_interne_invalide");
    admin.get("/api/interne/stock").await.refusee(401, "cle_interne_invalide");
    assert_eq!(fournisseurs(&s).await, 0);
    admin.envoyer(avec_cle(&admin, Some(CLE))).await.attendue(201);
    admin.get("/auth/me").await.attendue(200);

    let champs = [("email", EMAIL_ADMIN), ("mot_de_passe", MOT_DE_PASSE)];
    let entree = navigateur().post(format!("{}/connexion", s.url()));
    let entree = brute(formulaire(entree, &champs)).await;
    let cookie = entree.entete("set-cookie").split(';').next().expect("cookie").to_owned();
    let page = navigateur().get(format!("{}/api/interne/fournisseurs", s.url()));
    let page = brute(page.header("cookie", cookie)).await;
    assert_eq!(page.statut, 200, "{}", page.texte);
    let elements = page.json()["elements"].take();
    assert_eq!(elements.as_array().map(Vec::len), Some(1));

    // The key is no way in by itself.
    let sans_jeton = s.anonyme();
    sans_jeton.envoyer(avec_cle(&sans_jeton, Some(CLE))).await.refusee(401, "non_connecte");
}

#[tokio::test]
async fn without_a_configured_key_the_header_is_not_looked_at() {
    let s = Serveur::demarrer().await;
    let admin = s.admin().await;
    for cle in [None, Some("n'importe quoi")] {
        let cree: Value = admin.envoyer(avec_cle(&admin, cle)).await.attendue(201);
        assert!(cree["id"].is_string());
    }
}
