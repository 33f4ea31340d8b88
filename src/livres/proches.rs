//! Ingredients whose names are near a label: suggestions for a person to choose from, never applied
//! by themselves. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use super::normaliser::cle;
use super::rapprocher::Dictionnaire;

/// An ingredient that the line may mean, and how near its name is, from 0 to 1.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Suggestion {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub score: f64,
}

const SUGGESTIONS: usize = 3;
/// Below this two French names only share letters.
const ASSEZ_PROCHE: f64 = 0.45;
/// How many names are weighed exactly, of those that share the most groups of three letters.
const A_PESER: usize = 24;
/// Where one says such a word and the other does not, it is another product.
const SENSIBLES: [&str; 16] = [
    "cru", "crue", "crus", "crues", "cuit", "cuite", "cuits", "cuites", "fume", "fumee", "hache",
    "hachee", "surgele", "surgelee", "sans", "gluten",
];
const AUTRE_PRODUIT: f64 = 0.75;

/// The names of all ingredients, ready to be asked many times.
pub(crate) struct Proches<'a> {
    noms: Vec<Nom<'a>>,
    par_trigramme: HashMap<[char; 3], Vec<usize>>,
}

struct Nom<'a> {
    id: Uuid,
    nom: &'a str,
    cle: String,
}

impl<'a> Proches<'a> {
    pub(crate) fn de(dictionnaire: &'a Dictionnaire) -> Self {
        let mut noms: Vec<Nom<'a>> = dictionnaire
            .ingredients()
            .map(|a| Nom { id: a.id, nom: &a.nom, cle: ranger(&cle(&a.nom).pliee) })
            .collect();
        // Of two as near, always the same one first.
        noms.sort_by(|a, b| (&a.cle, a.id).cmp(&(&b.cle, b.id)));
        let mut par_trigramme: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, nom) in noms.iter().enumerate() {
            for trigramme in trigrammes(&nom.cle) {
                par_trigramme.entry(trigramme).or_default().push(i);
            }
        }
        Self { noms, par_trigramme }
    }

    pub(crate) fn de_libelle(&self, libelle: &str) -> Vec<Suggestion> {
        let cherche = ranger(&cle(libelle).pliee);
        let mut pesees: Vec<(f64, usize)> = self
            .qui_partagent(&cherche)
            .into_iter()
            .map(|i| (score(&cherche, &self.noms[i].cle), i))
            .filter(|(score, _)| *score >= ASSEZ_PROCHE)
            .collect();
        pesees.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        pesees.truncate(SUGGESTIONS);
        let dire = |(score, i): (f64, usize)| Suggestion {
            ingredient_id: self.noms[i].id,
            ingredient_nom: self.noms[i].nom.to_owned(),
            score: (score * 100.0).round() / 100.0,
        };
        pesees.into_iter().map(dire).collect()
    }

    fn qui_partagent(&self, cherche: &str) -> Vec<usize> {
        let mut communs: HashMap<usize, usize> = HashMap::new();
        for trigramme in trigrammes(cherche) {
            for i in self.par_trigramme.get(&trigramme).into_iter().flatten() {
                *communs.entry(*i).or_default() += 1;
            }
        }
        let mut communs: Vec<(usize, usize)> = communs.into_iter().collect();
        communs.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        communs.truncate(A_PESER);
        communs.into_iter().map(|(i, _)| i).collect()
    }
}

/// Books say « Poulet, filet » where we say « Filet de poulet »: words in order of the alphabet,
/// without the small ones, without the plural.
fn ranger(cle: &str) -> String {
    let petit = |m: &&str| {
        !["d", "de", "du", "des", "l", "la", "le", "les", "a", "au", "aux", "en"].contains(m)
    };
    let singulier = |m: &str| match m.strip_suffix(['s', 'x']) {
        Some(court) if court.chars().count() > 3 => court.to_owned(),
        _ => m.to_owned(),
    };
    let mut mots: Vec<String> = cle.split(' ').filter(petit).map(singulier).collect();
    mots.sort_unstable();
    mots.join(" ")
}

fn trigrammes(texte: &str) -> Vec<[char; 3]> {
    let lettres: Vec<char> = format!(" {texte} ").chars().collect();
    let mut tous: Vec<[char; 3]> = lettres.windows(3).map(|f| [f[0], f[1], f[2]]).collect();
    tous.sort_unstable();
    tous.dedup();
    tous
}

fn score(a: &str, b: &str) -> f64 {
    let brut = strsim::sorensen_dice(a, b);
    let sensibles = |t: &str| -> Vec<String> {
        t.split(' ').filter(|m| SENSIBLES.contains(m)).map(str::to_owned).collect()
    };
    if sensibles(a) == sensibles(b) { brut } else { brut * AUTRE_PRODUIT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domaine::UniteBase;
    use crate::referentiel::{Article, Nature};

    fn noms_proches(libelle: &str) -> Vec<String> {
        let noms = [
            "Tomate",
            "Tomate cerise",
            "Filet de poulet cru",
            "Filet de poulet cuit",
            "Parmesan",
            "Crème liquide 35 %",
            "Sauce soja",
        ];
        let articles = noms.iter().enumerate().map(|(i, nom)| Article {
            id: Uuid::from_u128(i as u128),
            nom: (*nom).to_owned(),
            unite_base: UniteBase::G,
            nature: Nature::Matiere,
            densite: None,
            poids_piece: None,
            allergenes: None,
        });
        let d = Dictionnaire::nouveau(articles.collect(), Vec::new(), Vec::new());
        let proches = Proches::de(&d).de_libelle(libelle);
        assert!(proches.len() <= 3);
        assert!(proches.windows(2).all(|p| p[0].score >= p[1].score), "{proches:?}");
        proches.into_iter().map(|s| s.ingredient_nom).collect()
    }

    #[test]
    fn a_plural_a_misprint_and_another_order_of_words_are_near() {
        assert_eq!(noms_proches("TOMATES")[0], "Tomate");
        assert_eq!(noms_proches("Parmezan")[0], "Parmesan");
        assert_eq!(noms_proches("POULET CUIT, FILET")[0], "Filet de poulet cuit");
        assert_eq!(noms_proches("creme liquide 35%")[0], "Crème liquide 35 %");
        assert!(noms_proches("Yuzu").is_empty());
    }
}
