//! The floor: the rows of a real production, written by plain `insert .. select`.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::NaiveDate;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use uuid::Uuid;

use crate::production::ECHAUFFEMENT;

/// The rounds of each size stand apart in the prepared tables.
const ECART: i32 = 1000;

const ORDRES: [&str; 9] = [
    "insert into operation (id, auteur_id, cle, empreinte, chemin, statut, reponse)
     select id, auteur_id, cle, empreinte, chemin, statut, reponse
       from plancher.operation where tour = $1",
    "insert into plan_production (magasin_id, date_jour, id)
     select magasin_id, date_jour, id from plancher.plan where tour = $1
     on conflict (magasin_id, date_jour) do nothing",
    "insert into ligne_plan_production as l
            (magasin_id, date_jour, recette_id, quantite_planifiee, quantite_produite)
     select magasin_id, date_jour, recette_id, quantite, quantite
       from plancher.ligne_plan where tour = $1
     on conflict (magasin_id, date_jour, recette_id) do update
        set quantite_produite = l.quantite_produite + excluded.quantite_produite",
    "insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde)
     select magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde
       from plancher.lot where tour = $1",
    "insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
     select magasin_id, lot_id, id, type, quantite, operation_id
       from plancher.mouvement where tour = $1",
    "update lot set solde = solde + v.variation from plancher.variation v
      where v.tour = $1 and lot.magasin_id = v.magasin_id and lot.id = v.lot_id",
    "insert into lot_production (magasin_id, id, date_jour, recette_id, version, quantite,
                                 cumul_avant, lot_id, operation_id)
     select magasin_id, id, date_jour, recette_id, version, quantite, 0, lot_id, operation_id
       from plancher.production where tour = $1",
    "insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id)
     select magasin_id, lot_production_id, lot_id, mouvement_id
       from plancher.consommation where tour = $1",
    "insert into evenement (id, magasin_id, nom, operation_id, donnees)
     select id, magasin_id, nom, operation_id, donnees from plancher.evenement where tour = $1",
];

/// How many rows of each kind belong to one production.
const COMPTER: &str = "
    select (select count(*) from ligne_plan_production where magasin_id = $1 and date_jour = $2),
           (select count(*) from lot_production where magasin_id = $1 and date_jour = $2),
           (select count(*) from lot_production p
              join mouvement_stock v on v.magasin_id = $1 and v.lot_id = p.lot_id
             where p.magasin_id = $1 and p.date_jour = $2 and v.type = 'PRODUCTION'),
           (select count(*) from lot_production p
              join ligne_consommation c on c.magasin_id = $1 and c.lot_production_id = p.id
              join mouvement_stock v on v.magasin_id = $1 and v.lot_id = c.lot_id
                                    and v.id = c.mouvement_id
             where p.magasin_id = $1 and p.date_jour = $2),
           (select sum(length(o.reponse)) from operation o
             where o.id in (select operation_id from lot_production
                             where magasin_id = $1 and date_jour = $2)),
           (select count(*) from evenement e
             where e.operation_id in (select operation_id from lot_production
                                       where magasin_id = $1 and date_jour = $2))";

/// Brings the lots back to what they held, and sells what was made.
const RECHARGER: &str = "
    with o as (
      insert into operation (id, chemin, statut) values ($1, 'recharger', 201)
    ), ecart as (
      select l.magasin_id, l.id, c.solde - l.solde as v, 'AJUSTEMENT' as type
        from banc.cible c join lot l on l.magasin_id = c.magasin_id and l.id = c.lot_id
       where c.magasin_id = $2 and l.solde <> c.solde
      union all
      select l.magasin_id, l.id, -l.solde, 'VENTE' from lot l
       where l.magasin_id = $2 and l.disponible
         and not exists (select from banc.cible c where c.magasin_id = $2 and c.lot_id = l.id)
    ), m as (
      insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
      select magasin_id, id, banc.v7($3, id::text || $1), type, v, $1 from ecart
    )
    update lot set solde = solde + e.v from ecart e
     where lot.magasin_id = e.magasin_id and lot.id = e.id";

pub struct Plancher {
    connexion: PgConnection,
    magasin: Uuid,
    tailles: Vec<usize>,
}

impl Plancher {
    /// `connexion`: set like those of the program.
    pub fn nouveau(connexion: PgConnection, magasin: Uuid) -> Self {
        Self { connexion, magasin, tailles: Vec::new() }
    }

    /// Untimed: the stock as it was before the round.
    pub async fn recharger(&mut self) -> Result<()> {
        let id = Uuid::now_v7();
        sqlx::query(RECHARGER)
            .bind(id)
            .bind(self.magasin)
            .bind(chrono::Utc::now().timestamp_millis())
            .execute(&mut self.connexion)
            .await?;
        Ok(())
    }

    /// Prepares the rows of all rounds of one size after a real production, the one to copy.
    pub async fn copier(
        &mut self,
        operation: Uuid,
        jour: NaiveDate,
        (taille, tours): (usize, u16),
    ) -> Result<()> {
        self.tailles.push(taille);
        let premier = self.premier(taille);
        sqlx::query("call plancher.copier($1, $2, $3, $4, $5)")
            .bind(operation)
            .bind(self.magasin)
            .bind(jour)
            .bind(premier)
            .bind(i32::from(1 + ECHAUFFEMENT + tours))
            .execute(&mut self.connexion)
            .await?;
        let autre: NaiveDate =
            sqlx::query_scalar("select date_jour from plancher.plan where tour = $1")
                .bind(premier)
                .fetch_one(&mut self.connexion)
                .await?;
        self.recharger().await?;
        // The first is a rehearsal: it must write what the program wrote.
        self.ecrire(taille, 0).await?;
        let (sien, notre) = (self.compter(autre).await?, self.compter(jour).await?);
        ensure!(sien == notre, "the floor writes {sien:?}, the program {notre:?}");
        eprintln!(
            "  {taille} recipes: plan lines, productions, entries, takings, answer: {notre:?}"
        );
        Ok(())
    }

    pub async fn pret(&mut self) -> Result<()> {
        sqlx::query("call plancher.ranger()").execute(&mut self.connexion).await?;
        Ok(())
    }

    /// What the rounds wrote is known to the planner, as it would be after a minute or so.
    pub async fn analyser(&mut self) -> Result<()> {
        sqlx::query("analyze").execute(&mut self.connexion).await?;
        Ok(())
    }

    /// One round: begin, write, commit.
    pub async fn ecrire(&mut self, taille: usize, tour: u16) -> Result<Duration> {
        let tour = self.premier(taille) + i32::from(tour);
        let debut = Instant::now();
        let mut transaction = self.connexion.begin().await?;
        for ordre in ORDRES {
            sqlx::query(ordre).bind(tour).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(debut.elapsed())
    }

    fn premier(&self, taille: usize) -> i32 {
        let rang = self.tailles.iter().position(|t| *t == taille).unwrap_or(0);
        i32::try_from(rang).unwrap_or(0) * ECART
    }

    async fn compter(&mut self, jour: NaiveDate) -> Result<Vec<i64>> {
        let ligne = sqlx::query(COMPTER)
            .bind(self.magasin)
            .bind(jour)
            .fetch_one(&mut self.connexion)
            .await?;
        (0..ligne.len()).map(|i| Ok(ligne.try_get::<Option<i64>, _>(i)?.unwrap_or(0))).collect()
    }
}
