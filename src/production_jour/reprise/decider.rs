//! What goes back where when some of what was made was not made after all. Pure: decided on rows
//! that are held, before anything is written.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domaine::{Quantite, besoin};

/// One lot_production, as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Faite {
    pub id: Uuid,
    pub recette_id: Uuid,
    pub version: i32,
    pub quantite: Quantite,
    pub cumul_avant: Quantite,
    pub lot_id: Uuid,
}

/// How much of it is taken back.
#[derive(Debug, Clone)]
pub(crate) struct Coupe {
    pub faite: Faite,
    pub reprise: Quantite,
}

/// The lines that a production used: one per ingredient.
#[derive(Debug, Default)]
pub(crate) struct Version {
    pub rendement: Quantite,
    pub lignes: Vec<(Uuid, Quantite)>,
}

#[derive(Debug, Clone)]
pub(crate) struct ManqueTenu {
    pub id: Uuid,
    pub lot_production_id: Uuid,
    pub article_id: Uuid,
    pub restant: Quantite,
}

/// What a consumption still takes: its movement, less what was given back of it.
#[derive(Debug, Clone)]
pub(crate) struct Consomme {
    pub lot_production_id: Uuid,
    pub article_id: Uuid,
    pub lot_id: Uuid,
    pub mouvement_id: Uuid,
    pub quantite: Quantite,
}

#[derive(Debug, Default)]
pub(crate) struct Rendus {
    /// Consumptions, each with the part of it that goes back to its lot.
    pub consommes: Vec<Consomme>,
    /// Debts that shrink, with what is left of them.
    pub manques: Vec<(Uuid, Quantite)>,
}

/// The latest first. `None` when less than that was made.
pub(crate) fn couper(faites: Vec<Faite>, quantite: Quantite) -> Option<Vec<Coupe>> {
    let mut reste = quantite;
    let mut coupes = Vec::new();
    for faite in faites {
        if reste.est_nulle() {
            break;
        }
        let reprise = reste.min(faite.quantite);
        reste -= reprise;
        coupes.push(Coupe { faite, reprise });
    }
    reste.est_nulle().then_some(coupes)
}

/// What each lot_production takes shrinks to R(cumul + quantity left) - R(cumul) with the lines it
/// used (I5): open debts first, then its consumptions in the order given. `None` when what is
/// written does not add up.
pub(crate) fn rendre(
    coupes: &[Coupe],
    versions: &HashMap<(Uuid, i32), Version>,
    mut manques: Vec<ManqueTenu>,
    mut consommes: Vec<Consomme>,
) -> Option<Rendus> {
    let mut rendus = Rendus::default();
    for Coupe { faite, reprise } in coupes {
        let version = versions.get(&(faite.recette_id, faite.version))?;
        let (apres, avant) =
            (faite.cumul_avant + faite.quantite - *reprise, faite.cumul_avant + faite.quantite);
        for (article, ligne) in &version.lignes {
            let de = |total| besoin(total, *ligne, version.rendement);
            let mut reste = de(avant)? - de(apres)?;
            let ici = |production: Uuid, a: Uuid| production == faite.id && a == *article;
            for m in manques.iter_mut().filter(|m| ici(m.lot_production_id, m.article_id)) {
                let part = reste.min(m.restant);
                if part.est_positive() {
                    (m.restant, reste) = (m.restant - part, reste - part);
                    rendus.manques.push((m.id, m.restant));
                }
            }
            for c in consommes.iter_mut().filter(|c| ici(c.lot_production_id, c.article_id)) {
                let part = reste.min(c.quantite);
                if part.est_positive() {
                    (c.quantite, reste) = (c.quantite - part, reste - part);
                    rendus.consommes.push(Consomme { quantite: part, ..c.clone() });
                }
            }
            if !reste.est_nulle() {
                return None;
            }
        }
    }
    Some(rendus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn q(milliemes: i64) -> Quantite {
        Quantite::milliemes(milliemes)
    }

    fn faite(n: u128, quantite: i64, cumul: i64) -> Faite {
        let id = Uuid::from_u128(n);
        let (quantite, cumul_avant, recette_id) = (q(quantite), q(cumul), Uuid::nil());
        Faite { id, recette_id, version: 1, quantite, cumul_avant, lot_id: id }
    }

    fn consomme(production: u128, lot: u128, quantite: i64) -> Consomme {
        Consomme {
            lot_production_id: Uuid::from_u128(production),
            article_id: Uuid::nil(),
            lot_id: Uuid::from_u128(lot),
            mouvement_id: Uuid::from_u128(lot),
            quantite: q(quantite),
        }
    }

    #[test]
    fn the_latest_production_is_taken_back_first_and_the_one_before_for_the_rest() {
        let coupes = couper(vec![faite(2, 3_000, 5_000), faite(1, 5_000, 0)], q(4_000)).unwrap();
        let parts: Vec<_> = coupes.iter().map(|c| (c.faite.id.as_u128(), c.reprise)).collect();
        assert_eq!(parts, [(2, q(3_000)), (1, q(1_000))]);
        assert!(couper(vec![faite(1, 5_000, 0)], q(5_001)).is_none());
        assert!(couper(vec![faite(1, 5_000, 0)], q(0)).unwrap().is_empty());
    }

    #[test]
    fn debts_shrink_before_anything_goes_back_to_a_lot() {
        let versions = HashMap::from([(
            (Uuid::nil(), 1),
            Version { rendement: q(1_000), lignes: vec![(Uuid::nil(), q(100))] },
        )]);
        let manque = ManqueTenu {
            id: Uuid::from_u128(9),
            lot_production_id: Uuid::from_u128(1),
            article_id: Uuid::nil(),
            restant: q(150),
        };
        let coupes = couper(vec![faite(1, 5_000, 0)], q(3_000)).unwrap();
        let consommes = vec![consomme(1, 8, 100), consomme(1, 7, 250)];
        let rendus = rendre(&coupes, &versions, vec![manque], consommes).unwrap();
        assert_eq!(rendus.manques, [(Uuid::from_u128(9), q(0))]);
        let parts: Vec<_> =
            rendus.consommes.iter().map(|c| (c.lot_id.as_u128(), c.quantite)).collect();
        assert_eq!(parts, [(8, q(100)), (7, q(50))]);
    }

    proptest! {
        #[test]
        fn whatever_is_taken_back_in_whatever_steps_the_rounded_need_of_what_is_left_stays(
            quantite in 1_i64..50_000, cumul in 0_i64..50_000,
            ligne in 1_i64..100_000, rendement in 1_i64..20_000,
            pas in prop::collection::vec(1_i64..20_000, 1..6),
        ) {
            let versions = HashMap::from([(
                (Uuid::nil(), 1), Version { rendement: q(rendement), lignes: vec![(Uuid::nil(), q(ligne))] },
            )]);
            let r = |total| besoin(q(total), q(ligne), q(rendement)).unwrap();
            let (mut reste, mut pris) = (quantite, r(cumul + quantite) - r(cumul));
            for p in pas {
                let part = p.min(reste);
                let coupes = couper(vec![faite(1, reste, cumul)], q(part)).unwrap();
                let consommes = vec![consomme(1, 7, pris.en_milliemes())];
                let rendus = rendre(&coupes, &versions, Vec::new(), consommes).unwrap();
                pris -= rendus.consommes.iter().map(|c| c.quantite).sum();
                reste -= part;
                prop_assert_eq!(pris, r(cumul + reste) - r(cumul));
            }
        }
    }
}
