//! What a backup leaves on the disk, and that stock tools open it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use delicego::sauvegarde::{archive, depot};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use super::atelier::{HISTOIRE, compter};
use super::{Atelier, code, textes};
use crate::outils::externe::Externe;
use crate::outils::grappe::{self, PROGRAMME};

#[tokio::test]
async fn une_sauvegarde_est_quatre_fichiers_que_seul_leur_proprietaire_lit() {
    let a = Atelier::neuf().await;
    let sortie = a.backup(&[]);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let s = a.derniere();
    let nom = &s.noms.archive;
    assert!(nom.starts_with(&format!("delicego_{}_2", a.base)) && nom.ends_with("Z.dump.gz"));
    let voulus = [nom.clone(), s.noms.somme(), s.noms.manifeste(), s.noms.roles()];
    assert_eq!(a.fichiers(), voulus.iter().cloned().collect());
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&a.dossier), 0o700);
    for fichier in voulus.into_iter().chain([HISTOIRE.to_owned()]) {
        assert_eq!(mode(&a.dossier.join(&fichier)), 0o600, "{fichier}");
    }
    assert!(s.fiable() && s.manifeste.lignes() > 100);
    let texte = textes(&sortie);
    assert!(texte.contains("faite et relue") && texte.contains("event=backup_done"), "{texte}");
}

#[tokio::test]
async fn sha256sum_gunzip_et_pg_restore_suffisent_pour_la_rendre() {
    let a = Atelier::neuf().await;
    let fichier = a.bon_backup(&[]);
    let somme = a.derniere().noms.somme();
    lancer(Command::new("sha256sum").args(["-c", &somme]).current_dir(&a.dossier));

    let copie = format!("{}_rendue", a.base);
    let mut c = grappe::superutilisateur("postgres").await;
    let proprietaire = grappe::options(&a.base);
    let creer = format!("create database {copie} owner {}", proprietaire.get_username());
    c.execute(AssertSqlSafe(creer)).await.unwrap();
    let mut gunzip =
        Command::new("gunzip").arg("-c").arg(&fichier).stdout(Stdio::piped()).spawn().unwrap();
    let mut restore = Command::new(outil("pg_restore"));
    restore.args(["--exit-on-error", "-d", &copie]).stdin(gunzip.stdout.take().unwrap());
    restore.env("PGHOST", proprietaire.get_host()).env("PGUSER", proprietaire.get_username());
    lancer(restore.env("PGPORT", proprietaire.get_port().to_string()));
    assert!(gunzip.wait().unwrap().success());
    for table in ["lot", "mouvement_stock", "recette", "article"] {
        let lignes = a.compter(table).await;
        assert!(lignes > 0 && compter(&copie, table).await == lignes, "{table} : {lignes}");
    }
}

#[tokio::test]
async fn chaque_format_se_relit_et_dit_les_memes_empreintes() {
    let a = Atelier::neuf().await;
    let mut empreintes = Vec::new();
    for (format, fin) in [("gz", ".dump.gz"), ("fc", ".dump"), ("zst", ".dump.zst")] {
        let fichier = a.bon_backup(&["--format", format]);
        assert!(fichier.to_str().unwrap().ends_with(fin), "{}", fichier.display());
        let lu = archive::lire(depot::ouvrir(&fichier, None).unwrap(), |_| {}).unwrap();
        assert_eq!(lu.empreintes, a.derniere().manifeste.empreintes, "{format}");
        empreintes.push(lu.empreintes);
    }
    assert!(empreintes.windows(2).all(|e| e[0] == e[1]));
    let fc = a.liste().into_iter().find(|s| s.noms.archive.ends_with(".dump")).unwrap();
    lancer(Command::new(outil("pg_restore")).arg("-l").arg(fc.archive()));
}

