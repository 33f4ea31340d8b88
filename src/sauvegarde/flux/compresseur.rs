use std::io::{self, Write};

use super::membre::{self, BLOC};
use super::parallele::{Parallele, fils};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatFlux {
    Gz,
    Zst,
    Aucun,
}

/// Packs what is written to it. Only [`Compresseur::terminer`] makes a whole file.
pub struct Compresseur<E: Write>(Voie<E>);

enum Voie<E: Write> {
    Gz(Box<Membres<E>>),
    Zst(Box<zstd::stream::write::Encoder<'static, E>>),
    Aucune(E),
}

const NIVEAU_ZST: i32 = 1;

impl<E: Write> Compresseur<E> {
    pub fn nouveau(format: FormatFlux, ecriture: E) -> io::Result<Self> {
        Self::sur(fils(), format, ecriture)
    }

    fn sur(fils: usize, format: FormatFlux, ecriture: E) -> io::Result<Self> {
        Ok(Self(match format {
            FormatFlux::Gz => Voie::Gz(Box::new(Membres::nouveaux(fils, ecriture)?)),
            FormatFlux::Zst => {
                let mut zstd = zstd::stream::write::Encoder::new(ecriture, NIVEAU_ZST)?;
                zstd.include_checksum(true)?;
                zstd.multithread(u32::try_from(fils).unwrap_or(1))?;
                Voie::Zst(Box::new(zstd))
            }
            FormatFlux::Aucun => Voie::Aucune(ecriture),
        }))
    }

    /// Writes all that is left, flushes, and gives back what it wrote to.
    pub fn terminer(self) -> io::Result<E> {
        let mut ecriture = match self.0 {
            Voie::Gz(membres) => membres.terminer()?,
            Voie::Zst(zstd) => zstd.finish()?,
            Voie::Aucune(ecriture) => ecriture,
        };
        ecriture.flush()?;
        Ok(ecriture)
    }
}

impl<E: Write> Write for Compresseur<E> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Voie::Gz(membres) => membres.prendre(octets),
            Voie::Zst(zstd) => zstd.write(octets),
            Voie::Aucune(ecriture) => ecriture.write(octets),
        }
    }

    /// Whole blocks only, so that a caller who flushes often does not make many small ones.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Membres<E> {
    bloc: Vec<u8>,
    fils: Parallele,
    ecriture: E,
    vide: bool,
    /// A write failed: what is behind it has a hole.
    rompu: bool,
}

impl<E: Write> Membres<E> {
    fn nouveaux(fils: usize, ecriture: E) -> io::Result<Self> {
        let fils = Parallele::nouveau(fils, membre::serrer)?;
        let bloc = Vec::with_capacity(BLOC);
        Ok(Self { bloc, fils, ecriture, vide: true, rompu: false })
    }

    fn prendre(&mut self, octets: &[u8]) -> io::Result<usize> {
        let pris = octets.len().min(BLOC - self.bloc.len());
        self.bloc.extend_from_slice(&octets[..pris]);
        if self.bloc.len() == BLOC {
            self.envoyer()?;
        }
        Ok(pris)
    }

    fn envoyer(&mut self) -> io::Result<()> {
        let mut suivant = self.fils.bloc_libre();
        suivant.reserve(BLOC);
        let plein = std::mem::replace(&mut self.bloc, suivant);
        self.vide = false;
        let rendu = self.fils.confier(plein);
        self.ecrire(rendu)?;
        Ok(())
    }

    /// False when there was nothing to write.
    fn ecrire(&mut self, rendu: io::Result<Option<Vec<u8>>>) -> io::Result<bool> {
        if self.rompu {
            return Err(io::Error::other("une écriture précédente a échoué"));
        }
        let fait = rendu.and_then(|rendu| match rendu {
            Some(membre) => self.ecriture.write_all(&membre).map(|()| true),
            None => Ok(false),
        });
        self.rompu = fait.is_err();
        fait
    }

    fn terminer(mut self) -> io::Result<E> {
        // An empty file is no gzip file: it has at least one member.
        if self.vide || !self.bloc.is_empty() {
            self.envoyer()?;
        }
        loop {
            let rendu = self.fils.reprendre();
            if !self.ecrire(rendu)? {
                return Ok(self.ecriture);
            }
        }
    }
}

#[cfg(test)]
mod tests;
