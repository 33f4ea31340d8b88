//! Reads a custom-format archive of `pg_dump` (`-Fc`) as it passes: what is in it, and its sums.
//!
//! 1. One pass over any `Read`, forwards only: it stands behind `pg_dump`'s pipe as well as in
//!    front of a file.
//! 2. Nothing is allocated on the word of a length: rows are hashed as they pass and never held,
//!    what the table of contents holds is bounded.
//! 3. A table's rows are counted and their hashes added up (128 bits, wrapping): the order of the
//!    rows plays no part; a changed, missing or doubled row does.
//! 4. The end is known: each entry that announces data has its block, once, and then the file ends.
//! 5. What is not exactly that is an error, never half a result.
//!
//! The format is defined by PostgreSQL's `pg_backup_archiver.c` and `pg_backup_custom.c`.

mod blocs;
mod comparer;
mod empreintes;
mod entete;
mod erreurs;
mod lignes;
mod sommaire;
mod source;

use std::io::Read;

pub use comparer::{Ecart, comparer, comparer_definitions};
pub(crate) use empreintes::{Empreinte, racines};
pub use empreintes::{Empreintes, NomTable};
pub use entete::Compression;
pub(crate) use entete::Entete;
pub use erreurs::ErreurArchive;
pub(crate) use sommaire::Entree;
#[cfg(test)]
pub(crate) use sommaire::{Position, Section};

/// The whole archive, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contenu {
    pub entete: Entete,
    pub empreintes: Empreintes,
    /// In the order of the archive.
    pub entrees: Vec<Entree>,
    /// The archive's own length.
    pub octets: u64,
    /// False when the data is there but its rows cannot be told apart: compressed inside the
    /// archive in a way that is not read here (lz4), or written as INSERT (`--inserts`).
    pub lignes_comptees: bool,
}

impl Contenu {
    /// What a table of contents written into a pipe could not say yet: where each block of data
    /// begins, as bytes and the place they belong at. An archive that says so is restored faster:
    /// `pg_restore` goes straight to a table, where it would read all that stands before it.
    pub fn positions(&self) -> impl Iterator<Item = (u64, Vec<u8>)> {
        let taille = self.entete.taille_position;
        self.entrees.iter().filter_map(move |entree| {
            let bloc = entree.position.bloc?;
            Some((entree.position.dite, sommaire::ecrire_position(bloc, taille)))
        })
    }
}

/// How far the reading is.
#[derive(Debug, Clone, Copy)]
pub struct Avancee {
    /// Bytes of the archive.
    pub octets: u64,
    /// Rows of all tables so far.
    pub lignes: u64,
}

/// Reads up to the end of `source` and calls `suivi` now and then.
pub fn lire(source: impl Read, mut suivi: impl FnMut(&Avancee)) -> Result<Contenu, ErreurArchive> {
    let mut source = source::Source::nouvelle(source);
    let entete = entete::lire(&mut source)?;
    let mut entrees = sommaire::lire(&mut source, &entete)?;
    let donnees = blocs::lire(&mut source, &entete, &entrees, &mut suivi)?;
    let empreintes = Empreintes {
        tables: donnees.tables,
        sequences: sommaire::sequences(&entrees)?,
        grands_objets: donnees.grands_objets,
        schema: sommaire::schema(&entrees),
    };
    for entree in &mut entrees {
        entree.position.bloc = donnees.positions.get(&entree.id).copied();
    }
    let lignes_comptees = donnees.lignes_comptees;
    Ok(Contenu { entete, empreintes, entrees, octets: source.octets(), lignes_comptees })
}

#[cfg(test)]
mod tests;
