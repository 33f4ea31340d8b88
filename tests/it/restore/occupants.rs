//! Who is connected to the live database: named before any work, or ended at the swap.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection};

use super::serveur::Externe;
use crate::outils::grappe::{self, superutilisateur};

/// An idle session of that role, as a pooler keeps one; and its process.
async fn oisive(e: &Externe, role: &str, programme: &str) -> (PgConnection, i32) {
    let options = grappe::options(&e.serveur.nom_base).username(role).application_name(programme);
    let mut c = options.connect().await.expect("connexion");
    let pid = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut c).await.expect("pid");
    (c, pid)
}

#[tokio::test]
async fn une_connexion_que_le_compte_ne_peut_fermer_est_nommee_avant_tout_travail() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let caisse = e.role("caisse", "").await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--json"];

    let (mut pooler, pid) = oisive(&e, &caisse, "pgbouncer").await;
    let (chef, pid_chef) = oisive(&e, "postgres", "psql").await;
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(!sortie.dit.contains("Lecture du fichier"), "avant tout travail : {sortie:?}");
    for dit in [
        format!("processus {pid}, rôle {caisse}, programme pgbouncer"),
        format!("processus {pid_chef}, rôle postgres, programme psql, superutilisateur"),
        "grant pg_signal_backend, pg_read_all_stats to".to_owned(),
        "PGUSER=".to_owned(),
    ] {
        assert!(sortie.journal.contains(&dit), "{dit} : {sortie:?}");
    }
    assert_eq!(e.tout().await, avant);
    chef.close().await.expect("fermeture");

    e.administrer(&format!("grant pg_signal_backend, pg_read_all_stats to {compte}")).await;
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sqlx::query("select 1").execute(&mut pooler).await.is_err(), "elle a été fermée");
    e.nettoyer().await;
}

#[tokio::test]
async fn une_connexion_venue_pendant_le_travail_et_qui_reste_arrete_la_bascule_sans_rien_fermer() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--json"];
    let mut commande = e.commande(&compte, &ordre);
    let mut restore =
        commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore");
    let mut lignes = BufReader::new(restore.stdout.take().expect("sortie")).lines();
    let attendue = |l: &String| l.contains("Restauration");
    lignes.by_ref().map(|l| l.expect("ligne")).find(attendue).expect("étape");
    let mut chef = superutilisateur(&e.serveur.nom_base).await;
    let dit: Vec<String> = lignes.map(|l| l.expect("ligne")).collect();
    let sortie = restore.wait_with_output().expect("fin");
    assert_eq!(sortie.status.code(), Some(1), "{sortie:?}");
    let dit = dit.join("\n");
    assert!(dit.contains("rôle postgres") && dit.contains("superutilisateur"), "{dit}");
    assert!(dit.contains("est inchangée"), "{dit}");
    sqlx::query("select 1").execute(&mut chef).await.expect("elle est toujours là");
    assert_eq!(e.tout().await, avant);
    assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
    e.serveur.verifier();
}
