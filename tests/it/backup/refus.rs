//! What is refused before anything is written.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::time::{Duration, Instant};

use delicego::platform::cluster::{OptionsCluster, Usage, ouvrir};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use super::{Atelier, code, textes};
use crate::outils::grappe::PROGRAMME;

fn refuse(a: &Atelier, sortie: &Output, voulu: i32, mots: &str) {
    let texte = textes(sortie);
    assert_eq!(code(sortie), voulu, "{texte}");
    assert!(texte.contains(mots), "« {mots} » : {texte}");
    assert!(a.fichiers().is_empty(), "{:?}", a.fichiers());
}

#[tokio::test]
async fn garder_zero_ou_abc_est_une_faute_d_usage() {
    let a = Atelier::neuf().await;
    for keep in ["0", "abc", "-1"] {
        refuse(&a, &a.backup(&["--keep", keep]), 2, keep);
    }
    refuse(&a, &a.backup(&["--format", "rar"]), 2, "rar");
    refuse(&a, &a.backup(&["--chiffrer", "age1faux"]), 2, "--chiffrer");
}

#[tokio::test]
async fn un_mot_de_passe_faux_ou_absent_est_refuse_sans_attendre_ni_rien_ecrire() {
    let a = Atelier::neuf().await;
    let donnees = a.racine.join("donnees");
    let bail = ouvrir(&OptionsCluster {
        dossier: donnees.clone(),
        gardien: PROGRAMME.into(),
        usage: Usage::Durable,
    });
    let bail = bail.unwrap();
    fs::write(donnees.join("pgdata/pg_hba.conf"), "local all all scram-sha-256\n").unwrap();
    relire_hba(&donnees);
    let o = PgConnectOptions::new_without_pgpass().host(&bail.socket_dir().to_string_lossy());
    let o = o.port(bail.port()).username("delicego").password("faux").database("delicego");
    let limite = Instant::now() + Duration::from_secs(30);
    while o.connect().await.is_ok() {
        assert!(Instant::now() < limite, "pg_hba.conf n'est pas relu");
    }
    for mot_de_passe in [Some("faux"), None] {
        let mut commande = a.commande(&[]);
        commande.env("PGHOST", bail.socket_dir()).env("PGPORT", bail.port().to_string());
        commande.env("PGDATABASE", "delicego").envs(mot_de_passe.map(|m| ("PGPASSWORD", m)));
        let sortie = commande.output().unwrap();
        refuse(&a, &sortie, 5, "mot de passe");
        assert!(textes(&sortie).contains("event=backup_refus"), "{}", textes(&sortie));
    }
}

fn relire_hba(donnees: &std::path::Path) {
    let texte = fs::read_to_string(donnees.join("pgdata/postmaster.pid")).unwrap();
    let pid = texte.lines().next().unwrap().parse().ok().and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(pid.unwrap(), rustix::process::Signal::HUP).unwrap();
}

#[tokio::test]
async fn un_serveur_absent_ou_muet_est_refuse_dans_le_delai_de_connexion() {
    let a = Atelier::neuf().await;
    let muet = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = muet.local_addr().unwrap().port().to_string();
    for port in ["1", port.as_str()] {
        let mut commande = a.commande(&[]);
        commande.env("PGHOST", "127.0.0.1").env("PGPORT", port).env("PGCONNECT_TIMEOUT", "2");
        refuse(&a, &commande.output().unwrap(), 5, "ne répond pas");
    }
}

#[tokio::test]
async fn une_base_qui_n_existe_pas_se_dit() {
    let a = Atelier::sur("jamais_vue".to_owned());
    refuse(&a, &a.backup(&[]), 5, "jamais_vue");
}

#[tokio::test]
async fn un_pg_dump_plus_ancien_que_le_serveur_est_refuse_avec_le_remede() {
    let a = Atelier::neuf().await;
    let outils = a.racine.join("outils");
    fs::create_dir(&outils).unwrap();
    for (version, mots) in [(Some("14.9"), "postgresql-client-"), (None, "introuvable")] {
        let faux = outils.join("pg_dump");
        match version {
            None => fs::remove_file(&faux).unwrap(),
            Some(v) => {
                fs::write(&faux, format!("#!/bin/sh\necho 'pg_dump (PostgreSQL) {v}'\n")).unwrap();
                fs::set_permissions(&faux, fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        let sortie = a.commande(&[]).env("DELICEGO_PG_BIN", &outils).output().unwrap();
        refuse(&a, &sortie, 5, mots);
    }
}

#[tokio::test]
async fn une_table_qu_un_autre_garde_est_attendue_un_temps_et_son_detenteur_nomme() {
    let a = Atelier::neuf().await;
    let tenue = a.tenir().await;
    let sortie = a.backup(&["--attente-table", "1"]);
    refuse(&a, &sortie, 1, "inventaire du soir");
    let texte = textes(&sortie);
    for mots in ["« lot »", "« delicego »", "pid ", "event=backup_erreur"] {
        assert!(texte.contains(mots), "{mots} : {texte}");
    }
    tenue.lacher().await;
    a.bon_backup(&[]);
}

#[tokio::test]
async fn un_dossier_ou_l_on_ne_peut_ecrire_est_refuse() {
    let a = Atelier::neuf().await;
    fs::write(&a.dossier, b"un fichier").unwrap();
    let sortie = a.backup(&[]);
    assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("n'est pas un dossier"), "{}", textes(&sortie));
}
