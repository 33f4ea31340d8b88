//! Doubts: those of a recipe, and all that wait for somebody to look.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{LigneDuLivre, sql};
use crate::platform::errors::Erreur;
use crate::platform::http::{Liste, Page};

/// Ce que quelqu'un doit regarder.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct DouteEnAttente {
    pub id: Uuid,
    pub livre_id: Uuid,
    pub livre_titre: String,
    /// La recette du livre.
    pub recette_id: Uuid,
    pub titre: String,
    pub code: String,
    pub page: i32,
    /// Les mots du livre.
    pub texte: String,
    /// Ce qui n'est pas su.
    pub phrase: String,
}

/// Un doute d'une recette, et ce qui en a été dit.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct DouteDuLivre {
    pub id: Uuid,
    pub code: String,
    pub page: i32,
    pub texte: String,
    pub phrase: String,
    /// null : personne n'a encore regardé.
    pub regle: Option<DouteDit>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct DouteDit {
    pub geste: String,
    /// La ligne dite, quand il y en a une.
    pub ligne: Option<String>,
    /// null : depuis la ligne de commande.
    pub par: Option<String>,
    pub le: DateTime<Utc>,
}

/// In the order of the books, of their pages; after that one.
pub(crate) async fn doutes(
    c: &mut PgConnection,
    livre: Option<Uuid>,
    page: Page,
) -> Result<Liste<DouteEnAttente>, Erreur> {
    let lus = sql::doutes_en_attente(c, livre, page).await?;
    Ok(Liste::couper(lus, page.limite, |d| d.id.to_string()))
}

/// The lines of the recipes that these doubts stand in.
pub(crate) async fn lignes_en_doute(
    c: &mut PgConnection,
    doutes: &[DouteEnAttente],
) -> Result<HashMap<Uuid, Vec<LigneDuLivre>>, Erreur> {
    let livres: HashSet<Uuid> = doutes.iter().map(|d| d.livre_id).collect();
    let mut lignes = HashMap::new();
    for livre in livres {
        lignes.extend(sql::lignes(c, livre).await?);
    }
    Ok(lignes)
}

/// What was said of a doubt lately, to be taken back.
#[derive(Debug)]
pub(crate) struct DouteVu {
    pub id: Uuid,
    pub titre: String,
    pub texte: String,
    pub geste: String,
    pub ligne: Option<String>,
}

pub(crate) async fn doutes_regles(c: &mut PgConnection) -> Result<Vec<DouteVu>, Erreur> {
    sql::doutes_regles(c).await
}
