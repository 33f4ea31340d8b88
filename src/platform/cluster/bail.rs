//! The program's side: takes a lease, and starts a guardian when nobody guards the folder.

use std::io::{self, BufRead, BufReader, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::net::{RecvFlags, recv};

use super::compte::{Compte, detacher};
use super::lieux::{Lieux, ouvrir_journal};
use super::{BASE, ErreurCluster, OptionsCluster, UTILISATEUR, Usage, sur};

/// A guardian that says nothing for so long is stuck.
const SILENCE: Duration = Duration::from_secs(30);
/// Longer than a clean stop may take: then the next guardian can start.
const RELEVE: Duration = Duration::from_secs(45);
/// Recovery after a power cut can be long, and the guardian says meanwhile that it goes on.
const DEMARRAGE_MAX: Duration = Duration::from_secs(600);

/// postgres runs at least as long as this lives.
#[derive(Debug)]
pub struct Bail {
    connexion: UnixStream,
    socket_dir: PathBuf,
    port: u16,
    version: String,
    binaires: PathBuf,
    usage: Usage,
}

enum Reponse {
    Pret(Bail),
    /// Another guardian holds the folder: join it, or wait for its end.
    Occupe,
    /// The guardian was going down, or was killed.
    Fermee,
}

pub fn ouvrir(options: &OptionsCluster) -> Result<Bail, ErreurCluster> {
    let limite = Instant::now() + RELEVE;
    let mut pause = Duration::from_millis(20);
    loop {
        // Each time: the folder of a server to throw away goes with its guardian.
        let lieux = Lieux::preparer(&options.dossier)?;
        let connexion = match joindre(&lieux, options.usage)? {
            Some(connexion) => connexion,
            None => lancer(options, &lieux)?,
        };
        let echec = match ecouter(connexion, &lieux, options.usage)? {
            Reponse::Pret(bail) => return Ok(bail),
            Reponse::Occupe => ErreurCluster::Occupe(lieux.dossier.clone()),
            Reponse::Fermee => ErreurCluster::PasPret(lieux.dossier.clone()),
        };
        if Instant::now() > limite {
            return Err(echec);
        }
        std::thread::sleep(pause);
        pause = Duration::from_millis(500).min(pause * 2);
    }
}

impl Bail {
    /// The host to connect to: a folder.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn base(&self) -> &'static str {
        BASE
    }

    pub fn utilisateur(&self) -> &'static str {
        UTILISATEUR
    }

    pub fn superutilisateur(&self) -> &'static str {
        self.usage.superutilisateur()
    }

    /// As PostgreSQL says it: `15.14`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder of `pg_dump` and the others, of the server's version.
    pub fn binaires(&self) -> &Path {
        &self.binaires
    }

    /// The guardian was killed: postgres stops. A new lease brings both back, same folder and port.
    pub fn est_rompu(&self) -> bool {
        let mut octets = [0; 256];
        loop {
            match recv(&self.connexion, &mut octets, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return true,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return e != rustix::io::Errno::WOULDBLOCK,
            }
        }
    }
}

fn joindre(lieux: &Lieux, usage: Usage) -> Result<Option<UnixStream>, ErreurCluster> {
    // Nobody shares a server to throw away.
    if usage.est_jetable() || !lieux.verifier_run(&Compte::choisir(lieux))? {
        return Ok(None);
    }
    let prise = lieux.prise_gardien();
    match UnixStream::connect(&prise) {
        Ok(connexion) => Ok(Some(connexion)),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            Ok(None)
        }
        Err(e) => Err(sur(&prise)(e)),
    }
}

/// The new guardian gets our lease as its standard input, so it never waits for a first one, and
/// ends at once when another one was faster.
fn lancer(options: &OptionsCluster, lieux: &Lieux) -> Result<UnixStream, ErreurCluster> {
    let programme = &options.gardien;
    let journal = ouvrir_journal(&lieux.journal_gardien())?;
    let echec = |cause: io::Error| ErreurCluster::Lancement { programme: programme.clone(), cause };
    let (notre, sienne) = UnixStream::pair().map_err(echec)?;
    let mut commande = Command::new(programme);
    commande.arg("gardien").arg("--dossier").arg(&lieux.dossier);
    if let Usage::Jetable { majeure } = options.usage {
        commande.arg("--jetable").arg(majeure.to_string());
    }
    commande.stdin(OwnedFd::from(sienne)).stdout(journal.try_clone().map_err(echec)?);
    commande.stderr(journal);
    detacher(&mut commande);
    let mut gardien = commande.spawn().map_err(echec)?;
    // It may end long before us: somebody must take its exit code.
    std::thread::spawn(move || gardien.wait());
    Ok(notre)
}

fn ecouter(connexion: UnixStream, lieux: &Lieux, usage: Usage) -> Result<Reponse, ErreurCluster> {
    let pas_pret = || ErreurCluster::PasPret(lieux.dossier.clone());
    connexion.set_read_timeout(Some(SILENCE)).map_err(sur(&lieux.prise_gardien()))?;
    let limite = Instant::now() + DEMARRAGE_MAX;
    let mut lecteur = BufReader::new(connexion);
    while Instant::now() < limite {
        let mut ligne = String::new();
        match lecteur.read_line(&mut ligne) {
            Ok(0) => return Ok(Reponse::Fermee),
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::ConnectionReset => return Ok(Reponse::Fermee),
            Err(_) => return Err(pas_pret()),
        }
        match ligne.trim_end().split_once(' ') {
            Some(("PRET", reste)) => {
                let bail = comprendre(reste, lecteur.into_inner(), (lieux, usage));
                return bail.map(Reponse::Pret).ok_or_else(pas_pret);
            }
            Some(("ECHEC", phrase)) => return Err(ErreurCluster::Gardien(phrase.to_owned())),
            None if ligne.trim_end() == "OCCUPE" => return Ok(Reponse::Occupe),
            _ => {}
        }
    }
    Err(pas_pret())
}

fn comprendre(reste: &str, connexion: UnixStream, (lieux, usage): (&Lieux, Usage)) -> Option<Bail> {
    let mut mots = reste.splitn(3, ' ');
    let port = mots.next()?.parse().ok()?;
    let version = mots.next()?.to_owned();
    let binaires = PathBuf::from(mots.next()?);
    Some(Bail { connexion, socket_dir: lieux.run.clone(), port, version, binaires, usage })
}
