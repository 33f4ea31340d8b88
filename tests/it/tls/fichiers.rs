//! `delicego certificat`: what it leaves in its folder.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use crate::outils::grappe::PROGRAMME;

pub fn dossier() -> PathBuf {
    let dossier = std::env::temp_dir().join(format!("delicego-tls-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&dossier).unwrap();
    dossier
}

pub fn certificat(dossier: &Path, noms: &[&str]) -> Output {
    let mut commande = Command::new(PROGRAMME);
    commande.arg("certificat").arg("--dossier").arg(dossier);
    noms.iter().for_each(|nom| {
        commande.args(["--nom", nom]);
    });
    commande.output().unwrap()
}

fn lire<T>(fichier: &Path, voir: impl FnOnce(&X509Certificate<'_>) -> T) -> T {
    let der = CertificateDer::from_pem_file(fichier).unwrap();
    voir(&parse_x509_certificate(&der).unwrap().1)
}

fn jours(fichier: &Path) -> i64 {
    lire(fichier, |c| {
        (c.validity().not_after.timestamp() - c.validity().not_before.timestamp()) / 86_400
    })
}

#[test]
fn an_authority_is_made_once_and_a_certificate_for_each_name() {
    let d = dossier().join("neuf");
    let sortie = certificat(&d, &["Cuisine.local", "192.168.1.10", "cuisine.local"]);
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    let texte = String::from_utf8(sortie.stdout).unwrap();
    assert!(texte.contains("Autorité créée"), "{texte}");
    assert!(texte.contains("https://cuisine.local:8443/certificat"), "{texte}");
    assert_eq!(std::fs::metadata(&d).unwrap().permissions().mode() & 0o777, 0o700);
    for nom in ["autorite.crt", "autorite.cle", "serveur.crt", "serveur.cle"] {
        let mode = std::fs::metadata(d.join(nom)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{nom}");
    }
    assert_eq!(std::fs::read_dir(&d).unwrap().count(), 4);
    assert_eq!(jours(&d.join("autorite.crt")), 3650);
    assert_eq!(jours(&d.join("serveur.crt")), 397);
    lire(&d.join("autorite.crt"), |c| assert!(c.is_ca()));
    lire(&d.join("serveur.crt"), |c| {
        assert!(!c.is_ca());
        let noms = c.subject_alternative_name().unwrap().unwrap();
        let attendus =
            [GeneralName::DNSName("cuisine.local"), GeneralName::IPAddress(&[192, 168, 1, 10])];
        assert_eq!(noms.value.general_names, attendus);
    });
}

#[test]
fn a_renewal_keeps_the_authority_and_the_names() {
    let d = dossier();
    assert!(certificat(&d, &["cuisine.local", "10.0.0.7"]).status.success());
    let lus = |nom: &str| std::fs::read(d.join(nom)).unwrap();
    let avant = ["autorite.crt", "autorite.cle", "serveur.crt", "serveur.cle"].map(lus);
    let sortie = certificat(&d, &[]);
    let texte = String::from_utf8(sortie.stdout).unwrap();
    assert!(texte.contains("Autorité gardée"), "{texte}");
    assert!(texte.contains("pour cuisine.local, 10.0.0.7."), "{texte}");
    let apres = ["autorite.crt", "autorite.cle", "serveur.crt", "serveur.cle"].map(lus);
    assert_eq!(avant[..2], apres[..2]);
    assert_ne!(avant[2], apres[2]);
    assert_ne!(avant[3], apres[3]);
}

#[test]
fn what_cannot_be_done_is_one_clear_line() {
    let d = dossier();
    let refus = |dossier: &Path, noms: &[&str], code: i32, dit: &str| {
        let sortie = certificat(dossier, noms);
        let texte = String::from_utf8(sortie.stderr).unwrap();
        assert_eq!(sortie.status.code(), Some(code), "{texte}");
        assert!(texte.contains(dit) && texte.trim().lines().count() == 1, "{texte}");
    };
    refus(&d, &[], 2, "donnez au moins un nom");
    refus(&d, &["https://cuisine.local"], 2, "n'est pas un nom de machine");
    assert_eq!(std::fs::read_dir(&d).unwrap().count(), 0);
    assert!(certificat(&d, &["cuisine.local"]).status.success());
    std::fs::remove_file(d.join("autorite.cle")).unwrap();
    refus(&d, &["cuisine.local"], 5, "l'autorité y est incomplète");
    std::fs::write(d.join("autorite.cle"), "abîmée").unwrap();
    refus(&d, &["cuisine.local"], 5, "l'autorité y est incomplète");
    std::fs::write(d.join("occupe"), "").unwrap();
    refus(&d.join("occupe"), &["cuisine.local"], 1, "impossible d'y écrire");
}
