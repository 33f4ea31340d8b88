//! What is refused first, with nothing touched.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::atelier::{Atelier, Ecrits, Sortie, changer_le_manifeste, poser_la_somme};
use super::externe::{ADMINISTRATEUR, COMPTE, Externe};

struct Refus {
    a: Atelier,
    fichier: String,
    avant: Ecrits,
}

impl Refus {
    async fn preparer() -> Self {
        let a = Atelier::embarque().await;
        let fichier = a.sauvegarder();
        a.produire().await;
        let avant = a.tout().await;
        Self { a, fichier, avant }
    }

    async fn refuse(&self, code: i32, phrase: &str, arguments: &[&str]) -> Sortie {
        let base = ["--file", &self.fichier, "--oui"];
        self.refuse_tel_quel(code, phrase, &[&base[..], arguments].concat()).await
    }

    async fn refuse_tel_quel(&self, code: i32, phrase: &str, arguments: &[&str]) -> Sortie {
        let sortie = self.a.restore(arguments);
        assert_eq!(sortie.code, Some(code), "{phrase} : {sortie:?}");
        assert!(sortie.journal.contains(phrase), "{phrase} : {sortie:?}");
        assert_eq!(self.a.tout().await, self.avant, "{phrase}");
        assert_eq!(self.a.copies().await, Vec::<String>::new(), "{phrase}");
        assert_eq!(self.a.gardees().await, Vec::<String>::new(), "{phrase}");
        let dossier = Path::new(&self.fichier).parent().expect("dossier");
        let restes = fs::read_dir(dossier).expect("dossier").flatten();
        let restes = restes.filter(|f| f.file_name().to_string_lossy().starts_with(".partiel"));
        assert_eq!(restes.count(), 0, "{phrase}");
        sortie
    }
}

#[tokio::test]
async fn un_fichier_abime_ou_incomplet_est_refuse_avant_tout() {
    let r = Refus::preparer().await;
    let (somme, intact) = (format!("{}.sha256", r.fichier), fs::read(&r.fichier).expect("archive"));
    let (texte, manifeste) = (fs::read(&somme).expect("somme"), format!("{}.json", r.fichier));
    let decrit = fs::read(&manifeste).expect("manifeste");
    let ordre = ["--drop-create"];

    fs::remove_file(&somme).expect("somme");
    r.refuse(5, "somme de contrôle", &ordre).await;
    fs::write(&somme, "bonjour").expect("somme");
    r.refuse(5, "ne se lit pas", &ordre).await;
    fs::write(&somme, "0".repeat(64)).expect("somme");
    r.refuse(5, "n'est plus ce qui a été écrit", &ordre).await;
    fs::write(&somme, texte).expect("somme");

    fs::remove_file(&manifeste).expect("manifeste");
    let refus = r.refuse(5, "manifeste est absent", &ordre).await;
    assert!(refus.journal.contains("event=restore_refus"), "{refus:?}");
    fs::write(&manifeste, "{}").expect("manifeste");
    r.refuse(5, "manifeste ne se lit pas", &ordre).await;
    fs::write(&manifeste, &decrit).expect("manifeste");

    for place in [30, intact.len() / 2, intact.len() - 3] {
        let mut fichier = OpenOptions::new().write(true).open(&r.fichier).expect("archive");
        fichier.seek(SeekFrom::Start(place as u64)).expect("place");
        fichier.write_all(&[intact[place] ^ 0x20]).expect("octet");
        r.refuse(5, "renez une autre sauvegarde", &ordre).await;
        // Even when the sum was made anew: what it holds is read to its end.
        poser_la_somme(Path::new(&r.fichier));
        r.refuse(5, "", &ordre).await;
        fs::write(&r.fichier, &intact).expect("archive");
        poser_la_somme(Path::new(&r.fichier));
    }
    for longueur in [0, 10, intact.len() / 2, intact.len() - 1] {
        fs::write(&r.fichier, &intact[..longueur]).expect("archive");
        poser_la_somme(Path::new(&r.fichier));
        r.refuse(5, "", &ordre).await;
        r.refuse(5, "", &["--drop-create", "--sans-manifeste"]).await;
    }
    fs::remove_file(&r.fichier).expect("archive");
    r.refuse(5, "n'existe pas", &ordre).await;
}

