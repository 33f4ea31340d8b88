//! What every declaration may say beside itself: why, and when it was tapped.

use chrono::{DateTime, TimeDelta, Utc};

use super::depuis::Vue;
use super::ligne::LigneTenue;
use crate::platform::db::operations::Operation;
use crate::platform::errors::ErreurCritiqueMetier;
use crate::platform::http::Lecteur;
use crate::referentiel::{exiger_la_fenetre, exiger_le_jour, exiger_le_recul};

/// A tablet's clock may be ahead of ours by so much.
const AVANCE: TimeDelta = TimeDelta::minutes(5);
/// A week without network is the longest that a tap may wait.
const ATTENTE: TimeDelta = TimeDelta::days(7);

#[derive(Debug, Clone, Default)]
pub(crate) struct Dit {
    pub motif: Option<String>,
    /// The hour of the tap, as the tablet told it. It says which day it then was, and nothing else.
    pub tape_le: Option<DateTime<Utc>>,
    /// What the tablet had seen of the line; None where it does not say.
    pub vue: Option<Vue>,
    /// A person was asked, and wants it all the same.
    pub confirme: bool,
}

impl Dit {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let (motif, tape_le) = (l.texte_option("motif", 500), heure(l));
        let maintenant = Utc::now();
        match tape_le {
            Some(t) if t > maintenant + AVANCE => {
                l.fauter("tape_le", "est dans le futur : réglez l'horloge de la tablette");
            }
            Some(t) if t < maintenant - ATTENTE => {
                l.fauter("tape_le", "a plus de 7 jours : refaites ce geste maintenant");
            }
            _ => {}
        }
        let confirme = l.booleen_option("confirme").unwrap_or_default();
        Self { motif, tape_le, vue: Vue::lire(l), confirme }
    }

    /// Is that line's day one to declare, by whom, at the hour of the tap, and still by anybody? 409 `jour_hors_fenetre`,
    /// 400 on `motif`.
    pub(crate) fn exiger_le_jour(
        &self,
        ligne: &LigneTenue,
        op: Operation,
    ) -> Result<(), ErreurCritiqueMetier> {
        let ici = (self.instant(), op.role);
        exiger_le_jour(ligne.calendrier, ligne.visee.date, ici, self.motif.as_deref())?;
        exiger_le_recul(ligne.calendrier, ligne.visee.date, Utc::now())
    }

    /// The same for what takes no reason.
    pub(crate) fn exiger_la_fenetre(
        &self,
        ligne: &LigneTenue,
        op: Operation,
    ) -> Result<(), ErreurCritiqueMetier> {
        let ici = (self.instant(), op.role);
        exiger_la_fenetre(ligne.calendrier, ligne.visee.date, ici)?;
        exiger_le_recul(ligne.calendrier, ligne.visee.date, Utc::now())
    }

    fn instant(&self) -> DateTime<Utc> {
        // Ahead by what a clock may be: it is now.
        let maintenant = Utc::now();
        self.tape_le.map_or(maintenant, |t| t.min(maintenant))
    }
}

/// RFC 3339, with its offset.
fn heure(l: &Lecteur<'_>) -> Option<DateTime<Utc>> {
    let texte = l.texte_option("tape_le", 64)?;
    let lue = DateTime::parse_from_rfc3339(&texte);
    if lue.is_err() {
        l.fauter("tape_le", "doit être une date et heure ISO 8601 avec décalage");
    }
    lue.ok().map(|t| t.to_utc())
}
