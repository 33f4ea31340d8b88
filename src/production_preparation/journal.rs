//! The log events of the kitchen screen. A fact is announced after the commit, a refusal says
//! refusal (I11).

use chrono::NaiveDate;
use uuid::Uuid;

use super::ligne::LigneVisee;
use crate::domaine::Quantite;
use crate::platform::db::{Base, evenements};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Produit,
    Ajuste,
    NonProduit,
    Scan,
    Annuler,
}

impl Action {
    /// As the business journal calls it.
    pub(crate) const fn evenement(self) -> &'static str {
        match self {
            Self::Produit => "production_preparation_produit",
            Self::Ajuste => "production_preparation_ajuste",
            Self::NonProduit => "production_preparation_non_produit",
            Self::Scan => "production_preparation_scan",
            Self::Annuler => "production_preparation_annuler",
        }
    }

    const fn erreur(self) -> &'static str {
        match self {
            Self::Produit => "production_preparation_produit_erreur",
            Self::Ajuste => "production_preparation_ajuste_erreur",
            Self::NonProduit => "production_preparation_non_produit_erreur",
            Self::Scan => "production_preparation_scan_erreur",
            Self::Annuler => "production_preparation_annuler_erreur",
        }
    }
}

/// What to announce.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fait {
    visee: LigneVisee,
    quantite: Quantite,
    nb_manques: usize,
}

impl Fait {
    pub(crate) const fn de(visee: LigneVisee, quantite: Quantite) -> Self {
        Self { visee, quantite, nb_manques: 0 }
    }

    pub(crate) const fn avec_manques(self, nb_manques: usize) -> Self {
        Self { nb_manques, ..self }
    }
}

pub(crate) fn annoncer(action: Action, fait: Fait) {
    let LigneVisee { magasin_id, date, recette_id } = fait.visee;
    let quantite = fait.quantite;
    match action {
        Action::Produit => tracing::info!(event = "production_preparation_produit", %magasin_id,
            %date, %recette_id, %quantite),
        Action::Ajuste => tracing::info!(event = "production_preparation_ajuste", %magasin_id,
            %date, %recette_id, %quantite),
        Action::NonProduit => tracing::info!(event = "production_preparation_non_produit",
            %magasin_id, %date, %recette_id, %quantite),
        Action::Scan => tracing::info!(event = "production_preparation_scan", %magasin_id, %date,
            %recette_id, %quantite),
        Action::Annuler => tracing::info!(event = "production_preparation_annuler", %magasin_id,
            %date, %recette_id, %quantite),
    }
    if fait.nb_manques > 0 {
        let nb_manques = fait.nb_manques;
        tracing::warn!(event = "production_preparation_scan_degrade", %magasin_id, %date,
            %recette_id, nb_manques);
    }
}

/// A failure is also kept in the database, where the checklist looks for it.
pub(crate) async fn refuser(
    base: &Base,
    action: Action,
    (magasin_id, date): (Uuid, NaiveDate),
    erreur: &Erreur,
) {
    match erreur {
        Erreur::Refus(r) => dire_refus(action, (magasin_id, date), r.code),
        panne => {
            dire_panne(action, (magasin_id, date), panne);
            evenements::noter_panne(base, action.erreur(), magasin_id, date).await;
        }
    }
}

fn dire_refus(action: Action, (magasin_id, date): (Uuid, NaiveDate), err: &str) {
    match action {
        Action::Produit => tracing::warn!(event = "production_preparation_produit_refus",
            %magasin_id, %date, err),
        Action::Ajuste => tracing::warn!(event = "production_preparation_ajuste_refus",
            %magasin_id, %date, err),
        Action::NonProduit => tracing::warn!(event = "production_preparation_non_produit_refus",
            %magasin_id, %date, err),
        Action::Scan => tracing::warn!(event = "production_preparation_scan_refus",
            %magasin_id, %date, err),
        Action::Annuler => tracing::warn!(event = "production_preparation_annuler_refus",
            %magasin_id, %date, err),
    }
}

fn dire_panne(action: Action, (magasin_id, date): (Uuid, NaiveDate), err: &Erreur) {
    match action {
        Action::Produit => tracing::error!(event = "production_preparation_produit_erreur",
            %magasin_id, %date, %err),
        Action::Ajuste => tracing::error!(event = "production_preparation_ajuste_erreur",
            %magasin_id, %date, %err),
        Action::NonProduit => tracing::error!(event = "production_preparation_non_produit_erreur",
            %magasin_id, %date, %err),
        Action::Scan => tracing::error!(event = "production_preparation_scan_erreur",
            %magasin_id, %date, %err),
        Action::Annuler => tracing::error!(event = "production_preparation_annuler_erreur",
            %magasin_id, %date, %err),
    }
}
