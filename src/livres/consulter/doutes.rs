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
    /// What it is about: the label of its line, or its words.
    #[serde(skip)]
    pub mots: String,
}

/// Those of one book that are said of the same words: what a person says of one may be said of all.
#[derive(Debug)]
pub(crate) struct Semblables {
    pub premier: DouteEnAttente,
    pub autres: Vec<DouteEnAttente>,
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

/// As many as there are.
const TOUS: Page = Page { limite: 1_000_000, apres: None };

pub(crate) async fn doutes_semblables(
    c: &mut PgConnection,
    livre: Option<Uuid>,
    page: Page,
) -> Result<Liste<Semblables>, Erreur> {
    let mut groupes = grouper(sql::doutes_en_attente(c, livre, TOUS).await?);
    groupes.retain(|g| page.apres.is_none_or(|apres| g.premier.id > apres));
    Ok(Liste::couper(groupes, page.limite, |g| g.premier.id.to_string()))
}

/// Those of that book that are like that one, and it.
pub(crate) async fn semblables(
    c: &mut PgConnection,
    livre: Uuid,
    doute: Uuid,
) -> Result<Vec<Uuid>, Erreur> {
    let groupes = grouper(sql::doutes_en_attente(c, Some(livre), TOUS).await?).into_iter();
    let mut ids = groupes.map(|g| [g.premier].into_iter().chain(g.autres).map(|d| d.id).collect());
    Ok(ids.find(|ids: &Vec<Uuid>| ids.contains(&doute)).unwrap_or_default())
}

/// In their order.
fn grouper(doutes: Vec<DouteEnAttente>) -> Vec<Semblables> {
    let mut places = HashMap::new();
    let mut groupes: Vec<Semblables> = Vec::new();
    for d in doutes {
        let meme = (d.livre_id, d.code.clone(), d.mots.clone(), d.phrase.clone());
        match places.get(&meme).and_then(|place: &usize| groupes.get_mut(*place)) {
            Some(groupe) => groupe.autres.push(d),
            None => {
                places.insert(meme, groupes.len());
                groupes.push(Semblables { premier: d, autres: Vec::new() });
            }
        }
    }
    groupes
}

/// The lines of the recipes that these doubts stand in.
pub(crate) async fn lignes_en_doute(
    c: &mut PgConnection,
    doutes: &[Semblables],
) -> Result<HashMap<Uuid, Vec<LigneDuLivre>>, Erreur> {
    let livres: HashSet<Uuid> = doutes.iter().map(|d| d.premier.livre_id).collect();
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
    /// So many, in one go.
    pub combien: i64,
}

pub(crate) async fn doutes_regles(c: &mut PgConnection) -> Result<Vec<DouteVu>, Erreur> {
    sql::doutes_regles(c).await
}
