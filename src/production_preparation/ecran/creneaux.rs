//! The day in three slots: how much is meant for each, how much is made, what is late. Pure.

use chrono::NaiveTime;
use serde::Serialize;

use crate::domaine::{Quantite, UniteBase};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct Creneau {
    /// `matin`, `midi` ou `soir`
    pub nom: &'static str,
    #[schema(example = "06:00")]
    pub debut: &'static str,
    #[schema(example = "10:00")]
    pub fin: &'static str,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    /// Ce qui est produit remplit le matin, puis midi, puis le soir.
    #[schema(value_type = f64)]
    pub fait: Quantite,
    /// L'heure de fin est passée et il reste à faire.
    pub en_retard: bool,
    /// Le même, unité par unité : des grammes et des pièces ne s'additionnent que dans `quantite`.
    pub par_unite: Vec<PartCreneau>,
}

/// Ce qui se compte dans une unité.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct PartCreneau {
    pub unite: UniteBase,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    #[schema(value_type = f64)]
    pub fait: Quantite,
}

struct Horaire {
    nom: &'static str,
    debut: &'static str,
    fin: &'static str,
    heure_de_fin: u32,
    /// In hours: the last one counts whole.
    longueur: i64,
}

const HORAIRES: [Horaire; 3] = [
    Horaire { nom: "matin", debut: "06:00", fin: "10:00", heure_de_fin: 10, longueur: 5 },
    Horaire { nom: "midi", debut: "11:00", fin: "15:00", heure_de_fin: 15, longueur: 5 },
    Horaire { nom: "soir", debut: "16:00", fin: "22:00", heure_de_fin: 22, longueur: 7 },
];

/// Where the clock of the magasin stands, seen from the day shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    Avant,
    PendantLaJournee(NaiveTime),
    Apres,
}

/// Of the whole day: planned, made, and settled one way or another (made, or declared not made).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Journee {
    pub planifie: Quantite,
    pub fait: Quantite,
    pub regle: Quantite,
}

impl Journee {
    pub(crate) fn plus(self, autre: Self) -> Self {
        Self {
            planifie: self.planifie + autre.planifie,
            fait: self.fait + autre.fait,
            regle: self.regle + autre.regle,
        }
    }
}

/// The same of one slot.
type Part = Journee;

/// The day unit by unit; `ventes`: what was sold in each slot on such days, all 0 where nothing was.
pub(crate) fn repartir(
    journees: &[(UniteBase, Journee)],
    ventes: [i64; 3],
    moment: Moment,
) -> [Creneau; 3] {
    let poids = ventes.map(|v| v.max(0));
    let poids = if poids.iter().any(|p| *p > 0) { poids } else { HORAIRES.map(|h| h.longueur) };
    let tout = journees.iter().fold(Journee::default(), |somme, (_, j)| somme.plus(*j));
    let tout = remplir(tout, poids);
    let unites: Vec<(UniteBase, [Part; 3])> =
        journees.iter().map(|(unite, j)| (*unite, remplir(*j, poids))).collect();
    std::array::from_fn(|i| {
        let h = &HORAIRES[i];
        let passe = moment.passe(h);
        Creneau {
            nom: h.nom,
            debut: h.debut,
            fin: h.fin,
            quantite: tout[i].planifie,
            fait: tout[i].fait,
            en_retard: passe && unites.iter().any(|(_, p)| p[i].regle < p[i].planifie),
            par_unite: unites
                .iter()
                .map(|(unite, p)| PartCreneau {
                    unite: *unite,
                    quantite: p[i].planifie,
                    fait: p[i].fait,
                })
                .collect(),
        }
    })
}

/// Of the rows that say their slot, unit by unit.
pub(crate) type Dites = [Vec<(UniteBase, Journee)>; 3];

