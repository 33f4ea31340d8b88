//! Everything that was declared, oldest first.

use serde_json::{Value, json};

use super::{Cuisine, texte};

#[tokio::test]
async fn everything_declared_is_kept_in_order_with_who_said_it_and_what_was_made() {
    let (k, _) = Cuisine::garnie().await;
    k.scanner().await.attendue(200);
    k.c.produire(&[(&k.bowl, 4.0)]).await.attendue(201);
    k.ajuste(12.0).await.attendue(200);
    let mut corps = k.corps(&k.bowl);
    corps["motif"] = json!("Panne");
    k.c.client.post("/api/interne/production-preparation/non-produit", &corps).await.attendue(200);
    k.annuler().await.attendue(200);
    k.produit().await.attendue(200);
    let dit: Vec<(String, f64, f64)> = k.dit().await;
    let attendu = [
        ("SCAN", 1.0, 1.0),
        ("PRODUIT", 4.0, 5.0),
        ("AJUSTE", 12.0, 12.0),
        ("NON_PRODUIT", 0.0, 0.0),
        ("ANNULATION", 0.0, 12.0),
        ("PRODUIT", 25.0, 25.0),
    ];
    let attendu: Vec<_> = attendu.iter().map(|(t, q, a)| ((*t).to_owned(), *q, *a)).collect();
    assert_eq!(dit, attendu);
    let trace = k.trace().await;
    let auteurs: Vec<String> = trace.iter().map(|e| texte(&e["auteur"])).collect();
    assert_eq!(auteurs, ["operateur", "admin", "operateur", "admin", "operateur", "operateur"]);
    let lots: Vec<bool> = trace.iter().map(|e| e["lot_production_id"].is_string()).collect();
    assert_eq!(lots, [true, true, true, false, true, true]);
    let du_jour: Vec<bool> = trace.iter().map(|e| e["production_du_jour"] == true).collect();
    assert_eq!(du_jour, [false, true, false, false, false, false]);
    assert_eq!((&trace[3]["motif"], &trace[3]["annule"]), (&json!("Panne"), &json!(true)));
    let instants: Vec<chrono::DateTime<chrono::Utc>> =
        trace.iter().map(|e| texte(&e["date_heure"]).parse().expect("instant")).collect();
    assert!(instants.is_sorted(), "{instants:?}");
}

#[tokio::test]
async fn a_production_shows_what_it_made_even_once_it_was_taken_back() {
    let (k, _) = Cuisine::garnie().await;
    k.c.produire(&[(&k.bowl, 8.0)]).await.attendue(201);
    k.non_produit().await.attendue(200);
    let dit: Vec<(String, f64, f64)> = k.dit().await;
    assert_eq!(dit, [("PRODUIT".to_owned(), 8.0, 8.0), ("NON_PRODUIT".to_owned(), 0.0, 0.0)]);
    assert_eq!(k.trace().await[1]["lot_production_id"], Value::Null);
    k.s.verifier();
}

#[tokio::test]
async fn declarations_cannot_be_changed_even_in_the_database() {
    let (k, _) = Cuisine::garnie().await;
    k.scanner().await.attendue(200);
    for sql in [
        "update declaration set quantite = 2000",
        "delete from declaration",
        "truncate declaration",
    ] {
        let mut c = k.s.base().lire().await.expect("connexion");
        let refus = sqlx::query(sql).execute(&mut *c).await.expect_err(sql).to_string();
        assert!(refus.contains("immuables"), "{refus}");
    }
}
