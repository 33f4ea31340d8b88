//! Production du jour.

use serde_json::json;

use crate::outils::chaine::{JOUR, jour};
use crate::outils::{Chaine, Serveur};

#[tokio::test]
async fn a_production_consumes_first_expired_first_out_and_tells_what_it_did() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) =
        c.recette_de(json!({"nom": "Bowl", "duree_vie_jours": 2}), &[(&riz, 150.0)]).await;
    let tard = c.lot(&riz, 1000.0, Some(jour(9))).await;
    let tot = c.lot(&riz, 1000.0, Some(jour(0))).await;
    let perime = c.lot(&riz, 1000.0, Some(jour(-1))).await;

    let r = c.produire(&[(&bowl, 8.0)]).await.attendue(201);
    assert_eq!((&r["lots_crees"], &r["consommations_creees"]), (&json!(1), &json!(2)));
    assert_eq!(r["mouvements_stock_crees"], 3);
    assert_eq!(r["besoins"][0]["quantite"], 1200);
    assert_eq!(r["warnings"], json!([]));
    assert_eq!(c.solde(&tot).await, 0.0);
    assert_eq!(c.solde(&tard).await, 800.0);
    assert_eq!(c.solde(&perime).await, 1000.0);
    let lots = c.lots().await;
    let sorti = lots.iter().find(|l| l["ingredient_nom"] == "Bowl").expect("lot produit");
    assert_eq!(sorti["solde"], 8);
    assert_eq!(sorti["date_dlc"], jour(2));
    assert!(sorti["code_lot"].as_str().unwrap().starts_with(&jour(0).replace('-', "")));
    s.verifier();
    let ligne = s.attendre_evenement("production_jour_lot_create").await;
    assert!(ligne.contains("level=info") && ligne.contains("quantite=8 unite=piece"), "{ligne}");
    assert!(ligne.contains("requete_id="), "{ligne}");
    let plan =
        c.client.get(&format!("/api/interne/plans/{}/{JOUR}", c.magasin)).await.attendue(200);
    assert_eq!(plan["lignes"][0]["quantite_produite"], 8);
    assert_eq!(plan["lignes"][0]["quantite_planifiee"], 8);
}

#[tokio::test]
async fn one_shortage_anywhere_writes_nothing_and_every_shortage_is_told_at_once() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let (riz, thon) = (c.ingredient("Riz").await, c.ingredient("Thon").await);
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0), (&thon, 50.0)]).await;
    let (onigiri, _) = c.recette("Onigiri", &[(&riz, 80.0)]).await;
    let lot = c.lot(&riz, 500.0, None).await;
    c.lot(&thon, 70.0, Some(jour(-21))).await;
    let bloque = c.lot(&thon, 30.0, None).await;
    let etat = json!({"etat": "bloque", "motif": "chaîne du froid"});
    c.client.post(&format!("/api/interne/lots/{bloque}/etat"), &etat).await.attendue(201);

    let refus =
        c.produire(&[(&bowl, 4.0), (&onigiri, 3.0)]).await.refusee(409, "stock_insuffisant");
    assert_eq!(
        refus["manques"],
        json!([
            {"ingredient_id": riz, "ingredient_nom": "Riz", "unite": "g", "besoin": 640,
             "disponible": 500, "manque": 140, "perime": 0, "bloque": 0},
            {"ingredient_id": thon, "ingredient_nom": "Thon", "unite": "g", "besoin": 200,
             "disponible": 0, "manque": 200, "perime": 70, "bloque": 30},
        ])
    );
    // The command tells people the same in their words.
    let commande = ["--magasin", "Cuisine", "--date", jour(0), "--recette", "Bowl=40"];
    let sortie = s.delicego(&[&["production-du-jour"], &commande[..]].concat());
    let dit = String::from_utf8_lossy(&sortie.stderr).into_owned();
    let riz = "Riz : besoin 4 kg, disponible 500 g, manque 3,5 kg (périmé 0 g, bloqué 0 g)";
    assert!(dit.contains(riz), "{dit}");
    assert_eq!(c.solde(&lot).await, 500.0);
    let plan = c.client.get(&format!("/api/interne/plans/{}/{JOUR}", c.magasin)).await;
    plan.refusee(404, "plan_absent");
    s.attendre_evenement("production_jour_stock_insuffisant").await;
    assert!(s.evenements("production_jour_lot_create").is_empty());
    s.verifier();
}

#[tokio::test]
async fn preparations_of_the_same_list_are_made_first_and_used_at_once() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let huile = c.ingredient("Huile").await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "kg"}, "duree_vie_jours": 3});
    let (sauce, article) = c.recette_de(sauce, &[(&huile, 700.0)]).await;
    let (salade, _) = c.recette("Salade", &[(&article, 40.0)]).await;
    c.lot(&huile, 700.0, None).await;

    let r = c.produire(&[(&salade, 20.0), (&sauce, 1000.0)]).await.attendue(201);
    assert_eq!(r["lots_crees"], 2);
    let lots = c.lots().await;
    let reste = lots.iter().find(|l| l["ingredient_nom"] == "Sauce").expect("sauce");
    assert_eq!(reste["solde"], 200);
    s.verifier();
    c.produire(&[(&salade, 6.0)]).await.refusee(409, "stock_insuffisant");
}
