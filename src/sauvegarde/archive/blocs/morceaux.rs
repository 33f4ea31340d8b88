//! A list of pieces, each with its length before it, read as one text; a length of 0 ends it.

use std::io::{self, BufRead, Read};

use super::super::ErreurArchive;
use super::super::source::Source;

pub struct Morceaux<'a, R> {
    source: &'a mut Source<R>,
    reste: usize,
    fini: bool,
}

impl<'a, R: Read> Morceaux<'a, R> {
    pub fn de(source: &'a mut Source<R>) -> Self {
        Self { source, reste: 0, fini: false }
    }

    fn suivant(&mut self) -> Result<(), ErreurArchive> {
        let longueur = self.source.entier()?;
        self.reste = usize::try_from(longueur)
            .map_err(|_| ErreurArchive::corrompue("morceau de longueur négative"))?;
        self.fini = longueur == 0;
        Ok(())
    }
}

/// No copy: what it gives lies in the source's own buffer.
impl<R: Read> BufRead for Morceaux<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.reste == 0 && !self.fini {
            self.suivant()?;
        }
        if self.fini {
            return Ok(&[]);
        }
        let la = self.source.remplir()?;
        if la.is_empty() {
            return Err(ErreurArchive::Tronquee.into());
        }
        Ok(&la[..la.len().min(self.reste)])
    }

    fn consume(&mut self, octets: usize) {
        self.reste -= octets;
        self.source.consommer(octets);
    }
}

impl<R: Read> Read for Morceaux<'_, R> {
    fn read(&mut self, sortie: &mut [u8]) -> io::Result<usize> {
        let lus = self.fill_buf()?.read(sortie)?;
        self.consume(lus);
        Ok(lus)
    }
}
