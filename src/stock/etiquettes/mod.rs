//! Lots by what their labels say: article, code, date.

mod sql;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::EtatLot;
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;

/// What a label says of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Etiquette {
    pub article_id: Uuid,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// Codes are the same whatever their case: people copy them by hand.
pub(crate) fn cle_du_code(code: &str) -> String {
    code.to_lowercase()
}

impl Etiquette {
    /// Equal for labels that say the same.
    pub(crate) fn cle(&self) -> Self {
        Self { code_lot: self.code_lot.as_deref().map(cle_du_code), ..self.clone() }
    }
}

/// One lot as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Recu {
    pub etiquette: Etiquette,
    pub etat: EtatLot,
    pub fournisseur_id: Option<Uuid>,
    pub recue_le: DateTime<Utc>,
    pub quantite: Quantite,
}

/// What these articles, under these codes or under none, have brought to the magasin so far,
/// emptied lots included.
pub(crate) async fn recus(
    c: &mut PgConnection,
    magasin_id: Uuid,
    articles: &[Uuid],
    codes: &[String],
) -> Result<Vec<Recu>, Erreur> {
    sql::recus(c, magasin_id, articles, codes).await
}

#[derive(Debug)]
pub(crate) struct LotDuCode {
    pub id: Uuid,
    pub etat: EtatLot,
    /// As it was written when it came in.
    pub code: String,
}

/// Every lot of the article in the magasin with that code, emptied ones included; those of one
/// supplier if one is named.
pub(crate) async fn lots_du_code(
    c: &mut PgConnection,
    ou: (Uuid, Uuid),
    code: &str,
    fournisseur_id: Option<Uuid>,
) -> Result<Vec<LotDuCode>, Erreur> {
    sql::lots_du_code(c, ou, code, fournisseur_id).await
}
