//! The only way stock changes: new lots, movements, and the balances that follow from them, in one
//! statement. A balance is never given, always computed from the movements (I1).

mod sql;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::db::{Ecrits, annonces};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum TypeMouvement {
    Reception,
    Production,
    Consommation,
    Ajustement,
    Perte,
}

impl TypeMouvement {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Reception => "RECEPTION",
            Self::Production => "PRODUCTION",
            Self::Consommation => "CONSOMMATION",
            Self::Ajustement => "AJUSTEMENT",
            Self::Perte => "PERTE",
        }
    }
}

/// A lot that did not exist; its first movements come with it.
#[derive(Debug, Clone)]
pub(crate) struct NouveauLot {
    pub id: Uuid,
    pub article_id: Uuid,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    pub recu_le: DateTime<Utc>,
    pub reception_id: Option<Uuid>,
}

#[derive(Debug, Clone)]
pub(crate) struct Mouvement {
    pub id: Uuid,
    pub lot_id: Uuid,
    pub nature: TypeMouvement,
    /// Signed.
    pub quantite: Quantite,
    pub motif: Option<String>,
    /// The movement of the same lot that this one takes back.
    pub annule_id: Option<Uuid>,
}

impl Mouvement {
    pub(crate) fn nouveau(lot_id: Uuid, nature: TypeMouvement, quantite: Quantite) -> Self {
        Self { id: Uuid::now_v7(), lot_id, nature, quantite, motif: None, annule_id: None }
    }

    pub(crate) fn avec_motif(self, motif: &str) -> Self {
        Self { motif: Some(motif.to_owned()), ..self }
    }

    pub(crate) fn annulant(self, mouvement_id: Uuid) -> Self {
        Self { annule_id: Some(mouvement_id), ..self }
    }
}

/// What one operation does to the stock of one magasin. Existing lots that lose stock must be
/// locked by the caller.
#[derive(Debug, Default)]
pub(crate) struct Ecritures {
    pub nouveaux_lots: Vec<NouveauLot>,
    pub mouvements: Vec<Mouvement>,
}

impl Ecritures {
    /// What each lot gains or loses, in the order of the lots' ids.
    fn variations(&self) -> BTreeMap<Uuid, Quantite> {
        let mut variations = BTreeMap::new();
        for m in &self.mouvements {
            *variations.entry(m.lot_id).or_insert(Quantite::ZERO) += m.quantite;
        }
        variations
    }
}

pub(crate) async fn ecrire(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    op: Operation,
    e: &Ecritures,
) -> Result<(), Erreur> {
    let mut ecrits = Ecrits::default();
    ajouter(&mut ecrits, magasin_id, op, e);
    ecrits.envoyer(tx).await
}

/// The same with what else the transaction has to write.
pub(crate) fn ajouter(ecrits: &mut Ecrits, magasin_id: Uuid, op: Operation, e: &Ecritures) {
    annonces::changer(magasin_id);
    let mut variations = e.variations();
    let soldes_initiaux: Vec<i64> = e
        .nouveaux_lots
        .iter()
        .map(|l| variations.remove(&l.id).unwrap_or_default().en_milliemes())
        .collect();
    variations.retain(|_, q| !q.est_nulle());
    if !e.nouveaux_lots.is_empty() {
        sql::inserer_lots(ecrits, magasin_id, &e.nouveaux_lots, soldes_initiaux);
    }
    sql::inserer_mouvements(ecrits, magasin_id, op, &e.mouvements);
    if !variations.is_empty() {
        sql::changer_soldes(ecrits, magasin_id, &variations);
    }
}
