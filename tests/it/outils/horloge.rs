//! A clock that the program takes for the machine's, and that a test sets while it runs.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};

pub struct Horloge {
    fichier: PathBuf,
    bibliotheque: String,
}

impl Horloge {
    /// At that instant, RFC 3339.
    pub fn a(instant: &str) -> Self {
        let lue = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output();
        let bibliotheque = String::from_utf8(lue.expect("faketime").stdout).expect("texte");
        static NUMERO: AtomicU32 = AtomicU32::new(0);
        let numero = NUMERO.fetch_add(1, Ordering::Relaxed);
        let nom = format!("delicego-heure-{}-{numero}", std::process::id());
        let fichier = std::env::temp_dir().join(nom);
        let horloge = Self { fichier, bibliotheque: bibliotheque.trim().to_owned() };
        horloge.regler(instant);
        horloge
    }

    /// From now on it stands still there.
    pub fn regler(&self, instant: &str) {
        let instant: DateTime<Utc> = instant.parse().expect("instant");
        let neuf = self.fichier.with_extension("neuf");
        std::fs::write(&neuf, format!("{}\n", instant.timestamp())).expect("écrire");
        // Whole or not at all: the program reads it at any moment.
        std::fs::rename(neuf, &self.fichier).expect("poser");
    }

    /// What the program is started with.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LD_PRELOAD", self.bibliotheque.clone()),
            ("FAKETIME_TIMESTAMP_FILE", self.fichier.display().to_string()),
            ("FAKETIME_FMT", "%s".to_owned()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("FAKETIME_DONT_RESET", "1".to_owned()),
        ]
    }
}

impl Drop for Horloge {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_file(&self.fichier);
    }
}
