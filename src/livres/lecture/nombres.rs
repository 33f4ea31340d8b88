//! Numbers and units as a kitchen writes them, one word at a time (pure). What several words say
//! together (`2 x 60 g`, `c. à soupe`) is one word already: see ensembles.rs.

use super::ensembles::{self, Ensemble};
use super::mots_cles::unite;
use crate::domaine::Decimal;

/// What one word is, at the end or the beginning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atome {
    /// `60`, `12,5`: the digits as printed, with a point.
    Nombre(String),
    /// `½`, `1/2`.
    Fraction(Fraction),
    /// `150g`, `0,5kg`, `½l`.
    Mesure(Chiffres, &'static str),
    /// `2 x 60 g`, `10-15 g`.
    Ensemble(Ensemble),
    Unite(&'static str),
    /// `x2`, `2x`.
    Fois(Decimal),
    /// `(2)`.
    EntreParentheses(Decimal),
    /// As much as it takes.
    Suffisant,
    /// `12 %`, `1,20 €`: what a further column may say, never a quantity.
    Part,
    Autre,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chiffres {
    Nombre(String),
    Fraction(Fraction),
}

/// Less than one; a third is no decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    haut: i64,
    bas: i64,
}

/// What people write before or after a number that is not exact.
pub(crate) fn est_environ(mot: &str) -> bool {
    matches!(mot, "~" | "≈" | "±")
        || ["env.", "env", "environ", "approx."].iter().any(|e| mot.eq_ignore_ascii_case(e))
}

pub(crate) fn atome(texte: &str) -> Atome {
    // `60 g*` calls a note.
    let texte = match texte.trim_start_matches(['~', '≈']).trim_end_matches('*') {
        "" => texte,
        nu => nu,
    };
    // Asked of every word, many times: most begin with a letter.
    if texte.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return en_lettres(texte);
    }
    if let Some(nombre) = nombre(texte) {
        return Atome::Nombre(nombre);
    }
    if let Some(fraction) = Fraction::lire(texte) {
        return Atome::Fraction(fraction);
    }
    if let Some(unite) = unite(texte) {
        return Atome::Unite(unite);
    }
    if est_suffisant(texte) {
        return Atome::Suffisant;
    }
    let court = fois(texte).or_else(|| mesure(texte)).or_else(|| part(texte));
    court.or_else(|| ensemble(texte)).unwrap_or(Atome::Autre)
}

/// No number begins with a letter, but `x2`.
fn en_lettres(texte: &str) -> Atome {
    if let Some(unite) = unite(texte) {
        return Atome::Unite(unite);
    }
    if est_suffisant(texte) {
        return Atome::Suffisant;
    }
    let fois = texte.starts_with(['x', 'X']).then(|| fois(texte)).flatten();
    fois.or_else(|| ensemble(texte)).unwrap_or(Atome::Autre)
}

/// `60` -> `60`, `12,5` -> `12.5`, `1'250` -> `1250`.
pub(crate) fn nombre(texte: &str) -> Option<String> {
    let (nombre, reste) = nombre_en_tete(texte)?;
    reste.is_empty().then_some(nombre)
}

/// The number that a word begins with, and the rest of the word. Digits on both sides of what
/// separates them.
pub(crate) fn nombre_en_tete(texte: &str) -> Option<(String, &str)> {
    let chiffres = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let (tete, mut reste) = texte.split_at(chiffres(texte));
    if tete.is_empty() {
        return None;
    }
    let mut nombre = tete.to_owned();
    while let Some(groupe) = reste.strip_prefix(['\'', '’', '\u{a0}', '\u{202f}', '\u{2009}']) {
        if chiffres(groupe) != 3 || nombre.starts_with('0') || tete.len() > 3 {
            break;
        }
        let (trois, suite) = groupe.split_at(3);
        nombre.push_str(trois);
        reste = suite;
    }
    let decimales = reste.strip_prefix([',', '.']).map_or(0, chiffres);
    if decimales > 0 {
        let (ecrites, suite) = reste.split_at(1 + decimales);
        nombre.push('.');
        nombre.push_str(ecrites.get(1..)?);
        reste = suite;
    }
    let trop = |t: &str| t.len() > 12;
    (!nombre.split('.').any(trop)).then_some((nombre, reste))
}

