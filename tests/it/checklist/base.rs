//! The lines on what is in the database, on secrets and on tools.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use chrono::{TimeDelta, Utc};
use sqlx::Executor;
use uuid::Uuid;

use super::cuisine::Cuisine;
use crate::outils::{Serveur, exercices, grappe};

#[tokio::test]
async fn une_panne_sans_reussite_depuis_est_ko() {
    let c = Cuisine::sure().await;
    let mut s = grappe::superutilisateur(&c.base).await;
    let mut dire = async |ordre: &'static str| {
        sqlx::query(ordre).bind(Uuid::now_v7()).execute(&mut s).await.unwrap();
    };
    let reussite = "insert into evenement (id, nom, donnees) values ($1, 'production_jour', '{}')";
    dire(reussite).await;
    dire("insert into panne (id, nom, date_jour) values ($1, 'production_jour_erreur', now())")
        .await;
    c.seul("evenements", "KO", "production_jour_erreur");
    dire(reussite).await;
    assert_eq!(c.controler(&[]).code, 0);
}

#[tokio::test]
async fn un_exercice_reussi_ne_cache_pas_que_le_compte_ne_peut_plus_creer_de_base() {
    let c = Cuisine::sure().await;
    let compte = format!("compte_{}", &*c.base);
    let mut s = grappe::superutilisateur(&c.base).await;
    let mut dire = async |ordre: String| {
        s.execute(sqlx::AssertSqlSafe(ordre)).await.unwrap();
    };
    dire(format!("create role {compte} login createdb; grant delicego to {compte}")).await;
    let c = c.avec("PGUSER", &compte);
    assert_eq!(c.controler(&[]).point("exercice").0, "OK");
    dire(format!("alter role {compte} nocreatedb")).await;
    let dit = format!("serait refusée maintenant (compte {compte} : il ne peut pas créer de base)");
    c.controler(&[]).dit("exercice", "KO", &dit);
    assert!(c.conseil("exercice").ends_with(&format!("alter role {compte} createdb;")));
    dire(format!("alter role {compte} createdb")).await;
    assert_eq!(c.controler(&[]).point("exercice").0, "OK");
}

#[tokio::test]
async fn une_production_sans_son_evenement_est_ko() {
    let c = Cuisine::sur(grappe::nouvelle_base_demo().await).await;
    // The shop's day, wherever the test runs.
    let jour = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Paris);
    let jour = jour.format("%Y-%m-%d").to_string();
    c.fait(&["production-du-jour", "--magasin", "Boutique Bastille", "--date", &jour]);
    let vu = c.controler(&[]);
    assert_eq!(vu.point("evenements"), ("OK", "productions : 1, toutes journalisées"));
    let mut s = grappe::superutilisateur(&c.base).await;
    s.execute("set session_replication_role = replica").await.unwrap();
    s.execute("delete from evenement where nom = 'production_jour'").await.unwrap();
    c.controler(&[]).dit("evenements", "KO", "productions sans événement : 1");
}

#[tokio::test]
async fn le_niveau_du_journal_est_celui_du_serveur_et_non_de_la_commande() {
    let mut c = Cuisine::sure().await.avec("LOG_LEVEL", "WARNING");
    assert_eq!(c.controler(&[]).code, 0);
    c.servie(Some("WARN")).await;
    c.seul("evenements", "ATTENTION", "LOG_LEVEL=WARN");
    c.servie(None).await;
    c.seul("evenements", "ATTENTION", "aucun serveur");
}

#[tokio::test]
async fn un_vrai_serveur_dit_son_niveau_tant_qu_il_tourne() {
    let s = Serveur::avec(&[("LOG_LEVEL", "DEBUG")]).await;
    let mut commande = s.programme();
    commande.args(["checklist", "--json"]).env("LOG_LEVEL", "ERROR");
    let lire = |commande: &mut std::process::Command| {
        let sortie = commande.output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&sortie.stdout).unwrap();
        json["points"][5]["raison"].as_str().unwrap().to_owned()
    };
    assert_eq!(lire(&mut commande), "aucune production");
}

#[tokio::test]
async fn une_regle_en_faute_et_des_comptes_de_demonstration_sont_ko() {
    let c = Cuisine::sur(grappe::nouvelle_base_demo().await).await;
    let mut s = grappe::superutilisateur(&c.base).await;
    s.execute("set session_replication_role = replica").await.unwrap();
    s.execute("update lot set solde = solde + 1 where ctid = (select min(ctid) from lot)")
        .await
        .unwrap();
    assert_eq!(c.controler(&[]).point("verifier").0, "OK", "relue tout à l'heure");
    let vu = c.controler(&["--complet"]);
    assert_eq!(vu.code, 3);
    vu.dit("verifier", "KO", "I1 (1)");
    // The fault stays told until it was read again and found mended.
    c.controler(&[]).dit("verifier", "KO", "I1 (1), à l'instant par checklist");
    vu.dit("secrets", "KO", "comptes de démonstration");
}

#[tokio::test]
async fn un_schema_ancien_est_ko() {
    let c = Cuisine::sur(grappe::base_d_avant_la_derniere_migration().await).await;
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    vu.dit("schema", "KO", "étapes à faire : 1");
}

