//! A server made to be thrown away: its settings, and the folder that goes with it.

use std::fs;
use std::io;
use std::path::Path;

use super::accueil::Accueil;
use super::lieux::{Lieux, options_privees};
use super::serveur::{arreter_orphelin, orphelin};
use super::{ErreurCluster, sur};

/// Marks a folder whose data nobody will miss; without it nothing is ever removed.
const MARQUE: &str = "jetable";
const MIO: u64 = 1024 * 1024;
const FICHIERS: [&str; 6] =
    ["gardien.log", "gardien.log.1", "postgres.log", "postgres.log.1", MARQUE, "verrou"];

/// Begins with nothing: what a killed run left is stopped and swept. Only whoever holds the flock
/// may.
pub(crate) fn reprendre(lieux: &Lieux, accueil: &mut Accueil) -> Result<(), ErreurCluster> {
    let (marque, pgdata) = (lieux.dossier.join(MARQUE), lieux.pgdata());
    if pgdata.exists() && !marque.is_file() {
        return Err(ErreurCluster::PasJetable(lieux.dossier.clone()));
    }
    if let Some(pid) = orphelin(lieux) {
        arreter_orphelin(pid, accueil)?;
    }
    options_privees().write(true).open(&marque).map_err(sur(&marque))?;
    retirer_le_dossier(&pgdata).map_err(sur(&pgdata))
}

/// The end. A file that is not ours stays, and the folder with it.
pub(crate) fn effacer(lieux: &Lieux) {
    if !lieux.dossier.join(MARQUE).is_file() {
        return;
    }
    let retirer = || -> io::Result<()> {
        retirer_le_dossier(&lieux.pgdata())?;
        for nom in FICHIERS {
            absent(fs::remove_file(lieux.dossier.join(nom)))?;
        }
        fs::remove_dir(&lieux.dossier)
    };
    if let Err(cause) = retirer() {
        tracing::warn!(dossier = %lieux.dossier.display(), %cause, "dossier d'essai non effacé");
    }
}

fn retirer_le_dossier(dossier: &Path) -> io::Result<()> {
    absent(fs::remove_dir_all(dossier))
}

/// What is not there need not be removed.
fn absent(issue: io::Result<()>) -> io::Result<()> {
    issue.or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

/// Nothing is written for the day after, and the memory is that of the machine.
pub(crate) fn reglages() -> String {
    let (tampons, entretien) = partager(memoire());
    format!(
        "shared_buffers = '{tampons}MB'\n\
         maintenance_work_mem = '{entretien}MB'\n\
         work_mem = '{}MB'\n\
         max_parallel_workers_per_gather = {}\n\
         {SANS_LENDEMAIN}",
        entretien / 4,
        aides(std::thread::available_parallelism().map_or(1, usize::from))
    )
}

/// Who may help with one question: the rules are asked while another process reads every row, which
/// leaves one core of two, and helpers of theirs only wait for it.
fn aides(coeurs: usize) -> usize {
    coeurs.saturating_sub(2).min(2)
}

/// An eighth for the pages, a sixteenth for each of the two or so indexes built at once, in MiB.
fn partager(memoire: u64) -> (u64, u64) {
    let tampons = (memoire / 8 / MIO).clamp(64, 1024);
    (tampons, (memoire / 16 / MIO).clamp(64, 512))
}

/// What is free now, within what a container may take.
fn memoire() -> u64 {
    let lire = |chemin: &str| fs::read_to_string(chemin).unwrap_or_default();
    let libre = libre(&lire("/proc/meminfo"));
    let permise = lire("/sys/fs/cgroup/memory.max").trim().parse().unwrap_or(u64::MAX);
    libre.unwrap_or(0).min(permise)
}

fn libre(meminfo: &str) -> Option<u64> {
    let ligne = meminfo.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    ligne.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Statistics are those of one restore and one look at the rules: a fifth of the rows that are usually
/// looked at tells the planner enough.
const SANS_LENDEMAIN: &str = "\
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = '4GB'
checkpoint_timeout = '1h'
wal_init_zero = off
wal_recycle = off
autovacuum = off
bgwriter_lru_maxpages = 0
default_statistics_target = 20
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_helps_where_there_is_no_core_left() {
        assert_eq!([1, 2, 3, 4, 64].map(aides), [0, 0, 1, 2, 2]);
    }

    #[test]
    fn the_memory_is_shared_within_bounds() {
        assert_eq!(partager(0), (64, 64));
        assert_eq!(partager(4096 * MIO), (512, 256));
        assert_eq!(partager(1 << 40), (1024, 512));
    }

    #[test]
    fn free_memory_is_read_as_linux_says_it() {
        let texte = "MemTotal:  8000 kB\nMemAvailable:   2048 kB\nBuffers: 1 kB\n";
        assert_eq!(libre(texte), Some(2 * MIO));
        assert_eq!(libre(""), None);
    }
}
