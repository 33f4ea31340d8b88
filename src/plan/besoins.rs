//! What is left of a day's plan takes, beside what is usable: shortages before anyone begins.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::lire::{LignePlan, Plan, trouver};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::recettes::{self, Productible};
use crate::stock;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Besoins {
    pub plan_id: Uuid,
    /// Par ingrédient, dans l'ordre des noms.
    pub besoins: Vec<Besoin>,
    /// Recettes dont une ligne n'est reliée à aucun ingrédient, ou un doute reste : elles ne se
    /// produisent pas.
    pub recettes_incompletes: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Besoin {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub unite: UniteBase,
    #[schema(value_type = f64)]
    pub besoin: Quantite,
    /// Utilisable ce jour-là.
    #[schema(value_type = f64)]
    pub disponible: Quantite,
    /// Ce que le reste du même plan en fait.
    #[schema(value_type = f64)]
    pub prevu_au_plan: Quantite,
    #[schema(value_type = f64)]
    pub manque: Quantite,
    #[schema(value_type = f64)]
    pub perime: Quantite,
    #[schema(value_type = f64)]
    pub bloque: Quantite,
    /// Recettes du plan qui l'emploient.
    pub recettes: Vec<Uuid>,
}

pub(crate) async fn besoins(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Besoins, Erreur> {
    let plan = trouver(c, magasin_id, date).await?;
    let ids: Vec<Uuid> = plan.lignes.iter().map(|l| l.recette_id).collect();
    let recettes = recettes::charger(c, &ids).await?;
    let lignes: Vec<(&LignePlan, &Productible)> = plan
        .lignes
        .iter()
        .filter(|l| l.a_faire().est_positive())
        .map(|l| (l, &*recettes[&l.recette_id]))
        .collect();
    let mut par_article = additionner(&lignes)?;
    let articles: Vec<Uuid> = par_article.keys().copied().collect();
    let bilans = stock::bilans(c, magasin_id, date, &articles).await?;
    for (id, besoin) in &mut par_article {
        let bilan = bilans.get(id).copied().unwrap_or_default();
        (besoin.disponible, besoin.perime, besoin.bloque) =
            (bilan.disponible, bilan.perime, bilan.bloque);
        besoin.prevu_au_plan =
            lignes.iter().filter(|(_, r)| r.article_id == *id).map(|(l, _)| l.a_faire()).sum();
        let couvert = besoin.disponible + besoin.prevu_au_plan;
        besoin.manque = (besoin.besoin - couvert).max(Quantite::ZERO);
    }
    let mut besoins: Vec<Besoin> = par_article.into_values().collect();
    besoins.sort_by_cached_key(|b| cle_de_tri(&b.ingredient_nom));
    Ok(Besoins {
        plan_id: plan.plan_id,
        besoins,
        recettes_incompletes: incompletes(&plan, &lignes),
    })
}

fn additionner(
    lignes: &[(&LignePlan, &Productible)],
) -> Result<BTreeMap<Uuid, Besoin>, ErreurCritiqueMetier> {
    let mut par_article: BTreeMap<Uuid, Besoin> = BTreeMap::new();
    for (ligne, recette) in lignes {
        let (avant, apres) = (ligne.quantite_produite, ligne.quantite_planifiee);
        for i in &recette.lignes {
            let besoin = recette.besoin(i.quantite, avant, apres).ok_or_else(hors_limites)?;
            let entree = par_article.entry(i.article_id).or_insert_with(|| Besoin {
                ingredient_id: i.article_id,
                ingredient_nom: i.nom.clone(),
                unite: i.unite_base,
                besoin: Quantite::ZERO,
                disponible: Quantite::ZERO,
                prevu_au_plan: Quantite::ZERO,
                manque: Quantite::ZERO,
                perime: Quantite::ZERO,
                bloque: Quantite::ZERO,
                recettes: Vec::new(),
            });
            entree.besoin = entree.besoin.plus(besoin).ok_or_else(hors_limites)?;
            entree.recettes.push(ligne.recette_id);
        }
    }
    Ok(par_article)
}

fn incompletes(plan: &Plan, lignes: &[(&LignePlan, &Productible)]) -> Vec<String> {
    plan.lignes
        .iter()
        .filter(|l| lignes.iter().any(|(x, r)| x.recette_id == l.recette_id && !r.est_complete()))
        .map(|l| l.recette_nom.clone())
        .collect()
}

fn hors_limites() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::champ("quantite_planifiee", "donne un besoin hors limites")
}
