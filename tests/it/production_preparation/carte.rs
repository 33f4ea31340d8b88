//! What is said of the recipes is kept, and is never older than the last change.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::{Cuisine, GENCODE, PREPARATION, texte};
use crate::outils::chaine::JOUR;
use crate::outils::grappe;

async fn allergenes(k: &Cuisine) -> Value {
    k.ligne().await["allergenes"].clone()
}

#[tokio::test]
async fn each_change_is_shown_by_the_next_reading_of_whichever_server() {
    let (k, _) = Cuisine::garnie().await;
    let jumeau = k.s.jumeau();
    let la_bas = jumeau.operateur().await;
    let chemin = format!("{PREPARATION}?magasin_id={}&date={JOUR}", k.c.magasin);
    let des_deux = async || {
        let (ici, la) = (k.ecran().await, la_bas.get(&chemin).await.attendue(200));
        assert_eq!(ici["version"], la["version"]);
        assert_eq!(ici, la);
        ici
    };
    assert_eq!(des_deux().await["cuisine"][0]["allergenes"], json!([]));

    // What an ingredient contains.
    let dits = format!("/api/interne/ingredients/{}/allergenes", k.riz);
    k.c.client.put(&dits, &json!({"allergenes": ["lait"]})).await.attendue(200);
    assert_eq!(des_deux().await["cuisine"][0]["allergenes"], json!(["Lait"]));

    // What the recipe takes, and what that contains by a preparation.
    let creme = k.c.ingredient("Crème de sésame").await;
    let dits = format!("/api/interne/ingredients/{creme}/allergenes");
    k.c.client.put(&dits, &json!({"allergenes": ["sesame"]})).await.attendue(200);
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"}});
    let (sauce, de_la_sauce) = k.c.recette_de(sauce, &[(&creme, 900.0)]).await;
    let lignes = json!({"nom": "Bowl", "lignes": [
        {"ingredient_id": k.riz, "quantite": 100, "unite": "g"},
        {"ingredient_id": de_la_sauce, "quantite": 10, "unite": "g"}]});
    let recette = format!("/api/interne/recettes/{}", k.bowl);
    k.c.client.put(&recette, &lignes).await.attendue(200);
    let ecran = des_deux().await;
    assert_eq!(ecran["cuisine"][0]["allergenes"], json!(["Lait", "Sésame"]));
    let besoins: Vec<(String, Value)> = ecran["totaux"]["ingredients"]
        .as_array()
        .expect("besoins")
        .iter()
        .map(|b| (texte(&b["ingredient_nom"]), b["besoin"].clone()))
        .collect();
    assert_eq!(besoins, [("Riz".to_owned(), json!(2500)), ("Sauce".to_owned(), json!(250))]);

    // The recipe of the preparation, which no line of the day names.
    let lignes = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"},
        "lignes": [{"ingredient_id": k.riz, "quantite": 900, "unite": "g"}]});
    let recette = format!("/api/interne/recettes/{sauce}");
    k.c.client.put(&recette, &lignes).await.attendue(200);
    assert_eq!(des_deux().await["cuisine"][0]["allergenes"], json!(["Lait"]));

    // Its name and its gencodes.
    let menu = json!({"nom": "Assiette", "recette_id": k.bowl, "magasin_id": k.c.magasin,
        "gencode": "3760001000024"});
    k.c.client.post("/api/interne/menus", &menu).await.attendue(201);
    let ligne = des_deux().await["cuisine"][0].clone();
    assert_eq!(ligne["recette_nom"], "Assiette");
    assert_eq!(ligne["gencodes"], json!(["3760001000024", GENCODE]));
    k.s.verifier();
}

#[tokio::test]
async fn a_change_under_way_while_the_day_is_read_is_shown_once_it_is_made() {
    let (k, _) = Cuisine::garnie().await;
    let dire = |dits: &str| {
        let riz = &k.riz;
        AssertSqlSafe(format!("update article set allergenes = '{{{dits}}}' where id = '{riz}'"))
    };
    let mut avant = grappe::superutilisateur(&k.s.nom_base).await;
    let mut apres = grappe::superutilisateur(&k.s.nom_base).await;
    // The first has its number before the other, and ends after it.
    let mut longue = avant.begin().await.expect("transaction");
    longue.execute("select pg_current_xact_id()").await.expect("numéro");
    longue
        .execute(
            "insert into menu (id, nom, recette_id) select gen_random_uuid(), 'À tous', id
                      from recette",
        )
        .await
        .expect("menu");
    apres.execute(dire("soja")).await.expect("allergène");
    assert_eq!(allergenes(&k).await, json!(["Soja"]));
    longue.execute(dire("lait")).await.expect("allergène");
    assert_eq!(allergenes(&k).await, json!(["Soja"]));
    longue.commit().await.expect("commit");
    assert_eq!(allergenes(&k).await, json!(["Lait"]));
    // What is not committed is never shown.
    let mut defaite = avant.begin().await.expect("transaction");
    defaite.execute(dire("soja")).await.expect("allergène");
    assert_eq!(allergenes(&k).await, json!(["Lait"]));
    defaite.rollback().await.expect("rollback");
    assert_eq!(allergenes(&k).await, json!(["Lait"]));
    // Repaired by hand, with triggers off.
    crate::invariants::planter(
        &k.s,
        &format!("update article set allergenes = null where id = '{}'", k.riz),
    )
    .await;
    assert_eq!(allergenes(&k).await, json!([]));
}

#[tokio::test]
async fn marks_are_forgotten_a_day_later_and_those_of_another_server_are_no_change() {
    let (k, _) = Cuisine::garnie().await;
    let mut c = grappe::superutilisateur(&k.s.nom_base).await;
    // A restore brings numbers that nobody here has had yet.
    c.execute("insert into changement_recette values ('9000000000', now() - interval '25 hours')")
        .await
        .expect("marque");
    let avant = k.ecran().await["cuisine"][0]["recette_nom"].clone();
    assert_eq!(k.ecran().await["cuisine"][0]["recette_nom"], avant);
    let oubliees = || delicego::production_preparation::ecran::faire_le_menage(k.s.base());
    assert_eq!(oubliees().await.expect("ménage"), 1);
    assert_eq!(oubliees().await.expect("ménage"), 0);
    c.execute("update menu set nom = 'Bowl du jour' where nom = 'Bowl du chef'")
        .await
        .expect("nom");
    assert_eq!(k.ecran().await["cuisine"][0]["recette_nom"], "Bowl du jour");
}

#[tokio::test]
async fn what_changes_nothing_leaves_no_mark() {
    let (k, _) = Cuisine::garnie().await;
    let marques = async || -> i64 {
        let mut c = k.s.base().lire().await.expect("connexion");
        let requete = "select count(*) from changement_recette";
        sqlx::query_scalar(requete).fetch_one(&mut *c).await.expect("marques")
    };
    let avant = marques().await;
    assert!(avant > 0);
    k.scanner().await.attendue(200);
    k.planifier(&[(&k.bowl, 26.0)]).await;
    let mut c = grappe::superutilisateur(&k.s.nom_base).await;
    c.execute("update menu set prix = 1 where nom = 'absent'").await.expect("rien");
    assert_eq!(marques().await, avant);
    c.execute("update menu set prix = 1").await.expect("prix");
    assert_eq!(marques().await, avant + 1);
    assert_eq!(k.ecran().await["cuisine"][0]["quantite_produite"], 1);
}
