//! The local authority, made once and kept, and certificates by it for the names of this server.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use super::certificat::fin_de_validite;
use super::{JOURS_AUTORITE, JOURS_CERTIFICAT};

use crate::platform::causes::du_systeme;

pub(crate) const AUTORITE: &str = "autorite.crt";
const CLE_AUTORITE: &str = "autorite.cle";
pub(crate) const CERTIFICAT: &str = "serveur.crt";
pub(crate) const CLE: &str = "serveur.cle";

/// What was made, or found.
#[derive(Debug)]
pub(crate) struct Prepares {
    pub noms: Vec<String>,
    pub autorite_nouvelle: bool,
    pub fin_autorite: NaiveDate,
    pub fin_certificat: NaiveDate,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ErreurAutorite {
    #[error("--nom : « {0} » n'est pas un nom de machine (cuisine.local) ni une adresse")]
    Nom(String),
    #[error("--nom : donnez au moins un nom, par exemple --nom cuisine.local")]
    SansNom,
    #[error(
        "--dossier : l'autorité y est incomplète ou illisible ; remettez autorite.crt et \
         autorite.cle, ou retirez les deux (il faudra la réinstaller sur chaque tablette)"
    )]
    Abimee,
    #[error(
        "--dossier : l'autorité qui s'y trouve a expiré ; retirez autorite.crt et autorite.cle, \
         recommencez, et installez la nouvelle sur chaque tablette"
    )]
    Expiree,
    #[error("--dossier : impossible d'y écrire ({})", du_systeme(.0))]
    Ecriture(std::io::Error),
    #[error("le certificat n'a pas pu être fait : {0}")]
    Fabrication(#[from] rcgen::Error),
}

/// Makes the certificate for these names, or for those it had; and the authority if there is none.
pub(crate) fn preparer(dossier: &Path, noms: &[String]) -> Result<Prepares, ErreurAutorite> {
    let noms = if noms.is_empty() { noms_d_avant(dossier)? } else { lire_noms(noms)? };
    let mut faire = DirBuilder::new();
    faire.recursive(true).mode(0o700).create(dossier).map_err(ErreurAutorite::Ecriture)?;
    let hier = (Utc::now() - Duration::days(1)).date_naive();
    let (autorite, autorite_nouvelle) = match retrouver(dossier)? {
        Some(pem) => (pem, false),
        None => (creer(dossier, hier)?, true),
    };
    let (certificat, cle) = autorite;
    let fin_autorite = fin(&certificat).ok_or(ErreurAutorite::Abimee)?;
    if fin_autorite <= Utc::now() {
        return Err(ErreurAutorite::Expiree);
    }
    // Nothing outlives the authority.
    let fin_certificat = (hier + Duration::days(JOURS_CERTIFICAT)).min(fin_autorite.date_naive());
    let cle = KeyPair::from_pem(&cle).map_err(|_| ErreurAutorite::Abimee)?;
    let autorite =
        Issuer::from_ca_cert_pem(&certificat, cle).map_err(|_| ErreurAutorite::Abimee)?;
    let cle = KeyPair::generate()?;
    let signe = certificat_pour(&noms, (hier, fin_certificat))?.signed_by(&cle, &autorite)?;
    ecrire(dossier, CLE, &cle.serialize_pem())?;
    ecrire(dossier, CERTIFICAT, &signe.pem())?;
    let fin_autorite = fin_autorite.date_naive();
    Ok(Prepares { noms, autorite_nouvelle, fin_autorite, fin_certificat })
}

/// Certificate and key, in PEM.
type Pem = (String, String);

