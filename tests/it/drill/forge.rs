//! Backups made by hand: an archive of one database, the manifest of the same or of another.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use delicego::platform::db::migrations;
use delicego::sauvegarde::archive;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::outils::grappe;

/// A folder of backups, removed with this.
pub struct Sauvegardes {
    pub dossier: PathBuf,
}

impl Sauvegardes {
    pub fn neuves() -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let nom = format!("delicego drill {}-{numero}", std::process::id());
        let dossier = std::env::temp_dir().join(nom);
        fs::create_dir(&dossier).expect("dossier");
        Self { dossier }
    }

    /// A backup of that database.
    pub fn de(&self, base: &str, rang: u64) -> PathBuf {
        let archive = archiver(base);
        self.poser(base, rang, (&archive, &archive))
    }

    /// The manifest of one archive beside another one, its checksum right.
    pub fn poser(&self, base: &str, rang: u64, (dite, vraie): (&[u8], &[u8])) -> PathBuf {
        let nom = format!("delicego_{base}_20261122T0215{rang:02}Z.dump.gz");
        let mut gz = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(vraie).expect("gzip");
        let emballee = gz.finish().expect("gzip");
        let chemin = self.dossier.join(&nom);
        fs::write(&chemin, &emballee).expect("archive");
        let sha256: String = Sha256::digest(&emballee).iter().map(|o| format!("{o:02x}")).collect();
        fs::write(self.a_cote(&chemin, "sha256"), format!("{sha256}  {nom}\n")).expect("somme");
        let contenu = archive::lire(dite, |_| {}).expect("archive");
        let fichier = json!({"nom": nom, "octets": emballee.len(), "sha256": sha256});
        let manifeste = json!({
            "forme": 1, "programme": "0.1.0", "rang": rang, "fait_le": "2026-11-22T02:15:07Z",
            "duree_s": 1.0, "format": "gz", "chiffre": false, "roles": null, "archive": fichier,
            "base": {"nom": base, "systeme": null, "serveur": contenu.entete.serveur,
                     "pg_dump": contenu.entete.pg_dump, "schema": migrations::version(),
                     "octets": 20_000_000, "proprietaire": "delicego", "reglages": [],
                     "droits": []},
            "octets_depaquetes": contenu.octets, "empreintes": contenu.empreintes,
            "verifie": true, "suspect": [], "avis": []
        });
        self.ecrire_le_manifeste(&chemin, &manifeste);
        chemin
    }

    pub fn a_cote(&self, archive: &Path, fin: &str) -> PathBuf {
        PathBuf::from(format!("{}.{fin}", archive.display()))
    }

    pub fn manifeste(&self, archive: &Path) -> Value {
        lire(&self.a_cote(archive, "json"))
    }

    pub fn ecrire_le_manifeste(&self, archive: &Path, manifeste: &Value) {
        fs::write(self.a_cote(archive, "json"), manifeste.to_string()).expect("manifeste");
    }

    /// What the last drill of it found.
    pub fn exercice(&self, archive: &Path) -> Value {
        lire(&self.a_cote(archive, "exercice.json"))
    }

    pub fn a_un_exercice(&self, archive: &Path) -> bool {
        self.a_cote(archive, "exercice.json").exists()
    }
}

impl Drop for Sauvegardes {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.dossier);
    }
}

fn lire(chemin: &Path) -> Value {
    let texte = fs::read_to_string(chemin).unwrap_or_else(|e| panic!("{} : {e}", chemin.display()));
    serde_json::from_str(&texte).expect("du JSON")
}

/// As `delicego backup` asks `pg_dump` for it.
pub fn archiver(base: &str) -> Vec<u8> {
    archiver_avec(base, &[])
}

pub fn archiver_avec(base: &str, variables: &[(&str, &str)]) -> Vec<u8> {
    let options = grappe::options(base);
    let sortie = Command::new(grappe::binaires().join("pg_dump"))
        .args(["--format=custom", "--compress=0", "--no-password", base])
        .env("PGHOST", options.get_host())
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .envs(variables.iter().copied())
        .output()
        .expect("pg_dump");
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    sortie.stdout
}
