//! What is declared down: to which lots the ingredients go back, and what can no longer be taken
//! back.

use serde_json::{Value, json};

use super::{Cuisine, PREPARATION, statut, texte};
use crate::outils::chaine::{JOUR, jour};

async fn ajuster(k: &Cuisine, recette: &str, quantite: f64) -> crate::outils::Reponse {
    let mut corps = k.corps(recette);
    corps["quantite"] = json!(quantite);
    k.dire("ajuste", &corps).await
}

async fn mouvements(k: &Cuisine, lot: &str) -> Vec<Value> {
    let chemin = format!("/api/interne/lots/{lot}/mouvements");
    let mut lus = k.cook.get(&chemin).await.attendue(200);
    serde_json::from_value(lus["elements"].take()).expect("mouvements")
}

#[tokio::test]
async fn ingredients_go_back_to_their_very_lots_the_last_taken_first() {
    let k = Cuisine::ouverte().await;
    let premier = k.c.lot(&k.riz, 600.0, Some(jour(1))).await;
    let second = k.c.lot(&k.riz, 300.0, Some(jour(3))).await;
    let dernier = k.c.lot(&k.riz, 9000.0, None).await;
    k.produit().await.attendue(200);
    let soldes =
        async || (k.c.solde(&premier).await, k.c.solde(&second).await, k.c.solde(&dernier).await);
    assert_eq!(soldes().await, (0.0, 0.0, 9000.0 - 2850.0));
    // 750 g stay taken: the first lot, and half of the second.
    k.ajuste(5.0).await.attendue(200);
    assert_eq!(soldes().await, (0.0, 150.0, 9000.0));
    k.s.verifier();
    k.non_produit().await.attendue(200);
    assert_eq!(soldes().await, (600.0, 300.0, 9000.0));
    k.s.verifier();
    // Reversing movements name what they reverse.
    let lus = mouvements(&k, &second).await;
    let prise = &lus[1];
    assert_eq!((&prise["type"], &prise["quantite"]), (&json!("CONSOMMATION"), &json!(-300)));
    for (m, quantite) in [(&lus[2], 150), (&lus[3], 150)] {
        assert_eq!((&m["type"], &m["quantite"]), (&json!("CONSOMMATION"), &json!(quantite)));
        assert_eq!(m["annule_id"], prise["id"]);
    }
    let sortie = k.c.lots().await.into_iter().find(|l| l["ingredient_nom"] == "Bowl").expect("lot");
    assert_eq!(sortie["solde"], 0);
}

#[tokio::test]
async fn what_goes_back_is_taken_first_again_if_it_expires_first() {
    let k = Cuisine::ouverte().await;
    let premier = k.c.lot(&k.riz, 600.0, Some(jour(1))).await;
    let second = k.c.lot(&k.riz, 9000.0, None).await;
    k.produit().await.attendue(200);
    k.ajuste(2.0).await.attendue(200);
    assert_eq!((k.c.solde(&premier).await, k.c.solde(&second).await), (300.0, 9000.0));
    k.ajuste(5.0).await.attendue(200);
    assert_eq!((k.c.solde(&premier).await, k.c.solde(&second).await), (0.0, 8850.0));
    k.s.verifier();
}

#[tokio::test]
async fn the_latest_production_is_taken_back_first_then_the_one_before() {
    let (k, _) = Cuisine::garnie().await;
    for q in [5.0, 8.0, 10.0] {
        k.ajuste(q).await.attendue(200);
    }
    k.ajuste(6.0).await.attendue(200);
    let mut soldes: Vec<(String, f64)> =
        k.c.lots()
            .await
            .iter()
            .filter(|l| l["ingredient_nom"] == "Bowl")
            .map(|l| (texte(&l["code_lot"]), l["solde"].as_f64().expect("solde")))
            .collect();
    soldes.sort_by(|a, b| a.0.cmp(&b.0));
    let soldes: Vec<f64> = soldes.into_iter().map(|(_, s)| s).collect();
    assert_eq!(soldes, [5.0, 1.0, 0.0]);
    k.s.verifier();
}

#[tokio::test]
async fn lots_that_can_no_longer_be_used_get_back_what_came_from_them() {
    let (k, lot) = Cuisine::garnie().await;
    k.produit().await.attendue(200);
    let etat = json!({"etat": "rappele", "motif": "rappel fournisseur"});
    k.c.client.post(&format!("/api/interne/lots/{lot}/etat"), &etat).await.attendue(201);
    k.non_produit().await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0);
    k.produit().await.refusee(409, "stock_insuffisant");
    assert_eq!(k.etat().await, statut("NON_PRODUIT", 0.0));
    k.s.verifier();
}

