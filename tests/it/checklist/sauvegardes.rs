//! The lines on backups, copies, drills, schedules, disks and times.

use std::fs;

use chrono::{TimeDelta, Utc};
use delicego::sauvegarde::drill::{Obstacle, Restaurable, Verdict};
use serde_json::{Value, json};

use super::cuisine::Cuisine;
use crate::outils::exercices;

#[tokio::test]
async fn sans_sauvegarde_rien_n_est_sur() {
    let c = Cuisine::sure().await;
    fs::remove_file(c.archive().with_extension("gz.json")).unwrap();
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    vu.dit("sauvegarde", "KO", "aucune sauvegarde vérifiée de cette base");
    vu.dit("copie", "KO", "n'y est pas");
    vu.dit("exercice", "KO", "aucun exercice");
    vu.dit("duree", "ATTENTION", "inconnue");
}

#[tokio::test]
async fn la_sauvegarde_d_une_autre_base_ne_compte_pas() {
    let c = Cuisine::sure().await;
    c.changer_le_manifeste(&c.archive(), |m| m["base"]["nom"] = json!("autre"));
    c.controler(&[]).dit("sauvegarde", "KO", "aucune sauvegarde vérifiée de cette base");
    let c = c.avec("PGPORT", "1");
    c.controler(&[]).dit("sauvegarde", "KO", "aucune sauvegarde vérifiée de cette base");
}

#[tokio::test]
async fn une_sauvegarde_de_plus_de_26_heures_est_ko() {
    let c = Cuisine::sure().await;
    for (heures, ok) in [(25, true), (27, false)] {
        let le = Utc::now() - TimeDelta::hours(heures);
        c.changer_le_manifeste(&c.archive(), |m| m["fait_le"] = json!(le));
        match ok {
            true => assert_eq!(c.controler(&[]).code, 0),
            false => c.seul("sauvegarde", "KO", "il y a 27 h"),
        }
    }
}

#[tokio::test]
async fn une_sauvegarde_suspecte_plus_recente_demande_l_attention() {
    let c = Cuisine::sure().await;
    c.fait(&["backup", "--force-suspect"]);
    c.changer_le_manifeste(&c.archive(), |m| m["suspect"] = json!(["une table a disparu"]));
    c.seul("sauvegarde", "ATTENTION", "une plus récente est suspecte");
}

#[tokio::test]
async fn une_copie_absente_ou_differente_est_ko() {
    let c = Cuisine::sure().await;
    let nom = c.archive().file_name().unwrap().to_str().unwrap().to_owned();
    let copie = c.copies().join(&nom);
    fs::write(&copie, "court").unwrap();
    c.seul("copie", "KO", "y est autre qu'ici");
    fs::copy(c.archive(), &copie).unwrap();
    assert_eq!(c.controler(&[]).code, 0);
    fs::remove_file(c.copies().join(format!("{nom}.json"))).unwrap();
    c.seul("copie", "KO", "n'y est pas");
    let c = c.avec("DELICEGO_SAUVEGARDES_VERS", "ftp://ailleurs");
    c.seul("copie", "KO", "ftp");
}

#[tokio::test]
async fn un_exercice_absent_ancien_ou_rate_est_ko() {
    let c = Cuisine::sure().await;
    let archive = c.archive();
    exercices::forger(&archive, |e| e.fait_le -= TimeDelta::days(7));
    assert_eq!(c.controler(&[]).code, 0);
    exercices::forger(&archive, |e| e.fait_le -= TimeDelta::hours(193));
    c.seul("exercice", "KO", "réussi il y a 8 jours");
    exercices::forger(&archive, |e| e.fait_le += TimeDelta::hours(1));
    c.seul("exercice", "KO", "dans le futur");
    exercices::forger(&archive, |e| e.verdict = Verdict::Differente);
    c.controler(&[]).dit("exercice", "KO", "n'a pas réussi");
    // Of another file under that name: nothing was proved of this one.
    exercices::forger(&archive, |e| e.sha256 = "0".repeat(64));
    c.controler(&[]).dit("exercice", "KO", "aucun exercice");
    fs::remove_file(archive.with_extension("gz.exercice.json")).unwrap();
    c.controler(&[]).dit("exercice", "KO", "aucun exercice");
}

