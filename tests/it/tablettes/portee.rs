//! A session opened by PIN reaches its magasin and no other, over every route there is.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cuisine;
use crate::outils::brut::brute;
use crate::outils::chaine::{JOUR, PRODUIRE};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

/// What all magasins share.
const COMMUNES: [&str; 6] = [
    "/api/interne/magasins",
    "/api/interne/fournisseurs",
    "/api/interne/ingredients",
    "/api/interne/ingredient-alias",
    "/api/interne/recettes",
    "/api/interne/recettes/{id}",
];

#[tokio::test]
async fn every_route_of_the_api_refuses_another_magasin() {
    let k = Cuisine::nouvelle().await;
    let autre = k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    let document = k.c.client.get("/api/openapi.json").await.attendue(200);
    let avant = tout_ce_qui_est_ecrit(k.s.base()).await;
    let mut autres = 0;
    for (modele, methodes) in document["paths"].as_object().unwrap() {
        if !modele.starts_with("/api/interne/") || COMMUNES.contains(&modele.as_str()) {
            continue;
        }
        let chemin = modele.replace("{magasin_id}", &autre).replace("{date}", JOUR);
        let chemin = chemin.replace("{id}", "0197ffff-ffff-7fff-8fff-ffffffffffff");
        for (methode, _) in methodes.as_object().unwrap() {
            let methode: Method = methode.to_uppercase().parse().unwrap();
            let ecrit = methode != Method::GET;
            let url = if ecrit { chemin.clone() } else { format!("{chemin}?magasin_id={autre}") };
            let mut requete = k.demande(methode.clone(), &url, &cookies);
            if ecrit {
                requete = requete.json(&json!({"magasin_id": autre}));
            }
            let r = brute(requete).await;
            let code = r.json()["code"].as_str().unwrap_or_default().to_owned();
            assert_eq!(r.statut, 403, "{methode} {url} {}", r.texte);
            assert!(
                ["autre_magasin", "role_insuffisant"].contains(&&*code),
                "{methode} {url} {code}"
            );
            autres += usize::from(code == "autre_magasin");
        }
    }
    assert!(autres >= 8, "{autres}");
    assert_eq!(tout_ce_qui_est_ecrit(k.s.base()).await, avant);
}

#[tokio::test]
async fn naming_ones_own_magasin_beside_another_opens_nothing() {
    let k = Cuisine::nouvelle().await;
    let autre = k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    let sien = &k.c.magasin;
    let riz = k.c.ingredient("Riz").await;
    let lot = k.c.lot(&riz, 10.0, None).await;
    for chemin in [
        format!("/api/interne/stock?magasin_id={sien}&magasin_id={autre}"),
        format!("/api/interne/plans/{autre}/{JOUR}?magasin_id={sien}"),
        format!("/api/interne/lots/{lot}/mouvements?magasin_id={sien}"),
        format!("/api/interne/menus?magasin_id={sien}"),
        "/api/interne/stock".to_owned(),
    ] {
        let r = k.lire(&chemin, &cookies).await;
        assert_eq!((r.statut, r.json()["code"].as_str()), (403, Some("autre_magasin")), "{chemin}");
    }
    let ligne = json!([{"ingredient_id": riz, "quantite": 1, "unite": "g"}]);
    let recevoir = async |chemin: &str, corps: Value| {
        brute(k.demande(Method::POST, chemin, &cookies).json(&corps)).await
    };
    let route = "/api/interne/receptions";
    let le_sien_aussi = format!("{route}?magasin_id={sien}");
    let r = recevoir(&le_sien_aussi, json!({"magasin_id": autre, "lignes": ligne})).await;
    assert_eq!(r.json()["code"], "autre_magasin");
    let r = recevoir(route, json!({"lignes": ligne})).await;
    assert_eq!(r.json()["erreurs"][0]["champ"], "magasin_id", "{}", r.texte);
}

#[tokio::test]
async fn its_own_magasin_is_all_there_for_a_cook() {
    let k = Cuisine::nouvelle().await;
    k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    let riz = k.c.ingredient("Riz").await;
    let (bowl, _) = k.c.recette("Bowl", &[(&riz, 10.0)]).await;
    k.c.lot(&riz, 1000.0, None).await;
    let magasins = k.lire("/api/interne/magasins", &cookies).await.json();
    assert_eq!(magasins["elements"].as_array().unwrap().len(), 1);
    assert_eq!(magasins["elements"][0]["id"].as_str(), Some(&*k.c.magasin));
    let stock = k.lire(&format!("/api/interne/stock?magasin_id={}", k.c.magasin), &cookies).await;
    assert_eq!(stock.json()["elements"][0]["solde"], 1000);
    let faite = k.demande(Method::POST, PRODUIRE, &cookies).json(&k.c.demande(&[(&bowl, 2.0)]));
    assert_eq!(brute(faite).await.statut, 201);
    let plan = k.lire(&format!("/api/interne/plans/{}/{JOUR}", k.c.magasin), &cookies).await;
    assert_eq!(plan.statut, 200, "{}", plan.texte);
    // Pages: the same one, of its magasin.
    let accueil = k.lire("/", &cookies).await;
    let sienne = format!("/?magasin_id={}", k.c.magasin);
    assert_eq!((accueil.statut, accueil.entete("location")), (303, &*sienne));
    let page = k.lire(&sienne, &cookies).await;
    assert!(page.statut == 200 && !page.texte.contains("Boutique"), "{}", page.texte);
}
