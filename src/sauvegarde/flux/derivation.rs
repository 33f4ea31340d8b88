use std::io::{self, Read, Write};

/// Reads, and writes all that was read to a second stream.
pub(crate) struct Derivation<L, E> {
    lecture: L,
    ecriture: E,
    erreur: Option<io::Error>,
}

impl<L: Read, E: Write> Derivation<L, E> {
    pub(crate) fn nouvelle(lecture: L, ecriture: E) -> Self {
        Self { lecture, ecriture, erreur: None }
    }

    /// The second stream; or why writing to it failed, which ended the reading.
    pub(crate) fn terminer(self) -> io::Result<E> {
        match self.erreur {
            Some(erreur) => Err(erreur),
            None => Ok(self.ecriture),
        }
    }
}

impl<L: Read, E: Write> Read for Derivation<L, E> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let lus = self.lecture.read(octets)?;
        if let Err(erreur) = self.ecriture.write_all(&octets[..lus]) {
            let dit = io::Error::new(erreur.kind(), erreur.to_string());
            self.erreur = Some(erreur);
            return Err(dit);
        }
        Ok(lus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ce_qui_est_lu_est_aussi_ecrit() {
        let mut derivation = Derivation::nouvelle(&b"un deux"[..], Vec::new());
        let mut lu = String::new();
        derivation.read_to_string(&mut lu).unwrap();
        assert_eq!(
            (lu.as_bytes(), derivation.terminer().unwrap()),
            (&b"un deux"[..], lu.clone().into())
        );
    }

    #[test]
    fn une_ecriture_impossible_arrete_la_lecture_et_se_dit() {
        let mut place = [0; 3];
        let mut derivation = Derivation::nouvelle(&b"un deux"[..], &mut place[..]);
        assert!(derivation.read_to_end(&mut Vec::new()).is_err());
        let erreur = derivation.terminer().unwrap_err();
        assert_eq!(erreur.kind(), io::ErrorKind::WriteZero);
    }
}
