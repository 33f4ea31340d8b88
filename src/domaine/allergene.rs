//! The 14 allergens that must be declared (Regulation (EU) 1169/2011, annex II), in its order.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Allergene {
    Gluten,
    Crustaces,
    Oeufs,
    Poissons,
    Arachides,
    Soja,
    Lait,
    FruitsACoque,
    Celeri,
    Moutarde,
    Sesame,
    Sulfites,
    Lupin,
    Mollusques,
}

impl Allergene {
    /// Code, and how a person reads it.
    const MOTS: [(Self, &'static str, &'static str); 14] = [
        (Self::Gluten, "gluten", "Gluten"),
        (Self::Crustaces, "crustaces", "Crustacés"),
        (Self::Oeufs, "oeufs", "Œufs"),
        (Self::Poissons, "poissons", "Poissons"),
        (Self::Arachides, "arachides", "Arachides"),
        (Self::Soja, "soja", "Soja"),
        (Self::Lait, "lait", "Lait"),
        (Self::FruitsACoque, "fruits_a_coque", "Fruits à coque"),
        (Self::Celeri, "celeri", "Céleri"),
        (Self::Moutarde, "moutarde", "Moutarde"),
        (Self::Sesame, "sesame", "Sésame"),
        (Self::Sulfites, "sulfites", "Sulfites"),
        (Self::Lupin, "lupin", "Lupin"),
        (Self::Mollusques, "mollusques", "Mollusques"),
    ];

    pub(crate) fn tous() -> impl Iterator<Item = Self> {
        Self::MOTS.iter().map(|(a, ..)| *a)
    }

    pub(crate) fn lire(code: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(_, c, _)| *c == code).map(|(a, ..)| *a)
    }

    pub(crate) fn code(self) -> &'static str {
        Self::MOTS[self as usize].1
    }

    pub(crate) fn libelle(self) -> &'static str {
        Self::MOTS[self as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_fourteen_is_read_back_by_its_code() {
        let tous: Vec<Allergene> = Allergene::tous().collect();
        assert_eq!(tous.len(), 14);
        for a in tous {
            assert_eq!(Allergene::lire(a.code()), Some(a));
            assert_eq!(serde_json::to_value(a).unwrap(), a.code());
            assert!(!a.libelle().is_empty());
        }
        assert_eq!(Allergene::lire("Gluten"), None);
    }
}
