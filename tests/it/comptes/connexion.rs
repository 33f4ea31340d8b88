//! Logging in, and what happens to whoever tries too often.

use serde_json::json;
use sqlx::Row;

use super::{essayer, id_de};
use crate::outils::Serveur;
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};

#[tokio::test]
async fn a_login_gives_a_token_and_the_token_says_who_it_is() {
    let s = Serveur::demarrer().await;
    let corps = json!({"email": format!("  {} ", EMAIL_ADMIN.to_uppercase()),
        "mot_de_passe": MOT_DE_PASSE});
    let jeton = s.anonyme().post("/auth/login", &corps).await.attendue(200);
    assert_eq!(jeton["type_token"], "bearer");
    assert_eq!(jeton.as_object().expect("objet").len(), 2, "{jeton}");
    assert_eq!(jeton["token_acces"].as_str().expect("jeton").len(), 43);

    let moi = s.operateur().await.get("/auth/me").await.attendue(200);
    let attendu = json!({"id": moi["id"], "email": EMAIL_OPERATEUR, "nom_affiche": "operateur",
        "actif": true, "roles": ["operateur"]});
    assert_eq!(moi, attendu);
    let roles = s.admin().await.get("/auth/me").await.attendue(200)["roles"].take();
    assert_eq!(roles, json!(["admin"]));
}

#[tokio::test]
async fn nobody_learns_from_an_answer_which_emails_have_an_account() {
    let s = Serveur::demarrer().await;
    let admin = s.admin().await;
    let operateur = s.operateur().await;
    let actif = format!("/api/interne/utilisateurs/{}/actif", id_de(&operateur).await);
    admin.put(&actif, &json!({"actif": false})).await.attendue(200);
    for tour in 0..7 {
        let connu = essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
        let attendu =
            if tour < 5 { (401, "identifiants_invalides") } else { (429, "compte_bloque") };
        assert_eq!((connu.statut, connu.json()["code"].as_str()), (attendu.0, Some(attendu.1)));
        assert_eq!(connu.entete("content-type"), "application/problem+json");
        assert_eq!(connu.entete("www-authenticate"), if tour < 5 { "Bearer" } else { "" });
        for (email, mot_de_passe) in
            [("personne@essai.fr", "mauvais"), (EMAIL_OPERATEUR, MOT_DE_PASSE)]
        {
            let autre = essayer(&s, email, mot_de_passe, None).await;
            let sans_secondes = |texte: &str| texte.replace(|c: char| c.is_ascii_digit(), "");
            assert_eq!(autre.statut, connu.statut, "{email} {tour}");
            assert_eq!(sans_secondes(&autre.texte), sans_secondes(&connu.texte), "{email}");
            let noms = |b: &crate::outils::brut::Brute| -> Vec<String> {
                b.entetes.keys().map(ToString::to_string).collect()
            };
            assert_eq!(noms(&autre), noms(&connu), "{email}");
        }
    }
}

/// (wrong tries in a row, seconds the last lock was set for, is it locked now)
async fn verrou(s: &Serveur, email: &str) -> (i32, f64, bool) {
    let mut c = s.base().lire().await.expect("connexion");
    let ligne = sqlx::query(
        "select echecs, coalesce(extract(epoch from bloque_jusqua - vue_le), 0)::float8 as duree,
                coalesce(bloque_jusqua > now(), false) as ferme
           from tentative_connexion where cle = $1",
    )
    .bind(email)
    .fetch_one(&mut *c)
    .await
    .expect("tentative");
    (ligne.get("echecs"), ligne.get("duree"), ligne.get("ferme"))
}

async fn attente_passee(s: &Serveur) {
    let mut c = s.base().lire().await.expect("connexion");
    sqlx::query("update tentative_connexion set bloque_jusqua = now() - interval '1 second'")
        .execute(&mut *c)
        .await
        .expect("horloge");
}