#[tokio::test]
async fn un_exercice_reussi_compte_encore_quand_la_rotation_a_pris_sa_sauvegarde() {
    let c = Cuisine::sure().await;
    let resultat = c.archive().with_extension("gz.exercice.json");
    let exercice: Value = serde_json::from_str(&fs::read_to_string(&resultat).unwrap()).unwrap();
    // The line of another database, and one that a power cut tore.
    let mut autre = exercice.clone();
    autre["base"] = json!("autre");
    autre["verdict"] = json!("echouee");
    autre["fait_le"] = json!(Utc::now());
    let histoire = c.dossier().join("drills.jsonl");
    fs::write(&histoire, format!("{exercice}\n{autre}\n{{\"forme\":1,")).unwrap();
    c.fait(&["backup", "--keep", "1"]);
    assert!(!resultat.exists() && histoire.exists());
    assert_eq!(c.controler(&[]).code, 0);
    fs::remove_file(&histoire).unwrap();
    c.controler(&[]).dit("exercice", "KO", "aucun exercice");
}

#[tokio::test]
async fn un_exercice_reussi_d_une_base_qui_ne_se_restaure_pas_ici_n_est_pas_ok() {
    let c = Cuisine::sure().await;
    let obstacle = |objet: &str| Obstacle {
        objet: objet.to_owned(),
        raison: "réservé".to_owned(),
        remede: "PGUSER=postgres".to_owned(),
    };
    for (restaurable, verdict, raison) in [
        (Restaurable::AvecAdministrateur, "ATTENTION", "un administrateur"),
        (Restaurable::Non, "KO", "ne se restaure pas sur ce serveur (table x ; en tout 2)"),
    ] {
        exercices::forger(&c.archive(), |e| {
            e.restaurable = Some(restaurable);
            e.obstacles = vec![obstacle("table x"), obstacle("table y")];
        });
        c.seul("exercice", verdict, raison);
    }
    exercices::forger(&c.archive(), |e| e.restaurable = Some(Restaurable::Oui));
    assert_eq!(c.controler(&[]).code, 0);
}

#[tokio::test]
async fn une_programmation_absente_est_ko_et_un_journal_muet_demande_l_attention() {
    let c = Cuisine::sure().await;
    let vieux = Utc::now() - TimeDelta::days(9);
    c.journaliser(vieux, Utc::now());
    c.seul("automatisation", "ATTENTION", "backup est programmé");
    c.journaliser(Utc::now(), vieux);
    c.seul("automatisation", "ATTENTION", "drill est programmé");
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let debut = entiere.find("# delicego:debut drill").unwrap();
    fs::write(&table, &entiere[..debut]).unwrap();
    c.seul("automatisation", "KO", "drill n'est pas programmé");
    fs::remove_file(&table).unwrap();
    c.seul("automatisation", "KO", "backup n'est pas programmé");
}

#[tokio::test]
async fn un_disque_trop_petit_pour_la_suite_est_ko() {
    let c = Cuisine::sure().await;
    c.changer_le_manifeste(&c.archive(), |m| m["octets_depaquetes"] = json!(1_u64 << 60));
    c.seul("disque", "KO", "il en faut");
    let absent = c.racine.join("absent");
    c.controler(&["--output-dir", absent.to_str().unwrap()]).dit("disque", "KO", "pas lisible");
}

#[tokio::test]
async fn une_restauration_plus_longue_que_l_objectif_est_ko() {
    let c = Cuisine::sure().await;
    exercices::forger(&c.archive(), |e| e.durees.restauration_s = 600.0);
    let c = c.avec("DELICEGO_OBJECTIF_RESTAURATION", "60");
    let vu = c.controler(&[]);
    assert_eq!(vu.point("duree"), ("OK", "environ 10 min, pour un objectif de 60 min"));
    let c = c.avec("DELICEGO_OBJECTIF_RESTAURATION", "5");
    c.seul("duree", "KO", "environ 10 min, pour un objectif de 5 min");
}
