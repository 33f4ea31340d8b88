//! The founding paths: two scripts that hand over to the program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use super::Dossier;

pub fn executable(fichier: &Path, texte: &str) {
    fs::write(fichier, texte).unwrap();
    fs::set_permissions(fichier, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A copy outside the repository, whose own build is not to be found.
fn script(d: &Dossier, nom: &str) -> Command {
    let prod = Path::new(env!("CARGO_MANIFEST_DIR")).join("backend/scripts/prod");
    let ailleurs = d.join("depot/backend/scripts/prod");
    fs::create_dir_all(&ailleurs).unwrap();
    let copie = ailleurs.join(nom);
    fs::copy(prod.join(nom), &copie).unwrap();
    let mut commande = Command::new(copie);
    commande.env_clear().env("PATH", "/usr/bin:/bin");
    commande
}

fn dit(sortie: &Output) -> String {
    String::from_utf8(sortie.stdout.clone()).unwrap()
}

const MONTRE: &str = "#!/bin/sh\nprintf '<%s>' MOI \"$@\"\nexit 3\n";

#[test]
fn les_scripts_des_debuts_passent_leurs_options_et_rendent_le_code_du_programme() {
    let d = Dossier::nouveau();
    let bin = d.join("bin");
    fs::create_dir(&bin).unwrap();
    let chemin = format!("{}:/usr/bin:/bin", bin.display());
    executable(&bin.join("delicego"), &MONTRE.replace("MOI", "path"));
    let sauver =
        |c: &mut Command| c.args(["--output-dir", "a b", "--keep", "14"]).output().unwrap();
    let sortie = sauver(script(&d, "backup_postgres.sh").env("PATH", &chemin));
    assert_eq!(dit(&sortie), "<path><backup><--output-dir><a b><--keep><14>");
    assert_eq!(sortie.status.code(), Some(3));
    let mut restaurer = script(&d, "restore_postgres.sh");
    restaurer.args(["--file", "f.gz", "--target-db", "t", "--drop-create"]).env("PATH", &chemin);
    let attendu = "<path><restore><--file><f.gz><--target-db><t><--drop-create>";
    assert_eq!(dit(&restaurer.output().unwrap()), attendu);

    // What this repository built comes before PATH, what was named before both.
    let construit = d.join("depot/target/release");
    fs::create_dir_all(&construit).unwrap();
    executable(&construit.join("delicego"), &MONTRE.replace("MOI", "depot"));
    let sortie = sauver(script(&d, "backup_postgres.sh").env("PATH", &chemin));
    assert!(dit(&sortie).starts_with("<depot><backup>"));
    executable(&d.join("le mien"), &MONTRE.replace("MOI", "nomme"));
    let nomme = d.join("le mien");
    let sortie = sauver(script(&d, "backup_postgres.sh").env("DELICEGO_BIN", &nomme));
    assert!(dit(&sortie).starts_with("<nomme><backup>"));
}

#[test]
fn sans_le_programme_les_scripts_disent_quoi_faire_et_rendent_2() {
    let d = Dossier::nouveau();
    for nom in ["backup_postgres.sh", "restore_postgres.sh"] {
        for programme in [None, Some(d.join("absent"))] {
            let mut commande = script(&d, nom);
            commande.envs(programme.iter().map(|p| ("DELICEGO_BIN", p)));
            let sortie = commande.output().unwrap();
            let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
            assert_eq!(sortie.status.code(), Some(2), "{texte}");
            assert!(texte.starts_with(nom) && texte.contains("DELICEGO_BIN"), "{texte}");
        }
    }
}