/// Beside its share of the other rows a slot has its own, and these alone say then whether it is late:
/// a slot without rows never is.
pub(crate) fn ajouter(creneaux: &mut [Creneau; 3], dites: &Dites, moment: Moment) {
    if dites.iter().all(Vec::is_empty) {
        return;
    }
    let unites: Vec<UniteBase> = [UniteBase::Piece, UniteBase::G, UniteBase::Ml]
        .into_iter()
        .filter(|u| {
            dites.iter().flatten().any(|(unite, _)| unite == u)
                || creneaux[0].par_unite.iter().any(|p| p.unite == *u)
        })
        .collect();
    for ((creneau, horaire), siennes) in creneaux.iter_mut().zip(&HORAIRES).zip(dites) {
        let de = |u: UniteBase| {
            let ici = siennes.iter().filter(|(unite, _)| *unite == u);
            ici.fold(Journee::default(), |somme, (_, j)| somme.plus(*j))
        };
        let part = |u: &UniteBase| {
            let partagee = creneau.par_unite.iter().find(|p| p.unite == *u);
            let (quantite, fait) = partagee.map(|p| (p.quantite, p.fait)).unwrap_or_default();
            let sienne = de(*u);
            PartCreneau {
                unite: *u,
                quantite: quantite + sienne.planifie,
                fait: fait + sienne.fait,
            }
        };
        creneau.par_unite = unites.iter().map(part).collect();
        creneau.quantite = creneau.par_unite.iter().map(|p| p.quantite).sum();
        creneau.fait += siennes.iter().map(|(_, j)| j.fait).sum::<Quantite>();
        let attendu = siennes.iter().any(|(_, j)| j.regle < j.planifie);
        creneau.en_retard = moment.passe(horaire) && attendu;
    }
}

impl Moment {
    /// Is that slot over?
    fn passe(self, horaire: &Horaire) -> bool {
        match self {
            Self::Avant => false,
            Self::Apres => true,
            Self::PendantLaJournee(heure) => {
                NaiveTime::from_hms_opt(horaire.heure_de_fin, 0, 0).is_some_and(|fin| heure >= fin)
            }
        }
    }
}

/// What was made fills the morning first.
fn remplir(j: Journee, poids: [i64; 3]) -> [Part; 3] {
    let (mut fait, mut regle) = (j.fait, j.regle);
    partager(j.planifie, poids).map(|planifie| {
        let ici = Part { planifie, fait: fait.min(planifie), regle: regle.min(planifie) };
        (fait, regle) = (fait - ici.fait, regle - ici.regle);
        ici
    })
}

