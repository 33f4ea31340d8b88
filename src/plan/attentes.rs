//! What a plan makes of its own shortages: something that another line is about to make is not short,
//! it is to be made first. Pure.
//!
//! - Up to what the plan still makes of it, and only if that line can be made: the rest is short.
//! - Each line is looked at as if it were alone, like its shortages.

use uuid::Uuid;

use crate::domaine::{ParId, Quantite};
use crate::recettes::Productible;

/// A line of the plan.
pub(crate) struct AFaire<'a> {
    pub recette: &'a Productible,
    /// What the plan still makes of it: nothing once it is settled.
    pub quantite: Quantite,
    /// What is left of it takes, by article.
    pub besoins: Vec<(Uuid, Quantite)>,
}

/// An article that the stock does not give a line in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Court {
    pub article_id: Uuid,
    /// What nothing makes.
    pub manque: Quantite,
    /// What other lines make, and which: their places.
    pub attendu: Quantite,
    pub attend: Vec<usize>,
}

/// Of each line, what it is short of.
pub(crate) fn courts(
    lignes: &[AFaire<'_>],
    disponible: impl Fn(Uuid) -> Quantite,
) -> Vec<Vec<Court>> {
    let mut examen = Examen {
        faites_par: faites_par(lignes),
        lignes,
        disponible,
        faisables: vec![None; lignes.len()],
    };
    (0..lignes.len()).map(|i| examen.courts(i)).collect()
}

fn faites_par(lignes: &[AFaire<'_>]) -> ParId<Vec<usize>> {
    let mut par: ParId<Vec<usize>> = ParId::default();
    for (i, l) in lignes.iter().enumerate() {
        par.entry(l.recette.article_id).or_default().push(i);
    }
    par
}

struct Examen<'a, F> {
    lignes: &'a [AFaire<'a>],
    faites_par: ParId<Vec<usize>>,
    disponible: F,
    faisables: Vec<Option<bool>>,
}

impl<F: Fn(Uuid) -> Quantite> Examen<'_, F> {
    fn courts(&mut self, i: usize) -> Vec<Court> {
        let lignes = self.lignes;
        let besoins = lignes[i].besoins.iter();
        let manquants = besoins.map(|(a, q)| (*a, *q - (self.disponible)(*a)));
        let manquants: Vec<_> = manquants.filter(|(_, q)| q.est_positive()).collect();
        manquants.into_iter().map(|(article, manque)| self.court(article, manque)).collect()
    }

    fn court(&mut self, article_id: Uuid, manque: Quantite) -> Court {
        let mut court = Court { article_id, manque, attendu: Quantite::ZERO, attend: Vec::new() };
        for j in self.faites_par.get(&article_id).cloned().unwrap_or_default() {
            let part = self.lignes[j].quantite.min(court.manque);
            if part.est_positive() && self.faisable(j) {
                court.manque -= part;
                court.attendu += part;
                court.attend.push(j);
            }
        }
        court
    }

    /// Recipes have no cycle: one that is being looked at is not asked about again.
    fn faisable(&mut self, j: usize) -> bool {
        if let Some(connu) = self.faisables[j] {
            return connu;
        }
        self.faisables[j] = Some(false);
        let complete = self.lignes[j].recette.est_complete();
        let faisable = complete && self.courts(j).iter().all(|c| c.manque.est_nulle());
        self.faisables[j] = Some(faisable);
        faisable
    }
}

/// How many lines stand one after the other on each: what others need has more than they have.
pub(crate) fn hauteurs(recettes: &[&Productible]) -> Vec<usize> {
    let mut employee_par: ParId<Vec<usize>> = ParId::default();
    for (i, recette) in recettes.iter().enumerate() {
        for ingredient in &recette.lignes {
            employee_par.entry(ingredient.article_id).or_default().push(i);
        }
    }
    let mut hauteurs = vec![None; recettes.len()];
    (0..recettes.len()).map(|i| hauteur(i, recettes, &employee_par, &mut hauteurs)).collect()
}

