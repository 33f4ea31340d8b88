//! Room on disks: how much is left, and what is said when there is none.

use std::io;
use std::path::{Path, PathBuf};

use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

/// Bytes that this account may still write there.
pub(crate) fn libre(dossier: &Path) -> io::Result<u64> {
    let etat = rustix::fs::statvfs(dossier)?;
    Ok(etat.f_bavail.saturating_mul(etat.f_frsize))
}

/// Refused before the start, code 5.
pub(crate) fn exiger(dossier: &Path, octets: u64) -> Result<(), Echec> {
    let libre = libre(dossier).map_err(|e| dire(dossier, &e))?;
    if libre >= octets {
        return Ok(());
    }
    let phrase = format!(
        "Pas assez de place dans {} : {} libres, il en faut environ {}. Libérez de la place, ou \
         choisissez un autre dossier.",
        dossier.display(),
        taille(libre),
        taille(octets)
    );
    Err(Echec::nouveau(Code::RefuseAvant, phrase))
}

/// What went wrong with a file there, for the person.
pub(crate) fn dire(dossier: &Path, erreur: &io::Error) -> Echec {
    let ou = dossier.display();
    let phrase = match erreur.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!(
            "Le disque est plein : rien de nouveau n'a été gardé dans {ou}, ce qui y était est \
             intact. Libérez de la place, ou choisissez un autre dossier, puis recommencez."
        ),
        io::ErrorKind::PermissionDenied => {
            format!("{ou} : ce compte n'a pas le droit d'écrire là.")
        }
        io::ErrorKind::ReadOnlyFilesystem => format!("{ou} est sur un disque en lecture seule."),
        _ => format!("{ou} : {}.", du_systeme(erreur)),
    };
    Echec::nouveau(Code::Refuse, phrase)
}

/// Where to work on something large for a while: on a disk, rather than in memory as `/tmp` often is.
pub(crate) fn temporaire() -> PathBuf {
    temporaire_selon(std::env::var_os("TMPDIR").map(PathBuf::from))
}

/// The same where TMPDIR says this.
pub(crate) fn temporaire_selon(tmpdir: Option<PathBuf>) -> PathBuf {
    let voulu = tmpdir.filter(|d| d.is_absolute());
    let stable = || Some(PathBuf::from("/var/tmp")).filter(|d| d.is_dir());
    voulu.or_else(stable).unwrap_or_else(std::env::temp_dir)
}

/// As people read it: `1,4 Gio`.
pub(crate) fn taille(octets: u64) -> String {
    const UNITES: [&str; 4] = ["Kio", "Mio", "Gio", "Tio"];
    let mut dixiemes = u128::from(octets) * 10;
    let mut unite = "octets";
    for suivante in UNITES {
        if dixiemes < 10_240 {
            break;
        }
        dixiemes /= 1024;
        unite = suivante;
    }
    match (unite, dixiemes) {
        ("octets", _) => format!("{octets} octets"),
        (_, 1000..) => format!("{} {unite}", dixiemes / 10),
        _ => format!("{},{} {unite}", dixiemes / 10, dixiemes % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::taille;

    #[test]
    fn sizes_are_said_as_people_read_them() {
        let dites = [0, 1023, 1024, 1536, 200 * 1024, 5_368_709_120, u64::MAX].map(taille);
        let voulues =
            ["0 octets", "1023 octets", "1,0 Kio", "1,5 Kio", "200 Kio", "5,0 Gio", "16777215 Tio"];
        assert_eq!(dites, voulues);
    }
}