#[tokio::test]
async fn un_fichier_de_secrets_que_d_autres_lisent_est_ko() {
    let c = Cuisine::sure().await;
    fs::set_permissions(c.env_file(), fs::Permissions::from_mode(0o640)).unwrap();
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    vu.dit("secrets", "KO", "delicego.env");
    vu.dit("automatisation", "KO", "delicego.env : d'autres que vous");
    for point in ["automatisation", "secrets"] {
        fs::set_permissions(c.env_file(), fs::Permissions::from_mode(0o644)).unwrap();
        c.taper(&c.conseil(point));
        assert_eq!(c.controler(&[]).code, 0, "{point}");
    }
}

#[tokio::test]
async fn des_sauvegardes_ou_un_pgpass_que_d_autres_lisent_ne_sont_pas_dits_fermes() {
    let c = Cuisine::sure().await;
    let ouvrir = |chemin: &std::path::Path, mode| {
        fs::set_permissions(chemin, fs::Permissions::from_mode(mode)).unwrap();
    };
    ouvrir(&c.archive(), 0o644);
    c.seul("secrets", "ATTENTION", "ne sont fermés que par leur dossier");
    ouvrir(&c.dossier(), 0o755);
    c.seul("secrets", "KO", "d'autres que vous peuvent lire des sauvegardes (1)");
    ouvrir(&c.archive(), 0o600);
    c.seul("secrets", "ATTENTION", "est ouvert à d'autres comptes");
    ouvrir(&c.archive(), 0o644);
    let pgpass = c.racine.join(".pgpass");
    fs::write(&pgpass, "*:*:*:delicego:un vrai secret\n").unwrap();
    ouvrir(&pgpass, 0o644);
    c.seul("secrets", "KO", ".pgpass ; d'autres");
    c.taper(&c.conseil("secrets"));
    assert_eq!(c.controler(&[]).code, 0);
    assert_eq!(c.controler(&[]).point("secrets").0, "OK");
}

#[tokio::test]
async fn des_regles_relues_il_y_a_longtemps_ou_jamais_demandent_l_attention() {
    let c = Cuisine::sure().await;
    exercices::forger(&c.archive(), |e| e.regles_verifiees = false);
    c.relire(Utc::now() + TimeDelta::days(9), &[]);
    c.seul("verifier", "ATTENTION", "dans le futur");
    assert!(c.conseil("verifier").starts_with("Regardez l'heure de cette machine"));
    c.fait(&["verifier"]);
    assert_eq!(c.controler(&[]).point("verifier").0, "OK", "ce qu'elle demandait suffit");
    c.relire(Utc::now() - TimeDelta::days(9), &[]);
    c.seul("verifier", "ATTENTION", "il y a 9 jours par verifier");
    fs::remove_file(c.dossier().join("verifications.jsonl")).unwrap();
    c.seul("verifier", "ATTENTION", "jamais relues");
    c.fait(&["verifier"]);
    let vu = c.controler(&[]);
    assert_eq!(
        vu.point("verifier").1,
        "toutes les règles tiennent, relues à l'instant par verifier"
    );
    exercices::forger(&c.archive(), |_| {});
    assert!(c.controler(&[]).point("verifier").1.ends_with("par drill"));
}

#[tokio::test]
async fn un_mot_de_passe_que_tout_le_monde_essaie_est_ko() {
    let c = Cuisine::sure().await.avec("PGPASSWORD", "postgres");
    c.seul("secrets", "KO", "PGPASSWORD");
    let c = c.avec("PGPASSWORD", "un vrai secret");
    fs::write(c.racine.join(".pgpass"), "*:*:*:delicego:Delicego\n").unwrap();
    fs::set_permissions(c.racine.join(".pgpass"), fs::Permissions::from_mode(0o600)).unwrap();
    c.seul("secrets", "KO", ".pgpass");
    fs::remove_file(c.racine.join(".pgpass")).unwrap();
    let ajout = "PGPASSWORD=admin\n";
    let env = fs::read_to_string(c.env_file()).unwrap();
    fs::write(c.env_file(), format!("{env}{ajout}")).unwrap();
    c.seul("secrets", "KO", "delicego.env");
    fs::write(c.env_file(), env).unwrap();
    let admins = [("a", "un vrai secret"), ("b", "delicego"), ("c", "postgres")];
    for (nom, mot) in admins {
        let email = &format!("{nom}@cuisine.fr");
        let creer = ["utilisateur", "creer", "--email", email, "--nom", "A", "--role", "admin"];
        c.fait_avec(&[&creer[..], &["--mot-de-passe-stdin"]].concat(), mot);
    }
    c.seul("secrets", "KO", "b@cuisine.fr, c@cuisine.fr ont un mot de passe");
    for email in ["b@cuisine.fr", "c@cuisine.fr"] {
        assert!(c.conseil("secrets").contains(&format!("mot-de-passe --email {email}")));
    }
}

#[tokio::test]
async fn un_outil_qui_manque_est_ko() {
    let c = Cuisine::sure().await;
    let seuls = c.racine.join("bin").to_str().unwrap().to_owned();
    let c = c.avec("PATH", &seuls);
    c.seul("outils", "KO", "pdftotext est introuvable");
    let vide = c.racine.join("vide");
    fs::create_dir(&vide).unwrap();
    let vide = vide.to_str().unwrap().to_owned();
    let c = c.avec("DELICEGO_PG_BIN", &vide);
    c.controler(&[]).dit("outils", "KO", "pg_dump");
    let majeure = grappe::binaires().components().rev().nth(1).unwrap();
    let paquet = format!("postgresql-client-{} poppler-utils", majeure.as_os_str().display());
    assert!(c.conseil("outils").ends_with(&paquet), "{}", c.conseil("outils"));
}
