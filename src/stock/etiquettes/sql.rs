//! The SQL of labels.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{EtatLot, Etiquette, LotDuCode, Recu};
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;

/// What lots of these articles, without a code or with one of these, were when they came in. The
/// codes stand in a hash table, whatever the planner believes of how many there are: an `or` keeps
/// them from becoming a join.
pub(crate) async fn recus(
    c: &mut PgConnection,
    magasin_id: Uuid,
    articles: &[Uuid],
    codes: &[String],
) -> Result<Vec<Recu>, Erreur> {
    let recus = sqlx::query!(
        "select distinct l.article_id, l.code_lot, l.date_dlc, l.etat, r.fournisseur_id,
                r.recue_le, m.quantite
           from lot l
           join reception r on r.magasin_id = l.magasin_id and r.id = l.reception_id
           join mouvement_stock m
             on m.magasin_id = l.magasin_id and m.lot_id = l.id and m.type = 'RECEPTION'
            and m.annule_id is null
          where l.magasin_id = $1 and l.article_id = any($2)
            and (l.code_lot is null
                 or lower(l.code_lot) in (select lower(c) from unnest($3::text[]) c))",
        magasin_id,
        articles,
        codes
    )
    .fetch_all(c)
    .await?;
    let lire = recus.into_iter().map(|l| Recu {
        etiquette: Etiquette {
            article_id: l.article_id,
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
        },
        etat: etat(&l.etat),
        fournisseur_id: l.fournisseur_id,
        recue_le: l.recue_le,
        quantite: Quantite::milliemes(l.quantite),
    });
    Ok(lire.collect())
}

fn etat(texte: &str) -> EtatLot {
    EtatLot::lire(texte).unwrap_or(EtatLot::Bloque)
}

pub(crate) async fn lots_du_code(
    c: &mut PgConnection,
    (magasin_id, article_id): (Uuid, Uuid),
    code: &str,
    fournisseur_id: Option<Uuid>,
) -> Result<Vec<LotDuCode>, Erreur> {
    let lots = sqlx::query!(
        "select l.id, l.etat, l.code_lot from lot l
           left join reception r on r.magasin_id = l.magasin_id and r.id = l.reception_id
          where l.magasin_id = $1 and l.article_id = $2 and lower(l.code_lot) = lower($3)
            and ($4::uuid is null or r.fournisseur_id = $4)
          order by l.id",
        magasin_id,
        article_id,
        code,
        fournisseur_id
    )
    .fetch_all(c)
    .await?;
    let lire = lots.into_iter().map(|l| LotDuCode {
        id: l.id,
        etat: etat(&l.etat),
        code: l.code_lot.unwrap_or_default(),
    });
    Ok(lire.collect())
}
