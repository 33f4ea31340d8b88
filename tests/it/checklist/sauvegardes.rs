//! The lines on backups, copies, drills, schedules, disks and times.

use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::time::{Duration, SystemTime};

use chrono::{TimeDelta, Utc};
use delicego::sauvegarde::drill::{Obstacle, Restaurable, Verdict};
use serde_json::{Value, json};

use super::cuisine::Cuisine;
use crate::outils::{exercices, grappe};

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
async fn une_sauvegarde_datee_du_futur_est_ko() {
    let c = Cuisine::sure().await;
    let le = Utc::now() + TimeDelta::hours(1);
    c.changer_le_manifeste(&c.archive(), |m| m["fait_le"] = json!(le));
    c.seul("sauvegarde", "KO", "dans le futur");
}

#[tokio::test]
async fn une_archive_touchee_depuis_sa_relecture_est_relue_et_une_archive_changee_est_ko() {
    let c = Cuisine::sure().await;
    let archive = c.archive();
    let notes = || fs::read_to_string(c.dossier().join("relectures.jsonl")).unwrap();
    let ouvrir = || fs::OpenOptions::new().write(true).open(&archive).unwrap();
    assert_eq!(notes().lines().count(), 1);
    ouvrir().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    for _ in 0..2 {
        assert_eq!(c.controler(&[]).code, 0);
        assert_eq!(notes().lines().count(), 2, "relue une fois, et notée");
    }
    let octets = fs::read(&archive).unwrap();
    ouvrir().write_all_at(&[octets[100] ^ 1], 100).unwrap();
    c.seul("sauvegarde", "KO", "a changé depuis qu'elle a été relue");
    ouvrir().write_all_at(&octets[100..101], 100).unwrap();
    assert_eq!(c.controler(&[]).code, 0);
    ouvrir().write_all_at(b"??", 0).unwrap();
    c.seul("sauvegarde", "KO", "ne commence pas comme une sauvegarde");
    ouvrir().write_all_at(&octets[..2], 0).unwrap();
    fs::remove_file(archive.with_extension("gz.sha256")).unwrap();
    c.controler(&[]).dit("sauvegarde", "KO", ".sha256");
}

#[tokio::test]
async fn une_sauvegarde_plus_recente_coupee_ou_au_manifeste_illisible_est_ko() {
    let c = Cuisine::sure().await;
    c.fait(&["backup", "--force-suspect"]);
    let archive = c.archive();
    let octets = fs::read(&archive).unwrap();
    fs::write(&archive, &octets[..octets.len() / 2]).unwrap();
    c.seul("sauvegarde", "KO", "plus récente, est coupée ou illisible");
    fs::write(&archive, &octets).unwrap();
    fs::write(archive.with_extension("gz.json"), "{\"forme\":1,").unwrap();
    c.seul("sauvegarde", "KO", "plus récente, est coupée ou illisible");
    fs::remove_file(archive.with_extension("gz.json")).unwrap();
    c.seul("sauvegarde", "ATTENTION", "plus récente, n'a pas son manifeste");
}

#[tokio::test]
async fn une_copie_qui_se_perdrait_avec_la_sauvegarde_demande_l_attention() {
    let c = Cuisine::sure().await.avec("DELICEGO_SAUVEGARDES_VERS", "");
    c.seul("copie", "ATTENTION", "aucune copie ailleurs");
    let (a_cote, dedans) = (c.racine.join("a-cote"), c.dossier().join("copies"));
    for (dossier, raison) in
        [(a_cote, "sur le même disque"), (dedans, "dans le dossier des sauvegardes")]
    {
        fs::create_dir(&dossier).unwrap();
        for fichier in fs::read_dir(c.copies()).unwrap().flatten() {
            fs::copy(fichier.path(), dossier.join(fichier.file_name())).unwrap();
        }
        let vers = format!("file://{}", dossier.display());
        let vu = c.controler(&["--vers", &vers]);
        assert_eq!(vu.code, 0, "{:#}", vu.json);
        vu.dit("copie", "ATTENTION", raison);
    }
}

