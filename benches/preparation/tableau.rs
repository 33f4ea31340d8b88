//! What the bench prints, writes and judges.

use std::fmt::Write;

use serde::Serialize;

use crate::affichage::{Affichage, RALENTI, TAPS};
use crate::commun::mesures::Mesure;
use crate::ecran::Ecran;
use crate::scans::{Cote, Resultat};

/// Of pgbench's rate, at 8 clients on one shop.
const BORNE_DEBIT: f64 = 0.85;
/// Milliseconds of the program's processor a scan.
const BORNE_PROGRAMME: f64 = 0.8;
/// Of PostgreSQL's processor under pgbench.
const BORNE_POSTGRES: f64 = 1.2;
/// Milliseconds of processor of the screen's day, and of the longest history over none.
const BORNE_ECRAN: f64 = 2.0;
const BORNE_CROISSANCE: f64 = 1.25;
/// Milliseconds to the first paint, the processor slowed down.
const BORNE_PEINTURE: f64 = 1000.0;
/// Milliseconds from a tap to its answer, every core busy.
const BORNE_REPONSE: f64 = 150.0;

#[derive(Serialize)]
pub struct Resultats {
    pub postgres: String,
    pub alternances: u16,
    pub scans: Vec<Resultat>,
    pub ecrans: Vec<Ecran>,
    pub affichage: Option<Affichage>,
}

/// Every bound that is broken, in words.
pub fn ecarts(r: &Resultats) -> Vec<String> {
    let mut ecarts = Vec::new();
    for s in r.scans.iter().filter(|s| s.cas.clients == 8 && s.cas.boutiques == 1) {
        if s.rapport < BORNE_DEBIT {
            ecarts.push(format!("scans: {:.2} of pgbench's rate, not {BORNE_DEBIT}", s.rapport));
        }
        let ms = s.programme.processeur_programme;
        if ms > BORNE_PROGRAMME {
            ecarts.push(format!("scans: {ms:.2} ms of the program's processor"));
        }
        if s.rapport_postgres > BORNE_POSTGRES {
            ecarts.push(format!("scans: {:.2} x pgbench's PostgreSQL", s.rapport_postgres));
        }
    }
    let premier = r.ecrans.first().map_or(f64::NAN, Ecran::processeur);
    for e in &r.ecrans {
        let (ms, quand) = (e.processeur(), e.mouvements);
        if ms > BORNE_ECRAN {
            ecarts.push(format!("screen at {quand} movements: {ms:.2} ms, not {BORNE_ECRAN}"));
        }
        if ms / premier > BORNE_CROISSANCE {
            ecarts.push(format!("screen at {quand} movements: {:.2} x the first", ms / premier));
        }
    }
    for (quoi, ms, borne) in r.affichage.iter().flat_map(|a| {
        [
            ("first paint", a.premiere_peinture.mediane, BORNE_PEINTURE),
            ("first card", a.premiere_carte.mediane, BORNE_PEINTURE),
            ("tap to answer", a.reponse.mediane, BORNE_REPONSE),
        ]
    }) {
        if ms > borne {
            ecarts.push(format!("{quoi}: {ms:.0} ms, not {borne}"));
        }
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
    writeln!(t, "\nScans, 8 ingredients a recipe, PostgreSQL {}.", r.postgres)?;
    writeln!(t, "Medians of {} alternations; latencies and processor in ms.\n", r.alternances)?;
    writeln!(
        t,
        "{:>6} {:>8} {:>9} {:>24} {:>7} {:>7} {:>7} {:>8} {:>9} {:>6} {:>6}",
        "shops",
        "clients",
        "",
        "scans/s (min..max)",
        "p50",
        "p95",
        "p99",
        "program",
        "postgres",
        "rate",
        "pg"
    )?;
    for s in &r.scans {
        ligne(t, (s.cas.boutiques, s.cas.clients, "delicego"), &s.programme)?;
        writeln!(t, " {:>6.2} {:>6.2}", s.rapport, s.rapport_postgres)?;
        ligne(t, (s.cas.boutiques, s.cas.clients, "pgbench"), &s.pgbench)?;
        writeln!(t)?;
    }
    writeln!(
        t,
        "At 8 clients on one shop: rate >= {BORNE_DEBIT}, program <= {BORNE_PROGRAMME} ms, \
         PostgreSQL <= {BORNE_POSTGRES} x pgbench's."
    )?;
    writeln!(t, "\nThe screen's day, 100 lines, processor in ms (<= {BORNE_ECRAN}, flat):")?;
    for e in &r.ecrans {
        writeln!(
            t,
            "  at {:>8} movements  {:>5.2} program + {:>5.2} PostgreSQL, {:>5.2} ms to answer, {} kB",
            e.mouvements,
            e.processeur_programme,
            e.processeur_postgres,
            e.duree.mediane,
            e.octets / 1000
        )?;
    }
    r.affichage.as_ref().map_or(Ok(()), |a| ecrire_affichage(t, a))
}

fn ecrire_affichage(t: &mut String, a: &Affichage) -> std::fmt::Result {
    writeln!(
        t,
        "\nThe screen in a browser, its processor {RALENTI} x slower, nothing cached, in ms:"
    )?;
    let mesure = |t: &mut String, quoi: &str, m: Mesure| {
        writeln!(t, "  {quoi:<13} {:>6.0} ({:.0}..{:.0})", m.mediane, m.min, m.max)
    };
    mesure(t, "first paint", a.premiere_peinture)?;
    mesure(t, "first card", a.premiere_carte)?;
    writeln!(t, "First paint and card <= {BORNE_PEINTURE} ms.")?;
    writeln!(t, "\nA tap on one of 100 lines, every core kept busy by others, in ms:")?;
    mesure(t, "to its answer", a.reponse)?;
    writeln!(t, "To its answer <= {BORNE_REPONSE} ms, the median of {}.", TAPS)
}

fn ligne(
    t: &mut String,
    (boutiques, clients, qui): (usize, usize, &str),
    c: &Cote,
) -> std::fmt::Result {
    let debit = c.par_seconde;
    write!(
        t,
        "{boutiques:>6} {clients:>8} {qui:>9} {:>24} {:>7.2} {:>7.2} {:>7.2} {:>8.2} {:>9.2}",
        format!("{:.0} ({:.0}..{:.0})", debit.mediane, debit.min, debit.max),
        c.p50,
        c.p95,
        c.p99,
        c.processeur_programme,
        c.processeur_postgres
    )
}
