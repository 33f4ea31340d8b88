//! The description of the API: complete, and true.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use crate::outils::Serveur;
use crate::outils::brut::brute;
use crate::outils::grappe::PROGRAMME;

/// The contract's two tables, but for the kitchen screen's routes and the metrics.
const CONTRAT: [(&str, &str); 33] = [
    ("get", "/health"),
    ("post", "/auth/login"),
    ("get", "/auth/me"),
    ("post", "/api/interne/operations/production-du-jour"),
    ("post", "/api/interne/magasins"),
    ("get", "/api/interne/magasins"),
    ("post", "/api/interne/fournisseurs"),
    ("get", "/api/interne/fournisseurs"),
    ("post", "/api/interne/ingredients"),
    ("get", "/api/interne/ingredients"),
    ("post", "/api/interne/ingredient-alias"),
    ("get", "/api/interne/ingredient-alias"),
    ("post", "/api/interne/recettes"),
    ("get", "/api/interne/recettes"),
    ("get", "/api/interne/recettes/{id}"),
    ("put", "/api/interne/recettes/{id}"),
    ("post", "/api/interne/menus"),
    ("get", "/api/interne/menus"),
    ("post", "/api/interne/receptions"),
    ("get", "/api/interne/stock"),
    ("post", "/api/interne/ajustements"),
    ("post", "/api/interne/pertes"),
    ("post", "/api/interne/lots/{id}/etat"),
    ("get", "/api/interne/lots/{id}/mouvements"),
    ("get", "/api/interne/manques"),
    ("post", "/api/interne/manques/{id}/regulariser"),
    ("put", "/api/interne/plans/{magasin_id}/{date}"),
    ("get", "/api/interne/plans/{magasin_id}/{date}"),
    ("get", "/api/interne/plans/{magasin_id}/{date}/besoins"),
    ("post", "/auth/logout"),
    ("get", "/auth/sessions"),
    ("get", "/api/interne/utilisateurs"),
    ("post", "/api/interne/utilisateurs"),
];

async fn document(s: &Serveur) -> Value {
    let r = brute(s.anonyme().requete(Method::GET, "/api/openapi.json")).await;
    assert_eq!((r.statut, r.entete("content-type")), (200, "application/json"));
    r.json()
}

/// (method, path, operation) of every one described.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let chemins = document["paths"].as_object().expect("paths");
    let methodes = ["get", "post", "put", "delete", "patch"];
    let operations: Vec<_> = chemins
        .iter()
        .flat_map(|(chemin, element)| {
            let decrites = element.as_object().expect("élément").iter();
            decrites
                .filter(|(m, _)| methodes.contains(&m.as_str()))
                .map(move |(m, operation)| (m.as_str(), chemin.as_str(), operation))
        })
        .collect();
    assert!(operations.len() >= CONTRAT.len(), "{} opérations", operations.len());
    operations
}

#[tokio::test]
async fn the_description_has_every_route_of_the_contract() {
    let s = Serveur::demarrer().await;
    let document = document(&s).await;
    assert!(document["openapi"].as_str().expect("version").starts_with("3.1"));
    assert_eq!(document["info"]["title"], "DéliceGo");
    for (methode, chemin) in CONTRAT {
        assert!(document["paths"][chemin][methode].is_object(), "{methode} {chemin}");
    }
}

#[tokio::test]
async fn every_route_described_is_there() {
    let s = Serveur::demarrer().await;
    let document = document(&s).await;
    for (methode, chemin, _) in operations(&document) {
        // Without a token no route but an absent one says 404.
        let adresse = chemin.replace(['{', '}'], "");
        let methode: Method = methode.to_uppercase().parse().expect("méthode");
        let r = brute(s.anonyme().requete(methode.clone(), &adresse)).await;
        assert!(![404, 405].contains(&r.statut), "{methode} {chemin} : {}", r.texte);
        assert!(r.statut < 500, "{methode} {chemin} : {}", r.texte);
    }
}

#[tokio::test]
async fn every_operation_says_what_it_takes_gives_and_refuses() {
    let s = Serveur::demarrer().await;
    let document = document(&s).await;
    for (methode, chemin, operation) in operations(&document) {
        let ou = format!("{methode} {chemin} : {operation}");
        assert!(operation["summary"].as_str().is_some_and(|t| !t.is_empty()), "{ou}");
        assert!(operation["operationId"].is_string(), "{ou}");
        let reponses = operation["responses"].as_object().expect("réponses");
        assert!(reponses.keys().any(|k| k.starts_with('2')), "{ou}");
        for (statut, reponse) in reponses.iter().filter(|(k, _)| k.as_str() >= "400") {
            if chemin == "/health" {
                continue;
            }
            let nature = &reponse["content"]["application/problem+json"];
            assert_eq!(nature["schema"]["$ref"], "#/components/schemas/Probleme", "{statut} {ou}");
        }
        let parametres = operation["parameters"].as_array().cloned().unwrap_or_default();
        for segment in chemin.split('/').filter(|s| s.starts_with('{')) {
            let nom = segment.trim_matches(['{', '}']);
            let decrit = parametres.iter().any(|p| p["in"] == "path" && p["name"] == nom);
            assert!(decrit, "{nom} {ou}");
        }
        let ecrit = ["post", "put"].contains(&methode) && chemin.starts_with("/api/interne/");
        if ecrit {
            assert!(operation["requestBody"].is_object(), "{ou}");
            let cle = parametres.iter().any(|p| p["name"] == "Idempotency-Key");
            assert_eq!(cle, !chemin.contains("/utilisateurs"), "{ou}");
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    let s = Serveur::demarrer().await;
    let document = document(&s).await;
    let mut a_voir = vec![&document];
    let mut references = 0;
    while let Some(valeur) = a_voir.pop() {
        if let Some(reference) = valeur.get("$ref").and_then(Value::as_str) {
            references += 1;
            let pointeur = reference.strip_prefix('#').expect("référence locale");
            assert!(document.pointer(pointeur).is_some(), "{reference}");
        }
        match valeur {
            Value::Object(objet) => a_voir.extend(objet.values()),
            Value::Array(liste) => a_voir.extend(liste),
            _ => {}
        }
    }
    assert!(references > 50, "{references}");
}

#[tokio::test]
async fn the_command_prints_the_same_description_without_a_database() {
    let s = Serveur::demarrer().await;
    let sortie = Command::new(PROGRAMME)
        .arg("openapi")
        .env_clear()
        .env("DATABASE_URL", "postgres://127.0.0.1:1/absente")
        .output()
        .expect("delicego");
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    let imprime: Value = serde_json::from_slice(&sortie.stdout).expect("JSON");
    assert_eq!(imprime, document(&s).await);
    assert_eq!(imprime["info"]["version"], json!(env!("CARGO_PKG_VERSION")));
}
