//! I5: what is consumed is the need of the day's total, rounded once, to the thousandth.

use serde_json::{Value, json};

use super::{RECETTES, cuisine, mouvements_de, nombre};
use crate::outils::chaine::jour;
use crate::outils::{Chaine, Serveur};

/// A recipe that yields that many pieces, of lines in grams.
async fn recette(c: &Chaine, pieces: f64, lignes: &[(&str, f64)]) -> String {
    let rendement = json!({"quantite": pieces, "unite": "piece"});
    c.recette_de(json!({"nom": "Bowl", "rendement": rendement}), lignes).await.0
}

/// Produces and gives what the answer says was needed of the only ingredient.
async fn besoin(c: &Chaine, recette: &str, quantite: f64) -> Value {
    let fait = c.produire(&[(recette, quantite)]).await.attendue(201);
    assert_eq!(fait["besoins"].as_array().map(Vec::len), Some(1), "{fait}");
    fait["besoins"][0]["quantite"].clone()
}

/// Thousandths consumed by each production, oldest first.
async fn consommes(s: &Serveur) -> Vec<i64> {
    let mut c = s.base().lire().await.expect("connexion");
    sqlx::query_scalar(
        "select coalesce(-sum(m.quantite), 0)::bigint from lot_production p
           left join ligne_consommation l on l.lot_production_id = p.id
           left join mouvement_stock m on m.id = l.mouvement_id
          group by p.id order by p.id",
    )
    .fetch_all(&mut *c)
    .await
    .expect("consommés")
}

#[tokio::test]
async fn i5_the_parts_of_a_day_add_up_to_the_rounded_need_of_its_total() {
    let (s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    let bowl = recette(&c, 3.0, &[(&sel, 1.0)]).await;
    c.lot(&sel, 100.0, None).await;
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.333));
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.334));
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.333));
    let parts = [0.7, 1.3, 2.111, 0.001, 0.002, 5.0, 0.886];
    let mut total = 3_000;
    for part in parts {
        besoin(&c, &bowl, part).await;
        total += format!("{:.0}", part * 1000.0).parse::<i64>().expect("millièmes");
        let attendu = (2 * total * 1000 + 3000) / 6000;
        assert_eq!(consommes(&s).await.iter().sum::<i64>(), attendu, "à {total}");
    }
    assert_eq!(total, 13_000);
    s.verifier();
}

#[tokio::test]
async fn i5_a_half_thousandth_is_rounded_up_and_the_next_part_takes_what_is_left() {
    let (s, c) = cuisine().await;
    let safran = c.ingredient("Safran").await;
    let bowl = recette(&c, 2.0, &[(&safran, 0.001)]).await;
    c.lot(&safran, 1.0, None).await;
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.001));
    let second = c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    assert_eq!(second["consommations_creees"], 0);
    assert_eq!(second["mouvements_stock_crees"], 1);
    assert_eq!(consommes(&s).await, [1, 0]);
    s.verifier();
}

#[tokio::test]
async fn i5_two_lines_of_one_ingredient_are_added_before_they_are_rounded() {
    let (s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    // A third of a thousandth each: rounded apart they would be nothing.
    let bowl = recette(&c, 3.0, &[(&sel, 0.001), (&sel, 0.001)]).await;
    c.lot(&sel, 1.0, None).await;
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.001));
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0));
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.001));
    assert_eq!(consommes(&s).await, [1, 0, 1]);
    s.verifier();
}

#[tokio::test]
async fn i5_a_need_is_split_over_lots_without_gaining_or_losing_a_thousandth() {
    let (s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    let bowl = recette(&c, 7.0, &[(&sel, 1.0)]).await;
    let premier = c.lot(&sel, 0.1, Some(jour(1))).await;
    let deuxieme = c.lot(&sel, 0.003, Some(jour(2))).await;
    let dernier = c.lot(&sel, 10.0, None).await;
    let fait = c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    assert_eq!(fait["consommations_creees"], 3);
    assert_eq!(fait["besoins"][0]["quantite"], json!(0.143));
    for (lot, pris) in [(premier, -0.1), (deuxieme, -0.003), (dernier, -0.04)] {
        let attendu = Some(("CONSOMMATION".to_owned(), pris));
        assert_eq!(mouvements_de(&c, &lot).await.pop(), attendu);
    }
    s.verifier();
}

#[tokio::test]
async fn i5_a_recipe_changed_between_two_productions_keeps_what_the_first_one_used() {
    let (s, c) = cuisine().await;
    let (sel, poivre) = (c.ingredient("Sel").await, c.ingredient("Poivre").await);
    let bowl = recette(&c, 3.0, &[(&sel, 1.0)]).await;
    c.lot(&sel, 100.0, None).await;
    c.lot(&poivre, 100.0, None).await;
    assert_eq!(besoin(&c, &bowl, 1.0).await, json!(0.333));
    let nouvelle = json!({"nom": "Bowl", "rendement": {"quantite": 3, "unite": "piece"},
        "lignes": [{"ingredient_id": sel, "quantite": 2, "unite": "g"},
                   {"ingredient_id": poivre, "quantite": 1, "unite": "g"}]});
    let chemin = format!("{RECETTES}/{bowl}");
    let changee = c.client.put(&chemin, &nouvelle).await.attendue(200);
    assert_eq!(changee["version"], 2);
    s.verifier();

    // R(2) - R(1) of the lines as they are now.
    let fait = c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    let quantites: Vec<&Value> =
        fait["besoins"].as_array().expect("besoins").iter().map(|b| &b["quantite"]).collect();
    assert_eq!(quantites, [&json!(0.334), &json!(0.666)]);
    assert_eq!(consommes(&s).await, [333, 1000]);
    let versions = "select count(*) from lot_production p join ligne_recette l
         on l.recette_id = p.recette_id and l.version = p.version where p.version =";
    assert_eq!(nombre(&s, &format!("{versions} 1")).await, 1);
    assert_eq!(nombre(&s, &format!("{versions} 2")).await, 2);
    s.verifier();
}

#[tokio::test]
async fn i5_the_same_recipe_twice_in_a_list_is_rounded_as_one() {
    let (s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    let bowl = recette(&c, 3.0, &[(&sel, 1.0)]).await;
    c.lot(&sel, 100.0, None).await;
    let fait = c.produire(&[(&bowl, 1.0), (&bowl, 1.0)]).await.attendue(201);
    assert_eq!(fait["besoins"][0]["quantite"], json!(0.667));
    assert_eq!(fait["lots_crees"], 1);
    s.verifier();
}
