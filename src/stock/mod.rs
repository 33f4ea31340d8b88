//! Traced stock: lots and what happened to them.
//!
//! - A lot's balance is stored, is the sum of its movements, and never goes below 0 (I1).
//! - Movements are only added; a correction is a new one (I2). `mouvements` is the only way in.
//! - First expired, first out: `fefo` decides, purely; `reserver` locks what it decides on.
//! - A lot that is expired, blocked, recalled or another magasin's is never consumed (I6).

mod ajustements;
mod codes;
mod consulter;
mod etats;
mod etiquettes;
pub(crate) mod fefo;
pub(crate) mod http;
mod manquant;
pub(crate) mod mouvements;
mod pertes;
mod receptions;
mod reserver;
mod sql;

pub(crate) use ajustements::{Ajustement, SANS_ETIQUETTE, ajuster, est_perdue};
pub(crate) use codes::{
    CodeConnu, RechercheCode, est_un_lot, phrase as phrase_du_code, reconnaitre,
};
pub use consulter::{LotEnStock, RechercheStock, lots};
pub(crate) use consulter::{MouvementLu, mouvements_du_lot};
pub use etats::EtatLot;
pub(crate) use etats::{ChangementEtat, changer_etat};
pub(crate) use etiquettes::{Etiquette, LotDuCode, Recu, cle_du_code, lots_du_code, recus};
pub(crate) use manquant::{LotUtilisable, Manquant, bilans, compter_les_manquants, premiers_lots};
pub(crate) use pertes::{Perte, perdre};
pub(crate) use receptions::{NouvelleReception, Reception, recevoir};
pub(crate) use reserver::{LotVise, lot_vise, verrouiller_utilisables};
