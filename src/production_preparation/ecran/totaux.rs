//! The day by product and by ingredient.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use super::Ligne;
use super::rayon::{Rayon, Reste};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub struct Totaux {
    /// Dans l'ordre des noms.
    pub produits: Vec<TotalProduit>,
    /// Ce que demande le reste de la journée, dans l'ordre des noms.
    pub ingredients: Vec<TotalIngredient>,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub struct TotalProduit {
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
pub struct TotalIngredient {
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

pub fn additionner(lignes: &[Ligne], restes: &[Reste<'_>], rayon: &Rayon) -> Totaux {
    let produits = produits(lignes, restes);
    let ingredients = ingredients(restes, &produits, rayon);
    let mut produits: Vec<TotalProduit> = produits.into_values().collect();
    let mut ingredients: Vec<TotalIngredient> = ingredients.into_values().collect();
    produits.sort_by_cached_key(|p| cle_de_tri(&p.nom));
    ingredients.sort_by_cached_key(|i| cle_de_tri(&i.ingredient_nom));
    Totaux { produits, ingredients }
}

/// Two recipes of one article are one product: that of the first name.
fn produits(lignes: &[Ligne], restes: &[Reste<'_>]) -> BTreeMap<Uuid, TotalProduit> {
    let mut produits: BTreeMap<Uuid, TotalProduit> = BTreeMap::new();
    for (l, reste) in lignes.iter().zip(restes) {
        let article_id = reste.recette.article_id;
        let total = produits.entry(article_id).or_insert_with(|| TotalProduit {
            article_id,
            nom: l.nom().to_owned(),
            unite: reste.recette.unite_base,
            planifie: Quantite::ZERO,
            produit: Quantite::ZERO,
            restant: Quantite::ZERO,
        });
        total.planifie += l.lue.planifiee;
        total.produit += l.lue.produite;
        total.restant += reste.quantite;
    }
    produits
}

fn ingredients(
    restes: &[Reste<'_>],
    produits: &BTreeMap<Uuid, TotalProduit>,
    rayon: &Rayon,
) -> BTreeMap<Uuid, TotalIngredient> {
    let mut totaux: BTreeMap<Uuid, TotalIngredient> = BTreeMap::new();
    for (i, besoin) in restes.iter().flat_map(|r| &r.besoins) {
        let total = totaux.entry(i.article_id).or_insert_with(|| TotalIngredient {
            ingredient_id: i.article_id,
            ingredient_nom: i.nom.clone(),
            unite: i.unite_base,
            besoin: Quantite::ZERO,
            disponible: rayon.disponible(i.article_id),
            prevu: produits.get(&i.article_id).map(|p| p.restant).unwrap_or_default(),
            manque: Quantite::ZERO,
        });
        total.besoin = total.besoin.plus(*besoin).unwrap_or(Quantite::MAX_SAISIE);
    }
    for t in totaux.values_mut() {
        t.manque = (t.besoin - t.disponible - t.prevu).max(Quantite::ZERO);
    }
    totaux
}
