//! The SQL of the first page: of each magasin a few numbers, of one its newest lots.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::cartes::Resume;
use super::journee::LotLu;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::stock::EtatLot;

/// The day of each magasin in a few numbers, all of them in one go.
pub(crate) async fn resumes(
    c: &mut PgConnection,
    jours: &[(Uuid, NaiveDate)],
) -> Result<HashMap<Uuid, Resume>, Erreur> {
    let lus = sqlx::query!(
        r#"select j.magasin_id as "magasin_id!", p.lignes as "lignes!", p.faites as "faites!",
                  p.en_pieces as "en_pieces!", p.planifiee as "planifiee!",
                  p.produite as "produite!", s.perimes as "perimes!", s.derniers as "derniers!",
                  s.bloques as "bloques!", s.rappeles as "rappeles!"
             from unnest($1::uuid[], $2::date[]) j(magasin_id, jour)
             cross join lateral (
               select count(*) as lignes,
                      count(*) filter (where l.quantite_produite >= l.quantite_planifiee)
                        as faites,
                      coalesce(bool_and(a.unite_base = 'piece'), false) as en_pieces,
                      coalesce(sum(l.quantite_planifiee), 0)::bigint as planifiee,
                      coalesce(sum(l.quantite_produite), 0)::bigint as produite
                 from ligne_plan_production l
                 join recette r on r.id = l.recette_id
                 join article a on a.id = r.article_id
                where l.magasin_id = j.magasin_id and l.date_jour = j.jour
                  and (l.quantite_planifiee > 0 or l.quantite_produite > 0)
             ) p
             cross join lateral (
               select count(*) filter (where l.etat = 'libre' and l.date_dlc < j.jour) as perimes,
                      count(*) filter (where l.etat = 'libre' and l.date_dlc = j.jour) as derniers,
                      count(*) filter (where l.etat = 'bloque') as bloques,
                      count(*) filter (where l.etat = 'rappele') as rappeles
                 from lot l where l.magasin_id = j.magasin_id and l.disponible
             ) s"#,
        &jours.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &jours.iter().map(|(_, jour)| *jour).collect::<Vec<_>>()
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| {
            let resume = Resume {
                lignes: l.lignes,
                faites: l.faites,
                en_pieces: l.en_pieces,
                planifiee: Quantite::milliemes(l.planifiee),
                produite: Quantite::milliemes(l.produite),
                perimes: l.perimes,
                derniers: l.derniers,
                bloques: l.bloques,
                rappeles: l.rappeles,
            };
            (l.magasin_id, resume)
        })
        .collect())
}

/// The last lots that came into being, empty ones included: ids are given in the order of time.
pub(crate) async fn derniers_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    limite: i64,
) -> Result<Vec<LotLu>, Erreur> {
    let lus = sqlx::query!(
        "select a.nom, a.unite_base, l.code_lot, l.date_dlc, l.etat, l.solde
           from lot l join article a on a.id = l.article_id
          where l.magasin_id = $1 order by l.id desc limit $2",
        magasin_id,
        limite
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| LotLu {
            article: l.nom,
            code_lot: l.code_lot,
            solde: Quantite::milliemes(l.solde),
            // The database's checks allow no other word.
            unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            date_dlc: l.date_dlc,
            etat: EtatLot::lire(&l.etat).unwrap_or(EtatLot::Bloque),
        })
        .collect())
}
