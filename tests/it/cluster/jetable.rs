//! A server made to be thrown away: quick, alone, and gone with its folder.

use std::fs;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use delicego::platform::cluster::{OptionsCluster, Usage, ouvrir};
use rustix::process::Signal;
use sqlx::Executor;

use super::{Dossier, attendre, connecter, lire, tuer, vivant};

impl Dossier {
    fn jetable(&self) -> OptionsCluster {
        OptionsCluster { usage: Usage::Jetable { majeure: 15 }, ..self.options() }
    }
}

#[tokio::test]
async fn un_serveur_jetable_va_vite_et_part_avec_son_dossier() {
    let dossier = Dossier::neuf();
    let bail = ouvrir(&dossier.jetable()).expect("un bail");
    let mut base = connecter(&bail).await;
    for (reglage, voulu) in [
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("autovacuum", "off"),
        ("listen_addresses", ""),
        ("is_superuser", "off"),
    ] {
        let lu: String = lire(&mut base, &format!("show {reglage}")).await;
        assert_eq!(lu, voulu, "{reglage}");
    }
    let (postgres, gardien) = (dossier.pid_postgres(), dossier.pid_gardien());
    drop((base, bail));
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!vivant(postgres));
    assert!(!dossier.chemin.exists(), "rien ne reste");
}

#[tokio::test]
async fn ce_qu_un_kill_9_a_laisse_est_balaye_par_le_suivant() {
    let dossier = Dossier::neuf();
    let bail = ouvrir(&dossier.jetable()).expect("un bail");
    let mut base = connecter(&bail).await;
    base.execute("create table t (n int)").await.expect("table");
    let (postgres, gardien) = (dossier.pid_postgres(), dossier.pid_gardien());
    tuer(gardien, Signal::KILL);
    attendre("l'arrêt du serveur", || !vivant(postgres));
    assert!(dossier.chemin.join("pgdata").exists(), "le gardien n'a pas pu ranger");

    let suivant = ouvrir(&dossier.jetable()).expect("un bail");
    let mut base = connecter(&suivant).await;
    let tables: i64 = lire(&mut base, "select count(*) from pg_tables where tablename = 't'").await;
    assert_eq!(tables, 0, "un serveur neuf");
    let gardien = dossier.pid_gardien();
    drop((base, suivant, bail));
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!dossier.chemin.exists(), "rien ne reste");
}

/// Its last words reach nobody: the end of the lease is not seen, only that nobody listens.
#[test]
fn un_gardien_dont_le_preneur_part_quand_il_est_pret_finit_aussi() {
    let dossier = Dossier::neuf();
    let (notre, sienne) = UnixStream::pair().expect("prise");
    let mut commande = Command::new(dossier.jetable().gardien);
    commande.args(["gardien", "--jetable", "15", "--dossier"]).arg(&dossier.chemin);
    commande.stdin(OwnedFd::from(sienne)).stdout(Stdio::null()).stderr(Stdio::null());
    let mut gardien = commande.spawn().expect("gardien");
    drop(commande);
    attendre("des données", || dossier.chemin.join("pgdata").exists());
    notre.shutdown(Shutdown::Read).expect("plus personne n'écoute");
    attendre("la fin du gardien", || gardien.try_wait().expect("gardien").is_some());
    assert!(!dossier.chemin.exists(), "rien ne reste");
}

#[test]
fn personne_ne_partage_un_serveur_jetable() {
    let dossier = Dossier::neuf();
    let bail = ouvrir(&dossier.jetable()).expect("un bail");
    let postgres = dossier.pid_postgres();
    let options = dossier.jetable();
    let autre = std::thread::spawn(move || ouvrir(&options));
    let journal = dossier.chemin.join("gardien.log");
    let refuse = || fs::read_to_string(&journal).is_ok_and(|j| j.contains("un autre gardien"));
    attendre("l'attente du second", refuse);
    drop(bail);
    let autre = autre.join().expect("fil").expect("un bail");
    assert_ne!(dossier.pid_postgres(), postgres);
    let gardien = dossier.pid_gardien();
    drop(autre);
    attendre("la fin du gardien", || !vivant(gardien));
}

#[tokio::test]
async fn des_donnees_durables_ne_sont_jamais_jetees() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    connecter(&bail).await.execute("create table t (n int)").await.expect("table");
    let gardien = dossier.pid_gardien();
    drop(bail);
    attendre("la fin du gardien", || !vivant(gardien));
    let refus = ouvrir(&dossier.jetable()).expect_err("refus").to_string();
    assert!(refus.contains("autre chose qu'un serveur d'essai"), "{refus}");
    let bail = dossier.ouvrir();
    assert_eq!(lire::<i64>(&mut connecter(&bail).await, "select count(*) from t").await, 0);
}

#[test]
fn une_version_trop_recente_pour_cette_machine_est_refusee_en_disant_laquelle_installer() {
    let dossier = Dossier::neuf();
    let options = OptionsCluster { usage: Usage::Jetable { majeure: 99 }, ..dossier.options() };
    let refus = ouvrir(&options).expect_err("refus").to_string();
    assert!(refus.contains("postgresql-99"), "{refus}");
}
