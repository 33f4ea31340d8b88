//! What is on a package: numbers, element strings, weights, labels of lots.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cuisine, texte};

/// Of the bowl, beside its own.
const EAN: &str = "3017620422003";
const PESE: &str = "2123456012507";

async fn menu(k: &Cuisine, nom: &str, gencode: &str) -> crate::outils::Reponse {
    let corps = json!({"nom": nom, "recette_id": k.bowl, "magasin_id": k.c.magasin,
        "gencode": gencode});
    k.c.client.post("/api/interne/menus", &corps).await
}

/// What a scan of it makes of the bowl.
async fn scanner(k: &Cuisine, code: &str) -> Value {
    k.dire("scan", &k.corps_scan(code)).await.attendue(200)["ligne"]["produit"].take()
}

/// As our labels bear it: 26 characters of Crockford's base 32.
fn etiquette(lot: &str) -> String {
    let n = Uuid::parse_str(lot).unwrap().as_u128();
    let lettres = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..26).rev().map(|i| char::from(lettres[(n >> (5 * i)) as usize & 31])).collect()
}

#[tokio::test]
async fn a_number_is_the_same_with_8_12_13_or_14_digits_and_inside_an_element_string() {
    let (k, lot) = Cuisine::garnie().await;
    menu(&k, "Bowl en rayon", EAN).await.attendue(201);
    menu(&k, "Petit bowl", "00000096385074").await.attendue(201);
    for autre in ["03017620422003", "96385074", "096385074004"] {
        let pris = menu(&k, autre, autre).await;
        if autre.len() == 12 {
            pris.attendue(201)
        } else {
            pris.refusee(409, "gencode_deja_pris")
        };
    }
    let long = "]C10103017620422003310300125010L42\u{1d}99PLUS-DE-SOIXANTE-QUATRE-SIGNES-EN-TOUT";
    for (n, code) in [
        EAN,
        "03017620422003",
        "96385074",
        "0000096385074",
        "(01)03017620422003(17)261130(10)L42",
        long,
        "0203017620422003",
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(scanner(&k, code).await, json!(n + 1), "{code}");
    }
    // A digit read wrongly is told as such, and counts nothing.
    for (faux, raison) in [
        ("3017620422004", "chiffre_de_controle"),
        ("(01)03017620422004(10)L42", "chiffre_de_controle"),
        ("]C10", "illisible"),
        ("(00)003017620000000017", "sans_produit"),
        ("4006381333931", "inconnu"),
    ] {
        let refus = k.dire("scan", &k.corps_scan(faux)).await.refusee(404, "gencode_inconnu");
        assert_eq!(refus["raison"], raison, "{refus}");
    }
    // The label of a lot of ours never counts, whatever stands beside it; another's (91) is nothing.
    let sien = format!("(01)03017620422003(91){}", etiquette(&lot));
    let refus = k.dire("scan", &k.corps_scan(&sien)).await.refusee(409, "etiquette_de_lot");
    assert_eq!((&refus["lot_id"], texte(&refus["detail"]).contains("lot")), (&json!(lot), true));
    let avant = k.etat().await.0;
    let inconnu = format!("(01)03017620422003(91){}", etiquette(&Uuid::now_v7().to_string()));
    assert_eq!(scanner(&k, &inconnu).await.as_f64(), Some(avant + 1.0));
    k.s.verifier();
}

#[tokio::test]
async fn with_a_pattern_of_weights_a_number_of_the_shop_is_its_article_and_its_weight() {
    let (k, lot) = Cuisine::garnie().await;
    let lire = async |code: &str| {
        let chemin = format!("/api/interne/gs1?magasin_id={}&code={code}", k.c.magasin);
        k.cook.get(&chemin).await
    };
    menu(&k, "Bowl pesé", "2123456000009").await.attendue(201);
    k.dire("scan", &k.corps_scan(PESE)).await.refusee(404, "gencode_inconnu");
    let regler = async |client: &crate::outils::Client, motif: Value| {
        client.put("/api/interne/chaine", &json!({"motif_poids": motif})).await
    };
    regler(&k.cook, json!("2AAAAAAPPPPPC")).await.refusee(403, "role_insuffisant");
    for faux in ["3AAAAAAPPPPPC", "2AAAAAAPPPPP", "2PPPPPPAAAAAC"] {
        let refus = regler(&k.c.client, json!(faux)).await.attendue(400);
        assert_eq!(refus["erreurs"][0]["champ"], "motif_poids", "{refus}");
    }
    regler(&k.c.client, json!("2AAAAAAPPPPPC")).await.attendue(200);
    let rien = k.c.client.put("/api/interne/chaine", &json!({})).await.attendue(400);
    assert_eq!(rien["erreurs"][0]["champ"], "motif_poids", "{rien}");
    let chaine = k.cook.get("/api/interne/chaine").await.attendue(200);
    assert_eq!(chaine["motif_poids"], "2AAAAAAPPPPPC");
    assert_eq!(scanner(&k, PESE).await, json!(1));
    let lu = lire(PESE).await.attendue(200);
    assert_eq!((&lu["ingredient_nom"], &lu["poids"]), (&json!("Bowl"), &json!(1250)));
    k.dire("scan", &k.corps_scan("2999999012508")).await.refusee(404, "gencode_inconnu");

    let lu = lire("(01)04006381333931(17)261200(10)L42").await.attendue(200);
    let attendu = json!({"gencode": "4006381333931", "ingredient_id": null, "ingredient_nom": null,
        "code_lot": "L42", "date_dlc": "2026-12-31", "poids": null, "lot": null});
    assert_eq!(lu, attendu);
    let lu = lire(&format!("91{}", etiquette(&lot))).await.attendue(200);
    assert_eq!((&lu["lot"]["lot_id"], &lu["lot"]["ingredient_nom"]), (&json!(lot), &json!("Riz")));
    let faux = lire("4006381333932").await.attendue(400);
    assert!(texte(&faux["erreurs"][0]["message"]).contains("chiffre de contrôle"), "{faux}");
    regler(&k.c.client, Value::Null).await.attendue(200);
    k.dire("scan", &k.corps_scan(PESE)).await.refusee(404, "gencode_inconnu");
}

