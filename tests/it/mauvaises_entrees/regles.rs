//! Well-formed, and refused by a rule: units, names taken, cycles, what stock there is.

use serde_json::{Value, json};

use super::cas::Cas;
use super::monde::{GENCODE, JOUR_DEMESURE, Monde};

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = unites(m);
    cas.extend(pris(m));
    cas.extend(recettes(m));
    cas.extend(stock(m));
    cas
}

fn avec((chemin, corps): (&'static str, Value), ecarts: &[(&str, Value)]) -> (&'static str, Value) {
    let mut corps = corps;
    for (pointeur, valeur) in ecarts {
        let (parent, nom) = pointeur.rsplit_once('/').expect("pointeur");
        corps.pointer_mut(parent).expect("objet")[nom] = valeur.clone();
    }
    (chemin, corps)
}

/// Never a guess: no density and no piece weight, no conversion.
fn unites(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for unite in ["ml", "l", "piece"] {
        let u = json!(unite);
        let (chemin, corps) = avec(m.reception(), &[("/lignes/0/unite", u.clone())]);
        let un = Cas::post(format!("recevoir du riz en {unite}"), chemin, &corps);
        cas.push(un.champ("lignes[0].unite"));
        let (chemin, corps) = avec(m.recette(), &[("/lignes/0/unite", u.clone())]);
        let un = Cas::post(format!("une recette avec du riz en {unite}"), chemin, &corps);
        cas.push(un.champ("lignes[0].unite"));
        for bon in [m.ajustement(), m.perte()] {
            let (chemin, corps) = avec(bon, &[("/unite", u.clone())]);
            cas.push(Cas::post(format!("{chemin} en {unite}"), chemin, &corps).champ("unite"));
        }
    }
    let oeuf = [("/lignes/0/ingredient_id", json!(m.oeuf)), ("/lignes/0/unite", json!("kg"))];
    let (chemin, corps) = avec(m.reception(), &oeuf);
    cas.push(Cas::post("recevoir des œufs en kg", chemin, &corps).champ("lignes[0].unite"));
    let trop_precis = [("/lignes/0/quantite", json!(0.5)), ("/lignes/0/unite", json!("mg"))];
    let (chemin, corps) = avec(m.reception(), &trop_precis);
    cas.push(Cas::post("un demi-milligramme", chemin, &corps).champ("lignes[0].quantite"));
    let enorme =
        [("/lignes/0/quantite", json!(1_000_000_001_i64)), ("/lignes/0/unite", json!("g"))];
    let (chemin, corps) = avec(m.reception(), &enorme);
    cas.push(Cas::post("plus de 1000 tonnes", chemin, &corps).champ("lignes[0].quantite"));
    cas
}

fn pris(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    let cuisine = json!({"nom": "cUISINE", "type_magasin": "VENTE"});
    let nature = json!({"nom": "  RIZ ", "unite_base": "g"});
    let oeuf = json!({"nom": "œUF", "unite_base": "g"});
    let cremerie = json!({"nom": "CRÈMERIE ÉTÉ"});
    for (nom, chemin, corps) in [
        ("magasin", "/api/interne/magasins", cuisine),
        ("ingrédient", "/api/interne/ingredients", nature),
        ("ingrédient à ligature", "/api/interne/ingredients", oeuf),
        ("fournisseur accentué", "/api/interne/fournisseurs", cremerie),
    ] {
        let un = Cas::post(format!("nom pris dans une autre casse : {nom}"), chemin, &corps);
        cas.push(un.refuse(409, "nom_deja_pris"));
    }
    for nom in ["bowl", "SAUCE", "RIZ"] {
        let (chemin, corps) = avec(m.recette(), &[("/nom", json!(nom))]);
        let un = Cas::post(format!("recette au nom pris : {nom}"), chemin, &corps);
        cas.push(un.refuse(409, "nom_deja_pris"));
    }
    for code in [GENCODE.to_owned(), format!("  {GENCODE} "), format!("0{GENCODE}")] {
        let (chemin, corps) = avec(m.menu(), &[("/gencode", json!(code))]);
        let un = Cas::post(format!("gencode pris « {code} »"), chemin, &corps);
        cas.push(un.refuse(409, "gencode_deja_pris"));
    }
    for prix in [json!(-1), json!(-0.01), json!(9.999)] {
        let (chemin, corps) = avec(m.menu(), &[("/prix", prix.clone())]);
        cas.push(Cas::post(format!("prix {prix}"), chemin, &corps).champ("prix"));
    }
    let email = json!({"email": "ADMIN@essai.FR", "nom_affiche": "A", "role": "admin",
        "mot_de_passe": "12345678"});
    let un = Cas::post("e-mail pris", "/api/interne/utilisateurs", &email);
    cas.push(un.refuse(409, "email_deja_pris"));
    cas
}

fn recettes(m: &Monde) -> Vec<Cas> {
    let article = json!(m.article_preparation);
    let en_kilos = ("/rendement/unite", json!("kg"));
    let de_sauce = [("/lignes/0/ingredient_id", article.clone()), en_kilos];
    let sauce = format!("/api/interne/recettes/{}", m.preparation);
    let bowl = format!("/api/interne/recettes/{}", m.recette);
    let soi = avec(m.recette(), &de_sauce).1;
    let [ligne, kilos] = de_sauce;
    let soi_meme = avec(m.recette(), &[ligne, kilos, ("/article_id", article.clone())]).1;
    let (pate, fond) = (json!(m.pate.0), json!(m.pate.1));
    let pate_de_fond = [
        ("/article_id", pate),
        ("/lignes/0/ingredient_id", fond),
        ("/lignes/0/unite", json!("piece")),
        ("/rendement/unite", json!("g")),
    ];
    let en_rond = avec(m.recette(), &pate_de_fond).1;
    let riz = avec(m.recette(), &[("/article_id", json!(m.riz))]).1;
    let autre_article = avec(m.recette(), &[("/article_id", article)]).1;
    let deux = json!({"lignes": [{"recette_id": m.recette, "quantite_planifiee": 1},
        {"recette_id": m.recette, "quantite_planifiee": 2}]});
    let sans_produite = json!({"lignes": []});
    vec![
        Cas::put("une sauce faite de sauce", &sauce, &soi).champ("lignes"),
        Cas::post("une préparation d'elle-même", "/api/interne/recettes", &soi_meme)
            .champ("lignes"),
        Cas::post("une préparation d'une autre faite d'elle", "/api/interne/recettes", &en_rond)
            .champ("lignes"),
        Cas::post("une recette qui fait du riz", "/api/interne/recettes", &riz).champ("article_id"),
        Cas::put("changer d'article", &bowl, &autre_article).champ("article_id"),
        Cas::put("deux fois la recette dans le plan", &m.plan(), &deux)
            .champ("lignes[1].recette_id"),
        Cas::put("retirer du plan ce qui est produit", &m.plan(), &sans_produite)
            .refuse(409, "ligne_deja_produite"),
    ]
}

fn stock(m: &Monde) -> Vec<Cas> {
    let (chemin, perte) = avec(m.perte(), &[("/quantite", json!(999_999))]);
    let mut cas =
        vec![Cas::post("perdre plus qu'il n'y a", chemin, &perte).refuse(409, "solde_insuffisant")];
    let (chemin, moins) = avec(m.ajustement(), &[("/quantite", json!(-999_999))]);
    cas.push(Cas::post("ajuster sous zéro", chemin, &moins).refuse(409, "solde_insuffisant"));
    let quantite = |q: Value| avec(m.production(), &[("/lignes/0/quantite_a_produire", q)]);
    let (chemin, trop) = quantite(json!(100_000));
    let un = Cas::post("produire plus que le stock", chemin, &trop);
    cas.push(un.refuse(409, "stock_insuffisant"));
    let (chemin, enorme) = quantite(json!(1_000_000_000));
    let un = Cas::post("produire le plus grand nombre", chemin, &enorme);
    cas.push(un.refuse(409, "stock_insuffisant"));
    let (chemin, mut geantes) = quantite(json!(0));
    let ligne = |id: &String| json!({"recette_id": id, "quantite_a_produire": 9_000_000});
    geantes["lignes"] = m.geantes.iter().map(ligne).collect();
    let un = Cas::post("des besoins dont la somme déborde", chemin, &geantes);
    cas.push(un.champ("quantite_a_produire"));
    let besoins = format!("/api/interne/plans/{}/{JOUR_DEMESURE}/besoins", m.magasin());
    let un = Cas::get("un plan dont les besoins débordent", &besoins);
    cas.push(un.champ("quantite_planifiee"));
    let (chemin, mut deux) = quantite(json!(1_000_000_000));
    deux["lignes"] = json!([deux["lignes"][0], deux["lignes"][0]]);
    let un = Cas::post("deux fois le plus grand nombre", chemin, &deux);
    cas.push(un.champ("lignes[1].quantite_a_produire"));
    cas
}
