//! I3: one plan per magasin and day, one line per recipe of it; and what replacing it may do.

use serde_json::{Value, json};

use super::{creer, cuisine, la_base_refuse, lignes_par_table, nombre, texte};
use crate::outils::chaine::{JOUR, jour};
use crate::outils::{Chaine, Reponse};

async fn planifier(c: &Chaine, lignes: &[(&str, f64)]) -> Reponse {
    let lignes: Vec<Value> =
        lignes.iter().map(|(r, q)| json!({"recette_id": r, "quantite_planifiee": q})).collect();
    remplacer(c, &json!({"lignes": lignes})).await
}

async fn remplacer(c: &Chaine, plan: &Value) -> Reponse {
    c.client.put(&format!("/api/interne/plans/{}/{JOUR}", c.magasin), plan).await
}

/// (recette, planned, produced) of the day's lines, by name.
async fn lignes(c: &Chaine) -> Vec<(String, f64, f64)> {
    let chemin = format!("/api/interne/plans/{}/{JOUR}", c.magasin);
    let plan = c.client.get(&chemin).await.attendue(200);
    let lignes = plan["lignes"].as_array().expect("lignes");
    let q = |l: &Value, champ: &str| l[champ].as_f64().expect("quantité");
    lignes
        .iter()
        .map(|l| {
            let nom = texte(&l["recette_nom"]).to_owned();
            (nom, q(l, "quantite_planifiee"), q(l, "quantite_produite"))
        })
        .collect()
}

fn ligne(nom: &str, planifiee: f64, produite: f64) -> (String, f64, f64) {
    (nom.to_owned(), planifiee, produite)
}

#[tokio::test]
async fn i3_a_day_has_one_plan_with_one_line_per_recipe_however_often_it_is_written() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    c.lot(&riz, 10_000.0, None).await;
    let premier = planifier(&c, &[(&bowl, 5.0)]).await.attendue(200);
    let second = planifier(&c, &[(&wok, 3.0), (&bowl, 6.0)]).await.attendue(200);
    let fait = c.produire(&[(&bowl, 2.0), (&bowl, 1.0)]).await.attendue(201);
    assert_eq!(premier["plan_id"], second["plan_id"]);
    assert_eq!(premier["plan_id"], fait["plan_id"]);
    assert_eq!(fait["lots_crees"], 1);
    assert_eq!(lignes(&c).await, [ligne("Bowl", 6.0, 3.0), ligne("Wok", 3.0, 0.0)]);
    assert_eq!(nombre(&s, "select count(*) from plan_production").await, 1);
    let deux_fois = [(bowl.as_str(), 1.0), (bowl.as_str(), 2.0)];
    let refus = planifier(&c, &deux_fois).await.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "lignes[1].recette_id");
    s.verifier();
}

#[tokio::test]
async fn i3_the_database_refuses_a_second_plan_of_the_day_and_a_second_line_of_a_recipe() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    planifier(&c, &[(&bowl, 5.0)]).await.attendue(200);
    let plan = "insert into plan_production (magasin_id, date_jour, id)
        select magasin_id, date_jour, gen_random_uuid() from plan_production";
    la_base_refuse(&s, plan, "plan_production_pkey").await;
    let ligne = "insert into ligne_plan_production
          (magasin_id, date_jour, recette_id, quantite_planifiee)
        select magasin_id, date_jour, recette_id, 1 from ligne_plan_production";
    la_base_refuse(&s, ligne, "ligne_plan_production_pkey").await;
    let negative = "update ligne_plan_production set quantite_produite = -1";
    la_base_refuse(&s, negative, "quantite_produite_check").await;
}

#[tokio::test]
async fn i3_two_people_open_the_same_day_at_once_and_share_one_plan() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    c.lot(&riz, 10_000.0, None).await;
    let (listes, plan) = ([[(bowl.as_str(), 1.0)], [(wok.as_str(), 2.0)]], [(bowl.as_str(), 9.0)]);
    let (a, b, p) =
        tokio::join!(c.produire(&listes[0]), c.produire(&listes[1]), planifier(&c, &plan));
    let (a, b) = (a.attendue(201), b.attendue(201));
    assert_eq!(a["plan_id"], b["plan_id"]);
    assert!([200, 409].contains(&p.statut), "{}", p.texte);
    assert_eq!(nombre(&s, "select count(*) from plan_production").await, 1);
    let produites: Vec<f64> = lignes(&c).await.iter().map(|l| l.2).collect();
    assert_eq!(produites, [1.0, 2.0]);
    s.verifier();
}

#[tokio::test]
async fn a_plan_is_replaced_but_a_line_already_produced_is_never_dropped() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    c.lot(&riz, 10_000.0, None).await;
    planifier(&c, &[(&bowl, 5.0), (&wok, 5.0)]).await.attendue(200);
    c.produire(&[(&bowl, 2.0)]).await.attendue(201);
    let avant = lignes_par_table(&s).await;
    let refus = planifier(&c, &[(&wok, 8.0)]).await.refusee(409, "ligne_deja_produite");
    assert_eq!(refus["recettes"], json!([bowl]));
    assert!(texte(&refus["detail"]).contains("« Bowl »"), "{refus}");
    assert_eq!(lignes(&c).await, [ligne("Bowl", 5.0, 2.0), ligne("Wok", 5.0, 0.0)]);
    assert_eq!(lignes_par_table(&s).await, avant);

    planifier(&c, &[(&bowl, 1.0)]).await.attendue(200);
    assert_eq!(lignes(&c).await, [ligne("Bowl", 1.0, 2.0)]);
    s.verifier();
}

