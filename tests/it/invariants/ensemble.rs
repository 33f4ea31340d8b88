//! I9: people at once never oversell, never wait for each other for ever, and nobody sees a 5xx.

use std::sync::Arc;

use delicego::platform::db::executer_transaction;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::task::JoinSet;

use super::{
    RECEPTIONS, creer, cuisine, ecrire, en_attente, lignes_par_table, mettre_en_etat, nombre,
};
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::{Chaine, Reponse, Serveur, grappe};

/// Sends them all at once.
async fn ensemble(c: &Chaine, demandes: Vec<Value>) -> Vec<Reponse> {
    let depart = Arc::new(tokio::sync::Barrier::new(demandes.len()));
    let mut taches = JoinSet::new();
    for demande in demandes {
        let (client, depart) = (c.client.clone(), Arc::clone(&depart));
        taches.spawn(async move {
            depart.wait().await;
            client.post(PRODUIRE, &demande).await
        });
    }
    taches.join_all().await
}

fn combien(reponses: &[Reponse], statut: u16) -> usize {
    reponses.iter().filter(|r| r.statut == statut).count()
}

/// Neither a 5xx nor a line in the log that tells of one: a deadlock is both.
fn sans_panne(s: &Serveur, reponses: &[Reponse]) {
    for r in reponses {
        assert!(r.statut < 500, "{} {:#?}", r.texte, s.journal());
    }
    for nom in ["production_jour_erreur", "erreur_interne", "attente_trop_longue"] {
        assert!(s.evenements(nom).is_empty(), "{:#?}", s.evenements(nom));
    }
}

#[tokio::test]
async fn i9_of_a_hundred_at_once_on_stock_for_twenty_five_exactly_twenty_five_succeed() {
    let (s, c) = cuisine().await;
    let (riz, thon) = (c.ingredient("Riz").await, c.ingredient("Thon").await);
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0), (&thon, 50.0)]).await;
    c.lot(&riz, 1200.0, Some(jour(1))).await;
    c.lot(&riz, 1300.0, None).await;
    c.lot(&thon, 1250.0, Some(jour(0))).await;
    let demande = c.demande(&[(&bowl, 1.0)]);
    let reponses = ensemble(&c, vec![demande; 100]).await;
    sans_panne(&s, &reponses);
    assert_eq!((combien(&reponses, 201), combien(&reponses, 409)), (25, 75));
    for r in reponses.into_iter().filter(|r| r.statut == 409) {
        r.refusee(409, "stock_insuffisant");
    }
    for ingredient in [&riz, &thon] {
        let reste: i64 = nombre(
            &s,
            &format!("select sum(solde)::bigint from lot where article_id = '{ingredient}'"),
        )
        .await;
        assert_eq!(reste, 0);
    }
    assert_eq!(nombre(&s, "select count(*) from lot_production").await, 25);
    assert_eq!(nombre(&s, "select quantite_produite from ligne_plan_production").await, 25_000);
    s.verifier();
}

#[tokio::test]
async fn i9_recipes_sharing_ingredients_in_any_order_while_lots_arrive_never_deadlock() {
    let (s, c) = cuisine().await;
    let (a, b, d) = (c.ingredient("A").await, c.ingredient("B").await, c.ingredient("D").await);
    let mut recettes = Vec::new();
    for (nom, lignes) in [
        ("Un", [(&a, 10.0), (&b, 10.0), (&d, 10.0)]),
        ("Deux", [(&d, 10.0), (&b, 10.0), (&a, 10.0)]),
        ("Trois", [(&b, 10.0), (&d, 10.0), (&a, 10.0)]),
        ("Quatre", [(&d, 10.0), (&a, 10.0), (&b, 10.0)]),
    ] {
        let lignes = lignes.map(|(i, q)| (i.as_str(), q));
        recettes.push(c.recette(nom, &lignes).await.0);
    }
    for ingredient in [&d, &b, &a] {
        for dlc in [None, Some(jour(0)), Some(jour(9))] {
            c.lot(ingredient, 50.0, dlc).await;
        }
    }
    let demandes = (0..60)
        .map(|i| {
            let (x, y) = (&recettes[i % 4], &recettes[(i / 4 + 1) % 4]);
            c.demande(&[(x, 1.0), (y, 1.0)])
        })
        .collect();
    let receptions = async {
        for i in 0..12 {
            let ingredient = [&a, &b, &d][i % 3];
            let corps = json!({"magasin_id": c.magasin, "lignes": [
                {"ingredient_id": ingredient, "quantite": 40, "unite": "g"}]});
            creer(&c.client, RECEPTIONS, corps).await;
        }
    };
    let (reponses, ()) = tokio::join!(ensemble(&c, demandes), receptions);
    sans_panne(&s, &reponses);
    assert_eq!(combien(&reponses, 201) + combien(&reponses, 409), 60);
    // 150 g of each at first are 7 demands of 20 g; all that came makes 15.
    let faites = combien(&reponses, 201);
    assert!((7..=15).contains(&faites), "{faites}");
    assert_eq!(nombre(&s, "select count(*) from lot where solde < 0").await, 0);
    s.verifier();
}

