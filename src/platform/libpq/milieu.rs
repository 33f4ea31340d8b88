//! What this process was started with. sqlx reads variables of PostgreSQL by itself, whatever server it is
//! to reach: what is only for one of them is kept here, out of its sight.

use std::ffi::OsString;
use std::sync::OnceLock;

use super::reglages;

const OPTIONS: &str = "PGOPTIONS";
/// As it was when we were started.
static GARDEES: OnceLock<String> = OnceLock::new();

pub(crate) fn variable(nom: &str) -> Option<String> {
    let gardee = GARDEES.get().filter(|_| nom == OPTIONS).cloned();
    gardee.or_else(|| std::env::var(nom).ok())
}

/// The variables to be taken away before anything else: PGOPTIONS, which a server of ours may not know
/// what to do with; and those that are empty, which libpq takes for none and sqlx for a name.
pub(crate) fn a_cacher() -> Vec<OsString> {
    let dites = std::env::var(OPTIONS).ok();
    // What we cannot read is the server's to refuse.
    let lisibles = dites.filter(|d| reglages(d).is_some());
    let gardees = lisibles.is_some_and(|dites| GARDEES.set(dites).is_ok());
    let vide = |nom: &OsString, valeur: &OsString| {
        nom.as_encoded_bytes().starts_with(b"PG") && valeur.is_empty()
    };
    let variables = std::env::vars_os();
    let cachees =
        variables.filter(|(nom, valeur)| (gardees && nom == OPTIONS) || vide(nom, valeur));
    cachees.map(|(nom, _)| nom).collect()
}
