//! The only file that starts pg_dump, pg_restore, pg_dumpall and psql: finds the right version, gives
//! them secrets by the environment, and sees to it that they end with us.

#![expect(clippy::disallowed_methods, reason = "starts the tools of PostgreSQL")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

use super::arret::Arret;
use crate::platform::causes::du_systeme;
use crate::platform::cluster::{dossiers_de_postgres, lier_au_parent};
use crate::platform::db::causes;
use crate::platform::issue::{Code, Echec};

/// What a tool complained of is kept up to here.
const PLAINTES_MAX: u64 = 64 * 1024;
/// How long a tool may take to end when asked to.
const POLITESSE: Duration = Duration::from_secs(2);
const REGARD: Duration = Duration::from_millis(20);

/// The folder of the tools to use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outils {
    dossier: Option<PathBuf>,
    /// No setting of the environment is meant for them.
    prives: bool,
    pub majeure: u32,
    /// As they say it: `15.18`.
    pub version: String,
}

impl Outils {
    /// Those of a server of our own.
    pub(crate) fn prives(dossier: &Path) -> Self {
        Self { dossier: Some(dossier.to_owned()), prives: true, ..Self::default() }
    }

    /// For who says all that is set: nothing of the environment reaches them.
    pub(crate) fn a_part(self) -> Self {
        Self { prives: true, ..self }
    }

    /// Those of the server's own version, else the nearest newer ones. Older ones are refused: they
    /// would not know what a newer server has.
    pub(crate) fn choisir(serveur: u32, impose: &Self) -> Result<Self, Echec> {
        let candidats = match &impose.dossier {
            Some(dossier) => vec![dossier.clone()],
            None => dossiers_de_postgres(),
        };
        Ok(Self { prives: impose.prives, ..Self::parmi(serveur, candidats)? })
    }

    /// The same, of those that lie in these folders.
    pub(crate) fn parmi(serveur: u32, candidats: Vec<PathBuf>) -> Result<Self, Echec> {
        let mut trouves = Vec::new();
        for outils in candidats.into_iter().filter_map(examiner) {
            // The others are not asked: Debian's, in PATH, are scripts that take long to answer.
            if outils.majeure == serveur {
                return Ok(outils);
            }
            trouves.push(outils);
        }
        trouves.sort_by_key(|o| o.majeure);
        let plus_recent = trouves.last().map(|o| o.version.clone());
        trouves.into_iter().find(|o| o.majeure >= serveur).ok_or_else(|| {
            let phrase = match plus_recent {
                Some(v) => format!(
                    "pg_dump {v} est plus ancien que le serveur (PostgreSQL {serveur}) : installez \
                     postgresql-client-{serveur}."
                ),
                None => format!(
                    "pg_dump est introuvable : installez postgresql-client-{serveur} (ou indiquez \
                     son dossier dans DELICEGO_PG_BIN)."
                ),
            };
            Echec::nouveau(Code::RefuseAvant, phrase)
        })
    }

    /// A child that has nothing to read and never asks for a password.
    pub(crate) fn lancer(
        &self,
        outil: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        environnement: &[(String, String)],
    ) -> Result<Enfant, Echec> {
        self.demarrer(outil, arguments, (environnement, Stdio::null()))
    }

    /// A child that reads what we write.
    pub(crate) fn nourrir(
        &self,
        outil: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        environnement: &[(String, String)],
    ) -> Result<(Enfant, Option<ChildStdin>), Echec> {
        let mut enfant = self.demarrer(outil, arguments, (environnement, Stdio::piped()))?;
        let entree = enfant.enfant.stdin.take();
        Ok((enfant, entree))
    }

