//! Which lots each production takes, and what comes out of it. Pure: decided on locked lots, before
//! anything is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::domaine::Quantite;
use crate::recettes::Productible;
use crate::stock::EtatLot;
use crate::stock::fefo::{Etal, Lot, Prelevement};

/// One recipe of the list, with its line's total before.
pub(crate) struct AProduire {
    pub recette: Arc<Productible>,
    pub quantite: Quantite,
    pub avant: Quantite,
    pub numero: i64,
    /// What its line planned before, of a production du jour.
    pub planifiee_avant: Option<Quantite>,
}

pub(crate) struct Decidee {
    /// Where it stands in the list.
    pub rang: usize,
    pub lot_id: Uuid,
    pub date_dlc: Option<NaiveDate>,
    pub prelevements: Vec<Prelevement>,
    /// What the stock did not have, per article.
    pub manques: Vec<(Uuid, Quantite)>,
}

#[derive(Default)]
pub(crate) struct Decision {
    pub productions: Vec<Decidee>,
    /// Per article: what the whole list needs of it, and what is missing.
    pub besoins: BTreeMap<Uuid, (Quantite, Quantite)>,
}

impl Decision {
    pub(crate) fn courts(&self) -> BTreeMap<Uuid, (Quantite, Quantite)> {
        let manquants = self.besoins.iter().filter(|(_, (_, manque))| manque.est_positive());
        manquants.map(|(id, b)| (*id, *b)).collect()
    }
}

/// `None` when a need is no quantity we can hold. `id` makes the ids of the lots to come.
pub(crate) fn decider(
    liste: &[AProduire],
    mut etal: Etal,
    (jour, maintenant): (NaiveDate, DateTime<Utc>),
    id: impl Fn() -> Uuid,
) -> Option<Decision> {
    let mut decision = Decision::default();
    for rang in preparations_d_abord(liste) {
        let AProduire { recette, quantite, avant, .. } = &liste[rang];
        let mut decidee = Decidee {
            rang,
            lot_id: id(),
            date_dlc: recette.dlc(jour),
            prelevements: Vec::with_capacity(recette.lignes.len()),
            manques: Vec::new(),
        };
        for ingredient in &recette.lignes {
            let article = ingredient.article_id;
            let besoin = recette.besoin(ingredient.quantite, *avant, *avant + *quantite)?;
            let (pris, manque) = etal.prelever(article, besoin);
            let total = decision.besoins.entry(article).or_default();
            *total = (total.0.plus(besoin)?, total.1.plus(manque)?);
            decidee.prelevements.extend(pris);
            if manque.est_positive() {
                decidee.manques.push((article, manque));
            }
        }
        etal.ajouter(Lot {
            id: decidee.lot_id,
            article_id: recette.article_id,
            solde: *quantite,
            date_dlc: decidee.date_dlc,
            etat: EtatLot::Libre,
            recu_le: maintenant,
            a_venir: false,
        });
        decision.productions.push(decidee);
    }
    Some(decision)
}

/// What others of the list use comes before them. Recipes have no cycle: that was refused when they
/// were written.
fn preparations_d_abord(liste: &[AProduire]) -> Vec<usize> {
    let mut par_article: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (rang, a) in liste.iter().enumerate() {
        par_article.entry(a.recette.article_id).or_default().push(rang);
    }
    let mut ordre = Vec::with_capacity(liste.len());
    let mut vus = vec![false; liste.len()];
    for rang in 0..liste.len() {
        placer(rang, liste, &par_article, (&mut vus, &mut ordre));
    }
    ordre
}

fn placer(
    rang: usize,
    liste: &[AProduire],
    par_article: &HashMap<Uuid, Vec<usize>>,
    (vus, ordre): (&mut [bool], &mut Vec<usize>),
) {
    if std::mem::replace(&mut vus[rang], true) {
        return;
    }
    for ingredient in &liste[rang].recette.lignes {
        for avant in par_article.get(&ingredient.article_id).into_iter().flatten() {
            placer(*avant, liste, par_article, (&mut *vus, &mut *ordre));
        }
    }
    ordre.push(rang);
}
