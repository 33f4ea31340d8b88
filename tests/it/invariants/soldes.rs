//! I1: a lot's balance is the sum of its movements, and never negative.

use serde_json::json;

use super::{
    AJUSTEMENTS, PERTES, creer, cuisine, ecrire, la_base_refuse, lignes_par_table, mouvements_de,
    nombre,
};

#[tokio::test]
async fn i1_a_balance_is_the_sum_of_the_movements_of_its_lot() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 150.0)]).await;
    let lot = c.lot(&riz, 1000.0, None).await;
    c.produire(&[(&bowl, 2.0)]).await.attendue(201);
    let sur_le_lot = |quantite: f64| {
        json!({"magasin_id": c.magasin, "lot_id": lot, "quantite": quantite, "unite": "g",
            "motif": "inventaire"})
    };
    creer(&c.client, AJUSTEMENTS, sur_le_lot(-20.5)).await;
    creer(&c.client, PERTES, sur_le_lot(30.0)).await;
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);

    let mouvements = mouvements_de(&c, &lot).await;
    let attendus = [
        ("RECEPTION", 1000.0),
        ("CONSOMMATION", -300.0),
        ("AJUSTEMENT", -20.5),
        ("PERTE", -30.0),
        ("CONSOMMATION", -150.0),
    ];
    assert_eq!(mouvements, attendus.map(|(t, q)| (t.to_owned(), q)));
    assert_eq!(c.solde(&lot).await, 499.5);
    let faux = "select count(*) from lot l where solde <>
        (select sum(quantite) from mouvement_stock m where m.lot_id = l.id)";
    assert_eq!(nombre(&s, faux).await, 0);
    s.verifier();
}

#[tokio::test]
async fn i1_nothing_takes_more_out_of_a_lot_than_it_holds() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 150.0)]).await;
    let lot = c.lot(&riz, 100.0, None).await;
    let avant = lignes_par_table(&s).await;
    let sur_le_lot = |quantite: f64| {
        json!({"magasin_id": c.magasin, "lot_id": lot, "quantite": quantite, "unite": "g",
            "motif": "inventaire"})
    };
    let refus = c.client.post(AJUSTEMENTS, &sur_le_lot(-100.001)).await;
    let refus = refus.refusee(409, "solde_insuffisant");
    assert_eq!((&refus["solde"], &refus["unite"]), (&json!(100), &json!("g")));
    let perte = c.client.post(PERTES, &sur_le_lot(101.0)).await;
    perte.refusee(409, "solde_insuffisant");
    c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
    assert_eq!(lignes_par_table(&s).await, avant);
    assert_eq!(c.solde(&lot).await, 100.0);

    creer(&c.client, PERTES, sur_le_lot(100.0)).await;
    assert_eq!(c.solde(&lot).await, 0.0);
    s.verifier();
}

#[tokio::test]
async fn i1_the_database_refuses_a_negative_balance() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let lot = c.lot(&riz, 100.0, None).await;
    let trop = format!("update lot set solde = solde - 100001 where id = '{lot}'");
    la_base_refuse(&s, &trop, "lot_solde_check").await;
    assert_eq!(c.solde(&lot).await, 100.0);
    let tout = format!("update lot set solde = solde - 100000 where id = '{lot}'");
    assert_eq!(ecrire(&s, &tout).await.expect("jusqu'à 0"), 1);
}