#[tokio::test]
async fn after_five_wrong_passwords_each_next_one_costs_a_longer_wait() {
    let s = Serveur::demarrer().await;
    for n in 1..=5 {
        essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
        let (echecs, _, ferme) = verrou(&s, EMAIL_ADMIN).await;
        assert_eq!((echecs, ferme), (n, n == 5));
    }
    let (_, mut avant, _) = verrou(&s, EMAIL_ADMIN).await;
    assert!(avant > 0.0);
    let refus = essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
    let corps = refus.json();
    assert_eq!((refus.statut, &corps["code"]), (429, &json!("compte_bloque")));
    let secondes: f64 = refus.entete("retry-after").parse().expect("Retry-After");
    assert!(secondes >= 1.0 && secondes <= avant && corps["attente_s"] == json!(secondes as u64));
    assert_eq!(verrou(&s, EMAIL_ADMIN).await.0, 5, "un essai pendant l'attente ne compte pas");

    let mut durees = vec![avant];
    while avant < 3600.0 {
        attente_passee(&s).await;
        assert_eq!(essayer(&s, EMAIL_ADMIN, "mauvais", None).await.statut, 401);
        let (_, duree, ferme) = verrou(&s, EMAIL_ADMIN).await;
        assert!(ferme && duree > avant, "{durees:?} puis {duree}");
        avant = duree;
        durees.push(duree);
        assert!(durees.len() < 20, "{durees:?}");
    }
    attente_passee(&s).await;
    essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
    assert_eq!(verrou(&s, EMAIL_ADMIN).await.1, 3600.0, "une heure au plus");

    let bon = essayer(&s, EMAIL_ADMIN, MOT_DE_PASSE, None).await;
    assert_eq!(bon.statut, 429, "le bon mot de passe attend aussi");
    attente_passee(&s).await;
    assert_eq!(essayer(&s, EMAIL_ADMIN, MOT_DE_PASSE, None).await.statut, 200);
    for _ in 0..4 {
        assert_eq!(essayer(&s, EMAIL_ADMIN, "mauvais", None).await.statut, 401);
    }
    assert_eq!(essayer(&s, EMAIL_ADMIN, MOT_DE_PASSE, None).await.statut, 200, "tout est oublié");
    assert_eq!(essayer(&s, EMAIL_OPERATEUR, MOT_DE_PASSE, None).await.statut, 200);
}

#[tokio::test]
async fn wrong_passwords_at_the_same_instant_are_all_counted() {
    let s = Serveur::demarrer().await;
    let essais: Vec<_> = (0..16)
        .map(|n| {
            let email =
                if n % 2 == 0 { EMAIL_ADMIN.to_owned() } else { EMAIL_ADMIN.to_uppercase() };
            let (client, corps) = (s.anonyme(), json!({"email": email, "mot_de_passe": "mauvais"}));
            tokio::spawn(async move { client.post("/auth/login", &corps).await.statut })
        })
        .collect();
    let mut statuts = Vec::new();
    for essai in essais {
        statuts.push(essai.await.expect("essai"));
    }
    let combien = |statut: u16| statuts.iter().filter(|s| **s == statut).count();
    assert_eq!((combien(401), combien(429)), (5, 11), "{statuts:?}");
    assert_eq!(verrou(&s, EMAIL_ADMIN).await.0, 5);
}

/// Tries unknown people, each once, until the address is told to wait; bounded.
async fn epuiser(s: &Serveur, par: impl Fn(usize) -> Option<String>) -> (usize, Option<u64>) {
    for n in 0..200 {
        let email = format!("personne{n}@essai.fr");
        // Too long to be anybody's: judged without the cost of a hash.
        let r = essayer(s, &email, &"x".repeat(4096), par(n).as_deref()).await;
        if r.statut == 429 {
            assert_eq!(r.json()["code"], "trop_de_tentatives", "{}", r.texte);
            return (n, r.entete("retry-after").parse().ok());
        }
        assert_eq!(r.statut, 401, "{}", r.texte);
    }
    (200, None)
}

#[tokio::test]
async fn an_address_that_tries_too_much_waits_whatever_it_says_of_itself() {
    let s = Serveur::demarrer().await;
    let (essais, attente) = epuiser(&s, |n| Some(format!("9.9.9.{n}"))).await;
    assert!((30..200).contains(&essais), "{essais}");
    assert!(attente.is_some_and(|a| a >= 1));
    let bon = essayer(&s, EMAIL_ADMIN, MOT_DE_PASSE, Some("8.8.8.8")).await;
    assert!(bon.statut == 429 || bon.statut == 200, "une place se libère chaque seconde");
    assert_eq!(s.anonyme().get("/health").await.statut, 200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_address_has_its_own_limit() {
    let s = Serveur::avec(&[("PROXYS_DE_CONFIANCE", "127.0.0.0/8, 10.0.0.1")]).await;
    // The client may write what it wants to the left of what the proxies wrote.
    let (essais, _) = epuiser(&s, |n| Some(format!("1.2.3.{n}, 9.9.9.9, 10.0.0.1"))).await;
    assert!((30..200).contains(&essais), "{essais}");
    for autre in ["8.8.8.8", "9.9.9.9, 8.8.4.4", "2001:db8::1"] {
        assert_eq!(
            essayer(&s, EMAIL_ADMIN, MOT_DE_PASSE, Some(autre)).await.statut,
            200,
            "{autre}"
        );
    }
}
