//! Sub-recipes of the day's plan: in which order, what waits for what, and what is short all the same.

use serde_json::{Value, json};

use super::{Cuisine, PREPARATION, texte};
use crate::outils::Serveur;
use crate::outils::chaine::{JOUR, jour};

/// Eggs make mayonnaise, mayonnaise a sauce, the sauce a salad: 10 of each takes 10 of the one before.
struct Chaines {
    k: Cuisine,
    oeuf: String,
    mayo: String,
    cesar: String,
    salade: String,
}

impl Chaines {
    async fn au_plan(mayo: f64, cesar: f64, salade: f64) -> Self {
        let k = Cuisine::ouverte().await;
        let oeuf = k.c.ingredient("Œuf").await;
        let creer = async |nom: &str, de: &str, unite: &str| {
            let corps = json!({"nom": nom, "nature": "preparation",
                "rendement": {"quantite": 1, "unite": "piece"},
                "lignes": [{"ingredient_id": de, "quantite": 1, "unite": unite}]});
            let cree = k.c.client.post("/api/interne/recettes", &corps).await.attendue(201);
            (texte(&cree["id"]), texte(&cree["article_id"]))
        };
        let (recette_mayo, article_mayo) = creer("Mayonnaise", &oeuf, "g").await;
        let (recette_cesar, article_cesar) = creer("Sauce César", &article_mayo, "piece").await;
        let (recette_salade, _) = creer("Assiette César", &article_cesar, "piece").await;
        k.planifier(&[(&recette_mayo, mayo), (&recette_cesar, cesar), (&recette_salade, salade)])
            .await;
        Self { k, oeuf, mayo: recette_mayo, cesar: recette_cesar, salade: recette_salade }
    }
}

#[tokio::test]
async fn what_the_plan_makes_itself_is_to_be_made_first_and_is_not_short() {
    let c = Chaines::au_plan(10.0, 4.0, 3.0).await;
    c.k.c.lot(&c.oeuf, 10.0, None).await;
    let ecran = c.k.ecran().await;
    let lignes = ecran["cuisine"].as_array().expect("cuisine");
    let noms: Vec<String> = lignes.iter().map(|l| texte(&l["recette_nom"])).collect();
    assert_eq!(noms, ["Assiette César", "Mayonnaise", "Sauce César"], "toujours par nom");
    let ordres: Vec<_> = lignes.iter().map(|l| l["ordre"].as_u64().expect("ordre")).collect();
    assert_eq!(ordres, [3, 1, 2]);
    assert!(lignes.iter().all(|l| l["manques"] == json!([])), "{ecran}");
    let attend = |i: usize| &lignes[i]["attend"];
    assert_eq!(
        [attend(0), attend(1), attend(2)],
        [&json!([c.cesar]), &json!([]), &json!([c.mayo])]
    );
    let d_abord = &lignes[0]["faites_d_abord"][0];
    assert_eq!((&d_abord["recette_nom"], &d_abord["au_plan"]), (&json!("Sauce César"), &json!(4)));

    // Two dishes that share the sauce are short of it together, and each of them says so.
    let sauce = texte(&d_abord["ingredient_id"]);
    let wrap = json!({"nom": "Wrap César", "nature": "preparation", "lignes": [
        {"ingredient_id": sauce, "quantite": 1, "unite": "piece"}]});
    let wrap = texte(&c.k.c.client.post("/api/interne/recettes", &wrap).await.attendue(201)["id"]);
    c.k.planifier(&[(&c.mayo, 10.0), (&c.cesar, 4.0), (&c.salade, 3.0), (&wrap, 3.0)]).await;
    for (recette, manque) in [(&c.salade, json!([2])), (&wrap, json!([2])), (&c.cesar, json!([]))] {
        let ligne = c.k.ligne_de(recette).await;
        assert_eq!(ligne["manques"], json!([]), "seule, elle se fait");
        let ensemble = ligne["manques_ensemble"].as_array().expect("ensemble").iter();
        assert_eq!(ensemble.map(|m| m["manque"].clone()).collect::<Value>(), manque, "{ligne}");
    }

    // Tapped all the same, it is refused and says what comes first.
    let refus = c.k.dire("produit", &c.k.corps(&c.salade)).await.refusee(409, "stock_insuffisant");
    assert!(
        texte(&refus["detail"]).contains("Faites d'abord « Sauce César » (4 pièces au plan)."),
        "{refus}"
    );
    assert_eq!(refus["faites_d_abord"][0]["recette_id"], *c.cesar);
    assert_eq!(refus["manques"][0]["manque"], 3, "rien de ce qui manque n'est tu");
    for recette in [&c.mayo, &c.cesar, &c.salade] {
        c.k.dire("produit", &c.k.corps(recette)).await.attendue(200);
    }
    c.k.s.verifier();
}

