//! Numbers and units as a kitchen writes them, one word at a time (pure).

use super::mots_cles::unite;
use crate::domaine::Decimal;

/// What one word is, at the end or the beginning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atome {
    /// `60`, `12,5`: the digits as printed, with a point.
    Nombre(String),
    /// `½`, `1/2`.
    Fraction(Decimal),
    /// `150g`, `0,5kg`, `½l`.
    Mesure(Chiffres, &'static str),
    Unite(&'static str),
    /// `x2`, `2x`, `(2)`.
    Fois(Decimal),
    /// As much as it takes.
    Suffisant,
    /// `12 %`, `1,20 €`: what a further column may say, never a quantity.
    Part,
    Autre,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chiffres {
    Nombre(String),
    Fraction(Decimal),
}

pub(crate) fn atome(texte: &str) -> Atome {
    if let Some(nombre) = nombre(texte) {
        return Atome::Nombre(nombre);
    }
    if let Some(fraction) = fraction(texte) {
        return Atome::Fraction(fraction);
    }
    if let Some(unite) = unite(texte) {
        return Atome::Unite(unite);
    }
    if est_suffisant(texte) {
        return Atome::Suffisant;
    }
    fois(texte).or_else(|| mesure(texte)).or_else(|| part(texte)).unwrap_or(Atome::Autre)
}

/// `60` -> `60`, `12,5` -> `12.5`. Digits on both sides of what separates them.
fn nombre(texte: &str) -> Option<String> {
    let (entiers, decimales) = match texte.split_once([',', '.']) {
        Some((_, "")) => return None,
        Some((entiers, decimales)) => (entiers, Some(decimales)),
        None => (texte, None),
    };
    let chiffres =
        |t: &str| !t.is_empty() && t.len() <= 12 && t.bytes().all(|c| c.is_ascii_digit());
    if !chiffres(entiers) || !decimales.is_none_or(chiffres) {
        return None;
    }
    Some(decimales.map_or_else(|| entiers.to_owned(), |d| format!("{entiers}.{d}")))
}

/// Only those that are exact: a third is no decimal number.
fn fraction(texte: &str) -> Option<Decimal> {
    let (haut, bas) = match texte {
        "½" => (1, 2),
        "¼" => (1, 4),
        "¾" => (3, 4),
        "⅛" => (1, 8),
        "⅕" => (1, 5),
        _ => {
            let (haut, bas) = texte.split_once(['/', '⁄'])?;
            let court = |t: &str| t.len() <= 2 && t.bytes().all(|c| c.is_ascii_digit());
            if !court(haut) || !court(bas) {
                return None;
            }
            (haut.parse().ok()?, bas.parse().ok()?)
        }
    };
    let admis = matches!(bas, 2 | 4 | 5 | 8 | 10) && (1..bas).contains(&haut);
    admis.then(|| Decimal::lire_json(&format!("0.{:03}", haut * 1000 / bas)).ok())?
}

/// `1` and `½` -> 1.5.
pub(crate) fn avec_fraction(entier: &str, fraction: Decimal) -> Option<Decimal> {
    let decimales = fraction.to_string();
    let (_, decimales) = decimales.split_once('.')?;
    entier.parse::<u32>().ok()?;
    Decimal::lire_json(&format!("{entier}.{decimales}")).ok()
}

fn est_suffisant(texte: &str) -> bool {
    // Asked of every word: nearly none is so short, or has that letter.
    if texte.len() > 12 || !texte.contains(['q', 'Q']) {
        return false;
    }
    let nu: String = texte.chars().filter(|c| c.is_alphanumeric()).collect();
    nu.eq_ignore_ascii_case("qs") || nu.eq_ignore_ascii_case("qsp")
}

fn fois(texte: &str) -> Option<Atome> {
    let signe = ['x', 'X', '×'];
    let entoure = texte.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let nu = entoure.or_else(|| texte.strip_prefix(signe)).or_else(|| texte.strip_suffix(signe))?;
    let nu = nu.strip_prefix(signe).unwrap_or(nu);
    let court = nu.len() <= 4;
    nombre(nu).filter(|_| court).and_then(|n| Decimal::lire_json(&n).ok()).map(Atome::Fois)
}

/// A number with its unit stuck to it.
fn mesure(texte: &str) -> Option<Atome> {
    let debut = texte.find(|c: char| c.is_alphabetic()).filter(|debut| *debut > 0)?;
    let (chiffres, reste) = texte.split_at(debut);
    let unite = unite(reste)?;
    let chiffres = nombre(chiffres)
        .map(Chiffres::Nombre)
        .or_else(|| fraction(chiffres).map(Chiffres::Fraction))?;
    Some(Atome::Mesure(chiffres, unite))
}

fn part(texte: &str) -> Option<Atome> {
    let nu = texte.trim_end_matches(['%', '€', '‰']);
    (nu.len() < texte.len() && (nu.is_empty() || nombre(nu).is_some())).then_some(Atome::Part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_says_what_it_is() {
        let nombre = |t: &str| Atome::Nombre(t.to_owned());
        let demi = Decimal::lire_json("0.5").unwrap();
        for (texte, attendu) in [
            ("60", nombre("60")),
            ("12,5", nombre("12.5")),
            ("½", Atome::Fraction(demi)),
            ("1/2", Atome::Fraction(demi)),
            ("1/3", Atome::Autre),
            ("3/2", Atome::Autre),
            ("150g", Atome::Mesure(Chiffres::Nombre("150".to_owned()), "g")),
            ("0,5KG", Atome::Mesure(Chiffres::Nombre("0.5".to_owned()), "kg")),
            ("½l", Atome::Mesure(Chiffres::Fraction(demi), "l")),
            ("x2", Atome::Fois(Decimal::entier(2))),
            ("(3)", Atome::Fois(Decimal::entier(3))),
            ("Q.S.", Atome::Suffisant),
            ("35%", Atome::Part),
            ("€", Atome::Part),
            ("T55", Atome::Autre),
            ("10-15", Atome::Autre),
            ("-5", Atome::Autre),
            ("12,", Atome::Autre),
            ("(BARQUETTE)", Atome::Autre),
            ("botte", Atome::Unite("botte")),
        ] {
            assert_eq!(atome(texte), attendu, "{texte}");
        }
    }

    #[test]
    fn one_and_a_half_is_exact() {
        let demi = Decimal::lire_json("0.5").unwrap();
        assert_eq!(avec_fraction("1", demi), Decimal::lire_json("1.5").ok());
        assert_eq!(avec_fraction("1.5", demi), None);
    }
}
