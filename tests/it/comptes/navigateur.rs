//! The way in by a browser: the form, the cookie, and other sites that would like to use it.

use delicego::platform::comptes::Role;
use delicego::platform::http::menu::premiere_page;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::essayer;
use crate::outils::Serveur;
use crate::outils::brut::{Brute, brute, formulaire, navigateur};
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};

fn demande(s: &Serveur, methode: Method, chemin: &str) -> RequestBuilder {
    navigateur().request(methode, format!("{}{chemin}", s.url())).header("accept", "text/html")
}

async fn entrer(s: &Serveur, email: &str, mot_de_passe: &str, suite: &str) -> Brute {
    let champs = [("email", email), ("mot_de_passe", mot_de_passe), ("suite", suite)];
    brute(formulaire(demande(s, Method::POST, "/connexion"), &champs)).await
}

fn cookie(reponse: &Brute) -> String {
    reponse.entete("set-cookie").split(';').next().expect("cookie").to_owned()
}

#[tokio::test]
async fn a_page_leads_to_the_form_and_the_form_to_the_page() {
    let s = Serveur::demarrer().await;
    let page = brute(demande(&s, Method::GET, "/?jour=demain&x=é")).await;
    assert_eq!(page.statut, 303);
    assert_eq!(page.entete("location"), "/connexion?suite=%2F%3Fjour%3Ddemain%26x%3D%25C3%25A9");
    let vue = brute(demande(&s, Method::GET, page.entete("location"))).await;
    assert_eq!(vue.statut, 200);
    assert!(vue.texte.contains("<form") && vue.texte.contains("mot_de_passe"));

    let entree = entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/?jour=demain").await;
    assert_eq!((entree.statut, entree.entete("location")), (303, "/?jour=demain"));
    let pose = entree.entete("set-cookie");
    let reglages: Vec<&str> = pose.split("; ").collect();
    for voulu in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(reglages.contains(&voulu), "{pose}");
    }
    let session = cookie(&entree);
    let moi = demande(&s, Method::GET, "/auth/me").header("cookie", format!("a=b; {session}"));
    assert_eq!(brute(moi).await.json()["email"], EMAIL_ADMIN);
    let chez_soi = demande(&s, Method::GET, "/").header("cookie", &session);
    assert_eq!(brute(chez_soi).await.statut, 200);

    let sortie = demande(&s, Method::POST, "/deconnexion").header("cookie", &session);
    let sortie = brute(sortie).await;
    assert_eq!((sortie.statut, sortie.entete("location")), (303, "/connexion"));
    assert!(sortie.entete("set-cookie").contains("Max-Age=0"));
    let moi = demande(&s, Method::GET, "/auth/me").header("cookie", &session);
    assert_eq!(brute(moi).await.statut, 401);
}

#[tokio::test]
async fn each_role_begins_at_the_page_it_works_at() {
    let s = Serveur::demarrer().await;
    for (email, role) in [(EMAIL_ADMIN, Role::Admin), (EMAIL_OPERATEUR, Role::Operateur)] {
        for suite in ["", "/"] {
            let entree = entrer(&s, email, MOT_DE_PASSE, suite).await;
            assert_eq!((entree.statut, entree.entete("location")), (303, premiere_page(role)));
            let page = demande(&s, Method::GET, premiere_page(role));
            assert_eq!(brute(page.header("cookie", cookie(&entree))).await.statut, 200);
            // The overview stays open to everybody.
            let accueil = demande(&s, Method::GET, "/").header("cookie", cookie(&entree));
            assert_eq!(brute(accueil).await.statut, 200);
        }
        let entree = entrer(&s, email, MOT_DE_PASSE, "/api").await;
        assert_eq!(entree.entete("location"), "/api");
    }
}

