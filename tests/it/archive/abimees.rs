//! Cut, changed and mixed-up archives: refused, or at least seen; never a panic.

use std::io::Read;

use delicego::sauvegarde::archive::{ErreurArchive, lire};
use delicego::sauvegarde::flux::Decompresseur;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::versions::ARCHIVES;
use super::{ETRANGE, base, dump, lu};
use crate::outils::graine::{au_long, graine};

/// How many are drawn: a count, since what a second holds depends on the machine.
fn cas_tires() -> usize {
    if au_long() { 20_000 } else { 2_000 }
}

#[test]
fn coupee_n_importe_ou_une_archive_est_refusee() {
    for (nom, octets) in ARCHIVES.iter().filter(|(nom, _)| !nom.ends_with("redirige")) {
        for fin in (0..octets.len()).step_by(5).chain(octets.len() - 5..octets.len()) {
            let refus = lire(&octets[..fin], |_| ()).expect_err("coupée");
            let attendu = match refus {
                ErreurArchive::PasUneArchive => fin < b"PGDMP".len(),
                ErreurArchive::Tronquee => true,
                _ => false,
            };
            assert!(attendu, "{nom} {fin} {refus}");
        }
    }
}

#[tokio::test]
async fn une_grande_archive_coupee_est_refusee() {
    let archive = dump(&base(ETRANGE).await, &["-Z0"]);
    let pas = archive.len() / 5;
    for fin in (1..archive.len()).step_by(pas).chain(archive.len() - 3..archive.len()) {
        assert!(matches!(
            lire(&archive[..fin], |_| ()),
            Err(ErreurArchive::Tronquee | ErreurArchive::PasUneArchive)
        ));
    }
}

/// Each case of its own, so that a panic is found again by its seed.
fn tirer(test: &str, mut cas: impl FnMut(&mut StdRng)) {
    let mut rng = StdRng::seed_from_u64(graine(test));
    for _ in 0..cas_tires() {
        cas(&mut rng);
    }
}

/// The one thing that is not looked at: the place kept for a position that is not known.
#[test]
fn un_bit_change_n_importe_ou_est_refuse_ou_se_voit() {
    for (nom, octets) in [ARCHIVES[0], ARCHIVES[4]] {
        let attendu = lu(octets);
        let mut pas_vus = 0;
        for place in (0..octets.len()).step_by(3) {
            let mut change = octets.to_vec();
            change[place] ^= 1 << (place % 8);
            if lire(&change[..], |_| ()).is_ok_and(|contenu| contenu == attendu) {
                assert_eq!(octets[place], 0, "{nom} {place}");
                pas_vus += 1;
            }
        }
        assert!(pas_vus <= attendu.entrees.len() * 8, "{nom} {pas_vus}");
    }
}

/// What to do to an archive.
#[derive(Debug)]
struct Degats {
    archive: u8,
    octets: Vec<(u16, u8)>,
    /// Puts what lies at the first place at the second one, so many bytes.
    copie: Option<(u16, u16, u16)>,
    fin: Option<u16>,
}

impl Degats {
    /// From nothing at all to a hundred bytes changed.
    fn tirer(rng: &mut StdRng) -> Self {
        let changes = [0, 1, 4, 100][rng.random_range(0..4)];
        let copie = rng.random_bool(0.5);
        let coupe = rng.random_bool(0.5);
        Self {
            archive: rng.random(),
            octets: (0..changes).map(|_| (rng.random(), rng.random())).collect(),
            copie: copie.then(|| (rng.random(), rng.random(), rng.random())),
            fin: coupe.then(|| rng.random()),
        }
    }

    fn sur(&self, archives: &[Vec<u8>]) -> Vec<u8> {
        let mut octets = archives[usize::from(self.archive) % archives.len()].clone();
        let longueur = octets.len();
        let place = |n: u16| usize::from(n) % longueur;
        for (ou, valeur) in &self.octets {
            octets[place(*ou)] = *valeur;
        }
        if let Some((de, vers, nombre)) = self.copie {
            let morceau = octets[place(de)..].iter().copied().take(usize::from(nombre) % 500);
            let morceau: Vec<u8> = morceau.collect();
            octets.splice(place(vers)..place(vers), morceau);
        }
        if let Some(fin) = self.fin {
            octets.truncate(usize::from(fin));
        }
        octets
    }
}

#[test]
fn aucun_degat_ne_fait_tomber_la_lecture() {
    let archives: Vec<_> = ARCHIVES.iter().map(|(_, octets)| octets.to_vec()).collect();
    let mut acceptees = 0;
    tirer("aucun_degat_ne_fait_tomber_la_lecture", |rng| {
        let octets = Degats::tirer(rng).sur(&archives);
        if let Ok(contenu) = lire(&octets[..], |_| ()) {
            assert_eq!(contenu.octets, octets.len() as u64);
            acceptees += 1;
        }
    });
    assert!((1..cas_tires()).contains(&acceptees), "{acceptees} lues sur {}", cas_tires());
}

#[test]
fn n_importe_quels_octets_derriere_un_bon_debut_ne_font_pas_tomber_la_lecture() {
    tirer("n_importe_quels_octets_derriere_un_bon_debut", |rng| {
        let debut = ARCHIVES[rng.random_range(0..ARCHIVES.len())].1;
        let debut = &debut[..rng.random_range(0..debut.len())];
        let longueur = rng.random_range(0..300);
        let suite: Vec<u8> = (0..longueur).map(|_| rng.random()).collect();
        let lue = lire(debut.chain(&suite[..]), |_| ());
        assert!(lue.is_err() || !suite.is_empty());
    });
}

#[test]
fn aucun_degat_ne_fait_tomber_la_decompression() {
    use delicego::sauvegarde::flux::{Compresseur, FormatFlux};
    let serrer = |format| {
        let mut compresseur = Compresseur::nouveau(format, Vec::new()).expect("compresseur");
        std::io::Write::write_all(&mut compresseur, ARCHIVES[0].1).expect("écrire");
        compresseur.terminer().expect("terminer")
    };
    let archives: Vec<_> = [FormatFlux::Gz, FormatFlux::Zst].map(serrer).to_vec();
    tirer("aucun_degat_ne_fait_tomber_la_decompression", |rng| {
        let octets = Degats::tirer(rng).sur(&archives);
        let mut lus = std::io::sink();
        let decompresseur = Decompresseur::nouveau(&octets[..]);
        let _ = decompresseur.and_then(|d| std::io::copy(&mut d.take(1 << 24), &mut lus));
    });
}
