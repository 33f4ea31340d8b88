//! The SQL of what is usable.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::fefo::{Rang, rang_de};
use super::LotUtilisable;
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;

/// Of each usable lot: its article, its place in FEFO, itself. Unsorted: who reads them compares
/// each one once.
pub(crate) async fn lots_utilisables(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<impl Iterator<Item = (Uuid, Rang, LotUtilisable)>, Erreur> {
    let lus = sqlx::query!(
        "select article_id, id, code_lot, date_dlc, recu_le, solde from lot
          where magasin_id = $1 and article_id = any($2) and disponible and etat = 'libre'
            and coalesce(date_dlc, 'infinity') >= $3
            and recu_le < (select ($3::date + 1)::timestamp at time zone m.fuseau
                             from magasin m where m.id = $1)",
        magasin_id,
        articles,
        jour
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|l| {
        let rang = rang_de(l.date_dlc, l.recu_le, l.id);
        let disponible = Quantite::milliemes(l.solde);
        let lot = LotUtilisable { disponible, code_lot: l.code_lot, date_dlc: l.date_dlc };
        (l.article_id, rang, lot)
    }))
}
