//! `~/.pgpass`: host:port:database:user:password, the first line that fits.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The last one that was passed over: whoever is asked for a password hears of it.
static IGNORE: Mutex<Option<PathBuf>> = Mutex::new(None);

pub(crate) fn ignore() -> Option<PathBuf> {
    IGNORE.lock().ok()?.clone()
}

/// As libpq: a file that others can read is passed over.
pub(super) fn chercher(fichier: &Path, voulus: [&str; 4]) -> Option<String> {
    let infos = fs::metadata(fichier).ok().filter(fs::Metadata::is_file)?;
    if infos.permissions().mode() & 0o077 != 0 {
        tracing::warn!(fichier = %fichier.display(), "d'autres peuvent lire ce fichier de mots de passe : il est ignoré");
        if let Ok(mut ignore) = IGNORE.lock() {
            *ignore = Some(fichier.to_owned());
        }
        return None;
    }
    let texte = fs::read_to_string(fichier).ok()?;
    texte.lines().filter(|l| !l.starts_with('#')).find_map(|ligne| {
        let champs = champs(ligne)?;
        let convient = |(dit, voulu): (&String, &&str)| dit == "*" || dit == voulu;
        champs[..4].iter().zip(&voulus).all(convient).then(|| champs[4].clone())
    })
}

/// A backslash takes the meaning from what follows it; the password goes to the end of the line.
fn champs(ligne: &str) -> Option<[String; 5]> {
    let (mut champs, mut signes) = (vec![String::new()], ligne.chars());
    while let Some(signe) = signes.next() {
        match signe {
            ':' if champs.len() < 5 => champs.push(String::new()),
            '\\' => champs.last_mut()?.push(signes.next().unwrap_or('\\')),
            autre => champs.last_mut()?.push(autre),
        }
    }
    champs.try_into().ok()
}
