//! I7: one operation key, one operation; the same answer however often it is asked for.

use reqwest::Method;
use serde_json::{Value, json};

use super::{RECEPTIONS, cuisine, la_base_refuse, lignes_par_table, nombre, texte};
use crate::outils::chaine::{PRODUIRE, jour};
use crate::outils::{Chaine, Reponse, Serveur};

/// One lot of 100 g, and the demand that takes all of it.
async fn une_portion() -> (Serveur, Chaine, String, Value) {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    c.lot(&riz, 100.0, None).await;
    let demande = c.demande(&[(&bowl, 1.0)]);
    (s, c, riz, demande)
}

/// The body as it is spelled, with a key.
async fn envoyer(c: &Chaine, corps: String, cle: &str) -> Reponse {
    let requete = c.client.requete(Method::POST, PRODUIRE).body(corps);
    let requete = requete.header("content-type", "application/json");
    c.client.envoyer(requete.header("Idempotency-Key", cle)).await
}

#[tokio::test]
async fn i7_the_same_key_and_request_gets_the_stored_answer_even_when_the_stock_is_gone() {
    let (s, c, _, demande) = une_portion().await;
    let premiere = c.client.post_cle(PRODUIRE, &demande, "k-1").await;
    assert!(!premiere.rejouee);
    let apres = lignes_par_table(&s).await;
    c.client.post(PRODUIRE, &demande).await.refusee(409, "stock_insuffisant");
    for _ in 0..3 {
        let encore = c.client.post_cle(PRODUIRE, &demande, "k-1").await;
        assert!(encore.rejouee);
        assert_eq!(encore.nature, premiere.nature);
        assert_eq!((encore.statut, &encore.texte), (201, &premiere.texte));
    }
    assert_eq!(lignes_par_table(&s).await, apres);
    s.verifier();
}

#[tokio::test]
async fn i7_another_request_under_a_used_key_is_refused() {
    let (s, c, riz, demande) = une_portion().await;
    c.client.post_cle(PRODUIRE, &demande, "k-1").await.attendue(201);
    let apres = lignes_par_table(&s).await;
    let mut autre = demande.clone();
    autre["lignes"][0]["quantite_a_produire"] = json!(2);
    let mut en_plus = demande.clone();
    en_plus["remarque"] = json!("pressé");
    let mut texte = demande.clone();
    texte["date_jour"] = json!(jour(1));
    for corps in [&autre, &en_plus, &texte] {
        let refus = c.client.post_cle(PRODUIRE, corps, "k-1").await;
        refus.refusee(409, "cle_deja_utilisee");
    }
    // Another route is another request too.
    let reception = json!({"magasin_id": c.magasin, "lignes": [
        {"ingredient_id": riz, "quantite": 1, "unite": "g"}]});
    let refus = c.client.post_cle(RECEPTIONS, &reception, "k-1").await;
    refus.refusee(409, "cle_deja_utilisee");
    assert_eq!(lignes_par_table(&s).await, apres);
}

#[tokio::test]
async fn i7_the_same_json_value_spelled_otherwise_is_the_same_request() {
    let (s, c, _, demande) = une_portion().await;
    let (magasin, jour) = (texte(&demande["magasin_id"]), texte(&demande["date_jour"]));
    let recette = texte(&demande["lignes"][0]["recette_id"]);
    let premiere = c.client.post_cle(PRODUIRE, &demande, "k-1").await;
    let apres = lignes_par_table(&s).await;
    for nombre in ["1", "1.0", "1.000", "10e-1", "0.1E1"] {
        let autre = format!(
            "{{ \"lignes\" : [ {{\"quantite_a_produire\":{nombre}, \"recette_id\":\"{recette}\"}} ],\n
             \"date_jour\": \"\\u0032{}\", \"magasin_id\":\"{magasin}\"}}",
            &jour[1..]
        );
        let encore = envoyer(&c, autre, "k-1").await;
        assert!(encore.rejouee, "{nombre} {}", encore.texte);
        assert_eq!(encore.texte, premiere.texte);
    }
    let texte = demande.to_string().replace("1.0", "\"1.0\"");
    assert_ne!(texte, demande.to_string());
    envoyer(&c, texte, "k-1").await.refusee(400, "requete_invalide");
    assert_eq!(lignes_par_table(&s).await, apres);
}

#[tokio::test]
async fn i7_identical_requests_at_one_instant_do_it_once_and_all_get_the_same_answer() {
    let (s, c, _, demande) = une_portion().await;
    for cle in ["k-1", "6f6b5f8e-0000-7000-8000-000000000001"] {
        let avant = nombre(&s, "select count(*) from operation").await;
        let une = || c.client.post_cle(PRODUIRE, &demande, cle);
        let (a, b, d, e, f, g, h, i, j, k) =
            tokio::join!(une(), une(), une(), une(), une(), une(), une(), une(), une(), une());
        let reponses = [a, b, d, e, f, g, h, i, j, k];
        for r in &reponses {
            assert_eq!((r.statut, &r.texte), (201, &reponses[0].texte));
        }
        assert_eq!(reponses.iter().filter(|r| !r.rejouee).count(), 1);
        assert_eq!(nombre(&s, "select count(*) from operation").await, avant + 1);
        s.verifier();
        let corps = json!({"magasin_id": c.magasin, "lignes": [{"ingredient_id":
            nom_riz(&c).await, "quantite": 100, "unite": "g"}]});
        c.client.post(RECEPTIONS, &corps).await.attendue(201);
    }
    assert_eq!(nombre(&s, "select count(*) from lot_production").await, 2);
}

