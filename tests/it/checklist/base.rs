//! The lines on what is in the database, on secrets and on tools.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use sqlx::Executor;
use uuid::Uuid;

use super::cuisine::Cuisine;
use crate::outils::grappe;

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
async fn une_production_sans_son_evenement_est_ko() {
    let c = Cuisine::sur(grappe::nouvelle_base_demo().await);
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
async fn un_journal_trop_silencieux_demande_l_attention() {
    let c = Cuisine::sure().await.avec("LOG_LEVEL", "WARNING");
    c.seul("evenements", "ATTENTION", "LOG_LEVEL");
}

#[tokio::test]
async fn une_regle_en_faute_et_des_comptes_de_demonstration_sont_ko() {
    let c = Cuisine::sur(grappe::nouvelle_base_demo().await);
    let mut s = grappe::superutilisateur(&c.base).await;
    s.execute("set session_replication_role = replica").await.unwrap();
    s.execute("update lot set solde = solde + 1 where ctid = (select min(ctid) from lot)")
        .await
        .unwrap();
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    vu.dit("verifier", "KO", "I1 (1)");
    vu.dit("secrets", "KO", "comptes de démonstration");
}

#[tokio::test]
async fn un_schema_ancien_est_ko() {
    let c = Cuisine::sur(grappe::base_d_avant_la_derniere_migration().await);
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    vu.dit("schema", "KO", "étapes à faire : 1");
}

#[tokio::test]
async fn un_fichier_de_secrets_que_d_autres_lisent_est_ko() {
    let c = Cuisine::sure().await;
    fs::set_permissions(c.env_file(), fs::Permissions::from_mode(0o640)).unwrap();
    c.seul("secrets", "KO", "delicego.env");
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
    c.avec("DELICEGO_PG_BIN", &vide).controler(&[]).dit("outils", "KO", "pg_dump");
}
