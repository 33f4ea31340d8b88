//! Will a restore work on this server, with this account? Judged before anything is made: facts are
//! read (`faits`), then judged (the rest, pure). `restore` asks first, `drill` asks too.
//!
//! 1. Rows are never left out: what would lose one, or give it to somebody else, is refused.
//! 2. What only an administrator can put back, and nothing of ours needs, is left out and told with
//!    the commands that put it back: « à refaire ».
//! 3. What needs something left out is left out with it; when that is ours, or holds rows, the
//!    restore is refused.
//! 4. Nothing of an archive runs as administrator, unless the person connects as one and something
//!    in it can be made no other way: that is told.

mod besoins;
mod calculs;
mod deja;
mod dire;
mod echecs;
mod essais;
mod faits;
mod lacunes;
mod objets;
pub(crate) mod outils;
pub(crate) mod place;
mod proprietaires;
mod refaire;
mod regles;
pub(crate) mod sql;
mod vivante;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::archive::Entree;
use super::super::cible::Cible;
use super::super::manifeste::{Membre, Reglage};
use super::droits::Roles;
use super::etat::EtatDeBase;
pub(crate) use calculs::{Epreuve, eprouver, remede as remede_du_calcul};
pub(crate) use deja::{ExtensionVoulue, doter};
pub(crate) use dire::ligne;
pub(crate) use echecs::{
    correction, echoue, raison, refuse, remede as remede_d_un_echec, se_tolere,
};
use faits::Faits;
pub(crate) use lacunes::avis as avis_des_lacunes;
pub(crate) use objets::{cite, commandes, objet};
pub(crate) use place::{creation, refuser_du_serveur};
pub(crate) use refaire::a_taper;
pub(crate) use regles::dire_un_reglage;
pub(crate) use vivante::comparer as comparer_a_la_base;

use crate::platform::issue::Echec;

/// What a restore on the live server needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restaurable {
    /// Nothing more than this account.
    Oui,
    /// `PGUSER=<administrateur>`.
    AvecAdministrateur,
    /// It would go on, without something that no account puts back there.
    Incomplete,
    Non,
    /// That server did not answer.
    Inconnu,
}

/// What to do before a restore of what only an administrator puts back.
const AVANT: &str = "PGUSER=<administrateur>";

/// One object of the archive that a restore cannot put back as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// As people call it: `réglage log_min_duration_statement de la base`.
    pub objet: String,
    pub raison: String,
    /// What to do: before a restore when it is judged, after it in « à refaire ».
    pub remede: String,
}

/// What becomes of an object that stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Left out, or with another owner: to be done again by hand.
    ARefaire,
    /// A role that the server does not have: told by its name.
    RoleAbsent,
    /// A view that would stay empty: refused, unless it is tolerated. It is tried all the same, and
    /// is to be done again only if it fails.
    Calcul,
    /// The last drill, or a trial on the database to be replaced, could not put it back: refused. It is tried all the same when that is
    /// tolerated, and is to be done again only if it fails.
    Essaye { tolerable: bool },
    Refus {
        /// `--tolerer` goes on.
        tolerable: bool,
        /// A copy to try is made without it all the same, and says so.
        essai: bool,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Constat {
    pub obstacle: Obstacle,
    pub sort: Sort,
    /// An administrator would put it back.
    pub administrateur: bool,
    /// What puts it back by hand, once it was tolerated.
    pub commande: String,
}

/// How the restore goes about what was judged.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Entries of the archive that are not restored.
    pub laisses: BTreeSet<i32>,
    /// Made by an administrator before the archive is restored.
    pub deja: BTreeSet<i32>,
    pub sans_tablespaces: bool,
    /// Restored with the rights of the administrator that the person named.
    pub administrateur: bool,
    /// Goes on when an object of somebody else fails.
    pub tolerer: bool,
}

impl Plan {
    /// The same, without these entries.
    pub(crate) fn sans(&self, laisses: &BTreeSet<i32>) -> Self {
        Self { laisses: &self.laisses | laisses, ..self.clone() }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Jugement {
    pub compte: String,
    pub constats: Vec<Constat>,
    pub plan: Plan,
    pub extensions: Vec<ExtensionVoulue>,
    /// Views of which only the restore itself can tell whether they calculate.
    pub a_la_fin: Vec<String>,
    /// Settings of the database that the account may not set.
    pub reglages_laisses: Vec<Reglage>,
    /// Tables that somebody gave to an extension: their rows are not in the backup.
    pub sans_lignes: Vec<Membre>,
    /// Those of them that the database to be replaced has: they go with it.
    pub emportees: Vec<Membre>,
}

/// What is judged: an archive, and what its manifest tells of the database.
pub(crate) struct Affaire<'a> {
    /// The name that the restored database will have.
    pub base: &'a str,
    pub entrees: &'a [Entree],
    pub etat: &'a EtatDeBase,
    pub roles: &'a Roles,
}

impl Affaire<'_> {
    /// Of the program: whoever owned the database.
    fn est_a_nous(&self, entree: &Entree) -> bool {
        let nous = self.etat.proprietaire.as_ref().unwrap_or(&self.roles.proprietaire);
        entree.proprietaire.as_ref() == Some(nous)
    }
}

/// `tolerer`: what may be tolerated is left out, or comes back under the restoring account.
pub(crate) async fn juger(
    cible: &Cible,
    affaire: &Affaire<'_>,
    tolerer: bool,
) -> Result<Jugement, Echec> {
    let place = place::constats(&mut cible.administrer().await?, affaire.base).await?;
    let faits = Faits::lire(cible, affaire).await?;
    let mut jugement = peser(affaire, &faits, tolerer);
    jugement.constats.splice(0..0, place);
    Ok(jugement)
}

fn peser(affaire: &Affaire<'_>, faits: &Faits, tolerer: bool) -> Jugement {
    let mut jugement = Jugement { compte: faits.compte.clone(), ..Jugement::default() };
    jugement.plan.tolerer = tolerer;
    besoins::peser(affaire, faits, &mut jugement);
    proprietaires::peser(affaire, faits, &mut jugement);
    regles::reglages(affaire.base, faits, &mut jugement);
    regles::tablespaces(affaire, faits, &mut jugement);
    regles::lecture_des_lignes(affaire, faits, &mut jugement);
    lacunes::peser(affaire, &mut jugement);
    jugement.extensions = deja::extensions(affaire, faits, &mut jugement.plan);
    jugement
}
