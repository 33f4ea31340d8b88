//! The swap, when it cannot be done, and when whoever does it dies in the middle.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::atelier::{Atelier, Sortie};

/// A connection to the live database whose process hears nothing: it cannot be sent away.
pub async fn connexion_sourde(a: &Atelier) -> (sqlx::PgConnection, Pid) {
    let mut c = a.administrateur("delicego").await;
    let pid: i32 =
        sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut c).await.expect("pid");
    let pid = Pid::from_raw(pid).expect("pid");
    kill_process(pid, Signal::STOP).expect("SIGSTOP");
    (c, pid)
}

async fn est_ouverte(a: &Atelier) -> bool {
    ouverte_selon(&mut a.administrateur("postgres").await).await
}

async fn ouverte_selon(c: &mut sqlx::PgConnection) -> bool {
    let requete = "select datallowconn from pg_database where datname = 'delicego'";
    sqlx::query_scalar(requete).fetch_one(c).await.expect("base")
}

pub async fn attendre(a: &Atelier, ouverte: bool) {
    let mut c = a.administrateur("postgres").await;
    let limite = Instant::now() + Duration::from_secs(60);
    while ouverte_selon(&mut c).await != ouverte {
        assert!(Instant::now() < limite, "toujours pas : ouverte = {ouverte}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn une_connexion_qui_ne_part_pas_fait_renoncer_et_la_base_se_rouvre() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let avant = a.tout().await;
    let (_c, pid) = connexion_sourde(&a).await;
    let restore = a.lancer(&["--file", &fichier, "--drop-create", "--oui"]);
    attendre(&a, false).await;
    attendre(&a, true).await;
    // No database can be dropped, the copy neither, while that process hears nothing.
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    let sortie: Sortie = restore.wait_with_output().expect("fin").into();
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains("n'obéit pas à l'ordre de finir"), "{sortie:?}");
    assert!(est_ouverte(&a).await);
    assert_eq!(a.tout().await, avant);
    assert_eq!(a.copies().await, Vec::<String>::new());
    a.attendre_le_service().await;
    assert_eq!(a.serveur.compter("restore_guerie"), 0);
}

#[tokio::test]
async fn le_serveur_rouvre_de_lui_meme_une_base_dont_la_bascule_est_morte() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let avant = a.tout().await;
    let (_c, pid) = connexion_sourde(&a).await;
    let mut restore = a.lancer(&["--file", &fichier, "--drop-create", "--oui"]);
    attendre(&a, false).await;
    restore.kill().expect("kill -9");
    restore.wait().expect("fin");
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    a.serveur.attendre("restore_guerie", 1).await;
    a.attendre_le_service().await;
    assert_eq!(a.tout().await, avant);
    a.serveur.verifier();
    // What the dead one left is swept by the next, which says so.
    let sortie: Sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("Copie abandonnée"), "{sortie:?}");
    assert_eq!(a.copies().await, Vec::<String>::new());
}

#[tokio::test]
async fn la_commande_suivante_ou_le_prochain_demarrage_rouvrent_aussi() {
    let mut a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.serveur.arreter();
    for rouvrir in ["backup", "verifier", "restore", "serve"] {
        let (_c, pid) = connexion_sourde(&a).await;
        let mut restore = a.lancer(&["--file", &fichier, "--drop-create", "--oui"]);
        attendre(&a, false).await;
        restore.kill().expect("kill -9");
        restore.wait().expect("fin");
        kill_process(pid, Signal::CONT).expect("SIGCONT");
        assert!(!est_ouverte(&a).await);
        match rouvrir {
            "backup" => drop(a.sauvegarder()),
            "verifier" => a.serveur.verifier(),
            "restore" => assert_eq!(a.restore(&["annuler"]).code, Some(1)),
            _ => a.serveur.relancer(),
        }
        assert!(est_ouverte(&a).await, "{rouvrir}");
        for copie in a.copies().await {
            a.sql("postgres", &format!("drop database \"{copie}\"")).await;
        }
    }
    a.serveur.verifier();
}

/// Somebody's reasons are not ours to judge.
#[tokio::test]
async fn une_base_fermee_a_dessein_reste_fermee() {
    let a = Atelier::embarque().await;
    a.sql("postgres", "alter database delicego allow_connections false").await;
    let congedier = "select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = 'delicego'";
    a.sql("postgres", congedier).await;
    a.serveur.attendre("base_absente", 1).await;
    attendre_des_regards(&a, 2).await;
    let sortie = a.restore(&["annuler"]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(!est_ouverte(&a).await);
    assert_eq!(a.serveur.compter("restore_guerie"), 0);
}

/// The server looks at a database that does not answer by way of the other one: when it has come
/// once more, what it thought of it before is done.
async fn attendre_des_regards(a: &Atelier, combien: i64) {
    let mut c = a.administrateur("postgres").await;
    let requete = "select sessions from pg_stat_database where datname = 'postgres'";
    let limite = Instant::now() + Duration::from_secs(60);
    let mut debut = None;
    loop {
        let vues: i64 = sqlx::query_scalar(requete).fetch_one(&mut c).await.expect("sessions");
        if vues > *debut.get_or_insert(vues) + combien {
            return;
        }
        assert!(Instant::now() < limite, "le serveur ne regarde pas");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
