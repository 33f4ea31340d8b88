//! Shortage debts: what a production used without stock to show, until someone finds that stock.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, ManqueVerrouille};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page};
use crate::referentiel::magasins;
use crate::stock::fefo::{Lot, ecart};
use crate::stock::mouvements::{self, Ecritures, Mouvement, NouveauLot, TypeMouvement};
use crate::stock::{EtatLot, LotVise, lot_vise};

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

/// The stock that was found: a lot by its id, or by its label.
#[derive(utoipa::ToSchema)]
pub(crate) struct Regularisation {
    pub lot_id: Option<Uuid>,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

impl Regularisation {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            lot_id: l.uuid_option("lot_id"),
            code_lot: l.texte_option("code_lot", 100),
            date_dlc: l.jour_option("date_dlc"),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Regularise {
    pub manque_id: Uuid,
    #[serde(skip)]
    pub magasin_id: Uuid,
    pub lot_id: Uuid,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
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

/// The stock found enters (AJUSTEMENT) and is consumed where it was missing, at once.
pub(crate) async fn regulariser(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
    r: &Regularisation,
) -> Result<Regularise, Erreur> {
    let manque = sql::verrouiller_manque(tx, id).await?.ok_or_else(inconnu)?;
    if manque.restant.est_nulle() {
        let detail = "Ce manque est déjà régularisé.";
        return Err(ErreurCritiqueMetier::conflit("manque_deja_regularise", detail).into());
    }
    let mut ecritures = Ecritures::default();
    let lot_id = match lot_vise(tx, manque.magasin_id, &vise(&manque, r)).await? {
        Some(lot) => verifier(&lot, &manque)?,
        None => verifier(&ouvrir(&mut ecritures, &manque, r), &manque)?,
    };
    let motif = format!("Stock retrouvé : manque du {}", manque.jour.format("%d/%m/%Y"));
    let entree = Mouvement::nouveau(lot_id, TypeMouvement::Ajustement, manque.restant);
    let sortie = Mouvement::nouveau(lot_id, TypeMouvement::Consommation, -manque.restant);
    ecritures.mouvements.extend([entree.avec_motif(&motif), sortie.clone()]);
    mouvements::ecrire(tx, manque.magasin_id, op, &ecritures).await?;
    sql::solder_manque(tx, (manque.magasin_id, id), manque.lot_production_id, &sortie).await?;
    let evenement = Evenement {
        magasin_id: Some(manque.magasin_id),
        nom: "manque_regularise",
        operation_id: op.id,
        donnees: json!({
            "manque_id": id, "lot_id": lot_id, "quantite": manque.restant, "depuis": manque.depuis,
        }),
    };
    evenements::inscrire(tx, evenement).await?;
    Ok(Regularise {
        manque_id: id,
        magasin_id: manque.magasin_id,
        lot_id,
        quantite: manque.restant,
    })
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
fn verifier(lot: &Lot, manque: &ManqueVerrouille) -> Result<Uuid, ErreurCritiqueMetier> {
    if lot.article_id != manque.article_id {
        return Err(ErreurCritiqueMetier::champ("lot_id", "est un lot d'un autre ingrédient"));
    }
    let rempli = Lot { solde: lot.solde + manque.restant, ..lot.clone() };
    match ecart(&rempli, manque.jour) {
        None => Ok(lot.id),
        Some(_) => Err(ErreurCritiqueMetier::conflit(
            "lot_inutilisable",
            "Ce lot était périmé, bloqué ou rappelé : il ne peut pas avoir été consommé.",
        )),
    }
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("manque_inconnu", "Ce manque n'existe pas.")
}
