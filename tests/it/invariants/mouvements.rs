//! I2: movements are only added; reversals never exceed what they reverse.

use crate::outils::{Chaine, Serveur, grappe};
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::{cuisine, ecrire, en_attente, la_base_refuse, lignes_par_table, nombre};

const AUTRE: &str = "gen_random_uuid()";

/// Inserts a reversal of the only movement of that type, as the program would.
fn annulation(nature: &str, quantite: i64) -> String {
    format!(
        "insert into mouvement_stock
           (magasin_id, lot_id, id, type, quantite, annule_id, operation_id)
         select magasin_id, lot_id, {AUTRE}, type, {quantite}, id, operation_id
           from mouvement_stock where type = '{nature}' and annule_id is null limit 1"
    )
}

/// One reception of 100 g and one consumption of 40 g of it.
async fn une_consommation() -> (Serveur, Chaine) {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 40.0)]).await;
    c.lot(&riz, 100.0, None).await;
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    (s, c)
}

#[tokio::test]
async fn i2_the_database_refuses_to_change_delete_or_empty_what_is_only_ever_added() {
    let (s, _c) = une_consommation().await;
    let avant = lignes_par_table(&s).await;
    for table in ["mouvement_stock", "evenement", "ligne_consommation"] {
        for sql in [
            format!("update {table} set magasin_id = magasin_id"),
            format!("update {table} set magasin_id = null where false"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
        ] {
            la_base_refuse(&s, &sql, "lignes immuables").await;
        }
    }
    // Nor through what they point to.
    for table in ["lot", "operation", "magasin", "lot_production"] {
        la_base_refuse(&s, &format!("truncate {table} cascade"), "lignes immuables").await;
    }
    assert_eq!(lignes_par_table(&s).await, avant);
    s.verifier();
}

#[tokio::test]
async fn i2_the_database_refuses_a_movement_of_nothing_or_of_the_wrong_sign() {
    let (s, _c) = une_consommation().await;
    let de = |nature: &str, quantite: i64| {
        format!(
            "insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
             select magasin_id, lot_id, {AUTRE}, '{nature}', {quantite}, operation_id
               from mouvement_stock limit 1"
        )
    };
    for (nature, quantite) in [
        ("RECEPTION", -1),
        ("PRODUCTION", -1),
        ("CONSOMMATION", 1),
        ("PERTE", 1),
        ("VENTE", 1),
        ("AJUSTEMENT", 0),
        ("CADEAU", 1),
    ] {
        la_base_refuse(&s, &de(nature, quantite), "violates check constraint").await;
    }
}

#[tokio::test]
async fn i2_several_reversals_of_one_movement_never_exceed_it() {
    let (s, _c) = une_consommation().await;
    la_base_refuse(&s, &annulation("CONSOMMATION", 40_001), "superieure").await;
    assert_eq!(ecrire(&s, &annulation("CONSOMMATION", 15_000)).await.expect("15 g"), 1);
    la_base_refuse(&s, &annulation("CONSOMMATION", 25_001), "superieure").await;
    assert_eq!(ecrire(&s, &annulation("CONSOMMATION", 25_000)).await.expect("25 g"), 1);
    la_base_refuse(&s, &annulation("CONSOMMATION", 1), "superieure").await;
    let annulees = "select sum(quantite)::bigint from mouvement_stock where annule_id is not null";
    assert_eq!(nombre(&s, annulees).await, 40_000);
}

#[tokio::test]
async fn i2_a_reversal_goes_the_other_way_and_keeps_the_type_and_the_lot() {
    let (s, c) = une_consommation().await;
    la_base_refuse(&s, &annulation("CONSOMMATION", -10), "superieure").await;
    la_base_refuse(&s, &annulation("RECEPTION", 10), "superieure").await;
    let autre_type = annulation("CONSOMMATION", 10)
        .replace("lot_id, gen_random_uuid(), type", "lot_id, gen_random_uuid(), 'AJUSTEMENT'");
    la_base_refuse(&s, &autre_type, "superieure").await;
    let sel = c.ingredient("Sel").await;
    let autre = c.lot(&sel, 10.0, None).await;
    let autre_lot = annulation("CONSOMMATION", 10)
        .replace("select magasin_id, lot_id,", &format!("select magasin_id, '{autre}'::uuid,"));
    la_base_refuse(&s, &autre_lot, "foreign key").await;
}

#[tokio::test]
async fn i2_a_reversal_is_never_reversed() {
    let (s, _c) = une_consommation().await;
    ecrire(&s, &annulation("CONSOMMATION", 40_000)).await.expect("annulation");
    let encore = format!(
        "insert into mouvement_stock
           (magasin_id, lot_id, id, type, quantite, annule_id, operation_id)
         select magasin_id, lot_id, {AUTRE}, type, -1000, id, operation_id
           from mouvement_stock where annule_id is not null"
    );
    la_base_refuse(&s, &encore, "annulation d'une annulation").await;
}

#[tokio::test]
async fn i2_two_reversals_at_once_are_judged_one_after_the_other() {
    let (s, _c) = une_consommation().await;
    let mut premier = grappe::superutilisateur(&s.nom_base).await;
    let mut second = s.base().lire().await.expect("connexion");
    let mut tx = premier.begin().await.expect("début");
    tx.execute(AssertSqlSafe(annulation("CONSOMMATION", 30_000))).await.expect("première");
    let attente = tokio::spawn(async move {
        second.execute(AssertSqlSafe(annulation("CONSOMMATION", 30_000))).await.map(|_| ())
    });
    en_attente(&s, 1).await;
    tx.commit().await.expect("fin");
    let erreur = attente.await.expect("tâche").expect_err("la seconde").to_string();
    assert!(erreur.contains("superieure"), "{erreur}");
}
