//! A scanner: one connection, one request after the other. Written by hand, so that asking takes no
//! more of the machine than pgbench does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Scanner {
    prise: BufReader<TcpStream>,
    entetes: String,
    requete: Vec<u8>,
    reponse: Vec<u8>,
}

impl Scanner {
    pub fn sur(adresse: &str, jeton: &str) -> Result<Self> {
        let prise = TcpStream::connect(adresse)?;
        prise.set_nodelay(true)?;
        prise.set_read_timeout(Some(PATIENCE))?;
        let entetes = format!("host: {adresse}\r\nauthorization: Bearer {jeton}\r\n");
        let prise = BufReader::with_capacity(1 << 16, prise);
        Ok(Self { prise, entetes, requete: Vec::new(), reponse: Vec::new() })
    }

    pub fn poster(&mut self, chemin: &str, cle: &str, corps: &str) -> Result<()> {
        self.requete.clear();
        write!(
            self.requete,
            "POST {chemin} HTTP/1.1\r\n{}content-type: application/json\r\nidempotency-key: {cle}\
             \r\ncontent-length: {}\r\n\r\n{corps}",
            self.entetes,
            corps.len()
        )?;
        self.envoyer().map(|_| ())
    }

    /// The length of the answer's body.
    pub fn lire(&mut self, chemin: &str) -> Result<usize> {
        self.requete.clear();
        write!(self.requete, "GET {chemin} HTTP/1.1\r\n{}\r\n", self.entetes)?;
        self.envoyer()
    }

    fn envoyer(&mut self) -> Result<usize> {
        self.prise.get_mut().write_all(&self.requete)?;
        let mut ligne = String::new();
        self.prise.read_line(&mut ligne)?;
        let statut = ligne.clone();
        let mut longueur = None;
        loop {
            ligne.clear();
            self.prise.read_line(&mut ligne)?;
            let entete = ligne.trim_end().to_ascii_lowercase();
            if entete.is_empty() {
                break;
            }
            if let Some(n) = entete.strip_prefix("content-length:") {
                longueur = Some(n.trim().parse()?);
            }
        }
        let longueur: usize = longueur.context("content-length")?;
        self.reponse.resize(longueur, 0);
        self.prise.read_exact(&mut self.reponse)?;
        let dit = || String::from_utf8_lossy(&self.reponse).into_owned();
        ensure!(statut.starts_with("HTTP/1.1 200"), "{statut}{}", dit());
        Ok(longueur)
    }
}
