//! Makes lots: the one way to produce, for production du jour and for the kitchen screen.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::decider::{AProduire, Decidee, Decision, decider};
use super::sql;
use crate::domaine::{Quantite, UniteBase};
use crate::plan::{self, AFaireDAbord};
use crate::platform::db::Ecrits;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::mots::de;
use crate::recettes::{self, Productible};
use crate::referentiel::PolitiqueStock;
use crate::stock::mouvements::{self, Ecritures, Mouvement, NouveauLot, TypeMouvement};
use crate::stock::{self, Manquant};

/// Where, when, what a shortage does, and how the journal calls it.
#[derive(Debug, Clone, Copy)]
pub struct Consigne<'a> {
    pub magasin_id: Uuid,
    pub jour: NaiveDate,
    /// When what is made counts as there.
    pub moment: DateTime<Utc>,
    /// Why it is made for a day that is over.
    pub motif: Option<&'a str>,
    pub politique: PolitiqueStock,
    pub evenement: &'static str,
}

#[derive(Debug)]
pub struct Production {
    pub plan_id: Uuid,
    pub lots: Vec<LotProduit>,
    pub nb_consommations: usize,
    pub nb_mouvements: usize,
    /// Per ingredient, in its base unit.
    pub besoins: BTreeMap<Uuid, Quantite>,
    /// Shortage debts opened; 0 under the strict policy.
    pub nb_manques: usize,
}

#[derive(Debug, Clone)]
pub struct LotProduit {
    pub lot_production_id: Uuid,
    pub lot_id: Uuid,
    pub recette_id: Uuid,
    pub quantite: Quantite,
    pub unite: UniteBase,
}

/// Makes each quantity of each recipe (at most once in the list), all or nothing, and counts it onto
/// the day's lines. The rows are added to what the caller has to write.
pub async fn produire(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    c: Consigne<'_>,
    liste: &[(Arc<Productible>, Quantite)],
) -> Result<Production, Erreur> {
    if let Some(refus) = recettes::incomplete(liste.iter().map(|(r, _)| &**r)) {
        return Err(refus.into());
    }
    let quantites: Vec<(Uuid, Quantite)> = liste.iter().map(|(r, q)| (r.id, *q)).collect();
    let (plan_id, lignes) = plan::compter_produit(tx, c.magasin_id, c.jour, &quantites).await?;
    fabriquer((tx, ecrits), op, c, (plan_id, joindre(liste, &lignes)?)).await
}

/// The same for lines of the plan that the caller holds, and whose totals the caller writes.
pub(crate) async fn fabriquer(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    c: Consigne<'_>,
    (plan_id, liste): (Uuid, Vec<AProduire>),
) -> Result<Production, Erreur> {
    if let Some(refus) = recettes::incomplete(liste.iter().map(|a| &*a.recette)) {
        return Err(refus.into());
    }
    let etal = stock::verrouiller_utilisables(tx, c.magasin_id, c.jour, &utilises(&liste)).await?;
    let decision =
        decider(&liste, etal, (c.jour, c.moment), Uuid::now_v7).ok_or_else(hors_limites)?;
    if c.politique == PolitiqueStock::Strict {
        refuser_les_manques(tx, c, (&liste, &decision)).await?;
    }
    let (lots, ecritures, lignes) = rediger(&liste, &decision, c);
    let nb_consommations = lignes.nb_consommations();
    mouvements::ajouter(ecrits, c.magasin_id, op, &ecritures);
    sql::ajouter(ecrits, c, op, lignes);
    let evenement = Evenement {
        magasin_id: Some(c.magasin_id),
        nom: c.evenement,
        operation_id: op.id,
        donnees: json!({"plan_id": plan_id, "date": c.jour, "nb_lots": lots.len()}),
    };
    evenements::ajouter(ecrits, evenement);
    Ok(Production {
        plan_id,
        lots,
        nb_consommations,
        nb_mouvements: ecritures.mouvements.len(),
        nb_manques: decision.productions.iter().map(|p| p.manques.len()).sum(),
        besoins: decision.besoins.into_iter().map(|(id, (b, _))| (id, b)).collect(),
    })
}

