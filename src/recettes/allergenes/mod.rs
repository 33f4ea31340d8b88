//! What a recipe contains of the allergens to be declared: those of its ingredients, and of what
//! these are made of. What nobody has said is told apart: it is never taken for « none ».

mod sql;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Productible;
use crate::domaine::Allergene;
use crate::domaine::texte::cle_de_tri;
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Allergenes {
    pub presents: Vec<Allergene>,
    /// Ingrédients dont personne n'a dit les allergènes ; vide : la liste est complète.
    pub inconnus: Vec<String>,
}

/// The recipes asked for, and those of the preparations they use.
#[derive(Debug, Default)]
pub(crate) struct Composition {
    pub recettes: HashMap<Uuid, Vec<Composant>>,
}

/// One line of a recipe, or what is said of the article it makes.
#[derive(Debug, Clone)]
pub(crate) struct Composant {
    pub nom: String,
    pub dits: Option<Vec<Allergene>>,
    /// The recipes that make it; none: it is bought.
    pub fait_par: Vec<Uuid>,
}

/// Of each of these recipes.
pub(crate) async fn allergenes(
    c: &mut PgConnection,
    recettes: &[Uuid],
) -> Result<HashMap<Uuid, Allergenes>, Erreur> {
    let composition = sql::composition(c, recettes).await?;
    Ok(recettes.iter().map(|id| (*id, composition.allergenes(*id))).collect())
}

/// What is present in each of these, whose lines the caller has: little is left to ask.
pub(crate) async fn allergenes_presents(
    c: &mut PgConnection,
    recettes: &HashMap<Uuid, Arc<Productible>>,
) -> Result<HashMap<Uuid, Vec<Allergene>>, Erreur> {
    let articles = |r: &Productible| {
        let lignes = r.lignes.iter().map(|l| l.article_id);
        lignes.chain([r.article_id]).collect::<Vec<_>>()
    };
    let tous: HashSet<Uuid> = recettes.values().flat_map(|r| articles(r)).collect();
    let parlants = sql::composants(c, &Vec::from_iter(tous)).await?;
    let autres: HashSet<Uuid> = parlants.values().flat_map(|c| c.fait_par.clone()).collect();
    let autres: Vec<Uuid> = autres.into_iter().filter(|id| !recettes.contains_key(id)).collect();
    let mut composition = match autres.is_empty() {
        true => Composition::default(),
        false => sql::composition(c, &autres).await?,
    };
    for r in recettes.values() {
        let composants = articles(r).iter().filter_map(|a| parlants.get(a).cloned()).collect();
        composition.recettes.insert(r.id, composants);
    }
    Ok(recettes.keys().map(|id| (*id, composition.allergenes(*id).presents)).collect())
}

impl Composition {
    /// A preparation contains what is said of it and what it is made of, by whichever recipe.
    pub(crate) fn allergenes(&self, recette: Uuid) -> Allergenes {
        let (mut presents, mut inconnus) = (BTreeSet::new(), BTreeSet::new());
        let mut vues = HashSet::from([recette]);
        let mut a_voir = vec![recette];
        while let Some(recette) = a_voir.pop() {
            for composant in self.recettes.get(&recette).into_iter().flatten() {
                presents.extend(composant.dits.iter().flatten().copied());
                if composant.dits.is_none() && composant.fait_par.is_empty() {
                    inconnus.insert((cle_de_tri(&composant.nom), composant.nom.clone()));
                }
                a_voir.extend(composant.fait_par.iter().filter(|r| vues.insert(**r)));
            }
        }
        Allergenes {
            presents: presents.into_iter().collect(),
            inconnus: inconnus.into_iter().map(|(_, nom)| nom).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Allergene::{Gluten, Lait, Oeufs, Sesame};

    fn achete(nom: &str, dits: Option<&[Allergene]>) -> Composant {
        let dits = dits.map(<[Allergene]>::to_vec);
        Composant { nom: nom.to_owned(), dits, fait_par: Vec::new() }
    }

    fn fait(nom: &str, par: &[u128]) -> Composant {
        let fait_par = par.iter().map(|r| Uuid::from_u128(*r)).collect();
        Composant { nom: nom.to_owned(), dits: None, fait_par }
    }

    fn composition(recettes: &[(u128, &[Composant])]) -> Composition {
        let recettes = recettes.iter().map(|(id, c)| (Uuid::from_u128(*id), c.to_vec()));
        Composition { recettes: recettes.collect() }
    }

    #[test]
    fn a_recipe_contains_what_its_preparations_are_made_of() {
        let c = composition(&[
            (1, &[achete("Pain", Some(&[Gluten])), fait("Sauce", &[2])]),
            (2, &[achete("Crème", Some(&[Lait])), fait("Mayonnaise", &[3, 4])]),
            (3, &[achete("Œuf", Some(&[Oeufs])), achete("Sel", Some(&[]))]),
            (4, &[achete("Tahini", Some(&[Sesame]))]),
        ]);
        let a = c.allergenes(Uuid::from_u128(1));
        assert_eq!((a.presents, a.inconnus), (vec![Gluten, Oeufs, Lait, Sesame], vec![]));
        assert_eq!(c.allergenes(Uuid::from_u128(4)).presents, [Sesame]);
    }

    #[test]
    fn what_nobody_has_said_is_not_nothing() {
        let c = composition(&[
            (1, &[achete("Sel", Some(&[])), achete("Épices", None), fait("Sauce", &[2])]),
            (2, &[achete("Épices", None), achete("Arôme", None)]),
        ]);
        let a = c.allergenes(Uuid::from_u128(1));
        assert_eq!((a.presents, a.inconnus), (vec![], vec!["Arôme".to_owned(), "Épices".into()]));
    }

    #[test]
    fn a_circle_of_recipes_comes_to_an_end() {
        let c = composition(&[
            (1, &[fait("A", &[2]), achete("Lait", Some(&[Lait]))]),
            (2, &[fait("B", &[1])]),
        ]);
        assert_eq!(c.allergenes(Uuid::from_u128(2)).presents, [Lait]);
    }
}
