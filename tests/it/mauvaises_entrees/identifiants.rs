//! Ids: unknown, malformed, or another magasin's.

use reqwest::Method;
use serde_json::{Value, json};

use super::cas::Cas;
use super::monde::{INCONNU, Monde};
use crate::outils::chaine::jour;

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = dans_le_corps(m);
    cas.extend(dans_l_adresse(m));
    cas.extend(d_un_autre_magasin(m));
    cas
}

fn references(m: &Monde) -> Vec<((String, Value), &'static str, &'static str, &'static str)> {
    let de = |(chemin, corps): (&str, Value)| (chemin.to_owned(), corps);
    let alias = json!({"alias": "Riz rond", "ingredient_id": m.riz});
    let alias = ("/api/interne/ingredient-alias".to_owned(), alias);
    let mut recette = m.recette();
    recette.1["article_id"] = json!(m.article_preparation);
    vec![
        (de(m.production()), "/magasin_id", "magasin_id", "magasin_inconnu"),
        (de(m.production()), "/lignes/0/recette_id", "lignes[0].recette_id", "recette_inconnue"),
        (de(m.reception()), "/magasin_id", "magasin_id", "magasin_inconnu"),
        (de(m.reception()), "/fournisseur_id", "fournisseur_id", "fournisseur_inconnu"),
        (
            de(m.reception()),
            "/lignes/0/ingredient_id",
            "lignes[0].ingredient_id",
            "ingredient_inconnu",
        ),
        (
            de(m.recette()),
            "/lignes/0/ingredient_id",
            "lignes[0].ingredient_id",
            "ingredient_inconnu",
        ),
        (de(recette), "/article_id", "article_id", "ingredient_inconnu"),
        (alias, "/ingredient_id", "ingredient_id", "ingredient_inconnu"),
        (de(m.menu()), "/recette_id", "recette_id", "recette_inconnue"),
        (de(m.menu()), "/magasin_id", "magasin_id", "magasin_inconnu"),
        (de(m.ajustement()), "/magasin_id", "magasin_id", "magasin_inconnu"),
        (de(m.ajustement()), "/lot_id", "lot_id", "lot_inconnu"),
        (de(m.perte()), "/magasin_id", "magasin_id", "magasin_inconnu"),
        (de(m.perte()), "/lot_id", "lot_id", "lot_inconnu"),
    ]
}

fn dans_le_corps(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for ((chemin, corps), pointeur, champ, code) in references(m) {
        let avec = |valeur: Value| {
            let mut corps = corps.clone();
            *corps.pointer_mut(pointeur).expect("champ") = valeur;
            corps
        };
        let inconnu =
            Cas::post(format!("{chemin} {champ} inconnu"), &chemin, &avec(json!(INCONNU)));
        cas.push(inconnu.refuse(404, code));
        for faux in [
            json!("pas-un-uuid"),
            json!(""),
            json!(1),
            json!(true),
            json!([]),
            json!("0197ffff-ffff-7fff-8fff-fffffffffff"),
            json!("' or 1=1 --"),
            json!("0197ffff-ffff-7fff-8fff-ffffffffffff\u{0}"),
        ] {
            let nom = format!("{chemin} {champ} : {faux}");
            cas.push(Cas::post(nom, &chemin, &avec(faux)).champ(champ));
        }
    }
    let mut etiquette = m.perte();
    etiquette.1["lot_id"] = Value::Null;
    cas.push(Cas::post("perte sans lot", etiquette.0, &etiquette.1).champ("lot_id"));
    etiquette.1["ingredient_id"] = json!(INCONNU);
    let cas_perte = Cas::post("perte d'un ingrédient inconnu", etiquette.0, &etiquette.1);
    cas.push(cas_perte.refuse(404, "ingredient_inconnu"));
    etiquette.1["ingredient_id"] = json!(m.riz);
    etiquette.1["code_lot"] = json!("jamais vu");
    let cas_perte = Cas::post("perte sur une étiquette inconnue", etiquette.0, &etiquette.1);
    cas.push(cas_perte.refuse(404, "lot_inconnu"));
    cas
}

