//! Why a file, what stands in it, or the network did not do what it was asked: what the system and
//! the libraries say in English, in French. Pure.

use std::error::Error;
use std::io::{self, ErrorKind};

use serde_json::error::Category;

/// What the system refused: the end of a sentence that names the file, the folder or the address.
pub(crate) fn du_systeme(erreur: &io::Error) -> String {
    if let Some(dedans) = erreur.get_ref() {
        // Made by ourselves, or by a library: what it wraps says more.
        if let Some(json) = dedans.downcast_ref::<serde_json::Error>() {
            return du_json(json);
        }
        return dedans.downcast_ref().map_or_else(|| dedans.to_string(), du_systeme);
    }
    let phrase = match erreur.kind() {
        ErrorKind::NotFound => "ce fichier ou ce dossier n'existe pas",
        ErrorKind::PermissionDenied => "ce compte n'a pas le droit d'y accéder",
        ErrorKind::AlreadyExists => "un autre fichier porte déjà ce nom",
        ErrorKind::NotADirectory => "un élément de ce chemin n'est pas un dossier",
        ErrorKind::IsADirectory => "c'est un dossier, un fichier est attendu",
        ErrorKind::DirectoryNotEmpty => "le dossier n'est pas vide",
        ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        ErrorKind::StorageFull => "le disque est plein",
        ErrorKind::QuotaExceeded => "le quota de ce compte est atteint",
        ErrorKind::FileTooLarge => "le fichier dépasse ce que ce disque ou ce compte permet",
        ErrorKind::CrossesDevices => "ce sont deux disques différents",
        ErrorKind::InvalidFilename => "ce nom est trop long ou n'est pas permis sur ce disque",
        ErrorKind::ExecutableFileBusy | ErrorKind::ResourceBusy => {
            "il est occupé par un autre programme"
        }
        ErrorKind::StaleNetworkFileHandle => "le disque réseau a changé : remontez-le",
        ErrorKind::TimedOut => "pas de réponse à temps",
        ErrorKind::UnexpectedEof => "il s'arrête avant sa fin",
        ErrorKind::InvalidData => "son contenu n'est pas lisible",
        ErrorKind::BrokenPipe => "le programme d'en face est parti",
        ErrorKind::ConnectionRefused => "personne n'y écoute",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "la connexion a été coupée",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "le réseau n'y mène pas"
        }
        ErrorKind::AddrInUse => "un autre programme y écoute déjà",
        ErrorKind::AddrNotAvailable => "cette machine n'a pas cette adresse",
        ErrorKind::OutOfMemory => "la mémoire manque",
        ErrorKind::Interrupted => "interrompu",
        _ => return autre(erreur),
    };
    phrase.to_owned()
}

/// Of a file that should be JSON: the end of a sentence that names it.
pub(crate) fn du_json(erreur: &serde_json::Error) -> String {
    let (ligne, colonne) = (erreur.line(), erreur.column());
    match erreur.classify() {
        Category::Eof => format!("il s'arrête avant sa fin, ligne {ligne} : il est tronqué"),
        Category::Syntax => format!("il est abîmé, ligne {ligne}, colonne {colonne}"),
        Category::Data => "il ne dit pas tout ce qu'il devrait : il est abîmé, ou d'un autre \
                           programme"
            .to_owned(),
        Category::Io => erreur.io_error_kind().map_or_else(
            || "il ne se lit pas".to_owned(),
            |genre| du_systeme(&io::Error::from(genre)),
        ),
    }
}

/// What the system has no kind for, by its number.
fn autre(erreur: &io::Error) -> String {
    match erreur.raw_os_error() {
        Some(5) => "le disque est en panne (erreur d'entrée-sortie)".to_owned(),
        Some(24 | 23) => "trop de fichiers sont ouverts à la fois".to_owned(),
        Some(40) => "c'est un lien symbolique, ou ce chemin tourne en rond".to_owned(),
        Some(107 | 112 | 113 | 116) => "le disque réseau ne répond plus".to_owned(),
        Some(n) => format!("le système a refusé (erreur {n})"),
        None => format!("panne imprévue ({erreur})"),
    }
}

/// Of a connection to somewhere; none: the network is not to blame. The end of a sentence.
pub(crate) fn du_reseau(erreur: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(erreur);
    while let Some(une) = cause {
        let texte = une.to_string();
        if let Some(defaut) = Defaut::lire(&texte) {
            return Some(defaut.phrase().to_owned());
        }
        if let Some(phrase) = une.downcast_ref::<io::Error>().and_then(de_la_connexion) {
            return Some(phrase);
        }
        if une.source().is_none() && texte.contains("timed out") {
            return Some("pas de réponse dans le temps permis".to_owned());
        }
        cause = une.source();
    }
    None
}

