//! What is said of a write of which nobody knows how it ended, and of one that found no room.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sqlx::PgConnection;

use crate::outils::brut::brute;
use crate::outils::{Serveur, grappe};

const FOURNISSEURS: &str = "/api/interne/fournisseurs";

async fn faire(c: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(c).await.expect("sql");
}

/// Commits wait for that long, as on a disk that hesitates.
const LENT: &str = "
    create function dormir() returns trigger language plpgsql as
      $$ begin perform pg_sleep(50); return null; end $$;
    create constraint trigger lent after insert on fournisseur deferrable initially deferred
      for each row execute function dormir();";

#[tokio::test]
async fn a_write_that_may_have_been_kept_is_to_be_asked_for_again_by_its_key() {
    let s = Serveur::demarrer().await;
    let admin = s.admin().await;
    let mut c = grappe::superutilisateur(&s.nom_base).await;
    faire(&mut c, LENT).await;
    let corps = json!({"nom": "Maraîcher"});
    let demande = {
        let (admin, corps) = (admin.clone(), corps.clone());
        tokio::spawn(async move { admin.post_cle(FOURNISSEURS, &corps, "une-fois").await })
    };
    let mut coupees = 0;
    for _ in 0..500 {
        let coupe = sqlx::query_scalar::<_, i64>(
            "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
              where datname = current_database() and wait_event = 'PgSleep'",
        );
        coupees = coupe.fetch_one(&mut c).await.expect("couper");
        if coupees > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(coupees, 1, "la validation n'a pas commencé");
    let refus = demande.await.expect("demande").refusee(503, "issue_inconnue");
    assert!(refus["detail"].as_str().expect("detail").contains("même clé"), "{refus}");
    faire(&mut c, "drop trigger lent on fournisseur; drop function dormir()").await;
    let fait = admin.post_cle(FOURNISSEURS, &corps, "une-fois").await.attendue(201);
    let encore = admin.post_cle(FOURNISSEURS, &corps, "une-fois").await;
    assert!(encore.rejouee);
    assert_eq!(encore.attendue(201), fait);
    s.verifier();
}

/// As PostgreSQL says it.
const PLEIN: &str = "
    create function plein() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
    create trigger plein before insert on fournisseur for each row execute function plein();";

#[tokio::test]
async fn a_full_disk_is_said_and_so_is_the_end_of_it() {
    let s = Serveur::demarrer().await;
    let admin = s.admin().await;
    let mut c = grappe::superutilisateur(&s.nom_base).await;
    faire(&mut c, PLEIN).await;
    let ecrire = || admin.requete(Method::POST, FOURNISSEURS).json(&json!({"nom": "Maraîcher"}));
    let refus = brute(ecrire()).await;
    assert_eq!((refus.statut, &refus.json()["code"]), (503, &json!("disque_plein")));
    assert!(refus.json()["detail"].as_str().expect("detail").contains("rien n'a été enregistré"));
    let attente: u32 = refus.entete("retry-after").parse().expect("Retry-After");
    assert!((1..=60).contains(&attente), "{attente}");
    let sante = || s.anonyme().requete(Method::GET, "/health");
    let degradee = brute(sante()).await;
    let attendu = json!({"statut": "degrade", "code": "disque_plein"});
    assert_eq!((degradee.statut, degradee.json()), (503, attendu));
    // What only reads goes on.
    admin.get(FOURNISSEURS).await.attendue(200);
    faire(&mut c, "drop trigger plein on fournisseur; drop function plein()").await;
    assert_eq!(brute(ecrire()).await.statut, 201);
    assert_eq!(brute(sante()).await.json(), json!({"statut": "ok"}));
    assert!(s.evenements("erreur_interne").is_empty(), "{:?}", s.journal());
}
