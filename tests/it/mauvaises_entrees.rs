//! Bad input, as a table: the right status, a problem in French that names the faulty field, and
//! nothing written. Each file of the folder has the rows of one subject.

mod adresses;
mod cas;
mod identifiants;
mod listes;
mod monde;
mod nombres;
mod preparation;
mod protocole;
mod regles;
mod textes;

use reqwest::Method;
use serde_json::json;

use crate::outils::Serveur;
use crate::outils::chaine::PRODUIRE;
use crate::outils::ecrits::{derniere_transaction, temoin, tout_ce_qui_est_ecrit};
use cas::Cas;
use monde::Monde;

#[tokio::test]
async fn bad_input_is_refused_in_french_with_the_field_named_and_nothing_written() {
    let s = Serveur::demarrer().await;
    let m = Monde::nouveau(&s).await;
    let cas: Vec<Cas> = [
        nombres::cas(&m),
        listes::cas(&m),
        textes::cas(&m),
        identifiants::cas(&m),
        adresses::cas(&m),
        protocole::cas(&m),
        regles::cas(&m),
        preparation::cas(&m),
    ]
    .into_iter()
    .flatten()
    .collect();
    println!("mauvaises entrées : {} cas", cas.len());
    assert!(cas.len() >= 60);

    let mut fautes = Vec::new();
    let mut temoin = temoin(s.base()).await;
    let mut avant = tout_ce_qui_est_ecrit(s.base()).await;
    let mut derniere = derniere_transaction(&mut temoin).await;
    for un in &cas {
        let reponse = m.envoyer(un).await;
        fautes.extend(un.fautes(&reponse).iter().map(|f| format!("{} : {f}", un.nom)));
        let vue = derniere_transaction(&mut temoin).await;
        if std::mem::replace(&mut derniere, vue.clone()) == vue {
            continue;
        }
        let apres = tout_ce_qui_est_ecrit(s.base()).await;
        for (table, contenu) in &apres {
            if avant.get(table) != Some(contenu) {
                fautes.push(format!("{} : a écrit dans {table}", un.nom));
            }
        }
        avant = apres;
    }
    assert!(fautes.is_empty(), "{} fautes :\n{}", fautes.len(), fautes.join("\n"));
    s.verifier();
}

#[tokio::test]
async fn the_same_recipe_twice_is_summed_in_a_production() {
    let s = Serveur::demarrer().await;
    let m = Monde::nouveau(&s).await;
    let avant = m.chaine.solde(&m.lot).await;
    let r = m.chaine.produire(&[(&m.recette, 1.0), (&m.recette, 2.5)]).await.attendue(201);
    assert_eq!((&r["lots_crees"], &r["besoins"][0]["quantite"]), (&json!(1), &json!(350)));
    assert_eq!(m.chaine.solde(&m.lot).await, avant - 350.0);
    s.verifier();
}

#[tokio::test]
async fn a_charset_an_unknown_field_and_any_case_of_a_unit_are_accepted() {
    let s = Serveur::demarrer().await;
    let m = Monde::nouveau(&s).await;
    let c = &m.chaine.client;
    let corps = json!({"nom": "Avec un charset", "inconnu": {"a": [1, null]}}).to_string();
    let requete = c.requete(Method::POST, "/api/interne/fournisseurs").body(corps);
    let nature = "application/json; charset=UTF-8";
    c.envoyer(requete.header("content-type", nature)).await.attendue(201);
    let ligne = json!({"ingredient_id": m.riz, "quantite": 1.5, "unite": "KG"});
    let reception = json!({"magasin_id": m.magasin(), "lignes": [ligne]});
    c.post("/api/interne/receptions", &reception).await.attendue(201);
    let mut demande = m.chaine.demande(&[(&m.recette, 1.0)]);
    demande["magasin_id"] = json!(m.magasin().to_uppercase());
    c.post(PRODUIRE, &demande).await.attendue(201);
    s.verifier();
}