    fn demarrer(
        &self,
        outil: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        (environnement, entree): (&[(String, String)], Stdio),
    ) -> Result<Enfant, Echec> {
        let programme = self.dossier.as_ref().map_or_else(|| outil.into(), |d| d.join(outil));
        let mut commande = Command::new(programme);
        commande.args(arguments).env("LC_ALL", "C").env("TZ", "UTC");
        for nom in ["PGOPTIONS", "PGSERVICE", "PGTZ"] {
            commande.env_remove(nom);
        }
        if self.prives {
            // PGHOSTADDR alone would lead them to another server than the one that is named.
            let d_un_autre = std::env::vars_os().map(|(nom, _)| nom);
            for nom in d_un_autre.filter(|nom| nom.as_encoded_bytes().starts_with(b"PG")) {
                commande.env_remove(nom);
            }
        }
        commande.envs(environnement.iter().map(|(n, v)| (n, v)));
        commande.stdin(entree).stdout(Stdio::piped()).stderr(Stdio::piped());
        lier_au_parent(&mut commande, Signal::TERM);
        let mut enfant = commande.spawn().map_err(|e| {
            let cause = du_systeme(&e);
            Echec::nouveau(Code::RefuseAvant, format!("{outil} ne démarre pas : {cause}."))
        })?;
        let sortie = enfant.stdout.take();
        let plaintes = enfant.stderr.take().map(|e| std::thread::spawn(move || ecouter(e)));
        let compte = environnement.iter().find(|(n, _)| n == "PGUSER").map(|(_, v)| v.clone());
        Ok(Enfant { outil: outil.to_owned(), enfant, sortie, plaintes, compte })
    }
}

/// A tool at work; killed when dropped before its end.
pub(crate) struct Enfant {
    outil: String,
    enfant: Child,
    sortie: Option<ChildStdout>,
    plaintes: Option<JoinHandle<String>>,
    /// Who it is for the server.
    compte: Option<String>,
}

impl Enfant {
    /// What it writes; once.
    pub(crate) fn sortie(&mut self) -> Result<ChildStdout, Echec> {
        self.sortie.take().ok_or_else(|| self.echec("sortie déjà prise"))
    }

    /// What it writes, for a reader who stops when asked to, even while nothing comes; once.
    pub(crate) fn ecoute(&mut self, arret: &Arret) -> Result<Ecoute, Echec> {
        let sortie = self.sortie()?;
        elargir(&sortie);
        Ok(Ecoute { sortie, arret: arret.clone() })
    }

    /// Waits for its end. Its own complaint is the error, code 1.
    pub(crate) fn attendre(self, arret: &Arret) -> Result<(), Echec> {
        self.finir(arret)?.map_err(|fin| fin.echec)
    }

    /// The same, with all that it complained of.
    pub(crate) fn finir(mut self, arret: &Arret) -> Result<Result<(), Fin>, Echec> {
        let statut = loop {
            arret.verifier()?;
            match self.enfant.try_wait() {
                Ok(Some(statut)) => break statut,
                Ok(None) => std::thread::sleep(REGARD),
                Err(e) => return Err(self.echec(&du_systeme(&e))),
            }
        };
        let plaintes = self.plaintes.take().and_then(|p| p.join().ok()).unwrap_or_default();
        if statut.success() {
            return Ok(Ok(()));
        }
        tracing::debug!(outil = self.outil, %statut, plaintes);
        let premiere = plaintes.lines().find(|l| l.contains("error:")).or(plaintes.lines().next());
        let premiere = premiere.unwrap_or("il a été tué");
        let echec = match causes::d_un_outil(&plaintes, self.compte.as_deref()) {
            Some(cause) => {
                let dit = self.court(premiere);
                let phrase = format!("{} a échoué : {cause} ({dit}).", self.outil);
                Echec::nouveau(Code::Refuse, phrase)
            }
            None => self.echec(premiere),
        };
        Ok(Err(Fin { echec, plaintes }))
    }

    fn echec(&self, raison: &str) -> Echec {
        let raison = self.court(raison);
        Echec::nouveau(Code::Refuse, format!("{} a échoué : {raison}", self.outil))
    }

    fn court<'a>(&self, raison: &'a str) -> &'a str {
        let raison = raison.trim_start_matches(&format!("{}: ", self.outil));
        raison.trim_start_matches("error: ").trim_end_matches('.')
    }
}

