//! What a volume or a piece of an ingredient weighs: said once, and every line that waited for it
//! is mapped.

use serde_json::{Value, json};

use super::atelier::{Atelier, Recette};
use crate::outils::visiteur::{Champs, Visiteur};

/// An ingredient counted in that unit; its id.
async fn ingredient(a: &Atelier, nom: &str, unite_base: &str) -> String {
    let corps = json!({"nom": nom, "unite_base": unite_base});
    let cree = a.chaine.client.post("/api/interne/ingredients", &corps).await.attendue(201);
    cree["id"].as_str().unwrap().to_owned()
}

async fn peser(a: &Atelier, id: &str, corps: &Value) -> Value {
    let chemin = format!("/api/interne/ingredients/{id}/conversions");
    a.chaine.client.put(&chemin, corps).await.attendue(200)
}

/// What a recipe of one line takes, in the base unit of its ingredient.
async fn quantite(a: &Atelier, recette: &str) -> i64 {
    let mut c = a.serveur.base().lire().await.unwrap();
    let milliemes: i64 = sqlx::query_scalar(
        "select l.quantite from recette r
           join ligne_recette l on l.recette_id = r.id and l.version = r.version
          where r.nom = $1",
    )
    .bind(recette)
    .fetch_one(&mut *c)
    .await
    .unwrap();
    milliemes / 1000
}

