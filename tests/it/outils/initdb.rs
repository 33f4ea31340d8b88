//! PostgreSQL's programs as they are, but for `initdb`, which gives what the real one made of the
//! same demands once per run. A drill asks it for a server to throw away: half of what a short one
//! costs. `cluster`, which proves what makes a data folder, asks the real one.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::grappe;

/// The data folder is what it is told last. Two who ask for the same at once both make it.
const COPIER: &str = r#"#!/bin/sh
set -eu
demande=''
for ou; do demande="$demande $ou"; done
modele=MODELES/$(printf '%s' "${demande% "$ou"}" | cksum | tr ' ' -)
if [ ! -d "$modele" ]; then
    essai=$(mktemp -d MODELES/essai.XXXXXX)
    # The last one named counts.
    VRAI "$@" -D "$essai"
    mv -T "$essai" "$modele" 2>/dev/null || rm -rf "$essai"
fi
cp -a "$modele/." "$ou"
"#;

static DOSSIER: OnceLock<PathBuf> = OnceLock::new();

/// The folder for `DELICEGO_PG_BIN`.
pub fn binaires() -> &'static Path {
    DOSSIER.get_or_init(|| poser(&grappe::dossier(std::process::id())))
}

fn poser(ou: &Path) -> PathBuf {
    let (dossier, modeles) = (ou.join("pg-bin"), ou.join("initdb"));
    let vrais = vrais();
    for cree in [&dossier, &modeles] {
        fs::create_dir_all(cree).expect("outils de PostgreSQL");
    }
    // As root, PostgreSQL's account is another.
    fs::set_permissions(&modeles, fs::Permissions::from_mode(0o777)).expect("modèles");
    for outil in fs::read_dir(&vrais).expect("outils de PostgreSQL").flatten() {
        let nom = outil.file_name();
        match nom.to_str() {
            Some("initdb") => {}
            // No link: the program looks for the others where this one really lies.
            Some("postgres") => drop(fs::copy(outil.path(), dossier.join(nom)).expect("postgres")),
            _ => symlink(outil.path(), dossier.join(nom)).expect("outil"),
        }
    }
    let script = COPIER
        .replace("MODELES", &modeles.to_string_lossy())
        .replace("VRAI", &vrais.join("initdb").to_string_lossy());
    let initdb = dossier.join("initdb");
    fs::write(&initdb, script).expect("initdb");
    fs::set_permissions(&initdb, fs::Permissions::from_mode(0o755)).expect("initdb");
    dossier
}

/// Those that the program itself would take.
fn vrais() -> PathBuf {
    let dossiers = delicego::platform::cluster::dossiers_de_postgres();
    dossiers.into_iter().find(|d| d.join("initdb").is_file()).expect("initdb")
}
