//! Bodies spoiled at random: whatever is sent, never a 5xx, and the stock stays true.
//! The seed is printed; `DELICEGO_GRAINE=<n>` plays the same bodies again.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::outils::brut::brute;
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::graine::graine;
use crate::outils::{Chaine, Serveur};

const ESSAIS: usize = 500;

struct Bonne {
    methode: Method,
    chemin: String,
    corps: Value,
}

/// A good body of every route that writes, with names nobody has yet.
async fn bonnes(s: &Serveur, c: &Chaine) -> Vec<Bonne> {
    let riz = c.ingredient("Riz").await;
    let (recette, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let lot = c.lot(&riz, 1_000_000.0, None).await;
    let cuisine = s.operateur().await.get("/auth/me").await.attendue(200)["id"].take();
    let cuisine = cuisine.as_str().expect("id").to_owned();
    let ligne = json!({"ingredient_id": riz, "quantite": 5, "unite": "g", "code_lot": "L1",
        "date_dlc": jour(72)});
    let nouvelle = json!({"nom": "Soupe", "nature": "produit", "duree_vie_jours": 3,
        "rendement": {"quantite": 2, "unite": "piece"}, "lignes": [ligne]});
    let correction = json!({"magasin_id": c.magasin, "lot_id": lot, "ingredient_id": riz,
        "code_lot": null, "date_dlc": null, "quantite": 1.5, "unite": "g", "motif": "compté"});
    let interne = |chemin: &str| format!("/api/interne/{chemin}");
    let post = |chemin: String, corps: Value| Bonne { methode: Method::POST, chemin, corps };
    let put = |chemin: String, corps: Value| Bonne { methode: Method::PUT, chemin, corps };
    vec![
        post(PRODUIRE.to_owned(), c.demande(&[(&recette, 2.0), (&recette, 1.5)])),
        post(
            interne("receptions"),
            json!({"magasin_id": c.magasin, "fournisseur_id": null,
            "recue_le": "2026-11-22T08:00:00+01:00", "lignes": [ligne, ligne]}),
        ),
        post(interne("recettes"), nouvelle.clone()),
        put(interne(&format!("recettes/{recette}")), nouvelle),
        post(interne("ajustements"), correction.clone()),
        post(interne("pertes"), correction),
        post(interne(&format!("lots/{lot}/etat")), json!({"etat": "libre", "motif": "vu"})),
        post(
            interne("magasins"),
            json!({"nom": "Kiosque", "type_magasin": "VENTE",
            "fuseau": "Europe/Paris", "politique_stock": "compte"}),
        ),
        post(interne("fournisseurs"), json!({"nom": "Maraîcher"})),
        post(
            interne("ingredients"),
            json!({"nom": "Lait", "unite_base": "ml",
            "nature": "matiere", "densite": 1.03, "poids_piece": 5}),
        ),
        post(interne("ingredient-alias"), json!({"alias": "Riz rond", "ingredient_id": riz})),
        post(
            interne("menus"),
            json!({"nom": "Menu", "recette_id": recette,
            "magasin_id": c.magasin, "gencode": "123", "prix": 9.5}),
        ),
        put(interne("chaine"), json!({"motif_poids": "2AAAAAAPPPPPC"})),
        put(
            interne(&format!("plans/{}/{JOUR}", c.magasin)),
            json!({"lignes": [{"recette_id": recette, "quantite_planifiee": 12}]}),
        ),
        post(
            interne("manques/0197ffff-ffff-7fff-8fff-ffffffffffff/regulariser"),
            json!({"lot_id": lot, "code_lot": "L1", "date_dlc": jour(72)}),
        ),
        post(
            interne("utilisateurs"),
            json!({"email": "a@b.fr", "nom_affiche": "A",
            "role": "operateur", "mot_de_passe": "12345678"}),
        ),
        put(interne(&format!("utilisateurs/{cuisine}/actif")), json!({"actif": true})),
        post("/auth/login".to_owned(), json!({"email": "a@b.fr", "mot_de_passe": "12345678"})),
    ]
}

#[tokio::test]
async fn no_body_whatever_it_says_makes_the_server_fail() {
    let graine = graine("no_body_whatever_it_says");
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let bonnes = bonnes(&s, &c).await;
    let mut hasard = StdRng::seed_from_u64(graine);
    let mut acceptes = 0;
    for n in 0..ESSAIS {
        let bonne = bonnes.choose(&mut hasard).expect("une route");
        let mut corps = bonne.corps.clone();
        renommer(&mut corps, n);
        for _ in 0..hasard.random_range(0..=3) {
            gater(&mut corps, &mut hasard);
        }
        let texte = corps.to_string();
        let requete = c.client.requete(bonne.methode.clone(), &bonne.chemin);
        let requete = requete.header("content-type", "application/json").body(texte.clone());
        let r = brute(requete).await;
        let ou = format!(
            "DELICEGO_GRAINE={graine}, essai {n} : {} {} {texte:.3000} -> {} {}",
            bonne.methode, bonne.chemin, r.statut, r.texte
        );
        assert!(r.statut < 500, "{ou}");
        if r.statut >= 400 {
            assert_eq!(r.entete("content-type"), "application/problem+json", "{ou}");
            assert!(r.json()["code"].is_string(), "{ou}");
        } else {
            acceptes += 1;
        }
    }
    println!("{acceptes} corps acceptés sur {ESSAIS}");
    assert!((1..ESSAIS).contains(&acceptes));
    s.verifier();
}

/// What must be unique is, unless spoiled: the table behind the name is then reached.
fn renommer(corps: &mut Value, n: usize) {
    for champ in ["nom", "alias", "gencode"] {
        if let Some(Value::String(texte)) = corps.get_mut(champ) {
            texte.push_str(&format!(" {n}"));
        }
    }
    if corps.get("role").is_some() {
        corps["email"] = json!(format!("a{n}@b.fr"));
    }
}

/// Drops, doubles, replaces or retypes one value anywhere in the body.
fn gater(corps: &mut Value, hasard: &mut StdRng) {
    let mut pointeurs = Vec::new();
    enumerer(corps, String::new(), &mut pointeurs);
    let pointeur = pointeurs.choose(hasard).expect("la racine").clone();
    let Some((parent, dernier)) = pointeur.rsplit_once('/') else {
        if hasard.random_ratio(1, 4) {
            *corps = etrange(hasard);
        }
        return;
    };
    let parent = corps.pointer_mut(parent).expect("parent");
    match (parent, hasard.random_range(0..4)) {
        (Value::Object(objet), 0) => {
            objet.remove(dernier);
        }
        (Value::Array(liste), 0) => {
            let element = liste[0].clone();
            let combien = *[0, 1, 2, 50, 2001].choose(hasard).expect("nombre");
            *liste = vec![element; combien];
        }
        (Value::Object(objet), _) => {
            let ancien = objet.get(dernier).cloned().unwrap_or_default();
            objet.insert(dernier.to_owned(), autre(&ancien, hasard));
        }
        (Value::Array(liste), _) => {
            let rang: usize = dernier.parse().expect("rang");
            liste[rang] = autre(&liste[rang].clone(), hasard);
        }
        _ => {}
    }
}

fn enumerer(valeur: &Value, ici: String, pointeurs: &mut Vec<String>) {
    match valeur {
        Value::Object(objet) => {
            objet.iter().for_each(|(nom, v)| enumerer(v, format!("{ici}/{nom}"), pointeurs));
        }
        Value::Array(liste) => {
            let rangs = liste.iter().enumerate().take(3);
            rangs.for_each(|(i, v)| enumerer(v, format!("{ici}/{i}"), pointeurs));
        }
        _ => {}
    }
    pointeurs.push(ici);
}

/// Of the same type as often as of another.
fn autre(ancien: &Value, hasard: &mut StdRng) -> Value {
    match ancien {
        Value::Number(_) if hasard.random() => nombre(hasard),
        Value::String(_) if hasard.random() => json!(texte(hasard)),
        _ => etrange(hasard),
    }
}

fn etrange(hasard: &mut StdRng) -> Value {
    match hasard.random_range(0..8) {
        0 => Value::Null,
        1 => json!(hasard.random::<bool>()),
        2 => json!([]),
        3 => json!({}),
        4 => json!([nombre(hasard), {"a": [texte(hasard)]}]),
        5 => json!({"quantite": nombre(hasard), "unite": texte(hasard)}),
        6 => nombre(hasard),
        _ => json!(texte(hasard)),
    }
}

fn nombre(hasard: &mut StdRng) -> Value {
    let fixes = [
        "0",
        "-0",
        "1",
        "-1",
        "0.001",
        "0.0005",
        "999999999.999",
        "1000000000",
        "1e9",
        "1e15",
        "1e18",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "1e308",
        "1e999999999",
        "1e-400",
        "1E+2147483648",
        "3.14159265358979",
        "123456789012345678901234567",
    ];
    let tire = match hasard.random_range(0..3) {
        0 => hasard.random::<i64>().to_string(),
        1 => format!("{}.{}", hasard.random_range(0..10_000), hasard.random_range(0..1000)),
        _ => (*fixes.choose(hasard).expect("nombre")).to_owned(),
    };
    serde_json::from_str(&tire).expect("un nombre JSON")
}

fn texte(hasard: &mut StdRng) -> String {
    let fixes = [
        "",
        " ",
        "\u{0}",
        "a\u{0}b",
        "\u{7f}",
        "\u{200b}",
        "\u{202e}drow",
        "é",
        "e\u{301}",
        "İ",
        "ß",
        "🥗",
        "'; drop table lot; --",
        "%s%n",
        "../../etc/passwd",
        "<script>",
        "null",
        "NaN",
        "2026-02-30",
        "2000-01-01",
        "2100-12-31",
        "9999-12-31",
        "2026-11-22T23:59:60Z",
        "2000-01-01T00:00:00+23:59",
        "2100-12-31T23:59:59-23:59",
        "kg",
        "piece",
        "KG",
        "matiere",
        "0197ffff-ffff-7fff-8fff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "PRODUCTION",
        "admin",
        "rappele",
        "Etc/GMT+12",
    ];
    match hasard.random_range(0..6) {
        0 => {
            "é".repeat(*[64, 100, 120, 200, 254, 500, 501, 5000].choose(hasard).expect("longueur"))
        }
        1 => "🥗".repeat(hasard.random_range(1..300)),
        2 => (0..hasard.random_range(1..40)).map(|_| hasard.random::<char>()).collect(),
        _ => (*fixes.choose(hasard).expect("texte")).to_owned(),
    }
}
