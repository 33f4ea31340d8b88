//! Texts and words: names, reasons, labels, units, states.

use reqwest::Method;
use serde_json::{Value, json};

use super::cas::Cas;
use super::monde::Monde;

struct Texte {
    chemin: String,
    corps: Value,
    pointeur: &'static str,
    champ: &'static str,
    max: usize,
    option: bool,
}

fn textes(m: &Monde) -> Vec<Texte> {
    let texte = |(chemin, corps): (&str, Value), pointeur, champ, max, option| Texte {
        chemin: chemin.to_owned(),
        corps,
        pointeur,
        champ,
        max,
        option,
    };
    let magasin = json!({"nom": "Kiosque", "type_magasin": "VENTE", "fuseau": "Europe/Paris"});
    let alias = json!({"alias": "Riz rond", "ingredient_id": m.riz});
    let etat = json!({"etat": "bloque", "motif": "doute"});
    let lot = format!("/api/interne/lots/{}/etat", m.lot);
    let fournisseur = json!({"nom": "Maraîcher"});
    let personne = json!({"email": "a@b.fr", "nom_affiche": "A", "role": "operateur",
        "mot_de_passe": "12345678"});
    vec![
        texte(("/api/interne/magasins", magasin.clone()), "/nom", "nom", 200, false),
        texte(("/api/interne/magasins", magasin), "/fuseau", "fuseau", 64, true),
        texte(("/api/interne/fournisseurs", fournisseur), "/nom", "nom", 200, false),
        texte(m.ingredient(), "/nom", "nom", 200, false),
        texte(("/api/interne/ingredient-alias", alias), "/alias", "alias", 200, false),
        texte(m.recette(), "/nom", "nom", 200, false),
        texte(m.menu(), "/nom", "nom", 200, false),
        texte(m.menu(), "/gencode", "gencode", 64, true),
        texte(m.reception(), "/lignes/0/code_lot", "lignes[0].code_lot", 100, true),
        texte(m.ajustement(), "/motif", "motif", 500, false),
        texte(m.perte(), "/motif", "motif", 500, false),
        texte((&lot, etat), "/motif", "motif", 500, false),
        texte(("/api/interne/utilisateurs", personne), "/nom_affiche", "nom_affiche", 120, false),
    ]
}

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for t in textes(m) {
        let avec = |valeur: Value| {
            let mut corps = t.corps.clone();
            *corps.pointer_mut(t.pointeur).expect("champ") = valeur;
            corps
        };
        let dire = |quoi: &str| format!("{} {} : {quoi}", t.chemin, t.champ);
        for (quoi, valeur) in [
            ("vide", json!("")),
            ("blanc", json!(" \t\u{a0} ")),
            ("NUL", json!("a\u{0}b")),
            ("sonnerie", json!("a\u{7}b")),
            ("retour à la ligne", json!("a\nb")),
            ("DEL", json!("a\u{7f}b")),
            ("trop long", json!("é".repeat(t.max + 1))),
            ("un nombre", json!(12)),
            ("un booléen", json!(true)),
            ("une liste", json!(["a"])),
            ("un objet", json!({"a": 1})),
        ] {
            cas.push(Cas::post(dire(quoi), &t.chemin, &avec(valeur)).champ(t.champ));
        }
        if !t.option {
            cas.push(Cas::post(dire("null"), &t.chemin, &avec(Value::Null)).champ(t.champ));
        }
        for (quoi, brut) in [
            ("demi-paire haute", r#""\ud800""#),
            ("demi-paire basse", r#""\udc00 x""#),
            ("échappement inconnu", r#""\x41""#),
            ("NUL nu", "\"a\u{0}b\""),
        ] {
            let corps = avec(json!("@ICI@")).to_string().replace("\"@ICI@\"", brut);
            cas.push(Cas::nouveau(dire(quoi), Method::POST, &t.chemin).brut(corps));
        }
        let octets = avec(json!("@ICI@")).to_string().into_bytes();
        let octets: Vec<u8> = octets.iter().map(|b| if *b == b'@' { 0xff } else { *b }).collect();
        cas.push(Cas::nouveau(dire("pas de l'UTF-8"), Method::POST, &t.chemin).brut(octets));
    }
    cas.extend(mots(m));
    cas
}

/// Words out of a short list.
fn mots(m: &Monde) -> Vec<Cas> {
    let lot = format!("/api/interne/lots/{}/etat", m.lot);
    let magasin = json!({"nom": "Kiosque", "type_magasin": "VENTE"});
    let etat = json!({"etat": "bloque", "motif": "doute"});
    let personne = json!({"email": "a@b.fr", "nom_affiche": "A", "role": "operateur",
        "mot_de_passe": "12345678"});
    let gens = ("/api/interne/utilisateurs", personne);
    let magasins = ("/api/interne/magasins", magasin);
    let mut cas = Vec::new();
    for ((chemin, corps), pointeur, champ, faux) in [
        (magasins.clone(), "/type_magasin", "type_magasin", json!("vente")),
        (magasins.clone(), "/type_magasin", "type_magasin", json!(null)),
        (magasins.clone(), "/politique_stock", "politique_stock", json!("souple")),
        (magasins.clone(), "/fuseau", "fuseau", json!("Europe/Lutèce")),
        (magasins, "/fuseau", "fuseau", json!("../../etc/passwd")),
        (m.ingredient(), "/unite_base", "unite_base", json!("kg")),
        (m.ingredient(), "/unite_base", "unite_base", json!(1)),
        (m.ingredient(), "/nature", "nature", json!("produit")),
        (m.recette(), "/nature", "nature", json!("matiere")),
        (m.recette(), "/lignes/0/unite", "lignes[0].unite", json!("poignée")),
        (m.recette(), "/rendement/unite", "rendement.unite", json!("")),
        (m.reception(), "/lignes/0/unite", "lignes[0].unite", json!("lb")),
        (m.reception(), "/lignes/0/unite", "lignes[0].unite", json!(null)),
        (m.ajustement(), "/unite", "unite", json!("g\u{0}")),
        (m.perte(), "/unite", "unite", json!(7)),
        ((lot.as_str(), etat.clone()), "/etat", "etat", json!("perdu")),
        ((lot.as_str(), etat), "/etat", "etat", json!("LIBRE")),
        (gens.clone(), "/role", "role", json!("root")),
        (gens.clone(), "/role", "role", json!(["admin"])),
        (gens.clone(), "/email", "email", json!("pas une adresse")),
        (gens.clone(), "/email", "email", json!("a@b@c")),
        (gens.clone(), "/email", "email", json!(format!("{}@b.fr", "é".repeat(250)))),
        (gens.clone(), "/email", "email", json!(format!("{}@b.fr", "İ".repeat(200)))),
        (gens.clone(), "/mot_de_passe", "mot_de_passe", json!("1234567")),
        (gens.clone(), "/mot_de_passe", "mot_de_passe", json!("x".repeat(1025))),
        (gens, "/mot_de_passe", "mot_de_passe", json!(12_345_678)),
    ] {
        let mut corps = corps;
        let (parent, nom) = pointeur.rsplit_once('/').expect("pointeur");
        corps.pointer_mut(parent).expect("objet")[nom] = faux.clone();
        let nom = format!("{chemin} {champ} : {faux:.40}");
        cas.push(Cas::post(nom, chemin, &corps).champ(champ));
    }
    cas
}
