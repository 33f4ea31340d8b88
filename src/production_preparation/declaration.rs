//! The words of a declaration, and what they make of a line. Pure.

use serde::Serialize;

use crate::domaine::Quantite;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TypeDeclaration {
    Produit,
    Ajuste,
    NonProduit,
    Scan,
    Annulation,
}

impl TypeDeclaration {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Produit => "PRODUIT",
            Self::Ajuste => "AJUSTE",
            Self::NonProduit => "NON_PRODUIT",
            Self::Scan => "SCAN",
            Self::Annulation => "ANNULATION",
        }
    }

    /// The database's checks allow no other word.
    pub(crate) fn lire(code: &str) -> Self {
        match code {
            "PRODUIT" => Self::Produit,
            "AJUSTE" => Self::Ajuste,
            "NON_PRODUIT" => Self::NonProduit,
            "SCAN" => Self::Scan,
            _ => Self::Annulation,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Statut {
    AProduire,
    Produit,
    Ajuste,
    NonProduit,
}

impl Statut {
    /// `derniere`: the last declaration not taken back. A line that a production du jour made after
    /// « Non produit » is no longer one that was not made.
    pub(crate) fn de(
        planifiee: Quantite,
        produite: Quantite,
        derniere: Option<TypeDeclaration>,
    ) -> Self {
        match derniere {
            Some(TypeDeclaration::NonProduit) if produite.est_nulle() => Self::NonProduit,
            _ if produite >= planifiee && produite.est_positive() => Self::Produit,
            Some(TypeDeclaration::Ajuste) => Self::Ajuste,
            _ => Self::AProduire,
        }
    }

    /// What the kitchen still has to make of a line.
    pub(crate) fn restant(self, planifiee: Quantite, produite: Quantite) -> Quantite {
        match self {
            Self::NonProduit => Quantite::ZERO,
            _ => (planifiee - produite).max(Quantite::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_of_four_statuts() {
        use TypeDeclaration as T;
        let statut = |planifiee, produite, derniere| {
            Statut::de(Quantite::milliemes(planifiee), Quantite::milliemes(produite), derniere)
        };
        for (planifiee, produite, derniere, attendu) in [
            (25, 0, None, Statut::AProduire),
            (25, 10, Some(T::Scan), Statut::AProduire),
            (25, 25, Some(T::Scan), Statut::Produit),
            (25, 30, None, Statut::Produit),
            (25, 20, Some(T::Ajuste), Statut::Ajuste),
            (25, 25, Some(T::Ajuste), Statut::Produit),
            (25, 0, Some(T::NonProduit), Statut::NonProduit),
            (25, 5, Some(T::NonProduit), Statut::AProduire),
            (0, 0, None, Statut::AProduire),
            (30, 25, Some(T::Produit), Statut::AProduire),
        ] {
            assert_eq!(statut(planifiee, produite, derniere), attendu, "{planifiee} {produite}");
        }
    }
}
