//! Recipes written from books, many at once: some of their lines may not be mapped yet.
//!
//! Like any other change it makes versions, and takes the same lock where preparations are used.

mod sql;

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{DouteDeRecette, graphe};
use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// A recipe by its name, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Repere {
    pub id: Uuid,
    pub nom: String,
    pub article_id: Uuid,
    /// Its article is counted in pieces.
    pub en_pieces: bool,
    pub version: i32,
}

/// What a version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contenu {
    /// Pieces. None: it makes no pieces, and its yield stays what it was.
    pub rendement: Option<Quantite>,
    pub duree_vie_jours: Option<i32>,
    pub lignes: Vec<LigneImportee>,
    /// They hold the recipe.
    pub doutes: Vec<DouteDeRecette>,
}

impl Contenu {
    /// Something to make it of, or to look at: a recipe of nothing is not written.
    pub(crate) fn dit_quelque_chose(&self) -> bool {
        !self.doutes.is_empty() || self.lignes.iter().any(|l| !l.ignoree)
    }

    pub(crate) fn est_complet(&self) -> bool {
        self.doutes.is_empty() && self.lignes.iter().all(|l| l.ignoree || l.article_id.is_some())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LigneImportee {
    /// None: not mapped yet, or ignored; `libelle` says what was read.
    pub article_id: Option<Uuid>,
    /// Holds nothing and takes nothing; only its allergens are unknown.
    pub ignoree: bool,
    pub libelle: String,
    /// In the article's base unit; nothing where there is no article.
    pub quantite: Quantite,
    /// As printed.
    pub saisie: String,
    pub unite: String,
}

pub(crate) struct VersionImportee {
    pub recette_id: Uuid,
    /// The recipe stands at the one before; 1 is a new recipe's.
    pub version: i32,
    pub contenu: Contenu,
}

/// Every recipe.
pub(crate) async fn reperes(c: &mut PgConnection) -> Result<Vec<Repere>, Erreur> {
    sql::reperes(c).await
}

/// The versions that these stand at, nobody else changing them meanwhile.
pub(crate) async fn verrouiller(
    tx: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i32>, Erreur> {
    sql::verrouiller(tx, ids).await
}

/// What they say now.
pub(crate) async fn contenus(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Contenu>, Erreur> {
    sql::contenus(c, ids).await
}

/// New recipes, still without their first version.
pub(crate) async fn creer_importees(
    tx: &mut PgConnection,
    nouvelles: &[Repere],
) -> Result<(), Erreur> {
    sql::creer(tx, nouvelles).await
}

pub(crate) async fn ecrire_versions(
    tx: &mut PgConnection,
    op: Operation,
    versions: &[VersionImportee],
) -> Result<(), Erreur> {
    if versions.is_empty() {
        return Ok(());
    }
    let avancees = sql::inserer_versions(tx, op, versions).await?;
    if avancees != versions.iter().filter(|v| v.version > 1).count() {
        let detail = "Une recette vient d'être changée par quelqu'un d'autre : recommencez.";
        return Err(ErreurCritiqueMetier::conflit("recette_changee", detail).into());
    }
    Ok(())
}

/// The recipes within recipes as they stand, kept still until the end of the transaction.
pub(crate) struct Emboitements {
    aretes: Vec<(Uuid, Uuid)>,
    faits: HashSet<Uuid>,
}

impl Emboitements {
    pub(crate) async fn verrouiller(tx: &mut PgConnection) -> Result<Self, Erreur> {
        super::sql::verrouiller_graphe(tx).await?;
        let aretes = super::sql::aretes(tx, None).await?;
        let faits = aretes.iter().map(|(fait, _)| *fait).collect();
        Ok(Self { aretes, faits })
    }

    /// These are made too, from nothing that is known yet.
    pub(crate) fn faire(&mut self, nouveaux: impl IntoIterator<Item = Uuid>) {
        for fait in nouveaux {
            if self.faits.insert(fait) {
                self.aretes.push((fait, Uuid::nil()));
            }
        }
    }

    /// May the recipe that makes `fait` use these? A yes is kept in mind for the next question.
    pub(crate) fn accepter(&mut self, fait: Uuid, utilises: &[Uuid]) -> bool {
        let fabriques = utilises.iter().filter(|u| self.faits.contains(u) || **u == fait);
        let avant = self.aretes.len();
        self.aretes.extend(fabriques.map(|u| (fait, *u)));
        let acceptes = self.aretes.len() == avant || graphe::verifier(&self.aretes).is_ok();
        if !acceptes {
            self.aretes.truncate(avant);
        }
        acceptes
    }
}
