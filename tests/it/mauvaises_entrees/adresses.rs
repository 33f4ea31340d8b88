//! Query strings: limits, cursors, parameters given twice; methods and addresses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;

use super::cas::Cas;
use super::monde::{INCONNU, Monde};

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = pages(m);
    cas.extend(curseurs(m));
    cas.extend(doubles(m));
    cas.extend(methodes(m));
    cas
}

fn pages(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for liste in [
        "magasins?",
        "fournisseurs?",
        "ingredients?",
        "ingredient-alias?",
        "recettes?",
        "menus?",
        "utilisateurs?",
        &format!("manques?magasin_id={}&", m.magasin()),
        &format!("lots/{}/mouvements?", m.lot),
        &format!("stock?magasin_id={}&", m.magasin()),
    ] {
        let chemin = |suite: &str| format!("/api/interne/{liste}{suite}");
        for faux in ["0", "1001", "-1", "dix", "", "1.5", "1e2", "99999999999999999999", "%00"] {
            let chemin = chemin(&format!("limite={faux}"));
            cas.push(Cas::get(chemin.as_str(), &chemin).champ("limite"));
        }
        for faux in ["1", "null", "%00", "%ff", &"A".repeat(2000), "%27%3B--"] {
            let chemin = chemin(&format!("apres={faux}"));
            cas.push(Cas::get(format!("{chemin:.90}"), &chemin).champ("apres"));
        }
    }
    let stock = |suite: &str| format!("/api/interne/stock?magasin_id={}&{suite}", m.magasin());
    for (suite, champ) in [
        ("vides=oui", "vides"),
        ("vides=1", "vides"),
        ("vides=", "vides"),
        ("ingredient_id=riz", "ingredient_id"),
    ] {
        cas.push(Cas::get(suite, &stock(suite)).champ(champ));
    }
    cas
}

/// Cursors of the stock are ours to read: one made by hand must not reach the database.
fn curseurs(m: &Monde) -> Vec<Cas> {
    [
        "",
        "||",
        "|0|",
        "2026-11-22|0",
        "x|0|y",
        "2026-11-22|0|pas-un-uuid",
        "2026-11-22|9223372036854775807|@",
        "|-9223372036854775808|@",
        // Times and days that chrono knows and PostgreSQL does not.
        "|-8000000000000000000|@",
        "|8000000000000000000|@",
        "-262000-01-01|0|@",
        "+262000-01-01|0|@",
        "2026-11-22|0|@|de trop",
    ]
    .into_iter()
    .map(|clair| {
        let curseur = URL_SAFE_NO_PAD.encode(clair.replace('@', INCONNU));
        let chemin = format!("/api/interne/stock?magasin_id={}&apres={curseur}", m.magasin());
        Cas::get(format!("curseur « {clair} »"), &chemin).champ("apres")
    })
    .collect()
}

fn doubles(m: &Monde) -> Vec<Cas> {
    let magasin = m.magasin();
    let autre = &m.autre;
    vec![
        Cas::get("limite deux fois", "/api/interne/magasins?limite=1&limite=2").champ("limite"),
        Cas::get(
            "magasin_id deux fois",
            &format!("/api/interne/stock?magasin_id={magasin}&magasin_id={autre}"),
        )
        .champ("magasin_id"),
        Cas::get("apres deux fois", &format!("/api/interne/menus?apres={INCONNU}&apres={INCONNU}"))
            .champ("apres"),
    ]
}

fn methodes(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (methode, chemin) in [
        (Method::DELETE, "/api/interne/magasins"),
        (Method::PUT, "/api/interne/receptions"),
        (Method::GET, "/api/interne/operations/production-du-jour"),
        (Method::PATCH, "/api/interne/recettes"),
        (Method::DELETE, &m.plan()),
        (Method::POST, "/api/interne/stock"),
        (Method::POST, "/health"),
        (Method::GET, "/auth/login"),
        (Method::POST, "/api/openapi.json"),
        (Method::OPTIONS, "/api/interne/menus"),
        (Method::TRACE, "/api/interne/menus"),
    ] {
        let nom = format!("{methode} {chemin}");
        cas.push(Cas::nouveau(nom, methode, chemin).refuse(405, "methode_refusee"));
    }
    for chemin in [
        "/api/interne/inconnue",
        "/api",
        "/api/interne",
        "/api/interne/",
        "/auth",
        "/api/",
        "/api/interne/magasins/",
        "/api/interne/magasins/1/2",
        "//api/interne/magasins",
        "/api/interne/%6dagasins%00",
        "/../etc/passwd",
        "/ressources/absente.css",
        "/ressources/%ff",
        "/ressources/..%2f..%2fCargo.toml",
        "/wp-login.php",
    ] {
        if chemin != "/api" {
            cas.push(Cas::get(chemin, chemin).refuse(404, "route_inconnue"));
        }
    }
    cas
}
