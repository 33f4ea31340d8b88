//! I6: nothing expired, blocked, recalled or of another magasin is consumed; FEFO for the rest.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::{
    RECEPTIONS, creer, cuisine, en_attente, la_base_refuse, lignes_par_table, mettre_en_etat, texte,
};
use crate::outils::chaine::jour;
use crate::outils::{Chaine, grappe};

async fn recette_de_riz(c: &Chaine) -> (String, String) {
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    (riz, bowl)
}

#[tokio::test]
async fn i6_lots_expired_blocked_recalled_or_elsewhere_are_passed_over() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = recette_de_riz(&c).await;
    let boutique = c.autre_magasin("Boutique").await;
    let corps = json!({"magasin_id": boutique, "lignes": [
        {"ingredient_id": riz, "quantite": 5, "unite": "kg"}]});
    creer(&c.client, RECEPTIONS, corps).await;
    c.lot(&riz, 200.0, Some(jour(-1))).await;
    let bloque = c.lot(&riz, 300.0, Some(jour(0))).await;
    mettre_en_etat(&c, &bloque, "bloque").await.attendue(201);
    let rappele = c.lot(&riz, 400.0, Some(jour(0))).await;
    mettre_en_etat(&c, &rappele, "rappele").await.attendue(201);
    let avant = lignes_par_table(&s).await;

    let refus = c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
    let manque = &refus["manques"][0];
    assert_eq!((&manque["disponible"], &manque["manque"]), (&json!(0), &json!(100)));
    assert_eq!((&manque["perime"], &manque["bloque"]), (&json!(200), &json!(700)));
    assert_eq!(lignes_par_table(&s).await, avant);

    let bon = c.lot(&riz, 100.0, None).await;
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    assert_eq!(c.solde(&bon).await, 0.0);
    c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
    s.verifier();
}

#[tokio::test]
async fn i6_a_blocked_lot_is_consumed_again_once_freed_and_a_recalled_one_only_then() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = recette_de_riz(&c).await;
    let lot = c.lot(&riz, 300.0, None).await;
    for etat in ["bloque", "rappele"] {
        let fait = mettre_en_etat(&c, &lot, etat).await.attendue(201);
        assert_eq!(fait["etat"], etat);
        c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
        let lots = c.lots().await;
        assert_eq!(lots[0]["etat"], etat);
    }
    mettre_en_etat(&c, &lot, "libre").await.attendue(201);
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    assert_eq!(c.solde(&lot).await, 200.0);
    assert_eq!(lignes_par_table(&s).await["lot_etat"], 3);
    mettre_en_etat(&c, &lot, "perdu").await.refusee(400, "requete_invalide");
    let inconnu = "00000000-0000-7000-8000-000000000000";
    mettre_en_etat(&c, inconnu, "bloque").await.refusee(404, "lot_inconnu");
    s.verifier();
}

#[tokio::test]
async fn i6_a_lot_blocked_while_a_production_waits_for_it_is_not_consumed() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = recette_de_riz(&c).await;
    let lot = c.lot(&riz, 300.0, None).await;
    let mut autre = grappe::superutilisateur(&s.nom_base).await;
    let mut tx = autre.begin().await.expect("début");
    let bloquer = format!("update lot set etat = 'bloque' where id = '{lot}'");
    tx.execute(AssertSqlSafe(bloquer)).await.expect("bloquer");
    let (client, demande) = (c.client.clone(), c.demande(&[(&bowl, 1.0)]));
    let production =
        tokio::spawn(async move { client.post(crate::outils::chaine::PRODUIRE, &demande).await });
    en_attente(&s, 1).await;
    tx.commit().await.expect("fin");
    let refus = production.await.expect("tâche").refusee(409, "stock_insuffisant");
    assert_eq!(refus["manques"][0]["bloque"], 300);
    assert_eq!(c.solde(&lot).await, 300.0);
    s.verifier();
}

#[tokio::test]
async fn i6_lots_go_by_dlc_then_by_when_they_were_received_then_undated() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = recette_de_riz(&c).await;
    let recevoir = async |dlc: Option<&str>, recue_le: &str| {
        let corps = json!({"magasin_id": c.magasin, "recue_le": recue_le, "lignes": [
            {"ingredient_id": riz, "quantite": 100, "unite": "g", "date_dlc": dlc}]});
        texte(&creer(&c.client, RECEPTIONS, corps).await["lots"][0]["lot_id"]).to_owned()
    };
    let sans = recevoir(None, "2026-01-01T00:00:00Z").await;
    let tard = recevoir(Some(jour(32)), "2026-01-01T00:00:00Z").await;
    let second = recevoir(Some(jour(9)), "2026-11-20T09:00:00+01:00").await;
    let premier = recevoir(Some(jour(9)), "2026-11-20T07:59:59Z").await;
    let ordre = [premier, second, tard, sans];
    let lots: Vec<Value> = c.lots().await;
    let ids: Vec<&str> = lots.iter().map(|l| texte(&l["lot_id"])).collect();
    assert_eq!(ids, ordre);
    for epuise in 0..ordre.len() {
        c.produire(&[(&bowl, 1.0)]).await.attendue(201);
        for (i, lot) in ordre.iter().enumerate() {
            let attendu = if i <= epuise { 0.0 } else { 100.0 };
            assert_eq!(c.solde(lot).await, attendu, "lot {i} après {epuise}");
        }
    }
    s.verifier();
}

#[tokio::test]
async fn i6_what_is_made_can_be_blocked_like_anything_else() {
    let (s, c) = cuisine().await;
    let huile = c.ingredient("Huile").await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "kg"}});
    let (sauce, article) = c.recette_de(sauce, &[(&huile, 500.0)]).await;
    let (salade, _) = c.recette("Salade", &[(&article, 40.0)]).await;
    c.lot(&huile, 1000.0, None).await;
    c.produire(&[(&sauce, 1000.0)]).await.attendue(201);
    let lots = c.lots().await;
    let fait = lots.iter().find(|l| l["ingredient_nom"] == "Sauce").expect("sauce");
    mettre_en_etat(&c, texte(&fait["lot_id"]), "rappele").await.attendue(201);
    let refus = c.produire(&[(&salade, 1.0)]).await.refusee(409, "stock_insuffisant");
    assert_eq!(refus["manques"][0]["bloque"], 1000);
    // What the same list makes is not what was recalled.
    c.produire(&[(&salade, 1.0), (&sauce, 100.0)]).await.attendue(201);
    s.verifier();
}

#[tokio::test]
async fn i6_the_database_cannot_hold_a_consumption_of_another_magasins_lot() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = recette_de_riz(&c).await;
    c.lot(&riz, 100.0, None).await;
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    let boutique = c.autre_magasin("Boutique").await;
    let corps = json!({"magasin_id": boutique, "lignes": [
        {"ingredient_id": riz, "quantite": 5, "unite": "kg"}]});
    creer(&c.client, RECEPTIONS, corps).await;
    for magasin in [&c.magasin, &boutique] {
        let sql = format!(
            "insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id)
             select '{magasin}', p.id, m.lot_id, m.id from lot_production p, mouvement_stock m
              where m.magasin_id = '{boutique}'"
        );
        la_base_refuse(&s, &sql, "foreign key").await;
    }
    let etat = "update lot set etat = 'perdu'";
    la_base_refuse(&s, etat, "lot_etat_check").await;
}
