//! I8: only a complete recipe is produced; what can never be is refused when it is written.

use serde_json::{Value, json};

use super::{
    RECETTES, champs_fautifs, comme_superutilisateur, cuisine, la_base_refuse, lignes_par_table,
    texte,
};
use crate::outils::chaine::JOUR;
use crate::outils::{Chaine, Reponse, Serveur};

/// A new version of the recipe, as an import makes it: one line known, two not.
async fn importer_des_lignes_inconnues(s: &Serveur, recette: &str) {
    let sql = format!(
        "begin;
         insert into recette_version (recette_id, version, rendement)
         values ('{recette}', 2, 1000);
         insert into ligne_recette (recette_id, version, rang, article_id, libelle, quantite,
                                    quantite_saisie, unite_saisie)
         select recette_id, 2, 0, article_id, '', quantite, quantite_saisie, unite_saisie
           from ligne_recette where recette_id = '{recette}' and version = 1 and rang = 0
         union all
         values ('{recette}'::uuid, 2, 1, null::uuid, 'Poivre de Timut', 2000::bigint, '2', 'g'),
                ('{recette}'::uuid, 2, 2, null::uuid, 'Yuzu', 0::bigint, '1', 'trait');
         update recette set version = 2 where id = '{recette}';
         commit"
    );
    comme_superutilisateur(s, &sql).await;
}

#[tokio::test]
async fn i8_an_incomplete_recipe_is_refused_by_the_names_of_its_lines_until_they_are_mapped() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 100.0)]).await;
    let lot = c.lot(&riz, 1000.0, None).await;
    importer_des_lignes_inconnues(&s, &bowl).await;
    let lue = c.client.get(&format!("{RECETTES}/{bowl}")).await.attendue(200);
    assert_eq!(lue["complete"], false);
    assert_eq!(lue["lignes"][1]["libelle"], "Poivre de Timut");
    let avant = lignes_par_table(&s).await;

    let refus = c.produire(&[(&wok, 1.0), (&bowl, 1.0)]).await;
    let refus = refus.refusee(409, "recette_incomplete");
    let libelle = |l: &str| json!({"recette_id": bowl, "recette_nom": "Bowl", "libelle": l});
    assert_eq!(refus["lignes"], json!([libelle("Poivre de Timut"), libelle("Yuzu")]));
    assert!(texte(&refus["detail"]).contains("Poivre de Timut"), "{refus}");
    assert_eq!(lignes_par_table(&s).await, avant);
    assert_eq!(c.solde(&lot).await, 1000.0);

    let poivre = c.ingredient("Poivre").await;
    c.lot(&poivre, 100.0, None).await;
    comme_superutilisateur(
        &s,
        &format!(
            "update ligne_recette set article_id = '{poivre}', quantite = 2000
              where recette_id = '{bowl}' and article_id is null"
        ),
    )
    .await;
    let fait = c.produire(&[(&wok, 1.0), (&bowl, 1.0)]).await.attendue(201);
    assert_eq!(fait["besoins"].as_array().map(Vec::len), Some(2));
    assert_eq!(c.solde(&lot).await, 800.0);
    s.verifier();
}

#[tokio::test]
async fn i8_a_plan_says_which_of_its_recipes_are_incomplete() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let chemin = format!("/api/interne/plans/{}/{JOUR}", c.magasin);
    let plan = json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": 3}]});
    c.client.put(&chemin, &plan).await.attendue(200);
    importer_des_lignes_inconnues(&s, &bowl).await;
    let besoins = c.client.get(&format!("{chemin}/besoins")).await.attendue(200);
    assert_eq!(besoins["recettes_incompletes"], json!(["Bowl"]));
    assert_eq!(besoins["besoins"][0]["besoin"], 300);
}

#[tokio::test]
async fn i8_the_database_refuses_a_line_that_is_neither_mapped_nor_named() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let muette = format!("update ligne_recette set article_id = null where recette_id = '{bowl}'");
    la_base_refuse(&s, &muette, "violates check constraint").await;
    let vide = format!("update ligne_recette set quantite = 0 where recette_id = '{bowl}'");
    la_base_refuse(&s, &vide, "violates check constraint").await;
}

fn recette(nom: &str, lignes: &[(&str, f64, &str)]) -> Value {
    let lignes: Vec<Value> = lignes
        .iter()
        .map(|(i, q, u)| json!({"ingredient_id": i, "quantite": q, "unite": u}))
        .collect();
    json!({"nom": nom, "lignes": lignes})
}

