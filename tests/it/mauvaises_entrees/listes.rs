//! Lists, objects and days.

use serde_json::{Value, json};

use super::cas::Cas;
use super::monde::Monde;

fn avec(corps: &Value, champ: &str, valeur: Value) -> Value {
    let mut corps = corps.clone();
    corps[champ] = valeur;
    corps
}

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = lignes(m);
    cas.extend(jours(m));
    cas.extend(objets(m));
    cas
}

fn lignes(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (chemin, corps) in [m.production(), m.reception(), m.recette()] {
        let ligne = corps["lignes"][0].clone();
        for (nom, valeur, champ) in [
            ("null", Value::Null, "lignes"),
            ("vide", json!([]), "lignes"),
            ("un objet", ligne.clone(), "lignes"),
            ("un texte", json!("[]"), "lignes"),
            ("un nombre dedans", json!([ligne, 3]), "lignes[1]"),
            ("null dedans", json!([null]), "lignes[0]"),
            ("une liste dedans", json!([[ligne]]), "lignes[0]"),
            ("2001 lignes", Value::Array(vec![ligne.clone(); 2001]), "lignes"),
        ] {
            let nom = format!("{chemin} lignes : {nom}");
            cas.push(Cas::post(nom, chemin, &avec(&corps, "lignes", valeur)).champ(champ));
        }
    }
    for (nom, valeur, champ) in [
        ("absentes", json!(null), "lignes"),
        ("un nombre dedans", json!([7]), "lignes[0]"),
        ("2001", Value::Array(vec![json!({}); 2001]), "lignes"),
    ] {
        let corps = json!({"lignes": valeur});
        cas.push(Cas::put(format!("plan, lignes : {nom}"), &m.plan(), &corps).champ(champ));
    }
    cas
}

fn jours(m: &Monde) -> Vec<Cas> {
    let (chemin, corps) = m.production();
    let (receptions, reception) = m.reception();
    let mut cas = Vec::new();
    for jour in [
        json!("1970-01-01"),
        json!("9999-12-31"),
        json!("1999-12-31"),
        json!("2101-01-01"),
        json!("2026-02-30"),
        json!("2026-13-01"),
        json!("demain"),
        json!(""),
        json!(20261122),
        json!("22/11/2026"),
        json!("2026-11-22T00:00:00Z"),
        json!("+2026-1-22"),
        json!("2026-11- 2"),
        json!(" 2026-1-22"),
        json!("2026-1-2"),
        json!(true),
        json!(null),
    ] {
        let nom = format!("date_jour {jour}");
        cas.push(
            Cas::post(nom, chemin, &avec(&corps, "date_jour", jour.clone())).champ("date_jour"),
        );
        if jour.is_null() {
            continue;
        }
        let mut dlc = reception.clone();
        dlc["lignes"][0]["date_dlc"] = jour.clone();
        let nom = format!("date_dlc {jour}");
        cas.push(Cas::post(nom, receptions, &dlc).champ("lignes[0].date_dlc"));
    }
    for instant in ["hier", "2026-11-22T10:00:00", "2026-11-22T25:00:00Z", "1970-01-01T00:00:00Z"] {
        let nom = format!("recue_le {instant}");
        let corps = avec(&reception, "recue_le", json!(instant));
        cas.push(Cas::post(nom, receptions, &corps).champ("recue_le"));
    }
    let adresse = |jour: &str| format!("/api/interne/plans/{}/{jour}", m.magasin());
    for jour in ["1970-01-01", "9999-01-01", "2026-02-30", "demain", "2026-11-2", "%00"] {
        let plan = m.nouveau_plan();
        cas.push(Cas::put(format!("plan du {jour}"), &adresse(jour), &plan).champ("date"));
        cas.push(Cas::get(format!("plan lu du {jour}"), &adresse(jour)).champ("date"));
        let besoins = format!("{}/besoins", adresse(jour));
        cas.push(Cas::get(format!("besoins du {jour}"), &besoins).champ("date"));
    }
    cas
}

/// Bodies that are no object, and objects that are something else.
fn objets(m: &Monde) -> Vec<Cas> {
    let lot = format!("/api/interne/lots/{}/etat", m.lot);
    let recette = format!("/api/interne/recettes/{}", m.recette);
    let mut cas = Vec::new();
    for corps in ["[]", "null", "3", "\"texte\"", "true", "[{\"nom\":\"x\"}]"] {
        for chemin in [
            m.production().0,
            m.reception().0,
            m.recette().0,
            m.ajustement().0,
            m.perte().0,
            m.menu().0,
            m.ingredient().0,
            lot.as_str(),
            "/api/interne/magasins",
            "/api/interne/fournisseurs",
            "/api/interne/ingredient-alias",
            "/api/interne/utilisateurs",
            "/auth/login",
        ] {
            let nom = format!("{chemin} : {corps}");
            cas.push(Cas::nouveau(nom, reqwest::Method::POST, chemin).brut(corps));
        }
        for chemin in [m.plan(), recette.clone()] {
            let nom = format!("PUT {chemin} : {corps}");
            cas.push(Cas::nouveau(nom, reqwest::Method::PUT, &chemin).brut(corps));
        }
    }
    let (chemin, corps) = m.recette();
    for rendement in [json!(2), json!("2 kg"), json!([]), json!(true)] {
        let nom = format!("rendement {rendement}");
        let corps = avec(&corps, "rendement", rendement);
        cas.push(Cas::post(nom, chemin, &corps).champ("rendement"));
    }
    cas
}