#[tokio::test]
async fn producing_adds_lines_and_raises_the_planned_quantity_but_never_lowers_it() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    let (zen, _) = c.recette("Zen", &[(&riz, 10.0)]).await;
    c.lot(&riz, 10_000.0, None).await;
    planifier(&c, &[(&bowl, 5.0), (&zen, 4.0)]).await.attendue(200);
    c.produire(&[(&bowl, 3.0), (&wok, 2.5)]).await.attendue(201);
    let attendues = [ligne("Bowl", 5.0, 3.0), ligne("Wok", 2.5, 2.5), ligne("Zen", 4.0, 0.0)];
    assert_eq!(lignes(&c).await, attendues);
    c.produire(&[(&bowl, 3.0)]).await.attendue(201);
    assert_eq!(lignes(&c).await[0], ligne("Bowl", 6.0, 6.0));
    s.verifier();
}

#[tokio::test]
async fn a_line_sells_a_menu_of_its_own_recipe_and_magasin() {
    let (_s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 10.0)]).await;
    let autre = c.autre_magasin("Boutique").await;
    let menu = async |nom: &str, recette: &str, magasin: Option<&str>| {
        let corps = json!({"nom": nom, "recette_id": recette, "magasin_id": magasin});
        texte(&creer(&c.client, "/api/interne/menus", corps).await["id"]).to_owned()
    };
    let midi = menu("Menu midi", &bowl, Some(&c.magasin)).await;
    let commun = menu("Le bowl", &bowl, None).await;
    let ailleurs = menu("Ailleurs", &bowl, Some(&autre)).await;
    let plan = |recette: &str, menu: Option<&str>| json!({"lignes": [{"recette_id": recette, "menu_id": menu, "quantite_planifiee": 2}]});
    for (choisi, nom) in [(Some(&*commun), "Le bowl"), (Some(&*midi), "Menu midi")] {
        let ecrit = remplacer(&c, &plan(&bowl, choisi)).await.attendue(200);
        assert_eq!(ecrit["lignes"][0]["recette_nom"], nom);
        assert_eq!(ecrit["lignes"][0]["menu_id"], json!(choisi));
    }
    let sans = remplacer(&c, &plan(&bowl, None)).await.attendue(200);
    assert_eq!(sans["lignes"][0]["recette_nom"], "Menu midi");
    remplacer(&c, &plan(&bowl, Some(&ailleurs))).await.refusee(404, "menu_inconnu");
    let refus = remplacer(&c, &plan(&wok, Some(&midi))).await.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "lignes[0].menu_id");
    assert_eq!(lignes(&c).await, [ligne("Menu midi", 2.0, 0.0)]);
}

#[tokio::test]
async fn what_a_plan_needs_stands_beside_what_is_usable_before_anyone_begins() {
    let (_s, c) = cuisine().await;
    let (huile, riz) = (c.ingredient("Huile").await, c.ingredient("Riz").await);
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "kg"}});
    let (sauce, article) = c.recette_de(sauce, &[(&huile, 500.0)]).await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0), (&article, 50.0)]).await;
    c.lot(&riz, 700.0, Some(jour(0))).await;
    c.lot(&riz, 40.0, Some(jour(-1))).await;
    let bloque = c.lot(&riz, 30.0, None).await;
    super::mettre_en_etat(&c, &bloque, "bloque").await.attendue(201);
    c.lot(&huile, 1000.0, None).await;
    let chemin = format!("/api/interne/plans/{}/{JOUR}/besoins", c.magasin);
    c.client.get(&chemin).await.refusee(404, "plan_absent");

    planifier(&c, &[(&bowl, 10.0), (&sauce, 400.0)]).await.attendue(200);
    c.produire(&[(&sauce, 100.0)]).await.attendue(201);
    let lu = c.client.get(&chemin).await.attendue(200);
    let besoin = |article: &str, nom: &str, q: [i64; 6], recette: &str| {
        let [besoin, disponible, prevu, manque, perime, bloque] = q;
        json!({"ingredient_id": article, "ingredient_nom": nom, "unite": "g", "besoin": besoin,
            "disponible": disponible, "prevu_au_plan": prevu, "manque": manque,
            "perime": perime, "bloque": bloque, "recettes": [recette]})
    };
    assert_eq!(
        lu["besoins"],
        json!([
            besoin(&huile, "Huile", [150, 950, 0, 0, 0, 0], &sauce),
            besoin(&riz, "Riz", [1000, 700, 0, 300, 40, 30], &bowl),
            besoin(&article, "Sauce", [500, 100, 300, 100, 0, 0], &bowl),
        ])
    );
    assert_eq!(lu["recettes_incompletes"], json!([]));
}
