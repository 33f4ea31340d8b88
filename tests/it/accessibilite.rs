//! Every page, as each role, in the light at three widths and in the dark (`lumieres`): axe finds no violation,
//! nothing stands out of the window, the browser complains of nothing; and a picture of each is
//! left in `captures/`, for eyes, when DELICEGO_CAPTURES asks for it.
//!
//! A new page: its line in `PAGES`, and what it needs to be seen in `preparer`.

use serde_json::json;

use crate::invariants::manques::produire_a_compte;
use crate::outils::graine::{TABLETTES, lumieres};
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Chaine, Serveur};

/// Name of its pictures, address. `{boutique}` is the shop that lacks smoked salmon, `{fait}` where
/// the kitchen sees what it just produced, `{ingredient}` one of the chain's.
const PAGES: [(&str, &str); 19] = [
    ("accueil", "/"),
    ("accueil-boutique", "/?magasin_id={boutique}"),
    ("api", "/api"),
    ("api-ouverte", "/api#post-api-interne-receptions"),
    ("exploitation", "/exploitation"),
    ("production-du-jour", "/production-du-jour"),
    ("production-boutique", "/production-du-jour?magasin_id={boutique}"),
    ("production-faite", "{fait}"),
    ("production-sans-plan", "/production-du-jour?date=2030-01-01"),
    ("manques", "/manques?magasin_id={boutique}"),
    ("manques-aucun", "/manques"),
    ("livres", "/livres"),
    ("lignes-a-relier", "/livres/a-relier"),
    ("a-verifier", "/livres/a-verifier"),
    ("ingredient", "/livres/ingredients/{ingredient}"),
    ("tablettes", "/tablettes"),
    ("pin", "/pin"),
    ("certificat", "/certificat"),
    ("erreur", "/?magasin_id=00000000-0000-0000-0000-000000000000"),
];
const LARGEURS: [(u32, u32); 3] = [(360, 740), (1024, 768), (1920, 1080)];
/// The part of the API's 13,000 elements that an address opened.
const OUVERTE: &str = "details:target";

#[tokio::test]
async fn an_administrator_can_read_and_use_every_page() {
    let monde = preparer().await;
    visiter(&monde, EMAIL_ADMIN, "admin").await;
}

#[tokio::test]
async fn a_cook_can_read_and_use_every_page() {
    let monde = preparer().await;
    visiter(&monde, EMAIL_OPERATEUR, "operateur").await;
}

#[tokio::test]
async fn the_login_can_be_read_and_used() {
    let s = Serveur::demarrer().await;
    let n = Navigateur::ouvrir().await;
    n.aller(&format!("{}/connexion", s.url())).await;
    regarder(&n, "connexion").await;
    n.saisir("#email", EMAIL_ADMIN).await;
    n.saisir("#mot_de_passe", "faux").await;
    n.cliquer("button[type=submit]").await;
    n.attendre("[role=alert]").await;
    regarder(&n, "connexion-refusee").await;
}

#[tokio::test]
async fn the_pages_of_an_empty_system_can_be_read_and_used() {
    let s = Serveur::demarrer().await;
    let n = entrer(&s, EMAIL_ADMIN).await;
    for (nom, chemin) in [
        ("vide-accueil", "/"),
        ("vide-production", "/production-du-jour"),
        ("vide-manques", "/manques"),
    ] {
        n.aller(&format!("{}{chemin}", s.url())).await;
        regarder(&n, nom).await;
    }
}

#[tokio::test]
async fn a_refused_form_can_be_read_and_used() {
    let monde = preparer().await;
    let n = entrer(&monde.s, EMAIL_ADMIN).await;
    let ici = format!("{}/production-du-jour?magasin_id={}", monde.s.url(), monde.boutique);
    n.aller(&ici).await;
    n.saisir(".plan tbody tr:first-child .quantite", "30").await;
    n.cliquer("button[value=produire]").await;
    n.attendre("button[value=confirmer]").await;
    regarder(&n, "production-question").await;
    n.cliquer("button[value=confirmer]").await;
    n.attendre(".message-erreur").await;
    regarder(&n, "production-refusee").await;
    n.saisir(".plan tbody tr:first-child .quantite", "trente").await;
    n.cliquer("button[value=enregistrer]").await;
    n.attendre("[aria-invalid=true]").await;
    regarder(&n, "production-mal-saisie").await;
    n.aller(&format!("{}/manques?magasin_id={}", monde.s.url(), monde.boutique)).await;
    n.cliquer(".dette button").await;
    n.attendre("[role=alert]").await;
    regarder(&n, "manques-refuse").await;
}

