//! The day in one reading.

use serde_json::{Value, json};

use super::{Cuisine, GENCODE, PREPARATION, texte};
use crate::outils::chaine::{JOUR, jour};

fn creneaux(ecran: &Value, champ: &str) -> Vec<Value> {
    let creneaux = ecran["quantites_par_creneau"].as_array().expect("créneaux");
    creneaux.iter().map(|c| c[champ].clone()).collect()
}

#[tokio::test]
async fn the_contract_says_totals_slots_and_lines_in_the_order_of_their_names() {
    let (k, _) = Cuisine::garnie().await;
    let (eclair, _) = k.c.recette("Éclair", &[(&k.riz, 10.0)]).await;
    let (dinde, _) = k.c.recette("Dinde", &[(&k.riz, 10.0)]).await;
    k.planifier(&[(&k.bowl, 25.0), (&eclair, 5.0), (&dinde, 3.5)]).await;
    let ecran = k.ecran().await;
    assert_eq!(ecran["quantites_a_produire_aujourdhui"], json!(33.5));
    assert_eq!(creneaux(&ecran, "debut"), ["06:00", "11:00", "16:00"]);
    assert_eq!(creneaux(&ecran, "fin"), ["10:00", "15:00", "22:00"]);
    let somme: f64 = creneaux(&ecran, "quantite").iter().filter_map(Value::as_f64).sum();
    assert!((somme - 33.5).abs() < 1e-9, "{somme}");
    let noms: Vec<String> = ecran["cuisine"]
        .as_array()
        .expect("cuisine")
        .iter()
        .map(|l| texte(&l["recette_nom"]))
        .collect();
    assert_eq!(noms, ["Bowl du chef", "Dinde", "Éclair"]);
    let bowl = &ecran["cuisine"][0];
    for (champ, valeur) in [
        ("recette_id", json!(k.bowl)),
        ("quantite_planifiee", json!(25)),
        ("quantite_produite", json!(0)),
        ("statut", json!("A_PRODUIRE")),
        ("restant", json!(25)),
        ("unite", json!("piece")),
        ("gencodes", json!([GENCODE])),
        ("manques", json!([])),
        ("peut_annuler", json!(false)),
        ("derniere", Value::Null),
    ] {
        assert_eq!(bowl[champ], valeur, "{champ}");
    }
    assert_eq!(ecran["derniere"], Value::Null);
}

#[tokio::test]
async fn a_whole_total_is_split_into_whole_units() {
    let (k, _) = Cuisine::garnie().await;
    let ecran = k.ecran().await;
    assert_eq!(creneaux(&ecran, "quantite"), [8, 7, 10]);
    k.ajuste(9.0).await.attendue(200);
    assert_eq!(creneaux(&k.ecran().await, "fait"), [8, 1, 0]);
}

#[tokio::test]
async fn grams_and_pieces_are_added_in_the_contracts_field_only() {
    let (k, _) = Cuisine::garnie().await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"}});
    let (sauce, _) = k.c.recette_de(sauce, &[(&k.riz, 100.0)]).await;
    k.planifier(&[(&k.bowl, 25.0), (&sauce, 1700.0)]).await;
    k.ajuste(9.0).await.attendue(200);
    let ecran = k.ecran().await;
    assert_eq!(creneaux(&ecran, "quantite").iter().filter_map(Value::as_i64).sum::<i64>(), 1725);
    let part = |unite: &str, quantite: i64, fait: i64| json!({"unite": unite, "quantite": quantite, "fait": fait});
    assert_eq!(
        creneaux(&ecran, "par_unite"),
        [
            json!([part("piece", 8, 8), part("g", 500, 0)]),
            json!([part("piece", 7, 1), part("g", 500, 0)]),
            json!([part("piece", 10, 0), part("g", 700, 0)]),
        ]
    );
}

#[tokio::test]
async fn the_shares_of_past_sales_of_the_same_weekday_split_the_day() {
    let (k, _) = Cuisine::garnie().await;
    k.produit().await.attendue(200);
    let (semaine, deux, veille) = (jour(-7), jour(-14), jour(-8));
    let sql = format!(
        "insert into mouvement_stock
                      (magasin_id, lot_id, id, type, quantite, operation_id, cree_le)
               select l.magasin_id, l.id, gen_random_uuid(), 'VENTE', -v.q, m.operation_id,
                      v.quand::timestamptz
                 from lot l
                 join mouvement_stock m on m.lot_id = l.id and m.type = 'PRODUCTION',
                      (values (3000, '{semaine} 09:30 Europe/Paris'),
                              (1000, '{semaine} 12:00 Europe/Paris'),
                              (1000, '{deux} 21:00 Europe/Paris'),
                              (9000, '{veille} 12:00 Europe/Paris'),
                              (9000, '{semaine} 23:30 Europe/Paris')) v(q, quand)"
    );
    crate::invariants::comme_superutilisateur(&k.s, &sql).await;
    assert_eq!(creneaux(&k.ecran().await, "quantite"), [15, 5, 5]);
}

