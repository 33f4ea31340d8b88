//! A session opened by PIN reaches its magasin and no other, over every route there is.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cuisine;
use crate::outils::brut::{Brute, brute, formulaire};
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

/// What all magasins share.
const COMMUNES: [&str; 7] = [
    "/api/interne/chaine",
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
        let chemin = modele.replace("{magasin_id}", &autre).replace("{date}", jour(0));
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
    let lot = lot_de(&k, &autre, &riz).await;
    for chemin in [
        format!("/api/interne/stock?magasin_id={sien}&magasin_id={autre}"),
        format!("/api/interne/plans/{autre}/{JOUR}?magasin_id={sien}"),
        format!("/api/interne/lots/{lot}/mouvements?magasin_id={sien}"),
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

/// A lot of that magasin.
async fn lot_de(k: &Cuisine, magasin: &str, article: &str) -> String {
    let ligne = json!([{"ingredient_id": article, "quantite": 1000, "unite": "g"}]);
    let corps = json!({"magasin_id": magasin, "lignes": ligne});
    let recue = k.c.client.post("/api/interne/receptions", &corps).await.attendue(201);
    recue["lots"][0]["lot_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn menus_and_the_story_of_a_lot_are_those_of_its_magasin() {
    let k = Cuisine::nouvelle().await;
    let autre = k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    let riz = k.c.ingredient("Riz").await;
    let (bowl, _) = k.c.recette("Bowl", &[(&riz, 10.0)]).await;
    for (nom, magasin) in [
        ("Le sien", json!(k.c.magasin)),
        ("Celui d’un autre", json!(autre)),
        ("Celui de tous", Value::Null),
    ] {
        let menu = json!({"nom": nom, "recette_id": bowl, "magasin_id": magasin});
        k.c.client.post("/api/interne/menus", &menu).await.attendue(201);
    }
    let noms = async |chemin: &str| {
        let lus = k.lire(chemin, &cookies).await.json();
        let lus = lus["elements"].as_array().expect("menus").clone();
        lus.iter().map(|m| m["nom"].as_str().expect("nom").to_owned()).collect::<Vec<_>>()
    };
    for chemin in ["/api/interne/menus".to_owned(), siens("/api/interne/menus", &k)] {
        assert_eq!(noms(&chemin).await, ["Le sien", "Celui de tous"], "{chemin}");
    }
    let tous = k.c.client.get("/api/interne/menus").await.attendue(200);
    assert_eq!(tous["elements"].as_array().map(Vec::len), Some(3));

    let (sien, ailleurs) = (lot_de(&k, &k.c.magasin, &riz).await, lot_de(&k, &autre, &riz).await);
    let histoire = |lot: &str| format!("/api/interne/lots/{lot}/mouvements");
    let lue = k.lire(&histoire(&sien), &cookies).await;
    assert_eq!((lue.statut, &lue.json()["elements"][0]["type"]), (200, &json!("RECEPTION")));
    let refus = k.lire(&histoire(&ailleurs), &cookies).await;
    assert_eq!((refus.statut, refus.json()["code"].as_str()), (403, Some("autre_magasin")));
    k.c.client.get(&histoire(&ailleurs)).await.attendue(200);
}

fn siens(chemin: &str, k: &Cuisine) -> String {
    format!("{chemin}?magasin_id={}", k.c.magasin)
}

#[tokio::test]
async fn the_pages_offer_its_magasin_and_no_other() {
    let k = Cuisine::nouvelle().await;
    let autre = k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    for chemin in ["/production-du-jour", "/manques"] {
        let page = k.lire(&siens(chemin, &k), &cookies).await;
        assert_eq!(page.statut, 200, "{chemin}");
        assert!(!page.texte.contains("Boutique"), "{chemin} : {}", page.texte);
        let vers = k.lire(chemin, &cookies).await;
        assert_eq!((vers.statut, vers.entete("location")), (303, &*siens(chemin, &k)));
        let autre = k.lire(&format!("{chemin}?magasin_id={autre}"), &cookies).await;
        assert_eq!(autre.statut, 403, "{chemin}");
    }
    // Where a form was sent to, asked for anew: back to its page.
    let encore = k.lire("/production-du-jour/produire", &cookies).await;
    assert_eq!((encore.statut, encore.entete("location")), (303, "/production-du-jour"));
}

/// A form of the pages, as a browser sends it.
async fn poster(k: &Cuisine, cookies: &str, chemin: &str, champs: &[(&str, &str)]) -> Brute {
    brute(formulaire(k.demande(Method::POST, chemin, cookies), champs)).await
}

#[tokio::test]
async fn a_form_makes_the_day_of_its_magasin_and_never_that_of_another() {
    let k = Cuisine::nouvelle().await;
    let autre = k.c.autre_magasin("Boutique").await;
    let cookies = k.entrer(&k.operateur).await;
    let riz = k.c.ingredient("Riz").await;
    let (bowl, _) = k.c.recette("Bowl", &[(&riz, 10.0)]).await;
    for magasin in [&k.c.magasin, &autre] {
        lot_de(&k, magasin, &riz).await;
        let lignes = json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": 3}]});
        let chemin = format!("/api/interne/plans/{magasin}/{JOUR}");
        k.c.client.put(&chemin, &lignes).await.attendue(200);
    }
    let produire = "/production-du-jour/produire";
    let jour = [("date", jour(0)), ("cle", "un-seul-geste"), ("action", "confirmer")];
    let (sien, autre) = (("magasin_id", &*k.c.magasin), ("magasin_id", &*autre));
    let avant = tout_ce_qui_est_ecrit(k.s.base()).await;
    for (magasins, statut) in
        [(&[autre][..], 403), (&[sien, autre], 403), (&[], 400), (&[("magasin_id", "x")], 400)]
    {
        let champs = [magasins, &jour].concat();
        let r = poster(&k, &cookies, produire, &champs).await;
        assert_eq!(r.statut, statut, "{magasins:?} {}", r.texte);
    }
    let champs = [&[sien][..], &jour].concat();
    let ailleurs = format!("{produire}?magasin_id={}", autre.1);
    assert_eq!(poster(&k, &cookies, &ailleurs, &champs).await.statut, 403);
    // What a cook may not do, a cook with a PIN may not either.
    for chemin in ["/production-du-jour/plan", "/manques/regulariser"] {
        let r = poster(&k, &cookies, chemin, &champs).await;
        assert!(r.statut == 403 && r.texte.contains("Votre rôle"), "{chemin} {}", r.texte);
    }
    assert_eq!(tout_ce_qui_est_ecrit(k.s.base()).await, avant);
    let faite = poster(&k, &cookies, produire, &champs).await;
    assert_eq!(faite.statut, 303, "{}", faite.texte);
    let page = k.lire(faite.entete("location"), &cookies).await;
    assert!(page.texte.contains("C’est produit"), "{}", page.texte);
    k.s.verifier();
}
