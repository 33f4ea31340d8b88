//! The bytes of an archive, its numbers and its texts.

use std::io::{BufRead, BufReader, ErrorKind, Read};

use super::ErreurArchive;

const TAMPON: usize = 256 * 1024;
/// All that a table of contents may hold in memory.
const SOMMAIRE_MAX: usize = 256 * 1024 * 1024;
/// The sign, then four bytes, the smallest first.
const TAILLE_ENTIER: usize = 5;

pub(crate) struct Source<R> {
    tampon: BufReader<R>,
    octets: u64,
    reste_permis: usize,
}

impl<R: Read> Source<R> {
    pub(crate) fn nouvelle(source: R) -> Self {
        let tampon = BufReader::with_capacity(TAMPON, source);
        Self { tampon, octets: 0, reste_permis: SOMMAIRE_MAX }
    }

    /// Bytes read so far.
    pub(crate) fn octets(&self) -> u64 {
        self.octets
    }

    /// What is there without reading further; empty at the end of the file only.
    pub(crate) fn remplir(&mut self) -> Result<&[u8], ErreurArchive> {
        while self.tampon.buffer().is_empty() {
            match self.tampon.fill_buf() {
                Ok(_) => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(ErreurArchive::Lecture(e)),
            }
        }
        Ok(self.tampon.buffer())
    }

    /// The same, without ever reading.
    pub(crate) fn tampon(&self) -> &[u8] {
        self.tampon.buffer()
    }

    pub(crate) fn consommer(&mut self, octets: usize) {
        self.tampon.consume(octets);
        self.octets += octets as u64;
    }

    /// None at the end of the file.
    pub(crate) fn octet_ou_fin(&mut self) -> Result<Option<u8>, ErreurArchive> {
        let octet = self.remplir()?.first().copied();
        if octet.is_some() {
            self.consommer(1);
        }
        Ok(octet)
    }

    pub(crate) fn octet(&mut self) -> Result<u8, ErreurArchive> {
        self.octet_ou_fin()?.ok_or(ErreurArchive::Tronquee)
    }

    pub(crate) fn octets_fixes<const N: usize>(&mut self) -> Result<[u8; N], ErreurArchive> {
        let mut octets = [0; N];
        if let Some(la) = self.tampon.buffer().get(..N) {
            octets.copy_from_slice(la);
            self.consommer(N);
            return Ok(octets);
        }
        for octet in &mut octets {
            *octet = self.octet()?;
        }
        Ok(octets)
    }

    /// An `int` of C: what is above 2^31 (oids) comes as negative.
    pub(crate) fn entier(&mut self) -> Result<i32, ErreurArchive> {
        let [signe, a, b, c, d]: [u8; TAILLE_ENTIER] = self.octets_fixes()?;
        let grandeur = i32::from_le_bytes([a, b, c, d]);
        match signe {
            0 if grandeur >= 0 => Ok(grandeur),
            1 if grandeur != 0 => Ok(grandeur.wrapping_neg()),
            _ => Err(ErreurArchive::corrompue("nombre impossible")),
        }
    }

    pub(crate) fn texte(&mut self) -> Result<Option<String>, ErreurArchive> {
        match self.entier()? {
            -1 => Ok(None),
            longueur => {
                let longueur = usize::try_from(longueur)
                    .map_err(|_| ErreurArchive::corrompue("longueur de texte impossible"))?;
                Ok(Some(lisible(self.octets_du_texte(longueur)?)))
            }
        }
    }

    /// Grows with what is really there, whatever the length says.
    fn octets_du_texte(&mut self, longueur: usize) -> Result<Vec<u8>, ErreurArchive> {
        self.tenir(longueur)?;
        let mut texte = Vec::new();
        while texte.len() < longueur {
            let la = self.remplir()?;
            let pris = la.len().min(longueur - texte.len());
            if pris == 0 {
                return Err(ErreurArchive::Tronquee);
            }
            texte.extend_from_slice(&la[..pris]);
            self.consommer(pris);
        }
        Ok(texte)
    }

    /// Asks to hold so many bytes more in memory.
    pub(crate) fn tenir(&mut self, octets: usize) -> Result<(), ErreurArchive> {
        let reste = self.reste_permis.checked_sub(octets);
        self.reste_permis = reste
            .ok_or_else(|| ErreurArchive::corrompue("table des matières de plus de 256 Mo"))?;
        Ok(())
    }
}

/// Archives of a database that is not in UTF-8 hold its own encoding: what is no UTF-8 is written
/// so that two different texts stay different.
fn lisible(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap_or_else(|e| e.as_bytes().escape_ascii().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entier(octets: &[u8]) -> Result<i32, ErreurArchive> {
        Source::nouvelle(octets).entier()
    }

    #[test]
    fn les_nombres_ont_un_signe_et_quatre_octets() {
        assert_eq!(entier(&[0, 1, 2, 0, 0]).unwrap(), 513);
        assert_eq!(entier(&[1, 1, 0, 0, 0]).unwrap(), -1);
        assert_eq!(entier(&[1, 0, 0, 0, 0x80]).unwrap(), i32::MIN);
        assert!(matches!(entier(&[2, 1, 0, 0, 0]), Err(ErreurArchive::Corrompue(_))));
        assert!(matches!(entier(&[1, 0, 0, 0, 0]), Err(ErreurArchive::Corrompue(_))));
        assert!(matches!(entier(&[0, 1, 0]), Err(ErreurArchive::Tronquee)));
    }

    #[test]
    fn une_longueur_immense_ne_reserve_rien() {
        let mut source = Source::nouvelle(&[0, 0xff, 0xff, 0xff, 0x0f, b'a'][..]);
        assert!(matches!(source.texte(), Err(ErreurArchive::Tronquee)));
        let mut source = Source::nouvelle(&[0, 0xff, 0xff, 0xff, 0x7f, b'a'][..]);
        assert!(matches!(source.texte(), Err(ErreurArchive::Corrompue(_))));
    }

    #[test]
    fn des_textes_differents_restent_differents() {
        assert_eq!(lisible("œuf".into()), "œuf");
        assert_ne!(lisible(vec![b'a', 0xe9]), lisible(vec![b'a', 0xe8]));
    }
}
