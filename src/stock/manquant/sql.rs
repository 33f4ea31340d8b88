//! The SQL of what is usable.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::LotUtilisable;
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;

/// FEFO, as `fefo` has it: DLC, then received first, then id. Each lot is read once in that order,
/// and added up here: the database would sort them twice.
pub async fn premiers_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, LotUtilisable>, Erreur> {
    let lus = sqlx::query!(
        "select article_id, code_lot, date_dlc, solde from lot
          where magasin_id = $1 and article_id = any($2) and disponible and etat = 'libre'
            and coalesce(date_dlc, 'infinity') >= $3
          order by article_id, coalesce(date_dlc, 'infinity'), recu_le, id",
        magasin_id,
        articles,
        jour
    )
    .fetch_all(c)
    .await?;
    let mut premiers: HashMap<Uuid, LotUtilisable> = HashMap::with_capacity(articles.len());
    for l in lus {
        let premier = premiers.entry(l.article_id).or_insert_with(|| LotUtilisable {
            disponible: Quantite::ZERO,
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
        });
        premier.disponible += Quantite::milliemes(l.solde);
    }
    Ok(premiers)
}