#[tokio::test]
async fn ce_qui_est_la_et_ne_se_lit_pas_n_est_pas_pris_pour_rien_et_se_dit_en_francais() {
    let c = Cuisine::sure().await;
    let exercices = c.dossier().join("drills.jsonl");
    fs::write(&exercices, "{\"forme\":1,\n\0\0\0\n").unwrap();
    c.seul("exercice", "KO", "drills.jsonl ne se lit pas : aucune de ses lignes");
    fs::remove_file(&exercices).unwrap();
    std::os::unix::fs::symlink(c.archive(), &exercices).unwrap();
    c.seul("exercice", "KO", "drills.jsonl ne se lit pas : c'est un lien symbolique");
    fs::remove_file(&exercices).unwrap();
    let relectures = c.dossier().join("verifications.jsonl");
    let bonnes = fs::read(&relectures).unwrap();
    fs::write(&relectures, "{\"fait_le\":\n").unwrap();
    c.seul("verifier", "ATTENTION", "verifications.jsonl ne se lit pas");
    fs::write(&relectures, bonnes).unwrap();
    // It is hashed again, for want of a note.
    fs::write(c.dossier().join("relectures.jsonl"), "EOF\n").unwrap();
    assert_eq!(c.controler(&[]).code, 0);
    let vrai = c.dossier();
    fs::rename(&vrai, vrai.with_extension("vrai")).unwrap();
    fs::write(&vrai, "").unwrap();
    let vu = c.controler(&[]);
    vu.dit("sauvegarde", "KO", "un élément de ce chemin n'est pas un dossier");
}

