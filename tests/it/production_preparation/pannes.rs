//! The program is killed in the middle of scans: what was answered counts once, what was not can be
//! sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use tokio::task::JoinSet;

use super::{Cuisine, GENCODE, PREPARATION};
use crate::outils::Client;

const SCANNERS: usize = 8;

#[tokio::test]
async fn a_program_killed_in_the_middle_of_scans_has_counted_each_once() {
    let (mut k, lot) = Cuisine::garnie().await;
    let faits = Arc::new(AtomicUsize::new(0));
    let mut scanners = JoinSet::new();
    for scanner in 0..SCANNERS {
        let (client, corps, faits) = (k.cook.clone(), k.corps_scan(GENCODE), Arc::clone(&faits));
        scanners.spawn(async move {
            let mut cles = Vec::new();
            loop {
                let cle = format!("{scanner}-{}", cles.len());
                let reponse = scan(&client, &corps, &cle).await;
                let perdue = reponse.is_none();
                cles.push((cle, reponse));
                if perdue {
                    return cles;
                }
                faits.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let assez = async {
        while faits.load(Ordering::Relaxed) < 60 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), assez).await.expect("des scans acceptés");
    k.s.tuer();
    let cles: Vec<_> = scanners.join_all().await.into_iter().flatten().collect();
    let interrompus = cles.iter().filter(|(_, reponse)| reponse.is_none()).count();
    assert_eq!(interrompus, SCANNERS, "chacun scannait quand le programme est mort");
    k.s.relancer();
    k.s.verifier();
    (k.cook, k.c.client) = (k.s.operateur().await, k.s.admin().await);
    let chemin = format!("{PREPARATION}/scan");
    for (cle, reponse) in &cles {
        let encore = k.cook.post_cle(&chemin, &k.corps_scan(GENCODE), cle).await;
        assert_eq!(encore.statut, 200, "{}", encore.texte);
        if let Some(reponse) = reponse {
            assert!(encore.rejouee && &encore.texte == reponse, "{cle} compté deux fois");
        }
    }
    assert_eq!(k.ligne().await["quantite_produite"], cles.len());
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let consomme = cles.len() as f64 * 150.0;
    assert_eq!(k.c.solde(&lot).await, 100_000.0 - consomme);
    k.s.verifier();
}

/// None when no answer came.
async fn scan(client: &Client, corps: &serde_json::Value, cle: &str) -> Option<String> {
    let requete = client.requete(Method::POST, &format!("{PREPARATION}/scan")).json(corps);
    let reponse = client.essayer(requete.header("Idempotency-Key", cle)).await?;
    assert_eq!(reponse.statut, 200, "{}", reponse.texte);
    Some(reponse.texte)
}
