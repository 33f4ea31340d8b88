//! The log events of production du jour. A lot is announced after the commit, a refusal says
//! refusal (I11).

use chrono::NaiveDate;
use uuid::Uuid;

use super::{DemandeProduction, LotProduit, ProductionAnnulee};
use crate::platform::db::{Base, evenements};
use crate::platform::errors::Erreur;

pub(crate) fn commencer(d: &DemandeProduction) {
    let (magasin_id, date, nb_lignes) = (d.magasin_id, d.date_jour, d.lignes.len());
    tracing::info!(event = "production_jour_start", %magasin_id, %date, nb_lignes);
}

pub(crate) fn annoncer(magasin_id: Uuid, plan_id: Uuid, lots: &[LotProduit]) {
    for lot in lots {
        tracing::info!(
            event = "production_jour_lot_create",
            %magasin_id,
            %plan_id,
            recette_id = %lot.recette_id,
            lot_production_id = %lot.lot_production_id,
            quantite = %lot.quantite,
            unite = %lot.unite,
        );
    }
}

/// A failure is also kept in the journal of the database, where the checklist looks for it.
pub(crate) async fn refuser(base: &Base, d: &DemandeProduction, erreur: &Erreur) {
    let (magasin_id, date) = (d.magasin_id, d.date_jour);
    match erreur {
        Erreur::Refus(r) if r.code == "stock_insuffisant" => {
            let nb_manques = r.champs["manques"].as_array().map_or(0, Vec::len);
            let err = &r.detail;
            tracing::warn!(event = "production_jour_stock_insuffisant", %magasin_id, %date,
                nb_manques, %err);
        }
        Erreur::Refus(r) => {
            tracing::warn!(event = "production_jour_refus", %magasin_id, %date, err = r.code);
        }
        autre => {
            tracing::error!(event = "production_jour_erreur", %magasin_id, %date, err = %autre);
            evenements::noter_panne(base, "production_jour_erreur", magasin_id, date).await;
        }
    }
}

/// A production that was taken back as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reprise {
    operation_id: Uuid,
    magasin_id: Uuid,
    date: NaiveDate,
    nb_lots: usize,
}

impl Reprise {
    pub(crate) const fn de(a: &ProductionAnnulee) -> Self {
        let (operation_id, magasin_id, date) = (a.operation_id, a.magasin_id, a.date);
        Self { operation_id, magasin_id, date, nb_lots: a.lignes.len() }
    }
}

pub(crate) fn annoncer_la_reprise(r: Reprise) {
    let Reprise { operation_id, magasin_id, date, nb_lots } = r;
    tracing::info!(event = "production_jour_annulee", %magasin_id, %date, %operation_id, nb_lots);
}

pub(crate) fn refuser_la_reprise(operation_id: Uuid, erreur: &Erreur) {
    match erreur {
        Erreur::Refus(r) => {
            tracing::warn!(event = "production_jour_annulation_refus", %operation_id, err = r.code);
        }
        autre => {
            tracing::error!(event = "production_jour_annulation_erreur", %operation_id, err = %autre);
        }
    }
}
