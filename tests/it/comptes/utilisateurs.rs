//! People made by the command line and by an admin.

use serde_json::json;

use super::{essayer, id_de};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;
use crate::outils::serveur::EMAIL_ADMIN;
use crate::outils::{Client, Serveur};

fn creer<'a>(email: &'a str, nom: &'a str) -> [&'a str; 9] {
    [
        "utilisateur",
        "creer",
        "--email",
        email,
        "--nom",
        nom,
        "--role",
        "operateur",
        "--mot-de-passe-stdin",
    ]
}

#[tokio::test]
async fn the_command_line_makes_people_and_refuses_what_is_no_person() {
    let s = Serveur::demarrer().await;
    let fait = s.delicego_stdin(&creer("Chef@Essai.FR", "Léa Chef"), "huit8888\nla suite\n");
    assert_eq!(fait.status.code(), Some(0), "{fait:?}");
    assert_eq!(String::from_utf8_lossy(&fait.stdout).lines().count(), 1);
    assert_eq!(essayer(&s, "chef@essai.fr", "huit8888", None).await.statut, 200);
    let liste = s.delicego(&["utilisateur", "lister"]);
    let texte = String::from_utf8_lossy(&liste.stdout).into_owned();
    assert!(texte.contains("chef@essai.fr") && texte.contains("Léa Chef"), "{texte}");

    let avant = tout_ce_qui_est_ecrit(s.base()).await;
    let longue = format!("{}@b.fr", "a".repeat(250));
    for (email, nom, mot_de_passe, code) in [
        ("CHEF@essai.fr", "Autre", "huit8888", 1),
        ("court@essai.fr", "Court", "sept777", 1),
        ("vide@essai.fr", "Vide", "", 1),
        ("long@essai.fr", "Long", &"x".repeat(1025), 1),
        ("pas une adresse", "Faux", "huit8888", 1),
        (&longue, "Longue", "huit8888", 1),
        ("sansnom@essai.fr", "", "huit8888", 1),
        ("blanc@essai.fr", "  ", "huit8888", 1),
        ("nom@essai.fr", &"n".repeat(121), "huit8888", 1),
    ] {
        let sortie = s.delicego_stdin(&creer(email, nom), mot_de_passe);
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        assert_eq!(sortie.status.code(), Some(code), "{email} {nom} : {texte}");
        assert!(texte.contains("delicego : ") && !texte.contains("interne"), "{email} : {texte}");
        assert!(!texte.contains("huit8888") && !texte.contains("sept777"), "{texte}");
    }
    let sans_terminal = s.delicego(&creer("t@essai.fr", "T")[..8]);
    assert_eq!(sans_terminal.status.code(), Some(2), "{sans_terminal:?}");
    let role = ["utilisateur", "creer", "--email", "r@essai.fr", "--nom", "R", "--role", "chef"];
    assert_eq!(s.delicego(&role).status.code(), Some(2));
    assert_eq!(tout_ce_qui_est_ecrit(s.base()).await, avant);
}

#[tokio::test]
async fn an_admin_makes_people_and_a_short_password_is_refused() {
    let s = Serveur::demarrer().await;
    let admin = s.admin().await;
    let mut corps = json!({"email": "Neuf@Essai.fr", "nom_affiche": " Neuf ", "role": "operateur",
        "mot_de_passe": "1234567"});
    let refus = admin.post("/api/interne/utilisateurs", &corps).await;
    let refus = refus.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "mot_de_passe");
    corps["mot_de_passe"] = json!("éèàùçôîâ");
    let cree = admin.post("/api/interne/utilisateurs", &corps).await.attendue(201);
    let attendu = json!({"id": cree["id"], "email": "neuf@essai.fr", "nom_affiche": "Neuf",
        "actif": true, "roles": ["operateur"]});
    assert_eq!(cree, attendu);
    admin.post("/api/interne/utilisateurs", &corps).await.refusee(409, "email_deja_pris");
    assert_eq!(essayer(&s, "neuf@essai.fr", "éèàùçôîâ", None).await.statut, 200);
    let liste = admin.get("/api/interne/utilisateurs").await.attendue(200);
    assert_eq!(liste["elements"].as_array().map(Vec::len), Some(3), "{liste}");
    assert!(!liste.to_string().contains("argon2"));
}

#[tokio::test]
async fn the_last_admin_stays_and_who_was_switched_off_comes_back_by_the_command_line() {
    let s = Serveur::sans_session().await;
    let admin = s.admin().await;
    let actif = |id: &str| format!("/api/interne/utilisateurs/{id}/actif");
    let moi = id_de(&admin).await;
    let non = json!({"actif": false});
    admin.put(&actif(&moi), &non).await.refusee(409, "dernier_admin");
    admin.get("/auth/me").await.attendue(200);
    let corps = json!({"email": "second@essai.fr", "nom_affiche": "Second", "role": "admin",
        "mot_de_passe": "huit8888"});
    admin.post("/api/interne/utilisateurs", &corps).await.attendue(201);
    let second = Client::connecte(s.url(), "second@essai.fr", "huit8888").await;
    // Of two who switch one another off at once, one stays.
    let (lui, nous) = (actif(&id_de(&second).await), actif(&moi));
    let (a, b) = tokio::join!(admin.put(&lui, &non), second.put(&nous, &non));
    let admins = s.delicego(&["utilisateur", "lister"]);
    let admins = String::from_utf8_lossy(&admins.stdout).into_owned();
    let restent = admins.lines().filter(|l| l.contains("admin ") && !l.contains("(désactivé)"));
    assert_eq!(restent.count(), 1, "{a:?} {b:?} {admins}");

    let parti = if a.statut == 200 { "second@essai.fr" } else { EMAIL_ADMIN };
    let change = ["utilisateur", "mot-de-passe", "--email", parti, "--mot-de-passe-stdin"];
    let dit = s.delicego_stdin(&change, "un tout nouveau\n");
    let texte = String::from_utf8_lossy(&dit.stdout).into_owned();
    assert!(dit.status.success() && texte.contains("utilisateur activer"), "{texte}");
    assert_eq!(essayer(&s, parti, "un tout nouveau", None).await.statut, 401);
    let retour = s.delicego(&["utilisateur", "activer", "--email", parti]);
    assert!(retour.status.success(), "{retour:?}");
    assert_eq!(essayer(&s, parti, "un tout nouveau", None).await.statut, 200);
    let inconnu = s.delicego(&["utilisateur", "activer", "--email", "personne@essai.fr"]);
    assert_eq!(inconnu.status.code(), Some(1), "{inconnu:?}");
}