#[tokio::test]
async fn the_login_leads_only_to_a_path_of_ours() {
    let s = Serveur::demarrer().await;
    for (suite, attendu) in [
        ("/api", "/api"),
        ("", "/"),
        ("//mal.example", "/"),
        ("///mal.example", "/"),
        ("/\\mal.example", "/"),
        ("\\\\mal.example", "/"),
        ("https://mal.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/mal.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("mal.example", "/"),
        (" //mal.example", "/"),
    ] {
        let entree = entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, suite).await;
        assert_eq!((entree.statut, entree.entete("location")), (303, attendu), "{suite:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_says_so_on_the_page_and_the_lock_is_the_same_one() {
    let s = Serveur::demarrer().await;
    for _ in 0..3 {
        let refus = entrer(&s, EMAIL_ADMIN, "<b>mauvais</b>", "/").await;
        assert_eq!((refus.statut, refus.entete("set-cookie")), (401, ""));
        assert!(refus.texte.contains("incorrect") && !refus.texte.contains("<b>mauvais"));
    }
    essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
    essayer(&s, EMAIL_ADMIN, "mauvais", None).await;
    let refus = entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/").await;
    assert_eq!((refus.statut, refus.entete("set-cookie")), (429, ""));
    assert!(refus.entete("retry-after").parse::<u64>().is_ok_and(|a| a >= 1));
    let inconnu = entrer(&s, "\"><script>alert(1)</script>", "mauvais", "/").await;
    assert_eq!(inconnu.statut, 401);
    assert!(!inconnu.texte.contains("<script>alert"), "{}", inconnu.texte);
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused_in_french() {
    let s = Serveur::demarrer().await;
    let corps = json!({"email": EMAIL_ADMIN, "mot_de_passe": MOT_DE_PASSE}).to_string();
    let form = "application/x-www-form-urlencoded";
    for (nature, corps, statut) in [
        ("application/json", corps, 415),
        (form, "email=a%40b.fr".to_owned(), 400),
        (form, String::new(), 400),
        (form, format!("email=a%40b.fr&mot_de_passe={}", "x".repeat(3 << 20)), 413),
    ] {
        let requete = demande(&s, Method::POST, "/connexion");
        let r = brute(requete.header("content-type", nature).body(corps)).await;
        assert_eq!(r.statut, statut, "{}", r.texte);
        assert!(r.entete("content-type").starts_with("text/html"), "{}", r.texte);
        assert!(!r.texte.contains("Failed to") && r.texte.contains("lang=\"fr\""), "{}", r.texte);
    }
    let double = brute(demande(&s, Method::GET, "/connexion?suite=/a&suite=/b")).await;
    assert_eq!(double.statut, 200, "{}", double.texte);
}

#[tokio::test]
async fn another_site_can_do_nothing_with_the_cookie_of_a_person() {
    let s = Serveur::demarrer().await;
    let session = cookie(&entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/").await);
    let chemin = "/api/interne/fournisseurs";
    let ecrire = |nom: &str| {
        let corps = json!({"nom": nom}).to_string();
        demande(&s, Method::POST, chemin)
            .header("cookie", &session)
            .header("content-type", "application/json")
            .body(corps)
    };
    for (entete, valeur) in [
        ("origin", "https://mal.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let r = brute(ecrire("Mal").header(entete, valeur)).await;
        assert_eq!((r.statut, &r.json()["code"]), (403, &json!("origine_refusee")), "{valeur}");
        assert_eq!(r.entete("content-type"), "application/problem+json");
        for (chemin, corps) in [
            ("/deconnexion", String::new()),
            ("/connexion", format!("email={EMAIL_OPERATEUR}&mot_de_passe=mauvais")),
            ("/auth/logout", "{}".to_owned()),
        ] {
            let requete = demande(&s, Method::POST, chemin).header("cookie", &session);
            let requete = requete.header("content-type", "application/x-www-form-urlencoded");
            let r = brute(requete.header(entete, valeur).body(corps)).await;
            assert_eq!(r.statut, 403, "{chemin} {valeur}");
        }
    }
    let lecture = demande(&s, Method::GET, chemin).header("cookie", &session);
    let lecture = brute(lecture.header("sec-fetch-site", "cross-site")).await.json();
    assert_eq!(lecture["elements"], json!([]), "rien n'a été écrit");
    for (n, (entete, valeur)) in
        [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none"), ("origin", s.url())]
            .into_iter()
            .enumerate()
    {
        let r = brute(ecrire(&format!("Bon {n}")).header(entete, valeur)).await;
        assert_eq!(r.statut, 201, "{valeur} {}", r.texte);
    }
}

#[tokio::test]
async fn nothing_that_is_typed_into_the_way_in_makes_it_fall() {
    let s = Serveur::demarrer().await;
    let longue = format!("{}@essai.fr", "a".repeat(9_000));
    let assez_longue = format!("{}@essai.fr", "a".repeat(300));
    for email in
        ["a\0b@essai.fr", "a\u{7}@essai.fr", "a\u{7f}@essai.fr", "a\nb", "", &longue, &assez_longue]
    {
        let refus = entrer(&s, email, "mauvais", "/").await;
        assert_eq!(refus.statut, 400, "{:.40}", refus.texte);
        assert!(refus.entete("content-type").starts_with("text/html"), "{email:.40}");
        assert!(refus.texte.contains("Requête refusée"), "{}", refus.texte);
    }
    for mot_de_passe in ["a\0b", &"x".repeat(9_000)] {
        let refus = entrer(&s, EMAIL_ADMIN, mot_de_passe, "/").await;
        assert!([400, 401].contains(&refus.statut), "{}", refus.texte);
    }
    // Where to go afterwards is a wish.
    let entree = entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/\u{7f}").await;
    assert_eq!(entree.statut, 303, "{}", entree.texte);
    let vue = brute(demande(&s, Method::GET, "/connexion?suite=/%7F%00")).await;
    assert_eq!(vue.statut, 200, "{}", vue.texte);
    let tuiles = brute(demande(&s, Method::GET, "/tablette?suite=/%7F")).await;
    assert_eq!(tuiles.statut, 303, "{}", tuiles.texte);
    assert!(s.evenements("erreur_interne").is_empty(), "{:?}", s.journal());
}

#[tokio::test]
async fn who_logs_in_again_in_one_browser_leaves_no_session_behind() {
    let s = Serveur::sans_session().await;
    let premiere = cookie(&entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/").await);
    let ailleurs = cookie(&entrer(&s, EMAIL_ADMIN, MOT_DE_PASSE, "/").await);
    let champs = [("email", EMAIL_OPERATEUR), ("mot_de_passe", MOT_DE_PASSE)];
    let encore = demande(&s, Method::POST, "/connexion").header("cookie", &premiere);
    let seconde = cookie(&brute(formulaire(encore, &champs)).await);
    for (session, statut) in [(&premiere, 401), (&seconde, 200), (&ailleurs, 200)] {
        let moi = demande(&s, Method::GET, "/auth/me").header("cookie", session);
        assert_eq!(brute(moi).await.statut, statut);
    }
    // A wrong password ends nothing.
    let faux = [("email", EMAIL_ADMIN), ("mot_de_passe", "mauvais")];
    let essai = demande(&s, Method::POST, "/connexion").header("cookie", &seconde);
    assert_eq!(brute(formulaire(essai, &faux)).await.statut, 401);
    let moi = demande(&s, Method::GET, "/auth/me").header("cookie", &seconde);
    assert_eq!(brute(moi).await.statut, 200);
}
