//! The log events of production du jour. A lot is announced after the commit, a refusal says
//! refusal (I11).

use uuid::Uuid;

use super::{DemandeProduction, LotProduit};
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
