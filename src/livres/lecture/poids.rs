//! Which of several readings of a recipe's lines is right: the one whose sum is its net weight
//! (pure).

use super::champs::{Par, PoidsImprime};
use super::grammaire::Lecture;
use super::nombres::milliemes;
use crate::domaine::{Conversion, Decimal, Quantite, Unite, UniteBase};

/// A reading this much less likely than the first is not tried, in tenths.
const ECART_MAX: u32 = 35;
/// More pairs of doubtful lines than these are not tried.
const DOUTES_MAX: usize = 24;

/// What one reading weighs: once, and as often as there are pieces. None: no mass.
type Masse = Option<(i64, i64)>;

/// A sum that would be the printed weight, of all or of one piece, and how far it may be from it:
/// the larger of 2 % and 2 g.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cible {
    poids: i64,
    tolerance: i64,
}

/// What the printed weight says of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No weight, or nothing that it could be compared with.
    Muet,
    /// The grams are those of the whole line. A mistake of more than `tolerance` would be seen.
    Tout { tolerance: i64, exact: bool },
    /// They are those of one piece.
    ParPiece { tolerance: i64, exact: bool },
    /// Neither; what the lines weigh at least.
    Aucun { somme: Quantite },
}

impl Verdict {
    /// Whether a reading that differs by so many thousandths of a gram would not have fitted.
    pub(crate) fn prouve(self, ecart: i64) -> bool {
        let (Self::Tout { tolerance, .. } | Self::ParPiece { tolerance, .. }) = self else {
            return false;
        };
        ecart.abs() > tolerance.saturating_mul(2)
    }

    /// The sum is the weight to the gram.
    pub(crate) const fn est_exact(self) -> bool {
        matches!(self, Self::Tout { exact: true, .. } | Self::ParPiece { exact: true, .. })
    }
}

/// The weight as printed, and of a yield; words choose (« par portion », « total »).
pub(crate) fn cibles(poids: Option<PoidsImprime>, rendement: Option<Decimal>) -> Vec<Cible> {
    let Some(poids) = poids else { return Vec::new() };
    let fois = rendement.and_then(|r| r.en_milliemes().ok()).filter(|r| *r > 0).unwrap_or(1000);
    let cible = |fois: i64| {
        let grammes = i128::from(poids.grammes.en_milliemes());
        let total = i64::try_from(grammes * i128::from(fois) / 1000).ok()?;
        Some(Cible { poids: total, tolerance: (total / 50).max(2 * fois) })
    };
    let fois = match poids.par {
        Some(Par::Total) => vec![1000],
        Some(Par::Portion) => vec![fois],
        None if fois == 1000 => vec![1000],
        None => vec![1000, fois],
    };
    fois.into_iter().filter_map(cible).collect()
}