#[tokio::test]
async fn axe_sees_what_is_wrong_under_the_pages_own_policy() {
    let s = Serveur::demarrer().await;
    let n = Navigateur::ouvrir().await;
    n.aller(&format!("{}/connexion", s.url())).await;
    assert_eq!(n.violations().await, [""; 0]);
    let abimer = "document.querySelector('label').remove();
        document.querySelector('.doux').style.color = '#ddd';";
    n.evaluer(abimer).await;
    let violations = n.violations().await;
    assert_eq!(violations.len(), 2, "{violations:#?}");
    assert!(violations[0].starts_with("color-contrast"), "{violations:#?}");
    assert!(violations[1].starts_with("label"), "{violations:#?}");
    // The policy is in force all the while: a style of one's own is not taken.
    n.evaluer("document.body.setAttribute('style', 'color: red')").await;
    assert!(!n.plaintes().await.is_empty());
}

/// The demonstration chain, its kitchen's day half made, and a debt in a shop.
struct Monde {
    s: Serveur,
    boutique: String,
    fait: String,
    ingredient: String,
}

async fn preparer() -> Monde {
    let s = Serveur::avec_demo().await;
    let client = s.admin().await;
    let magasins = client.get("/api/interne/magasins").await.attendue(200);
    let id = |nom: &str| {
        let tous = magasins["elements"].as_array().expect("magasins");
        let magasin = tous.iter().find(|m| m["nom"].as_str().is_some_and(|n| n.contains(nom)));
        magasin.expect(nom)["id"].as_str().expect("id").to_owned()
    };
    let boutique = id("Saint-Lazare");
    let ingredients = client.get("/api/interne/ingredients?limite=1").await.attendue(200);
    let ingredient = ingredients["elements"][0]["id"].as_str().expect("id").to_owned();
    endetter(&s, &Chaine { client, magasin: boutique.clone() }).await;
    let v = Visiteur::admin(&s).await;
    let page = v.lire("/production-du-jour").await.texte;
    let champs = Champs::du_formulaire(&page, "/production-du-jour/plan");
    let fait = v.envoyer("/production-du-jour/plan", &champs.avec("action", "confirmer")).await;
    let fait = fait.entete("location").to_owned();
    assert!(fait.contains("&fait="), "{fait}");
    Monde { s, boutique, fait, ingredient }
}

/// A sandwich made without the ham that the stock shows.
async fn endetter(s: &Serveur, c: &Chaine) {
    let rare = c.ingredient("Truffe d’Alba").await;
    let (toast, _) = c.recette_de(json!({"nom": "Toast à la truffe"}), &[(&rare, 12.5)]).await;
    for quantite in [1, 3] {
        produire_a_compte(s, c, &toast, quantite).await.expect("à compte");
    }
    c.lot(&rare, 40.0, Some("2090-12-01")).await;
}

async fn visiter(monde: &Monde, email: &str, role: &str) {
    let n = entrer(&monde.s, email).await;
    for (nom, chemin) in PAGES {
        // 13,000 elements, the same for both but for the menu: one folded, the other with a part open.
        if (nom, role) == ("api", "admin") || (nom, role) == ("api-ouverte", "operateur") {
            continue;
        }
        let chemin = chemin.replace("{boutique}", &monde.boutique).replace("{fait}", &monde.fait);
        let chemin = chemin.replace("{ingredient}", &monde.ingredient);
        n.aller(&format!("{}{chemin}", monde.s.url())).await;
        n.evaluer(&format!("document.querySelector('{OUVERTE}')?.toggleAttribute('open')")).await;
        regarder(&n, &format!("{nom}-{role}")).await;
    }
}

async fn entrer(s: &Serveur, email: &str) -> Navigateur {
    let n = Navigateur::ouvrir().await;
    n.aller(&format!("{}/connexion?suite=/api", s.url())).await;
    n.saisir("#email", email).await;
    n.saisir("#mot_de_passe", MOT_DE_PASSE).await;
    n.cliquer("button[type=submit]").await;
    n.arriver("/api").await;
    n
}

/// The page that the window shows, at each width.
async fn regarder(n: &Navigateur, nom: &str) {
    for (largeur, hauteur) in LARGEURS {
        for &(sombre, theme) in lumieres(largeur) {
            n.regler((largeur, hauteur), sombre).await;
            let lieu = format!("{nom}-{largeur}-{theme}");
            assert_eq!(n.debordement().await, 0, "{lieu}");
            n.photographier(&lieu).await;
            // Wider than a tablet, the same elements only stand further apart.
            if largeur <= *TABLETTES.end() {
                assert_eq!(n.violations_de(OUVERTE, sombre).await, [""; 0], "{lieu}");
            }
        }
    }
    // A refusal, an error page are answers 4xx, and the browser says so.
    let plaintes = n.plaintes().await.into_iter();
    let plaintes: Vec<_> =
        plaintes.filter(|p| !p.contains("responded with a status of 4")).collect();
    assert_eq!(plaintes, [""; 0], "{nom}");
}
