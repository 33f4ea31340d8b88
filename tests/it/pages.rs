//! The pages, in a real browser.

use crate::outils::Serveur;
use crate::outils::client::http;
use crate::outils::navigateur::Navigateur;

const COOKIE: &str = "delicego_session";

async fn se_connecter(n: &Navigateur, s: &Serveur) {
    let (email, mot_de_passe) = s.compte_admin();
    n.saisir("#email", &email).await;
    n.saisir("#mot_de_passe", &mot_de_passe).await;
    n.cliquer("button[type=submit]").await;
}

/// The window at the demonstration chain's first page, somebody logged in.
async fn a_l_accueil(s: &Serveur) -> Navigateur {
    let n = Navigateur::ouvrir().await;
    n.regler((1280, 900), false).await;
    n.aller(&format!("{}/", s.url())).await;
    se_connecter(&n, s).await;
    n.arriver("/").await;
    n
}

#[tokio::test]
async fn whoever_is_not_logged_in_is_led_to_the_login_and_back_afterwards() {
    let s = Serveur::avec_demo().await;
    for chemin in ["/", "/api", "/?magasin_id=00000000-0000-0000-0000-000000000000"] {
        let n = Navigateur::ouvrir().await;
        n.aller(&format!("{}{chemin}", s.url())).await;
        assert!(n.chemin().await.starts_with("/connexion?suite=%2F"), "{}", n.chemin().await);
        assert_eq!(n.textes(".entete").await, [""; 0]);
        se_connecter(&n, &s).await;
        n.arriver(chemin).await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_in_french_and_the_email_is_kept() {
    let s = Serveur::avec_demo().await;
    let n = Navigateur::ouvrir().await;
    n.aller(&format!("{}/connexion?suite=/api", s.url())).await;
    let (email, _) = s.compte_admin();
    n.saisir("#email", &email).await;
    n.saisir("#mot_de_passe", "ce n'est pas le bon").await;
    n.cliquer("button[type=submit]").await;
    let message = n.attendre("[role=alert]").await;
    assert!(message.contains("mot de passe"), "{message}");
    assert_eq!(n.valeur("#email").await, email);
    assert_eq!(n.valeur("#mot_de_passe").await, "");
    assert_eq!(n.evaluer("return document.documentElement.lang").await, "fr");
    se_connecter(&n, &s).await;
    n.arriver("/api").await;
}

#[tokio::test]
async fn the_first_page_shows_the_kitchens_plan_and_its_lots() {
    let s = Serveur::avec_demo().await;
    let n = a_l_accueil(&s).await;
    assert_eq!(
        n.textes(".magasin h3").await,
        [
            "Cuisine centrale de Pantin",
            "Boutique Bastille",
            "Boutique La Défense",
            "Boutique Saint-Lazare",
        ]
    );
    assert_eq!(n.texte("h3 a[aria-current]").await, "Cuisine centrale de Pantin");
    assert_eq!(n.texte("#titre-plan").await, "Plan du jour · Cuisine centrale de Pantin");
    assert_eq!(n.texte(".panneau-plan .panneau-tete p").await, "20 recettes · 0 faite");
    let lignes = n.textes(".plan tbody tr").await;
    assert_eq!(lignes.len(), 20);
    assert!(lignes.contains(&"Houmous 5 kg 0 g 5 kg À produire".to_owned()), "{lignes:#?}");
    assert!(lignes.contains(&"Wok poulet teriyaki 120 0 120 À produire".to_owned()));
    assert_eq!(n.textes("#titre-manques").await, [""; 0], "rien ne manque à la cuisine");
    let lots = n.textes(".lots li").await;
    assert_eq!(lots.len(), 20, "{lots:#?}");
    assert!(lots.iter().all(|l| l.contains("Lot ") && l.contains("Libre")), "{lots:#?}");
}

#[tokio::test]
async fn the_third_shop_shows_its_smoked_salmon_shortage_and_no_other() {
    let s = Serveur::avec_demo().await;
    let n = a_l_accueil(&s).await;
    let signaux = n.texte(".magasin:nth-child(4) .signaux").await;
    assert_eq!(signaux, "1 manque 2 périmés 1 bloqué 10 DLC du jour");
    n.cliquer_lien("Boutique Saint-Lazare").await;
    n.attendre_texte("h3 a[aria-current]", "Boutique Saint-Lazare").await;
    assert_eq!(
        n.textes(".manques li").await,
        ["Il manque 1,21 kg de Saumon fumé (en stock : 400 g périmés, 2 kg bloqués) \
         Besoin 1,4 kg · utilisable 200 g",]
    );
    let courtes = n.textes(".plan tr:has(.statut-manque) th").await;
    assert_eq!(
        courtes,
        [
            "Bagel saumon fumé Manque : Saumon fumé",
            "Salade lentilles et saumon fumé Manque : Saumon fumé",
        ]
    );
}

#[tokio::test]
async fn an_unknown_magasin_is_a_page_that_says_so() {
    let s = Serveur::avec_demo().await;
    let n = a_l_accueil(&s).await;
    n.aller(&format!("{}/?magasin_id=00000000-0000-0000-0000-000000000000", s.url())).await;
    assert_eq!(n.texte(".code-erreur").await, "Erreur 404");
    assert!(n.texte("main").await.contains("Ce magasin n'existe pas."));
    n.cliquer_lien("Revenir à l’accueil").await;
    n.arriver("/").await;
}

#[tokio::test]
async fn logging_out_ends_the_session_and_nothing_is_left_to_see() {
    let s = Serveur::avec_demo().await;
    let n = a_l_accueil(&s).await;
    let jeton = n.cookie(COOKIE).await;
    n.cliquer(".entete button").await;
    n.arriver("/connexion").await;
    n.reculer().await;
    n.arriver("/connexion?suite=%2F").await;
    assert_eq!(n.textes(".magasin").await, [""; 0]);
    let http = http().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let ancienne = http.get(s.url()).header("cookie", format!("{COOKIE}={jeton}"));
    let reponse = ancienne.send().await.unwrap();
    assert_eq!(reponse.status(), 303);
    assert_eq!(reponse.headers()["location"], "/connexion?suite=%2F");
}

#[tokio::test]
async fn the_api_page_lists_every_route_of_the_openapi_document() {
    let s = Serveur::avec_demo().await;
    let n = a_l_accueil(&s).await;
    n.cliquer_lien("API").await;
    n.arriver("/api").await;
    let document = s.admin().await.get("/api/openapi.json").await.attendue(200);
    let mut attendues: Vec<String> = Vec::new();
    for (chemin, element) in document["paths"].as_object().unwrap() {
        let methodes = element.as_object().unwrap().keys().filter(|m| *m != "parameters");
        attendues.extend(methodes.map(|m| format!("{} {chemin}", m.to_uppercase())));
    }
    let (methodes, chemins) =
        (n.textes("summary .methode").await, n.textes("summary .route-chemin").await);
    let mut vues: Vec<String> =
        methodes.iter().zip(&chemins).map(|(m, c)| format!("{m} {c}")).collect();
    vues.sort();
    attendues.sort();
    assert!(attendues.len() > 20, "{attendues:?}");
    assert_eq!(vues, attendues);
    let sans_resume = "return [...document.querySelectorAll('.route')].filter(r =>
        !r.querySelector('.route-texte').textContent.trim()).map(r => r.id)";
    assert_eq!(n.evaluer(sans_resume).await, serde_json::json!([]));
}
