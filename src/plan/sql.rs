//! The SQL of the plan.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ecrire::LignePlanifiee;
use super::lire::{DeclarationDuPlan, LignePlan};
use super::produit::LigneProduite;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;

pub(crate) async fn plan_id(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Option<Uuid>, Erreur> {
    let id = sqlx::query_scalar!(
        "select id from plan_production where magasin_id = $1 and date_jour = $2",
        magasin_id,
        date
    );
    Ok(id.fetch_optional(c).await?)
}

/// Opens the plan if there is none, and makes others who replace it wait; productions do not.
pub(crate) async fn ouvrir(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into plan_production as p (magasin_id, date_jour, id) values ($1, $2, $3)
         on conflict (magasin_id, date_jour) do update set cree_le = p.cree_le",
        magasin_id,
        date,
        Uuid::now_v7()
    )
    .execute(c)
    .await?;
    Ok(())
}

/// The plan's lines and those to come, in the order of their recipes as every production locks
/// them: a new line made after an old one was locked is what two people would wait for for ever.
pub(crate) async fn verrouiller_lignes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    recettes: &[Uuid],
) -> Result<Vec<Uuid>, Erreur> {
    Ok(sqlx::query_scalar!(
        "insert into ligne_plan_production as l (magasin_id, date_jour, recette_id,
                                                 quantite_planifiee)
         select $1, $2, r.recette_id, 0
           from (select recette_id from ligne_plan_production
                  where magasin_id = $1 and date_jour = $2
                 union select unnest($3::uuid[])) r
          order by r.recette_id
         on conflict (magasin_id, date_jour, recette_id) do update
            set quantite_planifiee = l.quantite_planifiee
         returning recette_id",
        magasin_id,
        date,
        recettes
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn lignes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Vec<LignePlan>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_id, l.menu_id, l.quantite_planifiee, l.quantite_produite,
                  a.unite_base,
                  n.nom as "nom!",
                  d.type as "nature?", d.declaree_le as "declaree_le?", d.motif as "motif?",
                  u.nom_affiche as "auteur?",
                  ligne_reglee(d.type, d.quantite, d.planifiee, l.quantite_planifiee) as "reglee!"
             from ligne_plan_production l
             left join declaration d on d.magasin_id = l.magasin_id and d.date_jour = l.date_jour
                                    and d.recette_id = l.recette_id
                                    and d.rang = l.derniere_declaration
             left join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
             join recette r on r.id = l.recette_id
             join article a on a.id = r.article_id
            cross join nom_de_ligne(l.magasin_id, l.menu_id, l.recette_id) n
            where l.magasin_id = $1 and l.date_jour = $2
              and (l.quantite_planifiee > 0 or l.quantite_produite > 0)"#,
        magasin_id,
        date
    )
    .fetch_all(c)
    .await?;
    Ok(lues
        .into_iter()
        .map(|l| LignePlan {
            recette_id: l.recette_id,
            recette_nom: l.nom,
            menu_id: l.menu_id,
            quantite_planifiee: Quantite::milliemes(l.quantite_planifiee),
            quantite_produite: Quantite::milliemes(l.quantite_produite),
            unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            reglee: l.reglee,
            declaration: l.nature.zip(l.declaree_le).map(|(r#type, date_heure)| {
                let (auteur, motif) = (l.auteur, l.motif);
                DeclarationDuPlan { r#type, date_heure, auteur, motif }
            }),
        })
        .collect())
}

/// Of menus that this magasin has, own or common: which recipe each sells.
pub(crate) async fn recettes_des_menus(
    c: &mut PgConnection,
    magasin_id: Uuid,
    menus: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, Erreur> {
    let lus = sqlx::query!(
        "select id, recette_id from menu
          where id = any($2) and (magasin_id = $1 or magasin_id is null)",
        magasin_id,
        menus
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|m| (m.id, m.recette_id)).collect())
}

/// Takes these lines, locked by the caller, out of the plan.
pub(crate) async fn retirer(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    retirees: &[Uuid],
) -> Result<(), Erreur> {
    // A line whose production was taken back to 0, or of which something was declared, keeps its
    // history, and so its row; put back, it begins anew.
    sqlx::query!(
        "delete from ligne_plan_production l
          where l.magasin_id = $1 and l.date_jour = $2 and l.recette_id = any($3)
            and not exists (select from lot_production p
                             where p.magasin_id = l.magasin_id and p.date_jour = l.date_jour
                               and p.recette_id = l.recette_id)
            and l.nb_declarations = 0",
        magasin_id,
        date,
        retirees
    )
    .execute(&mut *c)
    .await?;
    sqlx::query!(
        "update ligne_plan_production
            set quantite_planifiee = 0, menu_id = null, rang_depart = nb_declarations,
                derniere_declaration = null
          where magasin_id = $1 and date_jour = $2 and recette_id = any($3)",
        magasin_id,
        date,
        retirees
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn ecrire_lignes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    lignes: &[LignePlanifiee],
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into ligne_plan_production (magasin_id, date_jour, recette_id, menu_id,
                                            quantite_planifiee)
         select $1, $2, l.* from unnest($3::uuid[], $4::uuid[], $5::bigint[])
                as l(recette_id, menu_id, quantite)
          order by l.recette_id
         on conflict (magasin_id, date_jour, recette_id) do update
            set menu_id = excluded.menu_id, quantite_planifiee = excluded.quantite_planifiee",
        magasin_id,
        date,
        &lignes.iter().map(|l| l.recette_id).collect::<Vec<_>>(),
        &lignes.iter().map(|l| l.menu_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &lignes.iter().map(|l| l.quantite_planifiee.en_milliemes()).collect::<Vec<_>>()
    )
    .execute(c)
    .await?;
    Ok(())
}

/// See `produit::compter_produit`. The plan is opened before its first line is touched, always
/// (`ouverts` sees to it): people who open a day at once would else wait for each other. The plan's
/// id is none when another transaction has just opened it: this statement's snapshot does not see
/// it. No line at all: there is no such magasin.
pub(crate) async fn compter_produit(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    quantites: &[(Uuid, Quantite)],
) -> Result<(Option<Uuid>, HashMap<Uuid, LigneProduite>), Erreur> {
    let recettes: Vec<Uuid> = quantites.iter().map(|(r, _)| *r).collect();
    let produites: Vec<i64> = quantites.iter().map(|(_, q)| q.en_milliemes()).collect();
    let lues = sqlx::query!(
        r#"with connu as (
             select id from plan_production where magasin_id = $1 and date_jour = $2
           ), ouvert as (
             insert into plan_production (magasin_id, date_jour, id)
             select id, $2, $3 from magasin where id = $1 and not exists (select from connu)
             on conflict (magasin_id, date_jour) do nothing
             returning id
           ), comptees as (
             insert into ligne_plan_production as l
                    (magasin_id, date_jour, recette_id, quantite_planifiee, quantite_produite)
             select m.id, $2, q.recette_id, q.produite, q.produite
               from (select count(*) from (select from connu union all select from ouvert) p)
                    as plan(ouverts),
                    magasin m, unnest($4::uuid[], $5::bigint[]) as q(recette_id, produite)
              where plan.ouverts >= 0 and m.id = $1
              order by q.recette_id
             on conflict (magasin_id, date_jour, recette_id) do update
                set quantite_produite = l.quantite_produite + excluded.quantite_produite,
                    planifiee_avant = l.quantite_planifiee,
                    quantite_planifiee = greatest(l.quantite_planifiee,
                      l.quantite_produite + excluded.quantite_produite)
             returning recette_id, quantite_produite, planifiee_avant
           )
           select recette_id as "recette_id!", quantite_produite as "apres!",
                  nextval('numero_lot_production') as "numero!",
                  planifiee_avant as "planifiee_avant!",
                  coalesce((select id from connu), (select id from ouvert)) as plan_id
             from comptees"#,
        magasin_id,
        date,
        Uuid::now_v7(),
        &recettes,
        &produites
    )
    .fetch_all(c)
    .await?;
    let plan_id = lues.first().and_then(|l| l.plan_id);
    let faites: HashMap<Uuid, Quantite> = quantites.iter().copied().collect();
    let lignes = lues
        .into_iter()
        .map(|l| {
            let faite = faites.get(&l.recette_id).copied().unwrap_or_default();
            let avant = Quantite::milliemes(l.apres) - faite;
            let planifiee_avant = Quantite::milliemes(l.planifiee_avant);
            (l.recette_id, LigneProduite { avant, planifiee_avant, numero: l.numero })
        })
        .collect();
    Ok((plan_id, lignes))
}
