//! What is received, in the units people write, and the stock as it is listed.

use serde_json::{Value, json};

use super::{
    RECEPTIONS, champs_fautifs, creer, cuisine, lignes_par_table, mettre_en_etat, mouvements_de,
    texte,
};
use crate::outils::Chaine;
use crate::outils::chaine::jour;

async fn ingredient(c: &Chaine, corps: Value) -> String {
    texte(&creer(&c.client, "/api/interne/ingredients", corps).await["id"]).to_owned()
}

fn reception(c: &Chaine, lignes: &[(&str, f64, &str)]) -> Value {
    let lignes: Vec<Value> = lignes
        .iter()
        .map(|(i, q, u)| json!({"ingredient_id": i, "quantite": q, "unite": u}))
        .collect();
    json!({"magasin_id": c.magasin, "lignes": lignes})
}

#[tokio::test]
async fn what_is_received_in_any_unit_is_kept_in_the_unit_of_its_article() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let huile = ingredient(&c, json!({"nom": "Huile", "unite_base": "ml", "densite": 0.916})).await;
    let oeuf =
        ingredient(&c, json!({"nom": "Œuf", "unite_base": "piece", "poids_piece": 55})).await;
    let cas = [
        (&riz, 1.5, "kg", json!(1500)),
        (&riz, 250.0, "mg", json!(0.25)),
        (&riz, 12.345, "g", json!(12.345)),
        (&huile, 2.0, "l", json!(2000)),
        (&huile, 75.0, "cl", json!(750)),
        (&huile, 0.458, "kg", json!(500)),
        (&oeuf, 6.0, "pièce", json!(6)),
        (&oeuf, 110.0, "g", json!(2)),
        (&oeuf, 100.0, "g", json!(1.818)),
    ];
    let lignes: Vec<_> = cas.iter().map(|(i, q, u, _)| (i.as_str(), *q, *u)).collect();
    let recue = creer(&c.client, RECEPTIONS, reception(&c, &lignes)).await;
    assert_eq!(recue["warnings"], json!([]));
    let lots = c.lots().await;
    for (i, (article, quantite, unite, attendu)) in cas.iter().enumerate() {
        assert_eq!(recue["lots"][i]["ingredient_id"], json!(article));
        let lot = lots.iter().find(|l| l["lot_id"] == recue["lots"][i]["lot_id"]).expect("lot");
        assert_eq!(&lot["solde"], attendu, "{quantite} {unite}");
        let id = texte(&lot["lot_id"]);
        let solde = lot["solde"].as_f64().expect("solde");
        assert_eq!(mouvements_de(&c, id).await, [("RECEPTION".to_owned(), solde)]);
    }
    s.verifier();
}

#[tokio::test]
async fn a_delivery_with_one_faulty_line_is_refused_whole() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let avant = lignes_par_table(&s).await;
    let lignes = [(riz.as_str(), 1.0, "kg"), (riz.as_str(), 1.0, "l")];
    let refus = c.client.post(RECEPTIONS, &reception(&c, &lignes)).await;
    let refus = refus.refusee(400, "requete_invalide");
    assert_eq!(champs_fautifs(&refus), ["lignes[1].unite"]);
    let lignes = [(riz.as_str(), 1.0, "kg"), (riz.as_str(), 0.0, "g"), (riz.as_str(), 1.0, "t")];
    let refus = c.client.post(RECEPTIONS, &reception(&c, &lignes)).await;
    let refus = refus.refusee(400, "requete_invalide");
    assert_eq!(champs_fautifs(&refus), ["lignes[1].quantite", "lignes[2].unite"]);
    let inconnu = "00000000-0000-7000-8000-000000000000";
    let refus = c.client.post(RECEPTIONS, &reception(&c, &[(inconnu, 1.0, "g")])).await;
    refus.refusee(404, "ingredient_inconnu");
    let mut de_personne = reception(&c, &[(&riz, 1.0, "g")]);
    de_personne["fournisseur_id"] = json!(inconnu);
    c.client.post(RECEPTIONS, &de_personne).await.refusee(404, "fournisseur_inconnu");
    let refus = c.client.post(RECEPTIONS, &reception(&c, &[])).await;
    assert_eq!(champs_fautifs(&refus.refusee(400, "requete_invalide")), ["lignes"]);
    assert_eq!(lignes_par_table(&s).await, avant);
}

