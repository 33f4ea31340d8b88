//! PINs: which are taken, how often one may be wrong, and what is kept of them.

use reqwest::Method;
use serde_json::json;

use super::{Cuisine, PIN, entrer_par_mot_de_passe};
use crate::outils::brut::{brute, formulaire};
use crate::outils::serveur::{EMAIL_OPERATEUR, MOT_DE_PASSE};

#[tokio::test]
async fn a_weak_pin_is_refused_and_a_good_one_is_kept_as_argon2() {
    let k = Cuisine::nouvelle().await;
    let chemin = format!("/api/interne/utilisateurs/{}/pin", k.operateur);
    for faible in ["0000", "1234", "9876", "1212", "123", "12345678", "12a4", ""] {
        let refus = k.c.client.put(&chemin, &json!({"pin": faible})).await;
        let corps = refus.refusee(400, "requete_invalide");
        assert_eq!(corps["erreurs"][0]["champ"], "pin", "{faible}");
    }
    let inconnu = format!("/api/interne/utilisateurs/{}/pin", uuid::Uuid::nil());
    k.c.client.put(&inconnu, &json!({"pin": PIN})).await.refusee(404, "utilisateur_inconnu");
    k.s.operateur().await.put(&chemin, &json!({"pin": PIN})).await.refusee(403, "role_insuffisant");
    let mut c = k.s.base().lire().await.unwrap();
    let gardes: Vec<String> =
        sqlx::query_scalar("select pin from utilisateur where pin is not null")
            .fetch_all(&mut *c)
            .await
            .unwrap();
    assert!(gardes.len() == 2 && gardes.iter().all(|g| g.starts_with("$argon2id$")), "{gardes:?}");
    // Taken away: the tile goes.
    k.c.client.envoyer(k.c.client.requete(Method::DELETE, &chemin)).await.attendue(200);
    assert_eq!(k.essayer(&k.operateur, PIN).await.statut, 404);
    let tuiles = k.lire("/tablette", &k.tablette).await.texte;
    assert!(!tuiles.contains(&k.operateur) && tuiles.contains(&k.admin));
}

#[tokio::test]
async fn after_five_wrong_pins_that_person_waits_on_that_tablet() {
    let k = Cuisine::nouvelle().await;
    for _ in 0..5 {
        let faux = k.essayer(&k.operateur, "8306").await;
        assert_eq!(faux.statut, 401);
        assert!(faux.texte.contains("est pas le bon"), "{}", faux.texte);
    }
    let bloque = k.essayer(&k.operateur, PIN).await;
    assert_eq!(bloque.statut, 429);
    assert!(!bloque.entete("retry-after").is_empty());
    assert!(bloque.texte.contains("Trop de codes PIN incorrects"), "{}", bloque.texte);
    // Somebody else, and the same person elsewhere, do not wait.
    k.entrer(&k.admin).await;
    let autre = super::enroler(&k.s, &k.c.magasin).await;
    let chemin = format!("/tablette/{}", k.operateur);
    let ailleurs = formulaire(k.demande(Method::POST, &chemin, &autre), &[("pin", PIN)]);
    assert_eq!(brute(ailleurs).await.statut, 303);
    // It is the database that counts: each further wrong one waits longer.
    let mut c = k.s.base().lire().await.unwrap();
    let attente = "select extract(epoch from bloque_jusqua - vue_le)::float8
                     from tentative_connexion where cle like 'pin:%'";
    let premiere: f64 = sqlx::query_scalar(attente).fetch_one(&mut *c).await.unwrap();
    sqlx::query("update tentative_connexion set bloque_jusqua = now() - interval '1 second'")
        .execute(&mut *c)
        .await
        .unwrap();
    assert_eq!(k.essayer(&k.operateur, "8306").await.statut, 401);
    let seconde: f64 = sqlx::query_scalar(attente).fetch_one(&mut *c).await.unwrap();
    assert!(seconde > premiere * 1.5, "{premiere} {seconde}");
}

#[tokio::test]
async fn a_person_changes_their_own_pin_with_their_password() {
    let k = Cuisine::nouvelle().await;
    let moi = k.s.operateur().await;
    let demande = |mot: &str, pin: &str| json!({"mot_de_passe": mot, "pin": pin});
    let refus = moi.put("/auth/pin", &demande("un autre", "8306")).await;
    refus.refusee(403, "mot_de_passe_incorrect");
    moi.put("/auth/pin", &demande(MOT_DE_PASSE, "1111")).await.refusee(400, "requete_invalide");
    moi.put("/auth/pin", &demande(MOT_DE_PASSE, "8306")).await.attendue(200);
    assert_eq!(k.essayer(&k.operateur, PIN).await.statut, 401);
    assert_eq!(k.essayer(&k.operateur, "8306").await.statut, 303);
    // And by the page.
    let session = entrer_par_mot_de_passe(&k.s, EMAIL_OPERATEUR, "").await;
    let page = async |pin: &str, encore: &str| {
        let champs = [("mot_de_passe", MOT_DE_PASSE), ("pin", pin), ("encore", encore)];
        brute(formulaire(k.demande(Method::POST, "/pin", &session), &champs)).await
    };
    assert!(page("5071", "5072").await.texte.contains("le même les deux fois"));
    assert!(page("4444", "4444").await.texte.contains("trop facile"));
    let fait = page("5071", "5071").await;
    assert!(fait.statut == 200 && fait.texte.contains("Votre code PIN est changé"));
    assert_eq!(k.essayer(&k.operateur, "5071").await.statut, 303);
}

#[tokio::test]
async fn no_pin_and_no_token_is_kept_or_logged_in_clear() {
    let k = Cuisine::nouvelle().await;
    let cookies = k.entrer(&k.operateur).await;
    assert_eq!(k.essayer(&k.operateur, "830615").await.statut, 401);
    let jetons: Vec<&str> =
        cookies.split("; ").filter_map(|c| c.split_once('=')).map(|c| c.1).collect();
    assert_eq!(jetons.len(), 2);
    let mut c = k.s.base().lire().await.unwrap();
    let ecrit: String = sqlx::query_scalar(
        "select string_agg(ligne, ' ') from (
           select to_jsonb(s)::text as ligne from session s union all
           select to_jsonb(t)::text from tablette t union all
           select to_jsonb(u)::text from utilisateur u union all
           select to_jsonb(e)::text from tentative_connexion e) l",
    )
    .fetch_one(&mut *c)
    .await
    .unwrap();
    let journal = k.s.journal().join("\n");
    for secret in jetons {
        assert!(!ecrit.contains(secret), "jeton dans la base");
        assert!(!journal.contains(secret), "jeton au journal");
    }
    // Among ids and times four digits come by chance: these six do not.
    assert!(!journal.contains("830615") && !ecrit.contains("830615"));
    assert_eq!(k.s.evenements("connexion_pin").len(), 1);
}
