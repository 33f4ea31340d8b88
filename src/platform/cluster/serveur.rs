//! One postgres: its settings, its start, its signs of life, its stop.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::accueil::Accueil;
use super::binaires::Binaires;
use super::compte::{Compte, lier_au_parent};
use super::lieux::{Lieux, ecrire, ouvrir_journal};
use super::{ErreurCluster, Usage, jetable, sur};

const ARRET_PROPRE: Duration = Duration::from_secs(30);
const ARRET_IMMEDIAT: Duration = Duration::from_secs(10);

/// All that is needed to run postgres on a data folder.
pub(crate) struct Moteur {
    pub lieux: Lieux,
    pub compte: Compte,
    pub binaires: Binaires,
    pub usage: Usage,
}

impl Moteur {
    /// Writes the settings; they are ours, and follow the program's version and the folder.
    pub(crate) fn regler(&self, pgdata: &Path) -> Result<(), ErreurCluster> {
        let texte = format!(
            "# Réécrit à chaque démarrage.\n\
             listen_addresses = ''\n\
             unix_socket_directories = '\"{}\"'\n\
             {REGLAGES}{}",
            self.lieux.run.display(),
            match self.usage {
                Usage::Durable => DURABLES.to_owned(),
                Usage::Jetable { .. } => jetable::reglages(),
            }
        );
        ecrire(&pgdata.join("delicego.conf"), &texte, &self.compte)
    }

    pub(crate) fn lancer(&self) -> Result<Child, ErreurCluster> {
        let pgdata = self.lieux.pgdata();
        self.regler(&pgdata)?;
        let chemin = self.lieux.journal_postgres();
        let journal = ouvrir_journal(&chemin)?;
        self.compte.confier(&chemin)?;
        let copie = journal.try_clone().map_err(sur(&chemin))?;
        let programme = self.binaires.outil("postgres");
        let mut commande = self.compte.commande(&programme);
        commande.arg("-D").arg(&pgdata).stdout(copie).stderr(journal);
        lier_au_parent(&mut commande, self.fin());
        commande.spawn().map_err(|cause| ErreurCluster::Lancement { programme, cause })
    }

    /// postgres says on line 8 of `postmaster.pid` that it takes connections.
    pub(crate) fn est_pret(&self, serveur: &Child) -> bool {
        let texte = fs::read_to_string(self.lieux.pgdata().join("postmaster.pid"));
        let texte = texte.unwrap_or_default();
        let mut lignes = texte.lines();
        let sien = lignes.next().and_then(|l| l.trim().parse().ok()) == Some(serveur.id());
        sien && lignes.nth(6).is_some_and(|l| l.trim() == "ready")
    }

    /// How postgres is told to end: what is thrown away need not be written down first.
    fn fin(&self) -> Signal {
        if self.usage.est_jetable() { Signal::QUIT } else { Signal::INT }
    }

    /// What does not end is pressed harder.
    pub(crate) fn arreter(&self, mut serveur: Child) {
        let pid = Pid::from_child(&serveur);
        for (signal, patience) in [(self.fin(), ARRET_PROPRE), (Signal::QUIT, ARRET_IMMEDIAT)] {
            // It may have ended by itself: the wait below tells.
            let _ = kill_process(pid, signal);
            if patienter(patience, || !matches!(serveur.try_wait(), Ok(None))) {
                return;
            }
            tracing::warn!(?signal, "PostgreSQL ne s'arrête pas");
        }
        let _ = serveur.kill();
        let _ = serveur.wait();
    }

    /// After a power cut, or in a container that starts again, the number of the dead postmaster
    /// may be another process of the same account: postgres would refuse to start for ever. It
    /// does not mind its parent's number; the rest of the file, which tells it of memory still in
    /// use, stays.
    pub(crate) fn oublier_un_numero_repris(&self) -> Result<(), ErreurCluster> {
        let chemin = self.lieux.pgdata().join("postmaster.pid");
        let texte = fs::read_to_string(&chemin).unwrap_or_default();
        let Some((numero, reste)) = texte.split_once('\n') else { return Ok(()) };
        match fs::read_to_string(format!("/proc/{}/comm", numero.trim())) {
            Ok(nom) if nom.trim() != "postgres" => {
                let notre = format!("{}\n{reste}", std::process::id());
                ecrire(&chemin, &notre, &self.compte)
            }
            _ => Ok(()),
        }
    }
}

/// A postgres without guardian (killed where the system does not tell its children). Only one
/// that answers in our folder: the number alone may by now be any process.
pub(crate) fn orphelin(lieux: &Lieux) -> Option<Pid> {
    UnixStream::connect(lieux.prise_postgres()).ok()?;
    let texte = fs::read_to_string(lieux.pgdata().join("postmaster.pid")).ok()?;
    Pid::from_raw(texte.lines().next()?.trim().parse().ok()?)
}

/// Fast shutdown of a postgres that is not our child.
pub(crate) fn arreter_orphelin(pid: Pid, accueil: &mut Accueil) -> Result<(), ErreurCluster> {
    tracing::warn!(pid = pid.as_raw_nonzero().get(), "arrêt d'un PostgreSQL resté sans gardien");
    // Gone meanwhile is as good. Should it not end, the start tells.
    let _ = kill_process(pid, Signal::INT);
    let limite = Instant::now() + ARRET_PROPRE;
    while Instant::now() < limite && test_kill_process(pid).is_ok() {
        accueil.tour(Some(Duration::from_millis(50)))?;
    }
    Ok(())
}

/// The first complaint that a log has got since `debut`, without its time and number.
pub(crate) fn premiere_plainte(journal: &Path, debut: u64) -> String {
    let texte = lire_depuis(journal, debut).unwrap_or_default();
    let plainte = |ligne: &str| {
        let mots = ["PANIC:", "FATAL:", "ERROR:", "error:"];
        mots.iter().find_map(|mot| ligne.split_once(mot)).map(|(_, suite)| suite.trim().to_owned())
    };
    let derniere = || texte.lines().rfind(|ligne| !ligne.is_empty()).map(str::to_owned);
    let dit = texte.lines().find_map(plainte).or_else(derniere);
    dit.unwrap_or_else(|| "il s'est arrêté sans rien dire".to_owned())
}

/// At most the last 64 KiB.
fn lire_depuis(journal: &Path, debut: u64) -> io::Result<String> {
    let mut fichier = fs::File::open(journal)?;
    let fin = fichier.seek(SeekFrom::End(0))?;
    // A log that was set aside meanwhile starts anew.
    let debut = if debut > fin { 0 } else { debut.max(fin.saturating_sub(65_536)) };
    fichier.seek(SeekFrom::Start(debut))?;
    let mut octets = Vec::new();
    fichier.read_to_end(&mut octets)?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn patienter(duree: Duration, mut fini: impl FnMut() -> bool) -> bool {
    let limite = Instant::now() + duree;
    while !fini() {
        if Instant::now() > limite {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

const REGLAGES: &str = "\
unix_socket_permissions = 0700
port = 5432
max_connections = 60
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
";

const DURABLES: &str = "\
shared_buffers = '128MB'
fsync = on
full_page_writes = on
synchronous_commit = on
wal_compression = on
max_wal_size = '2GB'
checkpoint_completion_target = 0.9
";
