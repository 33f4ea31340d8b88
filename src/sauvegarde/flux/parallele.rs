//! Blocks worked on by a few threads, given back in their order.
//!
//! The caller never waits for a place in a queue: it first takes back the oldest block when too
//! many are on their way. The threads only ever wait for work, and end when nobody can send any.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// More would take the processor from pg_dump and from the server without being any faster.
const FILS_MAX: usize = 4;

/// As many threads as there is work for.
pub(crate) fn fils() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(FILS_MAX)
}

type Travail = fn(&[u8]) -> io::Result<Vec<u8>>;
type Retour = io::Result<(Vec<u8>, Vec<u8>)>;

pub(crate) struct Parallele {
    envoi: Option<Sender<(Vec<u8>, SyncSender<Retour>)>>,
    fils: Vec<JoinHandle<()>>,
    en_route: VecDeque<Receiver<Retour>>,
    places: usize,
    /// Emptied blocks, to be filled again.
    libres: Vec<Vec<u8>>,
}

type Boite = Arc<Mutex<Receiver<(Vec<u8>, SyncSender<Retour>)>>>;

impl Parallele {
    pub(crate) fn nouveau(nombre: usize, travail: Travail) -> io::Result<Self> {
        let (envoi, boite) = channel();
        let boite: Boite = Arc::new(Mutex::new(boite));
        let mut tous = Self {
            envoi: Some(envoi),
            fils: Vec::new(),
            en_route: VecDeque::new(),
            places: 2 * nombre,
            libres: Vec::new(),
        };
        for _ in 0..nombre {
            let boite = Arc::clone(&boite);
            let fil = std::thread::Builder::new().name("blocs".into());
            tous.fils.push(fil.spawn(move || travailler(&boite, travail))?);
        }
        Ok(tous)
    }

    pub(crate) fn bloc_libre(&mut self) -> Vec<u8> {
        self.libres.pop().unwrap_or_default()
    }

    /// Hands over a block. Gives back the oldest result when enough blocks are on their way.
    pub(crate) fn confier(&mut self, bloc: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        let rendu = match self.en_route.len() < self.places {
            true => None,
            false => self.reprendre()?,
        };
        let (retour, resultat) = sync_channel(1);
        let envoi = self.envoi.as_ref().ok_or_else(arretes)?;
        envoi.send((bloc, retour)).map_err(|_| arretes())?;
        self.en_route.push_back(resultat);
        Ok(rendu)
    }

    /// The oldest result; none when all were given back.
    pub(crate) fn reprendre(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(resultat) = self.en_route.pop_front() else { return Ok(None) };
        let (mut bloc, rendu) = resultat.recv().map_err(|_| arretes())??;
        bloc.clear();
        self.libres.push(bloc);
        Ok(Some(rendu))
    }
}

/// What is on its way is given up: no thread outlives this.
impl Drop for Parallele {
    fn drop(&mut self) {
        self.envoi = None;
        self.en_route.clear();
        for fil in self.fils.drain(..) {
            // One that panicked has already been told of, as a result that did not come.
            let _fini = fil.join();
        }
    }
}

fn travailler(boite: &Boite, travail: Travail) {
    loop {
        let recu = match boite.lock() {
            Ok(boite) => boite.recv(),
            Err(_) => return,
        };
        let Ok((bloc, retour)) = recu else { return };
        let rendu = travail(&bloc).map(|rendu| (bloc, rendu));
        // Nobody waits for it any more: the backup was given up.
        let _rendu = retour.send(rendu);
    }
}

fn arretes() -> io::Error {
    io::Error::other("le travail sur les blocs s'est arrêté")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(bloc: &[u8]) -> io::Result<Vec<u8>> {
        match bloc.first() {
            Some(0) => Err(io::Error::other("zéro")),
            Some(1) => panic!("un"),
            _ => Ok([bloc, bloc].concat()),
        }
    }

    #[test]
    fn les_blocs_reviennent_dans_leur_ordre() {
        let mut tous = Parallele::nouveau(3, double).unwrap();
        let mut rendus = Vec::new();
        for n in 2..200 {
            let mut bloc = tous.bloc_libre();
            assert!(bloc.is_empty());
            bloc.push(n);
            rendus.extend(tous.confier(bloc).unwrap());
        }
        while let Some(rendu) = tous.reprendre().unwrap() {
            rendus.push(rendu);
        }
        let attendus: Vec<_> = (2..200).map(|n| vec![n, n]).collect();
        assert_eq!(rendus, attendus);
    }

    #[test]
    fn une_erreur_ou_une_panique_revient_a_celui_qui_demande() {
        for n in [0, 1] {
            let mut tous = Parallele::nouveau(1, double).unwrap();
            tous.confier(vec![n]).unwrap();
            assert!(tous.reprendre().is_err());
        }
    }

    #[test]
    fn abandonner_en_chemin_arrete_les_fils() {
        let mut tous = Parallele::nouveau(2, double).unwrap();
        for _ in 0..4 {
            tous.confier(vec![7; 1000]).unwrap();
        }
        drop(tous);
    }
}