const MOTIF: &str = "2AAAAAAPPPPPC";

/// Of article 123456, with so many grams.
fn pese(grammes: u32) -> String {
    let debut = format!("2123456{grammes:05}");
    let somme: u32 = debut
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(c, p)| u32::from(c - b'0') * p)
        .sum();
    format!("{debut}{}", (10 - somme % 10) % 10)
}

#[tokio::test]
async fn of_what_is_kept_by_weight_a_scan_counts_the_weight_that_the_code_says_or_nothing() {
    let (k, _) = Cuisine::garnie().await;
    k.c.client.put("/api/interne/chaine", &json!({"motif_poids": MOTIF})).await.attendue(200);
    let de =
        |unite: &str, nom: &str| json!({"nom": nom, "rendement": {"quantite": 1, "unite": unite}});
    let (sauce, _) = k.c.recette_de(de("kg", "Sauce"), &[(&k.riz, 100.0)]).await;
    let (jus, _) = k.c.recette_de(de("l", "Jus"), &[(&k.riz, 100.0)]).await;
    for (recette, gencode) in [(&sauce, "2123456000009"), (&sauce, EAN), (&jus, "96385074")] {
        let corps = json!({"nom": gencode, "recette_id": recette, "magasin_id": k.c.magasin,
            "gencode": gencode});
        k.c.client.post("/api/interne/menus", &corps).await.attendue(201);
    }
    k.planifier(&[(&k.bowl, 25.0), (&sauce, 2000.0), (&jus, 1000.0)]).await;
    let fait = k.dire("scan", &k.corps_scan(&pese(350))).await.attendue(200);
    assert_eq!((&fait["ligne"]["produit"], &fait["quantite"]), (&json!(350), &json!(350)));
    // (310n) says it too.
    let brut = format!("(01)0{EAN}(3103)000125");
    let fait = k.dire("scan", &k.corps_scan(&brut)).await.attendue(200);
    assert_eq!(fait["ligne"]["produit"], 475);
    for (code, refus) in [
        (pese(0), "poids_nul"),
        (EAN.to_owned(), "code_sans_poids"),
        ("96385074".to_owned(), "code_sans_poids"),
    ] {
        let refus = k.dire("scan", &k.corps_scan(&code)).await.refusee(409, refus);
        assert!(texte(&refus["detail"]).contains("Ajusté"), "{refus}");
    }
    let lignes = (k.ligne_de(&sauce).await, k.ligne_de(&jus).await);
    assert_eq!(
        (&lignes.0["quantite_produite"], &lignes.1["quantite_produite"]),
        (&json!(475), &json!(0))
    );
    k.s.verifier();
}

#[tokio::test]
async fn a_weighed_article_that_several_menus_bear_counts_for_none_of_them() {
    let (k, _) = Cuisine::garnie().await;
    k.c.client.put("/api/interne/chaine", &json!({"motif_poids": MOTIF})).await.attendue(200);
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    menu(&k, "Bowl pesé", &pese(0)).await.attendue(201);
    menu(&k, "Bowl pesé aussi", &pese(500)).await.attendue(201);
    assert_eq!(scanner(&k, &pese(350)).await, json!(1), "une seule recette : aucun doute");
    let corps = json!({"nom": "Wok pesé", "recette_id": wok, "gencode": pese(250)});
    k.c.client.post("/api/interne/menus", &corps).await.attendue(201);
    // With the very number of one of them too: its weight is by chance.
    for code in [pese(350), pese(250), pese(500)] {
        let refus = k.dire("scan", &k.corps_scan(&code)).await.refusee(409, "article_ambigu");
        let candidats: Vec<String> = serde_json::from_value(refus["candidats"].clone()).unwrap();
        assert!(candidats.contains(&"Wok pesé".to_owned()), "{refus}");
        assert!(texte(&refus["detail"]).contains("Bowl pesé"), "{refus}");
        let chemin = format!("/api/interne/gs1?magasin_id={}&code={code}", k.c.magasin);
        k.cook.get(&chemin).await.refusee(409, "article_ambigu");
    }
    assert_eq!(k.etat().await.0, 1.0);
    k.s.verifier();
}