fn joindre(
    liste: &[(Arc<Productible>, Quantite)],
    lignes: &std::collections::HashMap<Uuid, plan::LigneProduite>,
) -> Result<Vec<AProduire>, Erreur> {
    liste
        .iter()
        .map(|(recette, quantite)| {
            let ligne = lignes.get(&recette.id);
            let ligne = ligne.ok_or_else(|| Erreur::interne("ligne du plan non comptée"))?;
            Ok(AProduire {
                recette: Arc::clone(recette),
                quantite: *quantite,
                avant: ligne.avant,
                numero: ligne.numero,
                planifiee_avant: Some(ligne.planifiee_avant),
            })
        })
        .collect()
}

fn utilises(liste: &[AProduire]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> =
        liste.iter().flat_map(|a| &a.recette.lignes).map(|i| i.article_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn refuser_les_manques(
    tx: &mut PgConnection,
    c: Consigne<'_>,
    (liste, decision): (&[AProduire], &Decision),
) -> Result<(), Erreur> {
    let courts = decision.courts();
    if courts.is_empty() {
        return Ok(());
    }
    let manquants = stock::compter_les_manquants(tx, c.magasin_id, c.jour, &courts).await?;
    let articles: Vec<Uuid> = courts.keys().copied().collect();
    let faites: Vec<Uuid> = liste.iter().map(|a| a.recette.id).collect();
    let ou = (c.magasin_id, c.jour);
    let d_abord = plan::a_faire_d_abord(tx, ou, &articles, &faites).await?;
    Err(stock_insuffisant(&manquants, &d_abord).into())
}

/// 409, every shortage at once; and what the plan of that day makes of them itself.
fn stock_insuffisant(manquants: &[Manquant], d_abord: &[AFaireDAbord]) -> ErreurCritiqueMetier {
    let premiers: Vec<String> = manquants
        .iter()
        .take(3)
        .map(|m| format!("{} {}", m.unite.assez(m.manque), de(&m.ingredient_nom)))
        .collect();
    let suite = match manquants.len().saturating_sub(3) {
        0 => String::new(),
        1 => " et 1 autre ingrédient".to_owned(),
        n => format!(" et {n} autres ingrédients"),
    };
    let mut detail = format!("Stock insuffisant : il manque {}{suite}.", premiers.join(", "));
    for a in d_abord.iter().take(3) {
        let au_plan = a.unite.lisible(a.au_plan);
        detail.push_str(&format!(" Faites d'abord « {} » ({au_plan} au plan).", a.recette_nom));
    }
    ErreurCritiqueMetier::conflit("stock_insuffisant", detail)
        .avec("manques", json!(manquants))
        .avec("faites_d_abord", json!(d_abord))
}

fn hors_limites() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::champ("quantite_a_produire", "donne un besoin hors limites")
}

/// The rows of what was decided: the stock's, and those that point to them.
fn rediger(
    liste: &[AProduire],
    decision: &Decision,
    c: Consigne<'_>,
) -> (Vec<LotProduit>, Ecritures, sql::Lignes) {
    let mut ecritures = Ecritures::default();
    let mut lignes = sql::Lignes::default();
    let mut lots = Vec::with_capacity(liste.len());
    for decidee in &decision.productions {
        let a = &liste[decidee.rang];
        let lot = LotProduit {
            lot_production_id: Uuid::now_v7(),
            lot_id: decidee.lot_id,
            recette_id: a.recette.id,
            quantite: a.quantite,
            unite: a.recette.unite_base,
        };
        ecritures.nouveaux_lots.push(sortie(a, decidee, c));
        let entree = Mouvement::nouveau(lot.lot_id, TypeMouvement::Production, lot.quantite);
        ecritures.mouvements.push(entree);
        for p in &decidee.prelevements {
            let m = Mouvement::nouveau(p.lot_id, TypeMouvement::Consommation, -p.quantite);
            lignes.consommation(lot.lot_production_id, &m);
            ecritures.mouvements.push(m);
        }
        for (article, manque) in &decidee.manques {
            lignes.manque(lot.lot_production_id, *article, *manque);
        }
        lignes.production(&lot, a);
        lots.push(lot);
    }
    (lots, ecritures, lignes)
}

/// The lot that comes out: code from the day and a number.
fn sortie(a: &AProduire, decidee: &Decidee, c: Consigne<'_>) -> NouveauLot {
    NouveauLot {
        id: decidee.lot_id,
        article_id: a.recette.article_id,
        code_lot: Some(format!("{}-{:04}", c.jour.format("%Y%m%d"), a.numero)),
        date_dlc: decidee.date_dlc,
        recu_le: c.moment,
        reception_id: None,
    }
}