#[tokio::test]
async fn i9_a_day_opened_by_many_at_once_with_lists_that_cross_never_deadlocks() {
    let (s, c) = cuisine().await;
    ecrire(&s, "update magasin set jours_arriere = 12").await.expect("jours");
    let riz = c.ingredient("Riz").await;
    c.lot_ancien(&riz, 1_000_000.0).await;
    let mut recettes = Vec::new();
    for nom in ["Un", "Deux", "Trois", "Quatre", "Cinq", "Six"] {
        recettes.push(c.recette(nom, &[(&riz, 1.0)]).await.0);
    }
    for n in 1..=12_usize {
        let le = jour(-i64::try_from(n).expect("jour"));
        let demandes = (0..8)
            .map(|i| {
                // 0 and 1, 1 and 2, .. : whoever comes first has what another one wants.
                let (x, y) = (&recettes[(n + i) % 6], &recettes[(n + i + 1) % 6]);
                let mut demande = c.demande(&[(x, 1.0), (y, 1.0)]);
                demande["date_jour"] = json!(le);
                demande["motif"] = json!("oublié");
                demande
            })
            .collect();
        let planifier = async {
            let lignes: Vec<Value> = recettes
                .iter()
                .map(|r| json!({"recette_id": r, "quantite_planifiee": 9}))
                .collect();
            let chemin = format!("/api/interne/plans/{}/{le}", c.magasin);
            c.client.put(&chemin, &json!({"lignes": lignes})).await
        };
        let (mut reponses, plan) = tokio::join!(ensemble(&c, demandes), planifier);
        reponses.push(plan);
        sans_panne(&s, &reponses);
        assert_eq!((combien(&reponses, 201), combien(&reponses, 200)), (8, 1));
    }
    assert_eq!(nombre(&s, "select count(*) from plan_production").await, 12);
    assert_eq!(nombre(&s, "select count(*) from ligne_plan_production").await, 72);
    s.verifier();
}

#[tokio::test]
async fn i9_a_plan_that_waits_for_a_production_and_adds_a_line_of_its_own_gets_through() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (un, _) = c.recette("Un", &[(&riz, 1.0)]).await;
    let (deux, _) = c.recette("Deux", &[(&riz, 1.0)]).await;
    assert!(un < deux);
    c.lot(&riz, 100.0, None).await;
    c.produire(&[(&deux, 1.0)]).await.attendue(201);
    // Somebody holds the line of the second recipe; behind him a production of both, which has
    // added the first one's line, and a plan that adds it too.
    let mut autre = grappe::superutilisateur(&s.nom_base).await;
    let mut tx = autre.begin().await.expect("début");
    let tenir = format!("select from ligne_plan_production where recette_id = '{deux}' for update");
    tx.execute(AssertSqlSafe(tenir)).await.expect("tenir");
    let (client, demande) = (c.client.clone(), c.demande(&[(&un, 1.0), (&deux, 1.0)]));
    let plan = json!({"lignes": [{"recette_id": un, "quantite_planifiee": 9},
                                 {"recette_id": deux, "quantite_planifiee": 9}]});
    let chemin = format!("/api/interne/plans/{}/{JOUR}", c.magasin);
    let planificateur = c.client.clone();
    let planifier = tokio::spawn(async move { planificateur.put(&chemin, &plan).await });
    en_attente(&s, 1).await;
    let production = tokio::spawn(async move { client.post(PRODUIRE, &demande).await });
    en_attente(&s, 2).await;
    tx.commit().await.expect("fin");
    let reponses = [planifier.await.expect("plan"), production.await.expect("production")];
    sans_panne(&s, &reponses);
    assert_eq!((reponses[0].statut, reponses[1].statut), (200, 201));
    s.verifier();
}

