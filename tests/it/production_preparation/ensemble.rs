//! Many people at once: every accepted scan counts once, nothing is made from stock that is not
//! there (I9).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Cuisine, GENCODE, PREPARATION};
use crate::invariants::nombre;
use crate::outils::Client;
use crate::outils::chaine::{PRODUIRE, jour};

const SCANNERS: usize = 32;
/// Each of them, as fast as they are answered; `DELICEGO_SCANS` asks for more.
const SCANS: i32 = 60;
/// Grams of rice: more than anybody scans meanwhile.
const RIZ: f64 = 500_000_000.0;

#[tokio::test]
async fn i9_thirty_two_scanners_at_once_on_one_plan_count_every_scan_once() {
    let k = Cuisine::ouverte().await;
    let lot = k.c.lot(&k.riz, RIZ, Some(jour(32))).await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    let corps = json!({"nom": "Wok", "recette_id": wok, "magasin_id": k.c.magasin,
        "gencode": "0002"});
    k.c.client.post("/api/interne/menus", &corps).await.attendue(201);
    k.planifier(&[(&k.bowl, 200.0), (&wok, 200.0)]).await;
    let mut scanners = JoinSet::new();
    let demandes = std::env::var("DELICEGO_SCANS").map_or(SCANS, |n| n.parse().expect("nombre"));
    for scanner in 0..SCANNERS {
        let gencode = if scanner % 4 == 0 { "0002" } else { GENCODE };
        let (client, corps) = (k.cook.clone(), k.corps_scan(gencode));
        scanners.spawn(async move {
            (gencode, scanner_autant(demandes, &client, (scanner, corps)).await)
        });
    }
    let (mut bowls, mut woks) = (0_i32, 0_i32);
    for (gencode, acceptes) in scanners.join_all().await {
        *(if gencode == GENCODE { &mut bowls } else { &mut woks }) += acceptes;
    }
    assert_eq!((bowls, woks), (demandes * 24, demandes * 8));
    assert_eq!(k.ligne().await["quantite_produite"], bowls);
    assert_eq!(k.ligne_de(&wok).await["quantite_produite"], woks);
    let scans = i64::from(bowls + woks);
    for comptes in [
        "select count(*) from declaration where type = 'SCAN'",
        "select count(*) from lot_production where quantite = 1000",
        "select count(*) from operation where chemin like '%/scan'",
    ] {
        assert_eq!(nombre(&k.s, comptes).await, scans, "{comptes}");
    }
    let pris = f64::from(bowls) * 150.0 + f64::from(woks) * 50.0;
    assert_eq!(k.c.solde(&lot).await, RIZ - pris);
    let totaux: Vec<f64> = k.dit().await.into_iter().map(|(_, _, total)| total).collect();
    assert_eq!(totaux, (1..=bowls).map(f64::from).collect::<Vec<_>>());
    k.s.verifier();
}

/// One after the other, each under a key of its own; how many were accepted.
async fn scanner_autant(scans: i32, client: &Client, (scanner, corps): (usize, Value)) -> i32 {
    let chemin = format!("{PREPARATION}/scan");
    let mut acceptes = 0;
    while acceptes < scans {
        let cle = format!("{scanner}-{acceptes}");
        let fait = client.post_cle(&chemin, &corps, &cle).await.attendue(200);
        // Sent again, as a tablet does that did not hear the answer.
        if acceptes % 3 == 0 {
            let encore = client.post_cle(&chemin, &corps, &cle).await;
            assert!(encore.rejouee);
            assert_eq!(encore.attendue(200), fait);
        }
        acceptes += 1;
    }
    acceptes
}

#[tokio::test]
async fn i9_s4_of_a_hundred_scans_at_once_with_stock_for_twenty_five_twenty_five_pass() {
    let k = Cuisine::ouverte().await;
    k.planifier(&[(&k.bowl, 100.0)]).await;
    k.c.lot(&k.riz, 20.0 * 150.0, Some(jour(0))).await;
    k.c.lot(&k.riz, 5.0 * 150.0 + 149.0, None).await;
    let mut scans = JoinSet::new();
    for n in 0..100 {
        let (client, corps) = (k.cook.clone(), k.corps_scan(GENCODE));
        scans.spawn(async move {
            client.post_cle(&format!("{PREPARATION}/scan"), &corps, &format!("s4-{n}")).await
        });
    }
    let mut statuts: BTreeMap<u16, usize> = BTreeMap::new();
    for reponse in scans.join_all().await {
        if reponse.statut == 409 {
            reponse.clone().refusee(409, "stock_insuffisant");
        }
        *statuts.entry(reponse.statut).or_default() += 1;
    }
    assert_eq!(statuts, BTreeMap::from([(200, 25), (409, 75)]));
    assert_eq!(k.ligne().await["quantite_produite"], 25);
    k.s.verifier();
}

#[tokio::test]
async fn i9_everything_at_once_on_one_line_leaves_what_was_said_last_and_balances_that_hold() {
    let (k, lot) = Cuisine::garnie().await;
    k.planifier(&[(&k.bowl, 60.0)]).await;
    let mut gestes = JoinSet::new();
    for n in 0..60_u32 {
        let (client, mut corps) = (k.cook.clone(), k.corps(&k.bowl));
        let (chemin, corps) = match n % 6 {
            0 => ("produit", corps),
            1 => {
                corps["quantite"] = json!(n);
                ("ajuste", corps)
            }
            2 => ("non-produit", corps),
            3 => ("annuler", corps),
            _ => ("scan", k.corps_scan(GENCODE)),
        };
        gestes.spawn(async move { client.post(&format!("{PREPARATION}/{chemin}"), &corps).await });
    }
    let du_jour = k.c.demande(&[(&k.bowl, 1.0)]);
    for _ in 0..5 {
        let (client, demande) = (k.c.client.clone(), du_jour.clone());
        gestes.spawn(async move { client.post(PRODUIRE, &demande).await });
    }
    for reponse in gestes.join_all().await {
        match reponse.statut {
            200 | 201 => {}
            // Nothing to take back, or a production du jour came in between.
            409 => assert!(
                ["rien_a_annuler", "ligne_changee"]
                    .contains(&reponse.corps["code"].as_str().expect("code")),
                "{}",
                reponse.texte
            ),
            _ => panic!("{}", reponse.texte),
        }
    }
    let total = k.ligne().await["quantite_produite"].as_f64().expect("total");
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - total * 150.0);
    let derniere = k.dit().await.pop().expect("déclaration");
    assert_eq!(derniere.2, total);
    k.s.verifier();
}
