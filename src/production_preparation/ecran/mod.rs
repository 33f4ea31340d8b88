//! The kitchen's day as it stands, for the API and for the screen: one reading, flat with history.
//!
//! - What is missing is said before anyone taps: per line, for what is left of it.
//! - The lot to use first is the one of its ingredients that expires first.
//! - `version` changes whenever anything shown changes.

mod creneaux;
mod rayon;
mod sql;
mod totaux;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

pub use self::creneaux::{Creneau, PartCreneau};
use self::creneaux::{Journee, Moment, repartir};
pub use self::rayon::{ManqueLigne, PremierLot};
use self::rayon::{Rayon, restes};
use self::sql::LigneLue;
pub use self::totaux::{TotalIngredient, TotalProduit, Totaux};
use super::declaration::{Statut, TypeDeclaration};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::plan;
use crate::platform::errors::Erreur;
use crate::recettes::{self, Productible};
use crate::referentiel::{Magasin, magasins};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ecran {
    /// Le total planifié.
    #[schema(value_type = f64)]
    pub quantites_a_produire_aujourdhui: Quantite,
    /// Matin, midi, soir : leurs quantités font le total.
    pub quantites_par_creneau: Vec<Creneau>,
    /// Dans l'ordre des noms.
    pub cuisine: Vec<LigneCuisine>,
    pub plan_id: Uuid,
    pub magasin_id: Uuid,
    pub magasin_nom: String,
    pub date: NaiveDate,
    /// Le total produit.
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    pub totaux: Totaux,
    /// La dernière déclaration de la journée qui n'est pas annulée.
    pub derniere: Option<DerniereAction>,
    /// Change dès que quelque chose change ici.
    pub version: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LigneCuisine {
    pub recette_id: Uuid,
    pub recette_nom: String,
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    pub statut: Statut,
    /// Ce qui reste à faire ; 0 d'une ligne non produite.
    #[schema(value_type = f64)]
    pub restant: Quantite,
    pub unite: UniteBase,
    pub menu_id: Option<Uuid>,
    pub gencodes: Vec<String>,
    /// Ce que le stock n'a pas pour ce qui reste à faire de cette ligne seule.
    pub manques: Vec<ManqueLigne>,
    pub premier_lot: Option<PremierLot>,
    pub allergenes: Vec<String>,
    /// Une ligne de la recette n'est reliée à aucun ingrédient : elle ne se produit pas.
    pub recette_incomplete: bool,
    pub peut_annuler: bool,
    /// La dernière déclaration qui n'est pas annulée.
    pub derniere: Option<DerniereDeclaration>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DerniereDeclaration {
    pub r#type: TypeDeclaration,
    pub date_heure: DateTime<Utc>,
    /// L'heure du magasin.
    #[schema(example = "08:42")]
    pub heure: String,
    pub auteur: Option<String>,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    /// Le total auquel « annuler » ramène la ligne.
    #[schema(value_type = f64)]
    pub avant: Quantite,
    /// Le statut qu'elle a alors.
    pub statut_avant: Statut,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DerniereAction {
    pub recette_id: Uuid,
    pub recette_nom: String,
    pub unite: UniteBase,
    pub peut_annuler: bool,
    #[serde(flatten)]
    pub declaration: DerniereDeclaration,
}

/// 404 `magasin_inconnu`, `plan_absent`.
pub async fn lire(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Ecran, Erreur> {
    let magasin = magasins::trouver(c, magasin_id).await?;
    let plan_id = plan::trouver_id(c, magasin_id, date).await?.ok_or_else(plan::absent)?;
    let mut lignes = sql::lignes(c, magasin_id, date).await?;
    sql::nommer(c, magasin_id, &mut lignes).await?;
    lignes.sort_by_cached_key(|l| cle_de_tri(&l.nom));
    let versions = lignes.iter().map(|l| (l.recette_id, l.version)).collect();
    let recettes = recettes::charger_versions(c, &versions).await?;
    let restes = restes(&lignes, &recettes);
    let rayon = Rayon::dresser(c, (magasin_id, date), &restes).await?;
    let ventes = sql::ventes(c, magasin_id, date).await?;
    let mut cuisine: Vec<LigneCuisine> =
        lignes.iter().zip(&restes).map(|(l, r)| montrer(l, &magasin, (r, &rayon))).collect();
    dire_les_allergenes(c, &recettes, &mut cuisine).await?;
    let journees = journees(&cuisine);
    let mut ecran = Ecran {
        quantites_a_produire_aujourdhui: cuisine.iter().map(|l| l.quantite_planifiee).sum(),
        quantites_par_creneau: repartir(&journees, ventes, moment(&magasin, date)).into(),
        derniere: derniere(&cuisine),
        totaux: totaux::additionner(&lignes, &restes, &rayon),
        quantite_produite: cuisine.iter().map(|l| l.quantite_produite).sum(),
        cuisine,
        plan_id,
        magasin_id,
        magasin_nom: magasin.nom,
        date,
        version: String::new(),
    };
    let dit = serde_json::to_vec(&ecran).map_err(Erreur::interne)?;
    ecran.version = format!("{:016x}", xxh3_64(&dit));
    Ok(ecran)
}

async fn dire_les_allergenes(
    c: &mut PgConnection,
    recettes: &HashMap<Uuid, Arc<Productible>>,
    cuisine: &mut [LigneCuisine],
) -> Result<(), Erreur> {
    let presents = recettes::allergenes_presents(c, recettes).await?;
    for ligne in cuisine {
        let presents = presents.get(&ligne.recette_id).map(Vec::as_slice).unwrap_or_default();
        ligne.allergenes = presents.iter().map(|a| a.libelle().to_owned()).collect();
    }
    Ok(())
}

fn montrer(
    l: &LigneLue,
    magasin: &Magasin,
    (reste, rayon): (&rayon::Reste<'_>, &Rayon),
) -> LigneCuisine {
    let derniere = l.derniere.as_ref().map(|d| DerniereDeclaration {
        r#type: d.r#type,
        date_heure: d.declaree_le,
        heure: d.declaree_le.with_timezone(&magasin.tz()).format("%H:%M").to_string(),
        auteur: d.auteur.clone(),
        quantite: d.quantite,
        avant: d.avant,
        statut_avant: l.statut_avant(d),
    });
    LigneCuisine {
        recette_id: l.recette_id,
        recette_nom: l.nom.clone(),
        quantite_planifiee: l.planifiee,
        quantite_produite: l.produite,
        statut: l.statut(),
        restant: reste.quantite,
        unite: l.unite,
        menu_id: l.menu_id,
        gencodes: l.gencodes.clone(),
        manques: rayon.manques(reste),
        premier_lot: rayon.premier_lot(reste),
        allergenes: Vec::new(),
        recette_incomplete: !reste.recette.non_mappees.is_empty(),
        peut_annuler: l.derniere.as_ref().is_some_and(|d| d.apres == l.produite),
        derniere,
    }
}

/// By the units there are. What exceeds the plan of one line does not stand for another line.
fn journees(cuisine: &[LigneCuisine]) -> Vec<(UniteBase, Journee)> {
    let journee = |l: &LigneCuisine| Journee {
        planifie: l.quantite_planifiee,
        fait: l.quantite_produite.min(l.quantite_planifiee),
        regle: l.quantite_planifiee - l.restant,
    };
    let de = |unite| {
        let lignes = cuisine.iter().filter(move |l| l.unite == unite);
        Some((unite, lignes.map(journee).reduce(Journee::plus)?))
    };
    [UniteBase::Piece, UniteBase::G, UniteBase::Ml].into_iter().filter_map(de).collect()
}

fn moment(magasin: &Magasin, date: NaiveDate) -> Moment {
    let maintenant = Utc::now().with_timezone(&magasin.tz());
    match date.cmp(&maintenant.date_naive()) {
        std::cmp::Ordering::Less => Moment::Apres,
        std::cmp::Ordering::Equal => Moment::PendantLaJournee(maintenant.time()),
        std::cmp::Ordering::Greater => Moment::Avant,
    }
}

fn derniere(cuisine: &[LigneCuisine]) -> Option<DerniereAction> {
    let declarees = cuisine.iter().filter_map(|l| Some((l, l.derniere.clone()?)));
    let (l, declaration) = declarees.max_by_key(|(_, d)| d.date_heure)?;
    Some(DerniereAction {
        recette_id: l.recette_id,
        recette_nom: l.recette_nom.clone(),
        unite: l.unite,
        peut_annuler: l.peut_annuler,
        declaration,
    })
}
