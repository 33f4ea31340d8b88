//! What is nowhere written: passwords and tokens.

use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::outils::Serveur;
use crate::outils::brut::{brute, formulaire, navigateur};
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};

#[tokio::test]
async fn no_password_and_no_token_is_ever_logged() {
    let cle = "cle-interne-secrete";
    let s = Serveur::avec(&[("LOG_LEVEL", "DEBUG"), ("CLE_INTERNE", cle)]).await;
    let admin = s.admin().await;
    let faux = "mauvais mot de passe bien reconnaissable";
    let nouveau = "nouveau mot de passe bien reconnaissable";
    let mut secrets: Vec<String> =
        [MOT_DE_PASSE, faux, nouveau, cle, admin.jeton()].map(ToOwned::to_owned).into();
    for _ in 0..7 {
        super::essayer(&s, EMAIL_ADMIN, faux, None).await;
    }
    let corps = json!({"email": "neuf@essai.fr", "nom_affiche": "Neuf", "role": "operateur",
        "mot_de_passe": nouveau});
    let creer = || admin.requete(Method::POST, "/api/interne/utilisateurs").json(&corps);
    admin.envoyer(creer().header("x-cle-interne", cle)).await.attendue(201);
    admin.envoyer(creer().header("x-cle-interne", cle)).await.refusee(409, "email_deja_pris");
    admin.envoyer(creer()).await.refusee(401, "cle_interne_invalide");
    let form = [("email", "neuf@essai.fr"), ("mot_de_passe", nouveau)];
    let entree =
        brute(formulaire(navigateur().post(format!("{}/connexion", s.url())), &form)).await;
    let cookie = entree.entete("set-cookie").split(';').next().expect("cookie").to_owned();
    secrets.push(cookie.split('=').nth(1).expect("jeton").to_owned());
    let moi = navigateur().get(format!("{}/auth/me?jeton={}", s.url(), admin.jeton()));
    assert_eq!(brute(moi.header("cookie", &cookie)).await.statut, 200);
    let casse =
        admin.requete(Method::POST, "/auth/login").header("content-type", "application/json");
    admin.envoyer(casse.body(format!("{{\"mot_de_passe\":\"{faux}\""))).await.attendue(400);

    let fin = admin.requete(Method::GET, "/health").header("x-request-id", "fin-du-journal");
    admin.envoyer(fin).await.attendue(200);
    let journal = s.attendre_journal("fin-du-journal").await;
    assert!(journal.len() > 10, "{journal:#?}");
    for ligne in &journal {
        for secret in &secrets {
            assert!(!ligne.contains(secret.as_str()), "{ligne}");
        }
        assert!(!ligne.contains("argon2"), "{ligne}");
    }
}

#[tokio::test]
async fn the_database_holds_no_token_and_no_password_that_could_be_used() {
    let s = Serveur::sans_session().await;
    let (admin, form) = (s.admin().await, [("email", EMAIL_ADMIN), ("mot_de_passe", MOT_DE_PASSE)]);
    let entree =
        brute(formulaire(navigateur().post(format!("{}/connexion", s.url())), &form)).await;
    let web = entree.entete("set-cookie").split(['=', ';']).nth(1).expect("jeton").to_owned();
    for email in ["un@essai.fr", "deux@essai.fr"] {
        let corps = json!({"email": email, "nom_affiche": "Neuf", "role": "operateur",
            "mot_de_passe": MOT_DE_PASSE});
        let creer = admin.requete(Method::POST, "/api/interne/utilisateurs").json(&corps);
        admin.envoyer(creer).await.attendue(201);
    }
    let mut c = s.base().lire().await.expect("connexion");
    let gardes: Vec<Vec<u8>> = sqlx::query_scalar("select jeton_sha256 from session order by id")
        .fetch_all(&mut *c)
        .await
        .expect("sessions");
    let attendus = [admin.jeton(), &web].map(|j| Sha256::digest(j.as_bytes()).to_vec());
    assert_eq!(gardes, attendus);
    let lignes: Vec<String> = sqlx::query_scalar(
        "select t::text from session t union all select t::text from utilisateur t
         union all select t::text from operation t union all select t::text from evenement t",
    )
    .fetch_all(&mut *c)
    .await
    .expect("lignes");
    assert!(lignes.len() >= 6, "deux sessions, quatre personnes : {lignes:?}");
    for ligne in &lignes {
        assert!(!ligne.contains(admin.jeton()) && !ligne.contains(&web), "{ligne}");
        assert!(!ligne.contains(MOT_DE_PASSE), "{ligne}");
    }
    let haches: Vec<String> =
        sqlx::query_scalar("select mot_de_passe from utilisateur where email ~ '^(un|deux)@'")
            .fetch_all(&mut *c)
            .await
            .expect("hachés");
    // What OWASP asks for, at the least.
    assert!(haches.iter().all(|h| h.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{haches:?}");
    assert_ne!(haches[0], haches[1], "un sel par personne");
}
