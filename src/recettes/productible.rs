//! A recipe as production needs it: what it makes, from how much of what.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{inconnue, sql};
use crate::domaine::{Quantite, UniteBase, besoin};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

#[derive(Debug)]
pub struct Productible {
    pub id: Uuid,
    pub nom: String,
    pub version: i32,
    /// When that version was written.
    pub cree_le: DateTime<Utc>,
    pub article_id: Uuid,
    pub unite_base: UniteBase,
    pub rendement: Quantite,
    pub duree_vie_jours: Option<i32>,
    /// One per ingredient, in base units; lines that name the same one are summed.
    pub lignes: Vec<Ingredient>,
    /// Lines as read that no ingredient is known for.
    pub non_mappees: Vec<String>,
    /// What was read and not understood, and nobody has looked at.
    pub doutes: Vec<DouteDeRecette>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct DouteDeRecette {
    pub code: String,
    /// Les mots du livre.
    pub texte: String,
}

/// How much of one ingredient the yield takes, in its base unit.
#[derive(Debug, Clone)]
pub struct Ingredient {
    pub article_id: Uuid,
    pub nom: String,
    pub unite_base: UniteBase,
    pub quantite: Quantite,
}

impl Productible {
    pub(crate) fn est_complete(&self) -> bool {
        self.non_mappees.is_empty() && self.doutes.is_empty()
    }

    /// What going from `avant` to `apres` produced in a day takes of one line (I5): the parts of a
    /// day add up to the rounded need of its total.
    pub(crate) fn besoin(
        &self,
        ligne: Quantite,
        avant: Quantite,
        apres: Quantite,
    ) -> Option<Quantite> {
        let de = |total| besoin(total, ligne, self.rendement);
        Some(de(apres)? - de(avant)?)
    }

    /// Last day of use of what is made on `jour`, inclusive.
    pub(crate) fn dlc(&self, jour: NaiveDate) -> Option<NaiveDate> {
        let jours = u64::try_from(self.duree_vie_jours?).ok()?;
        jour.checked_add_days(chrono::Days::new(jours))
    }
}

/// Every one of them as it stands, or 404 naming the first that is not there.
pub async fn charger(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Arc<Productible>>, Erreur> {
    let mut lues = deja_lues(&sql::versions(c, ids).await?);
    let a_lire: Vec<Uuid> = ids.iter().filter(|id| !lues.contains_key(*id)).copied().collect();
    if !a_lire.is_empty() {
        let nouvelles = sql::productibles(c, &a_lire).await?;
        lues.extend(nouvelles.into_iter().map(|(id, r)| (id, Arc::new(r))));
        retenir(&lues);
    }
    match ids.iter().find(|id| !lues.contains_key(*id)) {
        Some(absente) => Err(inconnue(*absente).into()),
        None => Ok(lues),
    }
}

/// The recipe at that version, where the caller knows which one it is at: read at most once.
pub(crate) async fn charger_version(
    c: &mut PgConnection,
    id: Uuid,
    version: (i32, DateTime<Utc>),
) -> Result<Arc<Productible>, Erreur> {
    let mut lues = charger_versions(c, &HashMap::from([(id, version)])).await?;
    lues.remove(&id).ok_or_else(|| inconnue(id).into())
}

/// Of these recipes, at versions the caller knows.
async fn charger_versions(
    c: &mut PgConnection,
    versions: &HashMap<Uuid, (i32, DateTime<Utc>)>,
) -> Result<HashMap<Uuid, Arc<Productible>>, Erreur> {
    let mut lues = deja_lues(versions);
    let a_lire: Vec<Uuid> = versions.keys().filter(|id| !lues.contains_key(*id)).copied().collect();
    if !a_lire.is_empty() {
        lues.extend(charger(c, &a_lire).await?);
    }
    Ok(lues)
}

/// A version never changes once its lines are mapped, nor do the names of articles: what was read
/// once is read. Only the newest of each recipe is kept.
static LUES: LazyLock<RwLock<HashMap<Uuid, Arc<Productible>>>> = LazyLock::new(RwLock::default);

fn deja_lues(versions: &HashMap<Uuid, (i32, DateTime<Utc>)>) -> HashMap<Uuid, Arc<Productible>> {
    let lues = LUES.read().unwrap_or_else(PoisonError::into_inner);
    let lues = versions.iter().filter_map(|(id, version)| {
        let lue = lues.get(id).filter(|r| (r.version, r.cree_le) == *version)?;
        Some((*id, Arc::clone(lue)))
    });
    lues.collect()
}

fn retenir(recettes: &HashMap<Uuid, Arc<Productible>>) {
    let mut lues = LUES.write().unwrap_or_else(PoisonError::into_inner);
    let completes = recettes.iter().filter(|(_, r)| r.est_complete());
    lues.extend(completes.map(|(id, r)| (*id, Arc::clone(r))));
}

pub(crate) async fn par_nom(c: &mut PgConnection, nom: &str) -> Result<Option<Uuid>, Erreur> {
    sql::id_par_nom(c, nom).await
}

/// The refusal of incomplete recipes (I8), naming every line that is not mapped and every doubt.
pub(crate) fn incomplete<'a>(
    recettes: impl Iterator<Item = &'a Productible>,
) -> Option<ErreurCritiqueMetier> {
    let incompletes: Vec<&Productible> = recettes.filter(|r| !r.est_complete()).collect();
    let premiere = incompletes.first()?;
    let lignes = incompletes.iter().flat_map(|r| {
        r.non_mappees.iter().map(
            move |libelle| json!({"recette_id": r.id, "recette_nom": r.nom, "libelle": libelle}),
        )
    });
    let doutes = incompletes.iter().flat_map(|r| {
        r.doutes.iter().map(move |d| {
            json!({"recette_id": r.id, "recette_nom": r.nom, "code": d.code, "texte": d.texte})
        })
    });
    let refus = ErreurCritiqueMetier::conflit("recette_incomplete", pourquoi(premiere));
    let refus = refus.avec("lignes", json!(lignes.collect::<Vec<_>>()));
    Some(refus.avec("doutes", json!(doutes.collect::<Vec<_>>())))
}

/// A doubt goes before a label.
fn pourquoi(r: &Productible) -> String {
    let nom = &r.nom;
    match (r.doutes.as_slice(), r.non_mappees.first()) {
        ([un], _) => format!(
            "La recette « {nom} » est à vérifier : « {} », dans son livre, n'a pas été compris. \
             Regardez-le dans « À vérifier », puis recommencez.",
            un.texte
        ),
        ([un, reste @ ..], _) => format!(
            "La recette « {nom} » est à vérifier : « {} » et {} dans son livre n'ont pas été \
             compris. Regardez-les dans « À vérifier », puis recommencez.",
            un.texte,
            match reste.len() {
                1 => "un autre passage".to_owned(),
                n => format!("{n} autres passages"),
            }
        ),
        ([], Some(libelle)) => format!(
            "La recette « {nom} » est incomplète : la ligne « {libelle} » n'est reliée à aucun \
             ingrédient. Reliez-la, puis recommencez."
        ),
        ([], None) => format!("La recette « {nom} » est incomplète."),
    }
}
