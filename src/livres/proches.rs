//! Ingredients whose names are near a label: suggestions for a person to choose from, never applied
//! by themselves. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use super::normaliser::cle;
use super::rapprocher::Dictionnaire;
use crate::domaine::Allergene;
use crate::referentiel::Article;

/// An ingredient that the line may mean, and how near its name is, from 0 to 1.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Suggestion {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub score: f64,
    /// C'est ce que fait une recette d'un livre.
    pub recette: bool,
    /// Les mêmes mots, au pluriel et à l'ordre près, et aucun autre ingrédient ne les porte.
    pub sure: bool,
    /// null : personne ne les a dits.
    pub allergenes: Option<Vec<Allergene>>,
}

const SUGGESTIONS: usize = 3;
/// Below this two French names only share letters.
const ASSEZ_PROCHE: f64 = 0.45;
/// The same where no word is common to both: Coca is no Avocat.
const SANS_MOT_COMMUN: f64 = 0.6;
/// The same words.
const CERTAIN: f64 = 0.999;
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
    article: &'a Article,
    /// As it is written, folded.
    pliee: String,
    /// In the order of the alphabet.
    cle: String,
}

impl<'a> Proches<'a> {
    pub(crate) fn de(dictionnaire: &'a Dictionnaire) -> Self {
        let mut noms: Vec<Nom<'a>> = dictionnaire
            .ingredients()
            .map(|article| {
                let pliee = cle(&article.nom).pliee;
                Nom { article, cle: ranger(&pliee), pliee }
            })
            .collect();
        // Of two as near, always the same one first.
        noms.sort_by(|a, b| (&a.cle, a.article.id).cmp(&(&b.cle, b.article.id)));
        let mut par_trigramme: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, nom) in noms.iter().enumerate() {
            for trigramme in trigrammes(&nom.cle) {
                par_trigramme.entry(trigramme).or_default().push(i);
            }
        }
        Self { noms, par_trigramme }
    }

    /// The nearest first; before them the one whose whole name the label begins with.
    pub(crate) fn de_libelle(&self, libelle: &str) -> Vec<Suggestion> {
        let pliee = cle(libelle).pliee;
        let cherche = ranger(&pliee);
        let mut pesees: Vec<(f64, usize)> = self
            .qui_partagent(&cherche)
            .into_iter()
            .map(|i| (score(&cherche, &self.noms[i].cle), i))
            .filter(|(score, i)| {
                *score >= seuil(&cherche, &self.noms[*i].cle) || self.commence(&pliee, *i)
            })
            .collect();
        pesees.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let debut = (0..pesees.len())
            .filter(|p| self.commence(&pliee, pesees[*p].1))
            .max_by_key(|p| self.noms[pesees[*p].1].pliee.len());
        if let Some(premier) = debut.filter(|p| pesees[0].0 < CERTAIN && *p > 0) {
            let premier = pesees.remove(premier);
            pesees.insert(0, premier);
        }
        pesees.truncate(SUGGESTIONS);
        let seul = pesees.get(1).is_none_or(|p| p.0 < CERTAIN);
        let dire = |(rang, (score, i)): (usize, (f64, usize))| {
            let article = self.noms[i].article;
            Suggestion {
                ingredient_id: article.id,
                ingredient_nom: article.nom.clone(),
                score: (score * 100.0).round() / 100.0,
                recette: false,
                sure: rang == 0 && seul && score >= CERTAIN,
                allergenes: article.allergenes.clone(),
            }
        };
        pesees.into_iter().enumerate().map(dire).collect()
    }

    /// « Poulet rôti effiloché » is perhaps Poulet rôti; « Saumon fumé » is not Saumon.
    fn commence(&self, pliee: &str, i: usize) -> bool {
        let nom = &self.noms[i].pliee;
        let suite = pliee.strip_prefix(nom.as_str()).and_then(|s| s.strip_prefix(' '));
        suite.is_some_and(|s| !s.split(' ').any(|m| SENSIBLES.contains(&m)))
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

fn seuil(a: &str, b: &str) -> f64 {
    let debut = |x: &str, y: &str| x.chars().zip(y.chars()).take_while(|(x, y)| x == y).count();
    let pareils = |x: &str, y: &str| debut(x, y) >= 4 || (x == y && x.len() > 2);
    let commun = a.split(' ').any(|x| b.split(' ').any(|y| pareils(x, y)));
    if commun { ASSEZ_PROCHE } else { SANS_MOT_COMMUN }
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
    use std::collections::HashSet;

    use super::*;
    use crate::domaine::UniteBase;
    use crate::referentiel::Nature;

    fn noms_proches(libelle: &str) -> Vec<String> {
        let noms = [
            "Tomate",
            "Tomate cerise",
            "Filet de poulet cru",
            "Filet de poulet cuit",
            "Parmesan",
            "Crème liquide 35 %",
            "Sauce soja",
            "Saumon",
            "Pain",
            "Avocat",
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
        let d = Dictionnaire::nouveau(articles.collect(), &HashSet::new(), Vec::new(), Vec::new());
        let proches = Proches::de(&d).de_libelle(libelle);
        assert!(proches.len() <= 3);
        proches.into_iter().map(|s| s.ingredient_nom).collect()
    }

    #[test]
    fn a_plural_a_misprint_and_another_order_of_words_are_near() {
        assert_eq!(noms_proches("TOMATES")[0], "Tomate");
        assert_eq!(noms_proches("Parmezan")[0], "Parmesan");
        assert_eq!(noms_proches("POULET CUIT, FILET")[0], "Filet de poulet cuit");
        assert_eq!(noms_proches("creme liquide 35%")[0], "Crème liquide 35 %");
        assert!(noms_proches("Yuzu").is_empty());
        assert!(noms_proches("Coca").is_empty());
    }

    #[test]
    fn the_ingredient_whose_whole_name_begins_the_label_comes_first() {
        assert_eq!(noms_proches("PAIN DE MIE EXTRA MOELLEUX TRANCHÉ")[0], "Pain");
        assert_ne!(noms_proches("Saumon fumé tranché").first().map(String::as_str), Some("Saumon"));
    }
}
