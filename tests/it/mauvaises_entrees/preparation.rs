//! The kitchen screen's routes: ids, days, quantities, gencodes, and the day's readings.

use serde_json::{Value, json};

use super::cas::{Cas, Qui};
use super::monde::{GENCODE, INCONNU, Monde};
use crate::outils::chaine::{JOUR, jour};

const RACINE: &str = "/api/interne/production-preparation";

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (action, bon) in bons(m) {
        cas.extend(champs(&format!("{RACINE}/{action}"), &bon));
        cas.extend(refus(&format!("{RACINE}/{action}"), &bon));
    }
    cas.extend(quantites(m));
    cas.extend(gencodes(m));
    cas.extend(lectures(m));
    cas
}

fn ligne(m: &Monde) -> Value {
    json!({"magasin_id": m.magasin(), "date": jour(0), "recette_id": m.recette})
}

/// Every writing route with a good body.
fn bons(m: &Monde) -> Vec<(&'static str, Value)> {
    let mut ajuste = ligne(m);
    ajuste["quantite"] = json!(3);
    let scan = json!({"magasin_id": m.magasin(), "date": jour(0), "gencode": GENCODE});
    vec![
        ("produit", ligne(m)),
        ("ajuste", ajuste),
        ("non-produit", ligne(m)),
        ("annuler", ligne(m)),
        ("scan", scan),
    ]
}

fn avec(bon: &Value, champ: &str, valeur: Value) -> Value {
    let mut corps = bon.clone();
    corps[champ] = valeur;
    corps
}

fn champs(chemin: &str, bon: &Value) -> Vec<Cas> {
    let mut cas = Vec::new();
    for champ in bon.as_object().expect("objet").keys() {
        let mut faux = vec![Value::Null, json!(true), json!([]), json!({})];
        if champ != "quantite" {
            faux.extend([json!(3), json!(""), json!("   ")]);
        }
        if champ.ends_with("_id") {
            faux.extend([json!("bowl"), json!("' or 1=1 --")]);
        }
        if champ == "date" {
            let jours = ["2026-13-01", "2026-02-30", "1999-12-31", "2101-01-01", "22/11/2026"];
            faux.extend(jours.map(Value::from));
        }
        for valeur in faux {
            let nom = format!("{chemin} {champ} : {valeur}");
            cas.push(Cas::post(nom, chemin, &avec(bon, champ, valeur)).champ(champ));
        }
    }
    for (nom, corps) in [("une liste", "[]"), ("un texte", "\"x\""), ("coupé", "{\"date\":")] {
        cas.push(Cas::post(format!("{chemin} : {nom}"), chemin, &json!({})).brut(corps));
    }
    let vide = Cas::post(format!("{chemin} : rien"), chemin, &json!({}));
    cas.push(vide.champ("magasin_id"));
    cas
}

fn refus(chemin: &str, bon: &Value) -> Vec<Cas> {
    let ailleurs = avec(bon, "magasin_id", json!(INCONNU));
    let personne = Cas::post(format!("{chemin} sans connexion"), chemin, bon).par(Qui::Personne);
    let faux = Cas::post(format!("{chemin} d'un jeton faux"), chemin, bon).par(Qui::JetonFaux);
    let cle = Cas::post(format!("{chemin} d'une clé mal formée"), chemin, bon);
    let mut cas = vec![
        Cas::post(format!("{chemin} d'un magasin inconnu"), chemin, &ailleurs)
            .refuse(404, "magasin_inconnu"),
        personne.refuse(401, "non_connecte"),
        faux.refuse(401, "non_connecte"),
        cle.entete("idempotency-key", "a b").champ("Idempotency-Key"),
        Cas::get(format!("lire {chemin}"), chemin).refuse(405, "methode_refusee"),
    ];
    // Nothing was declared there yet.
    let demain = avec(bon, "date", json!("2031-05-05"));
    let demain = Cas::post(format!("{chemin} un jour sans plan"), chemin, &demain);
    let rien = chemin.ends_with("annuler");
    cas.push(if rien {
        demain.refuse(409, "rien_a_annuler")
    } else {
        demain.refuse(404, "plan_absent")
    });
    cas
}

fn quantites(m: &Monde) -> Vec<Cas> {
    let chemin = format!("{RACINE}/ajuste");
    let bon = avec(&ligne(m), "quantite", json!("@ICI@"));
    let faux = ["0", "-1", "-0", "0.0001", "1e308", "1000000000000000", "\"3\"", "1e-999999999"];
    faux.into_iter()
        .map(|valeur| {
            let corps = bon.to_string().replace("\"@ICI@\"", valeur);
            Cas::post(format!("ajuste {valeur}"), &chemin, &json!({})).brut(corps).champ("quantite")
        })
        .collect()
}

fn gencodes(m: &Monde) -> Vec<Cas> {
    let chemin = format!("{RACINE}/scan");
    let de =
        |gencode: &str| json!({"magasin_id": m.magasin(), "date": jour(0), "gencode": gencode});
    let long = Cas::post("scan d'un gencode trop long", &chemin, &de(&"1".repeat(65)));
    let invisible = Cas::post("scan d'un caractère invisible", &chemin, &de("30\u{0}1"));
    let inconnu = Cas::post("scan d'un gencode inconnu", &chemin, &de("999"));
    let motif = avec(&ligne(m), "motif", json!("m".repeat(501)));
    vec![
        long.champ("gencode"),
        invisible.champ("gencode"),
        inconnu.refuse(404, "gencode_inconnu"),
        Cas::post("motif trop long", &format!("{RACINE}/non-produit"), &motif).champ("motif"),
    ]
}

fn lectures(m: &Monde) -> Vec<Cas> {
    let ecran = |suite: &str| format!("{RACINE}?magasin_id={}{suite}", m.magasin());
    let trace = |suite: &str| {
        format!("{RACINE}/traceabilite?magasin_id={}&date={JOUR}{suite}", m.magasin())
    };
    let inconnu = format!("{RACINE}?magasin_id={INCONNU}&date={JOUR}");
    vec![
        Cas::get("écran sans magasin", &format!("{RACINE}?date={JOUR}")).champ("magasin_id"),
        Cas::get("écran sans jour", &ecran("")).champ("date"),
        Cas::get("écran d'un jour impossible", &ecran("&date=2026-02-30")).champ("date"),
        Cas::get("écran de deux jours", &ecran(&format!("&date={JOUR}&date={}", jour(1))))
            .champ("date"),
        Cas::get("écran d'un magasin inconnu", &inconnu).refuse(404, "magasin_inconnu"),
        Cas::get("écran sans plan", &ecran("&date=2031-05-05")).refuse(404, "plan_absent"),
        Cas::get("écran sans connexion", &ecran(&format!("&date={JOUR}")))
            .par(Qui::Personne)
            .refuse(401, "non_connecte"),
        Cas::get("traçabilité sans recette", &trace("")).champ("recette_id"),
        Cas::get("traçabilité d'une recette inconnue", &trace(&format!("&recette_id={INCONNU}")))
            .refuse(404, "recette_inconnue"),
    ]
}
