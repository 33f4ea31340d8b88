//! A folder of CSV, XLSX or ODS files becomes the data of the chain: all of it, or nothing.
//!
//! - Every fault of every file is told at once, with file, line, column and what to do.
//! - What is not understood, or would be lost, holds the import until somebody says that it may be
//!   left; what is read but doubtful is told.
//! - Each row goes through the reader and the function of its slice: their rules hold here too.
//! - Names are the keys between files, whatever their case. What exists already with the same
//!   content is left alone; with another content it is refused, nothing is overwritten. Only the
//!   plan of a day is replaced.
//! - A delivery is not received twice: the very same magasin, supplier, day, ingredient, quantity,
//!   code and date known already holds, until somebody insists. Two equal rows are two cartons.

mod alentours;
mod appliquer;
mod cellules;
mod codes;
mod commande;
mod entete;
mod erreurs;
mod feuille;
mod lire;
mod modeles;
mod nombres;
mod rapport;
mod sql;
mod tables;

use sqlx::PgConnection;

pub(crate) use commande::{Demande, commande};
pub use erreurs::EchecImport;
pub use lire::{FichierSource, Source};
pub use rapport::Rapport;

use self::erreurs::Suivi;
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Does it all, then takes it back: says what would happen.
    #[default]
    DryRun,
    Apply,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    pub mode: Mode,
    /// Receives once more a delivery that is known already.
    pub encore: bool,
    /// Leaves out what is in the files and would not be read.
    pub laisser: bool,
}

impl From<Mode> for Options {
    fn from(mode: Mode) -> Self {
        Self { mode, ..Self::default() }
    }
}

pub async fn importer(
    base: &Base,
    source: &Source,
    options: impl Into<Options>,
) -> Result<Rapport, EchecImport> {
    let options = options.into();
    // Before the transaction, which is not left open while a large workbook is read.
    let lecture = lire::lire(source, Suivi::nouveau(options));
    let issue = executer_transaction(base, async |tx| {
        let rapport = ecrire(tx, lecture).await?;
        if options.mode == Mode::Apply { Ok(rapport) } else { Err(Fin::Essai(rapport)) }
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
    options: Options,
) -> Result<Rapport, EchecImport> {
    ecrire(tx, lire::lire(source, Suivi::nouveau(options))).await
}

async fn ecrire(tx: &mut PgConnection, lecture: lire::Lecture) -> Result<Rapport, EchecImport> {
    sql::preparer(tx).await?;
    appliquer::appliquer(tx, lecture).await
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
