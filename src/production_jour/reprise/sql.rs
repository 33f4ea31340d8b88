//! The SQL of taking back.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Usage;
use super::decider::{Consomme, Coupe, Faite, ManqueTenu, Rendus, Version};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::Ecrits;
use crate::platform::errors::Erreur;

/// What is left of the productions of these lines, of each the latest first: their totals before tell
/// the order.
pub(crate) async fn faites(
    c: &mut PgConnection,
    (magasin_id, jour): (Uuid, NaiveDate),
    recettes: &[Uuid],
) -> Result<Vec<Faite>, Erreur> {
    let lues = sqlx::query!(
        "select id, recette_id, version, quantite, cumul_avant, lot_id from lot_production
          where magasin_id = $1 and date_jour = $2 and recette_id = any($3) and quantite > 0
          order by cumul_avant desc, id desc",
        magasin_id,
        jour,
        recettes
    )
    .fetch_all(c)
    .await?;
    Ok(lues
        .into_iter()
        .map(|f| Faite {
            id: f.id,
            recette_id: f.recette_id,
            version: f.version,
            quantite: Quantite::milliemes(f.quantite),
            cumul_avant: Quantite::milliemes(f.cumul_avant),
            lot_id: f.lot_id,
        })
        .collect())
}

pub(crate) async fn verrouiller_manques(
    c: &mut PgConnection,
    magasin_id: Uuid,
    productions: &[Uuid],
) -> Result<Vec<ManqueTenu>, Erreur> {
    let lus = sqlx::query!(
        "select id, lot_production_id, article_id, restant from manque
          where magasin_id = $1 and lot_production_id = any($2) and restant > 0
          order by id for update",
        magasin_id,
        productions
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|m| ManqueTenu {
            id: m.id,
            lot_production_id: m.lot_production_id,
            article_id: m.article_id,
            restant: Quantite::milliemes(m.restant),
        })
        .collect())
}

pub(crate) struct LotTenu {
    pub code_lot: Option<String>,
    pub solde: Quantite,
    pub unite: UniteBase,
}

/// The lots that the productions took from and those they made, in the order of their ids.
pub(crate) async fn verrouiller_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    (productions, sorties): (&[Uuid], &[Uuid]),
) -> Result<HashMap<Uuid, LotTenu>, Erreur> {
    let lus = sqlx::query!(
        "select l.id, l.code_lot, l.solde, a.unite_base
           from lot l join article a on a.id = l.article_id
          where l.magasin_id = $1 and l.id in (
                select lot_id from ligne_consommation
                 where magasin_id = $1 and lot_production_id = any($2)
                union select unnest($3::uuid[]))
          order by l.id for no key update of l",
        magasin_id,
        productions,
        sorties
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| {
            let unite = UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece);
            let solde = Quantite::milliemes(l.solde);
            (l.id, LotTenu { code_lot: l.code_lot, solde, unite })
        })
        .collect())
}

/// The lines of the versions that these productions used.
pub(crate) async fn versions(
    c: &mut PgConnection,
    coupes: &[Coupe],
) -> Result<HashMap<(Uuid, i32), Version>, Erreur> {
    let recettes: Vec<Uuid> = coupes.iter().map(|c| c.faite.recette_id).collect();
    let utilisees: Vec<i32> = coupes.iter().map(|c| c.faite.version).collect();
    let lues = sqlx::query!(
        r#"select v.recette_id, v.version, v.rendement, l.article_id as "article_id!",
                  sum(l.quantite)::bigint as "quantite!"
             from recette_version v
             join ligne_recette l on l.recette_id = v.recette_id and l.version = v.version
            where (v.recette_id, v.version) in (select * from unnest($1::uuid[], $2::int[]))
              and l.article_id is not null
            group by v.recette_id, v.version, v.rendement, l.article_id"#,
        &recettes,
        &utilisees
    )
    .fetch_all(c)
    .await?;
    let mut versions: HashMap<(Uuid, i32), Version> = HashMap::new();
    for l in lues {
        let version = versions.entry((l.recette_id, l.version)).or_default();
        version.rendement = Quantite::milliemes(l.rendement);
        version.lignes.push((l.article_id, Quantite::milliemes(l.quantite)));
    }
    Ok(versions)
}

