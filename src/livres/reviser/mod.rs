//! Lines judged again: what changes is written, and each recipe they belong to gets a new version.

mod sql;

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::deposer::ecarter;
use super::juger::Jugee;
use super::rapprocher::{Dictionnaire, Imprimee, Verdict};
use super::sous_recettes::{Ici, Nommables};
use super::sql as commun;
use crate::domaine::Decimal;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::recettes::importees::{self, Emboitements, VersionImportee};

pub(crate) use sql::{a_relier, cles_qui_nomment};

/// A line as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct LigneGardee {
    pub id: Uuid,
    pub recette_importee_id: Uuid,
    pub livre: Uuid,
    /// Of its recipe, as it is compared.
    pub titre: String,
    pub libelle: String,
    /// What goes into the recipe; as printed, where that is in doubt.
    pub quantite: Option<String>,
    pub en_doute: bool,
    /// In doubt only because it bears no unit, now or before its ingredient was counted in pieces.
    pub nue: bool,
    pub unite: String,
    /// The ingredient that a person named for this very line.
    pub article_dit: Option<Uuid>,
    /// A recipe is taken from there, was not changed by hand since, and has no doubt left but those
    /// that go once its lines are mapped.
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

impl std::ops::AddAssign for Bilan {
    fn add_assign(&mut self, autre: Self) {
        self.lignes += autre.lignes;
        self.remappees += autre.remappees;
        self.recettes += autre.recettes;
        self.completees += autre.completees;
        self.recettes_remappees += autre.recettes_remappees;
    }
}

/// The lines whose verdict is another one now.
pub(crate) fn revoir(
    dictionnaire: &Dictionnaire,
    nommables: &HashMap<Uuid, Nommables>,
    lignes: Vec<LigneGardee>,
) -> Vec<Revision> {
    let vide = Nommables::default();
    let revoir = |ligne: LigneGardee| {
        let quantite = ligne.quantite.as_deref().and_then(|q| Decimal::lire_json(q).ok());
        let imprimee = Imprimee {
            libelle: &ligne.libelle,
            quantite,
            unite: &ligne.unite,
            en_doute: ligne.en_doute,
            nue: ligne.nue,
            dit: ligne.article_dit,
        };
        let livre = nommables.get(&ligne.livre).unwrap_or(&vide);
        let verdict = dictionnaire.juger(imprimee, Ici { livre, titre: &ligne.titre });
        (verdict != ligne.avant).then_some(Revision { ligne, verdict })
    };
    lignes.into_iter().filter_map(revoir).collect()
}

/// The recipes that these lines may name.
pub(crate) async fn nommables_de(
    c: &mut PgConnection,
    lignes: &[LigneGardee],
) -> Result<HashMap<Uuid, Nommables>, Erreur> {
    let livres: HashSet<Uuid> = lignes.iter().map(|l| l.livre).collect();
    commun::nommables(c, Some(&Vec::from_iter(livres))).await
}

/// The lines printed like one of these, whatever became of them, are what they are now.
pub(crate) async fn juger_de_nouveau(
    tx: &mut PgConnection,
    op: Operation,
    cles: &[String],
) -> Result<Bilan, Erreur> {
    let dictionnaire = commun::dictionnaire(tx).await?;
    let lignes = sql::lignes_de_cles(tx, cles).await?;
    juger(tx, op, &dictionnaire, lignes).await
}

async fn juger(
    tx: &mut PgConnection,
    op: Operation,
    dictionnaire: &Dictionnaire,
    lignes: Vec<LigneGardee>,
) -> Result<Bilan, Erreur> {
    let nommables = nommables_de(tx, &lignes).await?;
    let revisions = revoir(dictionnaire, &nommables, lignes);
    appliquer(tx, op, dictionnaire, revisions).await
}

/// The lines that take what these recipes make are judged again, in every book but that one: what it
/// weighs, or the book that it is taken from, may be another one now.
pub(crate) async fn suivre_les_recettes(
    tx: &mut PgConnection,
    op: Operation,
    dictionnaire: &Dictionnaire,
    (faits, sauf): (Vec<Uuid>, Option<Uuid>),
) -> Result<Bilan, Erreur> {
    let cles = sql::cles_qui_nomment(tx, &faits).await?;
    let mut lignes = sql::lignes_de_cles(tx, &cles).await?;
    lignes.retain(|l| Some(l.livre) != sauf);
    juger(tx, op, dictionnaire, lignes).await
}

