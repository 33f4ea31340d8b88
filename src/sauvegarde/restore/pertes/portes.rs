//! What this program cannot tell better is told by the door it came through and by what was
//! answered: in words, with the names of what ids mean, never as it was sent.

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::fait::Fait;
use super::raconter::cadre;
use super::releve::{Ligne, Releve};

const MOTS: usize = 12;

/// As an operation notes it, without what it is about, and what a person does there.
const CONNUES: [(&str, &str); 22] = [
    ("PUT ingredients * conversions", "conversions d'un ingrédient"),
    ("PUT ingredients * allergenes", "allergènes d'un ingrédient"),
    ("POST ingredients", "ingrédient créé"),
    ("POST ingredient-alias", "autre nom d'un ingrédient"),
    ("POST menus", "menu créé ou modifié"),
    ("POST magasins", "magasin créé"),
    ("POST fournisseurs", "fournisseur créé"),
    ("PUT chaine", "réglages de la chaîne"),
    ("PUT plans * *", "plan de production"),
    ("POST recettes", "recette créée"),
    ("PUT recettes *", "recette modifiée"),
    ("POST manques * regulariser", "manque régularisé"),
    ("POST livres", "livre déposé"),
    ("POST livres doutes * annuler", "doute d'un livre rouvert"),
    ("POST livres doutes *", "doute d'un livre réglé"),
    ("POST livres liens * annuler", "lien d'un libellé défait"),
    ("POST livres liens", "libellé relié à un ingrédient"),
    ("POST livres ignores * annuler", "libellé qui n'est plus ignoré"),
    ("POST livres ignores", "libellé ignoré"),
    ("POST livres recettes * reprendre", "recette d'un livre reprise"),
    ("POST livres ingredients", "ingrédient d'un livre"),
    ("POST operations * annuler", "production annulée"),
];

pub(crate) fn raconter(r: &Releve, operation: &Ligne) -> Fait {
    let porte = operation.texte("chemin").replace("/api/interne", "");
    let morceaux: Vec<&str> = porte.split(['/', ' ']).filter(|m| !m.is_empty()).collect();
    let magasin = morceaux.iter().find_map(|m| r.noms.get("magasin")?.get(&m.parse().ok()?));
    let magasin = magasin.cloned().unwrap_or_default();
    let nommes = morceaux.iter().filter_map(|m| nom(r, m.parse().ok()?));
    let nommes: Vec<String> = nommes.filter(|n| n != magasin.texte("nom")).collect();
    let mut mots = Vec::new();
    if let Ok(reponse) = serde_json::from_str(operation.texte("reponse")) {
        lire(r, "", &reponse, &mut mots);
    }
    let reste = if mots.len() > MOTS { " ; …" } else { "" };
    mots.truncate(MOTS);
    let quoi = en_mots(&morceaux);
    let precisions = format!("{}{reste}", mots.join(" ; "));
    Fait { quoi, nom: nommes.join(", "), precisions, ..cadre(r, operation, &magasin) }
}

/// A door that nobody put into words yet is told by its own, without what only a machine reads.
fn en_mots(morceaux: &[&str]) -> String {
    let est_une_valeur = |m: &str| m.parse::<Uuid>().is_ok() || m.parse::<NaiveDate>().is_ok();
    let forme = morceaux.iter().map(|m| if est_une_valeur(m) { "*" } else { *m });
    let forme = forme.collect::<Vec<_>>().join(" ");
    if let Some((_, mots)) = CONNUES.iter().find(|(connue, _)| *connue == forme) {
        return (*mots).to_owned();
    }
    let dit = |m: &&str| *m != "*" && !m.bytes().all(|c| c.is_ascii_uppercase());
    let mots = forme.split(' ').filter(dit).collect::<Vec<_>>().join(" ");
    format!("autre écriture ({})", mots.replace('-', " "))
}

/// `nom Sel ; unité base g`: what says something, under the name it has.
fn lire(r: &Releve, champ: &str, valeur: &Value, mots: &mut Vec<String>) {
    let dit = champ.trim_end_matches("_id").replace('_', " ");
    let texte = match valeur {
        Value::Object(champs) => return champs.iter().for_each(|(nom, v)| lire(r, nom, v, mots)),
        Value::Array(valeurs) => return valeurs.iter().for_each(|v| lire(r, champ, v, mots)),
        Value::Null => return,
        Value::Bool(vrai) => (if *vrai { "oui" } else { "non" }).to_owned(),
        Value::Number(n) => n.to_string().replace('.', ","),
        Value::String(texte) => match texte.parse::<Uuid>() {
            Ok(id) => match nom(r, id) {
                Some(nom) => nom,
                None => return,
            },
            Err(_) => texte.clone(),
        },
    };
    let mot = format!("{dit} {texte}");
    let mot = mot.trim();
    if !mots.iter().any(|m| m == mot) {
        mots.push(mot.to_owned());
    }
}

fn nom(r: &Releve, id: Uuid) -> Option<String> {
    let trouvee = r.noms.values().find_map(|annuaire| annuaire.get(&id))?;
    let nom = ["nom_affiche", "nom"].iter().find_map(|c| trouvee.0[*c].as_str());
    nom.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_answered_is_told_in_words() {
        let mut r = Releve::default();
        let sel = Uuid::from_u128(7);
        let ligne = Ligne(json!({"id": sel, "nom": "Sel"}));
        r.noms.entry("article").or_default().insert(sel, ligne);
        let reponse = json!({"id": Uuid::from_u128(9), "ingredient_id": sel, "poids": 1.5,
            "lignes": [{"actif": true}]});
        let dire = |chemin: &str| {
            let texte = reponse.to_string();
            let dit = raconter(&r, &Ligne(json!({"chemin": chemin, "reponse": texte})));
            (dit.quoi, dit.nom, dit.precisions)
        };
        let mots = "ingredient Sel ; actif oui ; poids 1,5";
        for (porte, quoi) in [
            ("conversions", "conversions d'un ingrédient"),
            ("poids-sec", "autre écriture (ingredients poids sec)"),
        ] {
            let dit = dire(&format!("PUT /api/interne/ingredients/{sel}/{porte}"));
            assert_eq!(dit, (quoi.to_owned(), "Sel".to_owned(), mots.to_owned()));
        }
        assert_eq!(dire("POST /livres/ignores").0, "libellé ignoré");
    }
}
