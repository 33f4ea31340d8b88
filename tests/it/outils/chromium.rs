//! The browser of the run: one chromium and one chromedriver, in which each window has a context
//! of its own (cookies, storage, workers). Who needs other options of chromium has one apart.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;

use delicego::platform::cluster::lier_au_parent;
use rustix::process::Signal;

use super::{chromedriver, grappe};

const OPTIONS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Windows lie one on another, and each is looked at.
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    // What fades is drawn thirty times, for nobody.
    "--force-prefers-reduced-motion",
    "--remote-debugging-port=0",
];
/// The names that Debian, Fedora and others give it.
const NOMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// The same engine without what draws windows, which is much cheaper. Debian's command for it is a
/// shell that waits: it would die of our end, and leave the browser.
const SANS_FENETRES: &str = "/usr/lib/chromium/chromium-headless-shell";

static NUMERO: AtomicU32 = AtomicU32::new(0);
static COMMUN: OnceLock<Chromium> = OnceLock::new();

pub struct Chromium {
    chromedriver: Child,
    chromium: Child,
    /// Of chromedriver.
    pub adresse: String,
    /// Where chromium listens: `ws://127.0.0.1:PORT/devtools/browser/..`.
    pub devtools: String,
    profil: PathBuf,
}

impl Chromium {
    /// The one that all tests share. Nobody ends it: it dies with the run.
    pub fn commun() -> &'static Self {
        COMMUN.get_or_init(|| {
            // The death of the thread that starts them would be theirs: this one outlives the run.
            let (dire, dit) = channel();
            std::thread::spawn(move || {
                dire.send(Self::lancer(&[])).expect("test");
                loop {
                    std::thread::park();
                }
            });
            dit.recv().expect("chromium")
        })
    }

    /// One apart, with further options; it dies with this value, and with the thread that asks.
    pub fn lancer(plus: &[String]) -> Self {
        let mourir_avec_nous = |c: &mut Command| lier_au_parent(c, Signal::KILL);
        let (chromedriver, adresse) = chromedriver::lancer(mourir_avec_nous).expect("chromedriver");
        let numero = NUMERO.fetch_add(1, Ordering::Relaxed);
        let profil = grappe::dossier(std::process::id()).join(format!("navigateur-{numero}"));
        let mut commande = Command::new(nom());
        commande.args(OPTIONS).args(plus).arg(format!("--user-data-dir={}", profil.display()));
        commande.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        mourir_avec_nous(&mut commande);
        let mut chromium = commande.spawn().expect("chromium");
        let devtools = attendre_la_porte(&mut chromium);
        Self { chromedriver, chromium, adresse, devtools, profil }
    }

    /// `127.0.0.1:PORT`, as chromedriver wants it.
    pub fn porte(&self) -> &str {
        self.devtools["ws://".len()..].split('/').next().expect("porte")
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        for processus in [&mut self.chromedriver, &mut self.chromium] {
            let _deja_mort = processus.kill();
            let _deja_mort = processus.wait();
        }
        let _deja_parti = std::fs::remove_dir_all(&self.profil);
    }
}

fn nom() -> &'static str {
    if Path::new(SANS_FENETRES).is_file() {
        return SANS_FENETRES;
    }
    let chemins = std::env::var_os("PATH").unwrap_or_default();
    let la = |nom: &&&str| std::env::split_paths(&chemins).any(|d| d.join(nom).is_file());
    NOMS.iter().find(la).expect("chromium : scripts/installer --tests")
}

/// chromium says on which port it listens, then goes on talking.
fn attendre_la_porte(chromium: &mut Child) -> String {
    let mut lignes = BufReader::new(chromium.stderr.take().expect("stderr")).lines();
    let porte = loop {
        let ligne = lignes.next().expect("chromium ne démarre pas").expect("stderr");
        if let Some(porte) = ligne.strip_prefix("DevTools listening on ") {
            break porte.to_owned();
        }
    };
    // Nobody reads on: it must not wait for a full pipe.
    std::thread::spawn(move || for _ in lignes.map_while(Result::ok) {});
    porte
}
