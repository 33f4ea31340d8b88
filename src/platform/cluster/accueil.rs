//! The guardian's door: who holds a lease, what each is told, and what wakes the guardian.
//!
//! The guardian speaks, the holder only listens, one line at a time: `ATTENTE` (starting),
//! `PRET <port> <version> <folder of the programs>`, `ECHEC <sentence>`, `OCCUPE` (another one
//! guards). The end of the connection means: ask again.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::compte::Compte;
use super::{ErreurCluster, sur};

const RAPPEL: Duration = Duration::from_secs(1);
/// How long a guardian that somebody started by hand waits for its first lease.
const SANS_BAIL: Duration = Duration::from_secs(10);

pub(crate) struct Accueil {
    reveil: UnixStream,
    ecoute: Option<UnixListener>,
    baux: Vec<UnixStream>,
    /// The `PRET` line, while it is true.
    annonce: Option<String>,
    /// No lease yet, and until when to wait for one.
    premier_avant: Option<Instant>,
    rappel: Instant,
}

impl Accueil {
    /// `reveil` becomes readable at each signal.
    pub(crate) fn nouveau(reveil: UnixStream) -> Self {
        let baux: Vec<_> = bail_du_lanceur().into_iter().collect();
        let premier_avant = baux.is_empty().then(|| Instant::now() + SANS_BAIL);
        let rappel = Instant::now();
        Self { reveil, ecoute: None, baux, annonce: None, premier_avant, rappel }
    }

    /// Opens the door. Only the holder of the flock may: what lies there is of a dead guardian.
    pub(crate) fn ouvrir(&mut self, prise: &Path, compte: &Compte) -> Result<(), ErreurCluster> {
        effacer(prise);
        let ecoute = UnixListener::bind(prise).map_err(sur(prise))?;
        ecoute.set_nonblocking(true).map_err(sur(prise))?;
        fs::set_permissions(prise, fs::Permissions::from_mode(0o600)).map_err(sur(prise))?;
        compte.confier(prise)?;
        self.ecoute = Some(ecoute);
        Ok(())
    }

    /// Who connected but was not yet let in sees the end of the connection, and asks again.
    pub(crate) fn fermer(&mut self, prise: &Path) {
        effacer(prise);
        self.ecoute = None;
    }

    /// Somebody needs us, or may still come.
    pub(crate) fn attendu(&self) -> bool {
        !self.baux.is_empty() || self.premier_avant.is_some_and(|limite| Instant::now() < limite)
    }

    pub(crate) fn dire(&mut self, ligne: &str) {
        let ligne = ligne.replace('\n', " ");
        self.baux.retain_mut(|bail| parler(bail, &ligne));
    }

    /// Says that postgres is ready, now and to those who come later.
    pub(crate) fn annoncer(&mut self, ligne: String) {
        self.dire(&ligne);
        self.annonce = Some(ligne);
    }

    pub(crate) fn se_dedire(&mut self) {
        self.annonce = None;
    }

    fn faire_patienter(&mut self) {
        if self.annonce.is_none() && self.rappel.elapsed() > RAPPEL {
            self.rappel = Instant::now();
            self.dire("ATTENTE");
        }
    }

    /// Sleeps until something happens or `delai` is over, then lets in and out.
    pub(crate) fn tour(&mut self, delai: Option<Duration>) -> Result<(), ErreurCluster> {
        self.dormir(delai)?;
        let mut octets = [0; 64];
        while matches!(self.reveil.read(&mut octets), Ok(n) if n > 0) {}
        self.accueillir();
        self.baux.retain_mut(encore_la);
        self.faire_patienter();
        Ok(())
    }

    fn dormir(&self, delai: Option<Duration>) -> Result<(), ErreurCluster> {
        let baux = self.baux.iter().map(AsFd::as_fd);
        let portes = self.ecoute.iter().map(AsFd::as_fd);
        let mut veilles: Vec<_> = std::iter::once(self.reveil.as_fd())
            .chain(portes)
            .chain(baux)
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        let delai = delai.or(self.premier_avant.map(|_| RAPPEL));
        let delai = delai.and_then(|d| Timespec::try_from(d).ok());
        match poll(&mut veilles, delai.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(e) => Err(sur(Path::new("gardien.sock"))(e.into())),
        }
    }

    fn accueillir(&mut self) {
        while let Some(Ok((mut bail, _))) = self.ecoute.as_ref().map(UnixListener::accept) {
            let parle = self.annonce.as_ref().is_none_or(|ligne| parler(&mut bail, ligne));
            if parle && bail.set_nonblocking(true).is_ok() {
                self.baux.push(bail);
                self.premier_avant = None;
            }
        }
    }
}

/// Who starts a guardian gives it its first lease as standard input.
fn bail_du_lanceur() -> Option<UnixStream> {
    let copie = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let bail = UnixStream::from(copie);
    bail.local_addr().ok()?;
    bail.set_nonblocking(true).ok()?;
    Some(bail)
}

/// False once the holder has gone.
fn parler(bail: &mut UnixStream, ligne: &str) -> bool {
    match bail.write_all(format!("{ligne}\n").as_bytes()) {
        Ok(()) => true,
        Err(e) => e.kind() == ErrorKind::WouldBlock,
    }
}

fn encore_la(bail: &mut UnixStream) -> bool {
    let mut octets = [0; 64];
    match bail.read(&mut octets) {
        Ok(n) => n > 0,
        Err(e) => matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
    }
}

fn effacer(prise: &Path) {
    match fs::remove_file(prise) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            tracing::warn!(prise = %prise.display(), cause = %e, "prise non effacée");
        }
        _ => {}
    }
}
