//! The words every slice shares: exact quantities with their units, days, texts. Pure: imports
//! nothing of the program, touches neither clock nor database.

mod allergene;
mod decimal;
mod jour;
mod quantite;
pub mod texte;
mod unite;

pub use allergene::Allergene;
pub use decimal::{Decimal, ErreurDecimal};
pub use jour::{jour_acceptable, jour_de, lire_fuseau};
pub use quantite::{Quantite, besoin};
pub use unite::{Conversion, ErreurUnite, Unite, UniteBase};
