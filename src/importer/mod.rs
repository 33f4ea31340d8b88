//! A folder of CSV or XLSX files becomes the data of the chain: all of it, or nothing.
//!
//! - Every fault of every file is told at once, with file, line, column and what to do.
//! - Each row goes through the reader and the function of its slice: their rules hold here too.
//! - Names are the keys between files, whatever their case. What exists already with the same
//!   content is left alone; with another content it is refused, nothing is overwritten. Only the
//!   plan of a day is replaced.
//! - A lot is not received twice: (magasin, ingredient, code_lot) known already is refused.

mod appliquer;
mod cellules;
mod classeur;
mod commande;
mod erreurs;
mod lire;
mod modeles;
mod rapport;
mod tables;
mod texte;

use sqlx::PgConnection;

pub(crate) use commande::commande;
pub(crate) use erreurs::EchecImport;
pub use lire::{FichierSource, Source};
pub(crate) use rapport::Rapport;

use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Does it all, then takes it back: says what would happen.
    DryRun,
    Apply,
}

pub async fn importer(base: &Base, source: &Source, mode: Mode) -> Result<Rapport, EchecImport> {
    let issue = executer_transaction(base, async |tx| {
        let rapport = importer_dans(tx, source).await?;
        if mode == Mode::Apply { Ok(rapport) } else { Err(Fin::Essai(rapport)) }
    })
    .await;
    match issue {
        Ok(rapport) => Ok(rapport),
        Err(Fin::Essai(rapport)) => Ok(Rapport { essai: true, ..rapport }),
        Err(Fin::Echec(echec)) => Err(echec),
    }
}

/// In the caller's transaction, which is of no more use after a refusal.
pub(crate) async fn importer_dans(
    tx: &mut PgConnection,
    source: &Source,
) -> Result<Rapport, EchecImport> {
    appliquer::appliquer(tx, lire::lire(source)).await
}

/// Why the transaction is not kept.
enum Fin {
    Essai(Rapport),
    Echec(EchecImport),
}

impl From<Erreur> for Fin {
    fn from(erreur: Erreur) -> Self {
        Self::Echec(erreur.into())
    }
}

impl From<EchecImport> for Fin {
    fn from(echec: EchecImport) -> Self {
        Self::Echec(echec)
    }
}
