//! The kitchen's day as it stands, for the API and for the screen: one reading, flat with history.
//!
//! - What is missing is said before anyone taps: per line, for what is left of it.
//! - The lot to use first is the one of its ingredients that expires first.
//! - `version` changes whenever anything shown changes.
//! - What is said of the recipes themselves is read again only when it has changed (`carte`).

mod carte;
mod creneaux;
mod prendre;
mod rayon;
mod sql;
mod suite;
mod totaux;
mod veille;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;
use xxhash_rust::xxh3::Xxh3;

use self::carte::{Carte, Fiche};
pub(crate) use self::creneaux::Creneau;
use self::creneaux::{Journee, Moment, ajouter, repartir};
pub(crate) use self::prendre::{RecettesDuJour, recettes_du_jour};
pub(crate) use self::rayon::{ManqueLigne, PremierLot};
use self::rayon::{Rayon, restes};
use self::sql::{EnTete, LigneLue};
use self::suite::{Suite, suites};
use self::totaux::Courts;
pub(crate) use self::totaux::Totaux;
pub(crate) use self::veille::Veille;
use super::declaration::{Statut, TypeDeclaration};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::plan::{self, AFaireDAbord};
use crate::platform::db::Base;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::recettes::CreneauRecette;
use crate::referentiel::magasins;

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct Ecran {
    /// Le total planifié.
    #[schema(value_type = f64)]
    pub quantites_a_produire_aujourdhui: Quantite,
    /// Matin, midi, soir : leurs quantités font le total. Une ligne qui dit son créneau y est, les
    /// autres se partagent entre les trois.
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
    /// Ce qui reste à dire du dernier jour d'avant qui avait un plan.
    pub veille: Option<Veille>,
    /// La dernière déclaration de la journée qui n'est pas annulée.
    pub derniere: Option<DerniereAction>,
    /// Change dès que quelque chose change ici.
    pub version: String,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneCuisine {
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
    /// Où elle se fait en cuisine, et pour quel moment.
    pub poste: Option<String>,
    pub creneau: Option<CreneauRecette>,
    /// Sa place dans la journée : d'abord ce dont d'autres ont besoin, puis par créneau (sans
    /// créneau à la fin), puis par nom.
    pub ordre: usize,
    /// Les recettes du plan à faire avant elle : le stock n'a pas ce qu'elles font.
    pub attend: Vec<Uuid>,
    /// Les mêmes, telles qu'elles se disent.
    pub faites_d_abord: Vec<AFaireDAbord>,
    /// La cuisine a dit ce qu'il en est, et le plan n'a pas été relevé depuis.
    pub reglee: bool,
    /// Ce que ni le stock ni le reste du plan n'a pour ce qui reste à faire de cette ligne seule.
    pub manques: Vec<ManqueLigne>,
    /// De ce qu'elle prend, ce qui manque à tout ce qui reste du jour, et non à elle seule : d'autres
    /// lignes en prennent aussi.
    pub manques_ensemble: Vec<ManqueLigne>,
    pub premier_lot: Option<PremierLot>,
    pub allergenes: Vec<String>,
    /// Une ligne n'est reliée à aucun ingrédient, ou un doute reste : elle ne se produit pas.
    pub recette_incomplete: bool,
    /// Le dernier lot qu'elle a fait et qui n'est pas repris.
    pub lot_fait: Option<LotFait>,
    pub peut_annuler: bool,
    /// La dernière déclaration qui n'est pas annulée.
    pub derniere: Option<DerniereDeclaration>,
}

#[derive(Debug, Clone, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct LotFait {
    pub lot_id: Uuid,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

#[derive(Debug, Clone, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct DerniereDeclaration {
    /// Ce que `annuler` et `vue` nomment.
    pub declaration_id: Uuid,
    pub r#type: TypeDeclaration,
    pub date_heure: DateTime<Utc>,
    /// L'heure du magasin.
    #[schema(example = "08:42")]
    pub heure: String,
    pub auteur: Option<String>,
    pub motif: Option<String>,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    /// Le total auquel « annuler » ramène la ligne.
    #[schema(value_type = f64)]
    pub avant: Quantite,
    /// Le statut qu'elle a alors.
    pub statut_avant: Statut,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct DerniereAction {
    pub recette_id: Uuid,
    pub recette_nom: String,
    pub unite: UniteBase,
    pub peut_annuler: bool,
    #[serde(flatten)]
    pub declaration: DerniereDeclaration,
}

/// One line of the day, and what is said of its recipe.
struct Ligne {
    lue: LigneLue,
    fiche: Arc<Fiche>,
}

impl Ligne {
    fn nom(&self) -> &str {
        self.fiche.nom(self.lue.menu_id)
    }
}

/// Once a day. Says how many changes of recipes were forgotten.
pub async fn faire_le_menage(base: &Base) -> Result<u64, Erreur> {
    sql::oublier_les_changements(&mut *base.lire().await?).await
}

/// 404 `magasin_inconnu`, `plan_absent`; the latter with the `veille` that is still to be said.
pub(crate) async fn lire(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Ecran, Erreur> {
    let (tete, lignes) = lignes_du_jour(c, (magasin_id, date)).await?;
    let veille = veille::lire(c, &tete, (magasin_id, date)).await?;
    let plan_id = tete.plan_id.ok_or_else(|| sans_plan(veille.as_ref()))?;
    let restes = restes(&lignes);
    let rayon = Rayon::dresser(c, (magasin_id, date), &restes).await?;
    let totaux = totaux::additionner(&lignes, &restes, &rayon);
    let courts = totaux.courts();
    let suites = suites(&lignes, &restes, &rayon);
    let cuisine: Vec<LigneCuisine> = lignes
        .iter()
        .zip(restes.iter().zip(suites))
        .map(|(l, (r, suite))| montrer(l, tete.fuseau, (r, &rayon, suite), &courts))
        .collect();
    let moment = moment(tete.fuseau, date);
    let mut ecran = Ecran {
        quantites_a_produire_aujourdhui: cuisine.iter().map(|l| l.quantite_planifiee).sum(),
        quantites_par_creneau: creneaux_du_jour(&cuisine, tete.ventes, moment).into(),
        derniere: derniere(&cuisine),
        totaux,
        veille,
        quantite_produite: cuisine.iter().map(|l| l.quantite_produite).sum(),
        cuisine,
        plan_id,
        magasin_id,
        magasin_nom: tete.magasin_nom,
        date,
        version: String::new(),
    };
    let mut empreinte = Xxh3::new();
    ecran.hash(&mut empreinte);
    ecran.version = format!("{:016x}", empreinte.finish());
    Ok(ecran)
}

/// Of that magasin.
type Jour = (Uuid, NaiveDate);

/// What the day has beside its lines, and these in the order of their names: none where it has no
/// plan. 404 `magasin_inconnu`.
async fn lignes_du_jour(
    c: &mut PgConnection,
    (magasin_id, date): Jour,
) -> Result<(EnTete, Vec<Ligne>), Erreur> {
    let gardee = Carte::gardee(magasin_id);
    let connu = gardee.as_ref().map(|g| &g.jeton);
    let tete = sql::en_tete(c, (magasin_id, date), connu).await?.ok_or_else(magasins::inconnu)?;
    let lues = sql::lignes(c, magasin_id, date).await?;
    let gardee = gardee.filter(|_| tete.deja_vu);
    let carte = gardee.unwrap_or_else(|| Carte::neuve(tete.jeton.clone()));
    let carte = carte.pour(c, magasin_id, &lues).await?;
    let lignes = nommer(lues, &carte);
    Ok((tete, lignes))
}

fn sans_plan(veille: Option<&Veille>) -> ErreurCritiqueMetier {
    plan::absent().avec("veille", serde_json::json!(veille))
}

/// In the order of their names.
fn nommer(lues: Vec<LigneLue>, carte: &Carte) -> Vec<Ligne> {
    let avec_fiche = |lue: LigneLue| {
        let fiche = Arc::clone(carte.fiche(lue.recette_id)?);
        Some(Ligne { lue, fiche })
    };
    let mut lignes: Vec<Ligne> = lues.into_iter().filter_map(avec_fiche).collect();
    lignes.sort_by_cached_key(|l| (cle_de_tri(l.nom()), l.lue.recette_id));
    lignes
}

fn montrer(
    ligne: &Ligne,
    fuseau: Tz,
    (reste, rayon, suite): (&rayon::Reste<'_>, &Rayon, Suite),
    courts: &Courts,
) -> LigneCuisine {
    let l = &ligne.lue;
    let derniere = l.derniere.as_ref().map(|d| DerniereDeclaration {
        declaration_id: d.id,
        r#type: d.r#type,
        date_heure: d.declaree_le,
        heure: d.declaree_le.with_timezone(&fuseau).format("%H:%M").to_string(),
        auteur: d.auteur.clone(),
        motif: d.motif.clone(),
        quantite: d.quantite,
        avant: d.avant,
        statut_avant: l.statut_avant(d),
    });
    LigneCuisine {
        recette_id: l.recette_id,
        recette_nom: ligne.nom().to_owned(),
        quantite_planifiee: l.planifiee,
        quantite_produite: l.produite,
        statut: l.statut(),
        restant: reste.quantite,
        unite: reste.recette.unite_base,
        menu_id: l.menu_id,
        gencodes: ligne.fiche.gencodes(),
        poste: ligne.fiche.place.poste.clone(),
        creneau: ligne.fiche.place.creneau,
        ordre: suite.ordre,
        attend: suite.d_abord.iter().map(|a| a.recette_id).collect(),
        faites_d_abord: suite.d_abord,
        reglee: l.reglee,
        manques_ensemble: courts.autres_que(reste, &suite.manques),
        manques: suite.manques,
        premier_lot: rayon.premier_lot(reste),
        allergenes: ligne.fiche.allergenes.clone(),
        recette_incomplete: !reste.recette.est_complete(),
        lot_fait: l.lot_fait.clone(),
        peut_annuler: l.derniere.as_ref().is_some_and(|d| d.apres == l.produite),
        derniere,
    }
}

/// Rows that say their slot are in it; the others are shared among the three.
fn creneaux_du_jour(cuisine: &[LigneCuisine], ventes: [i64; 3], moment: Moment) -> [Creneau; 3] {
    let mut creneaux = repartir(&journees(cuisine, None), ventes, moment);
    let noms = [CreneauRecette::Matin, CreneauRecette::Midi, CreneauRecette::Soir];
    ajouter(&mut creneaux, &noms.map(|nom| journees(cuisine, Some(nom))), moment);
    creneaux
}

/// By the units there are. What exceeds the plan of one line does not stand for another line.
fn journees(
    cuisine: &[LigneCuisine],
    creneau: Option<CreneauRecette>,
) -> Vec<(UniteBase, Journee)> {
    let journee = |l: &LigneCuisine| Journee {
        planifie: l.quantite_planifiee,
        fait: l.quantite_produite.min(l.quantite_planifiee),
        regle: l.quantite_planifiee - if l.reglee { Quantite::ZERO } else { l.restant },
    };
    let de = |unite| {
        let lignes = cuisine.iter().filter(move |l| l.unite == unite && l.creneau == creneau);
        Some((unite, lignes.map(journee).reduce(Journee::plus)?))
    };
    [UniteBase::Piece, UniteBase::G, UniteBase::Ml].into_iter().filter_map(de).collect()
}

fn moment(fuseau: Tz, date: NaiveDate) -> Moment {
    let maintenant = Utc::now().with_timezone(&fuseau);
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
