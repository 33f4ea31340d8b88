//! First expired, first out. Pure: what is usable, in which order, and why a lot is passed over.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::EtatLot;
use crate::domaine::Quantite;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lot {
    pub id: Uuid,
    pub article_id: Uuid,
    pub solde: Quantite,
    pub date_dlc: Option<NaiveDate>,
    pub etat: EtatLot,
    pub recu_le: DateTime<Utc>,
    /// Received after the day it is asked for: not stock yet.
    pub a_venir: bool,
}

/// Why a lot is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ecart {
    Perime,
    Bloque,
    Rappele,
    Vide,
    AVenir,
}

/// Nothing stands against using it on that day, its last day included.
pub(crate) fn ecart(lot: &Lot, jour: NaiveDate) -> Option<Ecart> {
    match lot.etat {
        _ if !lot.solde.est_positive() => Some(Ecart::Vide),
        _ if lot.a_venir => Some(Ecart::AVenir),
        EtatLot::Bloque => Some(Ecart::Bloque),
        EtatLot::Rappele => Some(Ecart::Rappele),
        EtatLot::Libre if lot.date_dlc.is_some_and(|dlc| dlc < jour) => Some(Ecart::Perime),
        EtatLot::Libre => None,
    }
}

/// The smallest goes first.
pub(crate) type Rang = (NaiveDate, DateTime<Utc>, Uuid);

/// DLC ascending, none last; then received first; then id.
pub(crate) fn rang_de(date_dlc: Option<NaiveDate>, recu_le: DateTime<Utc>, id: Uuid) -> Rang {
    (date_dlc.unwrap_or(NaiveDate::MAX), recu_le, id)
}

fn rang(lot: &Lot) -> Rang {
    rang_de(lot.date_dlc, lot.recu_le, lot.id)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prelevement {
    pub lot_id: Uuid,
    pub quantite: Quantite,
}

/// The usable lots of one magasin on one day, by article, next to go first.
#[derive(Debug, Default)]
pub(crate) struct Etal {
    par_article: HashMap<Uuid, Vec<Lot>>,
}

impl Etal {
    pub(crate) fn dresser(lots: impl IntoIterator<Item = Lot>, jour: NaiveDate) -> Self {
        let mut etal = Self::default();
        for lot in lots.into_iter().filter(|l| ecart(l, jour).is_none()) {
            etal.par_article.entry(lot.article_id).or_default().push(lot);
        }
        for lots in etal.par_article.values_mut() {
            // Last to go first in the vector: taking is popping.
            lots.sort_unstable_by_key(|l| std::cmp::Reverse(rang(l)));
        }
        etal
    }

    /// Something just made, usable at once.
    pub(crate) fn ajouter(&mut self, lot: Lot) {
        let lots = self.par_article.entry(lot.article_id).or_default();
        let place = lots.partition_point(|l| rang(l) > rang(&lot));
        lots.insert(place, lot);
    }

    /// Takes up to `voulu`; what could not be had comes second.
    pub(crate) fn prelever(
        &mut self,
        article: Uuid,
        voulu: Quantite,
    ) -> (Vec<Prelevement>, Quantite) {
        let mut reste = voulu;
        let mut prelevements = Vec::new();
        let Some(lots) = self.par_article.get_mut(&article) else { return (prelevements, reste) };
        while reste.est_positive() {
            let Some(lot) = lots.last_mut() else { break };
            let quantite = reste.min(lot.solde);
            lot.solde -= quantite;
            reste -= quantite;
            prelevements.push(Prelevement { lot_id: lot.id, quantite });
            if lot.solde.est_nulle() {
                lots.pop();
            }
        }
        (prelevements, reste)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lot(n: u128, solde: i64, dlc: Option<&str>) -> Lot {
        Lot {
            id: Uuid::from_u128(n),
            article_id: Uuid::nil(),
            solde: Quantite::milliemes(solde),
            date_dlc: dlc.map(|d| d.parse().unwrap()),
            etat: EtatLot::Libre,
            recu_le: DateTime::UNIX_EPOCH,
            a_venir: false,
        }
    }

    fn jour() -> NaiveDate {
        "2026-11-22".parse().unwrap()
    }

    #[test]
    fn the_first_to_expire_goes_first_and_undated_lots_go_last() {
        let lots = [lot(1, 5, None), lot(2, 5, Some("2026-11-25")), lot(3, 5, Some("2026-11-22"))];
        let mut etal = Etal::dresser(lots, jour());
        let (pris, reste) = etal.prelever(Uuid::nil(), Quantite::milliemes(12));
        let ids: Vec<_> =
            pris.iter().map(|p| (p.lot_id.as_u128(), p.quantite.en_milliemes())).collect();
        assert_eq!(ids, [(3, 5), (2, 5), (1, 2)]);
        assert_eq!(reste, Quantite::ZERO);
    }

    #[test]
    fn every_lot_passed_over_says_why() {
        let etat = |etat| Lot { etat, ..lot(1, 5, None) };
        assert_eq!(ecart(&lot(1, 5, Some("2026-11-21")), jour()), Some(Ecart::Perime));
        assert_eq!(ecart(&lot(1, 5, Some("2026-11-22")), jour()), None);
        assert_eq!(ecart(&etat(EtatLot::Bloque), jour()), Some(Ecart::Bloque));
        assert_eq!(ecart(&etat(EtatLot::Rappele), jour()), Some(Ecart::Rappele));
        assert_eq!(ecart(&lot(1, 0, None), jour()), Some(Ecart::Vide));
        let demain = Lot { a_venir: true, ..lot(1, 5, None) };
        assert_eq!(ecart(&demain, jour()), Some(Ecart::AVenir));
    }

    proptest! {
        #[test]
        fn what_is_taken_and_what_is_missing_add_up_and_no_lot_gives_more_than_it_has(
            soldes in prop::collection::vec((0_i64..50, 0_u32..6), 0..12), voulu in 0_i64..300,
        ) {
            let lots: Vec<_> = soldes.iter().enumerate().map(|(i, (s, d))| Lot {
                date_dlc: (*d > 0).then(|| jour() + chrono::Days::new(u64::from(*d) - 1)),
                ..lot(i as u128, *s, None)
            }).collect();
            let total: i64 = soldes.iter().map(|(s, _)| s).sum();
            let mut etal = Etal::dresser(lots.clone(), jour());
            let (pris, reste) = etal.prelever(Uuid::nil(), Quantite::milliemes(voulu));
            let somme: i64 = pris.iter().map(|p| p.quantite.en_milliemes()).sum();
            prop_assert_eq!(somme + reste.en_milliemes(), voulu);
            prop_assert_eq!(reste.en_milliemes(), (voulu - total).max(0));
            for p in &pris {
                let l = lots.iter().find(|l| l.id == p.lot_id).unwrap();
                prop_assert!(p.quantite.est_positive() && p.quantite <= l.solde);
            }
            let rangs: Vec<_> = pris.iter()
                .map(|p| rang(lots.iter().find(|l| l.id == p.lot_id).unwrap())).collect();
            prop_assert!(rangs.is_sorted());
        }
    }
}
