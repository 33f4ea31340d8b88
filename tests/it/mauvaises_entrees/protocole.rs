//! Who asks, in what type of body, how large, how deep, with which key.

use reqwest::Method;
use serde_json::{Value, json};

use super::cas::{Cas, Qui};
use super::monde::Monde;

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = corps_illisibles(m);
    cas.extend(natures(m));
    cas.extend(personnes(m));
    cas.extend(cles(m));
    cas
}

/// Every route that reads a body, with a good one.
fn ecritures(m: &Monde) -> Vec<(Method, String, Value)> {
    let post = |(chemin, corps): (&str, Value)| (Method::POST, chemin.to_owned(), corps);
    let etat = json!({"etat": "bloque", "motif": "doute"});
    let recette = format!("/api/interne/recettes/{}", m.recette);
    vec![
        post(m.production()),
        post(m.reception()),
        post(m.recette()),
        post(m.ajustement()),
        post(m.perte()),
        post(m.menu()),
        post(m.ingredient()),
        post((&format!("/api/interne/lots/{}/etat", m.lot), etat)),
        post(("/api/interne/fournisseurs", json!({"nom": "Maraîcher"}))),
        (Method::PUT, m.plan(), m.nouveau_plan()),
        (Method::PUT, recette, m.recette().1),
    ]
}

fn corps_illisibles(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (methode, chemin, corps) in ecritures(m) {
        let nouveau = |nom: &str, corps: Vec<u8>| {
            Cas::nouveau(format!("{methode} {chemin} {nom}"), methode.clone(), &chemin).brut(corps)
        };
        let texte = corps.to_string();
        cas.push(nouveau("vide", Vec::new()));
        cas.push(nouveau("coupé", texte.as_bytes()[..texte.len() - 2].to_vec()));
        cas.push(nouveau("deux valeurs", format!("{texte}{texte}").into_bytes()));
        cas.push(nouveau("virgule de trop", texte.replace('}', ",}").into_bytes()));
        cas.push(nouveau("marque d'ordre", format!("\u{feff}{texte}").into_bytes()));
        let faux = r#"{"x":{"$serde_json::private::Number":"1"},"#;
        cas.push(nouveau("faux nombre", texte.replacen('{', faux, 1).into_bytes()));
        let profond = format!("{{\"x\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        cas.push(nouveau("200 niveaux", profond.into_bytes()));
        cas.push(nouveau("100 000 niveaux", "[".repeat(100_000).into_bytes()));
        let mut juste = texte.into_bytes();
        juste.resize((1 << 20) + 1, b' ');
        cas.push(nouveau("1 Mio et un octet", juste).refuse(413, "corps_trop_grand"));
        if methode == Method::POST && !chemin.ends_with("production-du-jour") {
            continue;
        }
        let mut gros = corps.clone();
        gros["remplissage"] = Value::from("x".repeat(10 << 20));
        let gros = gros.to_string().into_bytes();
        cas.push(nouveau("10 Mo", gros).refuse(413, "corps_trop_grand"));
    }
    cas
}

fn natures(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (methode, chemin, corps) in ecritures(m) {
        let nom = |n: &str| format!("{methode} {chemin} en {n}");
        let nouveau = |n: &str| {
            let cas = Cas::nouveau(nom(n), methode.clone(), &chemin).brut(corps.to_string());
            cas.refuse(415, "type_de_contenu")
        };
        cas.push(nouveau("rien").sans_nature());
        for nature in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "text/json; charset=utf-8",
            "",
        ] {
            cas.push(nouveau(nature).entete("content-type", nature));
        }
    }
    cas
}

fn personnes(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for (methode, chemin, corps) in ecritures(m) {
        for (qui, nom) in [(Qui::Personne, "sans jeton"), (Qui::JetonFaux, "jeton faux")] {
            let un = Cas::nouveau(format!("{methode} {chemin} {nom}"), methode.clone(), &chemin);
            cas.push(un.brut(corps.to_string()).par(qui).refuse(401, "non_connecte"));
        }
        let permis = ["production-du-jour", "receptions", "ajustements", "pertes"];
        if permis.iter().any(|p| chemin.ends_with(p)) {
            continue;
        }
        let un = Cas::nouveau(format!("{methode} {chemin} en cuisine"), methode, &chemin);
        let un = un.brut(corps.to_string()).par(Qui::Operateur);
        cas.push(un.refuse(403, "role_insuffisant"));
    }
    for chemin in ["/api/interne/stock", "/auth/me", "/api/interne/utilisateurs"] {
        let un = Cas::get(format!("{chemin} sans jeton"), chemin).par(Qui::Personne);
        cas.push(un.refuse(401, "non_connecte"));
    }
    for jeton in ["Bearer", "Bearer ", "Basic YTpi", "jeton", "Bearer é"] {
        let un = Cas::get(format!("Authorization : {jeton}"), "/auth/me").par(Qui::Personne);
        cas.push(un.entete("authorization", jeton).refuse(401, "non_connecte"));
    }
    let un = Cas::get("les gens, en cuisine", "/api/interne/utilisateurs").par(Qui::Operateur);
    cas.push(un.refuse(403, "role_insuffisant"));
    let faux = json!({"email": "personne@essai.fr", "mot_de_passe": "mauvais"});
    let un = Cas::post("mauvais mot de passe", "/auth/login", &faux).par(Qui::Personne);
    cas.push(un.refuse(401, "identifiants_invalides"));
    cas
}

fn cles(m: &Monde) -> Vec<Cas> {
    let (chemin, corps) = m.reception();
    ["", "a b", "é", &"x".repeat(65), "a\tb"]
        .into_iter()
        .map(|cle| {
            let un = Cas::post(format!("clé « {cle} »"), chemin, &corps);
            un.entete("idempotency-key", cle).champ("Idempotency-Key")
        })
        .collect()
}
