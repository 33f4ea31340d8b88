//! A data folder as the program's first start leaves it: made by the program once per run, copied
//! for each test that wants a PostgreSQL of its own. What makes such a folder is proved in
//! `cluster`, which takes no copy.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::embarque::Embarque;
use super::grappe;

/// Nothing here outlives the machine, and what a killed process had written is in its files without
/// fsync. What it had not written yet is not: a commit still waits for that, and a page may be torn.
const REGLAGES: &str = "\
fsync = off
wal_compression = off
autovacuum = off
max_wal_size = '512MB'
checkpoint_timeout = '1h'
";
/// Of a server that nobody kills, for many tests at once.
const COMMUNS: &str = "\
full_page_writes = off
synchronous_commit = off
max_connections = 300
shared_buffers = '512MB'
";

static MOULE: OnceLock<PathBuf> = OnceLock::new();

/// The folder for the server that all tests share.
pub fn mouler(dossier: &Path) {
    copier(dossier);
    ajouter(&dossier.join("pgdata"), COMMUNS);
}

/// The database `delicego` migrated, its admin logged in.
pub fn copier(dossier: &Path) {
    std::fs::create_dir_all(dossier).expect("dossier");
    // With their owners: as root, PostgreSQL's is another account.
    let mut copie = Command::new("cp");
    let pgdata = MOULE.get_or_init(couler).join("pgdata");
    let statut = copie.arg("-a").arg(pgdata).arg(dossier).status().expect("cp");
    assert!(statut.success(), "{copie:?}");
}

fn couler() -> PathBuf {
    let mut serveur = Embarque::neuf(None);
    // On a thread of its own: whoever wants the first copy may be inside a runtime already.
    std::thread::scope(|fils| {
        fils.spawn(|| {
            let execution = tokio::runtime::Builder::new_current_thread().enable_all().build();
            execution.expect("runtime").block_on(serveur.connecter_l_admin());
        });
    });
    serveur.arreter();
    serveur.attendre_la_fin_de_postgres();
    let moule = grappe::dossier(std::process::id()).join("moule");
    std::fs::create_dir_all(&moule).expect("moule");
    std::fs::rename(serveur.dossier().join("pgdata"), moule.join("pgdata")).expect("moule");
    ajouter(&moule.join("pgdata"), REGLAGES);
    moule
}

/// What is said there is read last.
fn ajouter(pgdata: &Path, reglages: &str) {
    use std::io::Write;
    let fichier = std::fs::File::options().append(true).open(pgdata.join("postgresql.auto.conf"));
    fichier.expect("réglages").write_all(reglages.as_bytes()).expect("réglages");
}