/// The same, of recipes of books.
pub(crate) async fn suivre_les_importees(
    tx: &mut PgConnection,
    op: Operation,
    dictionnaire: &Dictionnaire,
    importees: &[Uuid],
) -> Result<Bilan, Erreur> {
    let faits = sql::articles_faits(tx, importees).await?.into_values().collect();
    suivre_les_recettes(tx, op, dictionnaire, (faits, None)).await
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
    sql::suivre_les_nues(tx, &revisions).await?;
    let remappees = || revisions.iter().filter(|r| r.verdict.statut() == "mappee");
    let leurs_recettes: HashSet<Uuid> = remappees().map(|r| r.ligne.recette_importee_id).collect();
    let mut bilan = Bilan {
        lignes: revisions.len(),
        remappees: remappees().count(),
        recettes_remappees: leurs_recettes.len(),
        ..Bilan::default()
    };
    let versions = sql::a_ecrire(tx, &recettes_touchees(&revisions)).await?;
    (bilan.recettes, bilan.completees) = ecrire(tx, op, &versions).await?;
    let nues = revisions.iter().filter(|r| r.ligne.nue);
    let sans_ce_doute: Vec<Uuid> = nues.map(|r| r.ligne.recette_importee_id).collect();
    if !sans_ce_doute.is_empty() {
        let suite = suivre_les_importees(tx, op, dictionnaire, &sans_ce_doute);
        bilan += Box::pin(suite).await?;
    }
    Ok(bilan)
}

/// How many were written, and how many of them can be produced.
async fn ecrire(
    tx: &mut PgConnection,
    op: Operation,
    versions: &[VersionImportee],
) -> Result<(usize, usize), Erreur> {
    importees::ecrire_versions(tx, op, versions).await?;
    let ecrites: Vec<(Uuid, i32)> = versions.iter().map(|v| (v.recette_id, v.version)).collect();
    sql::suivre(tx, &ecrites).await?;
    let completes = versions.iter().filter(|v| v.contenu.est_complet()).count();
    Ok((versions.len(), completes))
}

/// New versions of those that no longer say what they said.
pub(crate) async fn ecrire_si_change(
    tx: &mut PgConnection,
    op: Operation,
    importees: &[Uuid],
) -> Result<Bilan, Erreur> {
    let mut versions = sql::a_ecrire(tx, importees).await?;
    let ids: Vec<Uuid> = versions.iter().map(|v| v.recette_id).collect();
    let avant = importees::contenus(tx, &ids).await?;
    versions.retain(|v| avant.get(&v.recette_id) != Some(&v.contenu));
    let (recettes, completees) = ecrire(tx, op, &versions).await?;
    Ok(Bilan { recettes, completees, ..Bilan::default() })
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
    if !revisions.iter().any(|r| dictionnaire.prend_ce_qui_est_fait(&r.verdict)) {
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

/// The same for the lines of one recipe of a book.
pub(crate) async fn ecarter_les_cycles_de(
    tx: &mut PgConnection,
    dictionnaire: &Dictionnaire,
    importee: Uuid,
    lignes: &mut [Jugee],
) -> Result<(), Erreur> {
    if !lignes.iter().any(|j| dictionnaire.prend_ce_qui_est_fait(&j.verdict)) {
        return Ok(());
    }
    let mut emboitements = Emboitements::verrouiller(tx).await?;
    if let Some(fait) = sql::articles_faits(tx, &[importee]).await?.get(&importee) {
        ecarter(&mut emboitements, *fait, lignes.iter_mut().map(|j| &mut j.verdict));
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
    let (recettes, completees) = ecrire(tx, op, &versions).await?;
    let mut bilan = Bilan { recettes, completees, ..Bilan::default() };
    let dictionnaire = commun::dictionnaire(tx).await?;
    bilan += suivre_les_importees(tx, op, &dictionnaire, &[recette_importee_id]).await?;
    Ok(Some(bilan))
}
