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
const CONNUES: &[(&str, &str)] = &[
    ("PUT menus * gencode", "code-barres d'un menu"),
    ("PUT magasins * jours-arriere", "jours que l'on peut déclarer en arrière"),
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

/// As people call what a door answers with; another word is shown as it is, without what joins it.
const CHAMPS: &[(&str, &str)] = &[
    ("allergenes", "allergènes"),
    ("code_gs1", "code GS1"),
    ("cree_le", "créé le"),
    ("date_dlc", "DLC"),
    ("date_jour", "jour"),
    ("densite", "densité"),
    ("duree_vie_jours", "durée de vie en jours"),
    ("fuseau", "fuseau horaire"),
    ("gencode", "code-barres"),
    ("ingredient", "ingrédient"),
    ("ingredients", "ingrédients"),
    ("jours_arriere", "jours en arrière"),
    ("libelle", "libellé"),
    ("nom_affiche", "nom affiché"),
    ("numero", "numéro"),
    ("operation", "opération"),
    ("poids_piece", "poids d'une pièce"),
    ("politique_stock", "règle du stock"),
    ("prenom", "prénom"),
    ("quantite", "quantité"),
    ("quantite_planifiee", "quantité planifiée"),
    ("role", "rôle"),
    ("type_magasin", "genre de magasin"),
    ("unite", "unité"),
    ("unite_base", "unité de base"),
];
/// What a door answers with beside what a person changes by it.
const CHANGE: &[(&str, &[&str])] = &[
    ("PUT ingredients * allergenes", &["allergenes"]),
    ("PUT ingredients * conversions", &["densite", "poids_piece"]),
    ("PUT magasins * jours-arriere", &["jours_arriere"]),
];

pub(crate) fn raconter(r: &Releve, operation: &Ligne) -> Fait {
    let porte = operation.texte("chemin").replace("/api/interne", "");
    let morceaux: Vec<&str> = porte.split(['/', ' ']).filter(|m| !m.is_empty()).collect();
    let magasin = morceaux.iter().find_map(|m| r.noms.get("magasin")?.get(&m.parse().ok()?));
    let magasin = magasin.cloned().unwrap_or_default();
    let nommes = morceaux.iter().filter_map(|m| nom(r, m.parse().ok()?));
    let nommes: Vec<String> = nommes.filter(|n| n != magasin.texte("nom")).collect();
    let mut mots = Vec::new();
    let forme = forme(&morceaux);
    if let Ok(reponse) = serde_json::from_str::<Value>(operation.texte("reponse")) {
        match CHANGE.iter().find(|(porte, _)| *porte == forme) {
            Some((_, champs)) => champs.iter().for_each(|c| change(r, c, &reponse[c], &mut mots)),
            None => lire(r, "", &reponse, &mut mots),
        }
    }
    let reste = if mots.len() > MOTS { " ; …" } else { "" };
    mots.truncate(MOTS);
    let quoi = en_mots(&forme);
    let precisions = format!("{}{reste}", mots.join(" ; "));
    Fait { quoi, nom: nommes.join(", "), precisions, ..cadre(r, operation, &magasin) }
}

/// The door, whatever it is about.
fn forme(morceaux: &[&str]) -> String {
    let est_une_valeur = |m: &str| m.parse::<Uuid>().is_ok() || m.parse::<NaiveDate>().is_ok();
    let forme = morceaux.iter().map(|m| if est_une_valeur(m) { "*" } else { *m });
    forme.collect::<Vec<_>>().join(" ")
}

/// A door that nobody put into words yet is told by its own, without what only a machine reads.
fn en_mots(forme: &str) -> String {
    if let Some((_, mots)) = CONNUES.iter().find(|(connue, _)| *connue == forme) {
        return (*mots).to_owned();
    }
    let dit = |m: &&str| *m != "*" && !m.bytes().all(|c| c.is_ascii_uppercase());
    let mots = forme.split(' ').filter(dit).map(|m| en_francais(&m.replace('-', "_")));
    format!("autre écriture ({})", mots.collect::<Vec<_>>().join(" "))
}

fn en_francais(champ: &str) -> String {
    let champ = champ.trim_end_matches("_id");
    let connu = CHAMPS.iter().find(|(nom, _)| *nom == champ);
    connu.map_or_else(|| champ.replace('_', " "), |(_, mots)| (*mots).to_owned())
}

/// What was changed is told, even where it was made nothing.
fn change(r: &Releve, champ: &str, valeur: &Value, mots: &mut Vec<String>) {
    let rien = match valeur {
        Value::Null => "non dit",
        Value::Array(dites) if dites.is_empty() => "aucun",
        dite => return lire(r, champ, dite, mots),
    };
    mots.push(format!("{} : {rien}", en_francais(champ)));
}

/// `nom : Sel ; unité de base : g`: what says something, under the name it has.
fn lire(r: &Releve, champ: &str, valeur: &Value, mots: &mut Vec<String>) {
    if champ == "id" {
        return;
    }
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
    let mot = match champ {
        "" => texte,
        _ => format!("{} : {texte}", en_francais(champ)),
    };
    if !mots.contains(&mot) {
        mots.push(mot);
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
        let reponse = json!({"id": sel, "ingredient_id": sel, "poids": 1.5,
            "lignes": [{"actif": true}]});
        let dire = |chemin: &str| {
            let texte = reponse.to_string();
            let dit = raconter(&r, &Ligne(json!({"chemin": chemin, "reponse": texte})));
            (dit.quoi, dit.nom, dit.precisions)
        };
        let mots = "ingrédient : Sel ; actif : oui ; poids : 1,5";
        for (porte, quoi) in [
            ("code-lot", "autre écriture (ingrédients code lot)"),
            ("poids-sec", "autre écriture (ingrédients poids sec)"),
        ] {
            let dit = dire(&format!("PUT /api/interne/ingredients/{sel}/{porte}"));
            assert_eq!(dit, (quoi.to_owned(), "Sel".to_owned(), mots.to_owned()));
        }
        assert_eq!(dire("POST /livres/ignores").0, "libellé ignoré");
    }

    #[test]
    fn of_what_changes_one_thing_that_alone_is_told() {
        let reponse = json!({"id": Uuid::from_u128(9), "nom": "Sel", "allergenes": [],
            "densite": null, "poids_piece": 1.5, "jours_arriere": 1});
        for (porte, quoi, precisions) in [
            ("ingredients/*/allergenes", "allergènes d'un ingrédient", "allergènes : aucun"),
            (
                "ingredients/*/conversions",
                "conversions d'un ingrédient",
                "densité : non dit ; poids d'une pièce : 1,5",
            ),
            (
                "magasins/*/jours-arriere",
                "jours que l'on peut déclarer en arrière",
                "jours en arrière : 1",
            ),
        ] {
            let porte = porte.replace('*', &Uuid::from_u128(9).to_string());
            let chemin = format!("PUT /api/interne/{porte}");
            let ligne = Ligne(json!({"chemin": chemin, "reponse": reponse.to_string()}));
            let dit = raconter(&Releve::default(), &ligne);
            assert_eq!((dit.quoi.as_str(), dit.precisions.as_str()), (quoi, precisions));
        }
    }
}
