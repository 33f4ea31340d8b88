//! Encryption by age, for one recipient or several: whoever makes backups cannot read them.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use age::stream::{StreamReader, StreamWriter};
use age::x25519::Recipient;
use age::{DecryptError, Decryptor, Encryptor, IdentityFile};

use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

const MARQUE: &[u8] = b"age-encryption.org/v1";
const VARIABLE: &str = "DELICEGO_CLE_AGE_FICHIER";

/// A public key: `age1..`.
#[derive(Clone)]
pub(crate) struct Destinataire(Recipient);

impl FromStr for Destinataire {
    type Err = String;

    fn from_str(texte: &str) -> Result<Self, String> {
        let lue = texte.parse().map(Self);
        lue.map_err(|_| "une clé publique age1.. est attendue".to_owned())
    }
}

/// For whom: any one of their keys opens it.
#[derive(Clone, Default)]
pub(crate) struct Destinataires(Vec<Recipient>);

impl Destinataires {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Destinataire> for Destinataires {
    fn from_iter<I: IntoIterator<Item = Destinataire>>(tous: I) -> Self {
        Self(tous.into_iter().map(|d| d.0).collect())
    }
}

/// Several, with spaces or commas between them.
impl FromStr for Destinataires {
    type Err = String;

    fn from_str(texte: &str) -> Result<Self, String> {
        let mots = texte.split([' ', ',', '\t', ';']).filter(|mot| !mot.is_empty());
        mots.map(str::parse::<Destinataire>).collect()
    }
}

/// What is written to it reaches `ecriture` encrypted; whole only after `finish`.
pub(crate) fn chiffrer<E: Write>(pour: &Destinataires, ecriture: E) -> io::Result<StreamWriter<E>> {
    Encryptor::with_recipients(pour.0.iter().map(|cle| cle as &dyn age::Recipient))
        .map_err(io::Error::other)?
        .wrap_output(ecriture)
}

/// Does a file that begins so hold something encrypted?
pub(crate) fn commence_ainsi(debut: &[u8]) -> bool {
    debut.starts_with(MARQUE)
}

pub(crate) fn est_chiffre(chemin: &Path) -> io::Result<bool> {
    let mut debut = Vec::new();
    File::open(chemin)?.take(MARQUE.len() as u64).read_to_end(&mut debut)?;
    Ok(commence_ainsi(&debut))
}

/// Where the identity lies: as given, else as the environment says.
pub(crate) fn fichier_de_cle(donne: Option<PathBuf>) -> Option<PathBuf> {
    donne.or_else(|| std::env::var_os(VARIABLE).filter(|v| !v.is_empty()).map(PathBuf::from))
}

/// The same where these are set.
pub(crate) fn cle_selon(
    donnee: Option<PathBuf>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Option<PathBuf> {
    donnee.or_else(|| variable(VARIABLE).map(PathBuf::from))
}

/// Why something encrypted was not opened.
#[derive(Debug)]
pub(crate) enum Fermee {
    /// No key, or none that can be read.
    SansCle(Echec),
    PasSaCle(Echec),
    Abimee,
}

impl From<Fermee> for Echec {
    fn from(fermee: Fermee) -> Self {
        match fermee {
            Fermee::SansCle(echec) | Fermee::PasSaCle(echec) => echec,
            Fermee::Abimee => refus("La sauvegarde chiffrée est abîmée.".to_owned()),
        }
    }
}

pub(crate) fn dechiffrer<L: Read>(
    lecture: L,
    cle: Option<&Path>,
) -> Result<StreamReader<BufReader<L>>, Fermee> {
    let cle = cle.ok_or_else(|| {
        Fermee::SansCle(refus(format!(
            "Cette sauvegarde est chiffrée : donnez sa clé par --cle-age ou {VARIABLE}."
        )))
    })?;
    let identites = identites(cle).map_err(Fermee::SansCle)?;
    let age = Decryptor::new_buffered(BufReader::new(lecture)).map_err(|_| Fermee::Abimee)?;
    age.decrypt(identites.iter().map(|i| &**i as &dyn age::Identity)).map_err(|e| match e {
        DecryptError::NoMatchingKeys => {
            let phrase = format!("La clé {} n'ouvre pas cette sauvegarde.", cle.display());
            Fermee::PasSaCle(refus(phrase))
        }
        _ => Fermee::Abimee,
    })
}

/// Will the key that is given open what is encrypted for them? Tried on nothing.
pub(crate) fn s_ouvre(pour: &Destinataires, cle: Option<&Path>) -> Result<(), Echec> {
    let rien = chiffrer(pour, Vec::new()).and_then(StreamWriter::finish);
    let rien = rien.map_err(|e| refus(format!("Le chiffrement échoue : {}.", du_systeme(&e))))?;
    dechiffrer(&rien[..], cle).map(drop).map_err(|fermee| match fermee {
        Fermee::SansCle(_) if cle.is_none() => refus(format!(
            "Les sauvegardes sont chiffrées (DELICEGO_CHIFFRER_POUR, --chiffrer) : donnez leur clé \
             par --cle-age ou {VARIABLE}."
        )),
        autre => autre.into(),
    })
}

fn identites(cle: &Path) -> Result<Vec<Box<dyn age::Identity + Send + Sync>>, Echec> {
    let dire = |quoi: &str| refus(format!("{} : {quoi}.", cle.display()));
    let fichier = File::open(cle).map_err(|e| dire(&du_systeme(&e)))?;
    let mode = fichier.metadata().map_err(|_| dire("clé illisible"))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(dire("d'autres que vous peuvent lire cette clé ; faites chmod 600"));
    }
    IdentityFile::from_buffer(BufReader::new(fichier))
        .ok()
        .and_then(|f| f.into_identities().ok())
        .filter(|i| !i.is_empty())
        .ok_or_else(|| dire("ce fichier ne contient pas de clé AGE-SECRET-KEY-1.."))
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use age::secrecy::ExposeSecret;
    use age::x25519::Identity;

    use super::*;

    #[test]
    fn seule_la_cle_du_destinataire_ouvre_et_elle_est_gardee_secrete() {
        let dossier = std::env::temp_dir().join(format!("delicego-age-{}", std::process::id()));
        fs::create_dir_all(&dossier).unwrap();
        let poser = |nom: &str, mode: u32| {
            let (cle, chemin) = (Identity::generate(), dossier.join(nom));
            fs::write(&chemin, cle.to_string().expose_secret()).unwrap();
            fs::set_permissions(&chemin, Permissions::from_mode(mode)).unwrap();
            (cle.to_public().to_string().parse::<Destinataire>().unwrap(), chemin)
        };
        let (pour, cle) = poser("cle", 0o600);
        let (pour_elle, a_elle) = poser("la sienne", 0o600);
        let (_, autre) = poser("autre", 0o600);
        let mut flux = chiffrer(&Destinataires::from_iter([pour, pour_elle]), Vec::new()).unwrap();
        flux.write_all(b"secret").unwrap();
        let chiffre = flux.finish().unwrap();
        for bonne in [&cle, &a_elle] {
            let mut clair = String::new();
            dechiffrer(&chiffre[..], Some(bonne)).unwrap().read_to_string(&mut clair).unwrap();
            assert_eq!(clair, "secret");
        }
        let pour = || Destinataires::from_iter([poser("encore", 0o600).0]);
        let elle = dossier.join("encore");
        assert!(s_ouvre(&pour(), Some(&elle)).is_ok());
        for (fausse, dit) in [(Some(&*autre), "n'ouvre pas"), (None, "donnez leur clé")] {
            let refus = s_ouvre(&pour(), fausse).unwrap_err();
            assert!(refus.phrase.contains(dit), "{refus:?}");
        }
        fs::set_permissions(&cle, Permissions::from_mode(0o640)).unwrap();
        for fausse in [None, Some(autre.as_path()), Some(cle.as_path())] {
            let refus = dechiffrer(&chiffre[..], fausse).err().unwrap();
            let refus = Echec::from(refus);
            assert_eq!(refus.code, Code::RefuseAvant, "{refus:?}");
        }
        fs::remove_dir_all(dossier).unwrap();
        assert!("age1pasunecle".parse::<Destinataires>().is_err());
    }
}
