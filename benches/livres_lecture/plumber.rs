//! pdfplumber, the reader that many would take: the words of the same file, and no more.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Installed by its script; None: it cannot be had here.
pub struct Plumber {
    dossier: PathBuf,
    pub version: String,
}

/// Opening and reading alone are timed, by itself: Python has started before.
const MESURE: &str = "
import sys, time
import pdfplumber
debut = time.perf_counter()
with pdfplumber.open(sys.argv[1]) as livre:
    mots = sum(len(page.extract_words()) for page in livre.pages)
print(pdfplumber.__version__, mots, time.perf_counter() - debut)
";

impl Plumber {
    pub fn installer(livre: &Path) -> Option<Self> {
        let racine = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sortie = Command::new(racine.join("scripts/pdfplumber"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .output()
            .ok()
            .filter(|s| s.status.success())?;
        let dossier = PathBuf::from(String::from_utf8(sortie.stdout).ok()?.trim());
        let plumber = Self { dossier, version: String::new() };
        match plumber.executer(livre) {
            Ok((version, _)) => Some(Self { version, ..plumber }),
            Err(e) => {
                eprintln!("pdfplumber: {e:#}");
                None
            }
        }
    }

    /// Seconds.
    pub fn lire(&self, livre: &Path) -> Result<f64> {
        Ok(self.executer(livre)?.1)
    }

    fn executer(&self, livre: &Path) -> Result<(String, f64)> {
        let sortie = Command::new("python3")
            .env("PYTHONPATH", &self.dossier)
            .args(["-c", MESURE])
            .arg(livre)
            .output()?;
        let dit = String::from_utf8_lossy(&sortie.stdout);
        let plainte = || String::from_utf8_lossy(&sortie.stderr).into_owned();
        let mots: Vec<&str> = dit.split_whitespace().collect();
        let [version, lus, secondes] = mots.as_slice() else { anyhow::bail!(plainte()) };
        ensure!(lus.parse::<usize>()? > 5_000, "pdfplumber read {lus} words");
        Ok(((*version).to_owned(), secondes.parse().with_context(plainte)?))
    }
}
