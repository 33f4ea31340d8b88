//! Restore: a backup comes back beside the live database, is proved, and takes its name.
//!
//! 1. What can be refused is refused first, and nothing was touched.
//! 2. The live database is never written to: a copy is made, filled, proved, made ready.
//! 3. The swap is one commit. Before it the live database is wholly the old one, after it wholly
//!    the new one, however anything ends.
//! 4. What was replaced is kept for a while, and one command puts it back. What was written in it
//!    since the backup is told, all of it, before and after.
//! 5. Nothing of an archive runs as administrator.
//! 6. A database is ours to drop only when its comment, or its birth, says so.

mod accords;
mod annuler;
mod appret;
mod bascule;
mod copie;
mod deballer;
mod deposer;
mod droits;
mod ecarte;
mod etat;
mod executer;
mod gardees;
mod guerir;
mod horloge;
mod jugement;
mod marque;
mod nommes;
mod occupants;
mod pertes;
mod plaintes;
mod plan;
mod preparer;
mod prets;
mod preuve;
mod regles;
mod sql;
mod suivi;
mod tenues;
mod vide;
mod vues;

use std::path::PathBuf;
use std::time::Duration;

use super::entree::Entree;
use crate::platform::issue::{Code, Echec};

pub(crate) use annuler::{Annulation, Attentes, OuLaListe, annuler};
pub(crate) use copie::supprimer_malgre_tout;
pub(crate) use deballer::{Deballee, Panne, change};
pub use deballer::{Ou, deballer};
pub use deposer::{Depose, Depot, deposer};
pub use droits::Roles;
pub use etat::EtatDeBase;
pub(crate) use executer::{Atelier, Resultat, restaurer};
pub(crate) use gardees::{Gardee, a_remettre, gardees, oublier};
pub use gardees::{Purge, purger};
pub(super) use guerir::si_libre;
pub(crate) use guerir::{au_demarrage, veiller};
pub(crate) use jugement::{
    Affaire, Epreuve, Jugement, avis_des_lacunes, comparer_a_la_base, creation, doter, juger,
    ligne, outils, refuser_du_serveur, remede_du_calcul,
};
pub use jugement::{Obstacle, Plan, Restaurable};
pub(crate) use marque::est_un_essai;
pub(crate) use nommes::roles_nommes;
pub use occupants::Retenue;
pub(crate) use occupants::retenue;
pub(crate) use pertes::{Bilan, Perdu};
pub(crate) use plan::verifier_les_versions;
pub(crate) use preparer::Pret;
pub(crate) use preuve::prouver_et;
pub use preuve::{Attendu, prouver};
pub(crate) use regles::{Regles, ouvrir_la_copie};
pub(crate) use sql::{analyser, ordonner};
pub use suivi::Suivi;

/// How long the program's own database is kept once it is replaced, unless told otherwise. Another
/// one is not.
pub(crate) const GARDE: Duration = Duration::from_secs(72 * 3600);

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Demande {
    pub fichier: Entree,
    /// Replace what is there.
    pub drop_create: bool,
    pub sans_manifeste: bool,
    /// The file of the age identity.
    pub cle: Option<PathBuf>,
    /// How long to keep what is replaced; none: as it is the custom (see `GARDE`).
    pub garder: Option<Duration>,
    /// Where the list of what is lost may be written, the best first.
    pub pertes: Vec<PathBuf>,
    /// Goes on without what is somebody else's and cannot come back as it was.
    pub tolerer: bool,
    pub attente: Duration,
    /// How long to wait for a table that somebody keeps for himself.
    pub attente_table: Duration,
    /// What drills found of archives, of this one too perhaps.
    pub epreuves: Vec<Epreuve>,
    /// How long to wait at the swap for whoever this account may not send away.
    pub patience: Duration,
}

fn echec(phrase: impl Into<String>) -> Echec {
    Echec::nouveau(Code::Refuse, phrase)
}
