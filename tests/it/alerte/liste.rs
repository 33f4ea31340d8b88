//! The checklist, looked at by its command each day and by the server each hour.

use std::collections::HashSet;
use std::fs;

use chrono::Utc;
use serde_json::Value;

use crate::checklist::cuisine::Cuisine;
use crate::outils::receveur::{Receveur, Recu};
use crate::outils::serveur::executer;
use crate::outils::{Serveur, exercices};

fn codes(recu: &Recu) -> Vec<String> {
    let json: Value = serde_json::from_str(&recu.corps).expect("JSON");
    let points = json["points"].as_array().expect("points");
    points.iter().map(|p| p["code"].as_str().expect("code").to_owned()).collect()
}

#[tokio::test]
async fn une_ligne_ko_est_un_message_attention_aucun_et_une_seule_adresse_n_entend_que_les_echecs()
{
    let receveur = Receveur::ouvrir();
    let c = Cuisine::sure().await;
    let c = c.avec("DELICEGO_ALERTE", &receveur.url("/crochet"));
    let c = c.avec("DELICEGO_SIGNAL", &receveur.url("/seule"));
    assert_eq!(c.controler(&[]).code, 0);
    let c = c.avec("DELICEGO_SAUVEGARDES_VERS", "");
    assert_eq!(c.controler(&[]).json["verdict"], "ATTENTION");
    assert!(receveur.recus().is_empty(), "{:#?}", receveur.recus());
    let roles = c.env_file();
    let prive = fs::metadata(&roles).unwrap().permissions();
    ouvrir_a_tous(&roles);
    let env = roles.to_str().unwrap().to_owned();
    for _ in 0..2 {
        let vu = c.controler(&[]);
        assert_eq!(vu.code, 3, "{env} : {:#}", vu.json);
    }
    // The signal each time, the message once.
    assert_eq!(receveur.chemins_de("/seule"), ["/seule/fail", "/seule/fail"]);
    assert!(receveur.recus_de("/seule")[0].corps.starts_with("KO  "), "{:#?}", receveur.recus());
    let messages = receveur.recus_de("/crochet");
    // A file that others can read is not read by what is scheduled either: one message for both.
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["automatisation", "secrets"]]);
    receveur.oublier();
    fs::set_permissions(&roles, prive).unwrap();
    for _ in 0..2 {
        assert_eq!(c.controler(&[]).code, 0);
    }
    assert_eq!(receveur.chemins(), ["/crochet"]);
    assert!(receveur.recus()[0].corps.contains("retabli"));
    // Its own address hears that it ran.
    receveur.oublier();
    let c = c.avec("DELICEGO_SIGNAL_CHECKLIST", &receveur.url("/liste"));
    assert_eq!(c.controler(&[]).code, 0);
    assert_eq!(receveur.chemins(), ["/liste/start", "/liste"]);
}

/// The line of that task in the log of the scheduled runs.
fn rate(c: &Cuisine, tache: &str) {
    let fichier = c.dossier().join("delicego-automatique.log");
    let ligne = format!("level=error ts={} event={tache}_erreur x=1\n", Utc::now().to_rfc3339());
    fs::write(&fichier, fs::read_to_string(&fichier).unwrap() + &ligne).unwrap();
}

#[tokio::test]
async fn un_exercice_rate_et_les_lignes_qui_le_rapportent_sont_un_incident_un_message_un_retour() {
    let receveur = Receveur::ouvrir();
    let c = Cuisine::sure().await;
    let c = c.avec("DELICEGO_ALERTE", &receveur.url("/crochet"));
    let abimee = fs::read(c.archive()).unwrap();
    fs::write(c.archive(), &abimee[..abimee.len() / 2]).unwrap();
    assert_ne!(c.code(&["drill", "--cluster", "serveur"]), 0);
    rate(&c, "drill");
    fs::write(c.archive(), &abimee).unwrap();
    for _ in 0..2 {
        let vu = c.controler(&[]);
        vu.dit("exercice", "KO", "n'a pas réussi");
        vu.dit("automatisation", "KO", "drill a échoué");
    }
    let messages = receveur.recus();
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["drill"]], "{messages:#?}");
    receveur.oublier();
    c.fait(&["drill", "--cluster", "serveur"]);
    let vu = c.controler(&[]);
    vu.dit("automatisation", "ATTENTION", "refait depuis");
    assert_eq!(vu.code, 0, "{:#}", vu.json);
    let messages = receveur.recus();
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["drill"]], "{messages:#?}");
    assert!(messages[0].corps.contains("retabli"), "{messages:#?}");
}

#[tokio::test]
async fn une_base_qui_se_tait_est_un_message_et_son_retour_un_autre() {
    let receveur = Receveur::ouvrir();
    let mut c = Cuisine::sure().await;
    c = c.avec("DELICEGO_ALERTE", &receveur.url("/crochet"));
    let bonne = c.port();
    c = c.avec("PGPORT", "1");
    assert_ne!(c.code(&["backup"]), 0);
    for _ in 0..2 {
        assert_eq!(c.controler(&[]).code, 3);
    }
    let messages = receveur.recus();
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["backup"]], "{messages:#?}");
    receveur.oublier();
    c = c.avec("PGPORT", &bonne);
    c.fait(&["backup", "--force-suspect"]);
    c.controler(&[]);
    let messages = receveur.recus();
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["backup"]], "{messages:#?}");
    assert!(messages[0].corps.contains("retabli"), "{messages:#?}");
    assert!(!messages[0].corps.contains("Corrigez ce qui est dit"), "{messages:#?}");
}

