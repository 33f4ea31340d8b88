//! Restore: what comes back is proved, and the live database is never half of anything.

mod a_refaire;
mod ailleurs;
mod atelier;
mod bascule;
mod de_chaque;
mod droits;
mod echecs;
mod epreuve;
mod essai;
mod externe;
mod fautes;
mod formes;
mod fuseau;
mod gardees;
mod jugement;
mod lacunes;
mod occupants;
mod particuliers;
mod personnes;
mod pertes;
mod pertes_autres;
mod place;
mod preuve;
mod recopiees;
mod refus;
mod roles;
mod serveur;
mod textes;
mod versions;
mod vide;
mod vues;

use serde_json::{Value, json};

use self::atelier::{Atelier, sans_sessions};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn une_restauration_remet_la_sauvegarde_et_le_serveur_en_marche_la_sert() {
    let a = Atelier::embarque().await;
    a.produire().await;
    let (web, api) = (a.connexion_web().await, a.serveur.admin().await);
    let sauvee = a.tout().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let avant = a.tout().await;
    assert_ne!(sauvee, avant);
    let charge = a.charger(api.clone());

    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);

    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("qui sera perdu : 1 production :"), "{sortie:?}");
    assert!(sortie.dit.contains("Pain"), "{sortie:?}");
    assert!(sortie.dit.contains("égale à la sauvegarde du"), "{sortie:?}");
    assert!(sortie.journal.contains("event=restore_done"), "{sortie:?}");
    let statuts = charge.arreter().await;
    assert!(statuts.contains(&200), "{statuts:?}");
    let autres: Vec<_> = statuts.iter().filter(|s| ![200, 503].contains(*s)).collect();
    assert_eq!(autres.len(), 0, "{autres:?} {:#?}", a.serveur.journal());
    assert_eq!(sans_sessions(a.tout().await), sans_sessions(sauvee));
    a.serveur.verifier();
    a.attendre_le_service().await;
    assert_eq!(web.statut().await, 303, "une session web est fermée");
    api.get("/auth/me").await.attendue(200);
    assert_eq!(a.copies().await, Vec::<String>::new());

    // .. and it can be undone, twice.
    let annulee = a.restore(&["annuler"]);
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    assert!(annulee.dit.contains("de nouveau celle d'avant la restauration"), "{annulee:?}");
    assert!(annulee.journal.contains("event=restore_annule"), "{annulee:?}");
    assert_eq!(a.tout().await, avant);
    assert_eq!(a.restore(&["annuler"]).code, Some(0));
    assert_ne!(a.tout().await, avant);
    a.attendre_le_service().await;
    a.serveur.verifier();
}

#[tokio::test]
async fn sans_rien_a_annuler_la_commande_le_dit() {
    let a = Atelier::embarque().await;
    let sortie = a.restore(&["annuler"]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains("Rien à annuler"), "{sortie:?}");
}

#[tokio::test]
async fn une_autre_base_est_creee_ou_remplacee_sans_toucher_a_la_vivante() {
    let a = Atelier::embarque().await;
    a.produire().await;
    let (fichier, avant) = (a.sauvegarder(), a.tout().await);
    let vers = ["--file", &fichier, "--target-db", "Été d'hier"];
    assert_eq!(a.restore(&vers).code, Some(0));
    assert_eq!(sans_sessions(a.tout_de("Été d'hier").await), sans_sessions(avant.clone()));
    let refusee = a.restore(&vers);
    assert_eq!(refusee.code, Some(5), "{refusee:?}");
    assert!(refusee.journal.contains("n'est pas vide : ajoutez --drop-create"), "{refusee:?}");
    a.sql("Été d'hier", "delete from tentative_connexion; drop table if exists rien").await;
    let sans_oui = a.restore(&[&vers[..], &["--drop-create"]].concat());
    assert_eq!(sans_oui.code, Some(2), "{sans_oui:?}");
    assert!(sans_oui.journal.contains("demande --oui"), "{sans_oui:?}");
    let remplacee = a.restore(&[&vers[..], &["--drop-create", "--oui"]].concat());
    assert_eq!(remplacee.code, Some(0), "{remplacee:?}");
    assert!(remplacee.dit.contains("rien ne sera gardé (sauf avec --garder"), "{remplacee:?}");
    assert_eq!(a.gardees().await, Vec::<String>::new(), "celle d'à côté n'est pas gardée");
    assert_eq!(a.restore(&["annuler", "--base", "Été d'hier"]).code, Some(1));
    let gardee = a.restore(&[&vers[..], &["--drop-create", "--oui", "--garder", "1h"]].concat());
    assert_eq!(gardee.code, Some(0), "{gardee:?}");
    assert_eq!(a.restore(&["annuler", "--base", "Été d'hier"]).code, Some(0));
    assert_eq!(a.tout().await, avant);
}

#[tokio::test]
async fn le_resultat_se_lit_aussi_en_json() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui", "--json"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let lignes: Vec<Value> =
        sortie.dit.lines().map(|l| serde_json::from_str(l).expect("json")).collect();
    let etapes: Vec<&Value> = lignes.iter().map(|l| &l["etape"]).collect();
    for etape in ["Lecture du fichier", "annonce", "Restauration", "Preuve"] {
        assert!(etapes.contains(&&json!(etape)), "{etapes:?}");
    }
    let fin = lignes.last().expect("résultat");
    assert_eq!(
        (&fin["resultat"], &fin["restauration"]["base"]),
        (&json!("fait"), &json!("delicego"))
    );
    for duree in ["lecture", "restauration", "preuve", "bascule", "total"] {
        assert!(fin["restauration"]["durees_ms"][duree].is_u64(), "{fin}");
    }
    let refus = a.restore(&["--file", "absent", "--drop-create", "--oui", "--json"]);
    let fin: Value = serde_json::from_str(refus.dit.lines().last().expect("ligne")).expect("json");
    assert_eq!((&fin["resultat"], &fin["code"]), (&json!("echec"), &json!(5)));
}

/// A file that no program of ours made.
#[tokio::test]
async fn un_fichier_etranger_se_restaure_sans_manifeste_et_ce_qui_n_est_pas_prouve_est_dit() {
    let a = Atelier::embarque().await;
    a.produire().await;
    let avant = a.tout().await;
    let fichier = a.archive_etrangere();
    a.produire().await;
    let ordre = ["--file", &fichier, "--drop-create", "--oui"];
    let refusee = a.restore(&ordre);
    assert_eq!(refusee.code, Some(5), "{refusee:?}");
    assert!(refusee.journal.contains("--sans-manifeste"), "{refusee:?}");
    let sortie = a.restore(&[&ordre[..], &["--sans-manifeste"]].concat());
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("Sans manifeste, rien ne prouve"), "{sortie:?}");
    assert_eq!(sans_sessions(a.tout().await), sans_sessions(avant));
    a.serveur.verifier();
}

#[tokio::test]
async fn une_base_remplacee_disparait_quand_son_temps_est_passe() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    for garder in ["0h", "1h"] {
        let ordre = ["--file", &fichier, "--drop-create", "--oui", "--garder", garder];
        assert_eq!(a.restore(&ordre).code, Some(0));
    }
    assert_eq!(a.gardees().await.len(), 2);
    let cible = a.cible().await;
    let purgees = delicego::sauvegarde::restore::purger(&cible, a.dossier()).await.expect("purge");
    assert_eq!((purgees.supprimees.len(), a.gardees().await.len()), (1, 1));
    assert_eq!(a.restore(&["annuler"]).code, Some(0));
}
