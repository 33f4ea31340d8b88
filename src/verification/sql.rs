//! The SQL of the checks: each counts the rows that break a rule and names a few.

use sqlx::PgConnection;

use crate::platform::errors::Erreur;

type Fautes = (i64, Vec<String>);

/// All the readings of this transaction see the same moment, and write nothing.
pub(crate) async fn un_seul_instant(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("set transaction isolation level repeatable read, read only")
        .execute(&mut *c)
        .await?;
    // Reading years of movements takes its time, and plans better with their number known.
    sqlx::query!("set local statement_timeout = 0").execute(&mut *c).await?;
    sqlx::query!("set local plan_cache_mode = auto").execute(&mut *c).await?;
    // Sums over every movement stay in memory.
    sqlx::query!("set local work_mem = '64MB'").execute(&mut *c).await?;
    // Whole tables are compared. Where they have just grown and nobody has counted them yet, a loop
    // over loops looks cheap and does not end.
    sqlx::query!("set local enable_nestloop = off").execute(c).await?;
    Ok(())
}

pub(crate) async fn soldes_faux(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with faux as (
             select coalesce(l.id, m.lot_id) as id from lot l
               full join (select magasin_id, lot_id, sum(quantite) as somme
                            from mouvement_stock group by 1, 2) m
                 on m.magasin_id = l.magasin_id and m.lot_id = l.id
              where l.solde is distinct from coalesce(m.somme, 0) or l.solde < 0
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

pub(crate) async fn annulations_fausses(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with faux as (
             select a.annule_id as id from mouvement_stock a
               left join mouvement_stock o on o.magasin_id = a.magasin_id and o.lot_id = a.lot_id
                                          and o.id = a.annule_id
              where a.annule_id is not null
              group by a.magasin_id, a.lot_id, a.annule_id, o.id, o.quantite, o.annule_id, o.type
             having o.id is null or abs(sum(a.quantite)) > abs(o.quantite)
                 or o.annule_id is not null
                 or bool_or(sign(a.quantite) = sign(o.quantite) or a.type <> o.type)
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

pub(crate) async fn totaux_faux(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with faux as (
             select recette_id as id from ligne_plan_production l
               full join (select magasin_id, date_jour, recette_id, sum(quantite) as somme
                            from lot_production group by 1, 2, 3) p
                 using (magasin_id, date_jour, recette_id)
               left join plan_production j using (magasin_id, date_jour)
              where l.quantite_produite is distinct from coalesce(p.somme, 0) or j.id is null
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

/// A reversing movement belongs to the very lot_production whose movement it takes back.
pub(crate) async fn reprises_fausses(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with faux as (
             select m.id from mouvement_stock m
               join ligne_consommation r on r.magasin_id = m.magasin_id and r.lot_id = m.lot_id
                                        and r.mouvement_id = m.id
               left join ligne_consommation o on o.magasin_id = m.magasin_id
                                             and o.lot_id = m.lot_id
                                             and o.mouvement_id = m.annule_id
              where m.annule_id is not null
                and o.lot_production_id is distinct from r.lot_production_id
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

/// Every line knows how many declarations it has and which one is the last not taken back since it
/// was put on the plan; an annulation goes back to what was before; what was made by one is a
/// production of that line.
pub(crate) async fn declarations_fausses(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with par_ligne as (
             select d.magasin_id, d.date_jour, d.recette_id, count(*) as nombre,
                    max(d.rang) as dernier,
                    max(d.rang) filter (where d.annule is null and a.rang is null
                                          and d.rang > coalesce(g.rang_depart, 0)) as tenue
               from declaration d
               left join declaration a on a.magasin_id = d.magasin_id
                and a.date_jour = d.date_jour and a.recette_id = d.recette_id
                and a.annule = d.rang
               left join ligne_plan_production g on g.magasin_id = d.magasin_id
                and g.date_jour = d.date_jour and g.recette_id = d.recette_id
              group by 1, 2, 3
           ), faux as (
             select l.recette_id as id from ligne_plan_production l
               full join par_ligne p using (magasin_id, date_jour, recette_id)
              where l.nb_declarations is distinct from coalesce(p.nombre, 0)
                 or l.nb_declarations is distinct from coalesce(p.dernier, 0)
                 or l.derniere_declaration is distinct from p.tenue
             union all
             select a.recette_id from declaration a
               left join declaration d on d.magasin_id = a.magasin_id
                and d.date_jour = a.date_jour and d.recette_id = a.recette_id
                and d.rang = a.annule
              where a.annule is not null
                and (d.rang is null or d.annule is not null or a.avant <> d.apres
                     or a.apres <> d.avant)
             union all
             select d.recette_id from declaration d
               left join lot_production p on p.magasin_id = d.magasin_id
                and p.id = d.lot_production_id and p.date_jour = d.date_jour
                and p.recette_id = d.recette_id and p.cumul_avant = d.avant
              where d.lot_production_id is not null and (p.id is null or d.apres <= d.avant)
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

pub(crate) async fn productions_incompletes(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with sorties as (
             select magasin_id, lot_id, sum(quantite) as somme from mouvement_stock
              where type = 'PRODUCTION' group by 1, 2
           ), faux as (
             select p.id from lot_production p
               left join recette r on r.id = p.recette_id
               left join lot l on l.magasin_id = p.magasin_id and l.id = p.lot_id
               left join sorties s on s.magasin_id = p.magasin_id and s.lot_id = p.lot_id
              where coalesce(s.somme, 0) <> p.quantite or l.id is null or r.id is null
                 or l.article_id <> r.article_id
                 or not exists (select from evenement e where e.operation_id = p.operation_id)
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

pub(crate) async fn mouvements_orphelins(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with faux as (
             select m.id from mouvement_stock m
               left join ligne_consommation c on c.magasin_id = m.magasin_id
                and c.lot_id = m.lot_id and c.mouvement_id = m.id
              where m.type = 'CONSOMMATION' and c.mouvement_id is null
             union all
             select m.id from mouvement_stock m
               left join lot_production p on p.magasin_id = m.magasin_id and p.lot_id = m.lot_id
              where m.type = 'PRODUCTION' and p.id is null
             union all
             select m.id from mouvement_stock m
               left join operation o on o.id = m.operation_id
              where o.id is null
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}

/// R(total) = half-up(total x line / yield), in whole thousandths: floor((2 t l + y) / 2 y); in
/// 64 bits where they suffice, which is ten times as fast. What is needed, taken and owed are added
/// up with their signs: one pass, and nothing is left of what is right.
pub(crate) async fn besoins_faux(c: &mut PgConnection) -> Result<Fautes, Erreur> {
    let lu = sqlx::query!(
        r#"with lignes as (
             select recette_id, version, article_id, sum(quantite)::bigint as quantite
               from ligne_recette where article_id is not null group by 1, 2, 3
           ), comptes as (
             select p.magasin_id, p.id, l.article_id,
                    case when p.cumul_avant + p.quantite < 1000000000 and l.quantite < 1000000000
                              and v.rendement < 1000000000
                    then (2 * (p.cumul_avant + p.quantite) * l.quantite + v.rendement)
                           / (2 * v.rendement)
                         - (2 * p.cumul_avant * l.quantite + v.rendement) / (2 * v.rendement)
                    else (div(2 * (p.cumul_avant + p.quantite)::numeric * l.quantite + v.rendement,
                              2 * v.rendement::numeric)
                          - div(2 * p.cumul_avant::numeric * l.quantite + v.rendement,
                                2 * v.rendement::numeric))::bigint end as quantite
               from lot_production p
               join recette_version v on v.recette_id = p.recette_id and v.version = p.version
               join lignes l on l.recette_id = p.recette_id and l.version = p.version
             union all
             select c.magasin_id, c.lot_production_id, t.article_id, m.quantite
               from ligne_consommation c
               join mouvement_stock m on m.magasin_id = c.magasin_id and m.lot_id = c.lot_id
                                     and m.id = c.mouvement_id
               join lot t on t.magasin_id = c.magasin_id and t.id = c.lot_id
             union all
             select magasin_id, lot_production_id, article_id, -restant from manque
           ), faux as (
             select id from comptes group by magasin_id, id, article_id having sum(quantite) <> 0
           )
           select count(*) as "n!", coalesce((array_agg(id::text))[1:5], '{}') as "ids!"
             from faux"#
    )
    .fetch_one(c)
    .await?;
    Ok((lu.n, lu.ids))
}