/// `1.250`: one and a quarter, or one thousand two hundred and fifty.
pub(crate) fn se_lit_de_deux_facons(nombre: &str) -> bool {
    let parties = nombre.split_once('.');
    parties
        .is_some_and(|(entiers, d)| d.len() == 3 && entiers.len() <= 3 && !entiers.starts_with('0'))
}

/// `0,120`, `0,05`, `1,2`: as kilograms are printed, and grams seldom.
pub(crate) fn sont_des_kilos(nombre: &str) -> bool {
    let parties = nombre.split_once('.');
    parties.is_some_and(|(entiers, d)| d.len() == 3 || entiers.len() == 1)
}

impl Fraction {
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        let (haut, bas) = match texte {
            "½" => (1, 2),
            "¼" => (1, 4),
            "¾" => (3, 4),
            "⅓" => (1, 3),
            "⅔" => (2, 3),
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
        let admis = matches!(bas, 2..=6 | 8 | 10) && (1..bas).contains(&haut);
        admis.then_some(Self { haut, bas })
    }

    /// With the whole number before it, in `unite` where that is exact, else in the smaller one:
    /// `1/3 l` is 333.333 ml.
    pub(crate) fn valeur(
        self,
        entier: &str,
        unite: Option<&'static str>,
    ) -> Option<(Decimal, Option<&'static str>)> {
        let entier: i64 = if entier.is_empty() { 0 } else { entier.parse::<u32>().ok()?.into() };
        let haut = entier.checked_mul(self.bas)?.checked_add(self.haut)?.checked_mul(1000)?;
        let (fois, petite) = match unite {
            _ if haut % self.bas == 0 => (1, unite),
            Some("kg") => (1000, Some("g")),
            Some("l") => (1000, Some("ml")),
            Some("dl") => (100, Some("ml")),
            Some("cl") => (10, Some("ml")),
            _ => (1, unite),
        };
        let haut = haut.checked_mul(fois)?;
        Some((milliemes((2 * haut + self.bas) / (2 * self.bas))?, petite))
    }
}

/// So many thousandths.
pub(crate) fn milliemes(n: i64) -> Option<Decimal> {
    Decimal::lire_json(&format!("{n}e-3")).ok()
}

/// `n x nombre`; None: no quantity that we can hold.
pub(crate) fn multiplier(n: Decimal, nombre: Decimal) -> Option<Decimal> {
    let produit = i128::from(n.en_milliemes().ok()?) * i128::from(nombre.en_milliemes().ok()?);
    Decimal::lire_json(&format!("{produit}e-6")).ok()
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
    let compte = |t: &str| {
        let court = nombre(t).filter(|_| t.len() <= 4)?;
        Decimal::lire_json(&court).ok()
    };
    if let Some(dedans) = texte.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        return match dedans.strip_prefix(signe) {
            Some(nu) => compte(nu).map(Atome::Fois),
            None => compte(dedans).map(Atome::EntreParentheses),
        };
    }
    let nu = texte.strip_prefix(signe).or_else(|| texte.strip_suffix(signe))?;
    compte(nu).map(Atome::Fois)
}

/// A number with its unit stuck to it.
fn mesure(texte: &str) -> Option<Atome> {
    let debut = texte.find(|c: char| c.is_alphabetic()).filter(|debut| *debut > 0)?;
    let (chiffres, reste) = texte.split_at(debut);
    let unite = unite(reste)?;
    let chiffres = chiffres.trim_end();
    let chiffres = nombre(chiffres)
        .map(Chiffres::Nombre)
        .or_else(|| Fraction::lire(chiffres).map(Chiffres::Fraction))?;
    Some(Atome::Mesure(chiffres, unite))
}

