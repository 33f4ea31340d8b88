//! Other names of an ingredient, as recipe books print them.

mod sql;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::articles;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, Liste, Page};

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Alias {
    pub id: Uuid,
    pub alias: String,
    pub ingredient_id: Uuid,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelAlias {
    pub alias: String,
    pub ingredient_id: Uuid,
}

impl NouvelAlias {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { alias: l.texte("alias", 200), ingredient_id: l.uuid("ingredient_id") }
    }
}

pub(crate) async fn creer(tx: &mut PgConnection, n: NouvelAlias) -> Result<Alias, Erreur> {
    articles::trouver(tx, n.ingredient_id).await?;
    let alias = Alias { id: Uuid::now_v7(), alias: n.alias, ingredient_id: n.ingredient_id };
    sql::inserer(tx, &alias).await?;
    Ok(alias)
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Liste<Alias>, Erreur> {
    let lus = sql::lister(c, page).await?;
    Ok(Liste::couper(lus, page.limite, |a| a.id.to_string()))
}

/// All that are in force.
pub(crate) async fn actifs(c: &mut PgConnection) -> Result<Vec<Alias>, Erreur> {
    sql::actifs(c).await
}

/// Notes that these were put aside for `par`.
pub(crate) async fn remplacer(
    tx: &mut PgConnection,
    ids: &[Uuid],
    par: Uuid,
) -> Result<(), Erreur> {
    if ids.is_empty() {
        return Ok(());
    }
    sql::remplacer(tx, ids, par).await
}

/// Those that were put aside for `par` are in force again, unless another has their name now.
pub(crate) async fn retablir(tx: &mut PgConnection, par: Uuid) -> Result<(), Erreur> {
    sql::retablir(tx, par).await
}

/// Those that were still in force; an alias is kept, for the lines that it explained.
pub(crate) async fn desactiver(tx: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Alias>, Erreur> {
    sql::desactiver(tx, ids).await
}
