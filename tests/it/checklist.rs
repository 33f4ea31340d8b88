//! The checklist: each line is OK when all is well, and says why and what to do when it is not.

mod base;
pub mod cuisine;
mod depart;
mod programmation;
mod sauvegardes;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use self::cuisine::Cuisine;
use crate::outils::grappe::{self, PROGRAMME};

#[tokio::test]
async fn quand_tout_va_bien_les_onze_lignes_sont_ok_et_le_code_est_0() {
    let c = Cuisine::sure().await;
    let vu = c.controler(&[]);
    assert_eq!((vu.code, &vu.json["verdict"]), (0, &json!("OK")), "{:#}", vu.json);
    let points = vu.json["points"].as_array().unwrap();
    let codes: Vec<_> = points.iter().map(|p| p["code"].as_str().unwrap()).collect();
    let attendus = [
        "sauvegarde",
        "copie",
        "exercice",
        "automatisation",
        "disque",
        "evenements",
        "verifier",
        "schema",
        "secrets",
        "outils",
        "duree",
    ];
    assert_eq!(codes, attendus);
    for (numero, p) in (1..).zip(points) {
        assert_eq!(
            (&p["numero"], &p["verdict"], &p["conseil"]),
            (&json!(numero), &json!("OK"), &json!(""))
        );
        assert!(!p["raison"].as_str().unwrap().is_empty() && p["titre"].is_string(), "{p}");
    }
}

#[tokio::test]
async fn prometheus_lit_un_fichier_entier_et_rien_d_autre_ne_reste() {
    let c = Cuisine::sure().await;
    let dossier = c.racine.join("textfile");
    fs::create_dir(&dossier).unwrap();
    let fichier = dossier.join("delicego.prom");
    fs::write(&fichier, "ancien\n").unwrap();
    fs::remove_file(c.archive().with_extension("gz.exercice.json")).unwrap();
    let vu = c.controler(&["--prometheus", fichier.to_str().unwrap()]);
    assert_eq!(vu.code, 3);
    let texte = fs::read_to_string(&fichier).unwrap();
    let valeurs: Vec<&str> = texte.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(valeurs.len(), 11, "{texte}");
    assert!(valeurs.contains(&"delicego_checklist{point=\"exercice\"} 2"), "{texte}");
    assert!(valeurs.contains(&"delicego_checklist{point=\"duree\"} 1"), "{texte}");
    assert!(valeurs.contains(&"delicego_checklist{point=\"sauvegarde\"} 0"), "{texte}");
    assert_eq!(fs::read_dir(&dossier).unwrap().count(), 1);
    let absent = c.racine.join("absent/delicego.prom");
    let vu = c.controler(&["--prometheus", absent.to_str().unwrap()]);
    assert_eq!(vu.code, 1);
    assert!(vu.erreurs.contains("ne s'écrit pas"), "{}", vu.erreurs);
}

#[tokio::test]
async fn la_base_absente_n_empeche_pas_de_lire_les_autres_lignes() {
    let c = Cuisine::sure().await.avec("PGPORT", "1");
    let vu = c.controler(&[]);
    assert_eq!(vu.code, 3);
    let attendus = [("automatisation", "KO"), ("evenements", "ATTENTION"), ("schema", "ATTENTION")];
    for (point, attendu) in attendus.into_iter().chain([("secrets", "ATTENTION")]) {
        let (verdict, raison) = vu.point(point);
        assert_eq!(verdict, attendu, "{point}");
        assert!(
            raison.contains("PostgreSQL ne répond pas") && raison.contains("port 1"),
            "{point} {raison}"
        );
    }
    for point in ["sauvegarde", "copie", "exercice", "disque", "verifier", "outils", "duree"] {
        assert_eq!(vu.point(point).0, "OK", "{point} : {:#}", vu.json);
    }
}

#[tokio::test]
async fn une_base_gardee_trop_longtemps_est_retiree_et_une_autre_reste() {
    let c = Cuisine::sure().await;
    let mut s = grappe::superutilisateur("postgres").await;
    for (suite, jusqu_au) in
        [("vieille", "2026-01-01T00:00:00Z"), ("recente", "2999-01-01T00:00:00Z")]
    {
        let nom = format!("{}_{suite}", c.base);
        let marque = json!({"delicego": "remplacee", "de": c.base.nom(), "le": "2025-12-29T00:00:00Z",
            "jusqu_au": jusqu_au, "par": "f.dump.gz", "commentaire": null});
        for sql in [
            format!("create database {nom} owner delicego"),
            format!("comment on database {nom} is '{marque}'"),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut s).await.unwrap();
        }
    }
    let vu = c.controler(&[]);
    // Any command on this server may have dropped it a moment before.
    let retirees = vu.json["retirees"].as_array().unwrap();
    assert!(!retirees.contains(&json!(format!("{}_recente", c.base))), "{retirees:?}");
    let restent: Vec<String> =
        sqlx::query_scalar("select datname from pg_database where datname like $1 order by 1")
            .bind(format!("{}\\_%", c.base))
            .fetch_all(&mut s)
            .await
            .unwrap();
    assert_eq!(restent, [format!("{}_recente", c.base)]);
    let (verdict, raison) = vu.point("disque");
    assert_eq!(verdict, "OK", "{raison}");
    assert!(raison.contains("bases gardées après une restauration : "), "{raison}");
}

