//! Holds the window of days of a magasin: what may be declared of which day, by whom, and when a
//! reason must be said.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::domaine::{Calendrier, Verdict};
use crate::platform::comptes::Role;
use crate::platform::errors::ErreurCritiqueMetier;

/// 409 `jour_hors_fenetre`; 400 on `motif` where that day takes one and none was said. `instant` is
/// the hour of the act: of the tap, where it waited for the network.
pub(crate) fn exiger_le_jour(
    c: Calendrier,
    jour: NaiveDate,
    (instant, role): (DateTime<Utc>, Role),
    motif: Option<&str>,
) -> Result<(), ErreurCritiqueMetier> {
    match exiger_la_fenetre(c, jour, (instant, role))? {
        Verdict::AvecMotif if motif.is_none() => {
            let message = "est obligatoire pour un jour passé : dites pourquoi";
            Err(ErreurCritiqueMetier::champ("motif", message))
        }
        _ => Ok(()),
    }
}

/// The same for what needs no reason whatever the day.
pub(crate) fn exiger_la_fenetre(
    c: Calendrier,
    jour: NaiveDate,
    (instant, role): (DateTime<Utc>, Role),
) -> Result<Verdict, ErreurCritiqueMetier> {
    match c.juger(jour, instant, role == Role::Admin) {
        Verdict::Hors => Err(hors_fenetre(c, jour, (instant, role))),
        verdict => Ok(verdict),
    }
}

/// 409 `jour_hors_fenetre` for a day that nobody could declare any more at this moment, however long
/// ago the act was: what waited a night is always taken.
pub(crate) fn exiger_le_recul(
    c: Calendrier,
    jour: NaiveDate,
    maintenant: DateTime<Utc>,
) -> Result<(), ErreurCritiqueMetier> {
    let c = Calendrier { jours_arriere: c.jours_arriere.max(1), ..c };
    match jour < c.premier_jour(maintenant, true) {
        true => Err(hors_fenetre(c, jour, (maintenant, Role::Admin))),
        false => Ok(()),
    }
}

fn hors_fenetre(
    c: Calendrier,
    jour: NaiveDate,
    (instant, role): (DateTime<Utc>, Role),
) -> ErreurCritiqueMetier {
    let (premier, dernier) = (c.premier_jour(instant, role == Role::Admin), c.jour_de(instant));
    let dire = |j: NaiveDate| j.format("%d/%m/%Y").to_string();
    let fenetre = match premier == dernier {
        true => format!("seul le {} se déclare", dire(dernier)),
        false => format!("les jours du {} au {} se déclarent", dire(premier), dire(dernier)),
    };
    let suite = match role {
        _ if jour > dernier => "Attendez ce jour, ou vérifiez la date.",
        Role::Operateur if c.jours_arriere > 1 => {
            "Vérifiez la date, ou demandez à un responsable, qui remonte plus loin."
        }
        _ => "Vérifiez la date.",
    };
    let detail = format!("Le {} ne se produit pas aujourd'hui : {fenetre}. {suite}", dire(jour));
    ErreurCritiqueMetier::conflit("jour_hors_fenetre", detail)
        .avec("premier_jour", json!(premier))
        .avec("dernier_jour", json!(dernier))
}
