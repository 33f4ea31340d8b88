//! Units as typed, base units as kept, and the exact way from one to the other.

use std::fmt;

use serde::Serialize;

use super::decimal::{Decimal, ErreurDecimal};
use super::quantite::Quantite;

/// The unit an article is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UniteBase {
    G,
    Ml,
    Piece,
}

/// A unit that people type; `en_base` says what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Unite {
    Mg,
    G,
    Kg,
    Ml,
    Cl,
    L,
    Piece,
}

/// What an article allows beyond its own unit, in thousandths of g per ml and of g per piece.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Conversion {
    pub densite_milliemes: Option<i64>,
    pub poids_piece_milliemes: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ErreurUnite {
    #[error("nombre hors limites")]
    HorsLimites,
    #[error("plus de 3 décimales de l'unité de base")]
    TropPrecis,
    #[error("{} et {} ne se convertissent pas sans la densité de l'article", .0.nom(), .1.nom())]
    DensiteManquante(UniteBase, UniteBase),
    #[error(
        "{} et {} ne se convertissent pas sans le poids d'une pièce de l'article",
        .0.nom(),
        .1.nom()
    )]
    PoidsPieceManquant(UniteBase, UniteBase),
    #[error("quantité trop petite pour l'unité de l'article")]
    TropPetite,
}

impl UniteBase {
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        match texte {
            "g" => Some(Self::G),
            "ml" => Some(Self::Ml),
            "piece" => Some(Self::Piece),
            _ => None,
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::G => "g",
            Self::Ml => "ml",
            Self::Piece => "piece",
        }
    }

    /// The way the person says the unit alone.
    pub(crate) const fn nom(self) -> &'static str {
        match self {
            Self::G => "g",
            Self::Ml => "ml",
            Self::Piece => "pièce",
        }
    }

    /// `1,5 kg`, `250 g`, `12 pièces`: the way the person says it.
    pub(crate) fn francais(self, q: Quantite) -> String {
        let grand = q.en_milliemes().abs() >= EN_GRAND;
        match self {
            Self::G if grand => format!("{} kg", en_grand(q).francais()),
            Self::Ml if grand => format!("{} l", en_grand(q).francais()),
            Self::G => format!("{} g", q.francais()),
            Self::Ml => format!("{} ml", q.francais()),
            Self::Piece if q.en_milliemes().abs() < 2_000 => format!("{} pièce", q.francais()),
            Self::Piece => format!("{} pièces", q.francais()),
        }
    }

    /// To the last digit, as it can be typed again: `14,67213 kg`, `250 g`, `12`.
    pub(crate) fn exact(self, q: Quantite) -> String {
        let grand = q.en_milliemes().abs() >= EN_GRAND;
        match self {
            Self::G if grand => format!("{} kg", q.francais_en_milliers()),
            Self::Ml if grand => format!("{} l", q.francais_en_milliers()),
            Self::G => format!("{} g", q.francais()),
            Self::Ml => format!("{} ml", q.francais()),
            Self::Piece => q.francais(),
        }
    }

    /// As a cook says it, `6,5 kg` of 6471 g: to look at, never to type. `web/cuisine/quantites.js`
    /// has the same rule, which one table of examples tests.
    pub(crate) fn lisible(self, q: Quantite) -> String {
        self.francais(self.a_peu_pres(q, |milliemes| (milliemes + 500).div_euclid(1000)))
    }

    /// The same of what is missing: what is said is enough.
    pub(crate) fn assez(self, q: Quantite) -> String {
        self.francais(self.a_peu_pres(q, |milliemes| (milliemes + 999).div_euclid(1000)))
    }

    /// No more digits than it takes to be right within one in a hundred; pieces by halves.
    fn a_peu_pres(self, q: Quantite, vers: fn(i128) -> i128) -> Quantite {
        let m = i128::from(q.en_milliemes());
        // First to the thousandth of a step, as the screen does.
        let rond = |pas: i128| vers((m * 1000 + pas / 2).div_euclid(pas)) * pas;
        let juste = |pas: &i128| (rond(*pas) - m).abs() * 100 <= m.abs();
        let pas = match self {
            Self::Piece if m % 500 == 0 => return q,
            Self::Piece => [1000, 500, 100].into_iter().find(juste).unwrap_or(10),
            Self::G | Self::Ml if m.abs() >= i128::from(EN_GRAND) => {
                [1_000_000, 100_000].into_iter().find(juste).unwrap_or(10_000)
            }
            Self::G | Self::Ml if m.abs() < 10_000 => 100,
            Self::G | Self::Ml => 1000,
        };
        i64::try_from(rond(pas)).map_or(q, Quantite::milliemes)
    }
}

