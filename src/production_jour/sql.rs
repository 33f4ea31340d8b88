//! The SQL of production.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::annuler::{LigneFaite, LigneReprise, ProductionFaite};
use super::decider::AProduire;
use super::lot::{Consigne, LotProduit};
use super::manques::{MagasinEndette, ManqueOuvert};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::Page;
use crate::stock::mouvements::Mouvement;

/// The rows of a production, column by column.
#[derive(Default)]
pub(crate) struct Lignes {
    ids: Vec<Uuid>,
    recettes: Vec<Uuid>,
    versions: Vec<i32>,
    quantites: Vec<i64>,
    avants: Vec<i64>,
    lots: Vec<Uuid>,
    planifiees: Vec<Option<i64>>,
    consommations: Consommations,
    manques: (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>, Vec<i64>),
}

impl Lignes {
    pub(crate) fn production(&mut self, lot: &LotProduit, a: &AProduire) {
        self.ids.push(lot.lot_production_id);
        self.recettes.push(lot.recette_id);
        self.versions.push(a.recette.version);
        self.quantites.push(lot.quantite.en_milliemes());
        self.avants.push(a.avant.en_milliemes());
        self.lots.push(lot.lot_id);
        self.planifiees.push(a.planifiee_avant.map(Quantite::en_milliemes));
    }

    pub(crate) fn consommation(&mut self, lot_production_id: Uuid, m: &Mouvement) {
        self.consommations.0.push(lot_production_id);
        self.consommations.1.push(m.lot_id);
        self.consommations.2.push(m.id);
    }

    pub(crate) fn manque(&mut self, lot_production_id: Uuid, article_id: Uuid, quantite: Quantite) {
        self.manques.0.push(Uuid::now_v7());
        self.manques.1.push(lot_production_id);
        self.manques.2.push(article_id);
        self.manques.3.push(quantite.en_milliemes());
    }

    pub(crate) fn nb_consommations(&self) -> usize {
        self.consommations.0.len()
    }
}

/// The productions, what each took, what each lacked.
pub(crate) fn ajouter(e: &mut Ecrits, c: Consigne<'_>, op: Operation, l: Lignes) {
    let magasin_id = c.magasin_id;
    let sql = "insert into lot_production (magasin_id, date_jour, operation_id, motif, id,
                                           recette_id, version, quantite, cumul_avant, lot_id,
                                           planifiee_avant)
               select $1, $2, $3, $4, p.*
                 from unnest($5::uuid[], $6::uuid[], $7::int[], $8::bigint[], $9::bigint[],
                             $10::uuid[], $11::bigint[]) p";
    e.ajouter(sql)
        .lier(magasin_id)
        .lier(c.jour)
        .lier(op.id)
        .lier(c.motif.map(str::to_owned))
        .lier(l.ids)
        .lier(l.recettes)
        .lier(l.versions)
        .lier(l.quantites)
        .lier(l.avants)
        .lier(l.lots)
        .lier(l.planifiees);
    ajouter_consommations(e, magasin_id, l.consommations);
    if !l.manques.0.is_empty() {
        let sql = "insert into manque (magasin_id, id, lot_production_id, article_id, quantite,
                                       restant)
                   select $1, m.id, m.production, m.article, m.quantite, m.quantite
                     from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[])
                          as m(id, production, article, quantite)";
        let (ids, productions, articles, quantites) = l.manques;
        e.ajouter(sql).lier(magasin_id).lier(ids).lier(productions).lier(articles).lier(quantites);
    }
}

/// Of each: its production, the lot, the movement.
pub(crate) type Consommations = (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>);

pub(crate) fn ajouter_consommations(e: &mut Ecrits, magasin_id: Uuid, c: Consommations) {
    if c.0.is_empty() {
        return;
    }
    let sql = "insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id)
               select $1, c.* from unnest($2::uuid[], $3::uuid[], $4::uuid[]) c";
    e.ajouter(sql).lier(magasin_id).lier(c.0).lier(c.1).lier(c.2);
}

