//! Where, when and how a recipe is made, and what the screen says by it: its place in the day, what it
//! takes from which lots, and the lot that came of it.

use serde_json::{Value, json};

use super::{Cuisine, PREPARATION, texte};
use crate::outils::chaine::{JOUR, jour};

impl Cuisine {
    /// The recipe of the bowl anew, with these fields beside; as the server then gives it.
    async fn remplacer(&self, plus: Value) -> Value {
        let mut corps = json!({"nom": "Bowl",
            "lignes": [{"ingredient_id": self.riz, "quantite": 150, "unite": "g"}]});
        for (champ, valeur) in plus.as_object().expect("objet") {
            corps[champ] = valeur.clone();
        }
        let chemin = format!("/api/interne/recettes/{}", self.bowl);
        self.c.client.put(&chemin, &corps).await.attendue(200)
    }

    async fn recettes(&self, plus: &str) -> Vec<Value> {
        let chemin =
            format!("{PREPARATION}/recettes?magasin_id={}&date={JOUR}{plus}", self.c.magasin);
        let mut lues = self.cook.get(&chemin).await.attendue(200);
        serde_json::from_value(lues["recettes"].take()).expect("recettes")
    }
}

#[tokio::test]
async fn a_recipe_says_its_station_its_slot_and_its_steps_and_keeps_what_nobody_says_anew() {
    let (k, _) = Cuisine::garnie().await;
    let place = |r: &Value| [r["poste"].clone(), r["creneau"].clone(), r["etapes"].clone()];
    let dite =
        json!({"poste": "chaud", "creneau": "midi", "etapes": ["Cuire 12 min", "Refroidir"]});
    let attendue = [json!("chaud"), json!("midi"), json!(["Cuire 12 min", "Refroidir"])];
    assert_eq!(place(&k.remplacer(json!({})).await), [Value::Null, Value::Null, json!([])]);
    assert_eq!(place(&k.remplacer(dite).await), attendue);
    assert_eq!(place(&k.remplacer(json!({})).await), attendue, "rien n'est dit, rien ne change");
    let ligne = k.ligne().await;
    assert_eq!((&ligne["poste"], &ligne["creneau"]), (&attendue[0], &attendue[1]));
    let sans = k.remplacer(json!({"poste": null, "creneau": null, "etapes": null})).await;
    assert_eq!(place(&sans), [Value::Null, Value::Null, json!([])]);
    assert_eq!(k.ligne().await["poste"], Value::Null, "l'écran lit la recette de nouveau");
    let chemin = format!("/api/interne/recettes/{}", k.bowl);
    let faux = json!({"nom": "Bowl", "poste": "", "creneau": "nuit", "etapes": [" "],
        "lignes": [{"ingredient_id": k.riz, "quantite": 150, "unite": "g"}]});
    let refus = k.c.client.put(&chemin, &faux).await.refusee(400, "requete_invalide");
    let champs: Vec<String> =
        refus["erreurs"].as_array().expect("erreurs").iter().map(|e| texte(&e["champ"])).collect();
    assert_eq!(champs, ["poste", "creneau", "etapes"], "{refus}");
}

#[tokio::test]
async fn a_line_says_what_it_takes_from_which_lots_and_the_lot_that_came_of_it() {
    let k = Cuisine::ouverte().await;
    let thon = k.c.ingredient("Thon").await;
    let place = |creneau: &str| {
        json!({"nom": format!("Du {creneau}"), "creneau": creneau,
        "duree_vie_jours": 2})
    };
    let mut plan = vec![(k.bowl.clone(), 25.0)];
    for creneau in ["soir", "midi", "matin"] {
        let recette = k.c.recette_de(place(creneau), &[(&k.riz, 10.0), (&thon, 10.0)]).await;
        plan.push((recette.0, 2.0));
    }
    let lignes: Vec<(&str, f64)> = plan.iter().map(|(r, q)| (r.as_str(), *q)).collect();
    k.planifier(&lignes).await;
    let mut lues: Vec<Value> =
        serde_json::from_value(k.ecran().await["cuisine"].take()).expect("lignes");
    lues.sort_by_key(|l| l["ordre"].as_u64());
    let noms: Vec<String> = lues.iter().map(|l| texte(&l["recette_nom"])).collect();
    assert_eq!(noms, ["Du matin", "Du midi", "Du soir", "Bowl du chef"], "sans créneau à la fin");

    let lot = async |ingredient: &str, code: &str, dlc: Option<&str>, quantite: i64| {
        let corps = json!({"magasin_id": k.c.magasin, "lignes": [{"ingredient_id": ingredient,
            "quantite": quantite, "unite": "g", "code_lot": code, "date_dlc": dlc}]});
        k.cook.post("/api/interne/receptions", &corps).await.attendue(201);
    };
    lot(&thon, "T-2", None, 1000).await;
    lot(&thon, "T-1", Some(jour(3)), 15).await;
    lot(&thon, "T-0", Some(jour(-1)), 500).await;
    let midi = &plan[2].0;
    let lue = k.recettes(&format!("&recette_id={midi}")).await.remove(0);
    assert_eq!((&lue["pour"], &lue["unite"]), (&json!(2), &json!("piece")));
    let [riz, thons] = [&lue["ingredients"][0], &lue["ingredients"][1]];
    assert_eq!((&riz["quantite"], &riz["lots"]), (&json!(20), &json!([])), "pas en stock");
    let attendus = json!([{"code_lot": "T-1", "date_dlc": jour(3), "quantite": 15},
        {"code_lot": "T-2", "date_dlc": null, "quantite": 5}]);
    assert_eq!((&thons["quantite"], &thons["lots"]), (&json!(20), &attendus));
    assert_eq!(k.recettes("").await.len(), 4);

    lot(&k.riz, "R-1", None, 100).await;
    assert_eq!(k.ligne_de(midi).await["lot_fait"], Value::Null);
    k.dire("produit", &k.corps(midi)).await.attendue(200);
    let fait = k.ligne_de(midi).await["lot_fait"].clone();
    assert_eq!(fait["date_dlc"], json!(jour(2)), "{fait}");
    let lots = k.c.lots().await;
    let vrai = lots.iter().find(|l| l["lot_id"] == fait["lot_id"]).expect("lot");
    assert_eq!(
        (&vrai["ingredient_nom"], &vrai["code_lot"]),
        (&json!("Du midi"), &fait["code_lot"])
    );
    // Made, it is still to be read: for all that was planned, from no lot.
    let faite = k.recettes(&format!("&recette_id={midi}")).await.remove(0);
    assert_eq!((&faite["pour"], &faite["ingredients"][1]["lots"]), (&json!(2), &json!([])));
    k.dire("annuler", &k.corps(midi)).await.attendue(200);
    assert_eq!(k.ligne_de(midi).await["lot_fait"], Value::Null);
}
