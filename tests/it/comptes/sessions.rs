//! Sessions: seen by their owner, ended by them, by an admin, by a new password.

use reqwest::Method;
use serde_json::json;

use super::{id_de, refuse};
use crate::outils::Serveur;
use crate::outils::serveur::{EMAIL_OPERATEUR, MOT_DE_PASSE};

#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_any_of_them() {
    let s = Serveur::sans_session().await;
    let (a, b, autre) = (s.operateur().await, s.operateur().await, s.admin().await);
    let liste = a.get("/auth/sessions").await.attendue(200);
    let sessions = liste["elements"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 2, "{liste}");
    for session in sessions {
        assert_eq!(session["nature"], "api");
        assert!(session["expire_le"].as_str() > session["cree_le"].as_str());
        let champs: Vec<_> = session.as_object().expect("objet").keys().cloned().collect();
        assert!(!champs.iter().any(|c| c.contains("jeton") || c.contains("token")), "{champs:?}");
    }
    // Newest first: that is b's.
    let chemin = format!("/auth/sessions/{}", sessions[0]["id"].as_str().expect("id"));
    let revoquer = |c: &crate::outils::Client| c.requete(Method::DELETE, &chemin);
    autre.envoyer(revoquer(&autre)).await.refusee(404, "session_inconnue");
    let fait = a.envoyer(revoquer(&a)).await.attendue(200);
    assert_eq!(fait, json!({"revoquees": 1}));
    refuse(&b).await;
    a.envoyer(revoquer(&a)).await.refusee(404, "session_inconnue");
    a.get("/auth/me").await.attendue(200);

    a.post("/auth/logout", &json!({})).await.attendue(200);
    refuse(&a).await;
    autre.get("/auth/me").await.attendue(200);
}

#[tokio::test]
async fn an_admin_sees_and_ends_the_sessions_of_anybody() {
    let s = Serveur::sans_session().await;
    let (admin, a, b) = (s.admin().await, s.operateur().await, s.operateur().await);
    let chemin = format!("/api/interne/utilisateurs/{}/sessions", id_de(&a).await);
    a.get(&chemin).await.refusee(403, "role_insuffisant");
    a.envoyer(a.requete(Method::DELETE, &chemin)).await.refusee(403, "role_insuffisant");
    let vues = admin.get(&chemin).await.attendue(200);
    assert_eq!(vues["elements"].as_array().map(Vec::len), Some(2));
    let fait = admin.envoyer(admin.requete(Method::DELETE, &chemin)).await.attendue(200);
    assert_eq!(fait, json!({"revoquees": 2}));
    refuse(&a).await;
    refuse(&b).await;
    admin.get("/auth/me").await.attendue(200);
    assert_eq!(admin.get(&chemin).await.attendue(200)["elements"], json!([]));
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once_and_comes_back_only_by_logging_in() {
    let s = Serveur::sans_session().await;
    let (admin, a) = (s.admin().await, s.operateur().await);
    let chemin = format!("/api/interne/utilisateurs/{}/actif", id_de(&a).await);
    admin.put(&chemin, &json!({"actif": false})).await.attendue(200);
    refuse(&a).await;
    let corps = json!({"email": EMAIL_OPERATEUR, "mot_de_passe": MOT_DE_PASSE});
    s.anonyme().post("/auth/login", &corps).await.refusee(401, "identifiants_invalides");
    admin.put(&chemin, &json!({"actif": true})).await.attendue(200);
    refuse(&a).await;
    s.operateur().await.get("/auth/me").await.attendue(200);
}

#[tokio::test]
async fn a_session_ends_by_itself_when_its_time_is_over() {
    let s = Serveur::sans_session().await;
    let a = s.operateur().await;
    let mut c = s.base().lire().await.expect("connexion");
    sqlx::query("update session set expire_le = now() - interval '1 second'")
        .execute(&mut *c)
        .await
        .expect("horloge");
    refuse(&a).await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_every_wait() {
    let s = Serveur::sans_session().await;
    let (a, b, admin) = (s.operateur().await, s.operateur().await, s.admin().await);
    for _ in 0..6 {
        super::essayer(&s, EMAIL_OPERATEUR, "mauvais", None).await;
    }
    let arguments =
        ["utilisateur", "mot-de-passe", "--email", EMAIL_OPERATEUR, "--mot-de-passe-stdin"];
    let sortie = s.delicego_stdin(&arguments, "un tout nouveau\n");
    assert!(sortie.status.success(), "{sortie:?}");
    refuse(&a).await;
    refuse(&b).await;
    admin.get("/auth/me").await.attendue(200);
    assert_eq!(super::essayer(&s, EMAIL_OPERATEUR, MOT_DE_PASSE, None).await.statut, 401);
    assert_eq!(super::essayer(&s, EMAIL_OPERATEUR, "un tout nouveau", None).await.statut, 200);

    let court = s.delicego_stdin(&arguments, "court\n");
    assert_eq!(court.status.code(), Some(1), "{court:?}");
    let inconnu =
        ["utilisateur", "mot-de-passe", "--email", "personne@essai.fr", "--mot-de-passe-stdin"];
    assert_eq!(s.delicego_stdin(&inconnu, "un tout nouveau\n").status.code(), Some(1));
}