#[tokio::test]
async fn un_manifeste_qui_ne_dit_pas_la_meme_chose_est_refuse() {
    let r = Refus::preparer().await;
    let manifeste = format!("{}.json", r.fichier);
    let decrit = fs::read(&manifeste).expect("manifeste");
    let ordre = ["--drop-create"];
    changer_le_manifeste(&r.fichier, |m| {
        let tables = &mut m["empreintes"]["tables"];
        tables["public.magasin"]["lignes"] = 77.into();
    });
    r.refuse(5, "magasin", &ordre).await;
    fs::write(&manifeste, &decrit).expect("manifeste");
    changer_le_manifeste(&r.fichier, |m| m["base"]["schema"] = 9999.into());
    r.refuse(5, "DéliceGo plus récent", &ordre).await;
    fs::write(&manifeste, &decrit).expect("manifeste");
    changer_le_manifeste(&r.fichier, |m| m["forme"] = 99.into());
    r.refuse(5, "DéliceGo plus récent", &ordre).await;
    fs::write(&manifeste, &decrit).expect("manifeste");
    changer_le_manifeste(&r.fichier, |m| m["base"]["octets"] = (1_u64 << 60).into());
    r.refuse(5, "Pas assez de place", &ordre).await;
}

#[tokio::test]
async fn un_mauvais_usage_ou_une_base_occupee_ne_changent_rien() {
    let r = Refus::preparer().await;
    r.refuse(2, "--drop-create", &[]).await;
    let sans_oui = ["--file", &r.fichier, "--drop-create"];
    r.refuse_tel_quel(2, "sans terminal", &sans_oui).await;
    r.refuse_tel_quel(2, "--file", &["--drop-create", "--oui"]).await;
    r.refuse(2, "--garder", &["--drop-create", "--garder", "72"]).await;
    r.refuse(2, "--target-db", &["--target-db", ""]).await;
    // The live one by its name is the live one.
    r.refuse(2, "--drop-create", &["--target-db", "delicego"]).await;
    let (_avant, mut c) = (r.a.bases().await, r.a.administrateur("postgres").await);
    sqlx::query("create database autre").execute(&mut c).await.expect("base");
    r.a.sql("autre", "create table tresor (n int); insert into tresor values (1)").await;
    // Another application's, whatever is said; one with a table of migrations too.
    let tout = ["--target-db", "autre", "--drop-create"];
    r.refuse(5, "rien n'y dit qu'elle est de DéliceGo", &tout[..2]).await;
    r.refuse(5, "rien n'y dit qu'elle est de DéliceGo", &tout).await;
    r.a.sql("autre", "create table _sqlx_migrations (version bigint)").await;
    r.refuse(5, "rien n'y dit qu'elle est de DéliceGo", &tout).await;
    let mut autre = r.a.administrateur("autre").await;
    let n: i64 =
        sqlx::query_scalar("select count(*) from tresor").fetch_one(&mut autre).await.expect("n");
    assert_eq!(n, 1);
}

#[tokio::test]
async fn une_archive_d_une_autre_nature_ou_d_une_autre_version_est_refusee() {
    let r = Refus::preparer().await;
    let dossier = Path::new(&r.fichier).parent().expect("dossier").to_owned();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus/archives/18.dump");
    let ailleurs = dossier.join("d'ailleurs.dump");
    fs::copy(corpus, &ailleurs).expect("corpus");
    poser_la_somme(&ailleurs);
    let chemin = ailleurs.to_str().expect("chemin");
    let ordre = ["--file", chemin, "--drop-create", "--oui", "--sans-manifeste"];
    r.refuse_tel_quel(5, "installez postgresql-client-18", &ordre).await;
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus/archives/15.dump");
    fs::copy(corpus, &ailleurs).expect("corpus");
    poser_la_somme(&ailleurs);
    r.refuse_tel_quel(5, "ne contient pas de base DéliceGo", &ordre).await;
    fs::write(&ailleurs, "pas une archive").expect("texte");
    poser_la_somme(&ailleurs);
    r.refuse_tel_quel(5, "pg_dump", &ordre).await;
}

