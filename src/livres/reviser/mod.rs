//! Lines judged again: what changes is written, and each recipe they belong to gets a new version.

mod sql;

use std::collections::HashSet;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::deposer::ecarter;
use super::rapprocher::{Dictionnaire, Imprimee, Verdict};
use super::sql as commun;
use crate::domaine::Decimal;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::recettes::importees::{self, Emboitements, VersionImportee};

pub(crate) use sql::a_relier;

/// A line as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct LigneGardee {
    pub id: Uuid,
    pub recette_importee_id: Uuid,
    pub libelle: String,
    pub quantite: Option<String>,
    pub unite: String,
    /// A recipe is taken from there, and was not changed by hand since.
    pub retenue: bool,
    pub avant: Verdict,
}

/// A line that is no longer what it was.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    pub ligne: LigneGardee,
    pub verdict: Verdict,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Bilan {
    /// Lignes qui ne sont plus ce qu'elles étaient.
    pub lignes: usize,
    /// Celles qui mènent maintenant à un ingrédient.
    pub remappees: usize,
    /// Recettes qui ont une nouvelle version.
    pub recettes: usize,
    /// Celles qui peuvent maintenant être produites.
    pub completees: usize,
    /// Recipes with at least one of `remappees`.
    #[serde(skip)]
    pub recettes_remappees: usize,
}

/// The lines whose verdict is another one now.
pub(crate) fn revoir(dictionnaire: &Dictionnaire, lignes: Vec<LigneGardee>) -> Vec<Revision> {
    lignes
        .into_iter()
        .filter_map(|ligne| {
            let quantite = ligne.quantite.as_deref().and_then(|q| Decimal::lire_json(q).ok());
            let verdict = dictionnaire.juger(Imprimee {
                libelle: &ligne.libelle,
                quantite,
                unite: &ligne.unite,
            });
            (verdict != ligne.avant).then_some(Revision { ligne, verdict })
        })
        .collect()
}

/// The lines printed like one of these, whatever became of them, are what they are now.
pub(crate) async fn juger_de_nouveau(
    tx: &mut PgConnection,
    op: Operation,
    cles: &[String],
) -> Result<Bilan, Erreur> {
    let dictionnaire = commun::dictionnaire(tx).await?;
    let lignes = sql::lignes_de_cles(tx, cles).await?;
    let revisions = revoir(&dictionnaire, lignes);
    appliquer(tx, op, &dictionnaire, revisions).await
}

pub(crate) async fn appliquer(
    tx: &mut PgConnection,
    op: Operation,
    dictionnaire: &Dictionnaire,
    mut revisions: Vec<Revision>,
) -> Result<Bilan, Erreur> {
    if revisions.is_empty() {
        return Ok(Bilan::default());
    }
    ecarter_les_cycles(tx, dictionnaire, &mut revisions).await?;
    sql::changer(tx, &revisions).await?;
    let remappees = || revisions.iter().filter(|r| r.verdict.statut() == "mappee");
    let leurs_recettes: HashSet<Uuid> = remappees().map(|r| r.ligne.recette_importee_id).collect();
    let mut bilan = Bilan {
        lignes: revisions.len(),
        remappees: remappees().count(),
        recettes_remappees: leurs_recettes.len(),
        ..Bilan::default()
    };
    let touchees = recettes_touchees(&revisions);
    let versions = sql::a_ecrire(tx, &touchees).await?;
    importees::ecrire_versions(tx, op, &versions).await?;
    let ecrites: Vec<(Uuid, i32)> = versions.iter().map(|v| (v.recette_id, v.version)).collect();
    sql::suivre(tx, &ecrites).await?;
    bilan.recettes = versions.len();
    let complete = |v: &&VersionImportee| v.contenu.lignes.iter().all(|l| l.article_id.is_some());
    bilan.completees = versions.iter().filter(complete).count();
    Ok(bilan)
}

/// Those whose lines mean something else; a reason that changes is not told to the recipe.
fn recettes_touchees(revisions: &[Revision]) -> Vec<Uuid> {
    let change = |r: &&Revision| {
        let muette = |v: &Verdict| matches!(v, Verdict::NonMappee { .. });
        !(muette(&r.verdict) && muette(&r.ligne.avant))
    };
    let uniques: HashSet<Uuid> =
        revisions.iter().filter(change).map(|r| r.ligne.recette_importee_id).collect();
    uniques.into_iter().collect()
}

async fn ecarter_les_cycles(
    tx: &mut PgConnection,
    dictionnaire: &Dictionnaire,
    revisions: &mut [Revision],
) -> Result<(), Erreur> {
    if !revisions.iter().any(|r| dictionnaire.prend_une_preparation(&r.verdict)) {
        return Ok(());
    }
    let mut emboitements = Emboitements::verrouiller(tx).await?;
    let ids: Vec<Uuid> = revisions.iter().map(|r| r.ligne.recette_importee_id).collect();
    let faits = sql::articles_faits(tx, &ids).await?;
    for r in revisions {
        if let Some(fait) = faits.get(&r.ligne.recette_importee_id) {
            ecarter(&mut emboitements, *fait, [&mut r.verdict]);
        }
    }
    Ok(())
}

/// Lets a recipe be what this book says, whatever it was: somebody asked for it.
pub(crate) async fn reprendre(
    tx: &mut PgConnection,
    op: Operation,
    recette_importee_id: Uuid,
) -> Result<Option<Bilan>, Erreur> {
    if !sql::prendre(tx, recette_importee_id).await? {
        return Ok(None);
    }
    let versions = sql::a_ecrire(tx, &[recette_importee_id]).await?;
    importees::ecrire_versions(tx, op, &versions).await?;
    let ecrites: Vec<(Uuid, i32)> = versions.iter().map(|v| (v.recette_id, v.version)).collect();
    sql::suivre(tx, &ecrites).await?;
    let complete = |v: &&VersionImportee| v.contenu.lignes.iter().all(|l| l.article_id.is_some());
    let completees = versions.iter().filter(complete).count();
    Ok(Some(Bilan { recettes: versions.len(), completees, ..Bilan::default() }))
}