#[tokio::test]
async fn the_stock_is_listed_first_expired_first_with_all_that_is_there() {
    let (_s, c) = cuisine().await;
    let (riz, thon) = (c.ingredient("Riz").await, c.ingredient("Thon").await);
    let (bowl, article) =
        c.recette_de(json!({"nom": "Bowl", "duree_vie_jours": 1}), &[(&riz, 50.0)]).await;
    let sans = c.lot(&riz, 50.0, None).await;
    let vide = c.lot(&riz, 50.0, Some(jour(0))).await;
    let perime = c.lot(&thon, 10.0, Some(jour(-21))).await;
    let bloque = c.lot(&thon, 10.0, Some(jour(8))).await;
    mettre_en_etat(&c, &bloque, "bloque").await.attendue(201);
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);

    let stock = async |suite: &str| {
        let chemin = format!("/api/interne/stock?magasin_id={}{suite}", c.magasin);
        c.client.get(&chemin).await.attendue(200)
    };
    let ids = |liste: &Value| -> Vec<String> {
        let elements = liste["elements"].as_array().expect("éléments");
        elements.iter().map(|l| texte(&l["lot_id"]).to_owned()).collect()
    };
    let tout = stock("").await;
    let fait = texte(&tout["elements"][1]["lot_id"]).to_owned();
    assert_eq!(ids(&tout), [&perime, &fait, &bloque, &sans].map(Clone::clone));
    let lot = &tout["elements"][1];
    assert_eq!((&lot["ingredient_id"], &lot["unite"]), (&json!(article), &json!("piece")));
    assert_eq!((&lot["solde"], &lot["date_dlc"]), (&json!(1), &json!(jour(1))));
    assert_eq!(tout["suivant"], Value::Null);
    let avec_vides = stock("&vides=true").await;
    assert_eq!(ids(&avec_vides), [&perime, &vide, &fait, &bloque, &sans].map(Clone::clone));
    assert_eq!(ids(&stock(&format!("&ingredient_id={thon}")).await), [perime, bloque]);
    let boutique = c.autre_magasin("Boutique").await;
    let ailleurs = c.client.get(&format!("/api/interne/stock?magasin_id={boutique}")).await;
    assert_eq!(ailleurs.attendue(200), json!({"elements": [], "suivant": null}));
}

#[tokio::test]
async fn the_stock_read_page_by_page_shows_each_lot_once_in_the_same_order() {
    let (_s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    // Same DLC and same time received: only the id tells them apart.
    let mut lignes = Vec::new();
    for dlc in [Value::Null, json!(jour(10)), json!(jour(9)), Value::Null] {
        for _ in 0..3 {
            let ligne = json!({"ingredient_id": riz, "quantite": 1, "unite": "g", "date_dlc": dlc});
            lignes.push(ligne);
        }
    }
    for recue_le in ["2026-11-01T08:00:00.123456Z", "2026-10-01T08:00:00Z"] {
        let corps = json!({"magasin_id": c.magasin, "recue_le": recue_le, "lignes": lignes});
        creer(&c.client, RECEPTIONS, corps).await;
    }
    let tous: Vec<Value> = c.lots().await;
    assert_eq!(tous.len(), 24);
    for limite in [1, 5, 8, 23, 24] {
        let (mut lus, mut apres) = (Vec::new(), String::new());
        loop {
            let magasin = &c.magasin;
            let chemin = format!("/api/interne/stock?magasin_id={magasin}&limite={limite}{apres}");
            let mut page = c.client.get(&chemin).await.attendue(200);
            let elements: Vec<Value> =
                serde_json::from_value(page["elements"].take()).expect("lots");
            assert!(elements.len() <= limite && lus.len() < 24);
            lus.extend(elements);
            let Some(suivant) = page["suivant"].as_str() else { break };
            apres = format!("&apres={suivant}");
        }
        assert_eq!(lus, tous, "par {limite}");
    }
    for (parametre, champ) in [
        ("limite=0", "limite"),
        ("limite=1001", "limite"),
        ("limite=dix", "limite"),
        ("apres=nimporte", "apres"),
        ("vides=oui", "vides"),
    ] {
        let chemin = format!("/api/interne/stock?magasin_id={}&{parametre}", c.magasin);
        let refus = c.client.get(&chemin).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), [champ], "{parametre}");
    }
}

#[tokio::test]
async fn the_movements_of_a_lot_are_read_page_by_page_too() {
    let (_s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 1.0)]).await;
    let lot = c.lot(&riz, 10.0, None).await;
    for _ in 0..4 {
        c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    }
    let chemin = format!("/api/interne/lots/{lot}/mouvements?limite=2");
    let (mut types, mut apres) = (Vec::new(), String::new());
    for reste in [true, true, false] {
        let page = c.client.get(&format!("{chemin}{apres}")).await.attendue(200);
        for m in page["elements"].as_array().expect("mouvements") {
            types.push(texte(&m["type"]).to_owned());
        }
        assert_eq!(page["suivant"].is_string(), reste);
        apres = format!("&apres={}", page["suivant"].as_str().unwrap_or_default());
    }
    assert_eq!(types[0], "RECEPTION");
    assert_eq!(types[1..], vec!["CONSOMMATION"; 4]);
    let inconnu = "/api/interne/lots/00000000-0000-7000-8000-000000000000/mouvements";
    c.client.get(inconnu).await.refusee(404, "lot_inconnu");
}
