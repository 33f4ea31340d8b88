//! The SQL of what is usable.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::LotUtilisable;
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;

/// FEFO, as `fefo` has it: DLC, then received first, then id.
pub async fn premiers_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, LotUtilisable>, Erreur> {
    let lus = sqlx::query!(
        r#"select distinct on (article_id) article_id, code_lot, date_dlc,
                  sum(solde) over (partition by article_id)::bigint as "disponible!"
             from lot
            where magasin_id = $1 and article_id = any($2) and disponible and etat = 'libre'
              and coalesce(date_dlc, 'infinity') >= $3
            order by article_id, coalesce(date_dlc, 'infinity'), recu_le, id"#,
        magasin_id,
        articles,
        jour
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| {
            let disponible = Quantite::milliemes(l.disponible);
            let (code_lot, date_dlc) = (l.code_lot, l.date_dlc);
            (l.article_id, LotUtilisable { disponible, code_lot, date_dlc })
        })
        .collect())
}
