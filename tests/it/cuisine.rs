//! The kitchen screen, in a real browser.

mod annuler;
mod bouge;
mod camera;
mod depuis;
mod doigts;
mod formulaires;
mod heure;
mod hors_ligne;
mod journee;
mod lignes;
mod papier;
mod pieces;
mod scanneur;
mod tablette;
mod veille;
mod vue;

use serde_json::{Value, json};

use crate::outils::Serveur;
use crate::outils::client::http;
use pieces::{ECRAN, cookie_de};

/// Files of `web/cuisine/`, as the service worker keeps them.
async fn adresses(s: &Serveur) -> Vec<String> {
    let script = http().build().unwrap().get(format!("{}/cuisine-hors-ligne.js", s.url()));
    let reponse = script.send().await.unwrap();
    assert_eq!(reponse.headers()["cache-control"], "no-cache");
    assert!(reponse.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    let texte = reponse.text().await.unwrap();
    let ligne = texte.lines().find_map(|l| l.strip_prefix("const ADRESSES = ")).unwrap();
    serde_json::from_str(ligne.trim_end_matches(';')).unwrap()
}

#[tokio::test]
async fn the_parser_the_scanner_and_the_queue_decide_rightly() {
    let s = Serveur::demarrer().await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    let adresses = adresses(&s).await;
    n.evaluer(&format!("window.adresses = {}", json!(adresses))).await;
    let table = include_str!("corpus/codes.json");
    n.evaluer(&format!("window.exemples = {table}")).await;
    let elisions = include_str!("corpus/elisions.json");
    n.evaluer(&format!("window.elisions = {elisions}")).await;
    let quantites = include_str!("corpus/quantites.json");
    n.evaluer(&format!("window.quantites = {quantites}")).await;
    let vu = n.evaluer_plus_tard(include_str!("cuisine/pur.js")).await;
    assert_eq!(vu["fautes"], json!([]));
    assert!(vu["vues"].as_u64().unwrap() > 60, "{vu}");
}

#[tokio::test]
async fn the_screen_weighs_less_than_120_kb_and_nothing_in_it_is_inline() {
    let s = Serveur::demarrer().await;
    let cookie = cookie_de(s.url()).await;
    let http = http().build().unwrap();
    let lire = async |chemin: &str| {
        let demande = http.get(format!("{}{chemin}", s.url())).header("accept-encoding", "gzip");
        let reponse = demande.header("cookie", &cookie).send().await.unwrap();
        assert_eq!(reponse.status(), 200, "{chemin}");
        let politique = reponse.headers().get("content-security-policy").cloned();
        (politique, reponse.bytes().await.unwrap().len())
    };
    let (politique, mut poids) = lire("/cuisine").await;
    let politique = politique.unwrap().to_str().unwrap().to_owned();
    assert!(politique.contains("default-src 'self'") && !politique.contains("unsafe"));
    for adresse in adresses(&s).await {
        poids += lire(&adresse).await.1;
    }
    assert!((20_000..120_000).contains(&poids), "{poids} octets");
}

#[tokio::test]
async fn another_version_of_the_scripts_is_never_served_under_an_address_kept_for_ever() {
    let s = Serveur::demarrer().await;
    let adresses = adresses(&s).await;
    let juste = adresses.iter().find(|a| a.ends_with("/cuisine/codes.js")).unwrap();
    let version = juste.strip_prefix("/ressources/").unwrap().split('/').next().unwrap();
    let http = http().build().unwrap();
    let statut = async |chemin: String| {
        http.get(format!("{}{chemin}", s.url())).send().await.unwrap().status().as_u16()
    };
    assert_eq!(statut(juste.clone()).await, 200);
    assert_eq!(statut(juste.replace(version, "v-000000000000")).await, 404);
    assert_eq!(statut(juste.replace(version, "v-")).await, 404);
}

#[tokio::test]
async fn without_a_magasin_the_screen_says_so() {
    let s = Serveur::demarrer().await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    n.attendre_texte(".vide-titre", "Aucun magasin").await;
    assert_eq!(n.plaintes().await, [""; 0]);
    let vide: Value = n.evaluer("return document.querySelectorAll('#cartes > li').length").await;
    assert_eq!(vide, 0);
}
