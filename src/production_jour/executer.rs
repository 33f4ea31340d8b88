//! The route and the command: reads the list, makes it, says what was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::lot::{Consigne, LotProduit, Production, produire};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::plan;
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::recettes::{self, Productible};
use crate::referentiel::PolitiqueStock;

#[derive(utoipa::ToSchema)]
pub struct DemandeProduction {
    pub magasin_id: Uuid,
    pub date_jour: NaiveDate,
    pub lignes: Vec<LigneDemandee>,
}

#[derive(utoipa::ToSchema)]
pub struct LigneDemandee {
    pub recette_id: Uuid,
    /// Dans l'unité de base de l'article fait, plus grand que 0.
    #[schema(value_type = f64)]
    pub quantite_a_produire: Quantite,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProductionDuJour {
    pub plan_id: Uuid,
    pub lots_crees: usize,
    pub consommations_creees: usize,
    pub mouvements_stock_crees: usize,
    /// Dans l'ordre des noms.
    pub besoins: Vec<BesoinCouvert>,
    pub warnings: Vec<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BesoinCouvert {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
}

impl DemandeProduction {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            magasin_id: l.uuid("magasin_id"),
            date_jour: l.jour("date_jour"),
            lignes: l.liste("lignes", |l| LigneDemandee {
                recette_id: l.uuid("recette_id"),
                quantite_a_produire: l.quantite_positive("quantite_a_produire"),
            }),
        }
    }
}

/// Makes it in the caller's transaction, the rows added to what the caller has to write; the lots
/// come back for the caller to announce after the commit.
pub async fn executer(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    d: &DemandeProduction,
) -> Result<(ProductionDuJour, Vec<LotProduit>), Erreur> {
    let quantites = additionner(&d.lignes)?;
    let ids: Vec<Uuid> = quantites.keys().copied().collect();
    let recettes = recettes::charger(tx, &ids).await?;
    let liste: Vec<(Arc<Productible>, Quantite)> =
        quantites.iter().map(|(id, q)| (Arc::clone(&recettes[id]), *q)).collect();
    let consigne = Consigne {
        magasin_id: d.magasin_id,
        jour: d.date_jour,
        politique: PolitiqueStock::Strict,
        evenement: "production_jour",
    };
    let production = produire((tx, ecrits), op, consigne, &liste).await?;
    Ok(repondre(production, &liste))
}

/// The same recipe twice in the list is summed.
fn additionner(lignes: &[LigneDemandee]) -> Result<BTreeMap<Uuid, Quantite>, ErreurCritiqueMetier> {
    let mut quantites = BTreeMap::new();
    for (i, ligne) in lignes.iter().enumerate() {
        let somme = quantites.entry(ligne.recette_id).or_insert(Quantite::ZERO);
        *somme += ligne.quantite_a_produire;
        if *somme > Quantite::MAX_SAISIE {
            let champ = format!("lignes[{i}].quantite_a_produire");
            return Err(ErreurCritiqueMetier::champ(champ, "est hors limites"));
        }
    }
    Ok(quantites)
}

fn repondre(
    p: Production,
    liste: &[(Arc<Productible>, Quantite)],
) -> (ProductionDuJour, Vec<LotProduit>) {
    let ingredients = liste.iter().flat_map(|(r, _)| &r.lignes);
    let noms: BTreeMap<Uuid, _> = ingredients.map(|i| (i.article_id, i)).collect();
    let mut besoins: Vec<BesoinCouvert> = p
        .besoins
        .iter()
        .filter_map(|(id, quantite)| noms.get(id).map(|i| (i, *quantite)))
        .map(|(i, quantite)| BesoinCouvert {
            ingredient_id: i.article_id,
            ingredient_nom: i.nom.clone(),
            quantite,
            unite: i.unite_base,
        })
        .collect();
    besoins.sort_by_cached_key(|b| cle_de_tri(&b.ingredient_nom));
    let reponse = ProductionDuJour {
        plan_id: p.plan_id,
        lots_crees: p.lots.len(),
        consommations_creees: p.nb_consommations,
        mouvements_stock_crees: p.nb_mouvements,
        besoins,
        warnings: Vec::new(),
    };
    (reponse, p.lots)
}

/// All that is left of a day's plan, as a list to make; empty when all is made. The lines are held
/// from here on: two people who ask for it at once do not make it twice.
pub async fn reste_du_plan(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Vec<LigneDemandee>, Erreur> {
    plan::verrouiller(tx, magasin_id, date).await?;
    let plan = plan::trouver(tx, magasin_id, date).await?;
    Ok(plan
        .lignes
        .iter()
        .filter(|l| l.reste().est_positive())
        .map(|l| LigneDemandee { recette_id: l.recette_id, quantite_a_produire: l.reste() })
        .collect())
}