pub(crate) async fn manques_ouverts(
    c: &mut PgConnection,
    magasin_id: Uuid,
    page: Page,
) -> Result<Vec<ManqueOuvert>, Erreur> {
    let lus = sqlx::query!(
        "select m.id, m.lot_production_id, p.recette_id, r.nom as recette_nom, p.date_jour,
                m.article_id, a.nom, a.unite_base, m.restant, m.cree_le
           from manque m
           join lot_production p on p.magasin_id = m.magasin_id and p.id = m.lot_production_id
           join recette r on r.id = p.recette_id
           join article a on a.id = m.article_id
          where m.magasin_id = $1 and m.restant > 0 and ($2::uuid is null or m.id > $2)
          order by m.id limit $3",
        magasin_id,
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|m| ManqueOuvert {
            id: m.id,
            lot_production_id: m.lot_production_id,
            recette_id: m.recette_id,
            recette_nom: m.recette_nom,
            date: m.date_jour,
            ingredient_id: m.article_id,
            ingredient_nom: m.nom,
            quantite: Quantite::milliemes(m.restant),
            unite: UniteBase::lire(&m.unite_base).unwrap_or(UniteBase::Piece),
            depuis: m.cree_le,
        })
        .collect())
}

/// Where debts are open, and how many.
pub(crate) async fn magasins_endettes(c: &mut PgConnection) -> Result<Vec<MagasinEndette>, Erreur> {
    Ok(sqlx::query_as!(
        MagasinEndette,
        r#"select s.id as magasin_id, s.nom as magasin_nom, m.nombre as "nombre!"
             from (select magasin_id, count(*) as nombre from manque
                    where restant > 0 group by magasin_id) m
             join magasin s on s.id = m.magasin_id order by lower(s.nom), s.id"#
    )
    .fetch_all(c)
    .await?)
}

pub(crate) struct ManqueVerrouille {
    pub id: Uuid,
    pub magasin_id: Uuid,
    pub lot_production_id: Uuid,
    pub article_id: Uuid,
    pub restant: Quantite,
    pub jour: NaiveDate,
    pub depuis: DateTime<Utc>,
}

/// In the order in which everyone locks them.
pub(crate) async fn verrouiller_manques(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<ManqueVerrouille>, Erreur> {
    let lus = sqlx::query!(
        "select m.id, m.magasin_id, m.lot_production_id, m.article_id, m.restant, m.cree_le,
                p.date_jour
           from magasin s
           join manque m on m.magasin_id = s.id and m.id = any($1)
           join lot_production p on p.magasin_id = m.magasin_id and p.id = m.lot_production_id
          order by m.id for update of m",
        ids
    )
    .fetch_all(c)
    .await?;
    let verrouille = lus.into_iter().map(|m| ManqueVerrouille {
        id: m.id,
        magasin_id: m.magasin_id,
        lot_production_id: m.lot_production_id,
        article_id: m.article_id,
        restant: Quantite::milliemes(m.restant),
        jour: m.date_jour,
        depuis: m.cree_le,
    });
    Ok(verrouille.collect())
}

/// Each debt is paid by its consumption of that lot.
pub(crate) async fn solder_manques(
    c: &mut PgConnection,
    (magasin_id, lot_id): (Uuid, Uuid),
    soldes: &[(&ManqueVerrouille, Uuid)],
) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = soldes.iter().map(|(m, _)| m.id).collect();
    let productions: Vec<Uuid> = soldes.iter().map(|(m, _)| m.lot_production_id).collect();
    let mouvements: Vec<Uuid> = soldes.iter().map(|(_, mouvement)| *mouvement).collect();
    sqlx::query!(
        "with solde as (
           update manque set restant = 0 where magasin_id = $1 and id = any($2)
         )
         insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id)
         select $1, n.production, $3, n.mouvement
           from unnest($4::uuid[], $5::uuid[]) as n(production, mouvement)",
        magasin_id,
        &ids,
        lot_id,
        &productions,
        &mouvements
    )
    .execute(c)
    .await?;
    Ok(())
}