impl Drop for Enfant {
    fn drop(&mut self) {
        if matches!(self.enfant.try_wait(), Ok(Some(_))) {
            return;
        }
        // Asked first: pg_restore then ends its own children too.
        let _ = kill_process(Pid::from_child(&self.enfant), Signal::TERM);
        let limite = Instant::now() + POLITESSE;
        while Instant::now() < limite && matches!(self.enfant.try_wait(), Ok(None)) {
            std::thread::sleep(REGARD);
        }
        let _ = self.enfant.kill();
        let _ = self.enfant.wait();
    }
}

/// How a tool failed.
#[derive(Debug)]
pub(crate) struct Fin {
    pub echec: Echec,
    pub plaintes: String,
}

impl Fin {
    /// For a table that somebody keeps for himself: no other cause is known.
    pub(crate) fn tenue(&self) -> bool {
        self.plaintes.contains("LOCK TABLE") && causes::d_un_outil(&self.plaintes, None).is_none()
    }
}

/// What a tool writes. Ends with an error when we are asked to stop.
pub(crate) struct Ecoute {
    sortie: ChildStdout,
    arret: Arret,
}

impl Read for Ecoute {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        loop {
            // Not `ErrorKind::Interrupted`, which readers take for an invitation to try again.
            self.arret.verifier().map_err(|e| io::Error::other(e.phrase))?;
            let attente = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
            match poll(&mut [PollFd::new(&self.sortie, PollFlags::IN)], Some(&attente)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return self.sortie.read(octets),
                Err(e) => return Err(e.into()),
            }
        }
    }
}

/// Fewer changes between the tool and us; a system that refuses keeps its own size.
#[cfg(target_os = "linux")]
fn elargir(sortie: &ChildStdout) {
    let _refuse = rustix::pipe::fcntl_setpipe_size(sortie, 1024 * 1024);
}

#[cfg(not(target_os = "linux"))]
fn elargir(_sortie: &ChildStdout) {}

fn ecouter(plaintes: impl Read) -> String {
    let mut texte = Vec::new();
    let mut plaintes = plaintes;
    let _ = plaintes.by_ref().take(PLAINTES_MAX).read_to_end(&mut texte);
    // The rest is let go, so that the child never waits for a reader.
    let _ = io::copy(&mut plaintes, &mut io::sink());
    String::from_utf8_lossy(&texte).into_owned()
}

/// What a pg_dump said of itself, while its file is the same one and for a minute: a list of
/// schedules asks a dozen times, and what a script answers may change with what it leads to.
fn examiner(dossier: PathBuf) -> Option<Outils> {
    static DITS: Mutex<BTreeMap<PathBuf, (Empreinte, Instant, Outils)>> =
        Mutex::new(BTreeMap::new());
    let pg_dump = dossier.join("pg_dump");
    let empreinte = empreinte(&pg_dump)?;
    let mut dits = DITS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((de, quand, outils)) = dits.get(&pg_dump)
        && *de == empreinte
        && quand.elapsed() < Duration::from_secs(60)
    {
        return Some(outils.clone());
    }
    let outils = interroger(dossier, &pg_dump)?;
    dits.insert(pg_dump, (empreinte, Instant::now(), outils.clone()));
    Some(outils)
}

/// Device, inode, size in bytes, and when it was last written.
type Empreinte = (u64, u64, u64, (i64, i64));

fn empreinte(fichier: &Path) -> Option<Empreinte> {
    let m = std::fs::metadata(fichier).ok()?;
    Some((m.dev(), m.ino(), m.size(), (m.mtime(), m.mtime_nsec())))
}

fn interroger(dossier: PathBuf, pg_dump: &Path) -> Option<Outils> {
    let sortie = Command::new(pg_dump)
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|s| s.status.success())?;
    let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
    let version = texte.split("(PostgreSQL) ").nth(1)?.split_whitespace().next()?.to_owned();
    let chiffres: String = version.chars().take_while(char::is_ascii_digit).collect();
    let majeure = chiffres.parse().ok()?;
    Some(Outils { dossier: Some(dossier), majeure, version, ..Outils::default() })
}
