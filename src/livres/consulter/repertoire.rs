//! The recipes of the books in one list: what each is, those of one state, those of some words.

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::platform::errors::Erreur;

/// Which recipes are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choix {
    pub livre: Option<Uuid>,
    /// One of `ETATS`.
    pub etat: Option<&'static str>,
    /// Words of the title, as they are compared.
    pub cherche: Option<String>,
    pub apres: i64,
}

/// In the order of the page's tabs.
pub(crate) const ETATS: [&str; 6] =
    ["a_verifier", "a_relier", "complete", "protegee", "autre_source", "sans_recette"];
pub(crate) const PAR_PAGE: i64 = 50;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct RecetteDeListe {
    pub id: Uuid,
    pub titre: String,
    pub page: i32,
    pub livre: Uuid,
    pub livre_titre: String,
    pub etat: String,
    /// Doubts that nobody has looked at.
    pub doutes: i64,
    /// Lines not mapped.
    pub restantes: i64,
    /// The other book that the recipe is taken from.
    pub source: Option<String>,
}

/// A page of them, and how many there are of each state.
#[derive(Debug, Default)]
pub(crate) struct Repertoire {
    pub recettes: Vec<RecetteDeListe>,
    pub comptes: Vec<(&'static str, i64)>,
    /// Where the next page begins.
    pub suite: Option<i64>,
}

impl Repertoire {
    pub(crate) fn total(&self) -> i64 {
        self.comptes.iter().map(|(_, n)| n).sum()
    }

    pub(crate) fn compte(&self, etat: &str) -> i64 {
        self.comptes.iter().find(|(e, _)| *e == etat).map_or(0, |(_, n)| *n)
    }
}

pub(crate) async fn repertoire(c: &mut PgConnection, choix: &Choix) -> Result<Repertoire, Erreur> {
    let comptes = sql::comptes(c, choix).await?;
    let mut recettes = sql::repertoire(c, choix, PAR_PAGE + 1).await?;
    let par_page = usize::try_from(PAR_PAGE).unwrap_or_default();
    let suite = (recettes.len() > par_page).then_some(choix.apres + PAR_PAGE);
    recettes.truncate(par_page);
    let compte = |etat: &'static str| (etat, comptes.get(etat).copied().unwrap_or_default());
    Ok(Repertoire { recettes, comptes: ETATS.into_iter().map(compte).collect(), suite })
}