fn retrouver(dossier: &Path) -> Result<Option<Pem>, ErreurAutorite> {
    let lire = |nom| match std::fs::read_to_string(dossier.join(nom)) {
        Ok(texte) => Ok(Some(texte)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(ErreurAutorite::Abimee),
    };
    match (lire(AUTORITE)?, lire(CLE_AUTORITE)?) {
        (Some(certificat), Some(cle)) => Ok(Some((certificat, cle))),
        (None, None) => Ok(None),
        _ => Err(ErreurAutorite::Abimee),
    }
}

fn creer(dossier: &Path, hier: NaiveDate) -> Result<Pem, ErreurAutorite> {
    let cle = KeyPair::generate()?;
    let mut p = CertificateParams::default();
    p.distinguished_name.push(DnType::OrganizationName, "DéliceGo");
    let nom = format!("DéliceGo, autorité locale du {}", Utc::now().format("%d/%m/%Y"));
    p.distinguished_name.push(DnType::CommonName, nom);
    dater(&mut p, (hier, hier + Duration::days(JOURS_AUTORITE)));
    p.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    p.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificat = p.self_signed(&cle)?.pem();
    ecrire(dossier, CLE_AUTORITE, &cle.serialize_pem())?;
    ecrire(dossier, AUTORITE, &certificat)?;
    Ok((certificat, cle.serialize_pem()))
}

fn certificat_pour(
    noms: &[String],
    dates: (NaiveDate, NaiveDate),
) -> Result<CertificateParams, ErreurAutorite> {
    let mut p = CertificateParams::new(noms.to_vec())?;
    p.distinguished_name.push(DnType::CommonName, noms.first().map_or("", String::as_str));
    dater(&mut p, dates);
    p.use_authority_key_identifier_extension = true;
    p.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(p)
}

fn dater(p: &mut CertificateParams, (debut, fin): (NaiveDate, NaiveDate)) {
    let date = |d: NaiveDate| {
        let partie = |n: u32| u8::try_from(n).unwrap_or(1);
        date_time_ymd(d.year(), partie(d.month()), partie(d.day()))
    };
    p.not_before = date(debut);
    p.not_after = date(fin);
}

fn lire_noms(donnes: &[String]) -> Result<Vec<String>, ErreurAutorite> {
    let mut noms = Vec::new();
    for donne in donnes {
        let nom = donne.trim().trim_end_matches('.').to_lowercase();
        if nom.parse::<IpAddr>().is_err() && !nom_de_machine(&nom) {
            return Err(ErreurAutorite::Nom(donne.clone()));
        }
        if !noms.contains(&nom) {
            noms.push(nom);
        }
    }
    Ok(noms)
}

fn nom_de_machine(nom: &str) -> bool {
    let partie = |p: &str| {
        (1..=63).contains(&p.len())
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !p.starts_with('-')
            && !p.ends_with('-')
    };
    // Only digits: an address that is none.
    let chiffres = nom.split('.').all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    nom.len() <= 253 && nom.split('.').all(partie) && !chiffres
}

/// The names of the certificate that is there.
fn noms_d_avant(dossier: &Path) -> Result<Vec<String>, ErreurAutorite> {
    let pem = std::fs::read(dossier.join(CERTIFICAT)).map_err(|_| ErreurAutorite::SansNom)?;
    let der = CertificateDer::from_pem_slice(&pem).map_err(|_| ErreurAutorite::SansNom)?;
    let (_, lu) = parse_x509_certificate(&der).map_err(|_| ErreurAutorite::SansNom)?;
    let noms = lu.subject_alternative_name().ok().flatten();
    let noms = noms.map(|n| n.value.general_names.iter().filter_map(nom_ecrit).collect::<Vec<_>>());
    noms.filter(|n| !n.is_empty()).ok_or(ErreurAutorite::SansNom)
}

fn nom_ecrit(nom: &GeneralName<'_>) -> Option<String> {
    match nom {
        GeneralName::DNSName(nom) => Some((*nom).to_owned()),
        GeneralName::IPAddress(octets) => {
            let v4 = <[u8; 4]>::try_from(*octets).map(IpAddr::from);
            let ip = v4.or_else(|_| <[u8; 16]>::try_from(*octets).map(IpAddr::from));
            ip.ok().map(|a| a.to_string())
        }
        _ => None,
    }
}

fn fin(pem: &str) -> Option<DateTime<Utc>> {
    fin_de_validite(&CertificateDer::from_pem_slice(pem.as_bytes()).ok()?)
}

/// Whole or not at all, for its owner alone.
fn ecrire(dossier: &Path, nom: &str, texte: &str) -> Result<(), ErreurAutorite> {
    let provisoire = dossier.join(format!(".{nom}.{}", std::process::id()));
    let issue = (|| {
        let mut neuf = OpenOptions::new();
        neuf.write(true).create(true).truncate(true).mode(0o600);
        let mut fichier = neuf.open(&provisoire)?;
        fichier.write_all(texte.as_bytes())?;
        fichier.sync_all()?;
        std::fs::rename(&provisoire, dossier.join(nom))
    })();
    issue.map_err(|e| {
        let _rien = std::fs::remove_file(&provisoire);
        ErreurAutorite::Ecriture(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_from_anything_else() {
        let lus = |t: &str| lire_noms(&[t.to_owned()]).ok().map(|n| n[0].clone());
        assert_eq!(lus("Cuisine.local").as_deref(), Some("cuisine.local"));
        assert_eq!(lus("192.168.1.10").as_deref(), Some("192.168.1.10"));
        assert_eq!(lus("fd00::1").as_deref(), Some("fd00::1"));
        for faux in ["", "https://cuisine.local", "cuisine local", "-a.local", "1.2.3", "*.local"] {
            assert_eq!(lus(faux), None, "{faux}");
        }
    }
}
