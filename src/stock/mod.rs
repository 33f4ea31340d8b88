//! Traced stock: lots and what happened to them.
//!
//! - A lot's balance is stored, is the sum of its movements, and never goes below 0 (I1).
//! - Movements are only added; a correction is a new one (I2). `mouvements` is the only way in.
//! - First expired, first out: `fefo` decides, purely; `reserver` locks what it decides on.
//! - A lot that is expired, blocked, recalled or another magasin's is never consumed (I6).

mod ajustements;
mod consulter;
mod etats;
pub mod fefo;
pub mod http;
mod manquant;
pub mod mouvements;
mod pertes;
mod receptions;
mod reserver;
mod sql;

pub use ajustements::{Ajustement, ajuster};
pub use consulter::{
    LotEnStock, MouvementLu, RechercheStock, etiquettes_connues, lots, lots_du_code,
    mouvements_du_lot,
};
pub use etats::{ChangementEtat, EtatLot, changer_etat};
pub use manquant::{Bilan, LotUtilisable, Manquant, bilans, compter_les_manquants, premiers_lots};
pub use pertes::{Perte, perdre};
pub use receptions::{LigneReception, NouvelleReception, Reception, recevoir};
pub use reserver::{LotVise, lot_vise, verrouiller_utilisables};
