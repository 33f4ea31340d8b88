//! Each line of the table: what an action makes of the line's total, and what a second identical
//! tap does.

use serde_json::{Value, json};

use super::{Cuisine, statut, texte};
use crate::outils::Reponse;
use crate::outils::chaine::jour;

/// The first is accepted, and the second says the same.
fn deux_fois(premiere: Reponse, seconde: Reponse) {
    let premiere = premiere.attendue(200);
    assert_eq!(premiere["status"], "ok");
    assert_eq!(seconde.attendue(200), premiere);
}

#[tokio::test]
async fn produit_makes_what_is_planned_and_a_second_tap_nothing_more() {
    let (k, lot) = Cuisine::garnie().await;
    let premiere = k.produit().await;
    let solde = k.c.solde(&lot).await;
    assert_eq!(solde, 100_000.0 - 25.0 * 150.0);
    deux_fois(premiere, k.produit().await);
    assert_eq!(k.c.solde(&lot).await, solde);
    assert_eq!(k.etat().await, statut("PRODUIT", 25.0));
    assert_eq!(k.dit().await, [("PRODUIT".to_owned(), 25.0, 25.0)]);
    k.s.verifier();
}

#[tokio::test]
async fn ajuste_sets_the_total_up_and_down_and_a_second_tap_does_nothing_more() {
    let (k, lot) = Cuisine::garnie().await;
    for (quantite, attendu) in
        [(10.0, "AJUSTE"), (18.5, "AJUSTE"), (4.0, "AJUSTE"), (25.0, "PRODUIT")]
    {
        let premiere = k.ajuste(quantite).await;
        deux_fois(premiere, k.ajuste(quantite).await);
        assert_eq!(k.etat().await, statut(attendu, quantite));
        assert_eq!(k.c.solde(&lot).await, 100_000.0 - quantite * 150.0);
        k.s.verifier();
    }
    assert_eq!(k.dit().await.len(), 4);
    // More than planned is said too, and the plan stays what it was.
    k.ajuste(30.0).await.attendue(200);
    let ligne = k.ligne().await;
    assert_eq!((&ligne["quantite_planifiee"], &ligne["restant"]), (&json!(25), &json!(0)));
    assert_eq!(k.etat().await, statut("PRODUIT", 30.0));
}

#[tokio::test]
async fn produit_after_more_than_planned_goes_back_to_the_plan() {
    let (k, lot) = Cuisine::garnie().await;
    k.ajuste(30.0).await.attendue(200);
    let fait = k.produit().await.attendue(200);
    assert_eq!((&fait["ligne"]["produit"], &fait["lot_production_id"]), (&json!(25), &Value::Null));
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 25.0 * 150.0);
    k.s.verifier();
}

#[tokio::test]
async fn non_produit_takes_everything_back_says_why_and_a_second_tap_does_nothing_more() {
    let (k, lot) = Cuisine::garnie().await;
    k.produit().await.attendue(200);
    let mut corps = k.corps(&k.bowl);
    corps["motif"] = json!("Four en panne");
    let premiere = k.dire("non-produit", &corps).await;
    deux_fois(premiere, k.dire("non-produit", &corps).await);
    assert_eq!(k.etat().await, statut("NON_PRODUIT", 0.0));
    assert_eq!(k.c.solde(&lot).await, 100_000.0);
    let trace = k.trace().await;
    assert_eq!(trace.len(), 2);
    assert_eq!(
        (&trace[1]["motif"], &trace[1]["lot_production_id"]),
        (&json!("Four en panne"), &Value::Null)
    );
    // Another reason is another thing to say.
    corps["motif"] = json!("Plus de riz");
    k.dire("non-produit", &corps).await.attendue(200);
    assert_eq!(k.trace().await.len(), 3);
    let ligne = k.ligne().await;
    assert_eq!((&ligne["restant"], &ligne["manques"]), (&json!(0), &json!([])));
    k.s.verifier();
}

#[tokio::test]
async fn non_produit_before_anything_was_made_needs_no_stock() {
    let k = Cuisine::ouverte().await;
    let fait = k.non_produit().await.attendue(200);
    assert_eq!(fait["ligne"]["statut"], "NON_PRODUIT");
    assert_eq!(k.dit().await, [("NON_PRODUIT".to_owned(), 0.0, 0.0)]);
    k.s.verifier();
}

#[tokio::test]
async fn each_scan_adds_one_and_the_same_key_adds_it_once() {
    let (k, lot) = Cuisine::garnie().await;
    let un = k.scanner().await.attendue(200);
    assert_eq!(un["ligne"]["id"], k.bowl.as_str());
    assert_eq!(un["ligne"]["produit_nom"], "Bowl du chef");
    for (champ, valeur) in [("a_produire", 25), ("produit", 1), ("restant", 24)] {
        assert_eq!(un["ligne"][champ], valeur, "{un}");
    }
    assert!(!un.to_string().contains(super::GENCODE), "{un}");
    let chemin = format!("{}/scan", super::PREPARATION);
    let corps = k.corps_scan(&format!("  {} ", super::GENCODE));
    let deux = k.cook.post_cle(&chemin, &corps, "bip-2").await;
    let encore = k.cook.post_cle(&chemin, &corps, "bip-2").await;
    assert!(!deux.rejouee && encore.rejouee);
    assert_eq!(deux.texte, encore.texte);
    assert_eq!(deux.attendue(200)["ligne"]["produit"], 2);
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 2.0));
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 300.0);
    k.s.verifier();
}

