//! What commands say to people. A reader that has gone (`| head`) is no fault of what was done.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// One line on stdout.
pub(crate) fn dire(texte: impl Display) {
    let _lecteur_parti = writeln!(std::io::stdout(), "{texte}");
}

/// One line on stderr, for what went wrong beside the command's own end.
pub(crate) fn avertir(texte: impl Display) {
    let _lecteur_parti = writeln!(std::io::stderr(), "delicego : {texte}");
}

/// What the system refused, in a few French words. What nobody foresaw keeps the system's own.
pub(crate) fn en_francais(erreur: &io::Error) -> String {
    let dit = match erreur.kind() {
        ErrorKind::NotFound => "ce fichier ou ce dossier n'existe pas",
        ErrorKind::PermissionDenied => "ce compte n'en a pas le droit",
        ErrorKind::AlreadyExists => "il y en a déjà un de ce nom",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::QuotaExceeded => "le quota de ce compte est atteint",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::NotADirectory => "ce n'est pas un dossier",
        ErrorKind::IsADirectory => "c'est un dossier",
        ErrorKind::DirectoryNotEmpty => "le dossier n'est pas vide",
        ErrorKind::FileTooLarge => "le fichier est trop grand pour ce disque",
        ErrorKind::CrossesDevices => "ce sont deux disques différents",
        ErrorKind::InvalidFilename => "ce nom de fichier ne convient pas",
        ErrorKind::ExecutableFileBusy | ErrorKind::ResourceBusy => "un autre programme s'en sert",
        ErrorKind::UnexpectedEof => "le fichier finit trop tôt",
        ErrorKind::BrokenPipe => "le programme d'en face est parti",
        ErrorKind::ConnectionRefused => "personne n'y écoute",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "la connexion a été coupée",
        ErrorKind::TimedOut => "pas de réponse à temps",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "le réseau n'y mène pas"
        }
        ErrorKind::AddrInUse => "un autre programme y écoute déjà",
        ErrorKind::AddrNotAvailable => "cette machine n'a pas cette adresse",
        ErrorKind::OutOfMemory => "la mémoire manque",
        ErrorKind::Interrupted => "interrompu",
        _ => return autre(erreur),
    };
    dit.to_owned()
}

fn autre(erreur: &io::Error) -> String {
    const TROP_DE_FICHIERS: [i32; 2] = [23, 24];
    const LIENS: i32 = 40;
    match erreur.raw_os_error() {
        Some(n) if TROP_DE_FICHIERS.contains(&n) => "trop de fichiers sont ouverts".to_owned(),
        Some(LIENS) => "c'est un lien symbolique".to_owned(),
        Some(5) => "le disque ne répond plus (erreur d'entrée-sortie)".to_owned(),
        Some(_) => format!("le système a refusé ({erreur})"),
        // Made by ourselves, or by a library: what it wraps says more.
        None => erreur.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_said_in_french() {
        let dit = |n| en_francais(&io::Error::from_raw_os_error(n));
        assert_eq!(dit(2), "ce fichier ou ce dossier n'existe pas");
        assert_eq!(dit(13), "ce compte n'en a pas le droit");
        assert_eq!(dit(28), "le disque est plein");
        assert_eq!(dit(24), "trop de fichiers sont ouverts");
        assert!(dit(95).starts_with("le système a refusé ("), "{}", dit(95));
        assert_eq!(en_francais(&io::Error::other("déjà dit")), "déjà dit");
    }
}
