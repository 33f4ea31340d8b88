//! The embedded PostgreSQL, one per data folder.
//!
//! 1. The program never owns postgres. A *guardian* process does; [`ouvrir`] starts it when needed.
//! 2. A *lease* is one open connection to the guardian's socket. The kernel closes it whatever
//!    happens to its holder, kill -9 included.
//! 3. While a lease is there the guardian keeps postgres up, and starts it again when it dies.
//! 4. After the last lease it stops postgres cleanly, frees the flock on `verrou` and ends.
//! 5. Whoever holds that flock is the guardian: there is at most one per data folder.
//! 6. postgres dies with its guardian (Linux); elsewhere the next guardian stops what it left.
//! 7. A data folder is never half made: it is prepared under another name, then renamed.
//! 8. Nothing listens on the network. Who may open the socket folder (0700) may enter.
//! 9. As root, postgres runs as whoever owns the data, else as `postgres`, else as `nobody`.
//! 10. A server may be made to be thrown away ([`Usage::Jetable`]): nobody else joins it, it promises
//!     nothing after a crash, and its folder goes with it. The next one sweeps what a kill -9 left.
//! 11. All of it blocks: call it from `spawn_blocking`, and [`gardien::executer`] from `main`.

#![expect(clippy::disallowed_methods, reason = "the one place that starts child processes")]

mod accueil;
mod bail;
mod binaires;
mod compte;
pub(crate) mod gardien;
mod initialiser;
mod jetable;
mod lieux;
mod serveur;

use std::io;
use std::path::{Path, PathBuf};

use crate::platform::causes::du_systeme;

pub use bail::{Bail, ouvrir};
pub use binaires::dossiers_de_postgres;
pub(crate) use binaires::dossiers_selon;
pub use compte::lier_au_parent;
pub(crate) use compte::n_y_entre_pas;

/// Was a server made in that folder? Nothing is made by asking; what may not be seen may be there.
pub(crate) fn existe(dossier: &std::path::Path) -> bool {
    dossier.join("pgdata").try_exists().unwrap_or(true)
}

/// The application's role; it owns the database and is no superuser.
pub(crate) const UTILISATEUR: &str = "delicego";
pub(crate) const BASE: &str = "delicego";
pub(crate) const SUPERUTILISATEUR: &str = "postgres";
/// The oldest major version of PostgreSQL that the program runs on.
pub(crate) const MAJEURE_MINIMALE: u32 = 15;

pub struct OptionsCluster {
    /// The data folder (`DELICEGO_DATA`).
    pub dossier: PathBuf,
    /// The executable that understands `gardien --dossier D`; normally the program itself.
    pub gardien: PathBuf,
    pub usage: Usage,
}

/// What the server is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Usage {
    /// Keeps what it is given, whatever happens.
    #[default]
    Durable,
    /// Works as fast as it can on what nobody will miss, then disappears with its folder. Of that
    /// major version when it is installed, else of the newest one above it.
    Jetable { majeure: u32 },
}

impl Usage {
    pub(crate) const fn est_jetable(self) -> bool {
        matches!(self, Self::Jetable { .. })
    }

    /// What is restored into a server to throw away may belong to a role named `postgres`, which
    /// must not be almighty there.
    pub(crate) const fn superutilisateur(self) -> &'static str {
        match self {
            Self::Durable => SUPERUTILISATEUR,
            Self::Jetable { .. } => "delicego_exercice",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ErreurCluster {
    #[error("Impossible d'utiliser {} : {}.", chemin.display(), du_systeme(cause))]
    Fichier { chemin: PathBuf, cause: io::Error },
    #[error(
        "{} appartient à un autre compte ; lancez la commande avec le compte qui a créé ce \
         dossier de données.", .0.display()
    )]
    AutreCompte(PathBuf),
    #[error(
        "Le compte système « {compte} », qui fait tourner PostgreSQL, ne peut pas entrer dans {} ; \
         choisissez un autre DELICEGO_DATA, par exemple /var/lib/delicego.", dossier.display()
    )]
    DossierFerme { dossier: PathBuf, compte: String },
    #[error("{}", essai_ferme(.dossier, .compte))]
    EssaiFerme { dossier: PathBuf, compte: String },
    #[error(
        "PostgreSQL 15 ou plus récent est introuvable ; installez-le (Debian : apt install \
         postgresql) ou indiquez DELICEGO_PG_BIN."
    )]
    Introuvable,
    #[error(
        "Les données de {} sont au format de PostgreSQL {majeure}, qui n'est pas installé ; \
         installez cette version (Debian : apt install postgresql-{majeure}) ou indiquez son \
         dossier dans DELICEGO_PG_BIN.", pgdata.display()
    )]
    VersionManquante { pgdata: PathBuf, majeure: u32 },
    #[error(
        "{} n'est pas vide et ne contient pas de données PostgreSQL ; déplacez-le ou choisissez \
         un autre DELICEGO_DATA.", .0.display()
    )]
    PasUnCluster(PathBuf),
    #[error(
        "{} contient autre chose qu'un serveur d'essai ; déplacez-le, ou choisissez un autre \
         dossier par TMPDIR.", .0.display()
    )]
    PasJetable(PathBuf),
    #[error(
        "Aucun PostgreSQL {0} ou plus récent n'est installé ici ; installez-le (Debian : apt \
         install postgresql-{0}) ou indiquez son dossier dans DELICEGO_PG_BIN."
    )]
    TropAncien(u32),
    #[error("PostgreSQL n'a pas pu préparer ses données : {0}")]
    Initialisation(String),
    #[error("PostgreSQL ne démarre pas : {detail} (journal : {})", journal.display())]
    Demarrage { detail: String, journal: PathBuf },
    #[error("Impossible de lancer {} : {}.", programme.display(), du_systeme(cause))]
    Lancement { programme: PathBuf, cause: io::Error },
    #[error(
        "PostgreSQL n'est toujours pas prêt ; regardez postgres.log et gardien.log dans {}.",
        .0.display()
    )]
    PasPret(PathBuf),
    #[error(
        "Un autre processus tient le dossier {} sans répondre ; regardez gardien.log dans ce \
         dossier.", .0.display()
    )]
    Occupe(PathBuf),
    /// What the guardian said; it is already a sentence.
    #[error("{0}")]
    Gardien(String),
}

/// Of a server that is thrown away, and the account that would run it.
pub(crate) fn essai_ferme(dossier: &Path, compte: &str) -> String {
    format!(
        "Le compte système « {compte} », qui fait tourner PostgreSQL, ne peut pas entrer dans {} : \
         choisissez un autre dossier par TMPDIR, où il entre (chmod o+x sur ce qui y mène).",
        dossier.display()
    )
}

/// Names the file in an error, and says plainly when it is somebody else's.
fn sur(chemin: &Path) -> impl FnOnce(io::Error) -> ErreurCluster {
    let chemin = chemin.to_owned();
    move |cause| match cause.kind() {
        io::ErrorKind::PermissionDenied => ErreurCluster::AutreCompte(chemin),
        _ => ErreurCluster::Fichier { chemin, cause },
    }
}
