//! People made by the command line and by an admin.

use serde_json::json;

use super::essayer;
use crate::outils::Serveur;
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

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
