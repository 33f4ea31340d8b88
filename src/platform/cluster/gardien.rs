//! The guardian: one process per data folder, owner of postgres as long as somebody holds a lease.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::Mode;
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};

use super::accueil::Accueil;
use super::binaires::Binaires;
use super::compte::Compte;
use super::initialiser::initialiser;
use super::lieux::{Lieux, PORT, options_privees};
use super::serveur::{Moteur, arreter_orphelin, orphelin, premiere_plainte};
use super::{ErreurCluster, Usage, jetable, sur};

const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(5);
const COUP_D_OEIL: Duration = Duration::from_millis(20);
/// Failures for so long are told to those who wait. Before that it may be the memory of a killed
/// postgres, which its last children hold for a moment.
const ESSAIS: Duration = Duration::from_secs(10);

/// The hidden command `gardien --dossier D [--jetable MAJEURE]`. Call it on the main thread: postgres is told of the
/// death of the thread that started it.
pub(crate) fn executer(dossier: &Path, usage: Usage) -> Result<(), ErreurCluster> {
    let (fin, reveil) = ecouter_les_signaux().map_err(sur(Path::new("les signaux")))?;
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let mut accueil = Accueil::nouveau(reveil);
    let resultat = garder((dossier, usage), &fin, &mut accueil);
    if let Err(echec) = &resultat {
        tracing::error!(%echec, "le gardien renonce");
        accueil.dire(&format!("ECHEC {echec}"));
    }
    resultat
}

fn garder(
    (dossier, usage): (&Path, Usage),
    fin: &AtomicBool,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    let lieux = Lieux::preparer(dossier)?;
    std::env::set_current_dir("/").map_err(sur(Path::new("/")))?;
    let compte = Compte::choisir(&lieux);
    let Some(_verrou) = prendre_le_verrou(&lieux, &compte)? else {
        tracing::info!("un autre gardien tient encore le dossier");
        accueil.dire("OCCUPE");
        return Ok(());
    };
    let journal = lieux.journal_gardien();
    if journal.exists() {
        compte.confier(&journal)?;
    }
    lieux.creer_run(&compte)?;
    let resultat = match usage {
        Usage::Durable => garder_la_porte(&lieux, compte, fin, accueil),
        Usage::Jetable { .. } => jetable::reprendre(&lieux, accueil)
            .and_then(|()| servir(&lieux, (compte, usage), fin, accueil)),
    };
    // Fails when something is left in it, which is then found again.
    let _ = fs::remove_dir(&lieux.run);
    if usage.est_jetable() {
        jetable::effacer(&lieux);
    }
    resultat
}

fn garder_la_porte(
    lieux: &Lieux,
    compte: Compte,
    fin: &AtomicBool,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    let prise = lieux.prise_gardien();
    accueil.ouvrir(&prise, &compte)?;
    let resultat = servir(lieux, (compte, Usage::Durable), fin, accueil);
    accueil.fermer(&prise);
    resultat
}

fn servir(
    lieux: &Lieux,
    (compte, usage): (Compte, Usage),
    fin: &AtomicBool,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    let binaires = Binaires::choisir(usage, &lieux.pgdata(), &compte)?;
    let acces = compte.verifier_acces(&lieux.dossier, &binaires.outil("postgres"));
    acces.map_err(|e| match e {
        ErreurCluster::DossierFerme { dossier, compte } if usage.est_jetable() => {
            ErreurCluster::EssaiFerme { dossier, compte }
        }
        autre => autre,
    })?;
    let moteur = Moteur { lieux: lieux.clone(), compte, binaires, usage };
    initialiser(&moteur, accueil)?;
    if let Some(pid) = orphelin(lieux) {
        arreter_orphelin(pid, accueil)?;
    }
    moteur.oublier_un_numero_repris()?;
    let mut garde = Garde::nouvelle(&moteur);
    let resultat = garde.veiller(fin, accueil);
    // First the door: who comes from now on starts a guardian of its own, once we have gone.
    accueil.fermer(&moteur.lieux.prise_gardien());
    garde.serveur.take().into_iter().for_each(|serveur| moteur.arreter(serveur));
    tracing::info!("PostgreSQL arrêté");
    resultat
}

/// postgres under watch: stopped until `reprise`, or starting, or ready.
struct Garde<'a> {
    moteur: &'a Moteur,
    serveur: Option<Child>,
    pret: bool,
    reprise: Instant,
    pause: Duration,
    /// Since when it is expected and not ready.
    attendu_depuis: Instant,
    journal_debut: u64,
}

impl<'a> Garde<'a> {
    fn nouvelle(moteur: &'a Moteur) -> Self {
        let maintenant = Instant::now();
        Self {
            moteur,
            serveur: None,
            pret: false,
            reprise: maintenant,
            pause: PAUSE,
            attendu_depuis: maintenant,
            journal_debut: 0,
        }
    }

