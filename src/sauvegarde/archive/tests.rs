//! Archives written by hand: what `pg_dump` does not make here, or never makes.

use super::*;

/// Writes archives, right or wrong.
#[derive(Default)]
struct Plume(Vec<u8>);

impl Plume {
    /// 1.14 says its compression as a level, later ones as an algorithm.
    fn nouvelle(mineure: u8, compression: u8) -> Self {
        let mut plume = Self(b"PGDMP".to_vec());
        plume.0.extend([1, mineure, 0, 4, 8, 1]);
        match mineure < 15 {
            true => plume.entier(i32::from(compression)),
            false => plume.0.push(compression),
        }
        for champ in [1, 2, 3, 4, 5, 124, 0] {
            plume.entier(champ);
        }
        for texte in ["base", "15.1", "15.1"] {
            plume.texte(Some(texte));
        }
        plume
    }

    fn entier(&mut self, n: i32) {
        self.0.push(u8::from(n < 0));
        self.0.extend(n.unsigned_abs().to_le_bytes());
    }

    fn texte(&mut self, texte: Option<&str>) {
        self.entier(texte.map_or(-1, |t| t.len() as i32));
        self.0.extend(texte.unwrap_or_default().as_bytes());
    }

    fn entree(&mut self, mineure: u8, id: i32, (genre, nom): (&str, &str), donnees: bool) {
        self.entier(id);
        self.entier(i32::from(donnees));
        for texte in ["0", "0", nom, genre] {
            self.texte(Some(texte));
        }
        self.entier(3);
        for texte in [None, None, donnees.then_some("COPY"), Some("public"), None] {
            self.texte(texte);
        }
        if mineure >= 14 {
            self.texte(None);
        }
        if mineure >= 16 {
            self.entier(0);
        }
        for texte in [Some("postgres"), Some("false"), None] {
            self.texte(texte);
        }
        self.0.push(if donnees { 1 } else { 3 });
        self.0.extend([0; 8]);
    }

    fn morceaux(&mut self, octets: &[u8], longueur: usize) {
        for morceau in octets.chunks(longueur) {
            self.entier(morceau.len() as i32);
            self.0.extend(morceau);
        }
        self.entier(0);
    }

    fn bloc(&mut self, id: i32, octets: &[u8]) {
        self.0.push(1);
        self.entier(id);
        self.morceaux(octets, 7);
    }

    fn lire(&self) -> Result<Contenu, ErreurArchive> {
        lire(&self.0[..], |_| ())
    }
}

const LIGNES: &[u8] = b"1\tun\n2\tdeux\n\\.\n\n\n";
const LOT: (&str, &str) = ("TABLE DATA", "lot");

fn d_une_table(mineure: u8, compression: u8, octets: &[u8]) -> Plume {
    let mut plume = Plume::nouvelle(mineure, compression);
    plume.entier(1);
    plume.entree(mineure, 7, LOT, true);
    plume.bloc(7, octets);
    plume
}

fn corrompue(plume: &Plume) -> String {
    match plume.lire() {
        Err(ErreurArchive::Corrompue(quoi)) => quoi,
        autre => panic!("{autre:?}"),
    }
}

#[test]
fn toutes_les_versions_et_compressions_connues_donnent_les_memes_sommes() {
    let clair = d_une_table(14, 0, LIGNES).lire().unwrap();
    let lot = NomTable::nouveau("public", "lot");
    assert_eq!(clair.empreintes.tables[&lot].lignes, 2);
    assert_eq!(clair.octets, d_une_table(14, 0, LIGNES).0.len() as u64);
    let zstd = zstd::encode_all(LIGNES, 1).unwrap();
    for (mineure, compression, octets) in
        [(12, 0, LIGNES), (13, 0, LIGNES), (15, 0, LIGNES), (16, 0, LIGNES), (16, 3, &zstd)]
    {
        let lue = d_une_table(mineure, compression, octets).lire().unwrap();
        assert_eq!(lue.empreintes, clair.empreintes, "1.{mineure} {compression}");
        assert!(lue.lignes_comptees);
    }
}

#[test]
fn lz4_se_lit_jusqu_au_bout_sans_compter_les_lignes() {
    let lue = d_une_table(16, 2, b"quatre mots de lz4").lire().unwrap();
    assert!(!lue.lignes_comptees);
    assert_eq!(lue.entete.compression, Compression::Lz4);
    let mut tronquee = d_une_table(16, 2, b"quatre mots de lz4");
    tronquee.0.pop();
    assert!(matches!(tronquee.lire(), Err(ErreurArchive::Tronquee)));
}

#[test]
fn des_donnees_compressees_coupees_ou_suivies_d_autre_chose_sont_refusees() {
    let zstd = zstd::encode_all(LIGNES, 1).unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zlib, LIGNES).unwrap();
    let zlib = zlib.finish().unwrap();
    for (compression, octets) in [(1, zlib), (3, zstd)] {
        assert!(d_une_table(16, compression, &octets).lire().is_ok());
        for fin in 0..octets.len() {
            corrompue(&d_une_table(16, compression, &octets[..fin]));
        }
        corrompue(&d_une_table(16, compression, &[&octets, &b"x"[..]].concat()));
    }
}

