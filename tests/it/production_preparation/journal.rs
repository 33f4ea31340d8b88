//! The log says each fact once it is kept, and each refusal as a refusal.

use serde_json::json;

use super::{Cuisine, GENCODE};
use crate::outils::chaine::{JOUR, jour};

#[tokio::test]
async fn i11_each_action_is_announced_once_and_what_changes_nothing_is_not() {
    let (k, _) = Cuisine::garnie().await;
    k.scanner().await.attendue(200);
    k.ajuste(10.0).await.attendue(200);
    k.ajuste(10.0).await.attendue(200);
    k.produit().await.attendue(200);
    k.produit().await.attendue(200);
    k.non_produit().await.attendue(200);
    k.annuler().await.attendue(200);
    k.s.attendre_evenement("production_preparation_annuler").await;
    for (nom, quantite) in [
        ("scan", "quantite=1"),
        ("ajuste", "quantite=10"),
        ("produit", "quantite=25"),
        ("non_produit", "quantite=0"),
        ("annuler", "quantite=0"),
    ] {
        let dits = k.s.evenements(&format!("production_preparation_{nom}"));
        assert_eq!(dits.len(), 1, "{nom} : {dits:#?}");
        for attendu in ["level=info", quantite, &format!("date={JOUR}"), &k.bowl, &k.c.magasin] {
            assert!(dits[0].contains(attendu), "{attendu} : {}", dits[0]);
        }
    }
    let mut c = k.s.base().lire().await.expect("connexion");
    let noms: Vec<String> = sqlx::query_scalar(
        "select nom from evenement where nom like 'production_preparation%' order by id",
    )
    .fetch_all(&mut *c)
    .await
    .expect("événements");
    assert_eq!(noms.len(), 5, "{noms:?}");
}

#[tokio::test]
async fn i11_a_replay_announces_nothing_again() {
    let (k, _) = Cuisine::garnie().await;
    let chemin = format!("{}/scan", super::PREPARATION);
    for _ in 0..3 {
        k.cook.post_cle(&chemin, &k.corps_scan(GENCODE), "bip").await.attendue(200);
    }
    k.s.attendre_evenement("production_preparation_scan").await;
    k.scanner().await.attendue(200);
    let fin = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while k.s.evenements("production_preparation_scan").len() < 2 {
        assert!(std::time::Instant::now() < fin, "{:#?}", k.s.journal());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(k.s.evenements("production_preparation_scan").len(), 2);
}

#[tokio::test]
async fn i11_a_refusal_is_told_as_one_with_its_code() {
    let k = Cuisine::ouverte().await;
    k.produit().await.refusee(409, "stock_insuffisant");
    k.ajuste(3.0).await.refusee(409, "stock_insuffisant");
    k.scanner().await.refusee(409, "stock_insuffisant");
    k.annuler().await.refusee(409, "rien_a_annuler");
    let mut ailleurs = k.corps(&k.bowl);
    ailleurs["date"] = json!(jour(1));
    k.dire("non-produit", &ailleurs).await.refusee(404, "plan_absent");
    for (nom, err) in [
        ("produit_refus", "err=stock_insuffisant"),
        ("ajuste_refus", "err=stock_insuffisant"),
        ("scan_refus", "err=stock_insuffisant"),
        ("annuler_refus", "err=rien_a_annuler"),
        ("non_produit_refus", "err=plan_absent"),
    ] {
        let dit = k.s.attendre_evenement(&format!("production_preparation_{nom}")).await;
        for attendu in ["level=warning", err, &k.c.magasin] {
            assert!(dit.contains(attendu), "{attendu} : {dit}");
        }
    }
    for fait in ["produit", "ajuste", "scan", "annuler", "non_produit"] {
        assert!(k.s.evenements(&format!("production_preparation_{fait}")).is_empty(), "{fait}");
    }
}

#[tokio::test]
async fn i11_a_failure_is_told_kept_for_the_checklist_and_writes_nothing() {
    let (k, lot) = Cuisine::garnie().await;
    crate::invariants::comme_superutilisateur(
        &k.s,
        "create function casser() returns trigger language plpgsql as
           $$ begin raise exception 'cassé'; end $$;
         create trigger casse before insert on declaration
           for each row execute function casser()",
    )
    .await;
    let panne = k.scanner().await;
    assert_eq!(panne.statut, 500, "{}", panne.texte);
    assert!(!panne.texte.contains("cassé"), "{}", panne.texte);
    let dit = k.s.attendre_evenement("production_preparation_scan_erreur").await;
    assert!(dit.contains("level=error"), "{dit}");
    assert_eq!(k.c.solde(&lot).await, 100_000.0);
    let notees = crate::invariants::nombre(
        &k.s,
        "select count(*) from panne where nom = 'production_preparation_scan_erreur'",
    );
    assert_eq!(notees.await, 1);
    k.s.verifier();
}
