//! The certificate that is shown: read from its files, and read again when they change.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{SignalKind, signal};
use x509_parser::parse_x509_certificate;

use super::{ErreurTls, Fichiers};

/// How often the files are looked at.
const RONDE: Duration = Duration::from_secs(2);
const BIENTOT: i64 = 30;
const CERT: &str = "--tls-cert";
const CLE: &str = "--tls-cle";

#[derive(Debug)]
pub(crate) struct Certificat {
    fichiers: Fichiers,
    montre: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Certificat {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.montre.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificat {
    pub(crate) fn lire(fichiers: Fichiers) -> Result<Arc<Self>, ErreurTls> {
        let montre = lire(&fichiers)?;
        dire_la_fin(&montre);
        Ok(Arc::new(Self { fichiers, montre: RwLock::new(Arc::new(montre)) }))
    }

    pub(crate) fn fichiers(&self) -> &Fichiers {
        &self.fichiers
    }

    /// What the listener shows.
    pub(crate) fn configuration(self: &Arc<Self>) -> Result<Arc<ServerConfig>, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(fournisseur())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Takes new files as they come, for as long as the server runs.
    pub(crate) async fn veiller(self: Arc<Self>) {
        let Ok(mut hup) = signal(SignalKind::hangup()) else { return };
        let mut vus = self.etat();
        let mut manque = None;
        loop {
            let demande = tokio::select! {
                _ = hup.recv() => true,
                () = tokio::time::sleep(RONDE) => false,
            };
            let maintenant = self.etat();
            if demande || maintenant != vus || manque.is_some() {
                // Two files are seldom replaced at the same instant: what does not fit yet is tried
                // again, and told once.
                let avant = if demande || maintenant != vus { None } else { manque.take() };
                vus = maintenant;
                manque = self.relire(avant);
            }
        }
    }

    fn relire(&self, deja_dit: Option<ErreurTls>) -> Option<ErreurTls> {
        match lire(&self.fichiers) {
            Ok(nouveau) => {
                tracing::info!(event = "certificat_relu");
                dire_la_fin(&nouveau);
                *self.montre.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(nouveau);
                None
            }
            Err(erreur) => {
                if deja_dit.as_ref() != Some(&erreur) {
                    tracing::warn!(event = "certificat_refuse", err = %erreur);
                }
                Some(erreur)
            }
        }
    }

    /// What changes when a file does.
    fn etat(&self) -> [Option<(u64, u64, i64, i64)>; 2] {
        let vu = |m: Metadata| (m.ino(), m.len(), m.mtime(), m.mtime_nsec());
        [&self.fichiers.certificat, &self.fichiers.cle].map(|f| std::fs::metadata(f).ok().map(vu))
    }
}

fn lire(f: &Fichiers) -> Result<CertifiedKey, ErreurTls> {
    let chaine = lire_chaine(&f.certificat)?;
    let cle = lire_cle(&f.cle)?;
    CertifiedKey::from_der(chaine, cle, &fournisseur()).map_err(|e| match e {
        rustls::Error::InconsistentKeys(_) => faute(CLE, "cette clé n'est pas celle du certificat"),
        _ => faute(CLE, "clé d'une sorte inconnue : refaites-la avec delicego certificat"),
    })
}

fn lire_chaine(fichier: &Path) -> Result<Vec<CertificateDer<'static>>, ErreurTls> {
    let octets = std::fs::read(fichier).map_err(|_| faute(CERT, "fichier absent ou illisible"))?;
    let chaine: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&octets).collect();
    let lisible = |c: &Vec<CertificateDer<'static>>| {
        c.first().is_some_and(|c| parse_x509_certificate(c).is_ok())
    };
    chaine.ok().filter(lisible).ok_or_else(|| {
        faute(CERT, "ce fichier n'est pas un certificat PEM ; delicego certificat en fait un")
    })
}

fn lire_cle(fichier: &Path) -> Result<PrivateKeyDer<'static>, ErreurTls> {
    let absent = |_| faute(CLE, "fichier absent ou illisible");
    let mode = std::fs::metadata(fichier).map_err(absent)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(ErreurTls::CleLisible);
    }
    let octets = std::fs::read(fichier).map_err(absent)?;
    PrivateKeyDer::from_pem_slice(&octets)
        .map_err(|_| faute(CLE, "ce fichier n'est pas une clé privée PEM"))
}

fn dire_la_fin(montre: &CertifiedKey) {
    let Some(fin) = montre.cert.first().and_then(|c| fin_de_validite(c)) else { return };
    let jours = (fin - Utc::now()).num_days();
    if jours < BIENTOT {
        tracing::warn!(event = "certificat_a_renouveler", jours);
    }
}

/// The moment from which browsers refuse it.
pub(crate) fn fin_de_validite(der: &[u8]) -> Option<DateTime<Utc>> {
    let (_, lu) = parse_x509_certificate(der).ok()?;
    DateTime::from_timestamp(lu.validity().not_after.timestamp(), 0)
}

fn faute(option: &'static str, raison: &'static str) -> ErreurTls {
    ErreurTls::Fichier { option, raison }
}

fn fournisseur() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