/// A disk with no room for the archive unpacked.
#[tokio::test]
async fn un_disque_trop_petit_est_vu_avant_de_commencer() {
    let r = Refus::preparer().await;
    let disque = r.a.serveur.dossier().join("petit disque");
    fs::create_dir(&disque).expect("dossier");
    let monter = |arguments: &[&str]| {
        let commande = std::process::Command::new(arguments[0]).args(&arguments[1..]).status();
        assert!(
            commande.is_ok_and(|s| s.success()),
            "monter un tmpfs demande root : {arguments:?}"
        );
    };
    let ou = disque.to_str().expect("chemin");
    let suites = ["", ".sha256", ".json"];
    let pages = |suite| {
        let infos = fs::metadata(format!("{}{suite}", r.fichier)).expect("fichier");
        infos.len().div_ceil(4096)
    };
    // Room for them, and for four pages more: the archive unpacked is longer.
    let taille = format!("size={}", (suites.map(pages).iter().sum::<u64>() + 6) * 4096);
    monter(&["mount", "-t", "tmpfs", "-o", &taille, "tmpfs", ou]);
    let archive = Path::new(&r.fichier);
    let nom = archive.file_name().expect("nom").to_str().expect("nom");
    for suite in suites {
        let vers = disque.join(format!("{nom}{suite}"));
        fs::copy(format!("{}{suite}", r.fichier), vers).expect("copie");
    }
    let la = disque.join(nom);
    let ordre = ["--file", la.to_str().expect("chemin"), "--drop-create", "--oui"];
    let sortie = r.a.restore(&ordre);
    let sans = r.a.restore(&[&ordre[..], &["--sans-manifeste"]].concat());
    fs::remove_file(format!("{}.json", la.display())).expect("manifeste");
    let etrangere = r.a.restore(&[&ordre[..], &["--sans-manifeste"]].concat());
    monter(&["umount", ou]);
    for (sortie, phrase) in [
        (sortie, "Pas assez de place"),
        (sans, "Pas assez de place"),
        (etrangere, "Plus de place dans"),
    ] {
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        assert!(sortie.journal.contains(phrase), "{phrase} : {sortie:?}");
    }
    assert_eq!(r.a.tout().await, r.avant);
    assert_eq!(r.a.copies().await, Vec::<String>::new());
}

#[tokio::test]
async fn un_nom_plus_long_que_postgresql_n_en_garde_est_refuse_d_abord_compte_en_octets() {
    let e = Externe::avec("select 1").await;
    let (long, accentue, juste) = ("n".repeat(70), "é".repeat(32), "n".repeat(63));
    for (nom, octets) in [(&long, "70 octets"), (&accentue, "64 octets")] {
        let sortie = e.lancer(COMPTE, &["restore", "--file", "nulle-part", "--target-db", nom]);
        assert_eq!(sortie.code, Some(2), "{sortie:?}");
        assert!(sortie.journal.contains(octets), "{sortie:?}");
    }
    let sortie = e.lancer(COMPTE, &["restore", "--file", "nulle-part", "--target-db", &juste]);
    assert!(sortie.journal.contains("n'existe pas"), "{sortie:?}");
}

/// New databases are made from two of them: nothing is told that would open them.
#[tokio::test]
async fn les_bases_de_postgresql_lui_meme_ne_sont_jamais_remplacees_quoi_qu_on_demande() {
    let e = Externe::avec("select 1").await;
    let fichier = e.sauvegarder(COMPTE);
    let (nu, tout): (&[&str], &[&str]) = (&[], &["--drop-create", "--oui"]);
    let refuse = |sortie: Sortie, base: &str| {
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        let dit = format!("la base « {base} » est à PostgreSQL lui-même");
        assert!(sortie.journal.contains(&dit), "{sortie:?}");
        assert_eq!(sortie.journal.trim().lines().count(), 1, "{sortie:?}");
        assert!(!sortie.journal.contains("alter database"), "{sortie:?}");
    };
    for base in ["postgres", "template0", "template1"] {
        for (compte, suite) in [(COMPTE, nu), (COMPTE, tout), (ADMINISTRATEUR, tout)] {
            let ordre = ["restore", "--file", &fichier, "--target-db", base];
            refuse(e.lancer(compte, &[&ordre[..], suite].concat()), base);
        }
    }
    for suite in [nu, tout] {
        let ordre = [&["restore", "--file", &fichier], suite].concat();
        refuse(e.lancer_avec(ADMINISTRATEUR, &[("PGDATABASE", "postgres")], &ordre), "postgres");
    }
    let la = "select count(*) = 3 from pg_database
               where datname in ('postgres', 'template0', 'template1')";
    assert!(e.est_vrai("postgres", la).await);
}
