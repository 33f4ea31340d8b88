//! What an ingredient contains of the 14 allergens, and what a recipe then contains.

use serde_json::{Value, json};

use crate::invariants::{champs_fautifs, cuisine, la_base_refuse, lignes_par_table};
use crate::outils::{Chaine, Serveur};

const INGREDIENTS: &str = "/api/interne/ingredients";

async fn ingredient(c: &Chaine, nom: &str, allergenes: Value) -> String {
    let corps = json!({"nom": nom, "unite_base": "g", "allergenes": allergenes});
    let cree = c.client.post(INGREDIENTS, &corps).await.attendue(201);
    cree["id"].as_str().expect("id").to_owned()
}

async fn contient(c: &Chaine, recette: &str) -> Value {
    let recettes = c.client.get("/api/interne/recettes").await.attendue(200);
    let toutes = recettes["elements"].as_array().expect("recettes");
    toutes.iter().find(|r| r["id"] == recette).expect("recette")["allergenes"].clone()
}

#[tokio::test]
async fn a_recipe_contains_what_its_preparations_contain_and_tells_what_nobody_said() {
    let (_s, c) = cuisine().await;
    let ble = ingredient(&c, "Boulgour", json!(["gluten"])).await;
    let creme = ingredient(&c, "Crème", json!(["lait", "lait"])).await;
    let sel = ingredient(&c, "Sel", json!([])).await;
    let epices = ingredient(&c, "Épices", json!(null)).await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "kg"}});
    let (sauce, de_la_sauce) = c.recette_de(sauce, &[(&creme, 900.0), (&epices, 5.0)]).await;
    let (taboule, _) = c.recette("Taboulé", &[(&ble, 80.0), (&de_la_sauce, 20.0)]).await;
    let (soupe, _) = c.recette("Soupe", &[(&sel, 2.0)]).await;
    assert_eq!(contient(&c, &sauce).await, json!({"presents": ["lait"], "inconnus": ["Épices"]}));
    let attendu = json!({"presents": ["gluten", "lait"], "inconnus": ["Épices"]});
    assert_eq!(contient(&c, &taboule).await, attendu);
    assert_eq!(contient(&c, &soupe).await, json!({"presents": [], "inconnus": []}));

    // Somebody says it at last.
    let chemin = format!("{INGREDIENTS}/{epices}/allergenes");
    let corps = json!({"allergenes": ["moutarde", "celeri"]});
    let dit = c.client.put(&chemin, &corps).await.attendue(200);
    assert_eq!(dit["allergenes"], json!(["celeri", "moutarde"]));
    let attendu = json!({"presents": ["gluten", "lait", "celeri", "moutarde"], "inconnus": []});
    assert_eq!(contient(&c, &taboule).await, attendu);
    let tous = c.client.get(INGREDIENTS).await.attendue(200);
    let lus: Vec<&Value> =
        tous["elements"].as_array().unwrap().iter().map(|i| &i["allergenes"]).collect();
    let attendus = json!([["gluten"], ["lait"], [], ["celeri", "moutarde"], null]);
    assert_eq!(json!(lus), attendus);
}

#[tokio::test]
async fn a_word_that_is_no_allergen_is_refused_and_named() {
    let (s, c) = cuisine().await;
    let sel = ingredient(&c, "Sel", json!(null)).await;
    let cuisine = s.operateur().await;
    let avant = lignes_par_table(&s).await;
    for mauvais in [json!(["gluten", "Lait"]), json!("gluten"), json!([3]), json!({"gluten": true})]
    {
        let corps = json!({"nom": "Pain", "unite_base": "g", "allergenes": mauvais});
        let refus = c.client.post(INGREDIENTS, &corps).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["allergenes"], "{mauvais}");
        let chemin = format!("{INGREDIENTS}/{sel}/allergenes");
        let corps = json!({"allergenes": mauvais});
        c.client.put(&chemin, &corps).await.refusee(400, "requete_invalide");
    }
    let chemin = format!("{INGREDIENTS}/{sel}/allergenes");
    c.client.put(&chemin, &json!({})).await.refusee(400, "requete_invalide");
    let inconnu = format!("{INGREDIENTS}/00000000-0000-7000-8000-000000000000/allergenes");
    let refus = c.client.put(&inconnu, &json!({"allergenes": []})).await;
    refus.refusee(404, "ingredient_inconnu");
    let refus = cuisine.put(&chemin, &json!({"allergenes": []})).await;
    refus.refusee(403, "role_insuffisant");
    assert_eq!(lignes_par_table(&s).await, avant);
    la_base_refuse(&s, "update article set allergenes = '{glutten}'", "allergenes_check").await;
}

