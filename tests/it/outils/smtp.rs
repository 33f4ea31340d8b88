//! A mail server that keeps what it is sent: as much of SMTP as one sender needs.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[derive(Debug, Clone, Default)]
pub struct Mail {
    pub de: String,
    pub a: String,
    /// As it passed.
    pub texte: String,
    /// What was given to log in.
    pub acces: String,
}

pub struct Smtp {
    adresse: SocketAddr,
    recus: Arc<Mutex<Vec<Mail>>>,
}

impl Smtp {
    pub fn ouvrir() -> Self {
        let porte = TcpListener::bind("127.0.0.1:0").expect("port");
        let adresse = porte.local_addr().expect("adresse");
        let recus: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let cahier = Arc::clone(&recus);
        std::thread::spawn(move || {
            for client in porte.incoming().map_while(Result::ok) {
                let _parti = servir(client, &cahier);
            }
        });
        Self { adresse, recus }
    }

    pub fn url(&self, compte: &str) -> String {
        format!("smtp://{compte}@{}", self.adresse)
    }

    pub fn recus(&self) -> Vec<Mail> {
        self.recus.lock().expect("cahier").clone()
    }
}

fn servir(client: TcpStream, cahier: &Mutex<Vec<Mail>>) -> std::io::Result<()> {
    let mut reponse = client.try_clone()?;
    let mut lignes = BufReader::new(client).lines();
    let mut mail = Mail::default();
    reponse.write_all(b"220 essai\r\n")?;
    while let Some(ligne) = lignes.next().transpose()? {
        let mot = ligne.split(' ').next().unwrap_or_default().to_uppercase();
        let dit: &[u8] = match mot.as_str() {
            "EHLO" => b"250-essai\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n",
            "AUTH" => {
                mail.acces = ligne;
                b"235 oui\r\n"
            }
            "MAIL" => {
                mail.de = ligne;
                b"250 oui\r\n"
            }
            "RCPT" => {
                mail.a = ligne;
                b"250 oui\r\n"
            }
            "DATA" => {
                reponse.write_all(b"354 dites\r\n")?;
                let lues = lignes.by_ref().map_while(Result::ok).take_while(|l| l != ".");
                mail.texte = lues.collect::<Vec<_>>().join("\n");
                cahier.lock().expect("cahier").push(mail.clone());
                b"250 oui\r\n"
            }
            "QUIT" => {
                reponse.write_all(b"221 bonsoir\r\n")?;
                return Ok(());
            }
            _ => b"250 oui\r\n",
        };
        reponse.write_all(dit)?;
    }
    Ok(())
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
