//! A field that a scanner fills: the separator of GS1 elements is part of what it read.

use super::Lecteur;
use crate::domaine::gs1;

/// Trimmed, not blank, nothing else invisible.
pub(crate) fn lire_code(l: &Lecteur<'_>, champ: &str) -> String {
    let texte = match l.brut(champ) {
        None => Err("est obligatoire"),
        Some(v) => v.as_str().ok_or("doit être un texte"),
    };
    let texte = texte.map(str::trim).and_then(|t| {
        let cache = |c: char| c.is_control() && c != gs1::SEPARATEUR;
        match t {
            "" => Err("ne peut pas être vide"),
            _ if t.chars().count() > gs1::LONGUEUR_MAX => Err("est trop long pour un code"),
            _ if t.chars().any(cache) => Err("contient un caractère interdit"),
            _ => Ok(t.to_owned()),
        }
    });
    texte.unwrap_or_else(|message| {
        l.fauter(champ, message);
        String::new()
    })
}
