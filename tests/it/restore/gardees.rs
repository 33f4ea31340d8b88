//! What restores keep on a server: as much as was asked for, listed, and gone in its time.

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use super::atelier::{Atelier, sans_sessions};
use super::serveur::Externe;

const ADMIN: &str = "postgres";

#[tokio::test]
async fn trois_essais_et_trois_exercices_ne_laissent_aucune_base() {
    let e = Externe::demarrer().await;
    let (fichier, dossier) = (e.sauvegarder(), e.dossier().to_owned());
    let essai = format!("{}_restore_test", e.serveur.nom_base);
    let restaurer =
        ["restore", "--file", &fichier, "--target-db", &essai, "--drop-create", "--oui"];
    let exercer = ["drill", "--cluster", "serveur", "--output-dir", &dossier];
    for _semaine in 0..3 {
        let sortie = e.lancer(ADMIN, &restaurer);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert!(sortie.dit.contains("prendra la place"), "{sortie:?}");
        assert_eq!(e.bases_a_cote().await, [essai.as_str()]);
        let encore = e.lancer(ADMIN, &restaurer);
        assert_eq!(encore.code, Some(0), "{encore:?}");
        assert_eq!(e.bases_a_cote().await, [essai.as_str()], "rien n'en est gardé");
        let sortie = e.lancer(ADMIN, &exercer);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn une_base_gardee_est_listee_puis_oubliee_et_rien_d_autre_ne_l_est() {
    let e = Externe::demarrer().await;
    let (base, fichier, dossier) =
        (e.serveur.nom_base.clone(), e.sauvegarder(), e.dossier().to_owned());
    let sortie = e.lancer(ADMIN, &["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let [gardee] = e.bases_a_cote().await.try_into().expect("une base gardée");

    let lister = ["sauvegardes", "--output-dir", &dossier];
    let sortie = e.lancer(ADMIN, &lister);
    let ligne = sortie.dit.lines().find(|l| l.starts_with(&gardee)).expect("ligne");
    let debut = format!("{gardee} · celle d'avant la restauration de « {base} » du ");
    assert!(ligne.starts_with(&debut), "{ligne}");
    assert!(ligne.contains("io · gardée jusqu'au "), "{ligne}");
    let sortie = e.lancer(ADMIN, &[&lister[..], &["--json"]].concat());
    let json: Value = serde_json::from_str(&sortie.dit).expect("json");
    let elle = json["gardees"].as_array().expect("gardées").iter().find(|g| g["nom"] == *gardee);
    let elle = elle.expect("elle");
    assert_eq!(elle["de"], *base);
    assert!(elle["octets"].as_u64().is_some_and(|o| o > 1_000_000), "{elle}");
    assert!(elle["jusqu_au"].is_string(), "{elle}");

    let oublier = ["restore", "oublier", "--oui", "--base"];
    for autre in [base.as_str(), "postgres", "nulle part"] {
        let sortie = e.lancer(ADMIN, &[&oublier[..], &[autre]].concat());
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        assert!(sortie.journal.contains("n'est pas une base gardée"), "{sortie:?}");
    }
    let sans_oui = e.lancer(ADMIN, &["restore", "oublier", "--base", &gardee]);
    assert_eq!(sans_oui.code, Some(2), "{sans_oui:?}");
    assert_eq!(e.bases_a_cote().await, [gardee.as_str()]);
    let sortie = e.lancer(ADMIN, &[&oublier[..], &[&gardee]].concat());
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.journal.contains("event=restore_oubliee"), "{sortie:?}");
    assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
    assert!(!e.lancer(ADMIN, &lister).dit.contains(&gardee));
}

#[tokio::test]
async fn une_base_gardee_part_a_son_terme_quelle_que_soit_la_base_qu_elle_remplace() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    for garder in ["1h", "0h", "0h"] {
        let ordre = ["--file", &fichier, "--target-db", "autre", "--drop-create", "--oui"];
        let sortie = a.restore(&[&ordre[..], &["--garder", garder]].concat());
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
    }
    assert_eq!(a.gardees().await.len(), 2);
    let sortie = a.delicego(&["backup"]);
    let dites = sortie.dit.matches("remplacée par une restauration").count();
    assert_eq!(dites, 2, "{sortie:?}");
    assert_eq!(a.gardees().await, Vec::<String>::new());
    assert!(a.bases().await.contains(&"autre".to_owned()));
}

/// As when somebody set the clock of the machine forward: time did not pass.
#[tokio::test]
async fn une_base_gardee_ne_part_pas_tant_que_rien_ne_dit_que_son_temps_a_passe() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let [gardee] = a.gardees().await.try_into().expect("une base gardée");
    let il_y_a = |heures| (Utc::now() - TimeDelta::hours(heures)).to_rfc3339();
    let marque = serde_json::json!({"delicego": "remplacee", "de": "delicego", "par": "f",
        "le": il_y_a(80), "jusqu_au": il_y_a(8), "commentaire": null});
    a.sql("postgres", &format!("comment on database \"{gardee}\" is '{marque}'")).await;
    let dater = |heures: &[i64]| {
        let ligne = |h: &i64| {
            serde_json::json!({"fait_le": il_y_a(*h), "base": "delicego", "par": "verifier",
                "fautes": []})
        };
        let texte: String = heures.iter().map(|h| format!("{}\n", ligne(h))).collect();
        std::fs::write(a.dossier().join("verifications.jsonl"), texte).expect("relectures");
    };
    dater(&[90]);
    for ordre in ["backup", "checklist"] {
        let sortie = a.delicego(&[ordre]);
        let dit = format!("{}{}", sortie.dit, sortie.journal);
        assert!(dit.contains("rien n'est daté ici"), "{ordre} : {sortie:?}");
        assert!(dit.contains(&format!("restore oublier --base {gardee}")), "{sortie:?}");
        assert_eq!(a.gardees().await, [gardee.as_str()]);
    }
    dater(&[90, 70, 50, 30, 10, -3]);
    let sortie = a.delicego(&["backup"]);
    assert!(sortie.dit.contains("va jusqu'au"), "{sortie:?}");
    assert_eq!(a.gardees().await, [gardee.as_str()]);
    dater(&[90, 70, 50, 30, 10]);
    let sortie = a.delicego(&["backup"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(a.gardees().await, Vec::<String>::new());
}

/// Whatever its target was: only a restore that is at work on it keeps it.
#[tokio::test]
async fn la_copie_d_une_restauration_tuee_part_quelle_que_soit_sa_cible() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let laisser = async || {
        let nom = "tuee_restauration_20261129T105606Z";
        a.sql("postgres", &format!("create database \"{nom}\" owner delicego")).await;
        let marque = r#"{"delicego":"copie","de":"tuee","le":"2026-11-29T10:56:06Z"}"#;
        a.sql("postgres", &format!("comment on database \"{nom}\" is '{marque}'")).await;
        nom
    };
    let nom = laisser().await;
    let mut autre = a.administrateur("postgres").await;
    let verrou = "select pg_advisory_lock(hashtextextended('delicego:restauration:tuee', 0))";
    sqlx::query(verrou).execute(&mut autre).await.expect("verrou");
    let occupee = a.delicego(&["backup"]);
    assert!(!occupee.dit.contains(nom), "{occupee:?}");
    assert!(a.bases().await.contains(&nom.to_owned()), "une restauration y travaille");
    drop(autre);
    let restaurer =
        ["restore", "--file", &fichier, "--target-db", "essai", "--drop-create", "--oui"];
    let lister: [&[&str]; 3] = [&["backup"], &["checklist"], &restaurer];
    for ordre in lister {
        let sortie = a.delicego(ordre);
        let dite = sortie.dit.lines().any(|l| l.contains(nom) && l.contains("interrompue"));
        assert!(dite, "{ordre:?} : {sortie:?}");
        assert!(!a.bases().await.contains(&nom.to_owned()), "{ordre:?}");
        laisser().await;
    }
}

#[tokio::test]
async fn une_base_gardee_dont_le_commentaire_a_change_est_listee_et_ne_part_que_sur_demande() {
    let e = Externe::demarrer().await;
    let (base, fichier, dossier) =
        (e.serveur.nom_base.clone(), e.sauvegarder(), e.dossier().to_owned());
    let restaurer = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer(ADMIN, &restaurer);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let [gardee] = e.bases_a_cote().await.try_into().expect("une base gardée");
    for commentaire in ["'à garder, voir avec le chef'", "null"] {
        e.administrer(&format!("comment on database \"{gardee}\" is {commentaire}")).await;
        // Whatever its time is, nothing says so any more.
        let sortie = e.lancer(ADMIN, &["backup", "--output-dir", &dossier]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(e.bases_a_cote().await, [gardee.as_str()]);

        let lister = ["sauvegardes", "--output-dir", &dossier];
        let sortie = e.lancer(ADMIN, &lister);
        let ligne = sortie.dit.lines().find(|l| l.starts_with(&gardee)).expect("ligne");
        for dit in [&format!("celle de « {base} »"), "commentaire a été changé", "terme inconnu"]
        {
            assert!(ligne.contains(dit), "{dit} : {ligne}");
        }
        let sortie = e.lancer(ADMIN, &[&lister[..], &["--json"]].concat());
        let json: Value = serde_json::from_str(&sortie.dit).expect("json");
        let gardees = json["gardees"].as_array().expect("gardées");
        let elle = gardees.iter().find(|g| g["nom"] == *gardee).expect("elle");
        assert!(elle["jusqu_au"].is_null() && elle["par"].is_null(), "{elle}");
        assert!(elle["octets"].as_u64().is_some_and(|o| o > 1_000_000), "{elle}");
    }
    let sortie = e.lancer(ADMIN, &["checklist", "--output-dir", &dossier]);
    assert!(sortie.dit.contains(&format!("« {gardee} » ne partira pas d'elle-même")), "{sortie:?}");
    let sortie = e.lancer(ADMIN, &["restore", "annuler", "--oui"]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains(&gardee), "{sortie:?}");
    assert_eq!(e.bases_a_cote().await, [gardee.as_str()]);
    // A person who names it knows what it is.
    let sortie = e.lancer(ADMIN, &["restore", "annuler", "--oui", "--base", &gardee]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let [gardee] = e.bases_a_cote().await.try_into().expect("une base gardée");
    assert!(sortie.dit.contains(&format!("restore annuler --base {gardee}")), "{sortie:?}");
    let oublier = ["restore", "oublier", "--oui", "--base", &gardee];
    let sortie = e.lancer(ADMIN, &oublier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
}

#[tokio::test]
async fn apres_deux_restaurations_la_premiere_base_revient_par_son_nom_et_ce_qu_on_y_perd_est_dit()
{
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let premiere = sans_sessions(a.tout().await);
    for _ in 0..2 {
        let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        a.attendre_le_service().await;
    }
    a.produire().await;
    let derniere = sans_sessions(a.tout().await);
    let gardees = a.gardees().await;
    assert_eq!(gardees.len(), 2, "{gardees:?}");
    let sortie = a.restore(&["annuler", "--base", &gardees[0]]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("qui sera perdu : 1 production"), "{sortie:?}");
    assert_eq!(sans_sessions(a.tout().await), premiere);
    // What is put aside comes back in the same way.
    let nouvelle = a.gardees().await.into_iter().find(|g| !gardees.contains(g)).expect("gardée");
    a.attendre_le_service().await;
    let sortie = a.restore(&["annuler", "--base", &nouvelle]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(sans_sessions(a.tout().await), derniere);
    let sortie = a.restore(&["annuler", "--base", "nulle_part"]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
}
