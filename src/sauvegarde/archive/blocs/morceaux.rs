//! A list of pieces, each with its length before it, read as one text; a length of 0 ends it.

use std::io::{self, BufRead, Read};

use super::super::ErreurArchive;
use super::super::source::Source;

pub(crate) struct Morceaux<'a, R> {
    source: &'a mut Source<R>,
    reste: usize,
    fini: bool,
}

impl<'a, R: Read> Morceaux<'a, R> {
    pub(crate) fn de(source: &'a mut Source<R>) -> Self {
        Self { source, reste: 0, fini: false }
    }

    /// All of it. `pg_dump` makes a piece of each row: those that are whole in the buffer are given
    /// straight away, which is twice as fast as one call of `fill_buf` for each.
    pub(crate) fn vider(
        &mut self,
        mut a_chaque: impl FnMut(&[u8]) -> Result<(), ErreurArchive>,
    ) -> Result<(), ErreurArchive> {
        loop {
            let la = self.source.tampon();
            let mut reste = la;
            while let Some((morceau, suite)) = premier(reste) {
                a_chaque(morceau)?;
                reste = suite;
            }
            let lus = la.len() - reste.len();
            self.source.consommer(lus);
            let entier = self.fill_buf().map_err(ErreurArchive::d_un_decodeur)?;
            if entier.is_empty() {
                return Ok(());
            }
            // The rest of a piece that goes over the end of the buffer.
            a_chaque(entier)?;
            let lus = entier.len();
            self.consume(lus);
            while self.reste > 0 {
                let suite = self.fill_buf().map_err(ErreurArchive::d_un_decodeur)?;
                a_chaque(suite)?;
                let lus = suite.len();
                self.consume(lus);
            }
        }
    }

    fn suivant(&mut self) -> Result<(), ErreurArchive> {
        let longueur = self.source.entier()?;
        self.reste = usize::try_from(longueur)
            .map_err(|_| ErreurArchive::corrompue("morceau de longueur négative"))?;
        self.fini = longueur == 0;
        Ok(())
    }
}

/// The first piece, when all of it is there and it is none to look at more closely.
fn premier(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[signe, a, b, c, d], suite) = octets.split_first_chunk()?;
    let longueur = u32::from_le_bytes([a, b, c, d]) as usize;
    if signe != 0 || longueur == 0 {
        return None;
    }
    suite.split_at_checked(longueur)
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
