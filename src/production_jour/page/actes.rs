//! What the production page's forms do: change the plan, make all that is left, or both at once.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::saisie::Saisie;
use crate::domaine::UniteBase;
use crate::plan;
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::{Etat, Formulaire};
use crate::production_jour::{
    DemandeProduction, LotProduit, annuler_production, executer, journal, reste_du_plan,
};
use crate::recettes;

/// What was done; kept with the operation, and written into the address that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fait {
    Rien,
    /// The plan is as typed.
    Plan,
    /// All of the plan is made already.
    DejaTout,
    /// By that operation.
    Production(Uuid),
    /// What was made is taken back.
    Reprise,
}

impl Fait {
    pub(crate) fn lire(texte: &str) -> Self {
        match texte {
            "plan" => Self::Plan,
            "deja" => Self::DejaTout,
            "reprise" => Self::Reprise,
            id => id.parse().map_or(Self::Rien, Self::Production),
        }
    }
}

impl fmt::Display for Fait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rien => Ok(()),
            Self::Plan => f.write_str("plan"),
            Self::DejaTout => f.write_str("deja"),
            Self::Reprise => f.write_str("reprise"),
            Self::Production(operation) => operation.fmt(f),
        }
    }
}

/// The lots to announce once they are kept.
struct Produits {
    plan_id: Uuid,
    lots: Vec<LotProduit>,
}

/// In one transaction, once per key.
pub(crate) async fn agir(etat: &Etat, f: &Formulaire, saisie: &Saisie) -> Result<Fait, Erreur> {
    let mut demandee: Option<DemandeProduction> = None;
    let issue = f.executer(async |tx, op| faire(tx, op, saisie, &mut demandee).await).await;
    match issue {
        Ok((fait, produits)) => {
            if let Some(p) = produits.flatten() {
                journal::annoncer(saisie.magasin_id, p.plan_id, &p.lots);
            }
            Ok(fait)
        }
        Err(erreur) => {
            if let Some(demande) = &demandee {
                journal::refuser(&etat.base, demande, &erreur).await;
            }
            Err(erreur)
        }
    }
}

async fn faire(
    tx: &mut PgConnection,
    op: Operation,
    saisie: &Saisie,
    demandee: &mut Option<DemandeProduction>,
) -> Result<(Fait, Option<Produits>), Erreur> {
    let changements = saisie.changements(&unites(tx, saisie).await?)?;
    plan::modifier(tx, saisie.magasin_id, saisie.date, &changements).await?;
    if !saisie.produire {
        return Ok((Fait::Plan, None));
    }
    let reste = reste_du_plan(tx, saisie.magasin_id, saisie.date).await?;
    if reste.lignes.is_empty() {
        return Ok((Fait::DejaTout, None));
    }
    // What was shown is what is made, or it is asked again.
    let autre = !saisie.vu.is_empty() && saisie.vu != reste.empreinte();
    if saisie.demander || autre {
        return Err(reste.a_confirmer().into());
    }
    let lignes = reste.lignes;
    let Saisie { magasin_id, date: date_jour, motif, .. } = saisie;
    let (magasin_id, date_jour, motif) = (*magasin_id, *date_jour, motif.clone());
    let demande = DemandeProduction { magasin_id, date_jour, lignes, motif };
    journal::commencer(&demande);
    let demande = demandee.insert(demande);
    let mut ecrits = Ecrits::default();
    let (reponse, lots) = executer((&mut *tx, &mut ecrits), op, demande).await?;
    ecrits.envoyer(tx).await?;
    let produits = Produits { plan_id: reponse.plan_id, lots };
    Ok((Fait::Production(op.id), Some(produits)))
}

/// Takes a production back as a whole, once per key; of which magasin and day it was.
pub(crate) async fn reprendre(
    f: &Formulaire,
    operation_id: Uuid,
) -> Result<(Uuid, NaiveDate), Erreur> {
    let issue = f.executer(async |tx, op| {
        let mut ecrits = Ecrits::default();
        let ici = (&mut *tx, &mut ecrits);
        let faite = annuler_production(ici, op, (operation_id, &f.personne)).await?;
        ecrits.envoyer(tx).await?;
        Ok(((faite.magasin_id, faite.date), journal::Reprise::de(&faite)))
    });
    match issue.await {
        Ok((ou, fait)) => {
            if let Some(fait) = fait {
                journal::annoncer_la_reprise(fait);
            }
            Ok(ou)
        }
        Err(erreur) => {
            journal::refuser_la_reprise(operation_id, &erreur);
            Err(erreur)
        }
    }
}

/// In which unit each recipe of the form counts.
async fn unites(
    tx: &mut PgConnection,
    saisie: &Saisie,
) -> Result<HashMap<Uuid, UniteBase>, Erreur> {
    let recettes = recettes::charger(tx, &saisie.recettes()).await?;
    Ok(recettes.into_iter().map(|(id, r)| (id, r.unite_base)).collect())
}
