//! What the bench prints, writes and judges.

use std::fmt::Write;

use serde::Serialize;

use crate::commun::mesures::Mesure;
use crate::demarrage::Demarrage;
use crate::production::{BORNE_HISTORIQUE, BORNE_PLANCHER, Cas};
use crate::service::{BORNE_PROCESSEUR, Service};

#[derive(Serialize)]
pub struct Resultats {
    pub postgres: String,
    pub tours: u16,
    pub production: Vec<Cas>,
    pub service: Option<Service>,
    pub demarrage: Option<Demarrage>,
}

/// Every bound that is broken, in words.
pub fn ecarts(r: &Resultats) -> Vec<String> {
    let mut ecarts = Vec::new();
    for c in &r.production {
        let quoi = format!("{} recipes at {} movements", c.recettes, c.mouvements);
        if c.rapport > BORNE_PLANCHER {
            ecarts.push(format!("{quoi}: {:.2} x the floor, not {BORNE_PLANCHER}", c.rapport));
        }
        if c.croissance > BORNE_HISTORIQUE {
            let fois = c.croissance;
            ecarts.push(format!("{quoi}: {fois:.2} x the first, not {BORNE_HISTORIQUE}"));
        }
    }
    if let Some(s) = &r.service
        && s.processeur_programme > BORNE_PROCESSEUR
    {
        let ms = s.processeur_programme;
        ecarts.push(format!("one line over HTTP: {ms:.2} ms of processor, not {BORNE_PROCESSEUR}"));
    }
    ecarts
}

pub fn texte(r: &Resultats) -> String {
    let mut t = String::new();
    // Writing to a String does not fail.
    let _ = ecrire(&mut t, r);
    t
}

fn ecrire(t: &mut String, r: &Resultats) -> std::fmt::Result {
    writeln!(t, "\nProduction du jour, 8 ingredients a recipe, PostgreSQL {}.", r.postgres)?;
    writeln!(t, "Medians of {} interleaved rounds in ms (min..max).\n", r.tours)?;
    writeln!(
        t,
        "{:>10} {:>8} {:>24} {:>24} {:>8} {:>8}",
        "movements", "recipes", "floor", "delicego", "ratio", "growth"
    )?;
    for c in &r.production {
        writeln!(
            t,
            "{:>10} {:>8} {:>24} {:>24} {:>8.2} {:>8.2}",
            c.mouvements,
            c.recettes,
            etendue(c.plancher),
            etendue(c.programme),
            c.rapport,
            c.croissance
        )?;
    }
    writeln!(t, "{:>78} {:>8}", format!("<= {BORNE_PLANCHER}"), format!("<= {BORNE_HISTORIQUE}"))?;
    if let Some(s) = &r.service {
        writeln!(t, "\nOne line over HTTP, {} of them one after the other:", s.productions)?;
        let borne = format!("<= {BORNE_PROCESSEUR}");
        writeln!(t, "  processor, program     {:>7.2} ms each  {borne}", s.processeur_programme)?;
        writeln!(t, "  processor, PostgreSQL  {:>7.2} ms each", s.processeur_postgres)?;
        writeln!(t, "  time                   {:>7.2} ms each", s.duree)?;
    }
    if let Some(d) = &r.demarrage {
        writeln!(t, "\n`delicego demo` on an empty folder:")?;
        writeln!(t, "  first answer           {:>7.2} s", d.premiere_reponse)?;
        writeln!(t, "  first GET /health 200  {:>7.2} s", d.pret)?;
        writeln!(t, "  memory at rest         {:>7.1} MB (Pss {:.1} MB)", d.rss, d.pss)?;
        writeln!(t, "  program file           {:>7.1} MB", d.binaire)?;
    }
    Ok(())
}

fn etendue(m: Mesure) -> String {
    format!("{:.2} ({:.2}..{:.2})", m.mediane, m.min, m.max)
}