/// From here on g are said in kg and ml in l.
const EN_GRAND: i64 = 1_000_000;

/// In kg or l. A share that no scale shows (14 672,13 ml) is said within one in a hundred.
fn en_grand(q: Quantite) -> Quantite {
    let milliemes = q.en_milliemes() / 1000;
    if q.en_milliemes() % 1000 == 0 {
        return Quantite::milliemes(milliemes);
    }
    let rond = |pas: i64| (milliemes + pas / 2 * milliemes.signum()) / pas * pas;
    let assez = |pas: &i64| (rond(*pas) - milliemes).abs() * 100 <= milliemes.abs();
    Quantite::milliemes(rond([1000, 100].into_iter().find(assez).unwrap_or(10)))
}

impl fmt::Display for UniteBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Unite {
    /// mg g kg, ml cl l, piece (unite, pièce, u), in any case.
    pub(crate) fn lire(texte: &str) -> Option<Self> {
        match texte.trim().to_lowercase().as_str() {
            "mg" => Some(Self::Mg),
            "g" => Some(Self::G),
            "kg" => Some(Self::Kg),
            "ml" => Some(Self::Ml),
            "cl" => Some(Self::Cl),
            "l" => Some(Self::L),
            "piece" | "pièce" | "pieces" | "pièces" | "unite" | "unité" | "u" => {
                Some(Self::Piece)
            }
            _ => None,
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Mg => "mg",
            Self::G => "g",
            Self::Kg => "kg",
            Self::Ml => "ml",
            Self::Cl => "cl",
            Self::L => "l",
            Self::Piece => "piece",
        }
    }

    /// The base unit, and how much of it one of this unit is, as a fraction.
    pub(crate) const fn en_base(self) -> (UniteBase, i64, i64) {
        match self {
            Self::Mg => (UniteBase::G, 1, 1000),
            Self::G => (UniteBase::G, 1, 1),
            Self::Kg => (UniteBase::G, 1000, 1),
            Self::Ml => (UniteBase::Ml, 1, 1),
            Self::Cl => (UniteBase::Ml, 10, 1),
            Self::L => (UniteBase::Ml, 1000, 1),
            Self::Piece => (UniteBase::Piece, 1, 1),
        }
    }

    /// `nombre` of this unit, in `vers`. Exact within mass, volume, piece; through density or
    /// piece weight it is rounded half-up, once.
    pub(crate) fn convertir(
        self,
        nombre: Decimal,
        vers: UniteBase,
        article: Conversion,
    ) -> Result<Quantite, ErreurUnite> {
        let (depuis, num, den) = self.en_base();
        let exact = nombre.multiplie_en_milliemes(num, den).map_err(|e| match e {
            ErreurDecimal::TropPrecis => ErreurUnite::TropPrecis,
            _ => ErreurUnite::HorsLimites,
        })?;
        let q = changer_de_grandeur(exact, depuis, vers, article)?;
        if q.unsigned_abs() > Quantite::MAX_SAISIE.en_milliemes().unsigned_abs() {
            return Err(ErreurUnite::HorsLimites);
        }
        if q == 0 && exact != 0 {
            return Err(ErreurUnite::TropPetite);
        }
        Ok(Quantite::milliemes(q))
    }
}

