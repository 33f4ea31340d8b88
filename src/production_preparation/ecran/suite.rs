//! In which order the day is made: what others need first, and what each line waits for.

use std::cmp::Reverse;

use super::Ligne;
use super::rayon::{ManqueLigne, Rayon, Reste, manquer};
use crate::domaine::Quantite;
use crate::plan::{AFaire, AFaireDAbord, Court, courts, hauteurs};

/// What stands before one line: in the day's order, and in its way.
pub(crate) struct Suite {
    /// From 1.
    pub ordre: usize,
    pub d_abord: Vec<AFaireDAbord>,
    pub manques: Vec<ManqueLigne>,
}

/// The lines come in the order of their names.
pub(crate) fn suites(lignes: &[Ligne], restes: &[Reste<'_>], rayon: &Rayon) -> Vec<Suite> {
    let a_faire: Vec<AFaire<'_>> = lignes.iter().zip(restes).map(a_faire).collect();
    let courts = courts(&a_faire, |article| rayon.disponible(article));
    let ordres = ordres(lignes, restes);
    let suite = |(i, courts): (usize, &Vec<Court>)| Suite {
        ordre: ordres[i],
        d_abord: courts.iter().flat_map(|c| d_abord(c, lignes, &a_faire)).collect(),
        manques: courts.iter().filter_map(|c| manque(c, &restes[i])).collect(),
    };
    courts.iter().enumerate().map(suite).collect()
}

fn a_faire<'a>((ligne, reste): (&Ligne, &Reste<'a>)) -> AFaire<'a> {
    AFaire {
        recette: reste.recette,
        quantite: if ligne.lue.reglee { Quantite::ZERO } else { reste.quantite },
        besoins: reste.besoins.iter().map(|(i, q)| (i.article_id, *q)).collect(),
    }
}

/// What more lines stand on comes first; then the earlier part of the day, those of none last; then
/// by name.
fn ordres(lignes: &[Ligne], restes: &[Reste<'_>]) -> Vec<usize> {
    let recettes: Vec<_> = restes.iter().map(|r| r.recette).collect();
    let hauteurs = hauteurs(&recettes);
    let mut places: Vec<usize> = (0..restes.len()).collect();
    let creneau = |i: usize| lignes[i].fiche.place.creneau;
    places.sort_by_key(|i| (Reverse(hauteurs[*i]), creneau(*i).is_none(), creneau(*i)));
    let mut ordres = vec![0; restes.len()];
    for (ordre, place) in places.into_iter().enumerate() {
        ordres[place] = ordre + 1;
    }
    ordres
}

fn d_abord(
    court: &Court,
    lignes: &[Ligne],
    a_faire: &[AFaire<'_>],
) -> impl Iterator<Item = AFaireDAbord> {
    court.attend.iter().map(|j| AFaireDAbord {
        recette_id: a_faire[*j].recette.id,
        recette_nom: lignes[*j].nom().to_owned(),
        ingredient_id: court.article_id,
        au_plan: a_faire[*j].quantite,
        unite: a_faire[*j].recette.unite_base,
    })
}

fn manque(court: &Court, reste: &Reste<'_>) -> Option<ManqueLigne> {
    let ingredient = reste.besoins.iter().find(|(i, _)| i.article_id == court.article_id)?.0;
    court.manque.est_positive().then(|| manquer(ingredient, court.manque))
}