/// By largest remainder, so that the parts add up; whole units of a whole total.
fn partager(total: Quantite, poids: [i64; 3]) -> [Quantite; 3] {
    let pas = if total.en_milliemes() % 1000 == 0 { 1000 } else { 1 };
    let (total, somme) = (
        i128::from(total.en_milliemes() / pas),
        poids.iter().map(|p| i128::from(*p)).sum::<i128>().max(1),
    );
    let mut parts = poids.map(|p| total * i128::from(p) / somme);
    let mut rangs = [0, 1, 2];
    // A stable sort: among equal remainders the earlier slot comes first.
    rangs.sort_by_key(|i| std::cmp::Reverse(total * i128::from(poids[*i]) % somme));
    let reste = total - parts.iter().sum::<i128>();
    for i in rangs.into_iter().take(usize::try_from(reste).unwrap_or(0)) {
        parts[i] += 1;
    }
    parts.map(|p| Quantite::milliemes(i64::try_from(p).unwrap_or(i64::MAX / pas) * pas))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn q(milliemes: i64) -> Quantite {
        Quantite::milliemes(milliemes)
    }

    fn journee(planifie: i64, fait: i64, regle: i64) -> Journee {
        Journee { planifie: q(planifie), fait: q(fait), regle: q(regle) }
    }

    /// A day of pieces alone.
    fn pieces(planifie: i64, fait: i64, regle: i64) -> [(UniteBase, Journee); 1] {
        [(UniteBase::Piece, journee(planifie, fait, regle))]
    }

    fn quantites(creneaux: &[Creneau; 3]) -> [i64; 3] {
        [0, 1, 2].map(|i| creneaux[i].quantite.en_milliemes())
    }

    #[test]
    fn without_sales_the_length_of_the_slots_decides() {
        for (total, attendu) in [
            (25_000, [8_000, 7_000, 10_000]),
            (17_000, [5_000, 5_000, 7_000]),
            (1_000, [0, 0, 1_000]),
            (0, [0, 0, 0]),
            (1_500, [441, 441, 618]),
        ] {
            let creneaux = repartir(&pieces(total, 0, 0), [0; 3], Moment::Avant);
            assert_eq!(quantites(&creneaux), attendu, "{total}");
        }
    }

    #[test]
    fn the_shares_of_past_sales_decide_where_there_are_any() {
        let creneaux = repartir(&pieces(10_000, 0, 0), [1_000, 3_000, 0], Moment::Avant);
        assert_eq!(quantites(&creneaux), [3_000, 7_000, 0]);
    }

    #[test]
    fn what_is_made_fills_the_morning_first_and_a_slot_behind_the_clock_is_late() {
        let a = |h| Moment::PendantLaJournee(NaiveTime::from_hms_opt(h, 30, 0).unwrap());
        let faits = |c: &[Creneau; 3]| [0, 1, 2].map(|i| c[i].fait.en_milliemes());
        let tards = |c: &[Creneau; 3]| [0, 1, 2].map(|i| c[i].en_retard);
        let midi = repartir(&pieces(17_000, 6_000, 6_000), [0; 3], a(15));
        assert_eq!(faits(&midi), [5_000, 1_000, 0]);
        assert_eq!(tards(&midi), [false, true, false]);
        // What was declared not made is no longer waited for, and is not made either.
        let regle = repartir(&pieces(17_000, 6_000, 10_000), [0; 3], a(15));
        assert_eq!((faits(&regle), tards(&regle)), ([5_000, 1_000, 0], [false; 3]));
        let hier = repartir(&pieces(17_000, 5_000, 5_000), [0; 3], Moment::Apres);
        assert_eq!(tards(&hier), [false, true, true]);
        let demain = repartir(&pieces(17_000, 0, 0), [0; 3], Moment::Avant);
        assert_eq!(tards(&demain), [false; 3]);
    }

    #[test]
    fn a_slot_has_the_rows_that_say_it_and_is_late_by_these_alone() {
        let mut creneaux = repartir(&pieces(17_000, 0, 0), [0; 3], Moment::Apres);
        ajouter(&mut creneaux, &Dites::default(), Moment::Apres);
        assert_eq!(creneaux.each_ref().map(|c| c.en_retard), [true; 3], "les parts du jour");
        let dite = |p, f| (UniteBase::G, journee(p, f, f));
        let dites = [vec![dite(8_000, 8_000)], vec![dite(2_000, 500), dite(1_000, 0)], vec![]];
        ajouter(&mut creneaux, &dites, Moment::Apres);
        assert_eq!(quantites(&creneaux), [13_000, 8_000, 7_000]);
        assert_eq!(creneaux.each_ref().map(|c| c.en_retard), [false, true, false]);
        assert_eq!(creneaux.each_ref().map(|c| c.fait), [q(8_000), q(500), q(0)]);
        let g = creneaux.each_ref().map(|c| (c.par_unite[1].quantite, c.par_unite[1].fait));
        assert_eq!(g, [(q(8_000), q(8_000)), (q(3_000), q(500)), (q(0), q(0))]);
    }

    #[test]
    fn grams_never_stand_for_pieces() {
        let dix_heures = Moment::PendantLaJournee(NaiveTime::from_hms_opt(10, 0, 0).unwrap());
        let grammes = (UniteBase::G, journee(1_700_000, 1_700_000, 1_700_000));
        let jour = [(UniteBase::Piece, journee(17_000, 2_000, 2_000)), grammes];
        let creneaux = repartir(&jour, [0; 3], dix_heures);
        let parts = |c: &Creneau| -> Vec<_> {
            c.par_unite.iter().map(|p| (p.unite, p.fait, p.quantite)).collect()
        };
        let (piece, g) = (UniteBase::Piece, UniteBase::G);
        let matin = vec![(piece, q(2_000), q(5_000)), (g, q(500_000), q(500_000))];
        assert_eq!(parts(&creneaux[0]), matin);
        assert!(creneaux[0].en_retard, "les grammes faits ne comptent pas pour des pièces");
        // The contract's own field adds them up.
        let somme: i64 = quantites(&creneaux).iter().sum();
        assert_eq!(somme, 1_717_000);
    }

    proptest! {
        #[test]
        fn the_slots_always_add_up_to_the_total(
            total in 0_i64..10_000_000, ventes in prop::array::uniform3(0_i64..1_000_000),
        ) {
            let parts = quantites(&repartir(&pieces(total, 0, 0), ventes, Moment::Avant));
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            prop_assert!(parts.iter().all(|p| *p >= 0));
            prop_assert!(total % 1000 != 0 || parts.iter().all(|p| p % 1000 == 0));
        }
    }
}