#[tokio::test]
async fn a_measure_said_once_maps_every_line_that_waited_for_it_in_every_book() {
    let a = Atelier::ouvrir().await;
    let oeuf = ingredient(&a, "Œuf", "piece").await;
    let alias = json!({"alias": "Œufs plein air", "ingredient_id": oeuf});
    a.chaine.client.post("/api/interne/ingredient-alias", &alias).await.attendue(201);
    a.livre("UN.pdf", &[Recette("QUICHE", &[("OEUF (BIO)", Some(110))])]).await;
    a.livre("DEUX.pdf", &[Recette("OMELETTE", &[("ŒUFS PLEIN AIR", Some(165))])]).await;
    let groupes = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    let manque = &groupes["elements"][0]["conversion_manquante"];
    let attendu =
        json!({"ingredient_id": oeuf, "ingredient_nom": "Œuf", "conversion": "poids_piece"});
    assert_eq!(manque, &attendu, "{groupes}");
    assert_eq!(a.recette("QUICHE").await["complete"], false);

    let dit = peser(&a, &oeuf, &json!({"poids_piece": 55})).await;
    assert_eq!((&dit["remappees"], &dit["completees"]), (&json!(2), &json!(2)));
    assert_eq!(dit["ingredient"]["poids_piece"], 55);
    assert_eq!((quantite(&a, "QUICHE").await, quantite(&a, "OMELETTE").await), (2, 3));
    // The next book knows it; said otherwise, the lines follow.
    let compte = a.livre("TROIS.pdf", &[Recette("FLAN", &[("ŒUF", Some(55))])]).await;
    assert_eq!((compte.mappees, compte.non_mappees), (1, 0));
    assert_eq!(peser(&a, &oeuf, &json!({"poids_piece": 110})).await["lignes"], 3);
    assert_eq!(quantite(&a, "QUICHE").await, 1);
    // Taken away, they wait again.
    assert_eq!(peser(&a, &oeuf, &json!({})).await["lignes"], 3);
    assert_eq!(a.recette("QUICHE").await["complete"], false);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_measure_leaves_recipes_written_by_hand_as_they_are() {
    let a = Atelier::ouvrir().await;
    let huile = ingredient(&a, "Huile", "ml").await;
    let ligne = json!([{"ingredient_id": huile, "quantite": 20, "unite": "ml"}]);
    let corps = json!({"nom": "Mayonnaise", "lignes": ligne});
    let avant = a.chaine.client.post("/api/interne/recettes", &corps).await.attendue(201);
    assert_eq!(peser(&a, &huile, &json!({"densite": 0.92})).await["recettes"], 0);
    assert_eq!(a.recette("Mayonnaise").await["version"], avant["version"]);
}

#[tokio::test]
async fn a_measure_that_is_none_is_refused_with_its_field_and_so_is_a_cook() {
    let a = Atelier::ouvrir().await;
    let huile = ingredient(&a, "Huile", "ml").await;
    let chemin = format!("/api/interne/ingredients/{huile}/conversions");
    for (corps, champ) in [
        (json!({"densite": 0}), "densite"),
        (json!({"densite": -1}), "densite"),
        (json!({"densite": "0,92"}), "densite"),
        (json!({"densite": 0.9201}), "densite"),
        // In grams per litre.
        (json!({"densite": 920}), "densite"),
        (json!({"poids_piece": true}), "poids_piece"),
    ] {
        let refus = a.chaine.client.put(&chemin, &corps).await.refusee(400, "requete_invalide");
        assert_eq!(refus["erreurs"][0]["champ"], champ, "{refus}");
    }
    let inconnu = format!("/api/interne/ingredients/{}/conversions", uuid::Uuid::nil());
    let dite = json!({"densite": 0.92});
    a.chaine.client.put(&inconnu, &dite).await.refusee(404, "ingredient_inconnu");
    let cuisine = a.serveur.operateur().await;
    cuisine.put(&chemin, &dite).await.refusee(403, "role_insuffisant");
    assert_eq!(a.nombre("select count(densite_milliemes) from article").await, 0);
}

#[tokio::test]
async fn a_manager_says_it_where_the_recipe_waits_for_it_and_corrects_it_on_the_ingredient() {
    let a = Atelier::ouvrir().await;
    let huile = ingredient(&a, "Huile d’olive", "ml").await;
    a.livre("BOOK.pdf", &[Recette("PESTO", &[("HUILE D'OLIVE", Some(46))])]).await;
    let v = Visiteur::admin(&a.serveur).await;
    let page = v.lire("/livres/a-relier").await.texte;
    assert!(page.contains("Huile d’olive : densité (g par ml)"), "{page}");
    let action = format!("/livres/ingredients/{huile}");
    let champs = Champs::du_formulaire(&page, &action);
    assert_eq!(champs.valeur("retour"), "/livres/a-relier");

    // What is refused is shown again as typed, where it can be corrected.
    let refus = v.envoyer(&action, &champs.clone().avec("densite", "zéro")).await;
    assert_eq!(refus.statut, 400);
    assert!(refus.texte.contains("value=\"zéro\""), "{}", refus.texte);
    assert!(refus.texte.contains("Ce champ doit être un nombre."), "{}", refus.texte);
    assert_eq!(a.recette("PESTO").await["complete"], false);
    let nul = v.envoyer(&action, &champs.clone().avec("densite", "0")).await;
    assert!(nul.texte.contains("Ce champ doit être plus grand que 0."), "{}", nul.texte);

    let fait = v.envoyer(&action, &champs.avec("densite", "0,92")).await;
    assert_eq!(fait.entete("location"), "/livres/a-relier");
    assert!(v.suivre(&fait).await.texte.contains("Tout est relié"));
    assert_eq!(quantite(&a, "PESTO").await, 50);
    assert_eq!(a.recette("PESTO").await["complete"], true);

    let page = v.lire(&action).await.texte;
    let champs = Champs::du_formulaire(&page, &action);
    assert_eq!((champs.valeur("densite"), champs.valeur("poids_piece")), ("0,92", ""));
    let corrige = v.envoyer(&action, &champs.changer("densite", "0,46")).await;
    let page = v.suivre(&corrige).await.texte;
    assert!(page.contains("Enregistré : 1 ligne des livres jugée de nouveau."), "{page}");
    assert_eq!(quantite(&a, "PESTO").await, 100);
    let recette = "select '/livres/' || document_id || '/recettes/' || id from recette_importee";
    let recette = v.lire(&a.textes(recette).await.remove(0)).await.texte;
    assert!(recette.contains(&format!("<a href=\"{action}\">Huile d’olive</a>")), "{recette}");
    let cuisine = Visiteur::operateur(&a.serveur).await;
    assert_eq!(cuisine.lire(&action).await.statut, 403);
}
