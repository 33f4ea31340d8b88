//! How far a backup is, for who looks at it.

use std::sync::Arc;

use crate::sauvegarde::manifeste::Manifeste;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etape {
    Ecriture,
    Relecture,
}

#[derive(Debug, Clone, Copy)]
pub struct Progres {
    pub etape: Etape,
    /// Rows so far.
    pub lignes: u64,
    /// Bytes of the unpacked archive so far.
    pub octets: u64,
    /// As many rows as the last good backup has; none the first time.
    pub lignes_attendues: Option<u64>,
}

pub type Suivi = Arc<dyn Fn(Progres) + Send + Sync>;

impl Etape {
    pub const fn nom(self) -> &'static str {
        match self {
            Self::Ecriture => "ecriture",
            Self::Relecture => "relecture",
        }
    }
}

/// The same, which also knows how many rows to expect.
pub fn attendu(suivi: &Suivi, derniere: Option<&Manifeste>) -> Suivi {
    let (suivi, lignes) = (Arc::clone(suivi), derniere.map(Manifeste::lignes));
    Arc::new(move |p: Progres| {
        suivi(Progres { lignes_attendues: p.lignes_attendues.or(lignes), ..p });
    })
}
