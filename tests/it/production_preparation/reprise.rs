//! A production du jour taken back as a whole, or not at all.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cuisine, texte};
use crate::invariants::{lignes_par_table, nombre};
use crate::outils::chaine::{JOUR, PRODUIRE};
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Client, Reponse};

async fn annuler(client: &Client, operation: &Value) -> Reponse {
    let id = operation.as_str().expect("operation_id");
    client.post(&format!("/api/interne/operations/{id}/annuler"), &json!({})).await
}

/// (planned, produced) of a line, or nothing where there is none.
async fn au_plan(k: &Cuisine, recette: &str) -> Option<(f64, f64)> {
    let chemin = format!("/api/interne/plans/{}/{JOUR}", k.c.magasin);
    let plan = k.cook.get(&chemin).await.attendue(200);
    let lignes = plan["lignes"].as_array().expect("lignes");
    let q = |l: &Value, champ: &str| l[champ].as_f64().expect("quantité");
    let ligne = lignes.iter().find(|l| l["recette_id"] == recette)?;
    Some((q(ligne, "quantite_planifiee"), q(ligne, "quantite_produite")))
}

#[tokio::test]
async fn all_that_a_production_made_goes_back_with_what_it_raised_of_the_plan() {
    let (k, riz) = Cuisine::garnie().await;
    let preparation = json!({"nom": "Sauce", "nature": "preparation"});
    let (sauce, article) = k.c.recette_de(preparation, &[(&k.riz, 10.0)]).await;
    let corps = json!({"nom": "Wok", "lignes": [
        {"ingredient_id": article, "quantite": 1, "unite": "piece"}]});
    let wok = k.c.client.post("/api/interne/recettes", &corps).await.attendue(201);
    let wok = texte(&wok["id"]);
    k.c.produire(&[(&k.bowl, 5.0)]).await.attendue(201);
    // The wok uses the very sauce that the same list makes; bowls exceed their plan of 25.
    let demande = k.c.demande(&[(&k.bowl, 30.0), (&wok, 4.0), (&sauce, 6.0)]);
    let fait = k.cook.post(PRODUIRE, &demande).await.attendue(201);
    assert_eq!(au_plan(&k, &k.bowl).await, Some((35.0, 35.0)));
    assert_eq!(au_plan(&k, &wok).await, Some((4.0, 4.0)));

    let reprise = annuler(&k.cook, &fait["operation_id"]).await.attendue(200);
    assert_eq!((&reprise["status"], &reprise["date"]), (&json!("ok"), &json!(JOUR.to_string())));
    assert_eq!(reprise["lignes"].as_array().map(Vec::len), Some(3));
    assert_eq!(au_plan(&k, &k.bowl).await, Some((25.0, 5.0)));
    assert_eq!((au_plan(&k, &wok).await, au_plan(&k, &sauce).await), (None, None));
    assert_eq!(k.c.solde(&riz).await, 100_000.0 - 5.0 * 150.0);
    let restes = "select count(*) from lot where solde > 0";
    assert_eq!(nombre(&k.s, restes).await, 2, "le riz et les cinq bols");
    let dit = k.s.attendre_evenement("production_jour_annulee").await;
    assert!(dit.contains("nb_lots=3") && dit.contains("level=info"), "{dit}");
    let journal = "select count(*) from evenement where nom = 'production_jour_annulee'";
    assert_eq!(nombre(&k.s, journal).await, 1);
    k.s.verifier();

    // Once only; the one before still can be.
    annuler(&k.cook, &fait["operation_id"]).await.refusee(409, "production_deja_annulee");
    k.c.produire(&[(&wok, 1.0)]).await.refusee(409, "stock_insuffisant");
    k.s.verifier();
}

#[tokio::test]
async fn a_cook_takes_back_their_own_a_manager_any_and_nobody_what_is_none() {
    let (k, _) = Cuisine::garnie().await;
    let des_autres = k.c.produire(&[(&k.bowl, 1.0)]).await.attendue(201);
    let avant = lignes_par_table(&k.s).await;
    annuler(&k.cook, &des_autres["operation_id"]).await.refusee(403, "production_d_un_autre");
    let refus = k.s.attendre_evenement("production_jour_annulation_refus").await;
    assert!(refus.contains("err=production_d_un_autre"), "{refus}");
    let inconnue = json!(Uuid::now_v7());
    annuler(&k.c.client, &inconnue).await.refusee(404, "operation_inconnue");
    annuler(&k.c.client, &json!("x")).await.refusee(400, "requete_invalide");
    assert_eq!(lignes_par_table(&k.s).await, avant);

    let sien = k.cook.post(PRODUIRE, &k.c.demande(&[(&k.bowl, 1.0)])).await.attendue(201);
    // A declaration is not a production du jour.
    k.produit().await.attendue(200);
    let operation = "select operation_id::text from declaration";
    let mut c = k.s.base().lire().await.expect("connexion");
    let declaration: String = sqlx::query_scalar(operation).fetch_one(&mut *c).await.expect("une");
    drop(c);
    annuler(&k.c.client, &json!(declaration)).await.refusee(404, "operation_inconnue");
    k.annuler().await.attendue(200);
    annuler(&k.c.client, &sien["operation_id"]).await.attendue(200);
    annuler(&k.c.client, &des_autres["operation_id"]).await.attendue(200);
    assert_eq!(au_plan(&k, &k.bowl).await, Some((25.0, 0.0)));
    k.s.verifier();
}

