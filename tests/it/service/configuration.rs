//! The configuration: checked once, at start; a wrong value is one clear line.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::outils::Serveur;
use crate::outils::grappe::{self, PROGRAMME};

/// The program with nothing set but these variables.
fn delicego(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut commande = Command::new(PROGRAMME);
    commande.args(arguments).env_clear().envs(variables.iter().copied());
    commande.output().expect("delicego")
}

/// Its one line on stderr; nothing on stdout.
#[track_caller]
fn une_ligne(sortie: &Output, code: i32) -> String {
    let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
    assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
    assert_eq!(String::from_utf8_lossy(&sortie.stdout), "", "{texte}");
    assert_eq!(texte.lines().count(), 1, "{texte}");
    assert!(texte.starts_with("delicego : "), "{texte}");
    texte
}

#[test]
fn a_wrong_variable_is_one_line_that_names_it_and_exit_2() {
    for (variable, valeur) in [
        ("LOG_LEVEL", "BAVARD"),
        ("LOG_LEVEL", "info,sqlx=trace"),
        ("LOG_FORMAT", "xml"),
        ("LOG_FORMAT", "JSON "),
        ("PGPORT", "cinq"),
        ("PGPORT", "65536"),
        ("PGPORT", "-1"),
        ("PGSSLMODE", "peut-être"),
        ("PROXYS_DE_CONFIANCE", "10.0.0.0/33"),
        ("PROXYS_DE_CONFIANCE", "10.0.0.1, mandataire"),
        ("DATABASE_URL", "pas une adresse"),
        ("DATABASE_URL", "cuisine"),
        ("DATABASE_URL", "mysql://127.0.0.1/delicego"),
        ("DATABASE_URL", "postgres://h/b?sslmode=peut-être"),
    ] {
        for commande in ["serve", "verifier", "migrate"] {
            let variables = [("PGHOST", "/nulle/part"), (variable, valeur)];
            let ligne = une_ligne(&delicego(&[commande], &variables), 2);
            assert!(ligne.contains(variable), "{variable}={valeur} : {ligne}");
        }
    }
}

#[test]
fn a_password_in_a_wrong_address_is_not_told() {
    let sortie = delicego(&["serve"], &[("DATABASE_URL", "http//chef:tressecret@h/b")]);
    assert!(!une_ligne(&sortie, 2).contains("tressecret"));
}

#[test]
fn wrong_usage_exits_2_and_help_exits_0() {
    for arguments in [
        &["fabriquer"][..],
        &[],
        &["serve", "--port", "1"],
        &["serve", "--listen", "ici"],
        &["serve", "--listen"],
        &["importer", "--dossier", "x"],
        &["importer", "--dossier", "x", "--dry-run", "--apply"],
        &["utilisateur"],
        &["utilisateur", "creer"],
        &["verifier", "de-trop"],
    ] {
        let sortie = delicego(arguments, &[]);
        assert_eq!(sortie.status.code(), Some(2), "{arguments:?} {sortie:?}");
        assert!(!sortie.stderr.is_empty() && sortie.stdout.is_empty(), "{arguments:?}");
        let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
        for anglais in ["error:", "Usage:", "required", "unexpected", "invalid"] {
            assert!(!texte.contains(anglais), "{arguments:?} : {texte}");
        }
    }
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["utilisateur", "creer", "--help"],
        &["backup", "--help"],
        &["production-du-jour", "-h"],
        &["--version"],
    ] {
        let sortie = delicego(arguments, &[]);
        assert_eq!(sortie.status.code(), Some(0), "{arguments:?} {sortie:?}");
        let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
        assert!(!texte.is_empty());
        for anglais in ["Usage:", "Print help", "default", "possible values"] {
            assert!(!texte.contains(anglais), "{arguments:?} : {texte}");
        }
    }
    let aide = delicego(&["backup", "--help"], &[]).stdout;
    let aide = String::from_utf8(aide).expect("UTF-8").replace('\u{a0}', " ");
    assert!(aide.contains("[par défaut : 14]") && aide.contains("[au choix : gz, fc, zst]"));
}

/// A folder of one's own, gone with its test.
struct Dossier(PathBuf);

impl Dossier {
    fn nouveau(nom: &str) -> Self {
        let chemin =
            std::env::temp_dir().join(format!("delicego-conf-{nom}-{}", std::process::id()));
        fs::create_dir_all(&chemin).expect("dossier");
        Self(chemin)
    }

    fn fichier(&self, texte: &str, mode: u32) -> String {
        let chemin = self.0.join("env");
        fs::write(&chemin, texte).expect("écrire");
        fs::set_permissions(&chemin, fs::Permissions::from_mode(mode)).expect("mode");
        chemin.to_string_lossy().into_owned()
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn an_env_file_is_read_when_it_is_its_owner_s_alone() {
    let s = Serveur::demarrer().await;
    let dossier = Dossier::nouveau("env");
    let o = grappe::options(&s.nom_base);
    let texte = format!(
        "# la base\n\nPGHOST={}\nexport PGPORT='{}'\n  PGUSER=\"{}\"\nexport PGDATABASE={}\n",
        o.get_host(),
        o.get_port(),
        o.get_username(),
        s.nom_base
    );
    for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
        let fichier = dossier.fichier(&texte, mode);
        let ligne = une_ligne(&delicego(&["verifier", "--env-file", &fichier], &[]), 5);
        assert!(ligne.contains("chmod 600"), "{ligne}");
    }
    for mode in [0o600, 0o400] {
        let _ancien = fs::remove_file(dossier.0.join("env"));
        let fichier = dossier.fichier(&texte, mode);
        // The file wins over what is set around it.
        let autour = [("PGDATABASE", "une_autre")];
        let sortie = delicego(&["--env-file", &fichier, "utilisateur", "lister"], &autour);
        assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
        assert!(String::from_utf8_lossy(&sortie.stdout).contains("admin@essai.fr"));
    }
    let _ancien = fs::remove_file(dossier.0.join("env"));
    for faux in ["PGHOST\n", "A B=1\n", "=1\n", "export =x\n"] {
        let fichier = dossier.fichier(&format!("PGPORT=5432\n{faux}"), 0o600);
        let ligne = une_ligne(&delicego(&["verifier", "--env-file", &fichier], &[]), 2);
        assert!(ligne.contains("ligne 2"), "{ligne}");
    }
    let absent = dossier.0.join("absent").to_string_lossy().into_owned();
    une_ligne(&delicego(&["verifier", "--env-file", &absent], &[]), 2);
}

#[test]
fn the_demo_listens_on_this_machine_only_and_on_its_own_database_only() {
    let dossier = Dossier::nouveau("demo");
    let donnees = dossier.0.join("donnees").to_string_lossy().into_owned();
    for adresse in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let sortie = delicego(&["demo", "--listen", adresse], &[("DELICEGO_DATA", &donnees)]);
        une_ligne(&sortie, 2);
    }
    let ailleurs = [("DATABASE_URL", "postgres://127.0.0.1:1/x"), ("DELICEGO_DATA", &donnees)];
    une_ligne(&delicego(&["demo", "--listen", "127.0.0.1:0"], &ailleurs), 2);
    assert!(!PathBuf::from(&donnees).exists(), "rien n'est commencé");
}
