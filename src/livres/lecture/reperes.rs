//! Where the numbers of a list stand: those in a column are quantities, others may be part of a
//! name (pure).

use super::nombres::{Atome, atome};
use super::rangees::Jeton;

/// Numbers within 1.5 pt of each other stand in one column.
const ALIGNEMENT: i32 = 150;

/// Left ends, right ends and middles of all numbers, sorted.
pub(crate) struct Reperes {
    places: [Vec<i32>; 3],
    /// So many at one place make a column.
    assez: usize,
}

impl Reperes {
    pub(crate) fn de<'a>(lignes: impl Iterator<Item = &'a [Jeton]>) -> Self {
        let mut toutes = [Vec::new(), Vec::new(), Vec::new()];
        let mut nombre = 0_usize;
        for ligne in lignes {
            // A number that begins a line with a name is of the name, or of another kind of book.
            let nommee = ligne.iter().any(|j| atome(&j.texte) == Atome::Autre);
            nombre += usize::from(ligne.iter().skip(1).any(est_chiffre));
            for jeton in ligne.iter().skip(usize::from(nommee)).filter(|j| est_chiffre(j)) {
                for (liste, x) in toutes.iter_mut().zip(places(jeton)) {
                    liste.push(x);
                }
            }
        }
        toutes.iter_mut().for_each(|liste| liste.sort_unstable());
        // Without another line there is no column to speak of.
        Self { places: toutes, assez: (nombre / 2).max(2) }
    }

    /// For each word, whether it is a number in a column.
    pub(crate) fn alignes(&self, jetons: &[Jeton]) -> Vec<bool> {
        jetons.iter().map(|j| est_chiffre(j) && self.aligne(j)).collect()
    }

    fn aligne(&self, jeton: &Jeton) -> bool {
        self.places.iter().zip(places(jeton)).any(|(triees, x)| {
            let debut = triees.partition_point(|t| *t < x - ALIGNEMENT);
            triees.partition_point(|t| *t <= x + ALIGNEMENT) - debut >= self.assez
        })
    }
}

fn est_chiffre(jeton: &Jeton) -> bool {
    let chiffre = |t: &str| !t.is_ascii() || t.bytes().any(|c| c.is_ascii_digit());
    chiffre(&jeton.texte)
        && matches!(atome(&jeton.texte), Atome::Nombre(_) | Atome::Mesure(..) | Atome::Ensemble(_))
}

fn places(jeton: &Jeton) -> [i32; 3] {
    [jeton.cadre.gauche, jeton.cadre.droite, jeton.cadre.centre()]
}
