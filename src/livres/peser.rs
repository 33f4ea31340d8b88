//! What a volume or a piece of an ingredient weighs, said once: every line of a book that waited for
//! it, or was weighed by what was said before, is judged again.

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::normaliser::cle;
use super::reviser::{self, Bilan};
use super::sql as commun;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::referentiel::Article;
use crate::referentiel::articles::{self, ConversionsDites};

/// L'ingrédient, et ce que sont devenues les lignes des livres.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct IngredientPese {
    pub ingredient: Article,
    #[serde(flatten)]
    pub bilan: Bilan,
}

/// 404 `ingredient_inconnu`.
pub(crate) async fn peser(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
    dites: &ConversionsDites,
) -> Result<IngredientPese, Erreur> {
    commun::verrouiller(tx).await?;
    let ingredient = articles::dire_conversions(tx, id, dites).await?;
    let mut cles = reviser::cles_qui_nomment(tx, &[id]).await?;
    cles.push(cle(&ingredient.nom).pliee);
    let bilan = reviser::juger_de_nouveau(tx, op, &cles).await?;
    Ok(IngredientPese { ingredient, bilan })
}
