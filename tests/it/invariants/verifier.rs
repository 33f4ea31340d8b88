//! `delicego verifier` finds each planted breach of I1 to I5 and names its rule.

use serde_json::Value;

use super::manques::un_manque;
use super::{cuisine, planter};
use crate::outils::{Chaine, Serveur};

/// A day with all the kinds of rows there are: reception, production, loss, debt, reversal.
async fn une_journee() -> (Serveur, Chaine) {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    c.lot(&riz, 1000.0, None).await;
    c.produire(&[(&bowl, 2.0)]).await.attendue(201);
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    un_manque(&s, &c).await;
    s.verifier();
    (s, c)
}

/// The rules that it finds broken: exit 3, and the same in both ways of telling.
fn regles_brisees(s: &Serveur) -> Vec<String> {
    let sortie = s.delicego(&["verifier"]);
    let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
    assert_eq!(sortie.status.code(), Some(3), "{texte}");
    let json = s.delicego(&["verifier", "--json"]);
    assert_eq!(json.status.code(), Some(3));
    let constats: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let mut brisees: Vec<String> = constats
        .as_array()
        .expect("constats")
        .iter()
        .filter(|c| c["fautes"] != 0)
        .map(|c| {
            assert!(c["exemples"].as_array().is_some_and(|e| !e.is_empty()), "{c}");
            super::texte(&c["regle"]).to_owned()
        })
        .collect();
    brisees.dedup();
    for regle in &brisees {
        assert!(texte.contains(&format!("KO  {regle}")), "{regle} : {texte}");
    }
    brisees
}

/// Plants it, expects that rule among those found broken, takes it back.
async fn trouve(s: &Serveur, regle: &str, faute: &str) {
    planter(s, faute).await;
    let brisees = regles_brisees(s);
    assert!(brisees.iter().any(|r| r == regle), "{regle} non trouvée ({brisees:?}) : {faute}");
}

#[tokio::test]
async fn i1_the_check_finds_a_balance_that_is_not_the_sum_of_its_movements() {
    for faute in [
        "update lot set solde = solde + 1 where solde > 0",
        "delete from mouvement_stock where type = 'RECEPTION'",
        "delete from lot where reception_id is not null",
    ] {
        let (s, _c) = une_journee().await;
        trouve(&s, "I1", faute).await;
    }
}

#[tokio::test]
async fn i2_the_check_finds_reversals_that_exceed_or_reverse_a_reversal() {
    let annuler = |quantite: &str, de: &str| {
        format!(
            "insert into mouvement_stock
               (magasin_id, lot_id, id, type, quantite, annule_id, operation_id)
             select magasin_id, lot_id, gen_random_uuid(), type, {quantite}, id, operation_id
               from mouvement_stock where {de}"
        )
    };
    let consommation = "type = 'CONSOMMATION' and annule_id is null";
    let (s, _c) = une_journee().await;
    trouve(&s, "I2", &annuler("1 - quantite", consommation)).await;

    let (s, _c) = une_journee().await;
    trouve(&s, "I2", &annuler("quantite", consommation)).await;

    let (s, _c) = une_journee().await;
    planter(&s, &annuler("-quantite", consommation)).await;
    trouve(&s, "I2", &annuler("-1", "annule_id is not null")).await;

    let (s, _c) = une_journee().await;
    let orpheline = annuler("-quantite", consommation)
        .replace(" id, operation_id", " gen_random_uuid(), operation_id");
    trouve(&s, "I2", &orpheline).await;
}

#[tokio::test]
async fn i3_the_check_finds_a_line_whose_total_is_not_its_productions() {
    for faute in [
        "update ligne_plan_production set quantite_produite = quantite_produite + 1",
        "update lot_production set quantite = quantite + 1",
        "delete from ligne_plan_production",
        "delete from plan_production",
    ] {
        let (s, _c) = une_journee().await;
        trouve(&s, "I3", faute).await;
    }
}

#[tokio::test]
async fn i4_the_check_finds_a_production_that_lacks_one_of_its_parts() {
    for faute in [
        "delete from evenement where nom = 'production_jour'",
        "delete from mouvement_stock where type = 'PRODUCTION'",
        "delete from ligne_consommation",
        "delete from lot_production",
        "delete from operation",
        "with sorties as (delete from lot where reception_id is null returning id)
         delete from mouvement_stock where lot_id in (select id from sorties)",
        "update lot set article_id = (select article_id from lot where reception_id is not null
                                       order by id limit 1) where reception_id is null",
    ] {
        let (s, _c) = une_journee().await;
        trouve(&s, "I4", faute).await;
    }
}

#[tokio::test]
async fn i5_the_check_finds_a_need_that_was_not_consumed_to_the_thousandth() {
    for faute in [
        "with m as (update mouvement_stock set quantite = quantite - 1
                     where type = 'CONSOMMATION' returning lot_id)
         update lot set solde = solde - 1 where id in (select lot_id from m) and solde > 0",
        "delete from manque",
        "update manque set restant = restant - 1",
        "update ligne_recette set quantite = quantite + 1000",
        "update recette_version set rendement = rendement * 2",
        "delete from ligne_recette",
    ] {
        let (s, _c) = une_journee().await;
        trouve(&s, "I5", faute).await;
    }
}
