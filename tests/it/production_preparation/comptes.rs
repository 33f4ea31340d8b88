//! `politique_stock = compte`: a scan passes, what the stock did not show is owed.

use serde_json::{Value, json};

use super::{Cuisine, GENCODE, statut};
use crate::outils::chaine::jour;

/// A kitchen that counts: 200 g of rice, for bowls of 150 g.
async fn qui_compte() -> (Cuisine, String) {
    let mut k = Cuisine::ouverte().await;
    let corps = json!({"nom": "Cuisine qui compte", "type_magasin": "PRODUCTION",
        "politique_stock": "compte"});
    let magasin = k.c.client.post("/api/interne/magasins", &corps).await.attendue(201);
    k.c.magasin = super::texte(&magasin["id"]);
    let menu = json!({"nom": "Bowl", "recette_id": k.bowl, "magasin_id": k.c.magasin,
        "gencode": GENCODE});
    k.c.client.post("/api/interne/menus", &menu).await.attendue(201);
    k.planifier(&[(&k.bowl, 10.0)]).await;
    let lot = k.c.lot(&k.riz, 200.0, Some(jour(32))).await;
    (k, lot)
}

async fn manques(k: &Cuisine) -> Vec<Value> {
    let chemin = format!("/api/interne/manques?magasin_id={}", k.c.magasin);
    let mut liste = k.cook.get(&chemin).await.attendue(200);
    serde_json::from_value(liste["elements"].take()).expect("manques")
}

#[tokio::test]
async fn a_scan_passes_what_is_there_is_consumed_and_the_rest_is_owed() {
    let (k, lot) = qui_compte().await;
    assert_eq!(k.scanner().await.attendue(200)["nb_manques"], 0);
    let degrade = k.scanner().await.attendue(200);
    assert_eq!((&degrade["nb_manques"], &degrade["ligne"]["produit"]), (&json!(1), &json!(2)));
    assert_eq!(k.c.solde(&lot).await, 0.0);
    let dus = manques(&k).await;
    assert_eq!((dus.len(), &dus[0]["quantite"]), (1, &json!(100)));
    let dit = k.s.attendre_evenement("production_preparation_scan_degrade").await;
    assert!(dit.contains("nb_manques=1") && dit.contains("level=warning"), "{dit}");
    assert_eq!(k.s.evenements("production_preparation_scan").len(), 2);
    k.s.verifier();
    // What is not a scan stays strict.
    k.produit().await.refusee(409, "stock_insuffisant");
    k.ajuste(3.0).await.refusee(409, "stock_insuffisant");
    k.c.produire(&[(&k.bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
}

#[tokio::test]
async fn i5_a_debt_shrinks_before_anything_goes_back_to_a_lot() {
    let (k, lot) = qui_compte().await;
    for _ in 0..3 {
        k.scanner().await.attendue(200);
    }
    // 450 g needed, 200 g taken: 100 g owed by the second bowl, 150 g by the third.
    assert_eq!(manques(&k).await.len(), 2);
    k.annuler().await.attendue(200);
    assert_eq!(manques(&k).await.len(), 1);
    k.ajuste(1.5).await.attendue(200);
    let dus = manques(&k).await;
    assert_eq!((dus.len(), &dus[0]["quantite"]), (1, &json!(25)));
    assert_eq!(k.c.solde(&lot).await, 0.0);
    k.s.verifier();
    k.ajuste(1.0).await.attendue(200);
    assert!(manques(&k).await.is_empty());
    assert_eq!(k.c.solde(&lot).await, 50.0);
    k.non_produit().await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 200.0);
    k.s.verifier();
}

#[tokio::test]
async fn stock_found_for_a_debt_goes_back_to_where_it_was_found() {
    let (k, lot) = qui_compte().await;
    k.scanner().await.attendue(200);
    k.scanner().await.attendue(200);
    let du = manques(&k).await[0]["id"].clone();
    let chemin = format!("/api/interne/manques/{}/regulariser", super::texte(&du));
    let trouve = json!({"code_lot": "TROUVE", "date_dlc": jour(0)});
    let trouve = k.c.client.post(&chemin, &trouve).await.attendue(201);
    let trouve = super::texte(&trouve["lot_id"]);
    k.s.verifier();
    k.annuler().await.attendue(200);
    assert_eq!((k.c.solde(&lot).await, k.c.solde(&trouve).await), (50.0, 100.0));
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 1.0));
    k.s.verifier();
    // A debt that shrank to nothing is settled.
    k.scanner().await.attendue(200);
    k.scanner().await.attendue(200);
    let du = manques(&k).await[0]["id"].clone();
    k.annuler().await.attendue(200);
    let chemin = format!("/api/interne/manques/{}/regulariser", super::texte(&du));
    let encore = k.c.client.post(&chemin, &json!({"code_lot": "TARD"})).await;
    encore.refusee(409, "manque_deja_regularise");
    k.s.verifier();
}

#[tokio::test]
async fn a_strict_kitchen_refuses_the_scan_and_lists_what_is_missing() {
    let k = Cuisine::ouverte().await;
    k.c.lot(&k.riz, 100.0, None).await;
    let refus = k.scanner().await.refusee(409, "stock_insuffisant");
    let manque = &refus["manques"][0];
    assert_eq!((&manque["besoin"], &manque["disponible"]), (&json!(150), &json!(100)));
    assert_eq!((&manque["manque"], &manque["ingredient_nom"]), (&json!(50), &json!("Riz")));
    assert!(manques(&k).await.is_empty());
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 0.0));
    k.s.verifier();
}
