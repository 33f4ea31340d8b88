//! One database, filled with years of movements by set-based SQL, proved right, and ready for the
//! rounds.

use std::time::Instant;

use anyhow::{Result, ensure};
use chrono::{Days, NaiveDate};
use delicego::platform::db::Base;
use delicego::verification::verifier;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor};
use uuid::Uuid;

use crate::grappe::Grappe;
use crate::plancher::Plancher;
use crate::production::TAILLES;
use crate::programme::Programme;

/// What 6 magasins move in a day: see historique.sql.
const MOUVEMENTS_PAR_JOUR: u64 = 6 * 550;
/// A whole number of the four days that one delivery lasts.
const TRANCHE: i32 = 20;

pub struct Terrain {
    pub mouvements: u64,
    pub nom_base: String,
    pub programme: Programme,
    pub plancher: tokio::sync::Mutex<Plancher>,
    base: Base,
    jour: NaiveDate,
}

impl Terrain {
    pub async fn preparer(grappe: &Grappe, mouvements: u64, tours: u16) -> Result<Self> {
        let debut = Instant::now();
        let nom_base = format!("banc_{mouvements}");
        drop(grappe.nouvelle_base(&nom_base).await?);
        let mut c = grappe.remplisseur(&nom_base).await?;
        remplir(&mut c, mouvements).await?;
        let jour: NaiveDate =
            sqlx::query_scalar("select banc.aujourdhui()").fetch_one(&mut c).await?;
        eprintln!("{mouvements} movements: filled in {} s", debut.elapsed().as_secs());
        let base = grappe.ouvrir(&nom_base).await?;
        let programme = Programme::nouveau(base.clone(), &mut c).await?;
        c.close().await?;
        let connexion = base.options().connect().await?;
        let mut plancher = Plancher::nouveau(connexion, programme.magasin);
        let terrain_jour = jour + Days::new(1);
        for (rang, taille) in (0..).zip(TAILLES) {
            // Twice: the second is the one to copy, once caches are warm.
            for tour in 0..2 {
                plancher.recharger().await?;
                let le = terrain_jour + Days::new(rang * 2 + tour);
                let (_, operation) = programme.produire(taille, le).await?;
                if tour == 1 {
                    plancher.copier(operation, le, (taille, tours)).await?;
                }
            }
        }
        plancher.pret().await?;
        let plancher = tokio::sync::Mutex::new(plancher);
        let jour = terrain_jour + Days::new(2 * TAILLES.len() as u64);
        let terrain = Self { mouvements, nom_base, programme, plancher, base, jour };
        terrain.controler("filled").await?;
        Ok(terrain)
    }

    /// A day that nothing was made on yet.
    pub fn jour(&self, rang: u64) -> NaiveDate {
        self.jour + Days::new(rang)
    }

    /// `verifier` finds nothing wrong.
    pub async fn controler(&self, quand: &str) -> Result<()> {
        let debut = Instant::now();
        for constat in verifier(&self.base).await? {
            let faux = constat.fautes;
            ensure!(
                faux == 0,
                "{}: {}: {faux} {:?}",
                self.nom_base,
                constat.regle,
                constat.exemples
            );
        }
        let secondes = debut.elapsed().as_secs();
        eprintln!("{} movements: {quand}, verifier holds ({secondes} s)", self.mouvements);
        Ok(())
    }

    pub async fn fermer(self) {
        self.base.fermer().await;
    }
}

async fn remplir(c: &mut PgConnection, mouvements: u64) -> Result<()> {
    c.execute(sqlx::raw_sql(include_str!("catalogue.sql"))).await?;
    c.execute(sqlx::raw_sql(include_str!("historique.sql"))).await?;
    c.execute(sqlx::raw_sql(include_str!("plancher.sql"))).await?;
    let tranches = i32::try_from(mouvements.div_ceil(MOUVEMENTS_PAR_JOUR * TRANCHE as u64))?;
    for tranche in (1..=tranches).rev() {
        let du = -tranche * TRANCHE;
        sqlx::query("call banc.preparer($1, $2)")
            .bind(du)
            .bind(du + TRANCHE - 1)
            .execute(&mut *c)
            .await?;
        c.execute("call banc.inscrire()").await?;
        c.execute("call banc.mouvoir()").await?;
    }
    c.execute("call banc.garnir()").await?;
    c.execute("call banc.revalider()").await?;
    c.execute("truncate banc.production, banc.prelevement, banc.livraison").await?;
    if tranches > 0 {
        c.execute("vacuum analyze").await?;
    } else {
        // The other tables are empty still: what is planned on that would be kept.
        c.execute(
            "vacuum analyze magasin, article, recette, recette_version, ligne_recette, lot,
             mouvement_stock",
        )
        .await?;
    }
    c.execute("reset role").await?;
    c.execute("checkpoint").await?;
    c.execute("set role delicego").await?;
    Ok(())
}

/// The ids of the catalogue.
pub async fn ids(c: &mut PgConnection, table: &'static str) -> Result<Vec<Uuid>> {
    let sql = match table {
        "magasin" => "select id from banc.magasin order by n",
        "recette" => "select id from banc.recette order by n",
        _ => "select id from banc.auteur",
    };
    Ok(sqlx::query_scalar(sql).fetch_all(c).await?)
}
