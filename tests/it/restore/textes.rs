//! Two dumps of the same rows are the same bytes, whatever servers, databases, roles and people set.

use std::fs;
use std::path::Path;

use super::atelier::{Atelier, poser_la_somme};
use super::de_chaque::outil;
use super::externe::{COMPTE, Externe};

const LIGNES: &str =
    "create table public.instants (t timestamptz check (t > '2000-01-01 00:00+00'),
        o bytea, d interval, f float8, j date);;
    insert into public.instants values ('2026-07-14 12:00+02', '\\xdeadbeef00', '1 day 02:03:04',
        0.1::float8 + 0.2::float8, '2026-02-01');;
    alter table public.instants owner to delicego";

#[tokio::test]
async fn ni_la_base_ni_le_role_ni_la_personne_ne_changent_le_texte_des_lignes() {
    let reglages = "alter database {base} set timezone = 'Asia/Tokyo';;
        alter database {base} set bytea_output = 'escape';;
        alter database {base} set datestyle = 'German';;
        alter database {base} set quote_all_identifiers = on;;
        alter role delicego in database {base} set timezone = 'Europe/Paris';;
        alter role delicego in database {base} set intervalstyle = 'iso_8601';;
        alter role delicego in database {base} set extra_float_digits = 0";
    let e = Externe::avec(&format!("{LIGNES};; {reglages}")).await;
    let fichier = e.sauvegarder(COMPTE);
    for cluster in ["prive", "serveur"] {
        let (sortie, resultat) = e.exercer(&fichier, cluster);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(resultat["restaurable"], "oui", "{resultat}");
    }
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    // .. in place, and by somebody who has their own ideas.
    let siennes = [
        ("PGTZ", "America/New_York"),
        ("PGOPTIONS", "-c bytea_output=escape"),
        ("PGDATESTYLE", "SQL, DMY"),
        ("PGCLIENTENCODING", "LATIN1"),
    ];
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer_avec(COMPTE, &siennes, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let garde = "select count(*) = 2 from pg_db_role_setting s join pg_database d
                   on d.oid = s.setdatabase where datname = '{base}'";
    assert!(e.est_vrai(e.base.nom(), garde).await, "les réglages de la base sont revenus");
    e.nettoyer().await;
}

#[tokio::test]
async fn des_serveurs_de_fuseaux_differents_se_restaurent_l_un_l_autre() {
    let (paris, tokyo) = (Atelier::embarque().await, Atelier::embarque().await);
    for (a, fuseau, octets) in [(&paris, "Europe/Paris", "hex"), (&tokyo, "Asia/Tokyo", "escape")] {
        a.sql("postgres", &format!("alter system set timezone = '{fuseau}'")).await;
        a.sql("postgres", &format!("alter system set bytea_output = '{octets}'")).await;
        a.sql("postgres", "select pg_reload_conf()").await;
    }
    for ordre in LIGNES.split(";;") {
        paris.sql("delicego", ordre).await;
    }
    paris.produire().await;
    let fichier = paris.sauvegarder();
    let exercice = paris.delicego(&["drill", "--file", &fichier]);
    assert_eq!(exercice.code, Some(0), "{exercice:?}");
    assert!(exercice.dit.contains("avec ce compte : oui"), "{exercice:?}");
    let en_place = ["--file", &fichier, "--drop-create", "--oui"];
    for sortie in [
        paris.restore(&en_place),
        paris.restore(&["--file", &fichier, "--target-db", "cote"]),
        tokyo.restore(&["--file", &fichier, "--target-db", "cote"]),
        tokyo.restore(&en_place),
    ] {
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
    }
}

/// The manifest is lost: nothing says how its rows were written, and they are found all the same.
#[tokio::test]
async fn sans_manifeste_une_archive_est_prouvee_ou_ce_qui_ne_l_est_pas_est_dit() {
    let e = Externe::avec(&format!(
        "{LIGNES};; create table public.mots (t text);; insert into public.mots values ('sel');;
         alter table public.mots owner to delicego;;
         alter database {{base}} set timezone = 'Europe/Paris'"
    ))
    .await;
    let fichier = e.sauvegarder(COMPTE);
    fs::remove_file(format!("{fichier}.json")).expect("manifeste");
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &["--sans-manifeste"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("la copie est égale au fichier"), "{sortie:?}");
    // Of a hand that has its own ideas: those that are usual are found, others are not.
    for (fuseau, octets, connus) in
        [("Europe/Paris", "escape", true), ("America/New_York", "hex", false)]
    {
        let mut dump = outil("pg_dump", e.base.nom());
        dump.env("PGTZ", fuseau).env("PGOPTIONS", format!("-c bytea_output={octets}"));
        let dump = dump.arg("-Fc").output().expect("pg_dump");
        assert!(dump.status.success(), "{dump:?}");
        let a_la_main = Path::new(&fichier).with_file_name("a_la_main.dump");
        fs::write(&a_la_main, dump.stdout).expect("archive");
        poser_la_somme(&a_la_main);
        let a_la_main = a_la_main.to_str().expect("chemin");
        let (cote, sortie) = e.restaurer(COMPTE, a_la_main, &["--sans-manifeste"]);
        assert_eq!(sortie.code, Some(if connus { 0 } else { 3 }), "{sortie:?}");
        let (tout, dit) = (format!("{}{}", sortie.dit, sortie.journal), "Non prouvé");
        assert_eq!(tout.contains("la copie est égale au fichier"), connus, "{sortie:?}");
        assert_eq!(tout.contains(dit) && tout.contains("public.instants"), !connus, "{sortie:?}");
        assert!(!tout.contains("a changé") && !tout.contains("public.mots"), "{sortie:?}");
        assert!(e.est_vrai(&cote, "select count(*) = 1 from public.instants").await);
    }
    e.nettoyer().await;
}
