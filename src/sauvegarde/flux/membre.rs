//! A block packed as a gzip member that tells its own length, so that it can be handed over and
//! unpacked whole: in the extra field that mgzip's files have (`SZ`, then the length of the member
//! in four bytes). Everybody else passes over it (RFC 1952).

use std::io;

use libdeflater::{CompressionLvl, Compressor, Crc, Decompressor};

use super::decompresseur::ErreurFlux;

/// What a member holds at most: large enough to cost no size.
pub(crate) const BLOC: usize = 1024 * 1024;
pub(crate) const ENTETE: usize = 20;
/// Checksum and length of what it holds.
const FIN: usize = 8;
/// Of libdeflate: as small as level 2 of zlib, and a third faster.
const NIVEAU: i32 = 1;
/// gzip, deflate, with an extra field; no time, no system.
const DEBUT: [u8; 10] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255];
const CHAMP: [u8; 6] = [8, 0, b'S', b'Z', 4, 0];

pub(crate) fn serrer(bloc: &[u8]) -> io::Result<Vec<u8>> {
    let niveau = CompressionLvl::new(NIVEAU).map_err(|e| io::Error::other(format!("{e:?}")))?;
    let mut deflate = Compressor::new(niveau);
    let mut membre = vec![0; ENTETE + deflate.deflate_compress_bound(bloc.len()) + FIN];
    let serre = deflate.deflate_compress(bloc, &mut membre[ENTETE..]).map_err(io::Error::other)?;
    membre.truncate(ENTETE + serre);
    let mut somme = Crc::new();
    somme.update(bloc);
    membre.extend(somme.sum().to_le_bytes());
    membre.extend(petite(bloc.len())?.to_le_bytes());
    let longueur = petite(membre.len())?;
    membre[..10].copy_from_slice(&DEBUT);
    membre[10..16].copy_from_slice(&CHAMP);
    membre[16..ENTETE].copy_from_slice(&longueur.to_le_bytes());
    Ok(membre)
}

fn petite(longueur: usize) -> io::Result<u32> {
    u32::try_from(longueur).map_err(io::Error::other)
}

/// How long the member is that begins so; none when it cannot be ours. mgzip tells a time and how
/// hard it packed, and its members may hold far more than ours.
pub(crate) fn longueur(entete: &[u8; ENTETE]) -> Option<usize> {
    let (debut, champ) = (entete[..10] == DEBUT, entete[10..16] == CHAMP);
    let longueur = u32::from_le_bytes([entete[16], entete[17], entete[18], entete[19]]) as usize;
    let possible = (ENTETE + FIN..=2 * BLOC).contains(&longueur);
    (debut && champ && possible).then_some(longueur)
}

/// Of a whole member: what it holds, which its checksum proves.
pub(crate) fn desserrer(membre: &[u8]) -> io::Result<Vec<u8>> {
    let abime =
        |quoi: &str| io::Error::new(io::ErrorKind::InvalidData, ErreurFlux::Abime(quoi.to_owned()));
    let annonce = membre.last_chunk().map(|fin| u32::from_le_bytes(*fin) as usize);
    let annonce = annonce.filter(|n| *n <= BLOC).ok_or_else(|| abime("longueur impossible"))?;
    let mut bloc = vec![0; annonce];
    let issue = Decompressor::new().gzip_decompress(membre, &mut bloc);
    match issue.map_err(|_| abime("un bloc ne se décompresse pas"))? {
        lus if lus == annonce => Ok(bloc),
        _ => Err(abime("longueur fausse")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_membre_dit_sa_longueur_et_rend_ce_qu_il_contient() {
        for longueur_du_bloc in [0, 1, 1000, BLOC] {
            let bloc: Vec<u8> = (0..longueur_du_bloc).map(|i| (i * i % 251) as u8).collect();
            let membre = serrer(&bloc).unwrap();
            assert_eq!(longueur(membre.first_chunk().unwrap()), Some(membre.len()));
            assert!(desserrer(&membre).unwrap() == bloc, "{longueur_du_bloc}");
        }
    }

    #[test]
    fn une_longueur_qui_ment_ne_reserve_rien() {
        let mut membre = serrer(b"un deux").unwrap();
        let fin = membre.len();
        membre[fin - 4..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(desserrer(&membre).unwrap_err().to_string().contains("longueur impossible"));
        membre[fin - 4..].copy_from_slice(&6_u32.to_le_bytes());
        assert!(desserrer(&membre).is_err());
        membre[16..ENTETE].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(longueur(membre.first_chunk().unwrap()), None);
    }
}
