//! Another disk than the one the tests work on, for copies that must not break with the original.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A new folder there, its owner's alone.
pub fn autre(nom: &str) -> PathBuf {
    let disque = |d: &Path| d.metadata().map(|m| m.dev()).ok();
    let ici = disque(&std::env::temp_dir());
    let places = ["/dev/shm", "/var/tmp", "/tmp", env!("CARGO_MANIFEST_DIR")].map(Path::new);
    let ailleurs = places.into_iter().find(|p| disque(p).is_some() && disque(p) != ici);
    let ailleurs = ailleurs.expect("un second disque : /dev/shm, /var/tmp, /tmp");
    let dossier = match ailleurs == Path::new(env!("CARGO_MANIFEST_DIR")) {
        true => ailleurs.join("target/tmp").join(format!("{nom}-copies")),
        false => ailleurs.join(format!("{nom}-copies")),
    };
    let mut faire = fs::DirBuilder::new();
    faire.recursive(true).mode(0o700).create(&dossier).expect("dossier des copies");
    dossier.canonicalize().expect("dossier des copies")
}