#[tokio::test]
async fn un_dossier_de_copies_ouvert_a_d_autres_demande_l_attention_et_se_dit_a_la_copie() {
    let c = Cuisine::sure().await;
    let ouvrir = |mode| fs::set_permissions(c.copies(), Permissions::from_mode(mode)).unwrap();
    assert_eq!(fs::metadata(c.copies()).unwrap().permissions().mode() & 0o777, 0o700, "le nôtre");
    for (mode, dit) in [(0o755, "peuvent lire le dossier"), (0o770, "lire et changer")] {
        ouvrir(mode);
        c.seul("copie", "ATTENTION", dit);
    }
    let fait = c.dit(&["backup"]);
    assert!(fait.contains("À savoir : d'autres comptes peuvent lire"), "{fait}");
    ouvrir(0o700);
    assert!(!c.dit(&["backup"]).contains("À savoir"));
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(c.copies(), Some(1), None).unwrap();
        let vu = c.controler(&[]);
        vu.dit("copie", "ATTENTION", "est à un autre compte");
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
    c.seul("copie", "KO", "là-bas, est abîmé");
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
    assert!(c.conseil("exercice").starts_with("Regardez l'heure de cette machine"));
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
    // What was torn may have told of a failure.
    let vu = c.controler(&[]);
    vu.dit("exercice", "ATTENTION", "la fin de leur histoire (drills.jsonl) est abîmée");
    fs::write(&histoire, format!("{{\"forme\":1,\n{exercice}\n{autre}\n")).unwrap();
    assert_eq!(c.controler(&[]).point("exercice").0, "OK");
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
        (Restaurable::Inconnu, "ATTENTION", "sans dire si cette base se restaure"),
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
async fn un_dernier_passage_rate_ou_trop_ancien_est_ko_et_un_journal_muet_demande_l_attention() {
    let c = Cuisine::sure().await;
    let vieux = Utc::now() - TimeDelta::days(9);
    c.journaliser(vieux, Utc::now());
    c.seul("automatisation", "KO", "dernier passage de backup il y a 9 jours");
    c.journaliser(Utc::now(), vieux);
    c.seul("automatisation", "KO", "dernier passage de drill il y a 9 jours");
    c.journaliser(Utc::now() + TimeDelta::days(2), Utc::now());
    c.seul("automatisation", "ATTENTION", "dernier passage de backup dans le futur");
    assert!(c.conseil("automatisation").starts_with("Regardez l'heure de cette machine"));
    let journal = c.dossier().join("delicego-automatique.log");
    fs::write(&journal, "").unwrap();
    c.seul("automatisation", "ATTENTION", "backup est programmé");
    c.journaliser(Utc::now(), Utc::now());
    let bon = fs::read_to_string(&journal).unwrap();
    let le = Utc::now().to_rfc3339();
    let refus = format!("{bon}level=warning ts={le} event=backup_refus err=\"disque\" code=5\n");
    fs::write(&journal, &refus).unwrap();
    c.seul("automatisation", "KO", "le dernier passage de backup a échoué (backup_refus)");
    fs::write(&journal, format!("{bon}/bin/sh: 1: /opt/delicego: not found\n")).unwrap();
    c.seul("automatisation", "KO", "/opt/delicego: not found");
    fs::write(&journal, format!("{bon}level=info ts={le} event=backup_start x=1\n")).unwrap();
    c.seul("automatisation", "ATTENTION", "ne dit pas sa fin");
}

#[tokio::test]
async fn une_programmation_que_rien_ne_lancera_est_ko() {
    let c = Cuisine::sure().await;
    fs::remove_file(c.racine.join("cron")).unwrap();
    c.seul("automatisation", "KO", "rien ne le lancera");
    fs::write(c.racine.join("cron"), "").unwrap();
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let changer = |de: &str, en: &str| fs::write(&table, entiere.replace(de, en)).unwrap();
    let dossier = c.dossier().display().to_string();
    changer(&format!("backup --output-dir {dossier}"), "backup --output-dir /ailleurs");
    c.seul("automatisation", "KO", "backup est programmé sur /ailleurs");
    changer(grappe::PROGRAMME, "/opt/parti/delicego");
    c.seul("automatisation", "KO", "/opt/parti/delicego n'existe plus");
    changer("delicego.env", "parti.env");
    c.seul("automatisation", "KO", "parti.env : fichier absent");
    for (de, en, verdict, raison) in [
        ("15 2 * * *", "@reboot", "KO", "@reboot ne le lance qu'au démarrage"),
        ("15 2 * * *", "15 2 30 2 *", "KO", "n'existe dans aucun de ces mois"),
        ("15 2 * * *", "15 2 * * 1#2", "ATTENTION", "l'horaire de backup"),
        (" backup --output-dir", " sauvegardes --output-dir", "KO", "ne lance pas backup"),
        (" backup --output-dir", " backup --keep %d --output-dir", "KO", "coupe sa commande"),
        ("# delicego:debut backup", "SHELL=/bin/false\n# delicego:debut backup", "KO", "SHELL="),
        (&format!("--env-file {}", c.env_file().display()), "--env-file e", "KO", "/e : fichier"),
    ] {
        changer(de, en);
        c.seul("automatisation", verdict, raison);
    }
    let reglages = fs::read_to_string(c.env_file()).unwrap();
    let base = format!("PGDATABASE='{}'", &*c.base);
    assert!(reglages.contains(&base), "{reglages}");
    fs::write(&table, &entiere).unwrap();
    fs::write(c.env_file(), reglages.replace(&base, "PGDATABASE=essai7")).unwrap();
    c.seul("automatisation", "KO", "sur la base « essai7 »");
    fs::write(c.env_file(), format!("{reglages}\nLOG_LEVEL=ERROR\n")).unwrap();
    c.seul("automatisation", "ATTENTION", "LOG_LEVEL=ERROR cache ses passages");
    fs::write(c.env_file(), reglages).unwrap();
    changer("# delicego:fin drill", "# delicego:fin checklist");
    c.seul("automatisation", "ATTENTION", "repère");
    let liste = entiere.find("# delicego:debut checklist").unwrap();
    fs::write(&table, &entiere[..liste]).unwrap();
    c.seul("automatisation", "ATTENTION", "checklist n'est pas programmé");
    let exercice = entiere.find("# delicego:debut drill").unwrap();
    fs::write(&table, &entiere[..exercice]).unwrap();
    c.seul("automatisation", "KO", "drill n'est pas programmé");
    fs::remove_file(&table).unwrap();
    c.seul("automatisation", "KO", "backup n'est pas programmé");
}

#[tokio::test]
async fn les_minuteries_de_systemd_comptent_tant_qu_elles_sont_en_marche() {
    let c = Cuisine::sure().await;
    fs::remove_file(c.racine.join("table")).unwrap();
    fs::write(c.racine.join("minuteries"), "").unwrap();
    let env = c.env_file();
    let installer = ["--env-file", env.to_str().unwrap(), "automatiser", "installer", "--avec"];
    let sortie = c.sous_systemd(&[&installer[..], &["systemd"]].concat());
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    let ligne = || {
        let sortie = c.sous_systemd(&["checklist", "--json"]);
        let json: Value = serde_json::from_slice(&sortie.stdout).unwrap();
        let p = &json["points"][3];
        format!("{} {}", p["verdict"].as_str().unwrap(), p["raison"].as_str().unwrap())
    };
    // A timer of an account that does not linger depends on who is logged in.
    let vue = ligne();
    let attendu = if rustix::process::geteuid().is_root() { "OK " } else { "" };
    assert!(vue.starts_with(attendu) && !vue.starts_with("KO"), "{vue}");
    fs::remove_file(c.racine.join("minuteries")).unwrap();
    let vue = ligne();
    assert!(vue.starts_with("KO backup est programmé avec systemd, mais rien"), "{vue}");
}

#[tokio::test]
async fn les_lignes_de_crontab_des_debuts_comptent() {
    let c = Cuisine::sure().await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/backend/scripts/prod/backup_postgres.sh");
    let (env, dossier) = (c.env_file(), c.dossier());
    let (env, dossier) = (env.display(), dossier.display());
    let suite = format!(">> {dossier}/delicego-automatique.log 2>&1");
    let programme = grappe::PROGRAMME;
    let table = format!(
        "MAILTO=chef@cuisine.fr\n\
         15 2 * * * {script} --env-file {env} --output-dir {dossier} --keep 14 {suite}\n\
         0 4 * * 0 {programme} --env-file {env} drill --output-dir {dossier} {suite}\n\
         @daily {programme} --env-file {env} checklist --output-dir {dossier}\n"
    );
    fs::write(c.racine.join("table"), &table).unwrap();
    assert_eq!(c.controler(&[]).code, 0, "{:#}", c.controler(&[]).json);
    fs::write(c.racine.join("table"), table.replace(script, "/opt/backup_postgres.sh")).unwrap();
    c.seul("automatisation", "KO", "/opt/backup_postgres.sh n'existe plus");
    // Its folder is then what its env file says.
    let sans = table.replacen(&format!("--output-dir {dossier} "), "", 1);
    fs::write(c.racine.join("table"), &sans).unwrap();
    let reglages = fs::read_to_string(c.env_file()).unwrap();
    assert!(reglages.contains("DELICEGO_SAUVEGARDES="), "{reglages}");
    assert_eq!(c.controler(&[]).code, 0);
    let sans_dossier: String = reglages
        .lines()
        .filter(|l| !l.starts_with("DELICEGO_SAUVEGARDES="))
        .fold(String::new(), |texte, l| texte + l + "\n");
    fs::write(c.env_file(), sans_dossier).unwrap();
    c.seul("automatisation", "ATTENTION", "dans quel dossier backup");
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
