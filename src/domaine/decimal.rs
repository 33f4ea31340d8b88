//! Exact decimal numbers, as people and JSON write them.

use std::fmt;

/// `mantisse x 10^-echelle`, always in lowest form (no trailing zero in the mantissa).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantisse: i128,
    echelle: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErreurDecimal {
    Illisible,
    HorsLimites,
    TropPrecis,
}

/// Beyond this many digits a number is no quantity of anything in a kitchen.
const CHIFFRES_MAX: usize = 30;

impl Decimal {
    pub const fn entier(n: i64) -> Self {
        Self { mantisse: n as i128, echelle: 0 }
    }

    /// Reads a JSON number: `-1.50`, `2e3`. Bounded work whatever the exponent says.
    pub(crate) fn lire_json(texte: &str) -> Result<Self, ErreurDecimal> {
        let (base, exposant) = match texte.split_once(['e', 'E']) {
            Some((base, e)) => (base, e.parse::<i32>().map_err(|_| ErreurDecimal::HorsLimites)?),
            None => (texte, 0),
        };
        let (negatif, base) = match base.strip_prefix('-') {
            Some(reste) => (true, reste),
            None => (false, base),
        };
        let (entiers, decimales) = base.split_once('.').unwrap_or((base, ""));
        let chiffres = || entiers.chars().chain(decimales.chars());
        if chiffres().next().is_none() || !chiffres().all(|c| c.is_ascii_digit()) {
            return Err(ErreurDecimal::Illisible);
        }
        let utiles: String = chiffres().skip_while(|c| *c == '0').collect();
        if utiles.is_empty() {
            return Ok(Self::entier(0));
        }
        let sans_zeros = utiles.trim_end_matches('0');
        if sans_zeros.len() > CHIFFRES_MAX {
            return Err(ErreurDecimal::HorsLimites);
        }
        let zeros = i32::try_from(utiles.len() - sans_zeros.len()).unwrap_or(i32::MAX);
        let echelle = i32::try_from(decimales.len())
            .ok()
            .and_then(|d| d.checked_sub(zeros)?.checked_sub(exposant))
            .ok_or(ErreurDecimal::HorsLimites)?;
        let mantisse: i128 = sans_zeros.parse().map_err(|_| ErreurDecimal::HorsLimites)?;
        Ok(Self { mantisse: if negatif { -mantisse } else { mantisse }, echelle })
    }

    /// Reads what a person types in French: `1,5`, `1 500`, `0.25`, `1 250,75`.
    pub(crate) fn lire_saisie(texte: &str) -> Result<Self, ErreurDecimal> {
        let net: String = texte
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            .map(|c| if c == ',' { '.' } else { c })
            .collect();
        if net.contains(['e', 'E']) || net.matches('.').count() > 1 {
            return Err(ErreurDecimal::Illisible);
        }
        Self::lire_json(net.strip_prefix('+').unwrap_or(&net))
    }

    /// This number in thousandths, exactly: 1.5 -> 1500.
    pub(crate) fn en_milliemes(self) -> Result<i64, ErreurDecimal> {
        self.multiplie_en_milliemes(1, 1)
    }

    /// `self x numerateur / denominateur` in thousandths; refuses what is not whole.
    pub(crate) fn multiplie_en_milliemes(
        self,
        numerateur: i64,
        denominateur: i64,
    ) -> Result<i64, ErreurDecimal> {
        let mut haut = self
            .mantisse
            .checked_mul(i128::from(numerateur) * 1000)
            .ok_or(ErreurDecimal::HorsLimites)?;
        let mut bas = i128::from(denominateur);
        let facteur = 10_i128.checked_pow(self.echelle.unsigned_abs());
        match (self.echelle > 0, facteur) {
            (true, Some(f)) => bas = bas.checked_mul(f).ok_or(ErreurDecimal::TropPrecis)?,
            (true, None) => return Err(ErreurDecimal::TropPrecis),
            (false, Some(f)) => haut = haut.checked_mul(f).ok_or(ErreurDecimal::HorsLimites)?,
            (false, None) => return Err(ErreurDecimal::HorsLimites),
        }
        if haut % bas != 0 {
            return Err(ErreurDecimal::TropPrecis);
        }
        i64::try_from(haut / bas).map_err(|_| ErreurDecimal::HorsLimites)
    }

    pub(crate) const fn est_positif(self) -> bool {
        self.mantisse > 0
    }

    pub(crate) const fn est_nul(self) -> bool {
        self.mantisse == 0
    }

    /// One text per value, whatever way it was written: `1.50` and `15e-1` give `15e-1`.
    pub(crate) fn canonique(self) -> String {
        format!("{}e{}", self.mantisse, -i64::from(self.echelle))
    }
}

impl fmt::Display for Decimal {
    /// Plain digits with a point: `1.5`, `1500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signe = if self.mantisse < 0 { "-" } else { "" };
        let chiffres = self.mantisse.unsigned_abs().to_string();
        let decimales = usize::try_from(self.echelle).unwrap_or(0);
        if decimales == 0 {
            let zeros = usize::try_from(-i64::from(self.echelle)).unwrap_or(0);
            return write!(f, "{signe}{chiffres}{}", "0".repeat(zeros));
        }
        let chiffres = format!("{chiffres:0>largeur$}", largeur = decimales + 1);
        let (entiers, reste) = chiffres.split_at(chiffres.len() - decimales);
        write!(f, "{signe}{entiers}.{reste}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_written_two_ways_is_the_same_number() {
        for (a, b) in [("1.50", "15e-1"), ("1e2", "100"), ("-0", "0"), ("0.000e9", "0")] {
            assert_eq!(Decimal::lire_json(a), Decimal::lire_json(b), "{a} {b}");
        }
    }

    #[test]
    fn thousandths_are_exact_or_refused() {
        let m = |t| Decimal::lire_json(t).and_then(Decimal::en_milliemes);
        assert_eq!(m("12.345"), Ok(12_345));
        assert_eq!(m("1500"), Ok(1_500_000));
        assert_eq!(m("0.0001"), Err(ErreurDecimal::TropPrecis));
        assert_eq!(m("1e-400"), Err(ErreurDecimal::TropPrecis));
        assert_eq!(m("1e308"), Err(ErreurDecimal::HorsLimites));
        assert_eq!(m("1e99999999999"), Err(ErreurDecimal::HorsLimites));
        assert_eq!(m("-2.5"), Ok(-2_500));
    }

    #[test]
    fn a_number_is_written_back_plainly() {
        for (lu, ecrit) in
            [("1.50", "1.5"), ("15e2", "1500"), ("0.005", "0.005"), ("-12.34", "-12.34")]
        {
            assert_eq!(Decimal::lire_json(lu).unwrap().to_string(), ecrit);
        }
    }

    #[test]
    fn french_typing_is_understood() {
        let m = |t| Decimal::lire_saisie(t).and_then(Decimal::en_milliemes);
        assert_eq!(m("1,5"), Ok(1_500));
        assert_eq!(m("1 500"), Ok(1_500_000));
        assert_eq!(m("1\u{202f}250,75"), Ok(1_250_750));
        assert_eq!(m("0.25"), Ok(250));
        assert_eq!(m("douze"), Err(ErreurDecimal::Illisible));
        assert_eq!(m("1,2,3"), Err(ErreurDecimal::Illisible));
        assert_eq!(m(""), Err(ErreurDecimal::Illisible));
    }
}