#[tokio::test]
async fn le_manifeste_garde_ce_que_l_archive_ne_sait_pas_de_la_base() {
    let a = Atelier::neuf().await;
    a.sql(&format!("alter database {} set statement_timeout = '7min'", a.base)).await;
    let mut c = grappe::superutilisateur(&a.base).await;
    let role = format!("lecteur_de_{}", a.base);
    let ordres = format!(
        "create role {role}; grant connect on database {} to {role};
         alter role {role} in database {} set search_path = 'autre, public'",
        a.base, a.base
    );
    c.execute(AssertSqlSafe(ordres)).await.unwrap();
    a.bon_backup(&[]);
    let base = a.derniere().manifeste.base;
    assert_eq!((base.nom.as_str(), base.proprietaire.as_str()), (a.base.as_str(), "delicego"));
    assert!(base.systeme.is_some() && base.schema.is_some() && base.octets > 0);
    let reglages: Vec<_> =
        base.reglages.iter().map(|r| (r.role.as_deref(), &*r.nom, &*r.valeur)).collect();
    assert!(reglages.contains(&(None, "statement_timeout", "7min")), "{reglages:?}");
    let nom = Some(role.as_str());
    assert!(reglages.iter().any(|r| r.0 == nom && r.1 == "search_path"), "{reglages:?}");
    let droit = |d: &&delicego::sauvegarde::manifeste::Droit| d.role.as_deref() == nom;
    assert_eq!(base.droits.iter().find(droit).unwrap().privilege, "CONNECT");
    let roles = fs::read_to_string(a.dossier.join(a.derniere().noms.roles())).unwrap();
    assert!(roles.contains(&role), "{roles}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn le_fichier_des_roles_ne_tient_que_ceux_de_la_base_et_se_charge_deux_fois() {
    let s = Externe::demarrer("").await;
    s.sql(
        "postgres",
        "create role chef login createdb password 'bon'; create role lecteurs nologin;
         create role \"l'Élève \\\" login in role lecteurs password 'sien'; create role etranger login;
         create role roi superuser login in role lecteurs; alter role lecteurs set search_path = a, b;
         alter role chef set statement_timeout = '7min'",
    )
    .await;
    s.sql("postgres", "create database cuisine owner chef").await;
    s.sql("cuisine", "create table recettes (n int); grant select on recettes to lecteurs").await;
    let dossier = s.racine.join("sauvegardes");
    let mut commande = Command::new(PROGRAMME);
    commande.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", &s.racine);
    commande.env("PGHOST", &s.racine).env("PGPORT", s.port.to_string()).env("PGUSER", "postgres");
    commande.env("PGDATABASE", "cuisine").args(["backup", "--force-suspect", "--output-dir"]);
    let sortie = commande.arg(&dossier).output().unwrap();
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let sauvegarde = depot::lister(&dossier).unwrap().pop().unwrap();
    let fichier = dossier.join(sauvegarde.noms.roles());
    let texte = fs::read_to_string(&fichier).unwrap();
    for (role, present) in
        [("chef", true), ("lecteurs", true), ("l'Élève", true), ("etranger", false), ("roi", false)]
    {
        assert_eq!(texte.contains(&format!("create role \"{role}")), present, "{role} : {texte}");
    }
    assert!(
        !texte.to_lowercase().contains("superuser\n") && !texte.contains("postgres\" "),
        "{texte}"
    );

    // On a server that knows one of them already, twice.
    let neuf = Externe::demarrer("").await;
    neuf.sql("postgres", "create role chef login password 'le mien'").await;
    let mot = "select rolpassword from pg_authid where rolname = 'chef'";
    let mut c = neuf.connexion("postgres").await;
    let avant: String = sqlx::query_scalar(mot).fetch_one(&mut c).await.unwrap();
    for _ in 0..2 {
        let mut psql = neuf.programme(&grappe::binaires().join("psql"));
        psql.args(["-X", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-h"]);
        psql.arg(&neuf.racine).arg("-p").arg(neuf.port.to_string()).arg("-c").arg(&texte);
        let sortie = psql.output().unwrap();
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    }
    let apres: String = sqlx::query_scalar(mot).fetch_one(&mut c).await.unwrap();
    assert_eq!(avant, apres, "son mot de passe reste");
    let eleve = "select pg_has_role(oid, 'lecteurs', 'member') and rolpassword is not null
                   from pg_authid where rolname = 'l''Élève \\'";
    assert!(sqlx::query_scalar::<_, bool>(eleve).fetch_one(&mut c).await.unwrap());
    let chemin = "select array_to_string(rolconfig, ' ') from pg_roles where rolname = 'lecteurs'";
    let chemin: String = sqlx::query_scalar(chemin).fetch_one(&mut c).await.unwrap();
    assert_eq!(chemin, "search_path=a, b");
}

#[tokio::test]
async fn en_json_la_derniere_ligne_est_le_resultat() {
    let a = Atelier::neuf().await;
    let dernier = |octets: &[u8]| -> Value {
        serde_json::from_str(String::from_utf8_lossy(octets).lines().last().unwrap()).unwrap()
    };
    let resultat = dernier(&a.backup(&["--json"]).stdout);
    assert_eq!(resultat["resultat"], "fait");
    assert_eq!(resultat["lignes"], a.derniere().manifeste.lignes());
    let refus = a.commande(&["--json"]).env("PGPORT", "1").env("PGHOST", "127.0.0.1").output();
    let refus = refus.unwrap();
    assert_eq!((code(&refus), dernier(&refus.stdout)["code"].as_u64()), (5, Some(5)));
}

#[tokio::test]
async fn la_liste_dit_ce_qui_est_la_sans_aucune_base() {
    let a = Atelier::neuf().await;
    let sauvegardes = |arguments: &[&str]| {
        let mut commande = a.programme(&["sauvegardes", "--output-dir"]);
        commande.arg(&a.dossier).args(arguments).env("PGPORT", "1");
        let sortie = commande.output().unwrap();
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        String::from_utf8(sortie.stdout).unwrap()
    };
    let mut absent = a.programme(&["sauvegardes", "--output-dir"]);
    let absent = absent.arg(&a.dossier).output().unwrap();
    assert_eq!(code(&absent), 5, "{}", textes(&absent));
    assert!(textes(&absent).contains("ce dossier n'existe pas"), "{}", textes(&absent));
    fs::create_dir(&a.dossier).unwrap();
    assert!(sauvegardes(&[]).contains("Aucune sauvegarde"));
    let bonne = a.bon_backup(&[]);
    assert!(sauvegardes(&[]).contains("vérifiée le "));
    // Of the same length: nothing but its marks tells, without reading it.
    let octets = fs::read(&bonne).unwrap();
    let mut faux = octets.clone();
    faux[octets.len() / 2] ^= 1;
    for contenu in [&faux, &octets] {
        fs::write(&bonne, contenu).unwrap();
        let texte = sauvegardes(&[]);
        assert!(texte.contains("CHANGÉE depuis sa dernière lecture du "), "{texte}");
        assert!(!texte.contains("vérifiée"), "{texte}");
    }
    let json: Value = serde_json::from_str(&sauvegardes(&["--json"])).unwrap();
    assert_eq!(json["elements"][0]["touchee"], true);
    let eprouver = |contenu: &[u8]| {
        fs::write(&bonne, contenu).unwrap();
        let mut drill = a.programme(&["drill", "--file"]);
        code(&drill.arg(&bonne).env("DELICEGO_SAUVEGARDES", &a.dossier).output().unwrap())
    };
    assert_eq!(eprouver(&faux), 3);
    assert!(sauvegardes(&[]).contains("ABÎMÉE"), "{}", sauvegardes(&[]));
    assert_eq!(eprouver(&octets), 0);
    assert!(sauvegardes(&[]).contains("vérifiée le "), "{}", sauvegardes(&[]));
    let tronquee = a.bon_backup(&[]);
    fs::write(&tronquee, b"abc").unwrap();
    let texte = sauvegardes(&[]);
    assert!(texte.contains("vérifiée") && texte.contains("ABSENTE OU TRONQUÉE"), "{texte}");
    let json: Value = serde_json::from_str(&sauvegardes(&["--json"])).unwrap();
    assert_eq!(json["elements"][0]["rang"], 1);
    assert_eq!(json["elements"][1]["presente"], false);
}

fn lancer(commande: &mut Command) {
    let sortie = commande.output().unwrap();
    assert!(sortie.status.success(), "{commande:?} : {}", textes(&sortie));
}

/// Of the newest PostgreSQL here.
fn outil(nom: &str) -> std::path::PathBuf {
    let dossiers = delicego::platform::cluster::dossiers_de_postgres();
    dossiers.into_iter().map(|d| d.join(nom)).find(|p| p.exists()).unwrap()
}

/// Libraries speak English, and of no file.
const ANGLAIS: [&str; 5] = ["EOF", "expected", "missing field", "at line", "invalid type"];

#[tokio::test]
async fn un_manifeste_abime_est_nomme_en_francais_et_dit_quoi_faire() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let archive = a.bon_backup(&[]);
    let manifeste = archive.with_file_name(a.derniere().noms.manifeste());
    let entier = fs::read_to_string(&manifeste).unwrap();
    let nom = manifeste.file_name().unwrap().to_str().unwrap().to_owned();
    for abime in [&entier[..entier.len() / 2], "", "{}", "bonjour", "[1, 2]", "\0\0\0"] {
        fs::write(&manifeste, abime).unwrap();
        let fichier = archive.to_str().unwrap();
        let dossier = a.dossier.to_str().unwrap();
        let commandes: [&[&str]; 3] = [
            &["restore", "--target-db", "essai_abime", "--file", fichier],
            &["drill", "--file", fichier],
            // The one before it must not hide it.
            &["drill", "--output-dir", dossier],
        ];
        for arguments in commandes {
            let sortie = a.programme(arguments).env("DELICEGO_SAUVEGARDES", &a.dossier).output();
            let sortie = sortie.unwrap();
            let dit = textes(&sortie);
            assert_eq!(code(&sortie), 5, "{dit}");
            let voulus = [nom.as_str(), "le manifeste ne se lit pas", "renez"];
            assert!(voulus.iter().all(|mot| dit.contains(mot)), "{abime:?} : {dit}");
            assert!(!ANGLAIS.iter().any(|mot| dit.contains(mot)), "{dit}");
        }
    }
}