#[tokio::test]
async fn beyond_the_plan_or_where_it_cannot_be_made_it_is_short() {
    let c = Chaines::au_plan(4.0, 4.0, 7.0).await;
    let court = async |recette: &str| {
        let ligne = c.k.ligne_de(recette).await;
        let manques: Value = ligne["manques"]
            .as_array()
            .expect("manques")
            .iter()
            .map(|m| m["manque"].clone())
            .collect();
        (manques, ligne["attend"].as_array().expect("attend").len())
    };
    // No egg: nothing can be made, all is short.
    assert_eq!(court(&c.mayo).await, (json!([4]), 0));
    assert_eq!(court(&c.cesar).await, (json!([4]), 0));
    assert_eq!(court(&c.salade).await, (json!([7]), 0));
    let refus = c.k.dire("produit", &c.k.corps(&c.salade)).await.refusee(409, "stock_insuffisant");
    assert_eq!(refus["faites_d_abord"], json!([]), "{refus}");
    c.k.c.lot(&c.oeuf, 4.0, None).await;
    assert_eq!(court(&c.cesar).await, (json!([]), 1));
    assert_eq!(court(&c.salade).await, (json!([3]), 1), "quatre viendront, trois manquent");
    // Settled: the plan makes no more of it.
    c.k.dire("non-produit", &c.k.corps(&c.cesar)).await.attendue(200);
    assert_eq!(court(&c.salade).await, (json!([7]), 0));
}

#[tokio::test]
async fn on_the_demonstrations_first_morning_nothing_that_the_plan_makes_is_red() {
    let s = Serveur::avec_demo().await;
    let client = s.admin().await;
    let magasins = client.get("/api/interne/magasins").await.attendue(200);
    let magasins = magasins["elements"].as_array().expect("magasins").iter();
    let mut attendues = 0;
    for magasin in magasins.map(|m| texte(&m["id"])) {
        let chemin = format!("{PREPARATION}?magasin_id={magasin}&date={JOUR}");
        let ecran = client.get(&chemin).await;
        if ecran.statut == 404 {
            continue;
        }
        let ecran = ecran.attendue(200);
        let faits: Vec<&Value> = ecran["totaux"]["produits"]
            .as_array()
            .expect("produits")
            .iter()
            .map(|p| &p["article_id"])
            .collect();
        for ligne in ecran["cuisine"].as_array().expect("cuisine") {
            attendues += ligne["attend"].as_array().expect("attend").len();
            for manque in ligne["manques"].as_array().expect("manques") {
                assert!(!faits.contains(&&manque["ingredient_id"]), "{ligne}");
            }
        }
    }
    assert!(attendues > 0, "la démonstration a des préparations au plan");
}

#[tokio::test]
async fn what_nobody_said_of_the_last_day_stands_above_today_until_somebody_does() {
    let (k, _) = Cuisine::garnie().await;
    k.c.lot_ancien(&k.riz, 10_000.0).await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 10.0)]).await;
    let (the, _) = k.c.recette("Thé", &[(&k.riz, 10.0)]).await;
    let planifier = async |le: &str, recettes: &[&str]| {
        let lignes: Value =
            recettes.iter().map(|r| json!({"recette_id": r, "quantite_planifiee": 4})).collect();
        let chemin = format!("/api/interne/plans/{}/{le}", k.c.magasin);
        k.c.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
    };
    planifier(jour(-2), &[&the]).await;
    planifier(jour(-1), &[&k.bowl, &wok, &the]).await;
    let corps = |recette: &str| {
        let mut corps = k.corps(recette);
        corps["date"] = json!(jour(-1));
        corps["motif"] = json!("oublié");
        corps
    };
    k.dire("produit", &corps(&the)).await.attendue(200);
    let veille = async || k.ecran().await["veille"].clone();
    let avant = veille().await;
    assert_eq!(
        (&avant["date"], avant["lignes"].as_array().map(Vec::len)),
        (&json!(jour(-1)), Some(2))
    );
    assert_eq!(
        (&avant["lignes"][0]["recette_nom"], &avant["lignes"][0]["restant"]),
        (&json!("Bowl du chef"), &json!(4))
    );
    // Another day's screen has its own.
    let demain = format!("/api/interne/plans/{}/{}", k.c.magasin, jour(1));
    let plan = json!({"lignes": [{"recette_id": the, "quantite_planifiee": 1}]});
    k.c.client.put(&demain, &plan).await.attendue(200);
    let ecran = format!("{PREPARATION}?magasin_id={}&date={}", k.c.magasin, jour(1));
    assert_eq!(k.cook.get(&ecran).await.attendue(200)["veille"], Value::Null);

    // Somebody says it: made, and not made, each with its reason.
    k.dire("produit", &corps(&k.bowl)).await.attendue(200);
    assert_eq!(veille().await["lignes"].as_array().map(Vec::len), Some(1));
    k.dire("non-produit", &corps(&wok)).await.attendue(200);
    assert_eq!(veille().await, Value::Null);
    k.s.verifier();
}