#[tokio::test]
async fn what_was_lost_of_it_cannot_be_taken_back_and_the_refusal_says_where_it_went() {
    let (k, lot) = Cuisine::garnie().await;
    k.produit().await.attendue(200);
    let sortie = k.c.lots().await.into_iter().find(|l| l["ingredient_nom"] == "Bowl").expect("lot");
    let perte = json!({"magasin_id": k.c.magasin, "lot_id": sortie["lot_id"], "quantite": 3,
        "unite": "piece", "motif": "tombés"});
    k.cook.post("/api/interne/pertes", &perte).await.attendue(201);
    let refus = k.non_produit().await.refusee(409, "production_deja_utilisee");
    let dit = &refus["lots"][0];
    assert_eq!((&dit["lot_id"], &dit["a_reprendre"]), (&sortie["lot_id"], &json!(25)));
    assert_eq!((&dit["solde"], &dit["usages"][0]["quantite"]), (&json!(22), &json!(3)));
    assert_eq!(
        (&dit["usages"][0]["type"], &dit["usages"][0]["motif"]),
        (&json!("PERTE"), &json!("tombés"))
    );
    assert!(texte(&refus["detail"]).contains(&texte(&sortie["code_lot"])), "{refus}");
    assert_eq!(k.etat().await, statut("PRODUIT", 25.0));
    // What is still there can go back.
    k.ajuste(3.0).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 450.0);
    k.annuler().await.attendue(200);
    assert_eq!(k.etat().await, statut("PRODUIT", 25.0));
    k.s.verifier();
}

#[tokio::test]
async fn a_preparation_that_was_used_cannot_be_taken_back_and_the_refusal_names_what_used_it() {
    let (k, _) = Cuisine::garnie().await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"}});
    let (sauce, article) = k.c.recette_de(sauce, &[(&k.riz, 500.0)]).await;
    let (wok, _) = k.c.recette("Wok", &[(&article, 100.0)]).await;
    k.planifier(&[(&sauce, 1000.0), (&wok, 4.0)]).await;
    k.dire("produit", &k.corps(&sauce)).await.attendue(200);
    k.dire("produit", &k.corps(&wok)).await.attendue(200);
    let refus = k.dire("non-produit", &k.corps(&sauce)).await;
    let refus = refus.refusee(409, "production_deja_utilisee");
    let usage = &refus["lots"][0]["usages"][0];
    assert_eq!((&usage["type"], &usage["recette_nom"]), (&json!("CONSOMMATION"), &json!("Wok")));
    assert_eq!(usage["quantite"], 400);
    ajuster(&k, &sauce, 400.0).await.attendue(200);
    // Once the wok is taken back, so can the sauce be.
    k.dire("non-produit", &k.corps(&wok)).await.attendue(200);
    k.dire("non-produit", &k.corps(&sauce)).await.attendue(200);
    assert_eq!(k.ligne_de(&sauce).await["statut"], "NON_PRODUIT");
    k.s.verifier();
}

#[tokio::test]
async fn i5_corrections_in_any_steps_down_to_nothing_round_as_one() {
    let k = Cuisine::ouverte().await;
    let sept = json!({"nom": "Sept", "rendement": {"quantite": 7, "unite": "piece"}});
    let (sept, _) = k.c.recette_de(sept, &[(&k.riz, 10.001)]).await;
    let lot = k.c.lot(&k.riz, 1000.0, None).await;
    k.planifier(&[(&sept, 20.0)]).await;
    let pris = |total: i64| {
        let total = i128::from(total) * 10_001;
        i64::try_from((2 * total + 7000) / 14_000).expect("besoin")
    };
    for total in [1, 2, 6, 3, 5, 4, 19, 7, 8, 1, 13] {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        ajuster(&k, &sept, total as f64).await.attendue(200);
        let solde = k.c.solde(&lot).await;
        #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
        let milli = (solde * 1000.0).round() as i64;
        assert_eq!(milli, 1_000_000 - pris(total * 1000), "{total}");
        k.s.verifier();
    }
    k.dire("non-produit", &k.corps(&sept)).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 1000.0);
    k.s.verifier();
}

#[tokio::test]
async fn i5_each_production_is_taken_back_with_the_lines_it_used() {
    let (k, lot) = Cuisine::garnie().await;
    k.ajuste(10.0).await.attendue(200);
    let recette = json!({"nom": "Bowl", "lignes":
        [{"ingredient_id": k.riz, "quantite": 200, "unite": "g"}]});
    k.c.client.put(&format!("/api/interne/recettes/{}", k.bowl), &recette).await.attendue(200);
    k.ajuste(15.0).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 1500.0 - 1000.0);
    k.ajuste(12.0).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 1500.0 - 400.0);
    k.ajuste(8.0).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 1200.0);
    k.s.verifier();
    k.annuler().await.attendue(200);
    k.non_produit().await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0);
    k.s.verifier();
}

#[tokio::test]
async fn a_line_that_was_declared_keeps_its_history_when_the_plan_drops_it() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    k.produit().await.attendue(200);
    k.non_produit().await.attendue(200);
    k.planifier(&[(&wok, 5.0)]).await;
    let ecran = k.ecran().await;
    assert_eq!(ecran["cuisine"].as_array().map(Vec::len), Some(1));
    k.produit().await.refusee(404, "recette_hors_plan");
    k.scanner().await.refusee(404, "recette_hors_plan");
    assert_eq!(k.trace().await.len(), 2);
    k.planifier(&[(&k.bowl, 3.0)]).await;
    k.produit().await.attendue(200);
    assert_eq!(k.etat().await, statut("PRODUIT", 3.0));
    k.s.verifier();
    let chemin = format!("{PREPARATION}?magasin_id={}&date={JOUR}", k.c.magasin);
    k.cook.get(&chemin).await.attendue(200);
}
