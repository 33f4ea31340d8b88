//! EAN-13 barcodes as a camera sees them: a film that chromium takes for its camera's picture.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const LARGEUR: usize = 640;
const HAUTEUR: usize = 480;
/// Pixels of the thinnest bar.
const MODULE: usize = 4;
const NOIR: u8 = 16;
const BLANC: u8 = 235;
/// Of both colour planes: none.
const SANS_COULEUR: u8 = 128;
static NUMERO: AtomicU32 = AtomicU32::new(0);

/// A film on the disk, which goes with this value.
pub struct Film(PathBuf);

impl Film {
    /// Four pictures a second, again and again. Each shows its codes one above the other.
    pub fn tourner(images: &[&[&str]]) -> Self {
        let mut film =
            format!("YUV4MPEG2 W{LARGEUR} H{HAUTEUR} F4:1 Ip A1:1 C420jpeg\n").into_bytes();
        for codes in images {
            film.extend_from_slice(b"FRAME\n");
            film.extend(image(codes));
            film.resize(film.len() + LARGEUR * HAUTEUR / 2, SANS_COULEUR);
        }
        let numero = NUMERO.fetch_add(1, Ordering::Relaxed);
        let nom = format!("delicego-film-{}-{numero}.y4m", std::process::id());
        let chemin = std::env::temp_dir().join(nom);
        std::fs::write(&chemin, film).expect("film");
        Self(chemin)
    }

    pub fn chemin(&self) -> &Path {
        &self.0
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_file(&self.0);
    }
}

/// White, with wide margins, and each code in the middle of its share of the height.
fn image(codes: &[&str]) -> Vec<u8> {
    let mut image = vec![BLANC; LARGEUR * HAUTEUR];
    let part = HAUTEUR / codes.len().max(1);
    for (rang, code) in codes.iter().enumerate() {
        let barres = barres(code);
        let gauche = (LARGEUR - barres.len() * MODULE) / 2;
        for y in (rang * part + part / 5)..(rang * part + part * 4 / 5) {
            for x in 0..barres.len() * MODULE {
                if barres[x / MODULE] {
                    image[y * LARGEUR + gauche + x] = NOIR;
                }
            }
        }
    }
    image
}

/// Left halves of the digits, odd parity; the other two sets are these inverted and turned round.
const CHIFFRES: [&str; 10] = [
    "0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
    "0110111", "0001011",
];
/// Which of the six left digits have even parity tells the first digit, which has no bars.
const PARITES: [&str; 10] = [
    "000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110",
    "011010",
];

/// Dark or light, module by module.
fn barres(code: &str) -> Vec<bool> {
    let chiffres: Vec<usize> = code.bytes().map(|b| usize::from(b - b'0')).collect();
    assert_eq!(chiffres.len(), 13, "{code}");
    let impair = |c: usize| CHIFFRES[c].bytes().map(|b| b == b'1').collect::<Vec<_>>();
    let droite = |c: usize| impair(c).iter().map(|noir| !noir).collect::<Vec<_>>();
    let pair = |c: usize| droite(c).into_iter().rev().collect::<Vec<_>>();
    let mut barres = vec![true, false, true];
    for (chiffre, parite) in chiffres[1..7].iter().zip(PARITES[chiffres[0]].bytes()) {
        barres.extend(if parite == b'1' { pair(*chiffre) } else { impair(*chiffre) });
    }
    barres.extend([false, true, false, true, false]);
    barres.extend(chiffres[7..].iter().flat_map(|c| droite(*c)));
    barres.extend([true, false, true]);
    barres
}