fn changer_de_grandeur(
    q: i64,
    depuis: UniteBase,
    vers: UniteBase,
    article: Conversion,
) -> Result<i64, ErreurUnite> {
    use UniteBase::{G, Ml, Piece};
    let densite = || article.densite_milliemes.ok_or(ErreurUnite::DensiteManquante(depuis, vers));
    let piece =
        || article.poids_piece_milliemes.ok_or(ErreurUnite::PoidsPieceManquant(depuis, vers));
    let (num, den) = match (depuis, vers) {
        (G, G) | (Ml, Ml) | (Piece, Piece) => return Ok(q),
        (Ml, G) => (i128::from(densite()?), 1000),
        (G, Ml) => (1000, i128::from(densite()?)),
        (Piece, G) => (i128::from(piece()?), 1000),
        (G, Piece) => (1000, i128::from(piece()?)),
        (Piece, Ml) => (i128::from(piece()?), i128::from(densite()?)),
        (Ml, Piece) => (i128::from(densite()?), i128::from(piece()?)),
    };
    let haut = i128::from(q).checked_mul(num).ok_or(ErreurUnite::HorsLimites)?;
    let arrondi = (2 * haut.abs() + den) / (2 * den) * haut.signum();
    i64::try_from(arrondi).map_err(|_| ErreurUnite::HorsLimites)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conv(nombre: &str, unite: &str, vers: UniteBase, a: Conversion) -> Result<i64, ErreurUnite> {
        let n = Decimal::lire_saisie(nombre).unwrap();
        Unite::lire(unite).unwrap().convertir(n, vers, a).map(Quantite::en_milliemes)
    }

    #[test]
    fn units_of_one_kind_convert_exactly() {
        let rien = Conversion::default();
        assert_eq!(conv("1,5", "kg", UniteBase::G, rien), Ok(1_500_000));
        assert_eq!(conv("0,001", "mg", UniteBase::G, rien), Err(ErreurUnite::TropPrecis));
        assert_eq!(conv("250", "mg", UniteBase::G, rien), Ok(250));
        assert_eq!(conv("12,5", "cl", UniteBase::Ml, rien), Ok(125_000));
        assert_eq!(conv("3", "Pièce", UniteBase::Piece, rien), Ok(3_000));
    }

    #[test]
    fn mass_and_volume_need_a_density_and_a_piece_needs_its_weight() {
        let rien = Conversion::default();
        let huile = Conversion { densite_milliemes: Some(916), ..rien };
        let oeuf = Conversion { poids_piece_milliemes: Some(55_000), ..rien };
        assert_eq!(conv("1", "l", UniteBase::G, huile), Ok(916_000));
        assert_eq!(conv("916", "g", UniteBase::Ml, huile), Ok(1_000_000));
        assert_eq!(conv("2", "u", UniteBase::G, oeuf), Ok(110_000));
        assert!(matches!(
            conv("1", "l", UniteBase::G, rien),
            Err(ErreurUnite::DensiteManquante(..))
        ));
        assert!(matches!(
            conv("1", "g", UniteBase::Piece, huile),
            Err(ErreurUnite::PoidsPieceManquant(..))
        ));
    }

    #[test]
    fn what_is_missing_to_convert_is_said_in_a_persons_words() {
        let erreur = |unite, vers| conv("1", unite, vers, Conversion::default()).unwrap_err();
        assert_eq!(
            erreur("g", UniteBase::Piece).to_string(),
            "g et pièce ne se convertissent pas sans le poids d'une pièce de l'article"
        );
        assert_eq!(
            erreur("l", UniteBase::G).to_string(),
            "ml et g ne se convertissent pas sans la densité de l'article"
        );
    }

    #[test]
    fn a_quantity_is_said_as_the_table_of_examples_says() {
        let table = include_str!("../../tests/it/corpus/quantites.json");
        let table: Vec<(serde_json::Number, String, String, String)> =
            serde_json::from_str(table).unwrap();
        let simple = |t: String| t.replace(['\u{a0}', '\u{202f}'], " ");
        for (q, unite, lisible, assez) in table {
            let lu = Decimal::lire_json(q.as_str()).unwrap().en_milliemes().unwrap();
            let (q, unite) = (Quantite::milliemes(lu), UniteBase::lire(&unite).unwrap());
            let dits = (simple(unite.lisible(q)), simple(unite.assez(q)));
            assert_eq!(dits, (lisible, assez), "{q:?} {unite}");
        }
    }

    #[test]
    fn a_person_reads_the_larger_unit() {
        assert_eq!(UniteBase::G.francais(Quantite::milliemes(1_200_000)), "1,2 kg");
        assert_eq!(UniteBase::Ml.francais(Quantite::milliemes(250_000)), "250 ml");
        assert_eq!(UniteBase::Ml.francais(Quantite::milliemes(14_672_130)), "14,7 l");
        assert_eq!(UniteBase::G.francais(Quantite::milliemes(-1_253_500)), "-1,25 kg");
        assert_eq!(UniteBase::G.francais(Quantite::milliemes(6_471_000)), "6,471 kg");
        assert_eq!(UniteBase::Piece.francais(Quantite::milliemes(1_000)), "1 pièce");
    }
}