/// What each consumption still takes, last taken first: the reverse of FEFO.
pub(crate) async fn consommes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    productions: &[Uuid],
) -> Result<Vec<Consomme>, Erreur> {
    let lus = sqlx::query!(
        r#"select c.lot_production_id, l.article_id, l.id as lot_id, o.id as mouvement_id,
                  -(o.quantite + coalesce(sum(r.quantite), 0))::bigint as "quantite!"
             from ligne_consommation c
             join mouvement_stock o on o.magasin_id = c.magasin_id and o.lot_id = c.lot_id
                                   and o.id = c.mouvement_id and o.annule_id is null
             join lot l on l.magasin_id = c.magasin_id and l.id = c.lot_id
             left join mouvement_stock r on r.magasin_id = o.magasin_id and r.lot_id = o.lot_id
                                        and r.annule_id = o.id
            where c.magasin_id = $1 and c.lot_production_id = any($2)
            group by c.lot_production_id, l.article_id, l.id, l.date_dlc, l.recu_le, o.id,
                     o.quantite
            order by coalesce(l.date_dlc, 'infinity') desc, l.recu_le desc, l.id desc, o.id desc"#,
        magasin_id,
        productions
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|m| Consomme {
            lot_production_id: m.lot_production_id,
            article_id: m.article_id,
            lot_id: m.lot_id,
            mouvement_id: m.mouvement_id,
            quantite: Quantite::milliemes(m.quantite),
        })
        .collect())
}

/// Of each output lot, the movement by which it came.
pub(crate) async fn mouvements_de_sortie(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lots: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, Erreur> {
    let lus = sqlx::query!(
        "select lot_id, id from mouvement_stock
          where magasin_id = $1 and lot_id = any($2) and type = 'PRODUCTION'
            and annule_id is null",
        magasin_id,
        lots
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|m| (m.lot_id, m.id)).collect())
}

/// What left these output lots, less what came back of it, oldest first.
pub(crate) async fn usages(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lots: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Usage>>, Erreur> {
    let lus = sqlx::query!(
        r#"select m.lot_id, m.type as nature, m.cree_le, m.motif, r.nom as "recette_nom?",
                  -(m.quantite + coalesce((select sum(a.quantite) from mouvement_stock a
                                            where a.magasin_id = m.magasin_id
                                              and a.lot_id = m.lot_id and a.annule_id = m.id), 0)
                   )::bigint as "quantite!"
             from mouvement_stock m
             left join ligne_consommation c on c.magasin_id = m.magasin_id
                                           and c.lot_id = m.lot_id and c.mouvement_id = m.id
             left join lot_production p on p.magasin_id = c.magasin_id
                                       and p.id = c.lot_production_id
             left join recette r on r.id = p.recette_id
            where m.magasin_id = $1 and m.lot_id = any($2) and m.quantite < 0
              and m.annule_id is null
            order by m.id"#,
        magasin_id,
        lots
    )
    .fetch_all(c)
    .await?;
    let mut usages: HashMap<Uuid, Vec<Usage>> = HashMap::new();
    for u in lus.into_iter().filter(|u| u.quantite > 0) {
        usages.entry(u.lot_id).or_default().push(Usage {
            r#type: u.nature,
            quantite: Quantite::milliemes(u.quantite),
            date_heure: u.cree_le,
            motif: u.motif,
            recette_nom: u.recette_nom,
        });
    }
    Ok(usages)
}

/// Productions and debts as they now are; `annulee_par` takes them back with all that one operation
/// made.
pub(crate) fn ajouter(
    e: &mut Ecrits,
    (magasin_id, annulee_par): (Uuid, Option<Uuid>),
    (coupes, rendus): (&[Coupe], &Rendus),
) {
    let sql = "update lot_production p
                  set quantite = n.quantite, annulee_par = coalesce($4, p.annulee_par)
                 from unnest($2::uuid[], $3::bigint[]) as n(id, quantite)
                where p.magasin_id = $1 and p.id = n.id returning 1";
    let restes = coupes.iter().map(|c| (c.faite.quantite - c.reprise).en_milliemes());
    e.ajouter_comptees(sql, (coupes.len(), "une production à reprendre n'existe pas"))
        .lier(magasin_id)
        .lier(coupes.iter().map(|c| c.faite.id).collect::<Vec<_>>())
        .lier(restes.collect::<Vec<_>>())
        .lier(annulee_par);
    if !rendus.manques.is_empty() {
        let sql = "update manque m set restant = n.restant
                     from unnest($2::uuid[], $3::bigint[]) as n(id, restant)
                    where m.magasin_id = $1 and m.id = n.id";
        e.ajouter(sql)
            .lier(magasin_id)
            .lier(rendus.manques.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            .lier(rendus.manques.iter().map(|(_, q)| q.en_milliemes()).collect::<Vec<_>>());
    }
}
