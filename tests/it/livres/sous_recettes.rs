//! A tray is made of what its book defines: written, produced, traced, to the thousandth.

use delicego::domaine::{Decimal, Quantite};
use delicego::livres::lecture::RecetteLue;
use serde_json::{Value, json};

use super::atelier::{Atelier, Recette};

/// That title, weighed, from lines of grams.
fn pesee(titre: &str, poids: i64, lignes: &[(&str, i64)]) -> RecetteLue {
    let lignes: Vec<(&str, Option<i64>)> = lignes.iter().map(|(l, g)| (*l, Some(*g))).collect();
    RecetteLue {
        poids_net_g: Some(Quantite::milliemes(poids * 1_000)),
        ..Recette(titre, &lignes).lue()
    }
}

async fn cuisine() -> Atelier {
    let a = Atelier::ouvrir().await;
    for nom in ["Saumon", "Riz"] {
        let id = a.chaine.ingredient(nom).await;
        a.chaine.lot(&id, 5_000.0, None).await;
    }
    a
}

fn livre() -> Vec<RecetteLue> {
    let mut plateau = pesee("ALL CALIFORNIA", 86, &[("California saumon", 60), ("RIZ", 26)]);
    // Bites, never recipes.
    plateau.lignes[0].pieces = Some(Decimal::entier(4));
    vec![plateau, pesee("CALIFORNIA SAUMON", 121, &[("SAUMON", 40), ("RIZ", 81)])]
}