pub(crate) fn de_la_connexion(erreur: &io::Error) -> Option<String> {
    let phrase = match erreur.kind() {
        ErrorKind::ConnectionRefused => "connexion refusée : rien n'écoute à cette adresse",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected => "la connexion s'est coupée",
        ErrorKind::TimedOut => "pas de réponse dans le temps permis",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "cette adresse ne peut pas être atteinte d'ici : vérifiez le réseau"
        }
        ErrorKind::NetworkDown => "le réseau est coupé",
        _ => return None,
    };
    Some(phrase.to_owned())
}

/// What is wrong with the name of a machine, or with its certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defaut {
    NomInconnu,
    AutreNom,
    AutoriteInconnue,
    /// It signed itself and says that it is an authority: our TLS takes such a one as an authority,
    /// never as a server's too.
    EstUneAutorite,
    Perime,
    PasEncoreValable,
    PasValable,
}

impl Defaut {
    /// Only their words tell: the libraries have no kind for it.
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        const MOTS: [(&[&str], Defaut); 7] = [
            (
                &["failed to lookup address", "dns error", "nodename nor servname", "No such host"],
                Defaut::NomInconnu,
            ),
            (
                &["NotValidForName", "not valid for name", "certificate not valid for"],
                Defaut::AutreNom,
            ),
            (&["CaUsedAsEndEntity"], Defaut::EstUneAutorite),
            (&["UnknownIssuer", "unknown issuer", "BadSignature"], Defaut::AutoriteInconnue),
            (&["NotValidYet", "not valid yet"], Defaut::PasEncoreValable),
            (&["certificate expired", "Expired"], Defaut::Perime),
            (&["invalid peer certificate"], Defaut::PasValable),
        ];
        let dit = |mots: &[&str]| mots.iter().any(|m| texte.contains(m));
        MOTS.into_iter().find(|(mots, _)| dit(mots)).map(|(_, defaut)| defaut)
    }

    /// The end of a sentence.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::NomInconnu => "ce nom de machine est inconnu (DNS) : vérifiez-le, et le réseau",
            Self::AutreNom => "son certificat est celui d'un autre nom de machine",
            Self::AutoriteInconnue => "son certificat vient d'une autorité inconnue d'ici",
            Self::EstUneAutorite => {
                "son certificat, signé par lui-même, est celui d'une autorité (CA:TRUE) et ne peut \
                 pas être aussi celui d'un serveur : refaites-le avec CA:FALSE, ou faites signer par \
                 cette autorité un certificat du serveur"
            }
            Self::Perime => "son certificat est périmé, ou l'heure d'une des machines est fausse",
            Self::PasEncoreValable => {
                "son certificat n'est pas encore valable, ou l'heure d'une des machines est fausse"
            }
            Self::PasValable => "son certificat n'est pas valable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_of_files_is_said_in_french() {
        for numero in (1..=40).chain([107, 110, 112, 113, 116, 122]) {
            let erreur = io::Error::from_raw_os_error(numero);
            let anglais = erreur.to_string();
            let dit = du_systeme(&erreur);
            let debut = anglais.split(" (os error").next().unwrap();
            assert!(!dit.contains(debut) && !dit.contains("os error"), "{numero} : {dit}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_of_json_is_said_in_french() {
        for (texte, dit) in [
            ("[1,", "s'arrête avant sa fin, ligne 1"),
            ("", "s'arrête avant sa fin"),
            ("[\n\0", "abîmé, ligne 2"),
            ("[true]", "il ne dit pas tout"),
        ] {
            let erreur = serde_json::from_str::<Vec<u32>>(texte).unwrap_err();
            let dedans = io::Error::new(ErrorKind::InvalidData, erreur);
            let phrase = du_systeme(&dedans);
            assert!(phrase.contains(dit) && !phrase.contains("line"), "{texte} : {phrase}");
        }
    }

    #[test]
    fn what_is_in_french_already_stays_as_it_is() {
        assert_eq!(du_systeme(&io::Error::other("déjà dit")), "déjà dit");
        let dessous = io::Error::from(ErrorKind::NotFound);
        assert_eq!(du_systeme(&io::Error::other(dessous)), "ce fichier ou ce dossier n'existe pas");
    }
}