/// Sorts each line's readings so that the first ones add up to the weight, where any do.
pub(crate) fn departager(lignes: &mut [Vec<Lecture>], cibles: &[Cible]) {
    if cibles.is_empty() {
        return;
    }
    let masses: Vec<Vec<Masse>> = lignes.iter().map(|l| l.iter().map(masse).collect()).collect();
    let Some(somme) = total(&masses) else { return };
    if tombe_juste(somme, cibles) {
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
    if let Some(choix) = chercher(&masses, &doutes, (somme, cibles)) {
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
    (somme, cibles): ((i64, i64), &[Cible]),
) -> Option<Vec<(usize, usize)>> {
    let ecart = |(rang, choix): (usize, usize)| -> Option<(i64, i64)> {
        let ligne = masses.get(rang)?;
        let ((a, b), (c, d)) = ((*ligne.first()?)?, (*ligne.get(choix)?)?);
        Some((c - a, d - b))
    };
    let avec = |s: (i64, i64), e: (i64, i64)| (s.0.saturating_add(e.0), s.1.saturating_add(e.1));
    let juste = |choix: &[(usize, usize)]| {
        let ecarts: Option<Vec<_>> = choix.iter().map(|c| ecart(*c)).collect();
        ecarts.is_some_and(|e| tombe_juste(e.into_iter().fold(somme, avec), cibles))
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

fn tombe_juste((somme, par_pieces): (i64, i64), cibles: &[Cible]) -> bool {
    cibles.iter().any(|c| somme == c.poids || par_pieces == c.poids)
}

/// What this line weighs, where it is a mass: in thousandths of a gram.
pub(crate) fn grammes(lecture: &Lecture) -> Option<i64> {
    masse(lecture).map(|m| m.0)
}

/// In thousandths of a gram; the net where gross and net are printed.
fn masse(lecture: &Lecture) -> Masse {
    if let Some((bas, haut)) = pesee(lecture).filter(|p| Some(p.0) == p.1) {
        let fois = lecture.pieces.map_or(Some(1000), |p| p.en_milliemes().ok())?;
        let par_pieces = i128::from(bas) * i128::from(fois) / 1000;
        return Some((bas, i64::try_from(par_pieces).ok().filter(|_| haut.is_some())?));
    }
    None
}

/// Between what and what a line weighs. The lightest a kitchen measures by volume is oil or
/// alcohol, the heaviest syrup; a piece or a bunch may weigh anything.
fn pesee(lecture: &Lecture) -> Option<(i64, Option<i64>)> {
    let Some(nombre) = lecture.net.or(lecture.quantite) else {
        // As much as it takes weighs nothing that a book counts; from one number to another may.
        return Some((0, lecture.hesitation.is_none().then_some(0)));
    };
    let Some(unite) = lecture.unite.as_deref().and_then(Unite::lire) else {
        return Some((0, None));
    };
    let conversion = |vers| unite.convertir(nombre, vers, Conversion::default()).ok();
    let en = |vers| conversion(vers).map(Quantite::en_milliemes);
    match unite.en_base().0 {
        UniteBase::G => en(UniteBase::G).map(|g| (g, Some(g))),
        UniteBase::Ml => {
            let ml = en(UniteBase::Ml)?;
            Some((ml / 10 * 7, ml.checked_mul(3).map(|n| n / 2)))
        }
        UniteBase::Piece => Some((0, None)),
    }
}

/// The same of quantities and units that people may have changed, for a recipe that makes so many
/// pieces: what they weigh, where that is not the printed weight. A unit that is none may weigh
/// anything.
pub(crate) fn contredire(
    lignes: impl Iterator<Item = (Option<Decimal>, Option<String>)>,
    grammes: Quantite,
    rendement: Quantite,
) -> Option<Quantite> {
    let lecture = |(quantite, unite): (Option<Decimal>, Option<String>)| Lecture {
        libelle: String::new(),
        quantite,
        unite,
        nue: false,
        pieces: None,
        net: None,
        hesitation: None,
        cout: 0,
    };
    let lignes: Vec<Vec<Lecture>> = lignes.map(|l| vec![lecture(l)]).collect();
    let rendement = milliemes(rendement.en_milliemes());
    let cibles = cibles(Some(PoidsImprime { grammes, par: None }), rendement);
    match juger(&lignes, &cibles, |_| false) {
        Verdict::Aucun { somme } => Some(somme),
        Verdict::Muet | Verdict::Tout { .. } | Verdict::ParPiece { .. } => None,
    }
}

pub(crate) fn desaccord(annonce: Quantite, somme: Quantite) -> String {
    let (annonce, somme) = (annonce.francais(), somme.francais());
    format!("Le poids net imprimé est de {annonce} g, les ingrédients font {somme} g.")
}

/// What the weight says of these lines; `incertaine`: this line's unit is not known.
pub(crate) fn juger(
    lignes: &[Vec<Lecture>],
    cibles: &[Cible],
    incertaine: impl Fn(usize) -> bool,
) -> Verdict {
    if cibles.is_empty() {
        return Verdict::Muet;
    }
    let (mut bas, mut haut, mut produit) = (0_i64, Some(0_i64), Some(0_i64));
    for (rang, lecture) in lignes.iter().enumerate().filter_map(|(n, l)| Some((n, l.first()?))) {
        let (b, h) = pesee(lecture).filter(|_| !incertaine(rang)).unwrap_or((0, None));
        bas = bas.saturating_add(b);
        haut = haut.zip(h).and_then(|(a, b)| a.checked_add(b));
        let fois = masse(lecture).filter(|_| !incertaine(rang)).map(|m| m.1);
        produit = produit.zip(fois).and_then(|(a, b)| a.checked_add(b));
    }
    let tient = |bas: i64, haut: Option<i64>, c: &&Cible| {
        bas <= c.poids.saturating_add(c.tolerance)
            && haut.is_none_or(|h| h >= c.poids.saturating_sub(c.tolerance))
    };
    if let Some(cible) = cibles.iter().find(|c| tient(bas, haut, c)) {
        let (tolerance, exact) = (cible.tolerance, bas == cible.poids);
        let su = haut == Some(bas);
        return if su { Verdict::Tout { tolerance, exact } } else { Verdict::Muet };
    }
    match produit.and_then(|p| Some((p, cibles.iter().find(|c| tient(p, Some(p), c))?))) {
        Some((p, c)) => Verdict::ParPiece { tolerance: c.tolerance, exact: p == c.poids },
        None => Verdict::Aucun { somme: Quantite::milliemes(bas) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ligne(quantite: &str, unite: &str, pieces: Option<i64>) -> Vec<Lecture> {
        vec![Lecture {
            libelle: "Carotte".to_owned(),
            quantite: Decimal::lire_json(quantite).ok(),
            unite: Some(unite.to_owned()),
            nue: false,
            pieces: pieces.map(Decimal::entier),
            net: None,
            hesitation: None,
            cout: 0,
        }]
    }

    fn dit(lignes: &[Vec<Lecture>], grammes: i64, par: Option<Par>, rendement: i64) -> String {
        let poids = PoidsImprime { grammes: Quantite::milliemes(grammes * 1000), par };
        let cibles = cibles(Some(poids), Some(Decimal::entier(rendement)));
        match juger(lignes, &cibles, |_| false) {
            Verdict::Muet => "muet".to_owned(),
            Verdict::Tout { exact, .. } => format!("tout {exact}"),
            Verdict::ParPiece { exact, .. } => format!("par pièce {exact}"),
            Verdict::Aucun { somme } => format!("aucun {somme}"),
        }
    }

    #[test]
    fn the_weight_is_of_all_or_of_one_piece_of_the_yield_within_two_percent_and_two_grams() {
        let lignes = [ligne("1", "kg", None), ligne("300", "g", None)];
        for (grammes, par, rendement, attendu) in [
            (1300, None, 1, "tout true"),
            (1324, None, 1, "tout false"),
            (1340, None, 1, "aucun 1300"),
            (130, None, 10, "tout true"),
            (132, None, 10, "tout false"),
            (134, None, 10, "aucun 1300"),
            (1300, None, 10, "tout true"),
            (130, Some(Par::Portion), 10, "tout true"),
            (1300, Some(Par::Portion), 10, "aucun 1300"),
            (130, Some(Par::Total), 10, "aucun 1300"),
            (130, Some(Par::Portion), 1, "aucun 1300"),
        ] {
            assert_eq!(dit(&lignes, grammes, par, rendement), attendu, "{grammes} {par:?}");
        }
    }

    #[test]
    fn grams_times_pieces_count_where_nothing_else_fits() {
        let lignes = [ligne("100", "g", Some(2)), ligne("50", "g", None)];
        assert_eq!(dit(&lignes, 150, None, 1), "tout true");
        assert_eq!(dit(&lignes, 250, None, 1), "par pièce true");
        assert_eq!(dit(&lignes, 200, None, 1), "aucun 150");
    }

    #[test]
    fn a_volume_weighs_about_as_much_and_a_piece_anything() {
        let volume = [ligne("100", "g", None), ligne("10", "cl", None)];
        assert_eq!(dit(&volume, 205, None, 1), "muet");
        assert_eq!(dit(&volume, 350, None, 1), "aucun 170");
        let piece = [ligne("100", "g", None), ligne("2", "piece", None)];
        assert_eq!(dit(&piece, 220, None, 1), "muet");
        assert_eq!(dit(&piece, 90, None, 1), "aucun 100");
    }

    #[test]
    fn the_net_of_a_line_is_what_is_weighed() {
        let mut lignes = [ligne("60", "g", None), ligne("8", "g", None)];
        lignes[0][0].net = Decimal::lire_json("48").ok();
        assert_eq!(dit(&lignes, 56, None, 1), "tout true");
    }
}
