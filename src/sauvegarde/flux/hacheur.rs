use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// SHA-256 and length of what is written to, or read from, what it wraps.
pub(crate) struct Hacheur<F> {
    flux: F,
    sha256: Sha256,
    octets: u64,
}

/// What passed: `sha256` in hexadecimal, as `sha256sum` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub octets: u64,
    pub sha256: String,
}

impl<F> Hacheur<F> {
    pub(crate) fn nouveau(flux: F) -> Self {
        Self { flux, sha256: Sha256::new(), octets: 0 }
    }

    pub(crate) fn terminer(self) -> (F, Passage) {
        let sha256 = self.sha256.finalize().iter().map(|o| format!("{o:02x}")).collect();
        (self.flux, Passage { octets: self.octets, sha256 })
    }

    fn compter(&mut self, octets: &[u8]) {
        self.sha256.update(octets);
        self.octets += octets.len() as u64;
    }
}

impl<F: Write> Write for Hacheur<F> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let ecrits = self.flux.write(octets)?;
        self.compter(&octets[..ecrits]);
        Ok(ecrits)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flux.flush()
    }
}

impl<F: Read> Read for Hacheur<F> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let lus = self.flux.read(octets)?;
        self.compter(&octets[..lus]);
        Ok(lus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// Writes one byte at a time.
    struct Goutte(Vec<u8>);

    impl Write for Goutte {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.0.extend(octets.first());
            Ok(octets.len().min(1))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn seul_ce_qui_est_passe_compte() {
        let attendu = Passage { octets: 3, sha256: ABC.into() };
        let mut ecrit = Hacheur::nouveau(Goutte(Vec::new()));
        ecrit.write_all(b"abc").unwrap();
        let (Goutte(sorti), passage) = ecrit.terminer();
        assert_eq!((sorti.as_slice(), passage), (&b"abc"[..], attendu.clone()));

        let mut lu = Hacheur::nouveau(&b"abc"[..]);
        lu.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(lu.terminer().1, attendu);
    }
}
