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
/// They are read in a second statement: whoever waited for a lot's lock does not see, in the first,
/// what the other one inserted meanwhile, and would take the wrong lot or report a false shortage.
/// A lot that only the second reading shows is not locked yet: then once more. One that stands
/// before a lot already held (freed or refilled meanwhile) is taken if nobody holds it, and left
/// out otherwise: waiting for it would be against the order.
pub async fn verrouiller_utilisables(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<Etal, Erreur> {
    let mut verrouilles: HashSet<Uuid> =
        sql::verrouiller_lots(tx, magasin_id, jour, articles).await?.into_iter().collect();
    let mut laisses: HashSet<Uuid> = HashSet::new();
    loop {
        let (a_nous, autres): (Vec<Lot>, Vec<Lot>) =
            sql::lots_utilisables(tx, magasin_id, jour, articles)
                .await?
                .into_iter()
                .partition(|l| verrouilles.contains(&l.id));
        if autres.iter().all(|l| laisses.contains(&l.id)) {
            return Ok(Etal::dresser(a_nous, jour));
        }
        let dernier = verrouilles.iter().max().copied().unwrap_or_default();
        let (avant, apres): (Vec<Uuid>, Vec<Uuid>) =
            autres.iter().map(|l| l.id).partition(|id| *id < dernier);
        verrouilles.extend(sql::verrouiller_lots_sans_attendre(tx, magasin_id, &avant).await?);
        verrouilles.extend(sql::verrouiller_ces_lots(tx, magasin_id, &apres).await?);
        laisses.extend(avant);
    }
}

/// The lot that a person means: by its id, or by what is written on it.
#[derive(Debug, Clone, utoipa::ToSchema)]
pub enum LotVise {
    Id(Uuid),
    Etiquette { ingredient_id: Uuid, code_lot: Option<String>, date_dlc: Option<NaiveDate> },
}

impl LotVise {
    /// `lot_id`, or `ingredient_id` with `code_lot` and `date_dlc` as far as known.
    pub fn lire(l: &Lecteur<'_>) -> Self {
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
pub async fn lot_vise(
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

pub fn lot_inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("lot_inconnu", "Ce lot n'existe pas dans ce magasin.")
}
