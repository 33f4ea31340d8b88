//! What the production page's forms do: change the plan, make all that is left, or both at once.

use std::collections::HashMap;
use std::fmt;

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
use crate::production_jour::{DemandeProduction, LotProduit, executer, journal, reste_du_plan};
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
}

impl Fait {
    pub(crate) fn lire(texte: &str) -> Self {
        match texte {
            "plan" => Self::Plan,
            "deja" => Self::DejaTout,
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
    let lignes = reste_du_plan(tx, saisie.magasin_id, saisie.date).await?;
    if lignes.is_empty() {
        return Ok((Fait::DejaTout, None));
    }
    let demande =
        DemandeProduction { magasin_id: saisie.magasin_id, date_jour: saisie.date, lignes };
    journal::commencer(&demande);
    let demande = demandee.insert(demande);
    let mut ecrits = Ecrits::default();
    let (reponse, lots) = executer((&mut *tx, &mut ecrits), op, demande).await?;
    ecrits.envoyer(tx).await?;
    let produits = Produits { plan_id: reponse.plan_id, lots };
    Ok((Fait::Production(op.id), Some(produits)))
}

/// In which unit each recipe of the form counts.
async fn unites(
    tx: &mut PgConnection,
    saisie: &Saisie,
) -> Result<HashMap<Uuid, UniteBase>, Erreur> {
    let recettes = recettes::charger(tx, &saisie.recettes()).await?;
    Ok(recettes.into_iter().map(|(id, r)| (id, r.unite_base)).collect())
}