/// Whatever else is KO would reach nobody: it is the first line.
#[tokio::test]
async fn un_reglage_d_alerte_mal_ecrit_est_la_premiere_ligne_et_la_production_n_est_pas_sure() {
    for (nom, valeur) in [("DELICEGO_ALERTE", "mailt:chef"), ("DELICEGO_SIGNAL", "ftp://x/a-taire")]
    {
        let c = Cuisine::sure().await.avec(nom, valeur);
        let vu = c.controler(&[]);
        assert_eq!((vu.code, &vu.json["verdict"]), (3, &json!("KO")));
        let premier = &vu.json["points"][0];
        assert_eq!((&premier["code"], &premier["numero"]), (&json!("reglages"), &json!(0)));
        vu.dit("reglages", "KO", nom);
        let dit = c.dit_de(&["checklist"], 3);
        // What another test's copy of this server became may be told before.
        let premiere = dit.lines().find(|l| !l.starts_with("Base ")).unwrap_or_default();
        assert!(premiere.starts_with("KO") && premiere.contains(nom), "{dit}");
        assert!(dit.contains("La production n'est PAS sûre") && !dit.contains("a-taire"), "{dit}");
    }
}

/// The clock was set back between two backups: the age of the newest is not known.
#[tokio::test]
async fn une_sauvegarde_datee_d_avant_celle_qui_la_precede_dit_que_l_heure_a_change() {
    let c = Cuisine::sure().await;
    c.fait(&["backup", "--force-suspect"]);
    let hier = chrono::Utc::now() - chrono::TimeDelta::days(3);
    let derniere = c.archive();
    c.changer_le_manifeste(&derniere, |m| m["fait_le"] = json!(hier));
    let vu = c.controler(&[]);
    vu.dit("sauvegarde", "KO", "l'heure de la machine a changé entre les deux");
    assert!(c.conseil("sauvegarde").starts_with("Regardez l'heure de cette machine"));
}

/// In the order of time, and each date as it is.
#[tokio::test]
async fn la_liste_des_sauvegardes_met_a_sa_place_celle_sans_manifeste_et_dit_une_date_a_venir() {
    let c = Cuisine::sure().await;
    let premiere = c.archive();
    c.fait(&["backup", "--force-suspect"]);
    let derniere = c.archive();
    let nom = |f: &std::path::Path| f.file_name().unwrap().to_str().unwrap().to_owned();
    let (premiere, nom_derniere) = (nom(&premiere), nom(&derniere));
    let manifeste = derniere.with_extension("gz.json");
    let texte = fs::read(&manifeste).unwrap();
    let lignes = |c: &Cuisine| c.dit(&["sauvegardes"]).lines().map(str::to_owned).collect();
    for octets in [&texte[..texte.len() / 2], b""] {
        fs::write(&manifeste, octets).unwrap();
        let vues: Vec<String> = lignes(&c);
        let rang = |mot: &str| vues.iter().position(|l| l.contains(mot)).expect("ligne");
        assert!(vues[0].starts_with("SANS MANIFESTE LISIBLE"), "{vues:#?}");
        assert!(rang(&nom_derniere) < rang(&premiere), "{vues:#?}");
    }
    fs::write(&manifeste, texte).unwrap();
    let demain = chrono::Utc::now() + chrono::TimeDelta::minutes(185);
    c.changer_le_manifeste(&derniere, |m| m["fait_le"] = json!(demain));
    let vues: Vec<String> = lignes(&c);
    assert!(vues[0].contains(" · DATE À VENIR, dans 3 h · "), "{vues:#?}");
}

#[test]
fn sans_base_configuree_rien_n_est_cree_et_c_est_dit() {
    let vide = std::env::temp_dir().join(format!("delicego-liste-vide-{}", std::process::id()));
    fs::create_dir_all(&vide).unwrap();
    let lire = |arguments: &[&str]| {
        let mut commande = Command::new(PROGRAMME);
        commande.args(arguments).current_dir(&vide).env_clear().env("HOME", &vide);
        commande.env("PATH", std::env::var("PATH").unwrap_or_default()).output().unwrap()
    };
    let sortie = lire(&["checklist", "--json", "--complet"]);
    let json: Value = serde_json::from_slice(&sortie.stdout).unwrap();
    assert_eq!(sortie.status.code(), Some(3));
    for point in [5, 6, 7, 8] {
        assert_eq!(json["points"][point]["raison"], "aucune base n'est configurée ici");
    }
    assert!(String::from_utf8_lossy(&sortie.stderr).contains("rien n'est créé"), "{sortie:?}");
    assert_eq!(fs::read_dir(&vide).unwrap().count(), 0);
    fs::remove_dir_all(vide).unwrap();
}