#[tokio::test]
async fn scans_up_to_the_plan_make_it_produit_and_more_never_leave_less_than_nothing() {
    let (k, _) = Cuisine::garnie().await;
    k.planifier(&[(&k.bowl, 2.0)]).await;
    for (produit, restant) in [(1, 1), (2, 0), (3, 0)] {
        let fait = k.scanner().await.attendue(200);
        assert_eq!(
            (&fait["ligne"]["produit"], &fait["ligne"]["restant"]),
            (&json!(produit), &json!(restant))
        );
        assert_eq!(fait["ligne"]["a_produire"], 2);
    }
    assert_eq!(k.etat().await, statut("PRODUIT", 3.0));
}

#[tokio::test]
async fn what_is_left_is_made_when_scans_were_first_and_a_first_produit_is_kept_even_then() {
    let (k, lot) = Cuisine::garnie().await;
    k.planifier(&[(&k.bowl, 3.0)]).await;
    k.scanner().await.attendue(200);
    k.produit().await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 450.0);
    k.annuler().await.attendue(200);
    for _ in 0..2 {
        k.scanner().await.attendue(200);
    }
    // Nothing is left to make, and yet it was said.
    let fait = k.produit().await.attendue(200);
    assert_eq!(fait["lot_production_id"], Value::Null);
    let dit: Vec<String> = k.dit().await.into_iter().map(|(t, ..)| t).collect();
    assert_eq!(dit, ["SCAN", "PRODUIT", "ANNULATION", "SCAN", "SCAN", "PRODUIT"]);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 450.0);
    k.s.verifier();
}

#[tokio::test]
async fn a_plan_raised_after_produit_leaves_more_to_make_and_produit_makes_it() {
    let (k, lot) = Cuisine::garnie().await;
    k.produit().await.attendue(200);
    k.planifier(&[(&k.bowl, 30.0)]).await;
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 25.0));
    let fait = k.produit().await.attendue(200);
    assert!(fait["lot_production_id"].is_string());
    assert_eq!(k.etat().await, statut("PRODUIT", 30.0));
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 30.0 * 150.0);
    k.s.verifier();
}

#[tokio::test]
async fn a_production_du_jour_counts_and_is_corrected_like_the_rest() {
    let (k, lot) = Cuisine::garnie().await;
    k.c.produire(&[(&k.bowl, 10.0)]).await.attendue(201);
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 10.0));
    k.produit().await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 25.0 * 150.0);
    k.ajuste(4.0).await.attendue(200);
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - 4.0 * 150.0);
    k.non_produit().await.attendue(200);
    assert_eq!(k.etat().await, statut("NON_PRODUIT", 0.0));
    // Made after all: what was not made is made now.
    k.c.produire(&[(&k.bowl, 5.0)]).await.attendue(201);
    assert_eq!(k.etat().await, statut("A_PRODUIRE", 5.0));
    k.s.verifier();
}

#[tokio::test]
async fn every_action_with_a_key_is_done_once_and_a_key_serves_one_request() {
    let (k, lot) = Cuisine::garnie().await;
    let mut ajuste = k.corps(&k.bowl);
    ajuste["quantite"] = json!(7);
    let scan = k.corps_scan(super::GENCODE);
    for (action, corps) in [
        ("produit", k.corps(&k.bowl)),
        ("ajuste", ajuste),
        ("scan", scan),
        ("annuler", k.corps(&k.bowl)),
        ("non-produit", k.corps(&k.bowl)),
    ] {
        let chemin = format!("{}/{action}", super::PREPARATION);
        let premiere = k.cook.post_cle(&chemin, &corps, action).await;
        let (solde, trace) = (k.c.solde(&lot).await, k.trace().await);
        let seconde = k.cook.post_cle(&chemin, &corps, action).await;
        assert!(!premiere.rejouee && seconde.rejouee, "{action}");
        assert_eq!(premiere.texte, seconde.texte);
        premiere.attendue(200);
        assert_eq!((k.c.solde(&lot).await, k.trace().await), (solde, trace), "{action}");
        let mut autre = corps.clone();
        autre["date"] = json!(jour(1));
        k.cook.post_cle(&chemin, &autre, action).await.refusee(409, "cle_deja_utilisee");
    }
    assert_eq!(texte(&k.ligne().await["statut"]), "NON_PRODUIT");
    k.s.verifier();
}