/// Imports that one file; the exit code, and all that was said.
fn importer(s: &Serveur, csv: &str) -> (Option<i32>, String) {
    let nom = format!("delicego-allergenes-{}-{}", std::process::id(), s.nom_base);
    let dossier = std::env::temp_dir().join(nom);
    std::fs::create_dir_all(&dossier).unwrap();
    std::fs::write(dossier.join("ingredients.csv"), csv).unwrap();
    let sortie = s.delicego(&["importer", "--dossier", dossier.to_str().unwrap(), "--apply"]);
    std::fs::remove_dir_all(&dossier).unwrap();
    let dit = [sortie.stdout, sortie.stderr].concat();
    (sortie.status.code(), String::from_utf8_lossy(&dit).into_owned())
}

#[tokio::test]
async fn a_file_of_ingredients_tells_them_says_none_or_says_nothing() {
    let s = Serveur::demarrer().await;
    let entete = "nom;unite_base;allergenes\n";
    let csv = format!("{entete}Pain;g;Gluten, sesame\nSel;g;aucun\nÉpices;g;\n");
    assert_eq!(importer(&s, &csv).0, Some(0));
    let tous = s.admin().await.get(INGREDIENTS).await.attendue(200);
    let lus: Vec<&Value> =
        tous["elements"].as_array().unwrap().iter().map(|i| &i["allergenes"]).collect();
    assert_eq!(json!(lus), json!([["gluten", "sesame"], [], null]));
    // The same again, and a file that does not speak of them: nothing changes.
    assert_eq!(importer(&s, &csv).0, Some(0));
    assert_eq!(importer(&s, "nom;unite_base\nPain;g\n").0, Some(0));
    let (code, dit) = importer(&s, &format!("{entete}Pain;g;gluten\n"));
    assert_eq!(code, Some(1));
    assert!(dit.contains("ingredients.csv:2:allergenes : existe déjà avec « gluten sesame »"));
    let (code, dit) = importer(&s, &format!("{entete}Brioche;g;glutten\n"));
    assert_eq!(code, Some(1));
    assert!(dit.contains("ingredients.csv:2:allergenes : contient « glutten »"), "{dit}");
}

#[tokio::test]
async fn every_ingredient_of_the_demonstration_chain_tells_its_allergens() {
    let s = Serveur::avec_demo().await;
    let client = s.admin().await;
    let recettes = client.get("/api/interne/recettes?limite=1000").await.attendue(200);
    let recettes = recettes["elements"].as_array().expect("recettes");
    assert!(recettes.len() > 30);
    for r in recettes {
        assert_eq!(r["allergenes"]["inconnus"], json!([]), "{}", r["nom"]);
    }
    let de = |nom: &str| {
        let r = recettes.iter().find(|r| r["nom"] == nom).expect(nom);
        r["allergenes"]["presents"].clone()
    };
    assert_eq!(de("Mayonnaise maison"), json!(["oeufs", "moutarde", "sulfites"]));
    assert_eq!(de("Salade de fruits frais"), json!([]));
    assert_eq!(de("Tiramisu au café"), json!(["gluten", "oeufs", "lait"]));
    let bagel = de("Bagel saumon fumé");
    for a in ["gluten", "sesame", "poissons", "lait"] {
        assert!(bagel.as_array().unwrap().contains(&json!(a)), "{bagel}");
    }
}
