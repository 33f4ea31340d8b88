use std::io::{self, ErrorKind, Read};

use super::decompresseur::ErreurFlux;
use super::membre::{self, ENTETE};
use super::parallele::{Parallele, fils};

/// Unpacks a list of our own members, several at once.
pub(crate) struct Membres<L> {
    lecture: L,
    fils: Parallele,
    bloc: Vec<u8>,
    lus: usize,
}

impl<L: Read> Membres<L> {
    pub(crate) fn nouveaux(lecture: L) -> io::Result<Self> {
        let fils = Parallele::nouveau(fils(), membre::desserrer)?;
        Ok(Self { lecture, fils, bloc: Vec::new(), lus: 0 })
    }

    /// False when all were given.
    fn suivant(&mut self) -> io::Result<bool> {
        let rendu = loop {
            let Some(membre) = self.lire()? else { break self.fils.reprendre()? };
            if let Some(rendu) = self.fils.confier(membre)? {
                break Some(rendu);
            }
        };
        let reste = rendu.is_some();
        self.bloc = rendu.unwrap_or_default();
        self.lus = 0;
        Ok(reste)
    }

    /// None at the end of the file.
    fn lire(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut membre = self.fils.bloc_libre();
        self.completer(&mut membre, ENTETE)?;
        if membre.is_empty() {
            return Ok(None);
        }
        let entete = membre.first_chunk().ok_or_else(tronque)?;
        let longueur = membre::longueur(entete).ok_or_else(|| {
            let abime = ErreurFlux::Abime("un bloc ne dit pas sa longueur".to_owned());
            io::Error::new(ErrorKind::InvalidData, abime)
        })?;
        self.completer(&mut membre, longueur)?;
        if membre.len() < longueur {
            return Err(tronque());
        }
        Ok(Some(membre))
    }

    /// Up to that length, or to the end of the file.
    fn completer(&mut self, membre: &mut Vec<u8>, longueur: usize) -> io::Result<()> {
        let manque = longueur - membre.len();
        self.lecture.by_ref().take(manque as u64).read_to_end(membre).map(drop)
    }
}

fn tronque() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, ErreurFlux::Tronque)
}

impl<L: Read> Read for Membres<L> {
    fn read(&mut self, sortie: &mut [u8]) -> io::Result<usize> {
        // A member may be empty.
        while self.lus == self.bloc.len() {
            if !self.suivant()? {
                return Ok(0);
            }
        }
        let lus = (&self.bloc[self.lus..]).read(sortie)?;
        self.lus += lus;
        Ok(lus)
    }
}
