//! Ours: what the route does with a keyed request, from the key to the stored answer.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use chrono::NaiveDate;
use delicego::domaine::Quantite;
use delicego::platform::comptes::Role;
use delicego::platform::db::Base;
use delicego::platform::db::operations::{Cle, Commande};
use delicego::platform::db::une_fois::{Une, d_un_trait};
use delicego::platform::errors::Erreur;
use delicego::production_jour::{DemandeProduction, LigneDemandee, executer};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::terrain::ids;

pub const CHEMIN: &str = "/api/interne/operations/production-du-jour";

/// Of magasin $1, from day $2 to day $3.
const RANGER: [&str; 5] = [
    "insert into plan_production (magasin_id, date_jour, id)
     select magasin_id, $3, gen_random_uuid() from plan_production
      where magasin_id = $1 and date_jour = $2",
    "insert into ligne_plan_production (magasin_id, date_jour, recette_id, quantite_planifiee,
                                        quantite_produite)
     select magasin_id, $3, recette_id, quantite_planifiee, quantite_produite
       from ligne_plan_production where magasin_id = $1 and date_jour = $2",
    "update lot_production set date_jour = $3 where magasin_id = $1 and date_jour = $2",
    "delete from ligne_plan_production
      where magasin_id = $1 and date_jour = $2 and date_jour <> $3",
    "delete from plan_production where magasin_id = $1 and date_jour = $2 and date_jour <> $3",
];

pub struct Programme {
    base: Base,
    pub magasin: Uuid,
    /// One with plenty of everything.
    pub magasin_garni: Uuid,
    pub recettes: Vec<Uuid>,
    auteur: Uuid,
    pub aujourdhui: NaiveDate,
}

impl Programme {
    pub async fn nouveau(base: Base, c: &mut PgConnection) -> Result<Self> {
        let magasins = ids(c, "magasin").await?;
        let recettes = ids(c, "recette").await?;
        let auteurs = ids(c, "auteur").await?;
        let ([magasin, magasin_garni, ..], [auteur]) = (&magasins[..], &auteurs[..]) else {
            bail!("the catalogue is not there");
        };
        let (magasin, magasin_garni, auteur) = (*magasin, *magasin_garni, *auteur);
        let aujourdhui = sqlx::query_scalar("select banc.aujourdhui()").fetch_one(c).await?;
        Ok(Self { base, magasin, magasin_garni, recettes, auteur, aujourdhui })
    }

    /// 10 pieces of each of the first `taille` recipes, made today and then put away on that day; the
    /// time it took, and its operation.
    pub async fn produire(&self, taille: usize, jour: NaiveDate) -> Result<(Duration, Uuid)> {
        let demande = self.demande(taille, self.aujourdhui);
        let commande = Commande {
            auteur_id: Some(self.auteur),
            role: Role::Admin,
            cle: Some(Cle { valeur: Uuid::now_v7().to_string(), empreinte: [7; 32] }),
            chemin: format!("POST {CHEMIN}"),
        };
        let debut = Instant::now();
        let (operation, reponse) = traiter(&self.base, &commande, &demande).await?;
        let duree = debut.elapsed();
        ensure!(!reponse.is_empty(), "no answer");
        self.ranger(jour).await?;
        Ok((duree, operation))
    }

    /// Untimed: what was made today is of another day, so that today has no plan again.
    async fn ranger(&self, jour: NaiveDate) -> Result<()> {
        let mut c = self.base.lire().await?;
        for sql in RANGER {
            let rangee = sqlx::query(sql).bind(self.magasin).bind(self.aujourdhui).bind(jour);
            rangee.execute(&mut *c).await?;
        }
        Ok(())
    }

    fn demande(&self, taille: usize, jour: NaiveDate) -> DemandeProduction {
        let quantite_a_produire = Quantite::milliemes(10_000);
        let lignes = self.recettes.iter().take(taille);
        let lignes = lignes.map(|r| LigneDemandee { recette_id: *r, quantite_a_produire });
        DemandeProduction {
            magasin_id: self.magasin,
            date_jour: jour,
            lignes: lignes.collect(),
            motif: None,
        }
    }
}

async fn traiter(
    base: &Base,
    commande: &Commande,
    demande: &DemandeProduction,
) -> Result<(Uuid, String), Erreur> {
    let faite = d_un_trait(base, commande, 201, async |tx, operation| {
        let (corps, _lots) = executer(tx, operation, demande).await?;
        Ok((corps, operation.id))
    });
    match faite.await? {
        Une::Faite(operation, json) => Ok((operation, json)),
        Une::Deja(_) => Err(Erreur::interne("a key used twice")),
    }
}
