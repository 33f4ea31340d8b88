//! Restore: a backup comes back beside the live database, is proved, and takes its name.
//!
//! 1. What can be refused is refused first, and nothing was touched.
//! 2. The live database is never written to: a copy is made, filled, proved, made ready.
//! 3. The swap is one commit. Before it the live database is wholly the old one, after it wholly
//!    the new one, however anything ends.
//! 4. What was replaced is kept for a while, and one command puts it back.
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
mod executer;
mod guerir;
mod marque;
mod perdu;
mod plan;
mod preparer;
mod preuve;
mod regles;
mod sql;
mod suivi;

use std::path::PathBuf;
use std::time::Duration;

use super::entree::Entree;
use crate::platform::issue::{Code, Echec};

pub use annuler::purger;
pub(crate) use annuler::{Annulation, annuler};
pub(crate) use copie::supprimer_malgre_tout;
pub(crate) use deballer::Deballee;
pub use deballer::{Ou, deballer};
pub use deposer::{Depot, deposer};
pub use droits::{EtatDeBase, Roles};
pub(crate) use executer::{Atelier, Resultat, restaurer};
pub(super) use guerir::si_libre;
pub(crate) use guerir::{au_demarrage, veiller};
pub(crate) use perdu::Perdu;
pub(crate) use plan::verifier_les_versions;
pub use preuve::prouver;
pub(crate) use preuve::prouver_et;
pub(crate) use regles::{Regles, ouvrir_la_copie};
pub(crate) use sql::{analyser, ordonner};
pub use suivi::Suivi;

/// How long a replaced database is kept, unless told otherwise.
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
    pub garder: Duration,
    pub attente: Duration,
}

fn echec(phrase: impl Into<String>) -> Echec {
    Echec::nouveau(Code::Refuse, phrase)
}
