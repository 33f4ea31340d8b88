//! What was done to people and tablets is lost like the rest, and told like it: who, when, what.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::atelier::{Atelier, Sortie};
use super::pertes::{en_clair, liste};
use crate::outils::Client;
use crate::outils::serveur::{MOT_DE_PASSE, executer};

const PERSONNES: &str = "/api/interne/utilisateurs";

async fn creer(a: &Atelier, nom: &str) -> String {
    let corps = json!({"email": format!("{}@essai.fr", nom.to_lowercase()), "nom_affiche": nom,
        "role": "operateur", "mot_de_passe": MOT_DE_PASSE});
    let cree = a.chaine.client.post(PERSONNES, &corps).await.attendue(201);
    cree["id"].as_str().expect("id").to_owned()
}

/// With the password on its input.
fn a_la_console(a: &Atelier, arguments: &[&str]) {
    let ordre = [&["utilisateur"], arguments, &["--mot-de-passe-stdin"]].concat();
    let mut commande = a.serveur.programme();
    let sortie: Sortie = executer(commande.args(ordre), "un autre mot de passe\n").into();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
}

/// Each line once, and each with its hour.
fn dites(sortie: &Sortie) -> BTreeSet<String> {
    let lignes = liste(sortie);
    assert!(lignes.iter().all(|l| l[0].contains("/20")), "{lignes:?}");
    let dites: BTreeSet<String> = lignes.iter().map(|l| en_clair(l)).collect();
    assert_eq!(dites.len(), lignes.len(), "{lignes:?}");
    assert!(!format!("{dites:?}").contains("inconnu"), "{dites:?}");
    dites
}

#[track_caller]
fn disent(dites: &BTreeSet<String>, voulues: &[&str]) {
    for debut in voulues {
        assert!(dites.iter().any(|d| d.starts_with(debut)), "{debut} : {dites:#?}");
    }
    assert_eq!(dites.len(), voulues.len(), "{dites:#?}");
}

#[tokio::test]
async fn ce_qui_fut_fait_a_une_personne_est_dit_avec_qui_quand_et_quoi_et_annuler_le_dit_aussi() {
    let a = Atelier::embarque().await;
    let admin = &a.chaine.client;
    let camille = creer(&a, "Camille").await;
    let elle = Client::connecte(a.serveur.url(), "camille@essai.fr", MOT_DE_PASSE).await;
    let fichier = a.sauvegarder();

    let neuf = creer(&a, "Neuf").await;
    let pin = format!("{PERSONNES}/{camille}/pin");
    admin.put(&pin, &json!({"pin": "2749"})).await.attendue(200);
    admin.put(&format!("{PERSONNES}/{neuf}/actif"), &json!({"actif": false})).await.attendue(200);
    let sien = json!({"mot_de_passe": MOT_DE_PASSE, "pin": "9042"});
    elle.put("/auth/pin", &sien).await.attendue(200);
    admin.envoyer(admin.requete(Method::DELETE, &pin)).await.attendue(200);
    a_la_console(&a, &["mot-de-passe", "--email", "camille@essai.fr"]);
    let soir = ["--email", "soir@essai.fr", "--nom", "Soir", "--role", "operateur"];
    a_la_console(&a, &[&["creer"], &soir[..]].concat());
    let champs = [("nom", "Four"), ("magasin_id", a.chaine.magasin.as_str())];
    assert_eq!(a.connexion_web().await.envoyer("/tablettes", &champs).await, 303);
    let tablettes: Value = admin.get("/api/interne/tablettes").await.attendue(200);
    let tablette = tablettes["elements"][0]["id"].as_str().expect("tablette").to_owned();
    let tablette = format!("/api/interne/tablettes/{tablette}");
    admin.envoyer(admin.requete(Method::DELETE, &tablette)).await.attendue(200);

    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    disent(
        &dites(&sortie),
        &[
            "admin | personne créée | Neuf | adresse neuf@essai.fr, rôle operateur",
            "admin | code PIN donné ou changé | Camille | adresse camille@essai.fr",
            "admin | personne désactivée | Neuf | ",
            "Camille | code PIN donné ou changé | Camille | ",
            "admin | code PIN retiré | Camille | ",
            "ligne de commande | mot de passe changé | Camille | ",
            "ligne de commande | personne créée | Soir | adresse soir@essai.fr",
            "Cuisine | admin | tablette créée | Four",
            "Cuisine | admin | tablette révoquée | Four",
        ],
    );
    assert!(sortie.dit.contains(": 9 personnes ou tablettes"), "{sortie:?}");

    // What came after the restore is told the same way when it goes, beside the first list.
    a.attendre_le_service().await;
    admin.put(&pin, &json!({"pin": "2749"})).await.attendue(200);
    admin
        .put(&format!("{PERSONNES}/{camille}/actif"), &json!({"actif": false}))
        .await
        .attendue(200);
    creer(&a, "Zoé").await;
    let mut ailleurs = a.serveur.programme();
    ailleurs.args(["restore", "annuler"]).current_dir("/").env_remove("DELICEGO_SAUVEGARDES");
    let annulee: Sortie = executer(&mut ailleurs, "").into();
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    let voulues = [
        "admin | code PIN donné ou changé | Camille | ",
        "admin | personne désactivée | Camille | ",
        "admin | personne créée | Zoé | ",
    ];
    disent(&dites(&annulee), &voulues);
    let a_cote = std::path::Path::new(&fichier).parent().expect("dossier");
    assert!(annulee.dit.contains(&format!("{}/pertes-", a_cote.display())), "{annulee:?}");
}
