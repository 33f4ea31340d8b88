//! The SQL of the pages: what was made, from which lots, and how a debt was paid.

use sqlx::PgConnection;
use uuid::Uuid;

use super::faites::{Derniere, Du, Journee, LotFait, LotPris};
use super::manques::{LotPossible, Paiement};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;

/// The lots that came out and were not taken back whole, newest first.
pub(crate) async fn lots_faits(
    c: &mut PgConnection,
    j: Journee,
    limite: i64,
) -> Result<Vec<LotFait>, Erreur> {
    let lus = sqlx::query!(
        r#"select p.recette_id, p.quantite, p.produit_le, l.code_lot, l.date_dlc, a.unite_base,
                  u.nom_affiche as "auteur?"
             from lot_production p
             join lot l on l.magasin_id = p.magasin_id and l.id = p.lot_id
             join article a on a.id = l.article_id
             join operation o on o.id = p.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where p.magasin_id = $1 and p.date_jour = $2 and p.quantite > 0
              and ($3::uuid is null or p.operation_id = $3)
            order by p.id desc limit $4"#,
        j.magasin_id,
        j.date,
        j.operation_id,
        limite
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| LotFait {
            recette_id: l.recette_id,
            quantite: Quantite::milliemes(l.quantite),
            unite: unite(&l.unite_base),
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
            produit_le: l.produit_le,
            auteur: l.auteur,
        })
        .collect())
}

/// The last production du jour that still stands as it was made, of that day or that operation.
pub(crate) async fn derniere(c: &mut PgConnection, j: Journee) -> Result<Option<Derniere>, Erreur> {
    Ok(sqlx::query_as!(
        Derniere,
        r#"select p.operation_id, p.produit_le, o.auteur_id as "auteur_id?",
                  u.nom_affiche as "auteur?"
             from lot_production p
             join operation o on o.id = p.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where p.magasin_id = $1 and p.date_jour = $2 and p.quantite > 0
              and p.planifiee_avant is not null and p.annulee_par is null
              and ($3::uuid is null or p.operation_id = $3)
            order by p.id desc limit 1"#,
        j.magasin_id,
        j.date,
        j.operation_id
    )
    .fetch_optional(c)
    .await?)
}

/// What each ingredient lot gave to each recipe, less what it was given back.
pub(crate) async fn lots_pris(c: &mut PgConnection, j: Journee) -> Result<Vec<LotPris>, Erreur> {
    let lus = sqlx::query!(
        r#"select p.recette_id, a.nom, a.unite_base, t.code_lot, t.date_dlc,
                  -sum(m.quantite)::bigint as "quantite!"
             from lot_production p
             join ligne_consommation c on c.magasin_id = p.magasin_id and c.lot_production_id = p.id
             join mouvement_stock m on m.magasin_id = c.magasin_id and m.lot_id = c.lot_id
                                   and m.id = c.mouvement_id
             join lot t on t.magasin_id = c.magasin_id and t.id = c.lot_id
             join article a on a.id = t.article_id
            where p.magasin_id = $1 and p.date_jour = $2
              and ($3::uuid is null or p.operation_id = $3)
            group by p.recette_id, t.magasin_id, t.id, a.id
           having sum(m.quantite) <> 0
            order by lower(a.nom), t.date_dlc nulls last, t.id"#,
        j.magasin_id,
        j.date,
        j.operation_id
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| LotPris {
            recette_id: l.recette_id,
            ingredient_nom: l.nom,
            quantite: Quantite::milliemes(l.quantite),
            unite: unite(&l.unite_base),
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
        })
        .collect())
}

pub(crate) async fn dus(c: &mut PgConnection, j: Journee) -> Result<Vec<Du>, Erreur> {
    let lus = sqlx::query!(
        r#"select p.recette_id, a.nom, a.unite_base, sum(m.restant)::bigint as "quantite!"
             from lot_production p
             join manque m on m.magasin_id = p.magasin_id and m.lot_production_id = p.id
             join article a on a.id = m.article_id
            where p.magasin_id = $1 and p.date_jour = $2 and m.restant > 0
              and ($3::uuid is null or p.operation_id = $3)
            group by p.recette_id, a.id order by lower(a.nom)"#,
        j.magasin_id,
        j.date,
        j.operation_id
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|d| Du {
            recette_id: d.recette_id,
            ingredient_nom: d.nom,
            quantite: Quantite::milliemes(d.quantite),
            unite: unite(&d.unite_base),
        })
        .collect())
}

/// What an operation consumed of a lot to pay debts.
pub(crate) async fn paiement(
    c: &mut PgConnection,
    (magasin_id, lot_id): (Uuid, Uuid),
    operation_id: Uuid,
) -> Result<Option<Paiement>, Erreur> {
    let lu = sqlx::query!(
        r#"select a.nom, a.unite_base, -sum(m.quantite)::bigint as "quantite!", l.code_lot,
                  l.date_dlc
             from mouvement_stock m
             join lot l on l.magasin_id = m.magasin_id and l.id = m.lot_id
             join article a on a.id = l.article_id
            where m.magasin_id = $1 and m.lot_id = $2 and m.operation_id = $3
              and m.type = 'CONSOMMATION'
            group by a.id, l.magasin_id, l.id"#,
        magasin_id,
        lot_id,
        operation_id
    )
    .fetch_optional(c)
    .await?;
    Ok(lu.map(|p| Paiement {
        ingredient_nom: p.nom,
        quantite: Quantite::milliemes(p.quantite),
        unite: unite(&p.unite_base),
        code_lot: p.code_lot,
        date_dlc: p.date_dlc,
    }))
}

/// The database's checks allow no other word.
fn unite(code: &str) -> UniteBase {
    UniteBase::lire(code).unwrap_or(UniteBase::Piece)
}

/// Of each ingredient, the last lots that may have been the one: emptied ones too.
pub(crate) async fn lots_possibles(
    c: &mut PgConnection,
    magasin_id: Uuid,
    articles: &[Uuid],
) -> Result<Vec<LotPossible>, Erreur> {
    let lus = sqlx::query!(
        r#"select l.id as "id!", l.article_id as "article_id!", l.code_lot, l.date_dlc,
                  l.solde as "solde!", a.unite_base
             from (select distinct unnest($2::uuid[]) as id) voulu
             join article a on a.id = voulu.id
             cross join lateral (
               select l.id, l.article_id, l.code_lot, l.date_dlc, l.solde, l.recu_le from lot l
                where l.magasin_id = $1 and l.article_id = voulu.id and l.etat = 'libre'
                order by l.disponible desc, l.recu_le desc, l.id desc limit 15
             ) l
            order by l.article_id, l.recu_le desc, l.id desc"#,
        magasin_id,
        articles
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|l| LotPossible {
            id: l.id,
            article_id: l.article_id,
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
            solde: Quantite::milliemes(l.solde),
            unite: unite(&l.unite_base),
        })
        .collect())
}
