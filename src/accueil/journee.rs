//! The day of one magasin: its plan, what is short, its newest lots. Pure.

use chrono::NaiveDate;

use crate::domaine::{Quantite, UniteBase};
use crate::plan::montrer::{LigneDuPlan, Manque};
use crate::platform::http::mots::{date, delai, quantite, statut};
use crate::platform::http::pages::Statut;
use crate::stock::EtatLot;

#[derive(Debug, Clone)]
pub(crate) struct Journee {
    pub magasin: String,
    pub resume: String,
    pub plan: Vec<LigneDuPlan>,
    pub manques: Vec<Manque>,
    pub lots: Vec<DernierLot>,
    /// The page where its plan is changed and made.
    pub production: String,
}

#[derive(Debug, Clone)]
pub(crate) struct DernierLot {
    pub article: String,
    pub code: String,
    pub quantite: String,
    pub dlc: String,
    pub delai: Statut,
    pub etat: Statut,
}

#[derive(Debug, Clone)]
pub(crate) struct LotLu {
    pub article: String,
    pub code_lot: Option<String>,
    pub solde: Quantite,
    pub unite: UniteBase,
    pub date_dlc: Option<NaiveDate>,
    pub etat: EtatLot,
}

pub(crate) fn lot(l: &LotLu, jour: NaiveDate) -> DernierLot {
    let delai = delai(l.date_dlc, jour);
    let vide = !l.solde.est_positive();
    DernierLot {
        article: l.article.clone(),
        code: l.code_lot.clone().unwrap_or_else(|| "sans code".to_owned()),
        quantite: quantite(l.solde, l.unite),
        dlc: l.date_dlc.map(date).unwrap_or_default(),
        // Nothing is left that could expire: no alarm.
        delai: if vide { Statut { genre: "loin", icone: "horloge", ..delai } } else { delai },
        etat: match l.etat {
            EtatLot::Bloque => statut("bloque", "bloque", "Bloqué"),
            EtatLot::Rappele => statut("rappele", "rappele", "Rappelé"),
            EtatLot::Libre if vide => statut("libre", "carton", "Vide"),
            EtatLot::Libre => statut("libre", "libre", "Libre"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_shows_its_label_its_delay_and_its_state() {
        let jour: NaiveDate = "2026-11-22".parse().unwrap();
        let lu = LotLu {
            article: "Saumon fumé".to_owned(),
            code_lot: None,
            solde: Quantite::milliemes(400_000),
            unite: UniteBase::G,
            date_dlc: Some("2026-11-21".parse().unwrap()),
            etat: EtatLot::Bloque,
        };
        let vu = lot(&lu, jour);
        assert_eq!((vu.code.as_str(), vu.quantite.as_str()), ("sans code", "400 g"));
        assert_eq!((vu.dlc.as_str(), vu.delai.genre), ("21/11/2026", "perime"));
        assert_eq!(vu.etat.texte, "Bloqué");
        let vide = lot(&LotLu { solde: Quantite::ZERO, etat: EtatLot::Libre, ..lu }, jour);
        assert_eq!((vide.delai.genre, vide.etat.texte.as_str()), ("loin", "Vide"));
    }
}
