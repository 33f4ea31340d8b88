//! Replaces a day's plan. What was produced stays produced.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::lire::{Plan, trouver};
use super::sql;
use crate::domaine::Quantite;
use crate::platform::db::annonces;
use crate::platform::errors::{Erreur, ErreurChamp, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::recettes;
use crate::referentiel::magasins;

#[derive(utoipa::ToSchema)]
pub(crate) struct NouveauPlan {
    pub lignes: Vec<LignePlanifiee>,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct LignePlanifiee {
    pub recette_id: Uuid,
    pub menu_id: Option<Uuid>,
    /// Dans l'unité de base de l'article fait.
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
}

impl NouveauPlan {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let lignes = l.liste_ou_vide("lignes", |l| LignePlanifiee {
            recette_id: l.uuid("recette_id"),
            menu_id: l.uuid_option("menu_id"),
            quantite_planifiee: l.quantite_positive("quantite_planifiee"),
        });
        let mut vues = HashSet::new();
        for (i, ligne) in lignes.iter().enumerate() {
            if !ligne.recette_id.is_nil() && !vues.insert(ligne.recette_id) {
                l.fauter(&format!("lignes[{i}].recette_id"), "est déjà dans ce plan");
            }
        }
        Self { lignes }
    }
}

pub(crate) async fn remplacer(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    plan: &NouveauPlan,
) -> Result<Plan, Erreur> {
    magasins::trouver(tx, magasin_id).await?;
    let ids: Vec<Uuid> = plan.lignes.iter().map(|l| l.recette_id).collect();
    recettes::charger(tx, &ids).await?;
    verifier_menus(tx, magasin_id, plan).await?;
    annonces::changer(magasin_id);
    sql::ouvrir(tx, magasin_id, date).await?;
    let mut autres = sql::verrouiller_lignes(tx, magasin_id, date, &ids).await?;
    autres.retain(|recette| !ids.contains(recette));
    refuser_les_produites(tx, magasin_id, date, &autres).await?;
    sql::retirer(tx, magasin_id, date, &autres).await?;
    sql::ecrire_lignes(tx, magasin_id, date, &plan.lignes).await?;
    trouver(tx, magasin_id, date).await
}

/// A line's menu sells that recipe, in that magasin or in all.
async fn verifier_menus(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    plan: &NouveauPlan,
) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = plan.lignes.iter().filter_map(|l| l.menu_id).collect();
    let connus = sql::recettes_des_menus(tx, magasin_id, &ids).await?;
    let mut erreurs = Vec::new();
    for (i, ligne) in plan.lignes.iter().enumerate() {
        let Some(menu) = ligne.menu_id else { continue };
        match connus.get(&menu) {
            None => {
                let detail = "Ce menu n'existe pas dans ce magasin.";
                return Err(ErreurCritiqueMetier::introuvable("menu_inconnu", detail)
                    .avec("menu_id", json!(menu))
                    .into());
            }
            Some(recette) if *recette != ligne.recette_id => erreurs.push(ErreurChamp {
                champ: format!("lignes[{i}].menu_id"),
                message: "désigne le menu d'une autre recette".to_owned(),
            }),
            Some(_) => {}
        }
    }
    if erreurs.is_empty() {
        return Ok(());
    }
    Err(ErreurCritiqueMetier::validation(&erreurs).into())
}

pub(super) async fn refuser_les_produites(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    retirees: &[Uuid],
) -> Result<(), Erreur> {
    let lignes = sql::lignes(tx, magasin_id, date).await?;
    let perdues: Vec<_> = lignes
        .iter()
        .filter(|l| l.quantite_produite.est_positive() && retirees.contains(&l.recette_id))
        .collect();
    let Some(premiere) = perdues.first() else { return Ok(()) };
    let detail = format!(
        "« {} » a déjà été produit ce jour-là : sa ligne ne peut pas être retirée du plan.",
        premiere.recette_nom
    );
    let ids: Vec<Uuid> = perdues.iter().map(|l| l.recette_id).collect();
    Err(ErreurCritiqueMetier::conflit("ligne_deja_produite", detail)
        .avec("recettes", json!(ids))
        .into())
}
