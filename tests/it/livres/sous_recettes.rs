//! A tray is made of what its book defines: written, produced, traced, to the thousandth.

use delicego::domaine::{Decimal, Quantite};
use delicego::livres::lecture::{CodeDeDoute, Doute, RecetteLue};
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
    let lu = a.livre_lu("BOOK").await;
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
    let depot = a.depot("BOOK.pdf", vec![un, deux]).await;
    assert_eq!(a.recette("UN").await["complete"], true);
    // A trial says so too, and gives no number to what does not go in.
    let dite = depot.remarques.iter().find(|r| r.contains("elle-même")).expect("dit");
    assert!(dite.starts_with("« DEUX » : « UN » n'y entre pas"), "{dite}");
    assert_eq!(depot.lignes[1][0].recette, Some(("UN".to_owned(), None)));
    let lu = a.livre_lu("BOOK").await;
    let ligne = &lu["recettes"][1]["lignes"][0];
    assert_eq!((&ligne["recette"], &ligne["quantite_recette"]), (&json!("UN"), &Value::Null));
    let lignes = a.recette("DEUX").await["lignes"].as_array().unwrap().clone();
    assert!(lignes[0]["ingredient_id"].is_null() && lignes[1]["ingredient_id"].is_null());
    let raisons =
        a.textes("select obstacle from ligne_recette_importee where obstacle <> ''").await;
    assert!(raisons.len() == 2 && raisons.iter().all(|r| r.contains("elle-même")), "{raisons:?}");
    // Nor is it offered to be what it is made of.
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    for groupe in lus["elements"].as_array().unwrap() {
        let offertes = groupe["suggestions"].as_array().unwrap();
        assert!(offertes.iter().all(|s| s["recette"] == false), "{groupe}");
    }
    a.serveur.verifier();
}

