//! What this program cannot tell better is told by the door it came through and by what was
//! answered: in words, with the names of what ids mean, never as it was sent.

use serde_json::Value;
use uuid::Uuid;

use super::fait::Fait;
use super::raconter::cadre;
use super::releve::{Ligne, Releve};

const MOTS: usize = 12;

pub(crate) fn raconter(r: &Releve, operation: &Ligne) -> Fait {
    let porte = operation.texte("chemin");
    let morceaux: Vec<&str> = porte.split('/').collect();
    let magasin = morceaux.iter().find_map(|m| r.noms.get("magasin")?.get(&m.parse().ok()?));
    let magasin = magasin.cloned().unwrap_or_default();
    let nommes = morceaux.iter().map(|m| match m.parse::<Uuid>() {
        Ok(id) => nom(r, id).map_or_else(|| "…".to_owned(), |n| format!("« {n} »")),
        Err(_) => (*m).to_owned(),
    });
    let mut precisions = format!("par {}", nommes.collect::<Vec<_>>().join("/"));
    let mut mots = Vec::new();
    if let Ok(reponse) = serde_json::from_str(operation.texte("reponse")) {
        lire(r, "", &reponse, &mut mots);
    }
    if !mots.is_empty() {
        let reste = if mots.len() > MOTS { " ; …" } else { "" };
        mots.truncate(MOTS);
        precisions.push_str(&format!(" : {}{reste}", mots.join(" ; ")));
    }
    Fait { quoi: "autre écriture".to_owned(), precisions, ..cadre(r, operation, &magasin) }
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
        let chemin = format!("PUT /api/interne/ingredients/{sel}/poids");
        let operation = Ligne(json!({"chemin": chemin, "reponse": reponse.to_string()}));
        let dit = raconter(&r, &operation).precisions;
        assert_eq!(
            dit,
            "par PUT /api/interne/ingredients/« Sel »/poids : ingredient Sel ; actif oui ; poids 1,5"
        );
    }
}