fn hauteur(
    i: usize,
    recettes: &[&Productible],
    employee_par: &ParId<Vec<usize>>,
    hauteurs: &mut Vec<Option<usize>>,
) -> usize {
    if let Some(connue) = hauteurs[i] {
        return connue;
    }
    hauteurs[i] = Some(0);
    let dessus = employee_par.get(&recettes[i].article_id).into_iter().flatten();
    let dessus = dessus.map(|j| 1 + hauteur(*j, recettes, employee_par, hauteurs)).max();
    let haute = dessus.unwrap_or(0);
    hauteurs[i] = Some(haute);
    haute
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::domaine::UniteBase;
    use crate::recettes::Ingredient;

    const OEUF: Uuid = Uuid::from_u128(1);
    const MAYO: Uuid = Uuid::from_u128(2);
    const CESAR: Uuid = Uuid::from_u128(3);
    const SALADE: Uuid = Uuid::from_u128(4);

    const fn q(n: i64) -> Quantite {
        Quantite::milliemes(n * 1000)
    }

    /// One of it takes one of each.
    fn recette(article_id: Uuid, de: &[Uuid]) -> Productible {
        let ingredient = |a: &Uuid| Ingredient {
            article_id: *a,
            nom: a.to_string(),
            unite_base: UniteBase::G,
            quantite: q(1),
        };
        Productible {
            id: article_id,
            nom: article_id.to_string(),
            version: 1,
            cree_le: chrono::Utc::now(),
            article_id,
            unite_base: UniteBase::G,
            rendement: q(1),
            duree_vie_jours: None,
            lignes: de.iter().map(ingredient).collect(),
            non_mappees: Vec::new(),
            doutes: Vec::new(),
        }
    }

    fn a_faire(recette: &Productible, quantite: i64) -> AFaire<'_> {
        let besoins = recette.lignes.iter().map(|i| (i.article_id, q(quantite))).collect();
        AFaire { recette, quantite: q(quantite), besoins }
    }

    /// The article, what is missing of it, what is waited for, of which lines.
    type Dit = (Uuid, i64, i64, Vec<usize>);

    /// What each line is short of.
    fn examiner(quantites: [i64; 3], stock: &[(Uuid, i64)]) -> Vec<Vec<Dit>> {
        let recettes = [recette(MAYO, &[OEUF]), recette(CESAR, &[MAYO]), recette(SALADE, &[CESAR])];
        let lignes: Vec<_> = recettes.iter().zip(quantites).map(|(r, n)| a_faire(r, n)).collect();
        let stock: HashMap<Uuid, i64> = stock.iter().copied().collect();
        let dits = courts(&lignes, |a| q(stock.get(&a).copied().unwrap_or(0)));
        let dit = |c: &Court| {
            let milliers = |q: Quantite| q.en_milliemes() / 1000;
            (c.article_id, milliers(c.manque), milliers(c.attendu), c.attend.clone())
        };
        dits.iter().map(|l| l.iter().map(dit).collect()).collect()
    }

    #[test]
    fn what_the_plan_makes_is_waited_for_down_the_whole_chain() {
        let dits = examiner([6, 6, 5], &[(OEUF, 6)]);
        assert_eq!(dits[0], []);
        assert_eq!(dits[1], [(MAYO, 0, 6, vec![0])]);
        assert_eq!(dits[2], [(CESAR, 0, 5, vec![1])]);
    }

    #[test]
    fn what_exceeds_the_plan_is_short_beside_what_is_waited_for() {
        let dits = examiner([6, 4, 5], &[(OEUF, 6)]);
        assert_eq!(dits[2], [(CESAR, 1, 4, vec![1])]);
        // Some of it is there.
        let dits = examiner([6, 4, 5], &[(OEUF, 6), (CESAR, 1)]);
        assert_eq!(dits[2], [(CESAR, 0, 4, vec![1])]);
    }

    #[test]
    fn nothing_waits_for_what_cannot_be_made() {
        let dits = examiner([6, 6, 5], &[(OEUF, 5)]);
        assert_eq!(dits[0], [(OEUF, 1, 0, vec![])]);
        assert_eq!(dits[1], [(MAYO, 6, 0, vec![])]);
        assert_eq!(dits[2], [(CESAR, 5, 0, vec![])]);
        // Settled: the plan makes no more of it.
        assert_eq!(examiner([0, 6, 5], &[(OEUF, 9)])[1], [(MAYO, 6, 0, vec![])]);
    }

    #[test]
    fn what_others_need_stands_higher_than_they_do() {
        let recettes =
            [recette(SALADE, &[CESAR, MAYO]), recette(CESAR, &[MAYO]), recette(MAYO, &[OEUF])];
        assert_eq!(hauteurs(&recettes.iter().collect::<Vec<_>>()), [0, 1, 2]);
    }
}
