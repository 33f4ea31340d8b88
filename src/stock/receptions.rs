//! Receptions: what a delivery, a return or the first stock brings, lot by lot.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::mouvements::{self, Ecritures, Mouvement, NouveauLot, TypeMouvement};
use super::sql;
use crate::domaine::{Decimal, Quantite, Unite};
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, QuantiteSaisie};
use crate::referentiel::articles::{self, refus_unite};
use crate::referentiel::{Article, fournisseurs, magasins};

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelleReception {
    pub magasin_id: Uuid,
    pub fournisseur_id: Option<Uuid>,
    /// Maintenant si rien n'est dit.
    pub recue_le: Option<DateTime<Utc>>,
    pub lignes: Vec<LigneReception>,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct LigneReception {
    pub ingredient_id: Uuid,
    #[schema(value_type = f64)]
    pub quantite: Decimal,
    pub unite: Unite,
    pub code_lot: Option<String>,
    /// Une DLC passée est acceptée, et dite dans `warnings`.
    pub date_dlc: Option<NaiveDate>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Reception {
    pub reception_id: Uuid,
    pub lots: Vec<LotRecu>,
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LotRecu {
    pub lot_id: Uuid,
    pub ingredient_id: Uuid,
}

impl NouvelleReception {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            magasin_id: l.uuid("magasin_id"),
            fournisseur_id: l.uuid_option("fournisseur_id"),
            recue_le: l.instant_option("recue_le"),
            lignes: l.liste("lignes", |l| {
                let QuantiteSaisie { nombre: quantite, unite } = l.quantite_saisie();
                LigneReception {
                    ingredient_id: l.uuid("ingredient_id"),
                    quantite,
                    unite,
                    code_lot: l.texte_option("code_lot", 100),
                    date_dlc: l.jour_option("date_dlc"),
                }
            }),
        }
    }
}

pub(crate) async fn recevoir(
    tx: &mut PgConnection,
    op: Operation,
    n: NouvelleReception,
) -> Result<Reception, Erreur> {
    let magasin = magasins::trouver(tx, n.magasin_id).await?;
    if let Some(fournisseur) = n.fournisseur_id {
        fournisseurs::verifier(tx, fournisseur).await?;
    }
    let ids: Vec<Uuid> = n.lignes.iter().map(|l| l.ingredient_id).collect();
    let articles = articles::par_ids(tx, &ids).await?;
    let recue_le = n.recue_le.unwrap_or_else(Utc::now);
    let reception_id = Uuid::now_v7();
    let ecritures = preparer(&n.lignes, &articles, reception_id, recue_le)?;
    sql::inserer_reception(tx, &n, (reception_id, recue_le), op).await?;
    mouvements::ecrire(tx, n.magasin_id, op, &ecritures).await?;
    let evenement = Evenement {
        magasin_id: Some(n.magasin_id),
        nom: "reception",
        operation_id: op.id,
        donnees: json!({"reception_id": reception_id, "nb_lots": n.lignes.len()}),
    };
    evenements::inscrire(tx, evenement).await?;
    let lots = ecritures
        .nouveaux_lots
        .iter()
        .map(|l| LotRecu { lot_id: l.id, ingredient_id: l.article_id })
        .collect();
    let warnings = deja_perimes(&n.lignes, &articles, magasin.aujourdhui());
    Ok(Reception { reception_id, lots, warnings })
}

fn preparer(
    lignes: &[LigneReception],
    articles: &HashMap<Uuid, Article>,
    reception_id: Uuid,
    recu_le: DateTime<Utc>,
) -> Result<Ecritures, Erreur> {
    let mut ecritures = Ecritures::default();
    for (i, ligne) in lignes.iter().enumerate() {
        let saisie = QuantiteSaisie { nombre: ligne.quantite, unite: ligne.unite };
        let quantite: Quantite = articles[&ligne.ingredient_id]
            .convertir(saisie)
            .map_err(|e| refus_unite(&format!("lignes[{i}]."), e))?;
        let lot = NouveauLot {
            id: Uuid::now_v7(),
            article_id: ligne.ingredient_id,
            code_lot: ligne.code_lot.clone(),
            date_dlc: ligne.date_dlc,
            recu_le,
            reception_id: Some(reception_id),
        };
        let entree = Mouvement::nouveau(lot.id, TypeMouvement::Reception, quantite);
        ecritures.mouvements.push(entree);
        ecritures.nouveaux_lots.push(lot);
    }
    Ok(ecritures)
}

fn deja_perimes(
    lignes: &[LigneReception],
    articles: &HashMap<Uuid, Article>,
    aujourdhui: NaiveDate,
) -> Vec<String> {
    lignes
        .iter()
        .filter_map(|l| {
            let dlc = l.date_dlc.filter(|d| *d < aujourdhui)?;
            let nom = &articles[&l.ingredient_id].nom;
            Some(format!("{nom} : la DLC du {} est déjà passée.", dlc.format("%d/%m/%Y")))
        })
        .collect()
}
