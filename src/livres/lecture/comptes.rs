//! Where other lines print grams and then pieces, a number that stands under the pieces counts
//! something (pure).

use super::grammaire::Lecture;
use super::mots::Cadre;
use super::nombres::{Atome, atome};
use super::rangees::Jeton;

/// Within 1.5 pt of each other two numbers stand under each other.
const ALIGNEMENT: i32 = 150;

/// The lines whose only number stands in the column of pieces.
pub(crate) fn sous_les_pieces(lignes: &[(&[Jeton], &Lecture)]) -> Vec<usize> {
    let (mut grammes, mut pieces) = (Vec::new(), Vec::new());
    for (jetons, _) in lignes.iter().filter(|(_, l)| l.pieces.is_some()) {
        if let [.., avant, dernier] = jetons
            && est_nombre(dernier)
            && dernier.large
        {
            grammes.push(avant.cadre);
            pieces.push(dernier.cadre);
        }
    }
    if pieces.is_empty() {
        return Vec::new();
    }
    let seul = |(rang, (jetons, lecture)): (usize, &(&[Jeton], &Lecture))| {
        let dernier = jetons.last().filter(|j| est_nombre(j) && j.large)?;
        let sous = |colonne: &[Cadre]| colonne.iter().any(|c| alignes(*c, dernier.cadre));
        let compte = lecture.nue && lecture.pieces.is_none() && sous(&pieces) && !sous(&grammes);
        compte.then_some(rang)
    };
    lignes.iter().enumerate().filter_map(seul).collect()
}

fn est_nombre(jeton: &Jeton) -> bool {
    matches!(atome(&jeton.texte), Atome::Nombre(_))
}

fn alignes(a: Cadre, b: Cadre) -> bool {
    let pres = |x: i32, y: i32| (x - y).abs() <= ALIGNEMENT;
    pres(a.gauche, b.gauche) || pres(a.droite, b.droite) || pres(a.centre(), b.centre())
}