#[tokio::test]
async fn what_came_after_on_a_line_or_left_the_stock_stands_in_the_way() {
    let (k, _) = Cuisine::garnie().await;
    let (the, article) = k.c.recette("Thé", &[(&k.riz, 1.0)]).await;
    let fait = k.c.produire(&[(&k.bowl, 5.0), (&the, 5.0)]).await.attendue(201);
    let refuser = async |code: &'static str| {
        let avant = lignes_par_table(&k.s).await;
        let refus = annuler(&k.c.client, &fait["operation_id"]).await.refusee(409, code);
        assert_eq!(lignes_par_table(&k.s).await, avant);
        refus
    };
    // The same total said again is something said.
    k.ajuste(5.0).await.attendue(200);
    let refus = refuser("ligne_changee").await;
    assert_eq!(refus["recettes"], json!([k.bowl]), "{refus}");
    k.annuler().await.attendue(200);
    k.scanner().await.attendue(200);
    refuser("ligne_changee").await;
    k.annuler().await.attendue(200);
    let apres = k.c.produire(&[(&the, 1.0)]).await.attendue(201);
    refuser("ligne_changee").await;
    annuler(&k.c.client, &apres["operation_id"]).await.attendue(200);

    let lots = k.c.lots().await;
    let lot = lots.iter().find(|l| l["ingredient_id"] == *article && l["solde"] == 5).expect("lot");
    let perte = json!({"magasin_id": k.c.magasin, "lot_id": lot["lot_id"], "quantite": 1,
        "unite": "piece", "motif": "tombé"});
    k.c.client.post("/api/interne/pertes", &perte).await.attendue(201);
    let refus = refuser("production_deja_utilisee").await;
    assert!(texte(&refus["detail"]).contains("jeté"), "{refus}");
    k.s.verifier();
}

#[tokio::test]
async fn the_page_takes_back_what_was_just_made_and_says_why_it_does_not() {
    let (k, _) = Cuisine::garnie().await;
    let porte = "/production-du-jour/annuler";
    let (v, admin) = (Visiteur::operateur(&k.s).await, Visiteur::admin(&k.s).await);
    let ici = format!("/production-du-jour?magasin_id={}&date={JOUR}", k.c.magasin);
    k.c.produire(&[(&k.bowl, 2.0)]).await.attendue(201);
    assert!(!v.lire(&ici).await.texte.contains(porte), "celle d'un autre");
    k.cook.post(PRODUIRE, &k.c.demande(&[(&k.bowl, 3.0)])).await.attendue(201);
    let page = v.lire(&ici).await.texte;
    assert!(page.contains("Reprendre en entier la production de"), "{page}");
    // Asked once, with what would be taken back; nothing is until it is answered.
    let question = v.envoyer(porte, &Champs::du_formulaire(&page, porte)).await;
    assert_eq!(question.statut, 200);
    assert!(question.texte.contains("Oui, reprendre"), "{}", question.texte);
    assert_eq!(au_plan(&k, &k.bowl).await, Some((25.0, 5.0)));
    let oui = |page: &str| Champs::du_formulaire(page, porte).avec("action", "confirmer");
    let champs = oui(&question.texte);
    let (une, deux) = tokio::join!(v.envoyer(porte, &champs), v.envoyer(porte, &champs));
    assert_eq!((une.statut, deux.statut), (303, 303), "{}", une.texte);
    assert!(v.suivre(&une).await.texte.contains("La production est reprise"));
    assert_eq!(au_plan(&k, &k.bowl).await, Some((25.0, 2.0)));

    let page = admin.lire(&ici).await.texte;
    k.scanner().await.attendue(200);
    let refus = admin.envoyer(porte, &oui(&page)).await;
    assert_eq!(refus.statut, 409);
    assert!(refus.texte.contains("La production n’a pas été reprise"), "{}", refus.texte);
    k.s.verifier();
}
