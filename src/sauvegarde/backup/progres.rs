//! How far a backup is, for who looks at it.

use std::sync::Arc;

use crate::sauvegarde::archive::Avancee;
use crate::sauvegarde::manifeste::Manifeste;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etape {
    Ecriture,
    Relecture,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Progres {
    pub etape: Etape,
    /// Rows so far.
    pub lignes: u64,
    /// Bytes of the unpacked archive so far.
    pub octets: u64,
    pub attendu: Attendu,
}

/// What there will be at the end, as far as one can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attendu {
    /// Of the last good backup; or of this one, when it is read back.
    Lignes(u64),
    /// Of the database: an archive has no indexes, and writes numbers as text.
    Octets(u64),
    Inconnu,
}

pub(crate) type Suivi = Arc<dyn Fn(Progres) + Send + Sync>;

impl Etape {
    pub(crate) const fn nom(self) -> &'static str {
        match self {
            Self::Ecriture => "ecriture",
            Self::Relecture => "relecture",
        }
    }
}

impl Progres {
    pub(crate) fn nouveau(etape: Etape, a: &Avancee) -> Self {
        Self { etape, lignes: a.lignes, octets: a.octets, attendu: Attendu::Inconnu }
    }

    /// In hundredths, 99 at most before the end; none when nobody knows.
    pub(crate) fn pour_cent(&self) -> Option<u64> {
        let (fait, tout) = match self.attendu {
            Attendu::Lignes(n) => (self.lignes, n),
            Attendu::Octets(n) => (self.octets, n),
            Attendu::Inconnu => return None,
        };
        Some((u128::from(fait) * 100 / u128::from(tout.max(1))).min(99) as u64)
    }
}

/// The same, which also knows what to expect.
pub(crate) fn attendu(suivi: &Suivi, octets: u64, derniere: Option<&Manifeste>) -> Suivi {
    let suivi = Arc::clone(suivi);
    let attendu = match derniere.map(Manifeste::lignes) {
        Some(lignes) if lignes > 0 => Attendu::Lignes(lignes),
        _ => Attendu::Octets(octets),
    };
    Arc::new(move |p: Progres| {
        let su = p.attendu != Attendu::Inconnu;
        suivi(if su { p } else { Progres { attendu, ..p } });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_not_told_before_it_is_there() {
        let dit = |attendu| {
            Progres { etape: Etape::Ecriture, lignes: 50, octets: 9, attendu }.pour_cent()
        };
        assert_eq!(dit(Attendu::Inconnu), None);
        assert_eq!(dit(Attendu::Lignes(100)), Some(50));
        assert_eq!(dit(Attendu::Lignes(10)), Some(99));
        assert_eq!(dit(Attendu::Octets(0)), Some(99));
    }
}