/// A production du jour, by its operation; none of any other operation.
pub(crate) async fn production_faite(
    c: &mut PgConnection,
    operation_id: Uuid,
) -> Result<Option<ProductionFaite>, Erreur> {
    let lue = sqlx::query!(
        r#"select p.magasin_id, p.date_jour, o.auteur_id as "auteur_id?",
                  array_agg(p.recette_id) as "recettes!"
             from lot_production p join operation o on o.id = p.operation_id
            where p.operation_id = $1 and p.planifiee_avant is not null
            group by p.magasin_id, p.date_jour, o.auteur_id"#,
        operation_id
    )
    .fetch_optional(c)
    .await?;
    Ok(lue.map(|l| ProductionFaite {
        magasin_id: l.magasin_id,
        jour: l.date_jour,
        auteur_id: l.auteur_id,
        recettes: l.recettes,
    }))
}

/// Holds these lines, in the order in which everyone does.
pub(crate) async fn tenir_les_lignes(
    c: &mut PgConnection,
    (magasin_id, jour): (Uuid, NaiveDate),
    recettes: &[Uuid],
) -> Result<(), Erreur> {
    sqlx::query!(
        "select recette_id from ligne_plan_production
          where magasin_id = $1 and date_jour = $2 and recette_id = any($3)
          order by recette_id for no key update",
        magasin_id,
        jour,
        recettes
    )
    .fetch_all(c)
    .await?;
    Ok(())
}

/// What it made, beside what became of it; the lines are held.
pub(crate) async fn lignes_faites(
    c: &mut PgConnection,
    operation_id: Uuid,
) -> Result<Vec<LigneFaite>, Erreur> {
    let lues = sqlx::query!(
        r#"select p.recette_id, r.nom, a.unite_base, p.quantite, m.quantite as faite,
                  p.cumul_avant, p.planifiee_avant as "planifiee_avant!",
                  l.quantite_planifiee, l.quantite_produite,
                  p.annulee_par is not null as "annulee!",
                  coalesce(d.declaree_le > p.produit_le, false) as "declaree!"
             from lot_production p
             join mouvement_stock m on m.magasin_id = p.magasin_id and m.lot_id = p.lot_id
                                   and m.type = 'PRODUCTION' and m.annule_id is null
             join ligne_plan_production l on l.magasin_id = p.magasin_id
                                         and l.date_jour = p.date_jour
                                         and l.recette_id = p.recette_id
             join recette r on r.id = p.recette_id
             join article a on a.id = r.article_id
             left join declaration d on d.magasin_id = l.magasin_id and d.date_jour = l.date_jour
                                    and d.recette_id = l.recette_id
                                    and d.rang = l.derniere_declaration
            where p.operation_id = $1 and p.planifiee_avant is not null
            order by p.recette_id"#,
        operation_id
    )
    .fetch_all(c)
    .await?;
    let q = Quantite::milliemes;
    Ok(lues
        .into_iter()
        .map(|l| LigneFaite {
            recette_id: l.recette_id,
            nom: l.nom,
            unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            quantite: q(l.quantite),
            faite: q(l.faite),
            cumul_avant: q(l.cumul_avant),
            planifiee_avant: q(l.planifiee_avant),
            planifiee: q(l.quantite_planifiee),
            produite: q(l.quantite_produite),
            annulee: l.annulee,
            declaree: l.declaree,
        })
        .collect())
}

/// The lines as they were before.
pub(crate) fn remettre(
    e: &mut Ecrits,
    (magasin_id, jour): (Uuid, NaiveDate),
    lignes: &[LigneReprise],
) {
    let sql = "update ligne_plan_production l
                  set quantite_planifiee = n.planifiee, quantite_produite = n.produite
                 from unnest($3::uuid[], $4::bigint[], $5::bigint[])
                      as n(recette_id, planifiee, produite)
                where l.magasin_id = $1 and l.date_jour = $2 and l.recette_id = n.recette_id
            returning 1";
    e.ajouter_comptees(sql, (lignes.len(), "une ligne à remettre n'existe pas"))
        .lier(magasin_id)
        .lier(jour)
        .lier(lignes.iter().map(|l| l.recette_id).collect::<Vec<_>>())
        .lier(lignes.iter().map(|l| l.quantite_planifiee.en_milliemes()).collect::<Vec<_>>())
        .lier(lignes.iter().map(|l| l.quantite_produite.en_milliemes()).collect::<Vec<_>>());
}