#[tokio::test]
async fn une_archive_abimee_est_un_message_qui_que_ce_soit_qui_la_trouve() {
    let receveur = Receveur::ouvrir();
    let c = Cuisine::sure().await;
    let c = c.avec("DELICEGO_ALERTE", &receveur.url("/crochet"));
    c.fait(&["drill", "--cluster", "serveur"]);
    let entiere = fs::read(c.archive()).unwrap();
    fs::write(c.archive(), &entiere[..entiere.len() / 2]).unwrap();
    assert_eq!(c.controler(&[]).point("sauvegarde").0, "KO");
    assert_ne!(c.code(&["drill", "--cluster", "serveur"]), 0);
    rate(&c, "drill");
    let vu = c.controler(&[]);
    assert_eq!((vu.point("sauvegarde").0, vu.point("exercice").0), ("KO", "KO"));
    let messages = receveur.recus();
    assert_eq!(messages.len(), 1, "{messages:#?}");
    receveur.oublier();
    c.fait(&["backup", "--force-suspect"]);
    let vu = c.controler(&[]);
    assert_eq!((vu.point("sauvegarde").0, vu.point("exercice").0), ("OK", "ATTENTION"));
    let messages = receveur.recus();
    assert!(messages.len() == 1 && messages[0].corps.contains("retabli"), "{messages:#?}");
    // However many are made, until one is tried.
    c.fait(&["backup", "--force-suspect"]);
    c.controler(&[]).dit("exercice", "ATTENTION", "n'est pas encore éprouvée");
    // Of what was never tried with success nothing is known to come back.
    let histoire = c.dossier().join("drills.jsonl");
    let texte = fs::read_to_string(&histoire).unwrap();
    let rates = texte.lines().filter(|l| !l.contains("prouvee")).map(|l| format!("{l}\n"));
    fs::write(&histoire, rates.collect::<String>()).unwrap();
    let vu = c.controler(&[]);
    vu.dit("exercice", "KO", "n'est pas encore éprouvée, et aucun n'a réussi depuis 8 jours");
}

#[tokio::test]
async fn une_copie_ratee_et_sa_ligne_sont_un_incident_et_la_sauvegarde_n_est_pas_en_panne() {
    let receveur = Receveur::ouvrir();
    let c = Cuisine::sure().await;
    let c = c.avec("DELICEGO_ALERTE", &receveur.url("/crochet"));
    // A file lies where the folder of the copies was.
    let cote = c.copies().with_extension("cote");
    fs::rename(c.copies(), &cote).unwrap();
    fs::write(c.copies(), "").unwrap();
    assert_eq!(c.code(&["backup"]), 3);
    assert_eq!(c.controler(&[]).point("copie").0, "KO");
    let messages = receveur.recus();
    assert_eq!(messages.iter().map(codes).collect::<Vec<_>>(), [["backup_copie"]], "{messages:#?}");
    assert!(messages[0].corps.contains("n'a pas pu être copiée"), "{messages:#?}");
    receveur.oublier();
    fs::remove_file(c.copies()).unwrap();
    fs::rename(&cote, c.copies()).unwrap();
    c.fait(&["backup"]);
    exercices::forger(&c.archive(), |_| {});
    assert_eq!(c.controler(&[]).point("copie").0, "OK");
    let messages = receveur.recus();
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(messages[0].corps.contains("retabli"), "{messages:#?}");
}

fn ouvrir_a_tous(fichier: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(fichier, fs::Permissions::from_mode(0o644)).unwrap();
}

#[tokio::test]
async fn le_serveur_regarde_les_lignes_1_a_5_et_la_commande_ne_repete_rien() {
    let receveur = Receveur::ouvrir();
    let racine = std::env::temp_dir().join(format!("delicego-veille-{}", std::process::id()));
    let dossier = racine.join("sauvegardes");
    let alerte = receveur.url("/crochet?jeton=secret");
    let variables = [
        ("DELICEGO_ALERTE", alerte.as_str()),
        ("DELICEGO_SAUVEGARDES", dossier.to_str().unwrap()),
        ("HOME", racine.to_str().unwrap()),
    ];
    let mut s = Serveur::avec(&variables).await;
    let premier = codes(&receveur.attendre(1).await[0]);
    let suivies = ["sauvegarde", "copie", "exercice", "automatisation", "disque"];
    assert!(premier.contains(&"sauvegarde".to_owned()), "{premier:?}");
    assert!(premier.iter().all(|c| suivies.contains(&c.as_str())), "{premier:?}");
    for _ in 0..2 {
        let mut commande = s.programme();
        let sortie = executer(commande.args(["checklist"]).envs(variables), "");
        assert_eq!(sortie.status.code(), Some(3), "{sortie:?}");
    }
    let dits: Vec<String> = receveur.recus().iter().flat_map(codes).collect();
    assert_eq!(dits.iter().collect::<HashSet<_>>().len(), dits.len(), "{dits:?}");
    let journal = s.attendre_journal("event=alerte_envoyee").await.join("\n");
    assert!(journal.contains("event=garde_fou_ko") && !journal.contains("secret"), "{journal}");
    s.demander_l_arret();
    assert_eq!(s.attendre_la_fin().await, Some(0));
    fs::remove_dir_all(racine).unwrap();
}
