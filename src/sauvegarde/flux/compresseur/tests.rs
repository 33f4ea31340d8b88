use std::io::Read;

use super::super::Decompresseur;
use super::*;

const FORMATS: [FormatFlux; 3] = [FormatFlux::Gz, FormatFlux::Zst, FormatFlux::Aucun];

/// Accepts so many bytes, then is full.
struct Disque {
    place: usize,
}

impl Write for Disque {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.place == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let ecrits = octets.len().min(self.place);
        self.place -= ecrits;
        Ok(ecrits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Text that hardly shrinks.
fn texte(longueur: usize) -> Vec<u8> {
    let mut etat = 1_u64;
    let suivant = || {
        etat = etat.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b' ' + (etat >> 33) as u8 % 64
    };
    std::iter::repeat_with(suivant).take(longueur).collect()
}

#[test]
fn tout_revient_quel_que_soit_le_format_et_la_longueur() {
    let texte = texte(3 * BLOC + 7);
    for format in FORMATS {
        for longueur in [0, 1, BLOC - 1, BLOC, BLOC + 1, texte.len()] {
            for fils in [1, 3] {
                let mut compresseur = Compresseur::sur(fils, format, Vec::new()).unwrap();
                compresseur.write_all(&texte[..longueur]).unwrap();
                let serre = compresseur.terminer().unwrap();
                let mut relu = Vec::new();
                let decompresseur = Decompresseur::nouveau(&serre[..]).unwrap();
                { decompresseur }.read_to_end(&mut relu).unwrap();
                assert!(relu == texte[..longueur], "{format:?} {longueur} {fils}");
            }
        }
    }
}

#[test]
fn un_disque_plein_se_dit_a_l_ecriture_ou_a_la_fin() {
    let texte = texte(12 * BLOC);
    for format in FORMATS {
        for place in [0, 10, BLOC / 2, 5 * BLOC] {
            let mut compresseur = Compresseur::sur(2, format, Disque { place }).unwrap();
            let ecriture = compresseur.write_all(&texte);
            let erreur = match ecriture {
                Err(erreur) => {
                    assert!(compresseur.terminer().is_err() || format == FormatFlux::Aucun);
                    erreur
                }
                Ok(()) => compresseur.terminer().err().unwrap(),
            };
            assert_eq!(erreur.kind(), io::ErrorKind::StorageFull, "{format:?} {place}");
        }
    }
}

#[test]
fn un_compresseur_abandonne_n_ecrit_pas_de_fin() {
    let texte = texte(5 * BLOC + 3);
    for format in [FormatFlux::Gz, FormatFlux::Zst] {
        let mut sortie = Vec::new();
        let mut compresseur = Compresseur::sur(2, format, &mut sortie).unwrap();
        compresseur.write_all(&texte).unwrap();
        drop(compresseur);
        let mut relu = Vec::new();
        let fin = Decompresseur::nouveau(&sortie[..]).and_then(|mut d| d.read_to_end(&mut relu));
        assert!(fin.is_err() || relu.len() < texte.len(), "{format:?}");
    }
}
