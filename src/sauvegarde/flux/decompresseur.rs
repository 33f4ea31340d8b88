use std::io::{self, BufReader, Chain, Cursor, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use super::membre::{self, ENTETE};
use super::membres::Membres;

/// What a compressed stream is refused for; inside the `io::Error` of a read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ErreurFlux {
    #[error("le fichier compressé s'arrête avant sa fin : il est tronqué")]
    Tronque,
    #[error("le fichier compressé est abîmé ({0})")]
    Abime(String),
}

/// Unpacks gzip (of one or several members) and zstd, and gives anything else as it is.
pub struct Decompresseur<L: Read>(Voie<L>);

type Entree<L> = BufReader<Chain<Cursor<Vec<u8>>, L>>;

enum Voie<L: Read> {
    /// Of our own making.
    Membres(Membres<Entree<L>>),
    Gz(Box<MultiGzDecoder<Entree<L>>>),
    Zst(Box<zstd::stream::read::Decoder<'static, Entree<L>>>),
    Aucune(Entree<L>),
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const TAMPON: usize = 256 * 1024;

impl<L: Read> Decompresseur<L> {
    /// Reads the first bytes, to know the format.
    pub fn nouveau(mut lecture: L) -> io::Result<Self> {
        let mut debut = Vec::new();
        lecture.by_ref().take(ENTETE as u64).read_to_end(&mut debut)?;
        let (gzip, zst) = (debut.starts_with(&GZIP), debut.starts_with(&ZSTD));
        let membres = debut.first_chunk().and_then(membre::longueur).is_some();
        let entree = BufReader::with_capacity(TAMPON, Cursor::new(debut).chain(lecture));
        Ok(Self(match () {
            () if membres => Voie::Membres(Membres::nouveaux(entree)?),
            () if gzip => Voie::Gz(Box::new(MultiGzDecoder::new(entree))),
            () if zst => Voie::Zst(Box::new(zstd::stream::read::Decoder::with_buffer(entree)?)),
            () => Voie::Aucune(entree),
        }))
    }
}

impl<L: Read> Read for Decompresseur<L> {
    fn read(&mut self, sortie: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Voie::Membres(membres) => membres.read(sortie),
            Voie::Gz(gzip) => gzip.read(sortie).map_err(dire),
            Voie::Zst(zstd) => zstd.read(sortie).map_err(dire),
            Voie::Aucune(entree) => entree.read(sortie),
        }
    }
}

/// The decoder's complaint in our words; what the system says of the file passes as it is.
fn dire(erreur: io::Error) -> io::Error {
    if erreur.raw_os_error().is_some() {
        return erreur;
    }
    match erreur.kind() {
        ErrorKind::Interrupted => erreur,
        ErrorKind::UnexpectedEof => io::Error::new(ErrorKind::UnexpectedEof, ErreurFlux::Tronque),
        // The decoder's own words are no one's language here.
        _ => {
            tracing::debug!(err = %erreur, "décompression");
            let abime = ErreurFlux::Abime("il ne se décompresse pas".to_owned());
            io::Error::new(ErrorKind::InvalidData, abime)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::{Compresseur, FormatFlux};
    use super::*;

    fn serrer(format: FormatFlux, texte: &[u8]) -> Vec<u8> {
        let mut compresseur = Compresseur::nouveau(format, Vec::new()).unwrap();
        compresseur.write_all(texte).unwrap();
        compresseur.terminer().unwrap()
    }

    fn desserrer(serre: &[u8]) -> io::Result<Vec<u8>> {
        let mut relu = Vec::new();
        Decompresseur::nouveau(serre)?.read_to_end(&mut relu)?;
        Ok(relu)
    }

    fn texte() -> Vec<u8> {
        (0..200)
            .flat_map(|n: u32| format!("{n}\tligne {}\n", n.wrapping_mul(n)).into_bytes())
            .collect()
    }

    #[test]
    fn coupe_n_importe_ou_un_fichier_est_refuse() {
        let texte = texte();
        for format in [FormatFlux::Gz, FormatFlux::Zst] {
            let serre = serrer(format, &texte);
            for fin in 4..serre.len() {
                let erreur = desserrer(&serre[..fin]).unwrap_err();
                let tronque = erreur.downcast::<ErreurFlux>();
                assert!(matches!(tronque, Ok(ErreurFlux::Tronque)), "{format:?} {fin}");
            }
        }
    }

    #[test]
    fn un_octet_change_ou_ajoute_est_refuse_ou_ne_change_rien() {
        let texte = texte();
        for format in [FormatFlux::Gz, FormatFlux::Zst] {
            let serre = serrer(format, &texte);
            for place in 4..serre.len() {
                let mut abime = serre.clone();
                abime[place] ^= 0x10;
                assert!(desserrer(&abime).map_or(true, |relu| relu == texte), "{format:?} {place}");
            }
            let trop = [serre.as_slice(), b"x"].concat();
            assert!(desserrer(&trop).is_err(), "{format:?}");
        }
    }

    #[test]
    fn plusieurs_fichiers_bout_a_bout_se_lisent_comme_un_seul() {
        for format in [FormatFlux::Gz, FormatFlux::Zst] {
            let deux = [serrer(format, b"un "), serrer(format, b""), serrer(format, b"deux")];
            assert_eq!(desserrer(&deux.concat()).unwrap(), b"un deux");
        }
    }

    #[test]
    fn un_gz_fait_par_un_autre_se_lit_mais_pas_a_la_suite_d_un_des_notres() {
        let texte = texte();
        let mut autre = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        autre.write_all(&texte).unwrap();
        let autre = autre.finish().unwrap();
        assert_eq!(
            desserrer(&[&autre[..], &autre].concat()).unwrap(),
            [&texte[..], &texte].concat()
        );
        let melange = [serrer(FormatFlux::Gz, &texte), autre].concat();
        let erreur = desserrer(&melange).unwrap_err().downcast::<ErreurFlux>();
        assert!(matches!(erreur, Ok(ErreurFlux::Abime(_))));
    }

    /// One member a file, far larger than ours, with the same extra field.
    #[test]
    fn un_gz_de_mgzip_se_lit() {
        let texte = vec![b'7'; 5 * 1024 * 1024];
        let avec = |longueur: u32| {
            let champ = [&b"SZ\x04\x00"[..], &longueur.to_le_bytes()].concat();
            let vers = flate2::GzBuilder::new().mtime(1).extra(champ);
            let mut gz = vers.write(Vec::new(), flate2::Compression::default());
            gz.write_all(&texte).unwrap();
            gz.finish().unwrap()
        };
        let serre = avec(u32::try_from(avec(0).len()).unwrap());
        assert!(desserrer(&serre).unwrap() == texte);
    }

    #[test]
    fn le_reste_passe_tel_quel() {
        for texte in [&b""[..], b"P", b"PGDMP...", &[0x1f]] {
            assert_eq!(desserrer(texte).unwrap(), texte);
        }
    }
}
