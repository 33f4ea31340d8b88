//! What a printed word is made of: `4x10g` is a number, a word, a number, a word (pure).

use super::nombres::{Fraction, nombre_en_tete};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sorte<'a> {
    Nombre(String),
    Fraction(Fraction),
    /// Letters and full stops.
    Mot(&'a str),
    Signe(char),
}

/// What these words are made of.
pub(crate) fn lexemes<'a>(mots: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Sorte<'a>> {
    mots.flat_map(parties)
}

pub(crate) fn parties(mut texte: &str) -> impl Iterator<Item = Sorte<'_>> {
    std::iter::from_fn(move || {
        texte = texte.trim_start();
        let (sorte, reste) = lexeme(texte)?;
        texte = reste;
        Some(sorte)
    })
}

/// The next of a word's parts, and what follows it.
fn lexeme(texte: &str) -> Option<(Sorte<'_>, &str)> {
    let premier = texte.chars().next()?;
    if premier.is_ascii_digit() {
        let fin = texte.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '⁄')));
        let (tete, reste) = texte.split_at(fin.unwrap_or(texte.len()));
        if let Some(fraction) = Fraction::lire(tete) {
            return Some((Sorte::Fraction(fraction), reste));
        }
        return nombre_en_tete(texte).map(|(n, reste)| (Sorte::Nombre(n), reste));
    }
    let lettre = |c: char| c.is_alphabetic() || c == '.';
    let fin = match lettre(premier) {
        true => texte.find(|c: char| !lettre(c)).unwrap_or(texte.len()),
        false => premier.len_utf8(),
    };
    let (tete, reste) = texte.split_at(fin);
    let sorte = match Fraction::lire(tete) {
        Some(fraction) => Sorte::Fraction(fraction),
        None if lettre(premier) => Sorte::Mot(tete),
        None => Sorte::Signe(premier),
    };
    Some((sorte, reste))
}
