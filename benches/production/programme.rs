//! Ours: what the route does with a keyed request, from the key to the stored answer.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use chrono::NaiveDate;
use delicego::domaine::Quantite;
use delicego::platform::db::Base;
use delicego::platform::db::operations::{Cle, Commande};
use delicego::platform::db::une_fois::{Une, d_un_trait};
use delicego::platform::errors::Erreur;
use delicego::production_jour::{DemandeProduction, LigneDemandee, executer};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::terrain::ids;

pub const CHEMIN: &str = "/api/interne/operations/production-du-jour";

pub struct Programme {
    base: Base,
    pub magasin: Uuid,
    /// One with plenty of everything.
    pub magasin_garni: Uuid,
    pub recettes: Vec<Uuid>,
    auteur: Uuid,
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
        Ok(Self { base, magasin, magasin_garni, recettes, auteur })
    }

    /// 10 pieces of each of the first `taille` recipes; the time it took, and its operation.
    pub async fn produire(&self, taille: usize, jour: NaiveDate) -> Result<(Duration, Uuid)> {
        let demande = self.demande(taille, jour);
        let commande = Commande {
            auteur_id: Some(self.auteur),
            cle: Some(Cle { valeur: Uuid::now_v7().to_string(), empreinte: [7; 32] }),
            chemin: format!("POST {CHEMIN}"),
        };
        let debut = Instant::now();
        let (operation, reponse) = traiter(&self.base, &commande, &demande).await?;
        let duree = debut.elapsed();
        ensure!(!reponse.is_empty(), "no answer");
        Ok((duree, operation))
    }

    fn demande(&self, taille: usize, jour: NaiveDate) -> DemandeProduction {
        let quantite_a_produire = Quantite::milliemes(10_000);
        let lignes = self.recettes.iter().take(taille);
        let lignes = lignes.map(|r| LigneDemandee { recette_id: *r, quantite_a_produire });
        DemandeProduction { magasin_id: self.magasin, date_jour: jour, lignes: lignes.collect() }
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
