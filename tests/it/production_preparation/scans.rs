//! Which line a gencode leads to.

use serde_json::json;

use super::{Cuisine, GENCODE, texte};
use crate::outils::chaine::JOUR;

async fn menu(k: &Cuisine, nom: &str, recette: &str, magasin: Option<&str>, gencode: &str) {
    let corps =
        json!({"nom": nom, "recette_id": recette, "magasin_id": magasin, "gencode": gencode});
    k.c.client.post("/api/interne/menus", &corps).await.attendue(201);
}

#[tokio::test]
async fn the_magasins_own_menu_comes_before_one_that_belongs_to_all() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    menu(&k, "Wok de tous", &wok, None, GENCODE).await;
    menu(&k, "Wok de tous, autre code", &wok, None, "0002").await;
    k.planifier(&[(&k.bowl, 5.0), (&wok, 5.0)]).await;
    assert_eq!(k.scanner().await.attendue(200)["ligne"]["id"], k.bowl.as_str());
    let fait = k.dire("scan", &k.corps_scan("0002")).await.attendue(200);
    assert_eq!(fait["ligne"]["id"], wok.as_str());
}

#[tokio::test]
async fn a_gencode_of_nobody_or_of_another_magasin_is_unknown() {
    let (k, _) = Cuisine::garnie().await;
    let boutique = k.c.autre_magasin("Boutique").await;
    menu(&k, "Bowl de la boutique", &k.bowl, Some(&boutique), "0003").await;
    for inconnu in ["0003", "rien", "'; --"] {
        k.dire("scan", &k.corps_scan(inconnu)).await.refusee(404, "gencode_inconnu");
    }
    // There too, where the magasin has no plan yet.
    let mut corps = k.corps_scan(GENCODE);
    corps["magasin_id"] = json!(boutique);
    k.dire("scan", &corps).await.refusee(404, "gencode_inconnu");
    corps["gencode"] = json!("0003");
    k.dire("scan", &corps).await.refusee(404, "plan_absent");
}

#[tokio::test]
async fn a_known_menu_that_is_not_at_the_plan_is_refused_and_not_added() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    menu(&k, "Wok", &wok, None, "0004").await;
    let refus = k.dire("scan", &k.corps_scan("0004")).await.refusee(404, "recette_hors_plan");
    assert!(texte(&refus["detail"]).contains("plan"), "{refus}");
    assert_eq!(k.ecran().await["cuisine"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_recipe_counted_in_grams_is_not_scanned_one_gram_at_a_time() {
    let (k, lot) = Cuisine::garnie().await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"}});
    let (sauce, _) = k.c.recette_de(sauce, &[(&k.riz, 500.0)]).await;
    menu(&k, "Sauce", &sauce, None, "0005").await;
    k.planifier(&[(&sauce, 3.0)]).await;
    let refus = k.dire("scan", &k.corps_scan("0005")).await.refusee(409, "code_sans_poids");
    assert_eq!(refus["recette_id"], sauce, "{refus}");
    assert_eq!(k.c.solde(&lot).await, 100_000.0);
    let chemin = format!("/api/interne/plans/{}/{JOUR}", k.c.magasin);
    let plan = k.cook.get(&chemin).await.attendue(200);
    assert_eq!(plan["lignes"][0]["quantite_produite"], 0);
    k.s.verifier();
}