fn part(texte: &str) -> Option<Atome> {
    let nu = texte.trim_end_matches(['%', '€', '‰']);
    (nu.len() < texte.len() && (nu.is_empty() || nombre(nu).is_some())).then_some(Atome::Part)
}

/// Asked of every word that is nothing else: the first letter says that nearly none is.
fn ensemble(texte: &str) -> Option<Atome> {
    let commence = texte.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '½' | '¼'))
        || (texte.starts_with(['c', 'C', 'e', 'E', 'x', 'X', '×']) && texte.contains([' ', '.']));
    match commence.then(|| ensembles::lire(texte))?? {
        Ensemble::Unite(unite) => Some(Atome::Unite(unite)),
        Ensemble::Fois(n) => Some(Atome::Fois(n)),
        ensemble => Some(Atome::Ensemble(ensemble)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_says_what_it_is() {
        let nombre = |t: &str| Atome::Nombre(t.to_owned());
        let fraction = |haut, bas| Fraction { haut, bas };
        for (texte, attendu) in [
            ("60", nombre("60")),
            ("12,5", nombre("12.5")),
            ("~30", nombre("30")),
            ("1'250", nombre("1250")),
            ("1\u{202f}250", nombre("1250")),
            ("12\u{2009}500,5", nombre("12500.5")),
            ("1'25", Atome::Autre),
            ("½", Atome::Fraction(fraction(1, 2))),
            ("1/2", Atome::Fraction(fraction(1, 2))),
            ("1/3", Atome::Fraction(fraction(1, 3))),
            ("3/2", Atome::Autre),
            ("4/4", Atome::Autre),
            ("16/20", Atome::Autre),
            ("150g", Atome::Mesure(Chiffres::Nombre("150".to_owned()), "g")),
            ("0,5KG", Atome::Mesure(Chiffres::Nombre("0.5".to_owned()), "kg")),
            ("½l", Atome::Mesure(Chiffres::Fraction(fraction(1, 2)), "l")),
            ("x2", Atome::Fois(Decimal::entier(2))),
            ("(3)", Atome::EntreParentheses(Decimal::entier(3))),
            ("Q.S.", Atome::Suffisant),
            ("35%", Atome::Part),
            ("€", Atome::Part),
            ("càs", Atome::Unite("c. à soupe")),
            ("c.à.c.", Atome::Unite("c. à café")),
            ("10-15", Atome::Ensemble(Ensemble::Fourchette)),
            ("T55", Atome::Autre),
            ("-5", Atome::Autre),
            ("12,", Atome::Autre),
            ("(BARQUETTE)", Atome::Autre),
            ("botte", Atome::Unite("botte")),
        ] {
            assert_eq!(atome(texte), attendu, "{texte}");
        }
    }

    #[test]
    fn a_fraction_is_exact_or_said_in_the_smaller_unit() {
        let lire = |entier, fraction, unite| {
            let (nombre, unite) = Fraction::lire(fraction)?.valeur(entier, unite)?;
            Some(format!("{nombre} {}", unite.unwrap_or("-")))
        };
        for (entier, fraction, unite, attendu) in [
            ("", "1/2", Some("kg"), "0.5 kg"),
            ("1", "½", None, "1.5 -"),
            ("", "1/3", Some("l"), "333.333 ml"),
            ("1", "2/3", Some("kg"), "1666.667 g"),
            ("", "⅓", Some("botte"), "0.333 botte"),
        ] {
            assert_eq!(lire(entier, fraction, unite).as_deref(), Some(attendu));
        }
        assert_eq!(lire("1.5", "½", None), None);
    }

    #[test]
    fn a_point_and_three_digits_may_be_thousands() {
        assert!(["1.250", "12.500"].iter().all(|n| se_lit_de_deux_facons(n)));
        assert!(!["0.150", "1.25", "1250", "1250.125"].iter().any(|n| se_lit_de_deux_facons(n)));
    }
}
