//! zlib inside the archive. flate2's own reader takes the middle of a stream for its end: this one
//! demands the end, with its checksum.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::super::ErreurArchive;

pub(crate) struct Inflation<B> {
    source: B,
    etat: Decompress,
    commence: bool,
    fini: bool,
}

impl<B: BufRead> Inflation<B> {
    pub(crate) fn de(source: B) -> Self {
        Self { source, etat: Decompress::new(true), commence: false, fini: false }
    }
}

impl<B: BufRead> Read for Inflation<B> {
    fn read(&mut self, sortie: &mut [u8]) -> io::Result<usize> {
        while !self.fini {
            let entree = self.source.fill_buf()?;
            if entree.is_empty() {
                // pg_dump writes nothing at all for an empty large object.
                return if self.commence { Err(inachevees()) } else { Ok(0) };
            }
            self.commence = true;
            let (avant_entree, avant_sortie) = (self.etat.total_in(), self.etat.total_out());
            let statut = self.etat.decompress(entree, sortie, FlushDecompress::None)?;
            self.source.consume((self.etat.total_in() - avant_entree) as usize);
            let ecrits = (self.etat.total_out() - avant_sortie) as usize;
            self.fini = statut == Status::StreamEnd;
            if ecrits > 0 {
                return Ok(ecrits);
            }
        }
        Ok(0)
    }
}

fn inachevees() -> io::Error {
    ErreurArchive::corrompue("données compressées inachevées").into()
}
