//! The words every slice shares: exact quantities with their units, days, texts. Pure: imports
//! nothing of the program, touches neither clock nor database.

mod allergene;
mod decimal;
mod fenetre;
pub(crate) mod gencode;
pub(crate) mod gs1;
mod ids;
mod jour;
mod quantite;
pub(crate) mod texte;
mod unite;

pub(crate) use allergene::Allergene;
pub use decimal::Decimal;
pub(crate) use decimal::ErreurDecimal;
pub use fenetre::Calendrier;
pub(crate) use fenetre::Verdict;
pub(crate) use ids::ParId;
pub(crate) use jour::jour_acceptable;
pub use jour::{jour_de, lire_fuseau};
pub use quantite::Quantite;
pub(crate) use quantite::besoin;
pub(crate) use unite::{Conversion, ErreurUnite, Unite, UniteBase};