#[tokio::test]
async fn a_line_is_called_by_its_menu_else_the_magasins_else_everyones_else_the_recipe() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    k.planifier(&[(&k.bowl, 5.0), (&wok, 5.0)]).await;
    assert_eq!(k.ligne_de(&wok).await["recette_nom"], "Wok");
    let menu = async |nom: &str, recette: &str, magasin: Value| {
        let corps = json!({"nom": nom, "recette_id": recette, "magasin_id": magasin});
        texte(&k.c.client.post("/api/interne/menus", &corps).await.attendue(201)["id"])
    };
    menu("Wok pour tous", &wok, Value::Null).await;
    assert_eq!(k.ligne_de(&wok).await["recette_nom"], "Wok pour tous");
    menu("Wok maison", &wok, json!(k.c.magasin)).await;
    let choisi = menu("Wok royal", &wok, json!(k.c.magasin)).await;
    let ailleurs = k.c.autre_magasin("Boutique").await;
    menu("À la boutique", &wok, json!(ailleurs)).await;
    assert_eq!(k.ligne_de(&wok).await["recette_nom"], "Wok maison");
    let lignes = json!({"lignes":
        [{"recette_id": wok, "menu_id": choisi, "quantite_planifiee": 5}]});
    let chemin = format!("/api/interne/plans/{}/{JOUR}", k.c.magasin);
    k.c.client.put(&chemin, &lignes).await.attendue(200);
    assert_eq!(k.ligne_de(&wok).await["recette_nom"], "Wok royal");
    // What an action answers bears the same name.
    let fait = k.dire("produit", &k.corps(&wok)).await.attendue(200);
    assert_eq!(fait["ligne"]["produit_nom"], "Wok royal");
}

