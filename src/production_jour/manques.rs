//! Shortage debts: what a production used without stock to show, until someone finds that stock.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, ManqueVerrouille};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::comptes::Personne;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page};
use crate::referentiel::magasins;
use crate::stock::fefo::{Lot, ecart};
use crate::stock::mouvements::{self, Ecritures, Mouvement, NouveauLot, TypeMouvement};
use crate::stock::{EtatLot, LotVise, SANS_ETIQUETTE, est_perdue, lot_vise};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ManqueOuvert {
    pub id: Uuid,
    pub lot_production_id: Uuid,
    pub recette_id: Uuid,
    pub recette_nom: String,
    pub date: NaiveDate,
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
    pub depuis: DateTime<Utc>,
}

/// The stock that was found: a lot by its id, or by its label; or the reason why it has none.
#[derive(utoipa::ToSchema)]
pub(crate) struct Regularisation {
    pub lot_id: Option<Uuid>,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    /// « étiquette perdue » là où il n'y a ni lot ni DLC.
    pub motif: Option<String>,
}

impl Regularisation {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let lue = Self {
            lot_id: l.uuid_option("lot_id"),
            code_lot: l.texte_option("code_lot", 100),
            date_dlc: l.jour_option("date_dlc"),
            motif: l.texte_option("motif", 400),
        };
        let muette = ["lot_id", "code_lot", "date_dlc"].iter().all(|c| l.brut(c).is_none());
        if muette && !lue.motif.as_deref().is_some_and(est_perdue) {
            l.fauter("code_lot", SANS_ETIQUETTE);
        }
        lue
    }
}

/// Several debts of one magasin and ingredient, paid at once by one lot.
pub(crate) struct RegularisationEnsemble {
    pub magasin_id: Uuid,
    pub manques: Vec<Uuid>,
    pub trouve: Regularisation,
}

impl RegularisationEnsemble {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let manques = l.liste("manques", |l| l.uuid("manque_id"));
        Self { magasin_id: l.uuid("magasin_id"), manques, trouve: Regularisation::lire(l) }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Regularise {
    pub manque_id: Uuid,
    pub lot_id: Uuid,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RegularisesEnsemble {
    pub magasin_id: Uuid,
    pub lot_id: Uuid,
    /// Le total.
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub manques: Vec<Regularise>,
}

/// Where something is to be regularised, and how many debts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ARegulariser {
    /// De tous ces magasins.
    pub nombre: i64,
    pub magasins: Vec<MagasinEndette>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MagasinEndette {
    pub magasin_id: Uuid,
    pub magasin_nom: String,
    pub nombre: i64,
}

/// Of the magasins that the person sees.
pub(crate) async fn a_regulariser(
    c: &mut PgConnection,
    personne: &Personne,
) -> Result<ARegulariser, Erreur> {
    let mut magasins = sql::magasins_endettes(c).await?;
    magasins.retain(|m| personne.voit(m.magasin_id));
    Ok(ARegulariser { nombre: magasins.iter().map(|m| m.nombre).sum(), magasins })
}

pub(crate) async fn ouverts(
    c: &mut PgConnection,
    magasin_id: Uuid,
    page: Page,
) -> Result<Liste<ManqueOuvert>, Erreur> {
    magasins::trouver(c, magasin_id).await?;
    let lus = sql::manques_ouverts(c, magasin_id, page).await?;
    Ok(Liste::couper(lus, page.limite, |m| m.id.to_string()))
}

/// One of them.
pub(crate) async fn regulariser(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
    r: &Regularisation,
) -> Result<Regularise, Erreur> {
    let mut ensemble = regulariser_ensemble(tx, op, (None, &[id]), r).await?;
    ensemble.manques.pop().ok_or_else(|| inconnu().into())
}

/// The stock found enters (AJUSTEMENT) and is consumed where it was missing, at once. 404
/// `manque_inconnu`, of another magasin too; 409 `manque_deja_regularise`, `lot_inutilisable`; 400
/// where they are of several ingredients.
pub(crate) async fn regulariser_ensemble(
    tx: &mut PgConnection,
    op: Operation,
    (magasin_id, ids): (Option<Uuid>, &[Uuid]),
    r: &Regularisation,
) -> Result<RegularisesEnsemble, Erreur> {
    let manques = sql::verrouiller_manques(tx, ids).await?;
    let premier = tous(&manques, (magasin_id, ids))?;
    let mut ecritures = Ecritures::default();
    let lot = match lot_vise(tx, premier.magasin_id, &vise(premier, r)).await? {
        Some(lot) => lot,
        None => ouvrir(&mut ecritures, premier, r),
    };
    let mut soldes = Vec::with_capacity(manques.len());
    for manque in &manques {
        verifier(&lot, manque)?;
        let entree = Mouvement::nouveau(lot.id, TypeMouvement::Ajustement, manque.restant);
        let sortie = Mouvement::nouveau(lot.id, TypeMouvement::Consommation, -manque.restant);
        soldes.push((manque, sortie.id));
        ecritures.mouvements.extend([entree.avec_motif(&motif(manque, r)), sortie]);
    }
    mouvements::ecrire(tx, premier.magasin_id, op, &ecritures).await?;
    sql::solder_manques(tx, (premier.magasin_id, lot.id), &soldes).await?;
    for manque in &manques {
        evenements::inscrire(tx, evenement(op, manque, lot.id)).await?;
    }
    let regle =
        |m: &ManqueVerrouille| Regularise { manque_id: m.id, lot_id: lot.id, quantite: m.restant };
    Ok(RegularisesEnsemble {
        magasin_id: premier.magasin_id,
        lot_id: lot.id,
        quantite: manques.iter().map(|m| m.restant).sum(),
        manques: manques.iter().map(regle).collect(),
    })
}

/// All that were named, open, of one magasin and ingredient; the first of them.
fn tous<'a>(
    manques: &'a [ManqueVerrouille],
    (magasin_id, ids): (Option<Uuid>, &[Uuid]),
) -> Result<&'a ManqueVerrouille, ErreurCritiqueMetier> {
    let premier = manques.first().ok_or_else(inconnu)?;
    let ici = magasin_id.unwrap_or(premier.magasin_id);
    let connus = ids.iter().all(|id| manques.iter().any(|m| m.id == *id));
    if !connus || manques.iter().any(|m| m.magasin_id != ici) {
        return Err(inconnu());
    }
    if manques.iter().any(|m| m.restant.est_nulle()) {
        let detail = match manques.len() {
            1 => "Ce manque est déjà régularisé.",
            _ => "Un de ces manques est déjà régularisé : rechargez la page.",
        };
        return Err(ErreurCritiqueMetier::conflit("manque_deja_regularise", detail));
    }
    if manques.iter().any(|m| m.article_id != premier.article_id) {
        let message = "sont de plusieurs ingrédients : un lot n'en a qu'un";
        return Err(ErreurCritiqueMetier::champ("manques", message));
    }
    Ok(premier)
}