#[tokio::test]
async fn i8_units_that_do_not_convert_are_refused_line_by_line_when_written() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let article = async |corps: Value| {
        texte(&super::creer(&c.client, "/api/interne/ingredients", corps).await["id"]).to_owned()
    };
    let huile = article(json!({"nom": "Huile", "unite_base": "ml", "densite": 0.916})).await;
    let oeuf = article(json!({"nom": "Œuf", "unite_base": "piece", "poids_piece": 55})).await;
    let eau = article(json!({"nom": "Eau", "unite_base": "ml"})).await;
    let avant = lignes_par_table(&s).await;
    let fautive = recette(
        "Fautive",
        &[(&riz, 1.0, "l"), (&huile, 916.0, "g"), (&eau, 1.0, "piece"), (&oeuf, 1.0, "cl")],
    );
    let refus = c.client.post(RECETTES, &fautive).await.refusee(400, "requete_invalide");
    assert_eq!(champs_fautifs(&refus), ["lignes[0].unite", "lignes[2].unite", "lignes[3].unite"]);
    let trop_fine = recette("Trop fine", &[(&riz, 0.01, "mg")]);
    let refus = c.client.post(RECETTES, &trop_fine).await.refusee(400, "requete_invalide");
    assert_eq!(champs_fautifs(&refus), ["lignes[0].quantite"]);
    assert_eq!(lignes_par_table(&s).await, avant);

    // With density and piece weight they do.
    let juste = recette("Juste", &[(&huile, 916.0, "g"), (&oeuf, 110.0, "g")]);
    let cree = super::creer(&c.client, RECETTES, juste).await;
    let corps = json!({"magasin_id": c.magasin, "lignes": [
        {"ingredient_id": huile, "quantite": 1, "unite": "l"},
        {"ingredient_id": oeuf, "quantite": 2, "unite": "piece"}]});
    super::creer(&c.client, super::RECEPTIONS, corps).await;
    let fait = c.produire(&[(texte(&cree["id"]), 1.0)]).await.attendue(201);
    let besoins: Vec<(&Value, &Value)> = fait["besoins"]
        .as_array()
        .expect("besoins")
        .iter()
        .map(|b| (&b["quantite"], &b["unite"]))
        .collect();
    assert_eq!(besoins, [(&json!(1000), &json!("ml")), (&json!(2), &json!("piece"))]);
    s.verifier();
}

/// A preparation of one gram; (recette, article).
async fn preparation(c: &Chaine, nom: &str, ingredient: &str) -> (String, String) {
    let corps = json!({"nom": nom, "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "g"}});
    c.recette_de(corps, &[(ingredient, 1.0)]).await
}

async fn remplacer(c: &Chaine, (recette, nom): (&str, &str), ingredient: &str) -> Reponse {
    let corps = json!({"nom": nom, "rendement": {"quantite": 1, "unite": "g"},
        "lignes": [{"ingredient_id": ingredient, "quantite": 1, "unite": "g"}]});
    c.client.put(&format!("{RECETTES}/{recette}"), &corps).await
}

#[tokio::test]
async fn i8_recipes_that_need_themselves_are_refused_when_written() {
    let (s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    let (a, article_a) = preparation(&c, "A", &sel).await;
    let (b, article_b) = preparation(&c, "B", &article_a).await;
    let (_, article_d) = preparation(&c, "D", &article_b).await;
    let avant = lignes_par_table(&s).await;
    for (recette, nom, ingredient) in
        [(&a, "A", &article_a), (&a, "A", &article_b), (&a, "A", &article_d), (&b, "B", &article_d)]
    {
        let refus = remplacer(&c, (recette, nom), ingredient).await;
        let refus = refus.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["lignes"], "{refus}");
        assert!(texte(&refus["erreurs"][0]["message"]).contains("cycle"), "{refus}");
    }
    assert_eq!(lignes_par_table(&s).await, avant);
    remplacer(&c, (&b, "B"), &sel).await.attendue(200);
    remplacer(&c, (&a, "A"), &article_b).await.attendue(200);
}

#[tokio::test]
async fn i8_two_recipes_written_at_once_make_no_cycle_that_neither_sees() {
    let (_s, c) = cuisine().await;
    let sel = c.ingredient("Sel").await;
    let (a, article_a) = preparation(&c, "A", &sel).await;
    let (b, article_b) = preparation(&c, "B", &sel).await;
    let (une, deux) =
        tokio::join!(remplacer(&c, (&a, "A"), &article_b), remplacer(&c, (&b, "B"), &article_a));
    let mut statuts = [une.statut, deux.statut];
    statuts.sort_unstable();
    assert_eq!(statuts, [200, 400], "{} {}", une.texte, deux.texte);
}

#[tokio::test]
async fn i8_recipes_nest_eight_deep_and_no_deeper() {
    let (s, c) = cuisine().await;
    let mut dessous = c.ingredient("Sel").await;
    let mut premiere = String::new();
    for niveau in 1..=8 {
        let (recette, article) = preparation(&c, &format!("Niveau {niveau}"), &dessous).await;
        if niveau == 1 {
            premiere = recette;
        }
        dessous = article;
    }
    let avant = lignes_par_table(&s).await;
    let neuvieme = recette("Niveau 9", &[(&dessous, 1.0, "g")]);
    let refus = c.client.post(RECETTES, &neuvieme).await.refusee(400, "requete_invalide");
    assert_eq!(champs_fautifs(&refus), ["lignes"]);
    assert!(texte(&refus["erreurs"][0]["message"]).contains("8 niveaux"), "{refus}");
    // Nor from below, under what is already eight deep.
    let (_, article) = preparation(&c, "Fond", &c.ingredient("Os").await).await;
    let refus = remplacer(&c, (&premiere, "Niveau 1"), &article).await;
    refus.refusee(400, "requete_invalide");
    let apres = lignes_par_table(&s).await;
    assert_eq!(apres["recette"], avant["recette"] + 1);
}
