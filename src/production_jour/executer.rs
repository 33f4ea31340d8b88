//! The route and the command: reads the list, makes it, says what was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::lot::{Consigne, LotProduit, Production, produire};
use super::reste::{LigneReglee, reste_du_plan};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::recettes::{self, Productible};
use crate::referentiel::{PolitiqueStock, exiger_le_jour, magasins};

#[derive(utoipa::ToSchema)]
pub struct DemandeProduction {
    pub magasin_id: Uuid,
    pub date_jour: NaiveDate,
    /// Absent : tout ce qui reste du plan, sauf ce que la cuisine a réglé autrement.
    #[schema(required = false)]
    pub lignes: Vec<LigneDemandee>,
    /// Pourquoi ; obligatoire pour un jour passé.
    pub motif: Option<String>,
}

#[derive(Debug, utoipa::ToSchema)]
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
    /// Par laquelle elle se reprend en entier.
    pub operation_id: Uuid,
    /// Sans liste : les lignes Non produit et Ajusté, laissées comme la cuisine les a dites.
    pub reglees: Vec<LigneReglee>,
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
            lignes: l.liste_si_la("lignes", |l| LigneDemandee {
                recette_id: l.uuid("recette_id"),
                quantite_a_produire: l.quantite_positive("quantite_a_produire"),
            }),
            motif: l.texte_option("motif", 500),
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
    let calendrier = magasins::trouver(tx, d.magasin_id).await?.calendrier();
    let maintenant = Utc::now();
    exiger_le_jour(calendrier, d.date_jour, (maintenant, op.role), d.motif.as_deref())?;
    let ids: Vec<Uuid> = quantites.keys().copied().collect();
    let recettes = recettes::charger(tx, &ids).await?;
    let liste: Vec<(Arc<Productible>, Quantite)> =
        quantites.iter().map(|(id, q)| (Arc::clone(&recettes[id]), *q)).collect();
    let consigne = Consigne {
        magasin_id: d.magasin_id,
        jour: d.date_jour,
        moment: calendrier.moment(d.date_jour, maintenant),
        motif: d.motif.as_deref(),
        politique: PolitiqueStock::Strict,
        evenement: "production_jour",
    };
    let production = produire((tx, ecrits), op, consigne, &liste).await?;
    Ok(repondre(op, production, &liste))
}

/// The same for a demand without a list: all that is left of the plan, perhaps nothing.
pub(crate) async fn executer_le_reste(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    d: &mut DemandeProduction,
) -> Result<(ProductionDuJour, Vec<LotProduit>), Erreur> {
    let reste = reste_du_plan(tx, d.magasin_id, d.date_jour).await?;
    d.lignes = reste.lignes;
    let (reponse, lots) = match d.lignes.is_empty() {
        true => (ProductionDuJour::rien(op, reste.plan_id), Vec::new()),
        false => executer((tx, ecrits), op, d).await?,
    };
    Ok((ProductionDuJour { reglees: reste.reglees, ..reponse }, lots))
}

impl ProductionDuJour {
    fn rien(op: Operation, plan_id: Uuid) -> Self {
        Self {
            plan_id,
            lots_crees: 0,
            consommations_creees: 0,
            mouvements_stock_crees: 0,
            besoins: Vec::new(),
            warnings: Vec::new(),
            operation_id: op.id,
            reglees: Vec::new(),
        }
    }
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
    op: Operation,
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
        operation_id: op.id,
        reglees: Vec::new(),
    };
    (reponse, p.lots)
}
