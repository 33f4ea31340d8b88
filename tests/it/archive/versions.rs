//! One database (`base.sql`) as `pg_dump` 15, 16 and 18 wrote it: into a pipe, into a file
//! (`-fichier`), into a file opened by the shell (`-redirige`), compressed inside (`-zlib`). The
//! sums are those that manifests of earlier backups hold: they may never change.

use delicego::sauvegarde::archive::{Compression, Contenu, NomTable, comparer};

use super::lu;

pub const ARCHIVES: [(&str, &[u8]); 7] = [
    ("15", include_bytes!("../corpus/archives/15.dump")),
    ("15-zlib", include_bytes!("../corpus/archives/15-zlib.dump")),
    ("16", include_bytes!("../corpus/archives/16.dump")),
    ("16-fichier", include_bytes!("../corpus/archives/16-fichier.dump")),
    ("18", include_bytes!("../corpus/archives/18.dump")),
    ("18-zlib", include_bytes!("../corpus/archives/18-zlib.dump")),
    ("18-redirige", include_bytes!("../corpus/archives/18-statistiques-redirige.dump")),
];

fn toutes() -> impl Iterator<Item = (&'static str, Contenu)> {
    ARCHIVES.into_iter().map(|(nom, octets)| (nom, lu(octets)))
}

#[test]
fn chaque_version_donne_les_memes_lignes_sequences_et_objets() {
    let premiere = lu(ARCHIVES[0].1).empreintes;
    for (nom, contenu) in toutes() {
        let mut empreintes = contenu.empreintes;
        // Later versions write large objects down in another way.
        empreintes.schema = premiere.schema;
        assert_eq!(comparer(&premiere, &empreintes), [], "{nom}");
    }
}

#[test]
fn l_en_tete_dit_qui_a_ecrit_quoi_et_quand() {
    for (nom, contenu) in toutes() {
        let entete = contenu.entete;
        assert_eq!(entete.base, "b");
        assert!(entete.serveur.starts_with("15."), "{nom}");
        assert!(entete.pg_dump.starts_with(&nom[..2]), "{nom}");
        assert_eq!(
            entete.version.1,
            [14, 15, 0, 16][nom[..2].parse::<usize>().expect("version") - 15]
        );
        assert_eq!(entete.compression != Compression::Aucune, nom.ends_with("zlib"), "{nom}");
        assert_eq!(entete.cree_le.date().to_string(), "2026-11-22");
    }
}

#[test]
fn les_sommes_sont_celles_des_manifestes_deja_ecrits() {
    let empreintes = lu(ARCHIVES[0].1).empreintes;
    let lot = empreintes.tables[&NomTable::nouveau("public", "lot")];
    let sommes = [lot.somme, empreintes.grands_objets.somme, empreintes.schema.somme];
    assert_eq!(
        sommes.map(|s| format!("{s:032x}")),
        [
            "aa32199618dd10dd4b462dd6abbca4b2",
            "2ba4ee0852c57bd080a8208c3c2d9f38",
            "a3ae6d36873175cad4e7a5b234265f63"
        ]
    );
}

#[test]
fn une_archive_venue_d_un_tuyau_apprend_ou_sont_ses_tables() {
    let octets = |nom| ARCHIVES.iter().find(|a| a.0 == nom).expect("archive").1;
    let mut situee = octets("16").to_vec();
    for (place, mots) in lu(&situee).positions() {
        let place = place as usize;
        situee[place..place + mots.len()].copy_from_slice(&mots);
    }
    assert!(situee != octets("16"));
    assert!(situee == octets("16-fichier"), "what pg_dump itself writes into a file");
}