#[test]
fn une_version_inconnue_se_dit() {
    for (majeure, mineure) in [(1, 11), (1, 17), (2, 14), (0, 14)] {
        let mut plume = Plume::nouvelle(14, 0);
        plume.0[5..7].copy_from_slice(&[majeure, mineure]);
        let refus = plume.lire().unwrap_err();
        assert!(
            matches!(refus, ErreurArchive::VersionInconnue((m, n, 0)) if (m, n) == (majeure, mineure))
        );
        assert!(refus.to_string().starts_with("Version d'archive inconnue"), "{refus}");
    }
}

#[test]
fn ce_qui_n_est_pas_une_archive_se_dit() {
    let mut tar = Plume::nouvelle(14, 0);
    tar.0[10] = 3;
    for octets in [&b""[..], b"PGD", b"-- PostgreSQL database dump", &tar.0] {
        assert!(matches!(lire(octets, |_| ()), Err(ErreurArchive::PasUneArchive)));
    }
}

#[test]
fn chaque_bloc_annonce_vient_une_fois_et_une_seule() {
    let mut double = d_une_table(14, 0, LIGNES);
    double.bloc(7, LIGNES);
    assert_eq!(corrompue(&double), "bloc inattendu");
    let mut inconnu = d_une_table(14, 0, LIGNES);
    inconnu.bloc(8, LIGNES);
    assert_eq!(corrompue(&inconnu), "bloc inattendu");
    let mut absent = Plume::nouvelle(14, 0);
    absent.entier(1);
    absent.entree(14, 7, LOT, true);
    assert!(matches!(absent.lire(), Err(ErreurArchive::Tronquee)));
    let mut suivi = d_une_table(14, 0, LIGNES);
    suivi.0.push(0);
    assert!(matches!(suivi.lire(), Err(ErreurArchive::Tronquee)));
    suivi.0.extend([0; 4]);
    assert_eq!(corrompue(&suivi), "octets en trop à la fin");
}

#[test]
fn deux_entrees_ne_peuvent_porter_le_meme_numero_ni_deux_tables_le_meme_nom() {
    let mut meme_numero = Plume::nouvelle(14, 0);
    meme_numero.entier(2);
    meme_numero.entree(14, 7, ("TABLE", "lot"), false);
    meme_numero.entree(14, 7, ("TABLE", "menu"), false);
    assert_eq!(corrompue(&meme_numero), "entrée 7 en double");
    let mut meme_nom = Plume::nouvelle(14, 0);
    meme_nom.entier(2);
    meme_nom.entree(14, 7, LOT, true);
    meme_nom.entree(14, 8, LOT, true);
    meme_nom.bloc(7, LIGNES);
    meme_nom.bloc(8, LIGNES);
    assert_eq!(corrompue(&meme_nom), "table en double");
}

#[test]
fn une_table_des_matieres_sans_fin_est_refusee() {
    let mut plume = Plume::nouvelle(14, 0);
    plume.entier(i32::MAX);
    let debut = plume.0;
    let mut numero = 0;
    let sans_fin = std::iter::repeat_with(|| {
        let mut plume = Plume::default();
        numero += 1;
        plume.entree(14, numero, LOT, true);
        plume.0
    });
    let refus = lire(std::io::Read::chain(&debut[..], Flot::de(sans_fin)), |_| ());
    let Err(ErreurArchive::Corrompue(quoi)) = refus else { panic!("{refus:?}") };
    assert!(quoi.contains("256 Mo"), "{quoi}");
}

/// Reads one vector after the other.
struct Flot<I> {
    suite: I,
    courant: std::io::Cursor<Vec<u8>>,
}

impl<I: Iterator<Item = Vec<u8>>> Flot<I> {
    fn de(suite: I) -> Self {
        Self { suite, courant: std::io::Cursor::default() }
    }
}

impl<I: Iterator<Item = Vec<u8>>> Read for Flot<I> {
    fn read(&mut self, sortie: &mut [u8]) -> std::io::Result<usize> {
        match self.courant.read(sortie)? {
            0 => {
                self.courant = std::io::Cursor::new(self.suite.next().unwrap_or_default());
                self.courant.read(sortie)
            }
            lus => Ok(lus),
        }
    }
}

#[test]
fn une_lecture_qui_echoue_n_est_pas_une_archive_abimee() {
    struct Panne;
    impl Read for Panne {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("câble débranché"))
        }
    }
    let archive = d_une_table(14, 0, LIGNES).0;
    for debut in [0, 20, archive.len() - 3] {
        let source = std::io::Read::chain(&archive[..debut], Panne);
        assert!(matches!(lire(source, |_| ()), Err(ErreurArchive::Lecture(_))), "{debut}");
    }
}

#[test]
fn on_sait_ou_en_est_la_lecture() {
    let archive = d_une_table(14, 0, LIGNES).0;
    let mut vues = Vec::new();
    lire(&archive[..], |a| vues.push((a.octets, a.lignes))).unwrap();
    assert_eq!(vues.len(), 2);
    assert_eq!(vues[0].1..=vues[1].1, 0..=2);
    assert_eq!(vues[1].0, archive.len() as u64);
}
