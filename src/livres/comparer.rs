//! What changed from one edition of a book to the next, in words. Pure.

use std::collections::HashMap;

use serde::Serialize;

use super::normaliser::cle;
use super::releve::{LigneRelevee, RecetteRelevee, Releve};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Changement {
    pub titre: String,
    pub genre: Genre,
    /// Une phrase par chose changée.
    pub details: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Genre {
    Nouvelle,
    Changee,
    Retiree,
}

pub(crate) fn comparer(avant: &Releve, apres: &Releve) -> Vec<Changement> {
    let anciennes = par_titre(avant);
    let nouvelles = par_titre(apres);
    let mut changements = Vec::new();
    for r in &apres.recettes {
        match anciennes.get(&cle(&r.titre).stricte) {
            None => changements.push(dire(r, Genre::Nouvelle, Vec::new())),
            Some(ancienne) => {
                let details = details(ancienne, r);
                if !details.is_empty() {
                    changements.push(dire(r, Genre::Changee, details));
                }
            }
        }
    }
    let parties = avant.recettes.iter().filter(|r| !nouvelles.contains_key(&cle(&r.titre).stricte));
    changements.extend(parties.map(|r| dire(r, Genre::Retiree, Vec::new())));
    changements
}

fn par_titre(releve: &Releve) -> HashMap<String, &RecetteRelevee> {
    releve.recettes.iter().map(|r| (cle(&r.titre).stricte, r)).collect()
}

fn dire(recette: &RecetteRelevee, genre: Genre, details: Vec<String>) -> Changement {
    Changement { titre: recette.titre.clone(), genre, details }
}

fn details(avant: &RecetteRelevee, apres: &RecetteRelevee) -> Vec<String> {
    let mut restantes: Vec<&LigneRelevee> = avant.lignes.iter().collect();
    let mut details = Vec::new();
    for ligne in &apres.lignes {
        let voulue = cle(&ligne.libelle).pliee;
        let place = restantes.iter().position(|l| cle(&l.libelle).pliee == voulue);
        match place.map(|p| restantes.remove(p)) {
            None => details.push(format!("{} ajouté : {}", ligne.libelle, quantite(ligne))),
            Some(ancienne) if quantite(ancienne) != quantite(ligne) => details.push(format!(
                "{} : {} au lieu de {}",
                ligne.libelle,
                quantite(ligne),
                quantite(ancienne)
            )),
            Some(_) => {}
        }
    }
    details.extend(restantes.iter().map(|l| format!("{} retiré", l.libelle)));
    if avant.duree_vie_jours != apres.duree_vie_jours {
        let jours = |d: Option<u16>| d.map_or("aucune".to_owned(), |j| format!("J+{j}"));
        let (avant, apres) = (jours(avant.duree_vie_jours), jours(apres.duree_vie_jours));
        details.push(format!("Durée de vie : {apres} au lieu de {avant}"));
    }
    if avant.emballage != apres.emballage {
        let emballage = apres.emballage.as_deref().unwrap_or("aucun");
        details.push(format!("Emballage : {emballage}"));
    }
    details
}

/// As a person reads it: `120 g`, `QS`.
pub(crate) fn quantite(ligne: &LigneRelevee) -> String {
    match &ligne.quantite {
        None => "QS".to_owned(),
        Some(n) => format!(
            "{} {}",
            n.to_string().replace('.', ","),
            ligne.unite.as_deref().unwrap_or_default()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::releve::Rendement;
    use super::*;

    fn recette(titre: &str, lignes: &[(&str, i64)], jours: u16) -> RecetteRelevee {
        let ligne = |(libelle, n): &(&str, i64)| LigneRelevee {
            libelle: (*libelle).to_owned(),
            quantite: Some((*n).into()),
            unite: Some("g".to_owned()),
            pieces: None,
            page: 1,
            texte: String::new(),
            quantite_recette: Some((*n).into()),
            quantite_nette: None,
            recette: None,
        };
        RecetteRelevee {
            titre: titre.to_owned(),
            page: 1,
            lignes: lignes.iter().map(ligne).collect(),
            poids_net_g: None,
            emballage: None,
            duree_vie_jours: Some(jours),
            rendement: Rendement::default(),
            doutes: Vec::new(),
        }
    }

    #[test]
    fn each_recipe_says_what_changed_and_the_others_nothing() {
        let releve = |recettes| Releve { recettes, ..Releve::default() };
        let avant = releve(vec![
            recette("WOK", &[("Riz", 80), ("Nori", 3)], 3),
            recette("BOWL", &[("Riz", 10)], 1),
            recette("SOUPE", &[("Eau", 1)], 1),
        ]);
        let apres = releve(vec![
            recette("Wok", &[("RIZ", 90), ("Sésame", 2)], 2),
            recette("BOWL", &[("Riz", 10)], 1),
            recette("TARTE", &[("Farine", 1)], 1),
        ]);
        let dits: Vec<(String, Genre, usize)> = comparer(&avant, &apres)
            .into_iter()
            .map(|c| (c.titre, c.genre, c.details.len()))
            .collect();
        assert_eq!(
            dits,
            [
                ("Wok".to_owned(), Genre::Changee, 4),
                ("TARTE".to_owned(), Genre::Nouvelle, 0),
                ("SOUPE".to_owned(), Genre::Retiree, 0),
            ]
        );
        let wok = &comparer(&avant, &apres)[0];
        assert_eq!(wok.details[0], "RIZ : 90 g au lieu de 80 g");
        assert_eq!(wok.details[2], "Nori retiré");
        assert!(comparer(&apres, &apres).is_empty());
    }
}
