//! One database, filled with years of movements, proved right, and ready for the rounds.

use anyhow::Result;
use chrono::{Days, NaiveDate};
use delicego::platform::db::Base;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor};
use uuid::Uuid;

use crate::commun::grappe::Grappe;
use crate::commun::historique;
use crate::plancher::Plancher;
use crate::production::TAILLES;
use crate::programme::Programme;

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
        let nom_base = format!("banc_{mouvements}");
        drop(grappe.nouvelle_base(&nom_base).await?);
        let mut c = grappe.remplisseur(&nom_base).await?;
        historique::remplir(&mut c, mouvements).await?;
        c.execute(sqlx::raw_sql(include_str!("plancher.sql"))).await?;
        let jour: NaiveDate =
            sqlx::query_scalar("select banc.aujourdhui()").fetch_one(&mut c).await?;
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
        historique::controler(&self.base, self.mouvements, quand).await
    }

    pub async fn fermer(self) {
        self.base.fermer().await;
    }
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
