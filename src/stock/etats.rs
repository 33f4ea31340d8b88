//! The state of a lot: libre, bloque (quality doubt), rappele (recalled).

use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::reserver::lot_inconnu;
use super::sql;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::Lecteur;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EtatLot {
    Libre,
    Bloque,
    Rappele,
}

impl EtatLot {
    pub(crate) const MOTS: [(&'static str, Self); 3] =
        [("libre", Self::Libre), ("bloque", Self::Bloque), ("rappele", Self::Rappele)];

    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(m, _)| *m == mot).map(|(_, e)| *e)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Libre => "libre",
            Self::Bloque => "bloque",
            Self::Rappele => "rappele",
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ChangementEtat {
    pub etat: EtatLot,
    pub motif: String,
}

impl ChangementEtat {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { etat: l.choix("etat", &EtatLot::MOTS), motif: l.texte("motif", 500) }
    }
}

pub(crate) async fn changer_etat(
    tx: &mut PgConnection,
    op: Operation,
    lot_id: Uuid,
    changement: &ChangementEtat,
) -> Result<(), Erreur> {
    let Some(magasin_id) = sql::changer_etat(tx, lot_id, changement.etat).await? else {
        return Err(lot_inconnu().into());
    };
    sql::noter_etat(tx, op, (magasin_id, lot_id), changement).await?;
    let evenement = Evenement {
        magasin_id: Some(magasin_id),
        nom: "lot_etat",
        operation_id: op.id,
        donnees: json!({"lot_id": lot_id, "etat": changement.etat, "motif": changement.motif}),
    };
    evenements::inscrire(tx, evenement).await
}