fn id(recette: &Value) -> String {
    recette["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tray_made_of_the_books_own_recipes_is_written_produced_and_traced() {
    let a = cuisine().await;
    let compte = a.lu("BOOK.pdf", livre()).await;
    assert_eq!((compte.mappees, compte.non_mappees), (4, 0));
    let (plateau, california) =
        (a.recette("ALL CALIFORNIA").await, a.recette("CALIFORNIA SAUMON").await);
    assert_eq!((&plateau["complete"], &california["nature"]), (&json!(true), &json!("produit")));
    assert_eq!(plateau["lignes"][0]["ingredient_id"], california["article_id"]);

    // It is made first, in the same production, and used in it.
    let (p, c) = (id(&plateau), id(&california));
    let fait = a.chaine.produire(&[(&p, 2.0), (&c, 1.0)]).await.attendue(201);
    let besoins = fait["besoins"].as_array().unwrap();
    let de = |nom: &str| besoins.iter().find(|b| b["ingredient_nom"] == nom).unwrap();
    assert_eq!(de("CALIFORNIA SAUMON")["quantite"], 0.992, "2 x 0,496");
    let lots = a.chaine.lots().await;
    let reste = lots.iter().find(|l| l["ingredient_id"] == california["article_id"]).unwrap();
    assert_eq!(reste["solde"], 0.008);

    // And is short where it was not made.
    let refus = a.chaine.produire(&[(&p, 1.0)]).await.refusee(409, "stock_insuffisant");
    assert_eq!(refus["manques"][0]["ingredient_nom"], "CALIFORNIA SAUMON");
    a.serveur.verifier();
}

#[tokio::test]
async fn the_book_says_which_recipe_a_line_names_and_how_many_pieces_of_it() {
    let a = cuisine().await;
    a.lu("BOOK.pdf", livre()).await;
    let livres = a.chaine.client.get("/api/interne/livres").await.attendue(200);
    let chemin = format!("/api/interne/livres/{}", livres["elements"][0]["id"].as_str().unwrap());
    let lu = a.chaine.client.get(&chemin).await.attendue(200);
    let ligne = &lu["recettes"][0]["lignes"][0];
    assert_eq!(
        (&ligne["recette"], &ligne["quantite_recette"]),
        (&json!("CALIFORNIA SAUMON"), &json!(0.496))
    );
    assert_eq!((&ligne["quantite"], &ligne["pieces"]), (&json!(60), &json!(4)));
    let autre = &lu["recettes"][0]["lignes"][1];
    assert_eq!((&autre["recette"], &autre["quantite_recette"]), (&Value::Null, &json!(26)));
}

#[tokio::test]
async fn an_ingredient_of_that_name_goes_first_and_a_person_has_the_last_word() {
    let a = cuisine().await;
    let achete = a.chaine.ingredient("California saumon").await;
    a.lu("BOOK.pdf", livre()).await;
    assert_eq!(a.recette("ALL CALIFORNIA").await["lignes"][0]["ingredient_id"], json!(achete));
}

#[tokio::test]
async fn a_title_that_is_only_alike_is_suggested_first_and_weighed_once_it_is_chosen() {
    let a = cuisine().await;
    let plateau = pesee("PLATEAU", 86, &[("Californias saumon", 60), ("RIZ", 26)]);
    a.lu("BOOK.pdf", vec![plateau, livre().remove(1)]).await;
    assert_eq!(a.recette("PLATEAU").await["complete"], false);
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let premiere = &lus["elements"][0]["suggestions"][0];
    assert_eq!(
        (&premiere["ingredient_nom"], &premiere["recette"]),
        (&json!("CALIFORNIA SAUMON"), &json!(true))
    );
    let lien = json!({"libelle": "Californias saumon", "ingredient_id": premiere["ingredient_id"]});
    let dit = a.chaine.client.post("/api/interne/livres/liens", &lien).await.attendue(201);
    assert_eq!(dit["completees"], 1);
    let quantite =
        "select quantite_base from ligne_recette_importee where libelle like 'Californias%'";
    assert_eq!(a.nombre(quantite).await, 496);
}

#[tokio::test]
async fn a_recipe_that_prints_no_weight_is_asked_for_its_weight_never_guessed() {
    let a = cuisine().await;
    let mut lu = livre();
    lu[1].poids_net_g = None;
    a.lu("BOOK.pdf", lu).await;
    assert_eq!(a.recette("ALL CALIFORNIA").await["complete"], false);
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let manque = &lus["elements"][0]["conversion_manquante"];
    assert_eq!(manque["conversion"], "poids_piece");
    let chemin = format!(
        "/api/interne/ingredients/{}/conversions",
        manque["ingredient_id"].as_str().unwrap()
    );
    a.chaine.client.put(&chemin, &json!({"poids_piece": 120})).await.attendue(200);
    let remap = a.delicego_json(&["remap", "--json"], 0);
    assert_eq!(a.recette("ALL CALIFORNIA").await["complete"], true, "{remap}");
    let quantite =
        "select quantite_base from ligne_recette_importee where libelle like 'California%'";
    assert_eq!(a.nombre(quantite).await, 500);
}

#[tokio::test]
async fn two_recipes_that_name_each_other_make_no_circle() {
    let a = cuisine().await;
    let un = pesee("UN", 100, &[("DEUX", 50), ("RIZ", 50)]);
    let deux = pesee("DEUX", 100, &[("UN", 50), ("DEUX", 20), ("RIZ", 50)]);
    a.lu("BOOK.pdf", vec![un, deux]).await;
    assert_eq!(a.recette("UN").await["complete"], true);
    let lignes = a.recette("DEUX").await["lignes"].as_array().unwrap().clone();
    assert!(lignes[0]["ingredient_id"].is_null() && lignes[1]["ingredient_id"].is_null());
    let raisons =
        a.textes("select obstacle from ligne_recette_importee where obstacle <> ''").await;
    assert!(raisons.len() == 1 && raisons[0].contains("elle-même"), "{raisons:?}");
    a.serveur.verifier();
}

#[tokio::test]
async fn a_yield_of_several_pieces_is_the_recipes_yield() {
    let a = cuisine().await;
    let bols = RecetteLue {
        rendement: Some(Decimal::entier(8)),
        ..pesee("BOL", 1_000, &[("RIZ", 1_000)])
    };
    a.lu("BOOK.pdf", vec![bols]).await;
    let bol = a.recette("BOL").await;
    assert_eq!(bol["rendement"], json!({"quantite": 8, "unite": "piece"}));
    let fait = a.chaine.produire(&[(&id(&bol), 4.0)]).await.attendue(201);
    assert_eq!(fait["besoins"][0]["quantite"], 500);
}