fn motif(manque: &ManqueVerrouille, r: &Regularisation) -> String {
    let motif = format!("Stock retrouvé : manque du {}", manque.jour.format("%d/%m/%Y"));
    match &r.motif {
        Some(dit) => format!("{motif} ({dit})"),
        None => motif,
    }
}

fn evenement(op: Operation, manque: &ManqueVerrouille, lot_id: Uuid) -> Evenement<'static> {
    Evenement {
        magasin_id: Some(manque.magasin_id),
        nom: "manque_regularise",
        operation_id: op.id,
        donnees: json!({
            "manque_id": manque.id, "lot_id": lot_id, "quantite": manque.restant,
            "depuis": manque.depuis,
        }),
    }
}

fn vise(manque: &ManqueVerrouille, r: &Regularisation) -> LotVise {
    match r.lot_id {
        Some(id) => LotVise::Id(id),
        None => LotVise::Etiquette {
            ingredient_id: manque.article_id,
            code_lot: r.code_lot.clone(),
            date_dlc: r.date_dlc,
        },
    }
}

fn ouvrir(ecritures: &mut Ecritures, manque: &ManqueVerrouille, r: &Regularisation) -> Lot {
    let (id, recu_le) = (Uuid::now_v7(), Utc::now());
    ecritures.nouveaux_lots.push(NouveauLot {
        id,
        article_id: manque.article_id,
        code_lot: r.code_lot.clone(),
        date_dlc: r.date_dlc,
        recu_le,
        reception_id: None,
    });
    Lot {
        id,
        article_id: manque.article_id,
        solde: Quantite::ZERO,
        date_dlc: r.date_dlc,
        etat: EtatLot::Libre,
        recu_le,
        a_venir: false,
    }
}

/// That ingredient, and usable on the day it was consumed (I6).
fn verifier(lot: &Lot, manque: &ManqueVerrouille) -> Result<(), ErreurCritiqueMetier> {
    if lot.article_id != manque.article_id {
        return Err(ErreurCritiqueMetier::champ("lot_id", "est un lot d'un autre ingrédient"));
    }
    let rempli = Lot { solde: lot.solde + manque.restant, ..lot.clone() };
    match ecart(&rempli, manque.jour) {
        None => Ok(()),
        Some(_) => Err(ErreurCritiqueMetier::conflit(
            "lot_inutilisable",
            "Ce lot était périmé, bloqué ou rappelé : il ne peut pas avoir été consommé.",
        )),
    }
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("manque_inconnu", "Ce manque n'existe pas.")
}
