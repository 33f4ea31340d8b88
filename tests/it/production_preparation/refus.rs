//! What is refused, and that a refusal writes nothing.

use serde_json::{Value, json};

use super::{Cuisine, GENCODE, PREPARATION, texte};
use crate::outils::chaine::{JOUR, jour};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

const INCONNU: &str = "0197ffff-ffff-7fff-8fff-ffffffffffff";

/// Every writing route with a good body.
fn demandes(k: &Cuisine) -> Vec<(&'static str, Value)> {
    let corps = k.corps(&k.bowl);
    let mut ajuste = corps.clone();
    ajuste["quantite"] = json!(3);
    vec![
        ("produit", corps.clone()),
        ("ajuste", ajuste),
        ("non-produit", corps),
        ("scan", k.corps_scan(GENCODE)),
    ]
}

#[tokio::test]
async fn without_magasin_plan_or_line_every_action_says_which_is_missing() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    let avant = tout_ce_qui_est_ecrit(k.s.base()).await;
    for (action, corps) in demandes(&k) {
        let avec = |champ: &str, valeur: &str| {
            let mut corps = corps.clone();
            corps[champ] = json!(valeur);
            corps
        };
        k.dire(action, &avec("magasin_id", INCONNU)).await.refusee(404, "magasin_inconnu");
        let refus = k.dire(action, &avec("date", jour(1))).await.refusee(404, "plan_absent");
        assert!(texte(&refus["detail"]).contains("plan"), "{refus}");
        if action != "scan" {
            for recette in [wok.as_str(), INCONNU] {
                let refus = k.dire(action, &avec("recette_id", recette)).await;
                refus.refusee(404, "recette_hors_plan");
            }
        }
    }
    assert_eq!(tout_ce_qui_est_ecrit(k.s.base()).await, avant);
}

#[tokio::test]
async fn short_stock_refuses_lists_all_that_is_missing_and_writes_nothing() {
    let k = Cuisine::ouverte().await;
    let thon = k.c.ingredient("Thon").await;
    let (nicoise, _) = k.c.recette("Niçoise", &[(&k.riz, 100.0), (&thon, 40.0)]).await;
    k.c.lot(&thon, 50.0, Some(jour(-1))).await;
    k.c.lot(&thon, 30.0, None).await;
    k.planifier(&[(&k.bowl, 25.0), (&nicoise, 2.0)]).await;
    let avant = tout_ce_qui_est_ecrit(k.s.base()).await;
    let refus = k.dire("produit", &k.corps(&nicoise)).await.refusee(409, "stock_insuffisant");
    let manques = refus["manques"].as_array().expect("manques");
    let dits: Vec<_> = manques
        .iter()
        .map(|m| (texte(&m["ingredient_nom"]), m["manque"].clone(), m["perime"].clone()))
        .collect();
    assert_eq!(
        dits,
        [("Riz".to_owned(), json!(200), json!(0)), ("Thon".to_owned(), json!(50), json!(50))]
    );
    assert_eq!(tout_ce_qui_est_ecrit(k.s.base()).await, avant);
    k.s.verifier();
}

#[tokio::test]
async fn a_cook_and_an_admin_declare_and_nobody_else() {
    let (k, _) = Cuisine::garnie().await;
    let personne = k.s.anonyme();
    for (action, corps) in demandes(&k) {
        let chemin = format!("{PREPARATION}/{action}");
        personne.post(&chemin, &corps).await.refusee(401, "non_connecte");
        k.c.client.post(&chemin, &corps).await.attendue(200);
        k.cook.post(&chemin, &corps).await.attendue(200);
    }
    k.cook.post(&format!("{PREPARATION}/annuler"), &k.corps(&k.bowl)).await.attendue(200);
    let adresse = format!("{PREPARATION}?magasin_id={}&date={JOUR}", k.c.magasin);
    personne.get(&adresse).await.refusee(401, "non_connecte");
    k.cook.get(&adresse).await.attendue(200);
}

#[tokio::test]
async fn the_screen_of_a_day_without_plan_and_the_story_of_an_unknown_line_are_refused() {
    let (k, _) = Cuisine::garnie().await;
    let ecran =
        |magasin: &str, date: &str| format!("{PREPARATION}?magasin_id={magasin}&date={date}");
    let trace = |magasin: &str, recette: &str| {
        format!(
            "{PREPARATION}/traceabilite?magasin_id={magasin}&date={}&recette_id={recette}",
            jour(1)
        )
    };
    k.cook.get(&ecran(INCONNU, jour(0))).await.refusee(404, "magasin_inconnu");
    k.cook.get(&ecran(&k.c.magasin, jour(1))).await.refusee(404, "plan_absent");
    k.cook.get(&trace(INCONNU, &k.bowl)).await.refusee(404, "magasin_inconnu");
    k.cook.get(&trace(&k.c.magasin, INCONNU)).await.refusee(404, "recette_inconnue");
    let vide = k.cook.get(&trace(&k.c.magasin, &k.bowl)).await.attendue(200);
    assert_eq!(vide, json!({"evenements": []}));
}
