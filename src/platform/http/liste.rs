//! Lists in pages: `{"elements": [..], "suivant": cursor | null}`.

use serde::Serialize;
use uuid::Uuid;

use super::Lecteur;

/// `?limite` (default 100, at most 1000) and `&apres` (the last page's `suivant`).
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub limite: i64,
    pub apres: Option<Uuid>,
}

impl Page {
    pub const TOUT: Self = Self { limite: i64::MAX - 1, apres: None };

    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { limite: Self::limite(l), apres: l.uuid_option("apres") }
    }

    pub(crate) fn limite(l: &Lecteur<'_>) -> i64 {
        l.entier_ecrit_option("limite", 1..=1000).unwrap_or(100)
    }

    /// One more than asked for tells whether something follows.
    pub(crate) const fn a_lire(&self) -> i64 {
        self.limite + 1
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Liste<T> {
    pub elements: Vec<T>,
    /// À donner dans `apres` pour lire la suite ; null à la fin.
    pub suivant: Option<String>,
}

impl<T> Liste<T> {
    /// From `limite + 1` rows read, or fewer at the end.
    pub(crate) fn couper(
        mut elements: Vec<T>,
        limite: i64,
        curseur: impl Fn(&T) -> String,
    ) -> Self {
        let limite = usize::try_from(limite).unwrap_or(usize::MAX);
        let reste = elements.len() > limite;
        elements.truncate(limite);
        let suivant = if reste { elements.last().map(curseur) } else { None };
        Self { elements, suivant }
    }
}
