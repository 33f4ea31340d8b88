//! A number without unit, where the other lines bear one: pieces where its ingredient is counted in
//! pieces, else a doubt that holds its recipe.

use std::path::Path;

use serde_json::{Value, json};

use super::atelier::Atelier;

const LIENS: &str = "/api/interne/livres/liens";
const PIECES_NUES: &str = "PIEGE PIECES NUES";

async fn ingredient(a: &Atelier, nom: &str, unite: &str) -> String {
    let corps = json!({"nom": nom, "unite_base": unite});
    let cree = a.chaine.client.post("/api/interne/ingredients", &corps).await.attendue(201);
    cree["id"].as_str().unwrap().to_owned()
}

/// Those of the book, in pieces, but for one; and carrots, in grams.
async fn cuisine(sauf: Option<&str>) -> Atelier {
    let a = Atelier::ouvrir().await;
    ingredient(&a, "Carotte", "g").await;
    for nom in ["Tomate", "Concombre", "Avocat", "Œuf dur écalé"] {
        if sauf != Some(nom) {
            ingredient(&a, nom, "piece").await;
        }
    }
    a
}

fn importer(a: &Atelier, livre: &str, option: &str) -> Value {
    let silence = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/livres/silence");
    let pdf = silence.join(format!("{livre}.pdf"));
    a.delicego_json(&["import-recettes", "--pdf", pdf.to_str().unwrap(), option, "--json"], 0)
}

async fn relier(a: &Atelier, libelle: &str, ingredient: &str) -> Value {
    let corps = json!({"libelle": libelle, "ingredient_id": ingredient});
    a.chaine.client.post(LIENS, &corps).await.attendue(201)
}

async fn annuler(a: &Atelier, lien: &Value) {
    let chemin = format!("{LIENS}/{}/annuler", lien["id"].as_str().unwrap());
    a.chaine.client.post(&chemin, &json!({})).await.attendue(200);
}

/// `label quantity unit` of what goes into the recipe, `?` where that is in doubt; in the import's
/// answer and in the book as the API shows it.
fn lignes(recette: &Value) -> Vec<String> {
    let dire = |l: &Value| {
        let (libelle, unite) = (l["libelle"].as_str().unwrap(), l["unite"].as_str().unwrap());
        match &l["quantite_recette"] {
            Value::Null => format!("{libelle} ?"),
            q => format!("{libelle} {q} {unite}"),
        }
    };
    let mut lignes: Vec<String> = recette["lignes"].as_array().unwrap().iter().map(dire).collect();
    lignes.sort();
    lignes
}

async fn du_livre(a: &Atelier) -> Value {
    let livres = a.chaine.client.get("/api/interne/livres").await.attendue(200);
    let livre = livres["elements"][0]["id"].as_str().unwrap().to_owned();
    a.chaine.client.get(&format!("/api/interne/livres/{livre}")).await.attendue(200)
}

/// Every door says the same of the book's recipe: these doubts hold it, in this state.
async fn tenue_par(a: &Atelier, doutes: &[&str], etat: &str) {
    let textes = |doutes: &Value| -> Vec<String> {
        let mut textes: Vec<String> = doutes
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["regle"].is_null())
            .map(|d| d["texte"].as_str().unwrap().to_owned())
            .collect();
        textes.sort();
        textes
    };
    assert_eq!(textes(&json!(a.doutes().await)), doutes);
    let livre = du_livre(a).await;
    let recette = &livre["recettes"][0];
    assert_eq!(textes(&recette["doutes"]), doutes);
    assert_eq!(recette["etat"], etat);
    assert_eq!(livre["doutes"], doutes.len());
    assert_eq!(livre["a_verifier"], usize::from(!doutes.is_empty()));
    let faite = a.recette(PIECES_NUES).await;
    assert_eq!(textes(&faite["doutes"]), doutes);
    assert_eq!(faite["complete"], etat == "complete");
    if etat != "complete" {
        let id = faite["id"].as_str().unwrap();
        let refus = a.chaine.produire(&[(id, 1.0)]).await.refusee(409, "recette_incomplete");
        assert_eq!(textes(&refus["doutes"]), doutes);
    }
    let dit = importer(a, "d_pieces_nues", "--dry-run");
    assert_eq!(textes(&dit["fichiers"][0]["recettes"][0]["doutes"]), doutes);
    assert_eq!(lignes(&dit["fichiers"][0]["recettes"][0]), lignes(recette));
    assert_eq!(dit["resume"]["doutes"], doutes.len());
    assert_eq!(dit["resume"]["a_verifier"], usize::from(!doutes.is_empty()));
    let page = a.chaine.client.get("/livres/a-verifier").await.texte;
    for texte in ["Avocat 1", "Tomate 2"] {
        assert_eq!(page.contains(texte), doutes.contains(&texte), "{page}");
    }
    a.serveur.verifier();
}

const TOUTES: [&str; 5] = [
    "Avocat 1 piece",
    "Carotte 120 g",
    "Concombre 0.5 piece",
    "Tomate 2 piece",
    "Œuf dur écalé 2 piece",
];

