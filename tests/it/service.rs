//! The program as a service: what it says of itself, how it is set, how it starts and stops.

mod arret;
mod configuration;
mod journal;
mod metriques;
mod openapi;

use serde_json::json;

use crate::outils::Serveur;
use crate::outils::brut::brute;
use reqwest::Method;

#[tokio::test]
async fn health_answers_anybody() {
    let s = Serveur::demarrer().await;
    let r = brute(s.anonyme().requete(Method::GET, "/health")).await;
    assert_eq!((r.statut, r.json()), (200, json!({"statut": "ok"})), "{}", r.texte);
    assert_eq!(r.entete("content-type"), "application/json");
    assert_eq!(r.entete("cache-control"), "no-store");
    let tete = brute(s.anonyme().requete(Method::HEAD, "/health")).await;
    assert_eq!((tete.statut, tete.texte.as_str()), (200, ""));
}

#[tokio::test]
async fn an_unknown_address_is_a_page_for_a_person_and_a_problem_for_a_program() {
    let s = Serveur::demarrer().await;
    let demander = |accept: &'static str| {
        s.anonyme().requete(Method::GET, "/nulle/part").header("accept", accept)
    };
    let programme = brute(demander("application/json")).await;
    assert_eq!(programme.entete("content-type"), "application/problem+json");
    let page = brute(demander("text/html,application/xhtml+xml")).await;
    assert_eq!((programme.statut, page.statut), (404, 404));
    assert!(page.entete("content-type").starts_with("text/html"));
    assert!(
        page.texte.contains("Cette adresse n&#39;existe pas.") || page.texte.contains("existe pas")
    );
}

#[tokio::test]
async fn a_refused_method_says_which_ones_there_are() {
    let s = Serveur::demarrer().await;
    let r = brute(s.anonyme().requete(Method::DELETE, "/api/interne/recettes")).await;
    assert_eq!((r.statut, &r.json()["code"]), (405, &json!("methode_refusee")));
    let permises: Vec<&str> = r.entete("allow").split(',').map(str::trim).collect();
    assert!(permises.contains(&"GET") && permises.contains(&"POST"), "{permises:?}");
}
