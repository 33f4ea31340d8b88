//! Annuler: back to what the line was, one declaration after the other.

use serde_json::{Value, json};

use super::{Cuisine, statut, texte};
use crate::outils::chaine::jour;

#[tokio::test]
async fn annuler_goes_back_one_declaration_at_a_time_until_there_is_none() {
    let (k, lot) = Cuisine::garnie().await;
    k.scanner().await.attendue(200);
    k.ajuste(10.0).await.attendue(200);
    k.produit().await.attendue(200);
    k.non_produit().await.attendue(200);
    for (type_annule, total, attendu) in [
        ("NON_PRODUIT", 25.0, "PRODUIT"),
        ("PRODUIT", 10.0, "AJUSTE"),
        ("AJUSTE", 1.0, "A_PRODUIRE"),
        ("SCAN", 0.0, "A_PRODUIRE"),
    ] {
        assert_eq!(k.ligne().await["peut_annuler"], true);
        let fait = k.annuler().await.attendue(200);
        assert_eq!(fait["annulee"], type_annule);
        assert_eq!(fait["ligne"]["produit"].as_f64(), Some(total));
        assert_eq!(k.etat().await, statut(attendu, total));
        assert_eq!(k.c.solde(&lot).await, 100_000.0 - total * 150.0);
        k.s.verifier();
    }
    assert_eq!(k.ligne().await["peut_annuler"], false);
    let refus = k.annuler().await.refusee(409, "rien_a_annuler");
    assert!(texte(&refus["detail"]).contains("rien à annuler"), "{refus}");
    // Going back on a « Non produit » makes the thing again.
    let trace = k.trace().await;
    assert_eq!(trace.len(), 8);
    assert!(trace[4]["lot_production_id"].is_string(), "{}", trace[4]);
    assert_eq!(trace[5]["lot_production_id"], Value::Null);
    assert!(trace[..4].iter().all(|e| e["annule"] == true), "{trace:#?}");
}

#[tokio::test]
async fn annuler_then_declaring_again_begins_from_there() {
    let (k, _) = Cuisine::garnie().await;
    k.ajuste(10.0).await.attendue(200);
    k.ajuste(12.0).await.attendue(200);
    k.annuler().await.attendue(200);
    k.ajuste(20.0).await.attendue(200);
    k.annuler().await.attendue(200);
    assert_eq!(k.etat().await, statut("AJUSTE", 10.0));
    k.annuler().await.attendue(200);
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 0.0));
    k.annuler().await.refusee(409, "rien_a_annuler");
    k.s.verifier();
}

#[tokio::test]
async fn a_declaration_that_changed_nothing_is_taken_back_like_another() {
    let (k, _) = Cuisine::garnie().await;
    k.non_produit().await.attendue(200);
    assert_eq!(k.etat().await, statut("NON_PRODUIT", 0.0));
    k.annuler().await.attendue(200);
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 0.0));
    k.annuler().await.refusee(409, "rien_a_annuler");
}

#[tokio::test]
async fn a_production_du_jour_is_not_undone_nor_what_came_before_it() {
    let (k, lot) = Cuisine::garnie().await;
    k.c.produire(&[(&k.bowl, 2.0)]).await.attendue(201);
    k.annuler().await.refusee(409, "rien_a_annuler");
    k.ajuste(10.0).await.attendue(200);
    k.c.produire(&[(&k.bowl, 5.0)]).await.attendue(201);
    assert_eq!(k.ligne().await["peut_annuler"], false);
    let refus = k.annuler().await.refusee(409, "ligne_changee");
    assert_eq!((&refus["produit"], &refus["declare"]), (&json!(15), &json!(10)));
    // What is declared after it can be taken back, and then no more.
    k.ajuste(6.0).await.attendue(200);
    k.annuler().await.attendue(200);
    assert_eq!(k.etat().await, statut("AJUSTE", 15.0));
    k.annuler().await.refusee(409, "ligne_changee");
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 15.0 * 150.0);
    k.s.verifier();
}

#[tokio::test]
async fn annuler_needs_the_stock_again_when_it_makes_again() {
    let k = Cuisine::ouverte().await;
    let lot = k.c.lot(&k.riz, 25.0 * 150.0, None).await;
    k.produit().await.attendue(200);
    k.non_produit().await.attendue(200);
    let perte = json!({"magasin_id": k.c.magasin, "lot_id": lot, "quantite": 1, "unite": "g",
        "motif": "tombé"});
    k.cook.post("/api/interne/pertes", &perte).await.attendue(201);
    let refus = k.annuler().await.refusee(409, "stock_insuffisant");
    assert_eq!(
        (&refus["manques"][0]["manque"], &refus["manques"][0]["besoin"]),
        (&json!(1), &json!(3750))
    );
    assert_eq!(k.etat().await, statut("NON_PRODUIT", 0.0));
    k.s.verifier();
}

#[tokio::test]
async fn annuler_without_a_plan_or_a_line_has_nothing_to_take_back() {
    let (k, _) = Cuisine::garnie().await;
    let mut corps = k.corps(&k.bowl);
    corps["date"] = json!(jour(1));
    k.dire("annuler", &corps).await.refusee(409, "rien_a_annuler");
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    k.dire("annuler", &k.corps(&wok)).await.refusee(409, "rien_a_annuler");
    corps["magasin_id"] = json!("0197ffff-ffff-7fff-8fff-ffffffffffff");
    k.dire("annuler", &corps).await.refusee(404, "magasin_inconnu");
}

#[tokio::test]
async fn annuler_takes_back_the_declaration_it_names_and_no_other() {
    let (k, _) = Cuisine::garnie().await;
    let nommer = |fait: &Value| texte(&fait["declaration_id"]);
    let de = async |id: &str| {
        let mut corps = k.corps(&k.bowl);
        corps["declaration_id"] = json!(id);
        k.dire("annuler", &corps).await
    };
    let dix = nommer(&k.ajuste(10.0).await.attendue(200));
    assert_eq!(nommer(&k.ajuste(10.0).await.attendue(200)), dix, "le même appui deux fois");
    let onze = nommer(&k.scanner().await.attendue(200));
    let refus = de(&dix).await.refusee(409, "ligne_changee");
    assert_eq!((&refus["declaration_id"], &refus["produit"]), (&json!(onze), &json!(11)));
    // By whom, when, and what stands.
    let (dite, detail) = (&refus["derniere"], texte(&refus["detail"]));
    assert_eq!((&dite["auteur"], &dite["total"]), (&json!("operateur"), &json!(11)), "{refus}");
    assert!(detail.contains("fait par operateur à ") && detail.contains("(11 pièces)"), "{detail}");
    assert_eq!(k.etat().await.0, 11.0, "rien n'est changé");
    de(&onze).await.attendue(200);
    de(&onze).await.refusee(409, "ligne_changee");
    assert_eq!(k.etat().await, statut("AJUSTE", 10.0));
    de(&dix).await.attendue(200);
    let refus = de(&dix).await.refusee(409, "rien_a_annuler");
    assert_eq!(
        (&refus["derniere"]["type"], &refus["unite"]),
        (&json!("ANNULATION"), &json!("piece"))
    );
    assert_eq!(de("x").await.attendue(400)["erreurs"][0]["champ"], "declaration_id");
    k.s.verifier();
}
