//! Starting on a schema that is not ours, and stopping without losing anybody's request.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::outils::chaine::PRODUIRE;
use crate::outils::grappe;
use crate::outils::{Chaine, Serveur};

#[tokio::test]
async fn serve_refuses_an_old_schema_unless_it_may_migrate() {
    let s = Serveur::demarrer().await;
    let ancienne = format!("ancienne_{}", s.nom_base);
    let mut c = grappe::superutilisateur("postgres").await;
    let proprietaire = grappe::options("postgres").get_username().to_owned();
    let sql = format!("create database {ancienne} owner {proprietaire}");
    c.execute(AssertSqlSafe(sql)).await.expect("base vide");
    c.close().await.expect("fermeture");
    let programme = || {
        let mut p = s.programme();
        p.env("PGDATABASE", &ancienne);
        p
    };
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["verifier"], &["utilisateur", "lister"]]
    {
        let sortie = programme().args(arguments).output().expect("delicego");
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        assert_eq!(sortie.status.code(), Some(5), "{arguments:?} {sortie:?}");
        assert!(texte.contains("delicego migrate"), "{texte}");
    }
    let mut serveur = programme()
        .args(["serve", "--listen", "127.0.0.1:0", "--migrer"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("serve");
    let mut lignes = BufReader::new(serveur.stdout.take().expect("stdout")).lines();
    assert!(lignes.any(|l| l.expect("ligne").contains("event=serveur_pret")));
    serveur.kill().expect("tuer");
    serveur.wait().expect("fin");
    for (arguments, code) in [(["migrate"], 0), (["verifier"], 0)] {
        let sortie = programme().args(arguments).output().expect("delicego");
        assert_eq!(sortie.status.code(), Some(code), "{arguments:?} {sortie:?}");
    }
}

#[tokio::test]
async fn a_schema_made_by_a_newer_program_is_left_alone() {
    let s = Serveur::demarrer().await;
    let mut c = grappe::superutilisateur(&s.nom_base).await;
    let sql = "insert into _sqlx_migrations
                 (version, description, success, checksum, execution_time)
               values (9999, 'demain', true, '', 0)";
    c.execute(sql).await.expect("migration de demain");
    c.close().await.expect("fermeture");
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["verifier"]] {
        let sortie = s.delicego(arguments);
        assert_eq!(sortie.status.code(), Some(5), "{arguments:?} {sortie:?}");
    }
    for arguments in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0", "--migrer"]] {
        let sortie = s.delicego(arguments);
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        assert_eq!(sortie.status.code(), Some(5), "{arguments:?} {texte}");
        assert!(texte.contains("plus récent"), "{texte}");
    }
}

#[tokio::test]
async fn a_port_already_taken_is_told_and_exits_1() {
    let s = Serveur::demarrer().await;
    let adresse = s.url().trim_start_matches("http://");
    let sortie = s.delicego(&["serve", "--listen", adresse]);
    let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
    assert_eq!(sortie.status.code(), Some(1), "{sortie:?}");
    assert!(texte.contains(adresse) && texte.contains("déjà"), "{texte}");
    s.anonyme().get("/health").await.attendue(200);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_and_exits_5() {
    let s = Serveur::demarrer().await;
    for (variable, valeur) in [("PGHOST", "/nulle/part"), ("PGDATABASE", "absente")] {
        let sortie =
            s.programme().arg("verifier").env(variable, valeur).output().expect("delicego");
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        assert_eq!(sortie.status.code(), Some(5), "{variable} {sortie:?}");
        assert!(texte.contains("delicego : "), "{texte}");
    }
}

/// Waits (bounded) until somebody waits for a lock in this database.
async fn quelqu_un_attend(s: &Serveur) {
    let mut c = s.base().lire().await.expect("connexion");
    let fin = Instant::now() + Duration::from_secs(20);
    loop {
        let n: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(&mut *c)
        .await
        .expect("activité");
        if n > 0 {
            return;
        }
        assert!(Instant::now() < fin, "personne n'attend");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn after_sigterm_the_requests_under_way_finish_and_new_ones_are_not_taken() {
    let mut s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let lot = c.lot(&riz, 1000.0, None).await;

    let mut teneur = grappe::superutilisateur(&s.nom_base).await;
    let mut tenue = teneur.begin().await.expect("transaction");
    sqlx::query("select from lot where id = $1::uuid for update")
        .bind(&lot)
        .execute(&mut *tenue)
        .await
        .expect("verrou");
    let (client, demande) = (c.client.clone(), c.demande(&[(&bowl, 3.0)]));
    let attente =
        tokio::spawn(async move { client.post_cle(PRODUIRE, &demande, "avant-l-arret").await });
    quelqu_un_attend(&s).await;
    s.demander_l_arret();
    s.attendre_evenement("serveur_arret").await;
    // The door is shut at once: the next caller is refused, or not answered.
    let fin = Instant::now() + Duration::from_secs(10);
    while tokio::net::TcpStream::connect(s.url().trim_start_matches("http://")).await.is_ok() {
        assert!(Instant::now() < fin, "le serveur écoute encore");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tenue.rollback().await.expect("libérer");
    let r = attente.await.expect("tâche").attendue(201);
    assert_eq!(r["lots_crees"], json!(1));
    assert_eq!(s.attendre_la_fin().await, Some(0));
    s.attendre_evenement("serveur_arrete").await;
    s.attendre_evenement("production_jour_lot_create").await;
    assert!(s.evenements("serveur_arret_force").is_empty());
    s.relancer();
    let apres = c.client.sur(s.url());
    let solde =
        apres.get(&format!("/api/interne/stock?magasin_id={}", c.magasin)).await.attendue(200);
    assert_eq!(solde["elements"][0]["solde"].as_f64(), Some(700.0), "{solde}");
    let rejoue = apres.post_cle(PRODUIRE, &c.demande(&[(&bowl, 3.0)]), "avant-l-arret").await;
    assert!(rejoue.rejouee);
    assert_eq!(rejoue.attendue(201), r);
    s.verifier();
}
