//! A recipe with a line that is not mapped is shown, refuses production, and produces once mapped.

use serde_json::{Value, json};

use super::atelier::{Atelier, Recette};

const LIENS: &str = "/api/interne/livres/liens";

async fn relier(a: &Atelier, libelle: &str, ingredient: &str) -> Value {
    let corps = json!({"libelle": libelle, "ingredient_id": ingredient});
    a.chaine.client.post(LIENS, &corps).await.attendue(201)
}

#[tokio::test]
async fn it_refuses_naming_the_line_and_produces_once_the_line_is_mapped() {
    let a = Atelier::ouvrir().await;
    let poulet = a.chaine.ingredient("Poulet").await;
    let citron = a.chaine.ingredient("Citron vert").await;
    for ingredient in [&poulet, &citron] {
        a.chaine.lot(ingredient, 5_000.0, None).await;
    }
    a.livre("BOOK.pdf", &[Recette("WOK", &[("POULET", Some(120)), ("YUZU FRAIS", Some(5))])]).await;
    let wok = a.recette("WOK").await;
    assert_eq!(wok["complete"], false);
    let id = wok["id"].as_str().unwrap();
    let refus = a.chaine.produire(&[(id, 1.0)]).await.refusee(409, "recette_incomplete");
    assert_eq!(refus["lignes"][0]["libelle"], "YUZU FRAIS");
    assert!(refus["detail"].as_str().unwrap().contains("YUZU FRAIS"), "{refus}");

    let appris = relier(&a, "YUZU FRAIS", &citron).await;
    assert_eq!((&appris["remappees"], &appris["completees"]), (&json!(1), &json!(1)));
    let fait = a.chaine.produire(&[(id, 2.0)]).await.attendue(201);
    let besoins = fait["besoins"].as_array().unwrap();
    assert!(besoins.iter().any(|b| b["ingredient_id"] == citron && b["quantite"] == 10));

    // Undone: incomplete again, and what was produced keeps the lines it used.
    let oublier = format!("{LIENS}/{}/annuler", appris["id"].as_str().unwrap());
    let oublie = a.chaine.client.post(&oublier, &json!({})).await.attendue(200);
    assert_eq!((&oublie["lignes"], &oublie["remappees"]), (&json!(1), &json!(0)));
    a.chaine.produire(&[(id, 1.0)]).await.refusee(409, "recette_incomplete");
    a.chaine.client.post(&oublier, &json!({})).await.refusee(404, "alias_inconnu");
    assert_eq!(a.recette("WOK").await["version"], 3);
    a.serveur.verifier();
}

#[tokio::test]
async fn one_click_maps_every_line_printed_alike_in_every_book() {
    let a = Atelier::ouvrir().await;
    let tomate = a.chaine.ingredient("Tomate").await;
    let recettes = [
        Recette("A", &[("TOMATES ROMA", Some(10))]),
        Recette("B", &[("Tomates roma (bio)", Some(20)), ("YUZU", Some(1))]),
    ];
    a.livre("UN.pdf", &recettes).await;
    a.livre("DEUX.pdf", &[Recette("C", &[("tomates, roma", Some(30))])]).await;
    let appris = relier(&a, "TOMATES ROMA", &tomate).await;
    assert_eq!(
        (&appris["remappees"], &appris["recettes"], &appris["completees"]),
        (&json!(3), &json!(3), &json!(2))
    );
    // And the next book knows it.
    let compte = a.livre("TROIS.pdf", &[Recette("D", &[("TOMATES ROMA", Some(5))])]).await;
    assert_eq!((compte.mappees, compte.non_mappees), (1, 0));
    // Mapped elsewhere: all of them follow.
    let cerise = a.chaine.ingredient("Tomate cerise").await;
    assert_eq!(relier(&a, "TOMATES ROMA", &cerise).await["lignes"], 4);
    assert_eq!(a.recette("D").await["lignes"][0]["ingredient_nom"], "Tomate cerise");
}

#[tokio::test]
async fn a_line_that_cannot_be_weighed_stays_and_says_why_and_can_be_ignored() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Sel").await;
    let oeuf = json!({"nom": "Œuf", "unite_base": "piece"});
    a.chaine.client.post("/api/interne/ingredients", &oeuf).await.attendue(201);
    let lignes = [("OEUF", Some(55)), ("SEL", None), ("Sel", Some(5))];
    a.livre("BOOK.pdf", &[Recette("WOK", &lignes)]).await;
    let raisons = a
        .textes("select obstacle from ligne_recette_importee where obstacle <> '' order by 1")
        .await;
    assert_eq!(raisons.len(), 2, "{raisons:?}");
    assert_eq!(raisons[0], "aucune quantité imprimée");
    assert!(raisons[1].contains("poids d'une pièce"), "{raisons:?}");
    assert_eq!(a.recette("WOK").await["complete"], false);

    let ignorer = |libelle: &str, qs: bool| json!({"libelle": libelle, "sans_quantite": qs});
    let chemin = "/api/interne/livres/ignores";
    let sel = a.chaine.client.post(chemin, &ignorer("SEL", true)).await.attendue(201);
    assert_eq!((&sel["lignes"], &sel["completees"]), (&json!(1), &json!(0)));
    let oeuf = a.chaine.client.post(chemin, &ignorer("OEUF", false)).await.attendue(201);
    assert_eq!(oeuf["completees"], 1);
    let wok = a.recette("WOK").await;
    assert_eq!((&wok["complete"], wok["lignes"].as_array().map(Vec::len)), (&json!(true), Some(1)));
    // Undone, the line counts again.
    let annuler = format!("{chemin}/{}/annuler", oeuf["id"].as_str().unwrap());
    a.chaine.client.post(&annuler, &json!({})).await.attendue(200);
    assert_eq!(a.recette("WOK").await["complete"], false);
    a.chaine.client.post(&annuler, &json!({})).await.refusee(404, "libelle_inconnu");
}

#[tokio::test]
async fn an_import_never_makes_an_ingredient_and_a_recipe_may_be_called_like_one() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Sauce César").await;
    a.livre("BOOK.pdf", &[Recette("SAUCE CÉSAR", &[("SAUCE CÉSAR", Some(60))])]).await;
    let recette = a.recette("SAUCE CÉSAR").await;
    assert_eq!((&recette["nature"], &recette["complete"]), (&json!("produit"), &json!(true)));
    let ingredients = "select count(*) from article where nature <> 'produit'";
    assert_eq!(a.nombre(ingredients).await, 1);
}

#[tokio::test]
async fn a_preparation_that_would_contain_itself_stays_for_a_person() {
    let a = Atelier::ouvrir().await;
    let sauce = json!({"nom": "Sauce", "unite_base": "piece", "nature": "preparation",
        "poids_piece": 10});
    a.chaine.client.post("/api/interne/ingredients", &sauce).await.attendue(201);
    let compte = a.livre("BOOK.pdf", &[Recette("SAUCE", &[("Sauce", Some(60))])]).await;
    assert_eq!((compte.creees, compte.non_mappees), (1, 1));
    let raison = a.textes("select obstacle from ligne_recette_importee").await;
    assert!(raison[0].contains("se contiendrait elle-même"), "{raison:?}");
    assert_eq!(a.recette("SAUCE").await["nature"], "preparation");
}