/// The schema as it was before numbers compared on 14 digits.
const AVANT: &str = "drop index menu_gencode; drop table chaine;
    alter table menu drop column gencode_cle, drop column gencode_double_de;
    create unique index menu_gencode on menu (magasin_id, gencode) nulls not distinct
        where gencode is not null;";
const MIGRATION: &str = include_str!("../../../migrations/0018_gencodes.sql");

#[tokio::test]
async fn of_two_menus_that_bore_one_number_the_older_keeps_it_and_the_other_is_told() {
    let (mut k, _) = Cuisine::garnie().await;
    let mut c = k.s.base().lire().await.unwrap();
    sqlx::raw_sql(AVANT).execute(&mut *c).await.unwrap();
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 50.0)]).await;
    let ajouter = "insert into menu (id, nom, recette_id, gencode, cree_le)
                   values (gen_random_uuid(), $1, $2::uuid, $3, now() + $4 * interval '1 second')";
    for (n, (nom, recette, gencode)) in [
        ("Bowl UPC", &k.bowl, "012345678905"),
        ("Wok EAN", &wok, "0012345678905"),
        ("Wok seul", &wok, "MENU-1"),
    ]
    .into_iter()
    .enumerate()
    {
        let requete = sqlx::query(ajouter).bind(nom).bind(recette).bind(gencode);
        requete.bind(f64::from(n as u8)).execute(&mut *c).await.unwrap();
    }
    sqlx::raw_sql(MIGRATION).execute(&mut *c).await.unwrap();
    drop(c);
    let menus = k.c.client.get("/api/interne/menus").await.attendue(200);
    let menus = menus["elements"].as_array().unwrap();
    let de = |nom: &str| menus.iter().find(|m| m["nom"] == nom).unwrap();
    assert_eq!(de("Wok EAN")["gencode"], "0012345678905", "rien n'est perdu");
    assert_eq!(de("Wok EAN")["gencode_double_de"], de("Bowl UPC")["id"]);
    assert!(menus.iter().filter(|m| !m["gencode_double_de"].is_null()).count() == 1);
    k.planifier(&[(&k.bowl, 5.0), (&wok, 5.0)]).await;
    for code in ["012345678905", "0012345678905"] {
        let fait = k.dire("scan", &k.corps_scan(code)).await.attendue(200);
        assert_eq!(fait["ligne"]["id"], k.bowl.as_str(), "{code}");
    }
    assert_eq!(k.ligne_de(&wok).await["gencodes"], json!(["MENU-1"]));
    k.s.tuer();
    k.s.relancer();
    let dit = k.s.attendre_evenement("menu_gencode_double").await;
    assert!(dit.contains("Wok EAN") && dit.contains("Bowl UPC"), "{dit}");

    // Settled: one of them bears another number, or none; a scan finds the other.
    let (k, admin) = (&k, k.c.client.sur(k.s.url()));
    let donner = async |nom: &str, gencode: Value| {
        let chemin = format!("/api/interne/menus/{}/gencode", texte(&de(nom)["id"]));
        admin.put(&chemin, &json!({"gencode": gencode})).await
    };
    donner("Wok seul", json!("012345678905")).await.refusee(409, "gencode_deja_pris");
    let sans = donner("Bowl UPC", Value::Null).await.attendue(200);
    assert_eq!((&sans["gencode"], &sans["gencode_double_de"]), (&Value::Null, &Value::Null));
    let cook = k.cook.sur(k.s.url());
    let scan = format!("{}/scan", super::PREPARATION);
    let fait = cook.post(&scan, &k.corps_scan("012345678905")).await.attendue(200);
    assert_eq!(fait["ligne"]["id"], wok.as_str());
    donner("Bowl UPC", json!("012345678905")).await.refusee(409, "gencode_deja_pris");
    // The same number written otherwise is no other; another one leaves the first free.
    donner("Wok EAN", json!("012345678905")).await.attendue(200);
    let donne = donner("Wok EAN", json!(" MENU-2 ")).await.attendue(200);
    assert_eq!((&donne["gencode"], &donne["gencode_double_de"]), (&json!("MENU-2"), &Value::Null));
    donner("Bowl UPC", json!("0012345678905")).await.attendue(200);
    admin
        .put("/api/interne/menus/x/gencode", &json!({"gencode": null}))
        .await
        .refusee(400, "requete_invalide");
    let inconnu = "/api/interne/menus/00000000-0000-7000-8000-000000000000/gencode";
    admin.put(inconnu, &json!({"gencode": null})).await.refusee(404, "menu_inconnu");
    admin.put(inconnu, &json!({})).await.refusee(400, "requete_invalide");
}