#[tokio::test]
async fn numbers_without_unit_are_pieces_where_the_ingredients_are_counted_in_pieces() {
    let a = cuisine(None).await;
    let essai = importer(&a, "d_pieces_nues", "--dry-run");
    assert_eq!(importer(&a, "d_pieces_nues", "--apply"), essai);
    assert_eq!(lignes(&essai["fichiers"][0]["recettes"][0]), TOUTES);
    assert_eq!((&essai["resume"]["mappees"], &essai["resume"]["doutes"]), (&json!(5), &json!(0)));
    tenue_par(&a, &[], "complete").await;
    assert_eq!(lignes(&du_livre(&a).await["recettes"][0]), TOUTES);
    let faite = a.recette(PIECES_NUES).await;
    let mut quantites: Vec<String> = faite["lignes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| format!("{} {} {}", l["libelle"].as_str().unwrap(), l["quantite"], l["unite"]))
        .collect();
    quantites.sort();
    let attendues = TOUTES.map(|l| {
        let (debut, unite) = l.rsplit_once(' ').unwrap();
        format!("{debut} \"{unite}\"")
    });
    assert_eq!(quantites, attendues);
}

#[tokio::test]
async fn with_one_ingredient_in_grams_only_its_number_is_in_doubt() {
    let a = cuisine(Some("Tomate")).await;
    ingredient(&a, "Tomate", "g").await;
    let essai = importer(&a, "d_pieces_nues", "--dry-run");
    assert_eq!(importer(&a, "d_pieces_nues", "--apply"), essai);
    assert_eq!(essai["resume"]["doutes"], 1);
    tenue_par(&a, &["Tomate 2"], "a_verifier").await;
    // What a person said stays said, whatever the ingredient is counted in.
    let doute = a.doutes().await.remove(0);
    let chemin = format!("/api/interne/livres/doutes/{}", doute["id"].as_str().unwrap());
    let ligne = json!({"libelle": "Tomate", "quantite": 180, "unite": "g"});
    let corps = json!({"geste": "corriger", "ligne": ligne});
    let dit = a.chaine.client.post(&chemin, &corps).await.attendue(200);
    assert_eq!((&dit["restants"], &dit["completees"]), (&json!(0), &json!(1)));
    a.chaine.client.post(&format!("{chemin}/annuler"), &json!({})).await.attendue(200);
    tenue_par(&a, &["Tomate 2"], "a_verifier").await;
}

#[tokio::test]
async fn linking_a_label_to_an_ingredient_in_pieces_settles_its_doubt_and_forgetting_it_opens_it() {
    let a = cuisine(Some("Avocat")).await;
    importer(&a, "d_pieces_nues", "--apply");
    tenue_par(&a, &["Avocat 1"], "a_verifier").await;
    let hass = ingredient(&a, "Avocat Hass", "piece").await;
    let lien = relier(&a, "Avocat", &hass).await;
    assert_eq!((&lien["remappees"], &lien["completees"]), (&json!(1), &json!(1)));
    tenue_par(&a, &[], "complete").await;
    annuler(&a, &lien).await;
    tenue_par(&a, &["Avocat 1"], "a_verifier").await;
    // Another ingredient, in grams: what a piece of it weighs says nothing of what was meant.
    let chair = ingredient(&a, "Chair d'avocat", "g").await;
    relier(&a, "Avocat", &hass).await;
    let lien = relier(&a, "Avocat", &chair).await;
    let chemin = format!("/api/interne/ingredients/{chair}/conversions");
    a.chaine.client.put(&chemin, &json!({"poids_piece": 150})).await.attendue(200);
    tenue_par(&a, &["Avocat 1"], "a_verifier").await;
    // What that link had put aside is back.
    annuler(&a, &lien).await;
    tenue_par(&a, &[], "complete").await;
    // A label that is ignored leads to no ingredient.
    let ignores = "/api/interne/livres/ignores";
    let ignore = a.chaine.client.post(ignores, &json!({"libelle": "Avocat"})).await.attendue(201);
    tenue_par(&a, &["Avocat 1"], "a_verifier").await;
    let chemin = format!("{ignores}/{}/annuler", ignore["id"].as_str().unwrap());
    a.chaine.client.post(&chemin, &json!({})).await.attendue(200);
    tenue_par(&a, &[], "complete").await;
}

#[tokio::test]
async fn a_remap_settles_the_doubts_of_ingredients_that_came_later_and_its_trial_counts_them() {
    let a = cuisine(Some("Avocat")).await;
    importer(&a, "d_pieces_nues", "--apply");
    ingredient(&a, "Avocat", "piece").await;
    // Until then nothing changes, and every door says so.
    tenue_par(&a, &["Avocat 1"], "a_verifier").await;
    let essai = a.delicego_json(&["remap", "--dry-run", "--json"], 0);
    assert_eq!((&essai["remappes"], &essai["recettes_completees"]), (&json!(1), &json!(1)));
    assert_eq!(a.delicego_json(&["remap", "--json"], 0), essai);
    tenue_par(&a, &[], "complete").await;
    assert_eq!(a.delicego_json(&["remap", "--json"], 0)["candidats"], 0);
}

#[tokio::test]
async fn a_number_before_its_name_is_pieces_in_the_same_way() {
    let a = Atelier::ouvrir().await;
    for (nom, unite) in [("Œufs", "piece"), ("Concombre", "g")] {
        ingredient(&a, nom, unite).await;
    }
    let dit = importer(&a, "g_qte_avant", "--apply");
    let recette = &dit["fichiers"][0]["recettes"][0];
    let lues = lignes(recette);
    assert!(lues.contains(&"œufs 6 piece".to_owned()), "{lues:?}");
    assert!(lues.contains(&"concombre ?".to_owned()), "{lues:?}");
    assert_eq!(recette["doutes"].as_array().map(Vec::len), Some(1));
    assert!(recette["doutes"][0]["texte"].as_str().unwrap().contains("concombre"));
}
