//! `delicego certificat`: HTTPS without a domain name of one's own.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use sha2::{Digest, Sha256};

use super::sortie::{Code, Echec, Issue};
use crate::platform::terminal::dire;
use crate::platform::tls::autorite::{self, AUTORITE, CERTIFICAT, CLE, ErreurAutorite, Prepares};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Nom ou adresse du serveur, comme les tablettes l'appellent (plusieurs possibles) ; sans lui,
    /// les noms du certificat d'avant
    #[arg(long, value_name = "NOM")]
    nom: Vec<String>,
    /// Où garder l'autorité et le certificat
    #[arg(long, default_value = "./certificats", value_name = "DOSSIER")]
    dossier: PathBuf,
}

pub(crate) fn executer(a: &Arguments) -> Issue {
    let faits = autorite::preparer(&a.dossier, &a.nom).map_err(echec)?;
    let jour = |d: NaiveDate| d.format("%d/%m/%Y").to_string();
    let etat = if faits.autorite_nouvelle { "créée" } else { "gardée" };
    dire(format!("Autorité {etat} : {AUTORITE}, valable jusqu'au {}.", jour(faits.fin_autorite)));
    dire(format!("Empreinte SHA-256 : {}", empreinte(a)));
    dire(format!("Certificat fait : {CERTIFICAT}, pour {}.", faits.noms.join(", ")));
    dire(format!("Il est valable jusqu'au {}.", jour(faits.fin_certificat)));
    expliquer(a, &faits);
    Ok(Code::Fait)
}

fn expliquer(a: &Arguments, faits: &Prepares) {
    let dossier = a.dossier.display();
    if !faits.autorite_nouvelle {
        dire(
            "\nUn serveur qui utilise ce certificat le relit de lui-même ; rien à refaire sur les",
        );
        dire("tablettes.");
        return;
    }
    let nom = faits.noms.first().map_or("", String::as_str);
    let hote = if nom.contains(':') { format!("[{nom}]") } else { nom.to_owned() };
    dire("\nEnsuite :");
    dire("  1. Démarrez le serveur avec ce certificat :");
    dire(format!(
        "     delicego serve --listen 0.0.0.0:8443 --tls-cert {dossier}/{CERTIFICAT} \
         --tls-cle {dossier}/{CLE}"
    ));
    dire("  2. Sur chaque tablette, une fois, ouvrez cette page et suivez-la :");
    dire(format!("     https://{hote}:8443/certificat"));
    dire("  3. Chaque année, avant cette date, refaites le certificat :");
    dire(format!("     delicego certificat --dossier {dossier}"));
    dire("Gardez autorite.cle secrète : qui l'a peut se faire passer pour n'importe quel site.");
}

/// As the tablets show it.
fn empreinte(a: &Arguments) -> String {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let der = CertificateDer::from_pem_file(a.dossier.join(AUTORITE));
    let octets = der.map(|d| Sha256::digest(&d).to_vec()).unwrap_or_default();
    octets.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" ")
}

fn echec(erreur: ErreurAutorite) -> Echec {
    let code = match erreur {
        ErreurAutorite::Nom(_) | ErreurAutorite::SansNom => Code::Usage,
        ErreurAutorite::Abimee | ErreurAutorite::Expiree => Code::RefuseAvant,
        ErreurAutorite::Ecriture(_) | ErreurAutorite::Fabrication(_) => Code::Refuse,
    };
    Echec::nouveau(code, erreur.to_string())
}