fn dans_l_adresse(m: &Monde) -> Vec<Cas> {
    let etat = json!({"etat": "bloque", "motif": "doute"});
    let jour = jour(0);
    let plan = |id: &str| format!("/api/interne/plans/{id}/{jour}");
    let mut cas = vec![
        Cas::put("plan d'un magasin inconnu", &plan(INCONNU), &m.nouveau_plan())
            .refuse(404, "magasin_inconnu"),
        Cas::get("stock sans magasin", "/api/interne/stock").champ("magasin_id"),
        Cas::get("manques sans magasin", "/api/interne/manques").champ("magasin_id"),
    ];
    let mut inconnu = |chemin: String, corps: Option<(Method, &Value)>, code| {
        let un = match corps {
            Some((methode, corps)) => {
                Cas::nouveau(chemin.as_str(), methode, &chemin).brut(corps.to_string())
            }
            None => Cas::get(chemin.as_str(), &chemin),
        };
        cas.push(un.refuse(404, code));
    };
    let (post, put) = (Method::POST, Method::PUT);
    let interne = |chemin: &str| format!("/api/interne/{chemin}").replace("{id}", INCONNU);
    inconnu(interne("lots/{id}/etat"), Some((post.clone(), &etat)), "lot_inconnu");
    inconnu(interne("lots/{id}/mouvements"), None, "lot_inconnu");
    inconnu(interne("recettes/{id}"), None, "recette_inconnue");
    inconnu(interne("recettes/{id}"), Some((put.clone(), &m.recette().1)), "recette_inconnue");
    let manque = interne("manques/{id}/regulariser");
    inconnu(manque, Some((post, &json!({"lot_id": m.lot}))), "manque_inconnu");
    inconnu(interne("stock?magasin_id={id}"), None, "magasin_inconnu");
    let stock = format!("stock?magasin_id={}&ingredient_id={{id}}", m.magasin());
    inconnu(interne(&stock), None, "ingredient_inconnu");
    inconnu(interne("manques?magasin_id={id}"), None, "magasin_inconnu");
    let actif = interne("utilisateurs/{id}/actif");
    inconnu(actif, Some((put, &json!({"actif": false}))), "utilisateur_inconnu");
    inconnu(interne(&format!("plans/{}/2031-05-05", m.magasin())), None, "plan_absent");
    inconnu(interne(&format!("plans/{}/2031-05-05/besoins", m.magasin())), None, "plan_absent");
    inconnu(interne("plans/{id}/2026-11-22"), None, "magasin_inconnu");
    for (chemin, champ) in [
        ("/api/interne/lots/1/mouvements", "id"),
        ("/api/interne/recettes/bowl", "id"),
        ("/api/interne/recettes/%00", "id"),
        ("/api/interne/lots/%27%20or%201=1/mouvements", "id"),
        ("/api/interne/plans/cuisine/2026-11-22", "magasin_id"),
        ("/api/interne/stock?magasin_id=cuisine", "magasin_id"),
        ("/api/interne/stock?magasin_id=", "magasin_id"),
        ("/api/interne/manques?magasin_id=%00", "magasin_id"),
        ("/api/interne/utilisateurs/moi/sessions", "id"),
    ] {
        cas.push(Cas::get(chemin, chemin).champ(champ));
    }
    cas.push(Cas::get("segment qui n'est pas de l'UTF-8", "/api/interne/recettes/%ff"));
    cas
}

/// Things that exist, but not there.
fn d_un_autre_magasin(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (chemin, mut corps) in [m.ajustement(), m.perte()] {
        corps["lot_id"] = json!(m.lot_autre);
        let un = Cas::post(format!("{chemin} sur le lot d'un autre magasin"), chemin, &corps);
        cas.push(un.refuse(404, "lot_inconnu"));
    }
    let ligne = |menu: &str, recette: &str| json!({"lignes": [{"recette_id": recette, "menu_id": menu, "quantite_planifiee": 1}]});
    let un = Cas::put("menu d'un autre magasin", &m.plan(), &ligne(&m.menu_autre, &m.recette));
    cas.push(un.refuse(404, "menu_inconnu"));
    let un = Cas::put("menu inconnu", &m.plan(), &ligne(INCONNU, &m.recette));
    cas.push(un.refuse(404, "menu_inconnu"));
    let autre = ligne(&m.menu, &m.preparation);
    cas.push(Cas::put("menu d'une autre recette", &m.plan(), &autre).champ("lignes[0].menu_id"));
    let chemin = format!("/api/interne/plans/{}/2026-11-22", m.autre);
    cas.push(Cas::get("plan d'un autre magasin", &chemin).refuse(404, "plan_absent"));
    let (chemin, mut corps) = m.production();
    corps["magasin_id"] = json!(m.autre);
    corps["lignes"][0]["quantite_a_produire"] = json!(20);
    let un = Cas::post("produire avec le stock d'un autre magasin", chemin, &corps);
    cas.push(un.refuse(409, "stock_insuffisant"));
    cas
}
