//! Recipes as they stand.

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::allergenes::{Allergenes, allergenes};
use super::{CreneauRecette, DouteDeRecette, inconnue, sql};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::platform::http::{Liste, Page};
use crate::referentiel::Nature;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Recette {
    pub id: Uuid,
    pub nom: String,
    pub nature: Nature,
    /// Ce qu'elle fait ; d'autres recettes peuvent l'employer comme `ingredient_id`.
    pub article_id: Uuid,
    pub version: i32,
    pub rendement: QuantiteUnite,
    pub duree_vie_jours: Option<i32>,
    /// Où elle se fait en cuisine.
    pub poste: Option<String>,
    pub creneau: Option<CreneauRecette>,
    /// Comment elle se fait, geste après geste ; vide : rien n'est dit.
    pub etapes: Vec<String>,
    /// Faux tant qu'une ligne n'est pas reliée, ou qu'un doute reste : elle ne se produit pas.
    pub complete: bool,
    /// Ce qu'elle contient des 14 à déclarer, par tout ce dont elle est faite.
    pub allergenes: Allergenes,
    pub lignes: Vec<LigneRecette>,
    /// Ce qui, dans son livre, n'a pas été compris et que personne n'a regardé.
    pub doutes: Vec<DouteDeRecette>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QuantiteUnite {
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneRecette {
    /// null : pas encore relié, `libelle` dit ce qui a été lu.
    pub ingredient_id: Option<Uuid>,
    pub ingredient_nom: Option<String>,
    pub libelle: String,
    /// Comme saisi.
    #[schema(value_type = f64)]
    pub quantite: serde_json::Number,
    pub unite: String,
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Liste<Recette>, Erreur> {
    let mut lues = sql::recettes(c, None, page).await?;
    dire_les_allergenes(c, &mut lues).await?;
    Ok(Liste::couper(lues, page.limite, |r| r.id.to_string()))
}

/// A recipe to choose from a list.
#[derive(Debug, Clone)]
pub(crate) struct NomRecette {
    pub id: Uuid,
    pub nom: String,
    pub unite: UniteBase,
}

/// Every recipe that can be produced.
pub(crate) async fn completes(c: &mut PgConnection) -> Result<Vec<NomRecette>, Erreur> {
    sql::completes(c).await
}

/// Does a recipe make this article?
pub(crate) async fn est_fait(c: &mut PgConnection, article: Uuid) -> Result<bool, Erreur> {
    Ok(!sql::faits(c, Some(&[article])).await?.is_empty())
}

/// Every article that a recipe makes.
pub(crate) async fn tous_les_faits(c: &mut PgConnection) -> Result<Vec<Uuid>, Erreur> {
    sql::faits(c, None).await
}

/// 404 `recette_inconnue`.
pub(crate) async fn trouver(c: &mut PgConnection, id: Uuid) -> Result<Recette, Erreur> {
    let mut lues = sql::recettes(c, Some(id), Page { limite: 1, apres: None }).await?;
    dire_les_allergenes(c, &mut lues).await?;
    lues.pop().ok_or_else(|| inconnue(id).into())
}

async fn dire_les_allergenes(c: &mut PgConnection, lues: &mut [Recette]) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = lues.iter().map(|r| r.id).collect();
    let mut dits = allergenes(c, &ids).await?;
    for recette in lues {
        recette.allergenes = dits.remove(&recette.id).unwrap_or_default();
    }
    Ok(())
}
