//! What `pg_dump` leaves out without a word: the backup says it, the drill and a restore name it, each
//! with what to do.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use super::externe::{ADMINISTRATEUR, COMPTE, Externe};
use crate::outils::grappe;

async fn dite_par_tous(e: &Externe, (objet, remede): (&str, &str)) -> (String, Vec<Value>) {
    let fichier = e.sauvegarder(COMPTE);
    let manifeste = std::fs::read_to_string(format!("{fichier}.json")).expect("manifeste");
    let manifeste: Value = serde_json::from_str(&manifeste).expect("json");
    let avis = manifeste["avis"].to_string();
    assert!(avis.contains(objet) && avis.contains(remede.trim_end_matches(';')), "{avis}");
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "incomplete", "{resultat}");
    let obstacles = resultat["obstacles"].as_array().expect("obstacles");
    let siens: Vec<&Value> = obstacles.iter().filter(|o| o["objet"] == objet).collect();
    assert_eq!(siens.len(), 1, "{resultat}");
    assert!(siens[0]["remede"].as_str().is_some_and(|r| r.contains(remede)), "{resultat}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--json"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let lues = sortie.dit.lines().map(|l| serde_json::from_str::<Value>(l).expect("json"));
    let lues: Vec<Value> = lues.collect();
    let avant = lues.iter().find(|l| l["etape"] == "jugement").expect("jugement");
    assert!(avant["a_refaire"].to_string().contains(objet), "{avant}");
    let fin = lues.last().expect("fin")["restauration"]["a_refaire"].clone();
    (cote, fin.as_array().expect("à refaire").clone())
}

