//! What a learnt link puts aside comes back when the link is undone.

use serde_json::{Value, json};

use super::atelier::{Atelier, Recette};

const LIENS: &str = "/api/interne/livres/liens";

/// The id that undoes it.
async fn relier(a: &Atelier, libelle: &str, ingredient: &str) -> String {
    let corps = json!({"libelle": libelle, "ingredient_id": ingredient});
    let appris = a.chaine.client.post(LIENS, &corps).await.attendue(201);
    appris["id"].as_str().unwrap().to_owned()
}

async fn annuler(a: &Atelier, id: &str) -> Value {
    a.chaine.client.post(&format!("{LIENS}/{id}/annuler"), &json!({})).await.attendue(200)
}

async fn ingredient_de(a: &Atelier, recette: &str) -> Value {
    a.recette(recette).await["lignes"][0]["ingredient_nom"].clone()
}

#[tokio::test]
async fn undoing_a_link_gives_back_the_alias_it_replaced_and_the_one_before() {
    let a = Atelier::ouvrir().await;
    let mut ids = Vec::new();
    for nom in ["Tomate", "Tomate cerise", "Tomate ancienne"] {
        ids.push(a.chaine.ingredient(nom).await);
    }
    a.livre("BOOK.pdf", &[Recette("SALADE", &[("TOMATES ROMA", Some(10))])]).await;
    relier(&a, "TOMATES ROMA", &ids[0]).await;
    // Another spelling of the same label.
    let second = relier(&a, "Tomates, roma", &ids[1]).await;
    let dernier = relier(&a, "TOMATES ROMA", &ids[2]).await;
    assert_eq!(ingredient_de(&a, "SALADE").await, "Tomate ancienne");
    assert_eq!(annuler(&a, &dernier).await["remappees"], 1);
    assert_eq!(ingredient_de(&a, "SALADE").await, "Tomate cerise");
    annuler(&a, &second).await;
    assert_eq!(ingredient_de(&a, "SALADE").await, "Tomate");
    let alias = "select alias from ingredient_alias where actif";
    assert_eq!(a.textes(alias).await, ["TOMATES ROMA"]);
    // What was given back is an alias like any other: it is undone in its turn, and nothing is left.
    let premier = a.textes("select id::text from ingredient_alias where actif").await.remove(0);
    annuler(&a, &premier).await;
    assert_eq!(a.recette("SALADE").await["complete"], false);
    assert_eq!(a.nombre("select count(*) from ingredient_alias where actif").await, 0);
    a.serveur.verifier();
}

#[tokio::test]
async fn undoing_a_link_leaves_an_alias_that_somebody_made_meanwhile() {
    let a = Atelier::ouvrir().await;
    let (tomate, cerise) =
        (a.chaine.ingredient("Tomate").await, a.chaine.ingredient("Tomate cerise").await);
    a.livre("BOOK.pdf", &[Recette("SALADE", &[("TOMATES ROMA", Some(10))])]).await;
    relier(&a, "TOMATES ROMA", &tomate).await;
    let second = relier(&a, "TOMATES, ROMA", &cerise).await;
    let main = json!({"alias": "tomates roma", "ingredient_id": cerise});
    a.chaine.client.post("/api/interne/ingredient-alias", &main).await.attendue(201);
    annuler(&a, &second).await;
    assert_eq!(ingredient_de(&a, "SALADE").await, "Tomate cerise");
    assert_eq!(a.textes("select alias from ingredient_alias where actif").await, ["tomates roma"]);
}

#[tokio::test]
async fn undoing_the_link_of_an_ignored_label_ignores_it_again() {
    let a = Atelier::ouvrir().await;
    let (riz, sel) = (a.chaine.ingredient("Riz").await, a.chaine.ingredient("Gros sel").await);
    let lignes = [("RIZ", Some(80)), ("SEL DE MER", Some(5))];
    a.livre("BOOK.pdf", &[Recette("WOK", &lignes)]).await;
    let ignorer = json!({"libelle": "SEL DE MER"});
    a.chaine.client.post("/api/interne/livres/ignores", &ignorer).await.attendue(201);
    let lignes_du_wok = async || a.recette("WOK").await["lignes"].as_array().map(Vec::len);
    assert_eq!(lignes_du_wok().await, Some(1));
    let lien = relier(&a, "SEL DE MER", &sel).await;
    assert_eq!(lignes_du_wok().await, Some(2));
    annuler(&a, &lien).await;
    assert_eq!(lignes_du_wok().await, Some(1));
    let wok = a.recette("WOK").await;
    assert_eq!((&wok["complete"], &wok["lignes"][0]["ingredient_id"]), (&json!(true), &json!(riz)));
}