/// The only ingredient's id.
async fn nom_riz(c: &Chaine) -> String {
    let liste = c.client.get("/api/interne/ingredients").await.attendue(200);
    texte(&liste["elements"][0]["id"]).to_owned()
}

#[tokio::test]
async fn i7_different_requests_at_one_instant_under_one_key_do_one_of_them() {
    let (s, c, riz, demande) = une_portion().await;
    c.lot(&riz, 1000.0, None).await;
    let mut autre = demande.clone();
    autre["lignes"][0]["quantite_a_produire"] = json!(2);
    let (une, deux) = tokio::join!(
        c.client.post_cle(PRODUIRE, &demande, "k"),
        c.client.post_cle(PRODUIRE, &autre, "k")
    );
    let (faite, refusee) = if une.statut == 201 { (une, deux) } else { (deux, une) };
    faite.attendue(201);
    refusee.refusee(409, "cle_deja_utilisee");
    assert_eq!(nombre(&s, "select count(*) from lot_production").await, 1);
}

#[tokio::test]
async fn i7_a_refused_request_may_be_sent_again_with_its_key_once_the_stock_is_there() {
    let (s, c, riz, _) = une_portion().await;
    let (wok, _) = c.recette("Wok", &[(&riz, 150.0)]).await;
    let demande = c.demande(&[(&wok, 1.0)]);
    let avant = lignes_par_table(&s).await;
    for _ in 0..2 {
        let refus = c.client.post_cle(PRODUIRE, &demande, "k-2").await;
        assert!(!refus.rejouee);
        refus.refusee(409, "stock_insuffisant");
    }
    assert_eq!(lignes_par_table(&s).await, avant);
    c.lot(&riz, 50.0, None).await;
    let faite = c.client.post_cle(PRODUIRE, &demande, "k-2").await;
    assert!(!faite.rejouee);
    let encore = c.client.post_cle(PRODUIRE, &demande, "k-2").await;
    assert!(encore.rejouee);
    assert_eq!(encore.texte, faite.texte);
    faite.attendue(201);
    s.verifier();
}

#[tokio::test]
async fn i7_keys_of_two_authors_do_not_meet() {
    let (s, c, riz, demande) = une_portion().await;
    c.lot(&riz, 100.0, None).await;
    let cuisine = s.operateur().await;
    c.client.post_cle(PRODUIRE, &demande, "meme").await.attendue(201);
    let sienne = cuisine.post_cle(PRODUIRE, &demande, "meme").await;
    assert!(!sienne.rejouee);
    sienne.attendue(201);
    assert!(cuisine.post_cle(PRODUIRE, &demande, "meme").await.rejouee);
    assert_eq!(nombre(&s, "select count(*) from lot_production").await, 2);
    s.verifier();
}

#[tokio::test]
async fn i7_a_malformed_key_is_refused_and_nothing_is_written() {
    let (s, c, _, demande) = une_portion().await;
    let avant = lignes_par_table(&s).await;
    let longue = "k".repeat(65);
    let malformees: [&[u8]; 6] =
        [b"", b"deux mots", longue.as_bytes(), "clé".as_bytes(), b"\xff\xfe", b"a\tb"];
    for cle in malformees {
        let valeur = reqwest::header::HeaderValue::from_bytes(cle).expect("valeur");
        let requete = c.client.requete(Method::POST, PRODUIRE).json(&demande);
        let reponse = c.client.envoyer(requete.header("Idempotency-Key", valeur)).await;
        let refus = reponse.refusee(400, "requete_invalide");
        assert_eq!(refus["erreurs"][0]["champ"], "Idempotency-Key", "{cle:?}");
    }
    assert_eq!(lignes_par_table(&s).await, avant);
    let la_plus_longue = "~".repeat(64);
    c.client.post_cle(PRODUIRE, &demande, &la_plus_longue).await.attendue(201);
}

#[tokio::test]
async fn i7_the_database_refuses_a_second_operation_of_one_author_under_one_key() {
    let (s, c, _, demande) = une_portion().await;
    c.client.post_cle(PRODUIRE, &demande, "k-1").await.attendue(201);
    let double = "insert into operation (id, auteur_id, cle, empreinte, chemin)
        select gen_random_uuid(), auteur_id, cle, empreinte, 'ailleurs' from operation
         where cle is not null";
    la_base_refuse(&s, double, "operation_cle").await;
}

#[tokio::test]
async fn i7_keys_are_forgotten_after_thirty_days_and_what_they_did_stays() {
    let (s, c, riz, demande) = une_portion().await;
    c.client.post_cle(PRODUIRE, &demande, "vieille").await.attendue(201);
    let recue = json!({"magasin_id": c.magasin, "lignes": [
        {"ingredient_id": riz, "quantite": 100, "unite": "g"}]});
    c.client.post_cle(RECEPTIONS, &recue, "recente").await.attendue(201);
    super::ecrire(
        &s,
        "update operation set cree_le = now() - interval '31 days'
        where cle = 'vieille'",
    )
    .await
    .expect("vieillir");
    let purgees = delicego::platform::db::operations::purger(s.base()).await.expect("purger");
    assert_eq!(purgees, 1);
    assert_eq!(nombre(&s, "select count(*) from operation where cle = 'recente'").await, 1);
    let nouvelle = c.client.post_cle(PRODUIRE, &demande, "vieille").await;
    assert!(!nouvelle.rejouee);
    nouvelle.attendue(201);
    s.verifier();
}