#[tokio::test]
async fn of_two_recipes_of_one_title_a_person_says_which_one_a_line_names() {
    let a = cuisine().await;
    let menu = pesee("MENU TOURNESOL", 126, &[("Tournesol", 100), ("RIZ", 26)]);
    let une = pesee("TOURNESOL", 100, &[("RIZ", 100)]);
    // As reading names the second one.
    let autre = pesee("TOURNESOL (2)", 200, &[("RIZ", 200)]);
    a.lu("BOOK.pdf", vec![une, autre, menu]).await;
    assert_eq!(a.recette("MENU TOURNESOL").await["complete"], false);
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let groupe = &lus["elements"][0];
    assert_eq!(groupe["libelle"], "Tournesol");
    let raison = "plusieurs recettes de ce livre portent ce titre : dites laquelle";
    assert_eq!(groupe["raison"], raison);
    let choisie = &groupe["suggestions"][0];
    assert_eq!((&choisie["recette"], &choisie["sure"]), (&json!(true), &json!(false)));
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

const PRISE: &str =
    "select quantite_base from ligne_recette_importee where libelle = 'California saumon'";

fn par_six(poids: i64) -> RecetteLue {
    RecetteLue {
        rendement: Some(Decimal::entier(6)),
        ..pesee("CALIFORNIA SAUMON", poids, &[("SAUMON", 40), ("RIZ", poids - 40)])
    }
}

#[tokio::test]
async fn a_tray_weighs_the_recipe_that_is_really_used_whichever_book_it_is_taken_from() {
    let a = cuisine().await;
    a.lu("CARTE.pdf", vec![par_six(120)]).await;
    let compte = a.lu("BOOK.pdf", livre()).await;
    assert_eq!((compte.creees, compte.mappees), (1, 4));
    assert_eq!(a.nombre(PRISE).await, 3_000, "60 / 120 x 6, not 60 / 121");
    // That book's next edition weighs otherwise: the tray follows.
    a.lu("CARTE.pdf", vec![par_six(150)]).await;
    assert_eq!(a.nombre(PRISE).await, 2_400);
    assert_eq!(a.recette("ALL CALIFORNIA").await["version"], 2);
    // Its own book's recipe is taken instead.
    let lu = a.livre_lu("BOOK").await;
    let chemin = format!("/api/interne/livres/recettes/{}/reprendre", id(&lu["recettes"][1]));
    a.chaine.client.post(&chemin, &json!({})).await.attendue(200);
    assert_eq!(a.nombre(PRISE).await, 496);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_recipe_changed_by_hand_is_asked_for_its_weight_whatever_the_book_prints() {
    let a = cuisine().await;
    a.lu("BOOK.pdf", livre()).await;
    let california = a.recette("CALIFORNIA SAUMON").await;
    let riz = california["lignes"][1]["ingredient_id"].clone();
    let chemin = format!("/api/interne/recettes/{}", id(&california));
    let ligne = json!({"ingredient_id": riz, "quantite": 300, "unite": "g"});
    let main = json!({"nom": "CALIFORNIA SAUMON", "lignes": [ligne]});
    a.chaine.client.put(&chemin, &main).await.attendue(200);
    let mut edition = livre();
    edition[0].emballage = Some("BARQUETTE".to_owned());
    a.lu("BOOK.pdf", edition).await;
    assert_eq!(a.recette("ALL CALIFORNIA").await["complete"], false);
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let groupe = &lus["elements"][0];
    assert_eq!(groupe["conversion_manquante"]["conversion"], "poids_piece");
    assert_eq!(groupe["suggestions"], json!([]), "its name is known");
}

/// Six spring rolls of 177 g, of which one number is in doubt.
fn en_doute() -> (RecetteLue, RecetteLue) {
    let mut rouleau = RecetteLue {
        rendement: Some(Decimal::entier(6)),
        ..pesee("SPRING ROLL", 177, &[("SAUMON", 100), ("RIZ", 77)])
    };
    rouleau.lignes[1].quantite_recette = None;
    let (texte, phrase) = ("RIZ 77".to_owned(), "Des grammes ?".to_owned());
    rouleau.doutes.push(Doute { code: CodeDeDoute::SansUnite, page: 1, texte, phrase });
    (pesee("PLATEAU", 86, &[("Spring roll", 86)]), rouleau)
}

#[tokio::test]
async fn a_tray_waits_for_the_doubt_of_what_it_is_made_of_and_is_linked_by_itself_once_settled() {
    let a = cuisine().await;
    let (plateau, rouleau) = en_doute();
    a.lu("BOOK.pdf", vec![plateau, rouleau]).await;
    let a_relier = async || {
        let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
        lus["elements"].clone()
    };
    let groupe = &a_relier().await[0];
    let raison = groupe["raison"].as_str().unwrap();
    assert!(raison.contains("dépend d’un doute"), "{raison}");
    assert_eq!(groupe["suggestions"], json!([]), "taking it would change nothing");
    assert_eq!(groupe["conversion_manquante"], Value::Null);
    let ligne = a.livre_lu("BOOK").await["recettes"][0]["lignes"][0].clone();
    assert_eq!(
        (&ligne["recette"], &ligne["quantite_recette"]),
        (&json!("SPRING ROLL"), &Value::Null)
    );

    let doute = format!("/api/interne/livres/doutes/{}", id(&a.doutes().await[0]));
    let juste = json!({"geste": "juste"});
    let dit = a.chaine.client.post(&doute, &juste).await.attendue(200);
    assert_eq!((&dit["remappees"], &dit["completees"]), (&json!(1), &json!(2)));
    let prise = "select quantite_base from ligne_recette_importee where libelle = 'Spring roll'";
    assert_eq!(a.nombre(prise).await, 2_915, "86 / 177 x 6");
    assert_eq!(a.recette("PLATEAU").await["complete"], true);
    assert_eq!(a_relier().await, json!([]));

    // Taken back: it waits again.
    a.chaine.client.post(&format!("{doute}/annuler"), &json!({})).await.attendue(200);
    assert_eq!(a.recette("PLATEAU").await["complete"], false);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_label_said_to_be_a_recipe_in_doubt_is_weighed_once_the_doubt_is_settled() {
    let a = cuisine().await;
    let (mut plateau, rouleau) = en_doute();
    plateau.lignes[0].libelle = "Springrolls".to_owned();
    a.lu("BOOK.pdf", vec![plateau, rouleau]).await;
    let article = a.recette("SPRING ROLL").await["article_id"].clone();
    let lien = json!({"libelle": "Springrolls", "ingredient_id": article});
    a.chaine.client.post("/api/interne/livres/liens", &lien).await.attendue(201);
    assert_eq!(a.recette("PLATEAU").await["complete"], false);
    let doute = format!("/api/interne/livres/doutes/{}", id(&a.doutes().await[0]));
    a.chaine.client.post(&doute, &json!({"geste": "juste"})).await.attendue(200);
    let prise = "select quantite_base from ligne_recette_importee where libelle = 'Springrolls'";
    assert_eq!(a.nombre(prise).await, 2_915);
    assert_eq!(a.recette("PLATEAU").await["complete"], true);
}

#[tokio::test]
async fn pieces_of_a_recipe_are_no_number_until_a_person_says_so_in_a_trial_and_after() {
    let a = cuisine().await;
    let mut plateau = pesee("PLATEAU", 86, &[("California saumon", 6)]);
    plateau.lignes[0].unite = Some("piece".to_owned());
    let depot = a.depot("BOOK.pdf", vec![plateau, livre().remove(1)]).await;
    assert_eq!(depot.lignes[0][0].recette, Some(("CALIFORNIA SAUMON".to_owned(), None)));
    let ligne = async || a.livre_lu("BOOK").await["recettes"][0]["lignes"][0].clone();
    let lue = ligne().await;
    assert_eq!(
        (&lue["recette"], &lue["quantite_recette"]),
        (&json!("CALIFORNIA SAUMON"), &Value::Null)
    );
    let lus = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let vers = &lus["elements"][0]["suggestions"][0]["ingredient_id"];
    let lien = json!({"libelle": "California saumon", "ingredient_id": vers});
    a.chaine.client.post("/api/interne/livres/liens", &lien).await.attendue(201);
    assert_eq!(ligne().await["quantite_recette"], 6);
}
