//! The printed weight, judged again once people have changed the lines. Pure.
//!
//! - A doubt on the weight that was read goes where what was said of other doubts makes it right; where
//!   it makes wrong what was right, a doubt is raised, after all those that were read.
//! - For how many pieces a weight is printed is known to the reading alone: of several, only what fits
//!   neither all nor one is wrong, and nothing is right by itself.

use std::collections::HashSet;

use super::appliquer::Ligne;
use crate::domaine::{Decimal, Quantite};
use crate::livres::lecture::{CodeDeDoute, contredire, desaccord};
use crate::livres::releve::{DouteReleve, LigneRelevee, RecetteRelevee};

/// The recipe with a doubt on its weight, last, where it has a weight and none is read.
pub(crate) fn avec_le_poids(recette: &RecetteRelevee) -> RecetteRelevee {
    let mut recette = recette.clone();
    let doute = recette.doutes.iter().any(|d| d.code == CodeDeDoute::Poids);
    if let Some(poids) = recette.poids_net().filter(|_| !doute) {
        let (page, texte) = (recette.page, format!("{} g", poids.francais()));
        let (code, phrase) = (CodeDeDoute::Poids, String::new());
        recette.doutes.push(DouteReleve { code, page, texte, phrase });
    }
    recette
}

/// What the lines now say of the weight.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pesee {
    /// It is as it was read.
    CommeLue,
    Juste,
    /// With the sentence that says so.
    Fausse(String),
}

/// `ouvertes`: the lines on which a doubt is left.
pub(crate) fn peser(
    recette: &RecetteRelevee,
    lignes: &[Ligne],
    ouvertes: &HashSet<usize>,
) -> Pesee {
    let changee = |l: &Ligne| l.ajoutee_par.is_some() || l.ecartee_par.is_some();
    let Some(poids) = recette.poids_net().filter(|_| lignes.iter().any(changee)) else {
        return Pesee::CommeLue;
    };
    let comptent = lignes.iter().enumerate().filter(|(_, l)| l.ecartee_par.is_none());
    let pesees = comptent.map(|(rang, l)| {
        let l = &l.ligne;
        let quantite = l.nombre_net().or(l.nombre_de_recette()).or(l.nombre_imprime());
        match ouvertes.contains(&rang) && l.quantite.is_none() {
            true => (Some(Decimal::entier(1)), None),
            false => (quantite, l.unite.clone()),
        }
    });
    let une = Quantite::milliemes(1_000);
    match contredire(pesees, poids, recette.rendement()) {
        Some(somme) => Pesee::Fausse(desaccord(poids, somme)),
        None if recette.rendement() == une => Pesee::Juste,
        None => Pesee::CommeLue,
    }
}

/// All that is weighed: the lines that count, as they were read or said.
pub(crate) fn pesees<'a>(
    recette: &'a RecetteRelevee,
    lignes: &'a [Ligne],
) -> impl Iterator<Item = &'a LigneRelevee> {
    let comptent = lignes.iter().enumerate().filter(|(_, l)| l.ecartee_par.is_none());
    comptent.map(|(rang, l)| match l.ajoutee_par {
        Some(_) => &l.ligne,
        None => recette.lignes.get(rang).unwrap_or(&l.ligne),
    })
}
