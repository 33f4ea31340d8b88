//! A mail server that keeps what it is sent: as much of SMTP as one sender needs, with or without
//! TLS.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

#[derive(Debug, Clone, Default)]
pub struct Mail {
    pub de: String,
    pub a: String,
    /// As it passed.
    pub texte: String,
    /// What was given to log in.
    pub acces: String,
}

/// How it is spoken to.
#[derive(Clone, Default)]
pub struct Maniere {
    pub tls: Tls,
    pub refuse_l_acces: bool,
}

#[derive(Clone, Default)]
pub enum Tls {
    #[default]
    Jamais,
    DesLeDebut(Arc<ServerConfig>),
    /// Offered (STARTTLS).
    Offert(Arc<ServerConfig>),
}

/// With the certificate and the key that `delicego certificat` left in that folder.
pub fn certificat(dossier: &Path) -> Arc<ServerConfig> {
    let _deja_la = rustls::crypto::ring::default_provider().install_default();
    let chaine = CertificateDer::pem_file_iter(dossier.join("serveur.crt")).expect("certificat");
    let chaine = chaine.map(|c| c.expect("certificat")).collect();
    let cle = PrivateKeyDer::from_pem_file(dossier.join("serveur.cle")).expect("clé");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chaine, cle);
    Arc::new(config.expect("TLS"))
}

pub struct Smtp {
    adresse: SocketAddr,
    recus: Arc<Mutex<Vec<Mail>>>,
}

impl Smtp {
    pub fn ouvrir() -> Self {
        Self::ouvrir_avec(Maniere::default())
    }

    pub fn ouvrir_avec(maniere: Maniere) -> Self {
        let porte = TcpListener::bind("127.0.0.1:0").expect("port");
        let adresse = porte.local_addr().expect("adresse");
        let recus: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let cahier = Arc::clone(&recus);
        std::thread::spawn(move || {
            for client in porte.incoming().map_while(Result::ok) {
                let _parti = servir(client, &maniere, &cahier);
            }
        });
        Self { adresse, recus }
    }

    pub fn url(&self, compte: &str) -> String {
        format!("smtp://{compte}@{}", self.adresse)
    }

    pub fn port(&self) -> u16 {
        self.adresse.port()
    }

    pub fn recus(&self) -> Vec<Mail> {
        self.recus.lock().expect("cahier").clone()
    }
}

/// In the clear, then by TLS.
enum Canal {
    Clair(TcpStream),
    Chiffre(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Canal {
    fn chiffrer(self, config: &Arc<ServerConfig>) -> Result<Self> {
        let Self::Clair(flux) = self else { return Ok(self) };
        let connexion = ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?;
        Ok(Self::Chiffre(Box::new(StreamOwned::new(connexion, flux))))
    }
}

impl Read for Canal {
    fn read(&mut self, octets: &mut [u8]) -> Result<usize> {
        match self {
            Self::Clair(flux) => flux.read(octets),
            Self::Chiffre(flux) => flux.read(octets),
        }
    }
}

impl Write for Canal {
    fn write(&mut self, octets: &[u8]) -> Result<usize> {
        match self {
            Self::Clair(flux) => flux.write(octets),
            Self::Chiffre(flux) => flux.write(octets),
        }
    }

    fn flush(&mut self) -> Result<()> {
        match self {
            Self::Clair(flux) => flux.flush(),
            Self::Chiffre(flux) => flux.flush(),
        }
    }
}

fn servir(client: TcpStream, maniere: &Maniere, cahier: &Mutex<Vec<Mail>>) -> Result<()> {
    let mut canal = Canal::Clair(client);
    if let Tls::DesLeDebut(config) = &maniere.tls {
        canal = canal.chiffrer(config)?;
    }
    let mut lignes = BufReader::new(canal);
    let mut mail = Mail::default();
    dire(&mut lignes, "220 essai\r\n")?;
    while let Some(ligne) = lire(&mut lignes)? {
        let mot = ligne.split(' ').next().unwrap_or_default().to_uppercase();
        let dit = match (mot.as_str(), &maniere.tls) {
            ("EHLO", Tls::Offert(_)) if matches!(lignes.get_ref(), Canal::Clair(_)) => {
                "250-essai\r\n250 STARTTLS\r\n"
            }
            ("EHLO", _) => "250-essai\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n",
            ("STARTTLS", Tls::Offert(config)) => {
                dire(&mut lignes, "220 oui\r\n")?;
                lignes = BufReader::new(lignes.into_inner().chiffrer(config)?);
                continue;
            }
            ("AUTH", _) if maniere.refuse_l_acces => "535 5.7.8 not for you\r\n",
            ("AUTH", _) => {
                mail.acces = ligne;
                "235 oui\r\n"
            }
            ("MAIL", _) => {
                mail.de = ligne;
                "250 oui\r\n"
            }
            ("RCPT", _) => {
                mail.a = ligne;
                "250 oui\r\n"
            }
            ("DATA", _) => {
                dire(&mut lignes, "354 dites\r\n")?;
                let mut lues = Vec::new();
                while let Some(ligne) = lire(&mut lignes)?.filter(|l| l != ".") {
                    lues.push(ligne);
                }
                mail.texte = lues.join("\n");
                cahier.lock().expect("cahier").push(mail.clone());
                "250 oui\r\n"
            }
            ("QUIT", _) => return dire(&mut lignes, "221 bonsoir\r\n"),
            _ => "250 oui\r\n",
        };
        dire(&mut lignes, dit)?;
    }
    Ok(())
}

fn dire(a: &mut BufReader<Canal>, texte: &str) -> Result<()> {
    a.get_mut().write_all(texte.as_bytes())?;
    a.get_mut().flush()
}

fn lire(de: &mut BufReader<Canal>) -> Result<Option<String>> {
    let mut ligne = String::new();
    let lus = de.read_line(&mut ligne)?;
    Ok((lus > 0).then(|| ligne.trim_end_matches(['\r', '\n']).to_owned()))
}

impl Mail {
    /// Its text, whichever way it was written for the passage.
    pub fn corps(&self) -> String {
        let (tete, corps) = self.texte.split_once("\n\n").expect("tête et corps");
        let tete = tete.to_lowercase();
        if tete.contains("content-transfer-encoding: base64") {
            let octets = STANDARD.decode(corps.replace(['\n', '\r'], "")).expect("base64");
            return String::from_utf8(octets).expect("UTF-8");
        }
        if tete.contains("content-transfer-encoding: quoted-printable") {
            return quoted_printable(corps);
        }
        corps.to_owned()
    }
}

fn quoted_printable(texte: &str) -> String {
    let texte = texte.replace("=\r\n", "").replace("=\n", "");
    let mut octets = Vec::new();
    let mut reste = texte.as_bytes();
    while let Some((premier, suite)) = reste.split_first() {
        let code = (*premier == b'=').then(|| suite.get(..2)).flatten();
        let code = code.and_then(|c| std::str::from_utf8(c).ok());
        match code.and_then(|c| u8::from_str_radix(c, 16).ok()) {
            Some(octet) => {
                octets.push(octet);
                reste = &suite[2..];
            }
            None => {
                octets.push(*premier);
                reste = suite;
            }
        }
    }
    String::from_utf8(octets).expect("UTF-8")
}
