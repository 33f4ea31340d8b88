//! What a magasin knows already of the labels that a file brings: by hash, for both may be many.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domaine::Quantite;
use crate::referentiel::Magasin;
use crate::stock::{EtatLot, Etiquette, Recu, cle_du_code};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Apport {
    pub etiquette: Etiquette,
    pub quantite: Quantite,
}

#[derive(Default)]
pub(super) struct Connues {
    /// On which days a supplier brought that.
    jours: HashMap<(Apport, Option<Uuid>), Vec<NaiveDate>>,
    codes: HashMap<(Uuid, String), CodeConnu>,
}

struct CodeConnu {
    ecrit: String,
    /// The worst of its lots.
    etat: EtatLot,
    dlc: HashMap<Option<Uuid>, NaiveDate>,
}

impl Connues {
    pub(super) fn de(recus: Vec<Recu>, magasin: &Magasin) -> Self {
        let mut connues = Self::default();
        for recu in recus {
            connues.retenir(&recu.etiquette, recu.fournisseur_id, recu.etat);
            let jour = recu.recue_le.with_timezone(&magasin.tz()).date_naive();
            let apport = Apport { etiquette: recu.etiquette, quantite: recu.quantite };
            connues.jours.entry((apport.cle(), recu.fournisseur_id)).or_default().push(jour);
        }
        connues
    }

    /// The day on which the same delivery came in; on that day, if one is asked for.
    pub(super) fn deja(
        &self,
        apport: &Apport,
        fournisseur: Option<Uuid>,
        jour: Option<NaiveDate>,
    ) -> Option<NaiveDate> {
        let jours = self.jours.get(&(apport.cle(), fournisseur))?;
        jours.iter().find(|j| jour.is_none_or(|voulu| voulu == **j)).copied()
    }

    pub(super) fn retenir(&mut self, e: &Etiquette, fournisseur: Option<Uuid>, etat: EtatLot) {
        let Some(code) = &e.code_lot else { return };
        let cle = (e.article_id, cle_du_code(code));
        let connu = self.codes.entry(cle).or_insert_with(|| CodeConnu {
            ecrit: code.clone(),
            etat,
            dlc: HashMap::new(),
        });
        if gravite(etat) > gravite(connu.etat) {
            connu.etat = etat;
        }
        if let Some(dlc) = e.date_dlc {
            connu.dlc.entry(fournisseur).or_insert(dlc);
        }
    }

    /// What is to be said of a lot that comes in under a code that is known: column, words.
    pub(super) fn doutes(
        &self,
        e: &Etiquette,
        fournisseur: Option<Uuid>,
    ) -> Vec<(&'static str, String)> {
        let mut doutes = Vec::new();
        let Some(code) = &e.code_lot else { return doutes };
        let Some(connu) = self.codes.get(&(e.article_id, cle_du_code(code))) else {
            return doutes;
        };
        let etat = match connu.etat {
            EtatLot::Libre => None,
            EtatLot::Bloque => Some("bloqué"),
            EtatLot::Rappele => Some("rappelé"),
        };
        if let Some(etat) = etat {
            let message = format!(
                "« {code} » est {etat} dans ce magasin, et ce qui est reçu ici est libre : donnez-lui \
                 son état dans etats_lots s'il est du même lot"
            );
            doutes.push(("code_lot", message));
        }
        if connu.ecrit != *code {
            let message = format!("est le même code que « {} », écrit autrement", connu.ecrit);
            doutes.push(("code_lot", message));
        }
        let autre = connu.dlc.get(&fournisseur).filter(|d| Some(**d) != e.date_dlc);
        if let (Some(autre), Some(_)) = (autre, e.date_dlc) {
            let message = format!(
                "« {code} » a aussi la DLC du {}, du même fournisseur : l'une des deux est-elle fausse ?",
                autre.format("%d/%m/%Y")
            );
            doutes.push(("date_dlc", message));
        }
        doutes
    }
}

impl Apport {
    fn cle(&self) -> Self {
        Self { etiquette: self.etiquette.cle(), ..self.clone() }
    }
}

const fn gravite(etat: EtatLot) -> u8 {
    match etat {
        EtatLot::Libre => 0,
        EtatLot::Bloque => 1,
        EtatLot::Rappele => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn etiquette(code: &str, dlc: &str) -> Etiquette {
        Etiquette {
            article_id: Uuid::nil(),
            code_lot: Some(code.to_owned()),
            date_dlc: Some(dlc.parse().unwrap()),
        }
    }

    #[test]
    fn what_is_known_of_a_code_is_told_of_what_comes_in_under_it() {
        let mut connues = Connues::default();
        let dits = |c: &Connues, code: &str, dlc: &str| {
            c.doutes(&etiquette(code, dlc), None).into_iter().map(|d| d.1).collect::<Vec<_>>()
        };
        assert_eq!(dits(&connues, "L1", "2026-05-04"), [""; 0]);
        connues.retenir(&etiquette("L1", "2026-05-04"), None, EtatLot::Libre);
        assert_eq!(dits(&connues, "L1", "2026-05-04"), [""; 0]);
        let autre = dits(&connues, "l1", "2026-05-05");
        assert!(autre[0].contains("« L1 »") && autre[1].contains("04/05/2026"), "{autre:?}");
        connues.retenir(&etiquette("L1", "2026-05-04"), None, EtatLot::Rappele);
        connues.retenir(&etiquette("L1", "2026-05-04"), None, EtatLot::Bloque);
        assert!(dits(&connues, "L1", "2026-05-04")[0].contains("rappelé"));
    }
}
