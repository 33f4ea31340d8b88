//! Which of several readings of a recipe's lines is right: the one whose sum is its net weight
//! (pure).

use super::grammaire::Lecture;
use crate::domaine::{Conversion, Quantite, Unite, UniteBase};

/// A reading this much less likely than the first is not tried, in tenths.
const ECART_MAX: u32 = 35;
/// More pairs of doubtful lines than these are not tried.
const DOUTES_MAX: usize = 24;

/// What one reading weighs: once, and as often as there are pieces. None: no mass.
type Masse = Option<(i64, i64)>;

/// Sorts each line's readings so that the first ones add up to `poids`, where any do.
pub(crate) fn departager(lignes: &mut [Vec<Lecture>], poids: Option<Quantite>) {
    let Some(poids) = poids.map(Quantite::en_milliemes) else { return };
    let masses: Vec<Vec<Masse>> = lignes.iter().map(|l| l.iter().map(masse).collect()).collect();
    let Some(somme) = total(&masses) else { return };
    if tombe_juste(somme, poids) {
        return;
    }
    let doutes: Vec<(usize, usize)> = lignes
        .iter()
        .enumerate()
        .flat_map(|(rang, l)| {
            let seuil = l.first().map_or(0, |p| p.cout + ECART_MAX);
            let admises = l.iter().enumerate().skip(1).filter(move |(_, x)| x.cout <= seuil);
            admises.map(move |(choix, _)| (rang, choix))
        })
        .collect();
    if let Some(choix) = chercher(&masses, &doutes, (somme, poids)) {
        for (rang, lecture) in choix {
            if let Some(ligne) = lignes.get_mut(rang) {
                ligne.swap(0, lecture);
            }
        }
    }
}

/// One line read otherwise, else two, else all that can be.
fn chercher(
    masses: &[Vec<Masse>],
    doutes: &[(usize, usize)],
    (somme, poids): ((i64, i64), i64),
) -> Option<Vec<(usize, usize)>> {
    let ecart = |(rang, choix): (usize, usize)| -> Option<(i64, i64)> {
        let ligne = masses.get(rang)?;
        let ((a, b), (c, d)) = ((*ligne.first()?)?, (*ligne.get(choix)?)?);
        Some((c - a, d - b))
    };
    let avec = |s: (i64, i64), e: (i64, i64)| (s.0.saturating_add(e.0), s.1.saturating_add(e.1));
    let juste = |choix: &[(usize, usize)]| {
        let ecarts: Option<Vec<_>> = choix.iter().map(|c| ecart(*c)).collect();
        ecarts.is_some_and(|e| tombe_juste(e.into_iter().fold(somme, avec), poids))
    };
    if let Some(seul) = doutes.iter().find(|d| juste(&[**d])) {
        return Some(vec![*seul]);
    }
    let proches = doutes.get(..doutes.len().min(DOUTES_MAX))?;
    for (i, un) in proches.iter().enumerate() {
        for autre in proches.iter().skip(i + 1).filter(|a| a.0 != un.0) {
            if juste(&[*un, *autre]) {
                return Some(vec![*un, *autre]);
            }
        }
    }
    let mut tous = doutes.to_vec();
    tous.dedup_by_key(|d| d.0);
    juste(&tous).then_some(tous)
}

/// Of the first readings. None when one of them is no mass.
fn total(masses: &[Vec<Masse>]) -> Option<(i64, i64)> {
    masses.iter().try_fold((0_i64, 0_i64), |(a, b), l| {
        let (x, y) = (*l.first()?)?;
        Some((a.checked_add(x)?, b.checked_add(y)?))
    })
}

fn tombe_juste((somme, par_pieces): (i64, i64), poids: i64) -> bool {
    somme == poids || par_pieces == poids
}

fn masse(lecture: &Lecture) -> Masse {
    let Some(nombre) = lecture.quantite else { return Some((0, 0)) };
    let unite = Unite::lire(lecture.unite.as_deref()?)?;
    let q = unite.convertir(nombre, UniteBase::G, Conversion::default()).ok()?;
    let fois = lecture.pieces.map_or(Some(1000), |p| p.en_milliemes().ok())?;
    let par_pieces = i128::from(q.en_milliemes()) * i128::from(fois) / 1000;
    Some((q.en_milliemes(), i64::try_from(par_pieces).ok()?))
}

/// What the first readings weigh, when it is not what the book says: more than 2 % and 2 g away.
pub(crate) fn desaccord(lignes: &[Vec<Lecture>], poids: Quantite) -> Option<Quantite> {
    let masses: Vec<Vec<Masse>> =
        lignes.iter().map(|l| l.iter().take(1).map(masse).collect()).collect();
    let (somme, par_pieces) = total(&masses)?;
    let poids = poids.en_milliemes();
    let loin = |n: i64| {
        let ecart = i128::from(n).abs_diff(i128::from(poids));
        ecart > 2_000 && ecart * 50 > u128::from(poids.unsigned_abs())
    };
    (loin(somme) && loin(par_pieces)).then(|| Quantite::milliemes(somme))
}
