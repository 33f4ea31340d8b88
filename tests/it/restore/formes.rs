//! Every kind of file, older schemas, and the question that a person is asked.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sqlx::Executor;
use sqlx::migrate::Migrator;

use super::atelier::{Atelier, Sortie, changer_le_manifeste, poser_la_somme, sans_sessions};

#[tokio::test]
async fn chaque_format_revient_chiffre_ou_non() {
    let a = Atelier::embarque().await;
    let cle = Identity::generate();
    let fichier_cle = a.serveur.dossier().join("clé");
    fs::write(&fichier_cle, cle.to_string().expose_secret()).expect("clé");
    fs::set_permissions(&fichier_cle, Permissions::from_mode(0o600)).expect("mode");
    let (publique, cle) = (cle.to_public().to_string(), fichier_cle.to_str().expect("chemin"));
    let sauvee = sans_sessions(a.tout().await);
    for format in ["fc", "zst", "gz"] {
        for chiffrer in [false, true] {
            let dossier = a.serveur.dossier().join(format!("{format}-{chiffrer}"));
            let mut ordre = vec!["backup", "--output-dir", dossier.to_str().expect("chemin")];
            ordre.extend(["--format", format]);
            if chiffrer {
                ordre.extend(["--chiffrer", &publique]);
            }
            let faite = a.delicego(&ordre);
            assert_eq!(faite.code, Some(0), "{faite:?}");
            a.produire().await;
            let archive = archive_de(&dossier);
            let ordre = ["--file", &archive, "--drop-create", "--oui"];
            if chiffrer {
                let refusee = a.restore(&ordre);
                assert_eq!(refusee.code, Some(5), "{refusee:?}");
                assert!(refusee.journal.contains("--cle-age"), "{refusee:?}");
            }
            let sortie = a.restore(&[&ordre[..], &["--cle-age", cle]].concat());
            assert_eq!(sortie.code, Some(0), "{format} {chiffrer} : {sortie:?}");
            assert_eq!(sans_sessions(a.tout().await), sauvee, "{format} {chiffrer}");
            a.attendre_le_service().await;
        }
    }
}

fn archive_de(dossier: &Path) -> String {
    let fichiers = fs::read_dir(dossier).expect("dossier").flatten().map(|f| f.path());
    let mut archives = fichiers.filter(|c| {
        !["json", "jsonl", "sha256", "sql"].iter().any(|e| c.extension().is_some_and(|x| x == *e))
    });
    archives.next().expect("archive").to_str().expect("chemin").to_owned()
}

/// A file of last year, by a program of last year.
#[tokio::test]
async fn une_sauvegarde_d_un_schema_ancien_est_mise_a_jour_avant_de_servir() {
    let a = Atelier::embarque().await;
    a.sql("postgres", "create database ancienne owner delicego").await;
    let toutes = sqlx::migrate!("./migrations");
    let nombre = toutes.migrations.len() - 1;
    let premieres = toutes.migrations.iter().take(nombre).cloned().collect();
    let mut c = a.administrateur("ancienne").await;
    c.execute("set role delicego").await.expect("rôle");
    Migrator::with_migrations(premieres).run(&mut c).await.expect("migrations");
    let magasin = "insert into magasin (id, nom, type_magasin)
        values ('00000000-0000-7000-8000-000000000001', 'D''avant', 'PRODUCTION')";
    c.execute(magasin).await.expect("magasin");
    drop(c);
    let fichier = a.archive_etrangere_de("ancienne");
    let ordre = ["--file", &fichier, "--drop-create", "--oui", "--sans-manifeste"];
    let sortie = a.restore(&ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("Schéma mis à jour : 1 étapes."), "{sortie:?}");
    a.serveur.verifier();
    assert_eq!(a.tout().await["magasin"].split(' ').next(), Some("1"));
}

/// It comes back as it was, and one is told that it was wrong.
#[tokio::test]
async fn une_sauvegarde_d_une_base_fausse_est_rendue_et_le_dit() {
    let a = Atelier::embarque().await;
    let fausser = "set session_replication_role = replica; update lot set solde = solde + 1";
    a.sql("delicego", fausser).await;
    let fichier = a.sauvegarder();
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("ATTENTION : I1"), "{sortie:?}");
}

/// Answers on a terminal.
fn repondre(a: &Atelier, fichier: &str, reponse: &str) -> Sortie {
    let maitre = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("terminal");
    grantpt(&maitre).expect("terminal");
    unlockpt(&maitre).expect("terminal");
    let nom = ptsname(&maitre, Vec::new()).expect("terminal").into_string().expect("nom");
    let clavier = fs::OpenOptions::new().read(true).write(true).open(nom).expect("terminal");
    let mut commande: Command = a.serveur.programme();
    commande.args(["restore", "--file", fichier, "--drop-create"]).stdin(clavier);
    let enfant = commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore");
    fs::File::from(maitre.try_clone().expect("terminal"))
        .write_all(format!("{reponse}\n").as_bytes())
        .expect("réponse");
    enfant.wait_with_output().expect("fin").into()
}

#[tokio::test]
async fn sur_un_terminal_la_personne_tape_le_nom_de_la_base() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let avant = a.tout().await;
    let refusee = repondre(&a, &fichier, "oui");
    assert_eq!(refusee.code, Some(1), "{refusee:?}");
    assert!(refusee.dit.contains("qui sera perdu : 1 production"), "{refusee:?}");
    assert!(refusee.journal.contains("Tapez son nom pour continuer"), "{refusee:?}");
    assert!(refusee.journal.contains("rien n'a été changé"), "{refusee:?}");
    assert!(!refusee.dit.contains("ce fichier est une sauvegarde"), "{refusee:?}");
    changer_le_manifeste(&fichier, |m| m["base"]["nom"] = "caisse".into());
    let refusee = repondre(&a, &fichier, "caisse");
    assert_eq!(refusee.code, Some(1), "{refusee:?}");
    let dite = "est une sauvegarde de la base « caisse », et non de « delicego »";
    assert!(refusee.dit.contains(dite), "{refusee:?}");
    assert_eq!(a.tout().await, avant);
    let faite = repondre(&a, &fichier, "delicego");
    assert_eq!(faite.code, Some(0), "{faite:?}");
    assert_ne!(a.tout().await, avant);
}

#[tokio::test]
async fn un_fichier_deja_archive_par_pg_dump_se_restaure_sans_etre_deballe() {
    let a = Atelier::embarque().await;
    let sauvee = sans_sessions(a.tout().await);
    let fichier = a.archive_etrangere();
    let nue = Path::new(&fichier).with_extension("");
    let ordre = format!("gunzip -c '{fichier}' > '{}'", nue.display());
    assert!(Command::new("sh").args(["-c", &ordre]).status().expect("gunzip").success());
    poser_la_somme(&nue);
    a.produire().await;
    let nue = nue.to_str().expect("chemin");
    let sortie = a.restore(&["--file", nue, "--drop-create", "--oui", "--sans-manifeste"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(sans_sessions(a.tout().await), sauvee);
}
