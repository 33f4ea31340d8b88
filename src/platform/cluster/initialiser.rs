//! Makes the data folder of postgres: beside, under another name, then renamed in one step.

use std::fs::{self, DirBuilder, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use super::accueil::Accueil;
use super::binaires::majeure_des_donnees;
use super::compte::lier_au_parent;
use super::lieux::{ecrire, ouvrir_journal};
use super::serveur::{Moteur, premiere_plainte};
use super::{BASE, ErreurCluster, UTILISATEUR, Usage, sur};

const PARTIEL: &str = "pgdata.partiel-";

pub(crate) fn initialiser(moteur: &Moteur, accueil: &mut Accueil) -> Result<(), ErreurCluster> {
    balayer(&moteur.lieux.dossier);
    let pgdata = moteur.lieux.pgdata();
    if majeure_des_donnees(&pgdata)?.is_some() {
        return Ok(());
    }
    if fs::read_dir(&pgdata).is_ok_and(|mut entrees| entrees.next().is_some()) {
        return Err(ErreurCluster::PasUnCluster(pgdata));
    }
    let partiel = moteur.lieux.dossier.join(format!("{PARTIEL}{}", std::process::id()));
    tracing::info!(version = moteur.binaires.version, "préparation des données de PostgreSQL");
    preparer(moteur, &partiel, accueil).inspect_err(|_| balayer(&moteur.lieux.dossier))?;
    fs::rename(&partiel, &pgdata).map_err(sur(&pgdata))?;
    let dossier = &moteur.lieux.dossier;
    // Again: what a killed initdb had started may have gone on writing for a moment.
    balayer(dossier);
    File::open(dossier).and_then(|d| d.sync_all()).map_err(sur(dossier))
}

fn preparer(moteur: &Moteur, partiel: &Path, accueil: &mut Accueil) -> Result<(), ErreurCluster> {
    // Not every system has C.UTF-8.
    if let Err(refus) = initdb(moteur, partiel, "C.UTF-8", accueil) {
        tracing::warn!(%refus, "initdb a échoué avec la locale C.UTF-8, essai avec C");
        fs::remove_dir_all(partiel).map_err(sur(partiel))?;
        initdb(moteur, partiel, "C", accueil)?;
    }
    ecrire(&partiel.join("pg_hba.conf"), "local all all trust\n", &moteur.compte)?;
    moteur.regler(partiel)?;
    let principal = partiel.join("postgresql.conf");
    let ajout = |mut f: File| f.write_all(b"\ninclude = 'delicego.conf'\n").and(f.sync_all());
    File::options().append(true).open(&principal).and_then(ajout).map_err(sur(&principal))?;
    creer_la_base(moteur, partiel, accueil)
}

fn initdb(
    moteur: &Moteur,
    partiel: &Path,
    locale: &str,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    DirBuilder::new().mode(0o700).create(partiel).map_err(sur(partiel))?;
    moteur.compte.confier(partiel)?;
    let mut commande = moteur.compte.commande(&moteur.binaires.outil("initdb"));
    commande
        .args(["--encoding=UTF8", "--auth-local=trust"])
        .arg(if moteur.usage.est_jetable() { "--no-sync" } else { "--data-checksums" })
        .arg(format!("--locale={locale}"))
        .args(comparaison(moteur.usage))
        .args(["-U", moteur.usage.superutilisateur(), "-D"])
        .arg(partiel);
    conduire(moteur, commande, "", accueil)
}

/// C.UTF-8 orders texts as their bytes do, and asks the system for each pair of them: what is thrown
/// away is built without asking.
fn comparaison(usage: Usage) -> Option<&'static str> {
    usage.est_jetable().then_some("--lc-collate=C")
}

/// Single-user mode: no server to reach yet, and no client library needed.
fn creer_la_base(
    moteur: &Moteur,
    partiel: &Path,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    let ordres = format!(
        "create role {UTILISATEUR} login createdb;\ncreate database {BASE} owner {UTILISATEUR};\n"
    );
    let mut commande = moteur.compte.commande(&moteur.binaires.outil("postgres"));
    commande.arg("--single").arg("-D").arg(partiel).args(["-c", "exit_on_error=on", "postgres"]);
    conduire(moteur, commande, &ordres, accueil)
}

/// Runs a tool to its end, and keeps those who wait for us patient meanwhile.
fn conduire(
    moteur: &Moteur,
    mut commande: Command,
    entree: &str,
    accueil: &mut Accueil,
) -> Result<(), ErreurCluster> {
    let chemin = moteur.lieux.journal_postgres();
    let mut journal = ouvrir_journal(&chemin)?;
    let debut = journal.seek(SeekFrom::End(0)).map_err(sur(&chemin))?;
    let copie = journal.try_clone().map_err(sur(&chemin))?;
    commande.stdin(Stdio::piped()).stdout(copie).stderr(journal);
    lier_au_parent(&mut commande, Signal::KILL);
    let programme = PathBuf::from(commande.get_program());
    let echec = |cause| ErreurCluster::Lancement { programme, cause };
    let mut outil = commande.spawn().map_err(echec)?;
    if let Some(mut tuyau) = outil.stdin.take() {
        // A tool that died early is told by its exit code.
        let _ = tuyau.write_all(entree.as_bytes());
    }
    if attendre(&mut outil, accueil)? {
        return Ok(());
    }
    Err(ErreurCluster::Initialisation(premiere_plainte(&chemin, debut)))
}

fn attendre(outil: &mut Child, accueil: &mut Accueil) -> Result<bool, ErreurCluster> {
    loop {
        if let Some(statut) = outil.try_wait().map_err(sur(Path::new("initdb")))? {
            return Ok(statut.success());
        }
        accueil.tour(Some(Duration::from_millis(200)))?;
    }
}

/// Removes what a killed run left. What cannot be removed now is left for the next start.
fn balayer(dossier: &Path) {
    for entree in fs::read_dir(dossier).into_iter().flatten().flatten() {
        if entree.file_name().to_string_lossy().starts_with(PARTIEL)
            && let Err(cause) = fs::remove_dir_all(entree.path())
        {
            tracing::warn!(chemin = %entree.path().display(), %cause, "reste non effacé");
        }
    }
}
