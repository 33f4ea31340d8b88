//! The day by product and by ingredient.

use serde::Serialize;
use uuid::Uuid;

use super::Ligne;
use super::rayon::{ManqueLigne, Rayon, Reste, manquer};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{ParId, Quantite, UniteBase};

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct Totaux {
    /// Dans l'ordre des noms.
    pub produits: Vec<TotalProduit>,
    /// Ce que demande le reste de la journée, dans l'ordre des noms.
    pub ingredients: Vec<TotalIngredient>,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct TotalProduit {
    pub article_id: Uuid,
    pub nom: String,
    pub unite: UniteBase,
    #[schema(value_type = f64)]
    pub planifie: Quantite,
    #[schema(value_type = f64)]
    pub produit: Quantite,
    #[schema(value_type = f64)]
    pub restant: Quantite,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct TotalIngredient {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub unite: UniteBase,
    #[schema(value_type = f64)]
    pub besoin: Quantite,
    #[schema(value_type = f64)]
    pub disponible: Quantite,
    /// Ce que le reste de la journée en fait.
    #[schema(value_type = f64)]
    pub prevu: Quantite,
    #[schema(value_type = f64)]
    pub manque: Quantite,
}

/// What the whole of what is left is short of, by article.
pub(crate) struct Courts(ParId<Quantite>);

impl Totaux {
    pub(crate) fn courts(&self) -> Courts {
        let courts = self.ingredients.iter().filter(|t| t.manque.est_positive());
        Courts(courts.map(|t| (t.ingredient_id, t.manque)).collect())
    }
}

impl Courts {
    /// Of what a line takes, beside what it is short of by itself.
    pub(crate) fn autres_que(&self, reste: &Reste<'_>, seule: &[ManqueLigne]) -> Vec<ManqueLigne> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let besoins = reste.besoins.iter().map(|(i, _)| *i);
        let autres = besoins.filter(|i| seule.iter().all(|m| m.ingredient_id != i.article_id));
        autres.filter_map(|i| Some(manquer(i, *self.0.get(&i.article_id)?))).collect()
    }
}

pub(crate) fn additionner(lignes: &[Ligne], restes: &[Reste<'_>], rayon: &Rayon) -> Totaux {
    let produits = produits(lignes, restes);
    let ingredients = ingredients(restes, &produits, rayon);
    Totaux { produits, ingredients }
}

/// Two recipes of one article are one product: that of the first name. The lines come in the order
/// of their names, and so do these.
fn produits(lignes: &[Ligne], restes: &[Reste<'_>]) -> Vec<TotalProduit> {
    let mut produits: Vec<TotalProduit> = Vec::with_capacity(lignes.len());
    let mut places: ParId<usize> = ParId::default();
    for (l, reste) in lignes.iter().zip(restes) {
        let article_id = reste.recette.article_id;
        let place = *places.entry(article_id).or_insert_with(|| {
            produits.push(TotalProduit {
                article_id,
                nom: l.nom().to_owned(),
                unite: reste.recette.unite_base,
                planifie: Quantite::ZERO,
                produit: Quantite::ZERO,
                restant: Quantite::ZERO,
            });
            produits.len() - 1
        });
        let total = &mut produits[place];
        total.planifie += l.lue.planifiee;
        total.produit += l.lue.produite;
        total.restant += reste.quantite;
    }
    produits
}

fn ingredients(
    restes: &[Reste<'_>],
    produits: &[TotalProduit],
    rayon: &Rayon,
) -> Vec<TotalIngredient> {
    let mut totaux: ParId<TotalIngredient> = ParId::default();
    for (i, besoin) in restes.iter().flat_map(|r| &r.besoins) {
        let total = totaux.entry(i.article_id).or_insert_with(|| TotalIngredient {
            ingredient_id: i.article_id,
            ingredient_nom: i.nom.clone(),
            unite: i.unite_base,
            besoin: Quantite::ZERO,
            disponible: rayon.disponible(i.article_id),
            prevu: Quantite::ZERO,
            manque: Quantite::ZERO,
        });
        total.besoin = total.besoin.plus(*besoin).unwrap_or(Quantite::MAX_SAISIE);
    }
    for p in produits {
        if let Some(total) = totaux.get_mut(&p.article_id) {
            total.prevu = p.restant;
        }
    }
    let mut totaux: Vec<TotalIngredient> = totaux.into_values().collect();
    for t in &mut totaux {
        t.manque = (t.besoin - t.disponible - t.prevu).max(Quantite::ZERO);
    }
    totaux.sort_by_cached_key(|t| (cle_de_tri(&t.ingredient_nom), t.ingredient_id));
    totaux
}
