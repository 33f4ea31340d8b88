//! The same book again, its next edition, and two books that know one recipe.

use serde_json::json;

use super::atelier::{Atelier, Recette};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

const LIGNES: &str = "select l.libelle from ligne_recette_importee l order by l.libelle";

#[tokio::test]
async fn the_same_book_again_changes_nothing() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Poulet").await;
    let recettes = [Recette("WOK", &[("POULET", Some(120)), ("YUZU", Some(5))])];
    let compte = a.livre("BOOK.pdf", &recettes).await;
    assert_eq!((compte.creees, compte.mappees, compte.non_mappees), (1, 1, 1));
    let mut avant = tout_ce_qui_est_ecrit(a.serveur.base()).await;
    let compte = a.livre("BOOK.pdf", &recettes).await;
    assert_eq!((compte.creees, compte.inchangees, compte.mises_a_jour), (0, 1, 0));
    assert_eq!((compte.lignes, compte.mappees, compte.non_mappees), (2, 1, 1));
    // The very file under another name is no other book.
    a.livre("copie de BOOK.pdf", &recettes).await;
    let mut apres = tout_ce_qui_est_ecrit(a.serveur.base()).await;
    // This test's own operations.
    avant.remove("operation");
    apres.remove("operation");
    assert_eq!(apres, avant);
}

#[tokio::test]
async fn a_shorter_edition_leaves_no_line_of_the_one_before() {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Riz"] {
        a.chaine.ingredient(nom).await;
    }
    let premiere = [
        Recette("WOK", &[("POULET", Some(120)), ("RIZ", Some(80)), ("SÉSAME", Some(2))]),
        Recette("BOWL", &[("RIZ", Some(100)), ("NORI", Some(3))]),
    ];
    a.livre("BOOK.pdf", &premiere).await;
    let compte = a.livre("BOOK.pdf", &[Recette("WOK", &[("POULET", Some(125))])]).await;
    assert_eq!((compte.recettes, compte.mises_a_jour, compte.creees), (1, 1, 0));
    assert_eq!(a.textes(LIGNES).await, ["POULET"]);
    let wok = a.recette("WOK").await;
    assert_eq!((&wok["version"], &wok["complete"]), (&json!(2), &json!(true)));
    assert_eq!(wok["lignes"].as_array().map(Vec::len), Some(1));
    assert_eq!(wok["lignes"][0]["quantite"], 125);
    // The recipe that the book no longer has is still there for the menus that sell it.
    assert_eq!(a.recette("BOWL").await["version"], 1);
    assert_eq!(a.delicego_json(&["remap", "--json"], 0)["candidats"], 0);

    // A third edition brings it back: it is still the book's, for nobody changed it by hand.
    let compte = a.livre("BOOK.pdf", &[Recette("BOWL", &[("RIZ", Some(90))])]).await;
    assert_eq!((compte.mises_a_jour, compte.protegees), (1, 0));
}

#[tokio::test]
async fn an_edition_under_another_file_name_is_the_next_one_of_its_source() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Poulet").await;
    let premiere = [Recette("WOK", &[("POULET", Some(120)), ("SÉSAME", Some(2))])];
    a.de_source(Some("Chef"), "WOK v1.pdf", &premiere).await;
    let seconde = [Recette("WOK", &[("POULET", Some(130))])];
    let compte = a.de_source(Some("Chef"), "WOK v2.pdf", &seconde).await;
    assert_eq!(compte.mises_a_jour, 1);
    assert_eq!(a.textes(LIGNES).await, ["POULET"]);
    assert_eq!(a.recette("WOK").await["lignes"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_recipe_in_two_books_is_taken_from_one_of_them_never_from_their_sum() {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Riz"] {
        a.chaine.ingredient(nom).await;
    }
    let hiver = [Recette("WOK", &[("POULET", Some(120)), ("RIZ", Some(80))])];
    a.livre("HIVER.pdf", &hiver).await;
    let compte = a.livre("ÉTÉ.pdf", &[Recette("Wok", &[("POULET", Some(90))])]).await;
    assert_eq!((compte.creees, compte.mises_a_jour, compte.inchangees), (0, 0, 1));
    let wok = a.recette("WOK").await;
    assert_eq!(wok["version"], 1);
    let quantites: Vec<_> =
        wok["lignes"].as_array().unwrap().iter().map(|l| l["quantite"].clone()).collect();
    assert_eq!(quantites, [json!(120), json!(80)]);
    assert_eq!(a.textes("select nom from recette").await, ["WOK"]);

    // Somebody takes it from the other book.
    let autre = "select i.id::text from recette_importee i where titre = 'Wok'";
    let autre = a.textes(autre).await.remove(0);
    let chemin = format!("/api/interne/livres/recettes/{autre}/reprendre");
    a.chaine.client.post(&chemin, &json!({})).await.attendue(200);
    let wok = a.recette("WOK").await;
    assert_eq!((&wok["version"], &wok["lignes"][0]["quantite"]), (&json!(2), &json!(90)));
    assert_eq!(wok["lignes"].as_array().map(Vec::len), Some(1));
    // And the first one's next edition is no longer asked.
    let compte = a.livre("HIVER.pdf", &[Recette("WOK", &[("RIZ", Some(500))])]).await;
    assert_eq!((compte.mises_a_jour, compte.inchangees), (0, 1));
    assert_eq!(a.recette("WOK").await["version"], 2);
}

#[tokio::test]
async fn a_recipe_changed_or_made_by_hand_survives_every_edition_and_is_told() {
    let a = Atelier::ouvrir().await;
    let poulet = a.chaine.ingredient("Poulet").await;
    let ligne = |q: i64| json!([{"ingredient_id": poulet, "quantite": q, "unite": "g"}]);
    a.chaine.recette("Salade César", &[(&poulet, 7.0)]).await;
    let salade = Recette("SALADE CESAR", &[("POULET", Some(300))]);
    let compte = a.livre("BOOK.pdf", &[Recette("WOK", &[("POULET", Some(120))]), salade]).await;
    assert_eq!((compte.creees, compte.protegees), (1, 1));
    let wok = a.recette("WOK").await;
    let chemin = format!("/api/interne/recettes/{}", wok["id"].as_str().unwrap());
    // Renamed too: it stays the recipe that the book means.
    let main = json!({"nom": "Wok du chef", "lignes": ligne(111)});
    a.chaine.client.put(&chemin, &main).await.attendue(200);
    for grammes in [130, 140] {
        let edition = [Recette("WOK", &[("POULET", Some(grammes)), ("YUZU", Some(1))])];
        let compte = a.livre("BOOK.pdf", &edition).await;
        assert_eq!((compte.protegees, compte.mises_a_jour, compte.creees), (1, 0, 0));
        let wok = a.recette("Wok du chef").await;
        assert_eq!((&wok["version"], &wok["lignes"][0]["quantite"]), (&json!(2), &json!(111)));
    }
    // Its lines are mapped like all others, and it stays as the hand left it.
    let relier = json!({"libelle": "YUZU", "ingredient_id": poulet});
    a.chaine.client.post("/api/interne/livres/liens", &relier).await.attendue(201);
    assert_eq!(a.recette("Wok du chef").await["version"], 2);
    assert_eq!(a.recette("Salade César").await["lignes"][0]["quantite"], 7);
    a.serveur.verifier();
}