#[tokio::test]
async fn les_lignes_d_une_table_donnee_a_une_extension_sont_dites_partout_et_son_remede_suffit() {
    let e = Externe::avec(
        "create extension hstore;; create schema cave;;
         create table cave.vin (n int);; insert into cave.vin values (1);;
         create table cave.vide (n int);;
         alter table cave.vin owner to delicego;; alter table cave.vide owner to delicego;;
         alter schema cave owner to delicego;;
         alter extension hstore add table cave.vin;; alter extension hstore add table cave.vide",
    )
    .await;
    let remede = "alter extension hstore drop table cave.vin;";
    let (_, fin) = dite_par_tous(&e, ("lignes de la table cave.vin", remede)).await;
    assert!(fin[0]["remede"].as_str().is_some_and(|r| r.contains(remede)), "{fin:?}");
    assert!(!format!("{fin:?}").contains("cave.vide"), "{fin:?}");
    e.nettoyer().await;
    e.sql(e.base.nom(), remede).await;
    let fichier = e.sauvegarder(COMPTE);
    let (_, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(resultat["restaurable"], "oui", "{resultat}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, "select count(*) = 1 from cave.vin").await);
    e.nettoyer().await;
}

/// Typed as it was told, from its first line to its last.
fn taper_dans_psql(base: &str, commandes: &str) {
    let chemin = std::env::var("PATH").expect("PATH");
    let chemin = format!("{}:{chemin}", grappe::binaires().display());
    let mut psql = grappe::outil("psql", base);
    psql.args(["-X", "--quiet", "-v", "ON_ERROR_STOP=1"]).env("PATH", chemin);
    psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut psql = psql.spawn().expect("psql");
    let mut entree = psql.stdin.take().expect("entrée");
    entree.write_all(commandes.as_bytes()).expect("commandes");
    drop(entree);
    let fait = psql.wait_with_output().expect("psql");
    assert!(fait.status.success(), "{commandes}\n{fait:?}");
}

#[tokio::test]
async fn une_table_partie_avec_la_base_remplacee_est_dite_perdue_et_revient_de_la_base_gardee() {
    let e = Externe::avec(
        "create extension hstore;; create schema cave authorization delicego;;
         create table cave.\"Le Vin\" (n int);; insert into cave.\"Le Vin\" values (1);;
         alter table cave.\"Le Vin\" owner to delicego;;
         alter extension hstore add table cave.\"Le Vin\"",
    )
    .await;
    let (base, fichier) = (e.base.nom(), e.sauvegarder(COMPTE));
    let sortie = e.lancer(COMPTE, &["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(!sortie.dit.contains("aucune ligne ne manque"), "{sortie:?}");
    assert!(sortie.dit.contains("(il manque les lignes de cave.\"Le Vin\")"), "{sortie:?}");
    let (avant, apres) = sortie.dit.split_once("est restaurée").expect("restaurée");
    assert!(avant.contains("elles partent avec la base qui est remplacée"), "{sortie:?}");
    let dite = format!("que dans la base gardée « {base}_avant_");
    assert!(apres.contains(&dite) && apres.contains("n'accepte pas de connexion"), "{sortie:?}");
    let partie = "select to_regclass('cave.\"Le Vin\"') is null";
    assert!(e.est_vrai(base, partie).await);
    let debut = apres.find("-- sans « restore annuler »").expect("commandes");
    let fin = format!("\\connect {base}\n");
    let commandes = &apres[debut..];
    let commandes = &commandes[..commandes.find(&fin).expect("fin") + fin.len()];
    let commandes: Vec<&str> = commandes.lines().map(str::trim).collect();
    taper_dans_psql(base, &format!("{}\n", commandes.join("\n")));
    assert!(e.est_vrai(base, "select count(*) = 1 from cave.\"Le Vin\"").await, "{commandes:?}");
    let fermee = "select bool_and(not datallowconn) from pg_database
                   where datname like '{base}\\_avant\\_%'";
    assert!(e.est_vrai(base, fermee).await);
    e.nettoyer().await;
}

/// What an extension's own script wrote comes back with it.
#[tokio::test]
async fn les_tables_qu_une_extension_remplit_elle_meme_ne_sont_pas_dites() {
    let e = Externe::avec("create extension dblink;; create extension pg_stat_statements").await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let manifeste = std::fs::read_to_string(format!("{fichier}.json")).expect("manifeste");
    let manifeste: Value = serde_json::from_str(&manifeste).expect("json");
    assert!(manifeste["base"]["lacunes"]["membres"].as_array().expect("membres").is_empty());
    e.nettoyer().await;
}

const ETRANGER: &str = "
    create role chef_{base};; create extension postgres_fdw;;
    grant usage on foreign data wrapper postgres_fdw to delicego;;
    create server ailleurs foreign data wrapper postgres_fdw options (host 'ailleurs');;
    alter server ailleurs owner to delicego;;
    create user mapping for chef_{base} server ailleurs options (user 'moi', password 'tres_secret')";

#[tokio::test]
async fn les_options_d_un_compte_que_la_sauvegarde_ne_lit_pas_sont_dites_et_a_refaire() {
    let e = Externe::avec(ETRANGER).await;
    let objet = format!("compte sur un serveur étranger chef_{} SERVER ailleurs", e.base);
    let fichier = e.sauvegarder(COMPTE);
    let manifeste = std::fs::read_to_string(format!("{fichier}.json")).expect("manifeste");
    let manifeste: Value = serde_json::from_str(&manifeste).expect("json");
    assert!(manifeste["avis"].to_string().contains(&objet), "{manifeste}");
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let obstacles = resultat["obstacles"].as_array().expect("obstacles");
    assert_eq!(obstacles.iter().filter(|o| o["objet"] == *objet).count(), 1, "{resultat}");
    for compte in [COMPTE, ADMINISTRATEUR] {
        let (cote, sortie) = e.restaurer(compte, &fichier, &["--json"]);
        assert_eq!(sortie.code, Some(3), "{sortie:?}");
        let fin: Value = serde_json::from_str(sortie.dit.lines().last().unwrap()).expect("json");
        let fin = fin["restauration"]["a_refaire"].as_array().expect("à refaire").clone();
        for obstacle in &fin {
            e.sql(&cote, obstacle["remede"].as_str().expect("commande")).await;
        }
        let remises = "select 'user=…' = any(umoptions) and 'password=…' = any(umoptions)
                         from pg_user_mappings";
        assert!(e.est_vrai(&cote, remises).await, "{fin:?}");
        e.nettoyer().await;
    }
    // An administrator's holds them, and shows nothing of them.
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (_, resultat) = e.exercer(&fichier, "prive");
    let obstacles = resultat["obstacles"].to_string();
    assert!(!obstacles.contains("ne sont pas dans la sauvegarde"), "{obstacles}");
    let (cote, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &["--json"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, "select 'user=moi' = any(umoptions) from pg_user_mappings").await);
    e.nettoyer().await;
    // What is shown as « … » stands in the command, which says so.
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer", "--json"]);
    let fin: Value = serde_json::from_str(sortie.dit.lines().last().unwrap()).expect("json");
    let fin = fin["restauration"]["a_refaire"].as_array().expect("à refaire").clone();
    let sien = fin.iter().find(|o| o["objet"] == *objet).expect("compte");
    assert!(!sien["raison"].as_str().unwrap().contains('…'), "{sien}");
    let commande = sien["remede"].as_str().unwrap();
    assert!(commande.contains("password '…'") && commande.contains("-- « … »"), "{commande}");
    assert!(!format!("{sortie:?}").contains("tres_secret"), "{sortie:?}");
    e.nettoyer().await;
}