#[tokio::test]
async fn what_is_missing_for_what_is_left_is_said_before_anyone_taps() {
    let k = Cuisine::ouverte().await;
    k.c.lot(&k.riz, 1000.0, Some(jour(-2))).await;
    k.c.lot(&k.riz, 750.0, Some(jour(9))).await;
    let manques = k.ligne().await["manques"].clone();
    assert_eq!(
        manques,
        json!([{"ingredient_id": k.riz, "ingredient_nom": "Riz",
        "manque": 3000, "unite": "g"}])
    );
    let totaux = k.ecran().await["totaux"].clone();
    assert_eq!(
        totaux["ingredients"],
        json!([{"ingredient_id": k.riz, "ingredient_nom": "Riz",
        "unite": "g", "besoin": 3750, "disponible": 750, "prevu": 0, "manque": 3000}])
    );
    k.ajuste(5.0).await.attendue(200);
    assert_eq!(k.ligne().await["manques"][0]["manque"], 3000);
    k.planifier(&[(&k.bowl, 5.0)]).await;
    let ecran = k.ecran().await;
    assert_eq!(
        (&ecran["cuisine"][0]["manques"], &ecran["totaux"]["ingredients"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(ecran["totaux"]["produits"][0]["produit"], 5);
}

#[tokio::test]
async fn the_first_lot_to_use_is_the_usable_one_that_expires_first() {
    let k = Cuisine::ouverte().await;
    let thon = k.c.ingredient("Thon").await;
    let (nicoise, _) = k.c.recette("Niçoise", &[(&k.riz, 10.0), (&thon, 10.0)]).await;
    k.planifier(&[(&nicoise, 2.0)]).await;
    assert_eq!(k.ligne_de(&nicoise).await["premier_lot"], Value::Null);
    let lot = async |ingredient: &str, code: &str, dlc: Option<&str>| {
        let corps = json!({"magasin_id": k.c.magasin, "lignes": [{"ingredient_id": ingredient,
            "quantite": 1000, "unite": "g", "code_lot": code, "date_dlc": dlc}]});
        k.cook.post("/api/interne/receptions", &corps).await.attendue(201);
    };
    lot(&k.riz, "R-SANS", None).await;
    assert_eq!(k.ligne_de(&nicoise).await["premier_lot"], Value::Null);
    lot(&k.riz, "R-PASSE", Some(jour(-1))).await;
    lot(&k.riz, "R-1", Some(jour(8))).await;
    lot(&thon, "T-2", Some(jour(4))).await;
    lot(&thon, "T-1", Some(jour(2))).await;
    let attendu = json!({"ingredient_nom": "Thon", "code_lot": "T-1", "date_dlc": jour(2)});
    assert_eq!(k.ligne_de(&nicoise).await["premier_lot"], attendu);
    k.dire("produit", &k.corps(&nicoise)).await.attendue(200);
    assert_eq!(k.ligne_de(&nicoise).await["premier_lot"], Value::Null);
}

#[tokio::test]
async fn the_banner_has_the_last_action_of_the_day_and_who_did_it() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    k.planifier(&[(&k.bowl, 5.0), (&wok, 5.0)]).await;
    k.ajuste(2.0).await.attendue(200);
    let mut corps = k.corps(&wok);
    corps["quantite"] = json!(4);
    k.c.client.post(&format!("{PREPARATION}/ajuste"), &corps).await.attendue(200);
    let derniere = k.ecran().await["derniere"].clone();
    for (champ, valeur) in [
        ("recette_id", json!(wok)),
        ("recette_nom", json!("Wok")),
        ("type", json!("AJUSTE")),
        ("quantite", json!(4)),
        ("auteur", json!("admin")),
        ("peut_annuler", json!(true)),
    ] {
        assert_eq!(derniere[champ], valeur, "{champ} : {derniere}");
    }
    k.dire("annuler", &k.corps(&wok)).await.attendue(200);
    let derniere = k.ecran().await["derniere"].clone();
    assert_eq!(
        (&derniere["recette_id"], &derniere["auteur"]),
        (&json!(k.bowl), &json!("operateur"))
    );
}

#[tokio::test]
async fn the_last_action_says_what_the_line_goes_back_to() {
    let (k, _) = Cuisine::garnie().await;
    k.non_produit().await.attendue(200);
    k.ajuste(4.0).await.attendue(200);
    k.scanner().await.attendue(200);
    for (avant, statut) in [(4, "AJUSTE"), (0, "NON_PRODUIT"), (0, "A_PRODUIRE")] {
        let derniere = k.ligne().await["derniere"].clone();
        assert_eq!(
            (&derniere["avant"], &derniere["statut_avant"]),
            (&json!(avant), &json!(statut)),
            "{derniere}"
        );
        k.annuler().await.attendue(200);
        let ligne = k.ligne().await;
        assert_eq!(
            (&ligne["quantite_produite"], &ligne["statut"]),
            (&json!(avant), &json!(statut))
        );
    }
}

#[tokio::test]
async fn the_version_changes_with_each_change_and_only_then() {
    let (k, lot) = Cuisine::garnie().await;
    let version = async || texte(&k.ecran().await["version"]);
    let mut vues = vec![version().await];
    assert_eq!(version().await, vues[0]);
    k.scanner().await.attendue(200);
    vues.push(version().await);
    k.annuler().await.attendue(200);
    k.non_produit().await.attendue(200);
    vues.push(version().await);
    k.annuler().await.attendue(200);
    let perte = json!({"magasin_id": k.c.magasin, "lot_id": lot, "quantite": 98_000, "unite": "g",
        "motif": "renversé"});
    k.cook.post("/api/interne/pertes", &perte).await.attendue(201);
    vues.push(version().await);
    k.planifier(&[(&k.bowl, 26.0)]).await;
    vues.push(version().await);
    let toutes = vues.len();
    vues.sort();
    vues.dedup();
    assert_eq!(vues.len(), toutes);
}

#[tokio::test]
async fn an_incomplete_recipe_is_shown_as_such() {
    let (k, _) = Cuisine::garnie().await;
    crate::invariants::planter(
        &k.s,
        "update ligne_recette set article_id = null, quantite = 0, libelle = 'riz rond'",
    )
    .await;
    // Known under another version: what was read of this one is not forgotten.
    crate::invariants::planter(
        &k.s,
        "update recette_version set cree_le = cree_le + interval '1s'",
    )
    .await;
    assert_eq!(k.ligne().await["recette_incomplete"], true);
    k.produit().await.refusee(409, "recette_incomplete");
    k.s.verifier();
}
