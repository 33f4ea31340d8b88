//! Numbers: every quantity of every writing route, with everything that is no quantity.

use reqwest::Method;
use serde_json::Value;

use super::cas::Cas;
use super::monde::Monde;

/// Stands in the body where the spoiled value goes: NaN and the like are no JSON values.
const ICI: &str = "@ICI@";

struct Champ {
    methode: Method,
    chemin: String,
    corps: Value,
    pointeur: &'static str,
    nom: &'static str,
    /// May be left out, and 0 is fine.
    option: bool,
    zero: bool,
    signe: bool,
}

impl Champ {
    fn de((chemin, corps): (&str, Value), pointeur: &'static str, nom: &'static str) -> Self {
        let (methode, chemin) = (Method::POST, chemin.to_owned());
        Self { methode, chemin, corps, pointeur, nom, option: false, zero: false, signe: false }
    }

    /// The body with this text in the field's place.
    fn avec(&self, texte: &str) -> String {
        let mut corps = self.corps.clone();
        *corps.pointer_mut(self.pointeur).expect("champ") = Value::from(ICI);
        corps.to_string().replace(&format!("\"{ICI}\""), texte)
    }

    fn sans(&self) -> String {
        let mut corps = self.corps.clone();
        let (parent, dernier) = self.pointeur.rsplit_once('/').expect("pointeur");
        let objet = corps.pointer_mut(parent).and_then(Value::as_object_mut).expect("objet");
        objet.remove(dernier).expect("champ");
        corps.to_string()
    }
}

fn champs(m: &Monde) -> Vec<Champ> {
    let plan = (m.plan(), m.nouveau_plan());
    let option = |c: Champ| Champ { option: true, ..c };
    vec![
        Champ::de(m.production(), "/lignes/0/quantite_a_produire", "lignes[0].quantite_a_produire"),
        Champ::de(m.reception(), "/lignes/0/quantite", "lignes[0].quantite"),
        Champ::de(m.recette(), "/lignes/0/quantite", "lignes[0].quantite"),
        Champ::de(m.recette(), "/rendement/quantite", "rendement.quantite"),
        Champ { signe: true, ..Champ::de(m.ajustement(), "/quantite", "quantite") },
        Champ::de(m.perte(), "/quantite", "quantite"),
        Champ {
            methode: Method::PUT,
            ..Champ::de(
                (&plan.0, plan.1),
                "/lignes/0/quantite_planifiee",
                "lignes[0].quantite_planifiee",
            )
        },
        Champ { zero: true, ..option(Champ::de(m.menu(), "/prix", "prix")) },
        option(Champ::de(m.ingredient(), "/densite", "densite")),
        option(Champ::de(m.ingredient(), "/poids_piece", "poids_piece")),
        Champ {
            zero: true,
            ..option(Champ::de(m.recette(), "/duree_vie_jours", "duree_vie_jours"))
        },
    ]
}

pub fn cas(m: &Monde) -> Vec<Cas> {
    let mut cas = Vec::new();
    for c in champs(m) {
        let dire = |valeur: &str| format!("{} {} : {valeur}", c.chemin, c.nom);
        let nouveau = |valeur: &str, corps: String| {
            Cas::nouveau(dire(valeur), c.methode.clone(), &c.chemin).brut(corps)
        };
        for valeur in ["NaN", "Infinity", "-Infinity", "1e", "0x10", ".5", "1,5", "+1"] {
            cas.push(nouveau(valeur, c.avec(valeur)));
        }
        let faux = [
            "1e308",
            "1e999999999",
            "1e-999999999",
            "1e99999999999999999999",
            "true",
            "\"12\"",
            "0.0001",
            "1000000000000000",
            "123456789012345678901234567890123",
            "[1]",
            "{\"quantite\":1}",
        ];
        let signes = if c.signe { &[][..] } else { &["-1", "-0.001"][..] };
        let zeros = if c.zero { &[][..] } else { &["0", "0.000", "-0", "0e5"][..] };
        for valeur in faux.iter().chain(signes).chain(zeros) {
            // A whole number of days as a text stands in query strings only.
            if c.nom == "duree_vie_jours" && *valeur == "\"12\"" {
                continue;
            }
            cas.push(nouveau(valeur, c.avec(valeur)).champ(c.nom));
        }
        if !c.option {
            cas.push(nouveau("null", c.avec("null")).champ(c.nom));
            cas.push(nouveau("absent", c.sans()).champ(c.nom));
        }
    }
    cas
}