#[tokio::test]
async fn i9_a_lot_freed_while_two_productions_wait_lets_both_through() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    let bloque = c.lot(&riz, 100.0, None).await;
    let milieu = c.lot(&riz, 100.0, None).await;
    let dernier = c.lot(&riz, 100.0, None).await;
    assert!(bloque < milieu && milieu < dernier);
    mettre_en_etat(&c, &bloque, "bloque").await.attendue(201);
    // The day's plan is there: nobody waits for whoever opens it.
    c.produire(&[(&bowl, 1.0), (&wok, 1.0)]).await.attendue(201);
    let mut autre = grappe::superutilisateur(&s.nom_base).await;
    let mut tx = autre.begin().await.expect("début");
    let tenir = format!("select from lot where id = '{dernier}' for update");
    tx.execute(AssertSqlSafe(tenir)).await.expect("tenir");
    let produire = |recette: &str| {
        let (client, demande) = (c.client.clone(), c.demande(&[(recette, 1.0)]));
        tokio::spawn(async move { client.post(PRODUIRE, &demande).await })
    };
    // The first has the middle lot and waits for the last; the second will have the freed one.
    let premiere = produire(&bowl);
    en_attente(&s, 1).await;
    mettre_en_etat(&c, &bloque, "libre").await.attendue(201);
    let seconde = produire(&wok);
    en_attente(&s, 2).await;
    tx.commit().await.expect("fin");
    let reponses = [premiere.await.expect("première"), seconde.await.expect("seconde")];
    sans_panne(&s, &reponses);
    assert_eq!(combien(&reponses, 201), 2);
    s.verifier();
}

#[tokio::test]
async fn i9_a_client_that_leaves_in_the_middle_leaves_nothing_behind() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let lot = c.lot(&riz, 100.0, None).await;
    let avant = lignes_par_table(&s).await;
    let mut autre = grappe::superutilisateur(&s.nom_base).await;
    let mut tx = autre.begin().await.expect("début");
    let tenir = format!("select from lot where id = '{lot}' for update");
    tx.execute(AssertSqlSafe(tenir)).await.expect("tenir");
    let (client, demande) = (c.client.clone(), c.demande(&[(&bowl, 1.0)]));
    let partie = tokio::spawn(async move { client.post(PRODUIRE, &demande).await });
    en_attente(&s, 1).await;
    partie.abort();
    assert!(partie.await.expect_err("partie").is_cancelled());
    tx.commit().await.expect("fin");
    // Whole or not at all: the server may have finished what nobody hears of.
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    let faites = nombre(&s, "select count(*) from lot_production").await;
    assert!((1..=2).contains(&faites), "{faites}");
    let apres = lignes_par_table(&s).await;
    assert_eq!(apres["operation"], avant["operation"] + faites);
    s.verifier();
}

#[tokio::test]
async fn i9_an_action_that_fails_in_a_transaction_of_ours_undoes_what_it_did() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    c.lot(&riz, 100.0, None).await;
    let issue: Result<(), delicego::platform::errors::Erreur> =
        executer_transaction(s.base(), async |tx| {
            sqlx::query("update lot set solde = 0").execute(&mut *tx).await?;
            Err(delicego::platform::errors::Erreur::interne("au milieu"))
        })
        .await;
    assert!(issue.is_err());
    assert_eq!(nombre(&s, "select solde from lot").await, 100_000);
}