    fn veiller(&mut self, fin: &AtomicBool, accueil: &mut Accueil) -> Result<(), ErreurCluster> {
        while accueil.attendu() && !fin.load(Ordering::Relaxed) {
            let delai = self.avancer(accueil)?;
            // Who was told that it is ready may just have gone: nobody is left to wake us.
            if accueil.attendu() {
                accueil.tour(delai)?;
            }
        }
        Ok(())
    }

    /// One look; gives how long to sleep at most. A dying postgres wakes us by SIGCHLD.
    fn avancer(&mut self, accueil: &mut Accueil) -> Result<Option<Duration>, ErreurCluster> {
        let Some(serveur) = &mut self.serveur else { return self.lancer() };
        if let Some(statut) = serveur.try_wait().map_err(sur(Path::new("postgres")))? {
            tracing::warn!(%statut, pret = self.pret, "PostgreSQL s'est arrêté tout seul");
            self.tomber(accueil);
            return Ok(Some(Duration::ZERO));
        }
        if !self.pret && self.moteur.est_pret(serveur) {
            tracing::info!(pid = serveur.id(), "PostgreSQL est prêt");
            (self.pret, self.pause) = (true, PAUSE);
            let Binaires { version, dossier, .. } = &self.moteur.binaires;
            accueil.annoncer(format!("PRET {PORT} {version} {}", dossier.display()));
        }
        Ok((!self.pret).then_some(COUP_D_OEIL))
    }

    fn lancer(&mut self) -> Result<Option<Duration>, ErreurCluster> {
        let reste = self.reprise.saturating_duration_since(Instant::now());
        if !reste.is_zero() {
            return Ok(Some(reste));
        }
        let journal = self.moteur.lieux.journal_postgres();
        self.journal_debut = fs::metadata(&journal).map_or(0, |infos| infos.len());
        self.serveur = Some(self.moteur.lancer()?);
        Ok(Some(COUP_D_OEIL))
    }

    fn tomber(&mut self, accueil: &mut Accueil) {
        accueil.se_dedire();
        self.serveur = None;
        let maintenant = Instant::now();
        if std::mem::take(&mut self.pret) {
            self.attendu_depuis = maintenant;
        }
        self.reprise = maintenant + self.pause;
        self.pause = PAUSE_MAX.min(self.pause * 2);
        if maintenant - self.attendu_depuis > ESSAIS {
            let journal = self.moteur.lieux.journal_postgres();
            let detail = premiere_plainte(&journal, self.journal_debut);
            let echec = ErreurCluster::Demarrage { detail, journal };
            tracing::error!(%echec, "PostgreSQL ne démarre pas");
            // Those who were told that it is ready no longer listen, and keep us trying.
            accueil.dire(&format!("ECHEC {echec}"));
        }
    }
}

/// None when another guardian has it. The file names the guardian, for whoever looks for it.
fn prendre_le_verrou(lieux: &Lieux, compte: &Compte) -> Result<Option<File>, ErreurCluster> {
    let chemin = lieux.verrou();
    let mut verrou = options_privees().write(true).open(&chemin).map_err(sur(&chemin))?;
    match verrou.try_lock() {
        Ok(()) if est_toujours(&verrou, &chemin) => {}
        Ok(()) => return Ok(None),
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(cause)) => return Err(sur(&chemin)(cause)),
    }
    let pid = format!("{}\n", std::process::id());
    verrou.set_len(0).and_then(|()| verrou.write_all(pid.as_bytes())).map_err(sur(&chemin))?;
    compte.confier(&chemin)?;
    Ok(Some(verrou))
}

/// A guardian that went with its folder held what this name no longer leads to.
fn est_toujours(verrou: &File, chemin: &Path) -> bool {
    let numero = |infos: fs::Metadata| (infos.dev(), infos.ino());
    let (notre, la) = (verrou.metadata().map(numero), fs::symlink_metadata(chemin).map(numero));
    matches!((notre, la), (Ok(notre), Ok(la)) if notre == la)
}

/// SIGTERM raises the flag; it and SIGCHLD make the stream readable. SIGINT and SIGHUP do nothing.
fn ecouter_les_signaux() -> io::Result<(Arc<AtomicBool>, UnixStream)> {
    let fin = Arc::new(AtomicBool::new(false));
    flag::register(SIGTERM, Arc::clone(&fin))?;
    for ignore in [SIGINT, SIGHUP] {
        flag::register(ignore, Arc::new(AtomicBool::new(false)))?;
    }
    let (reveil, sonnette) = UnixStream::pair()?;
    reveil.set_nonblocking(true)?;
    pipe::register(SIGTERM, sonnette.try_clone()?)?;
    pipe::register(SIGCHLD, sonnette)?;
    Ok((fin, reveil))
}
