//! A quantity: a whole number of thousandths of a base unit. No float anywhere.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Serialize, Serializer};

use super::decimal::{Decimal, ErreurDecimal};

/// Thousandths of the base unit (mg, µl, 1/1000 piece), as `BIGINT` in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantite(i64);

impl Quantite {
    pub(crate) const ZERO: Self = Self(0);
    /// The most one entry may say: 1,000 tonnes. Sums of many entries still fit an i64.
    pub(crate) const MAX_SAISIE: Self = Self(1_000_000_000_000);

    pub const fn milliemes(n: i64) -> Self {
        Self(n)
    }

    pub(crate) const fn en_milliemes(self) -> i64 {
        self.0
    }

    pub(crate) const fn est_positive(self) -> bool {
        self.0 > 0
    }

    pub(crate) const fn est_nulle(self) -> bool {
        self.0 == 0
    }

    /// A number of base units, at most 3 decimals, within what one entry may say.
    pub(crate) fn depuis(nombre: Decimal) -> Result<Self, ErreurDecimal> {
        let q = Self(nombre.en_milliemes()?);
        if q.0.abs() > Self::MAX_SAISIE.0 { Err(ErreurDecimal::HorsLimites) } else { Ok(q) }
    }

    /// The sum, where what is added may be anything: `None` when it is no quantity we can hold.
    pub(crate) fn plus(self, autre: Self) -> Option<Self> {
        self.0.checked_add(autre.0).map(Self)
    }

    /// As a person reads it in French: `1 250,5`.
    pub(crate) fn francais(self) -> String {
        self.ecrire(3)
    }

    /// The same in a unit a thousand times as large, to the last digit: `14,67213`.
    pub(crate) fn francais_en_milliers(self) -> String {
        self.ecrire(6)
    }

    fn ecrire(self, decimales: usize) -> String {
        let un = if decimales == 3 { 1000 } else { 1_000_000 };
        let (entier, reste) = (self.0.unsigned_abs() / un, self.0.unsigned_abs() % un);
        let mut texte = grouper(entier);
        if reste > 0 {
            texte.push(',');
            texte.push_str(format!("{reste:0decimales$}").trim_end_matches('0'));
        }
        if self.0 < 0 { format!("-{texte}") } else { texte }
    }
}

fn grouper(n: u64) -> String {
    let chiffres = n.to_string();
    let mut sortie = String::new();
    for (i, c) in chiffres.chars().enumerate() {
        if i > 0 && (chiffres.len() - i).is_multiple_of(3) {
            sortie.push('\u{202f}');
        }
        sortie.push(c);
    }
    sortie
}

/// What `quantite` of a recipe needs of one line: half-up(quantity x line / yield), rounded once
/// (domain rule I5). `None` when the result is no quantity we can hold.
pub(crate) fn besoin(quantite: Quantite, ligne: Quantite, rendement: Quantite) -> Option<Quantite> {
    if rendement.0 <= 0 || quantite.0 < 0 || ligne.0 < 0 {
        return None;
    }
    let produit = i128::from(quantite.0) * i128::from(ligne.0);
    let bas = i128::from(rendement.0);
    i64::try_from((2 * produit + bas) / (2 * bas)).ok().map(Quantite)
}

impl fmt::Display for Quantite {
    /// Plain decimal with a point: what JSON and logs carry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entier, reste) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let signe = if self.0 < 0 { "-" } else { "" };
        if reste == 0 {
            return write!(f, "{signe}{entier}");
        }
        write!(f, "{signe}{entier}.{}", format!("{reste:03}").trim_end_matches('0'))
    }
}

impl Serialize for Quantite {
    /// A JSON number, exact: never through a float.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            return serializer.serialize_i64(self.0 / 1000);
        }
        let nombre: serde_json::Number =
            self.to_string().parse().map_err(serde::ser::Error::custom)?;
        nombre.serialize(serializer)
    }
}

impl Add for Quantite {
    type Output = Self;
    fn add(self, autre: Self) -> Self {
        Self(self.0 + autre.0)
    }
}

impl Sub for Quantite {
    type Output = Self;
    fn sub(self, autre: Self) -> Self {
        Self(self.0 - autre.0)
    }
}

impl Neg for Quantite {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Quantite {
    fn add_assign(&mut self, autre: Self) {
        self.0 += autre.0;
    }
}

impl SubAssign for Quantite {
    fn sub_assign(&mut self, autre: Self) {
        self.0 -= autre.0;
    }
}

impl std::iter::Sum for Quantite {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_need_is_rounded_half_up_to_the_thousandth() {
        let q = Quantite::milliemes;
        assert_eq!(besoin(q(1_000), q(1), q(3_000)), Some(q(0)));
        assert_eq!(besoin(q(1_000), q(3), q(2_000)), Some(q(2)));
        assert_eq!(besoin(q(25_000), q(150_000), q(1_000)), Some(q(3_750_000)));
        assert_eq!(besoin(q(i64::MAX), q(i64::MAX), q(1)), None);
    }

    #[test]
    fn quantities_are_shown_as_people_and_programs_read_them() {
        let q = Quantite::milliemes(1_250_500);
        assert_eq!(q.to_string(), "1250.5");
        assert_eq!(q.francais(), "1\u{202f}250,5");
        assert_eq!(serde_json::to_string(&q).ok().as_deref(), Some("1250.5"));
        assert_eq!(serde_json::to_string(&Quantite::milliemes(-3_000)).ok().as_deref(), Some("-3"));
    }

    proptest! {
        #[test]
        fn needs_of_the_parts_of_a_day_add_up_to_the_need_of_the_day(
            parts in prop::collection::vec(1_i64..100_000, 1..20),
            ligne in 1_i64..10_000_000, rendement in 1_i64..100_000,
        ) {
            let q = Quantite::milliemes;
            let (mut cumul, mut somme) = (0, Quantite::ZERO);
            for p in &parts {
                let avant = besoin(q(cumul), q(ligne), q(rendement)).unwrap();
                cumul += p;
                somme += besoin(q(cumul), q(ligne), q(rendement)).unwrap() - avant;
            }
            prop_assert_eq!(Some(somme), besoin(q(cumul), q(ligne), q(rendement)));
        }
    }
}
