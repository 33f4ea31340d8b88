//! Locks the lots that a decision is about to be made on. Writes nothing.

use std::collections::HashSet;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fefo::{Etal, Lot};
use super::sql;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;

/// Locks every usable lot of these articles, in the order of their ids (so that two people never
/// wait for each other), and gives them as they are now.
///
/// Whoever waited for a lot's lock gets that lot as the other one left it, but does not see what
/// the other one inserted meanwhile, and would take the wrong lot or report a false shortage: so
/// a second look is taken once they are held, and a lot that only it shows is locked too. One that
/// stands before a lot already held (freed or refilled meanwhile) is taken if nobody holds it, and
/// left out otherwise: waiting for it would be against the order.
pub(crate) async fn verrouiller_utilisables(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<Etal, Erreur> {
    let (mut lots, mut nouveaux) =
        sql::verrouiller_et_revoir(tx, magasin_id, jour, articles).await?;
    let mut vus: HashSet<Uuid> = lots.iter().map(|l| l.id).collect();
    loop {
        nouveaux.retain(|id| !vus.contains(id));
        if nouveaux.is_empty() {
            return Ok(Etal::dresser(lots, jour));
        }
        let dernier = lots.iter().map(|l| l.id).max().unwrap_or_default();
        nouveaux.retain(|id| *id < dernier);
        lots.extend(sql::verrouiller_lots_sans_attendre(tx, magasin_id, &nouveaux).await?);
        lots.extend(sql::verrouiller_lots(tx, magasin_id, jour, articles, dernier).await?);
        vus.extend(nouveaux);
        vus.extend(lots.iter().map(|l| l.id));
        nouveaux = sql::lots_utilisables(tx, magasin_id, jour, articles).await?;
    }
}

/// The lot that a person means: by its id, or by what is written on it.
#[derive(Debug, Clone, utoipa::ToSchema)]
pub(crate) enum LotVise {
    Id(Uuid),
    Etiquette { ingredient_id: Uuid, code_lot: Option<String>, date_dlc: Option<NaiveDate> },
}

impl LotVise {
    /// `lot_id`, or `ingredient_id` with `code_lot` and `date_dlc` as far as known.
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        match l.uuid_option("lot_id") {
            Some(id) => Self::Id(id),
            None if l.brut("lot_id").is_some() => Self::Id(Uuid::nil()),
            None if l.brut("ingredient_id").is_none() => {
                l.fauter("lot_id", "est obligatoire, ou bien ingredient_id");
                Self::Id(Uuid::nil())
            }
            None => Self::Etiquette {
                ingredient_id: l.uuid("ingredient_id"),
                code_lot: l.texte_option("code_lot", 100),
                date_dlc: l.jour_option("date_dlc"),
            },
        }
    }
}

/// The lot meant, locked, whatever its state; none when no label matches.
pub(crate) async fn lot_vise(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    vise: &LotVise,
) -> Result<Option<Lot>, Erreur> {
    match vise {
        LotVise::Id(id) => match sql::verrouiller_lot(tx, magasin_id, *id).await? {
            Some(lot) => Ok(Some(lot)),
            None => Err(lot_inconnu().into()),
        },
        LotVise::Etiquette { ingredient_id, code_lot, date_dlc } => {
            let etiquette = (code_lot.as_deref(), *date_dlc);
            sql::verrouiller_lot_etiquete(tx, magasin_id, *ingredient_id, etiquette).await
        }
    }
}

pub(crate) fn lot_inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("lot_inconnu", "Ce lot n'existe pas dans ce magasin.")
}
