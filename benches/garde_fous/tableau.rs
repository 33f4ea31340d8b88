//! What the bench prints, writes and judges.

use std::fmt::Write;

use serde::Serialize;

use crate::commun::mesures::Mesure;
use crate::releve::Releve;
use crate::restauration::{NotreRestauration, Restaurations};
use crate::sauvegarde::{Couts, Sauvegardes};

/// MB of the database, at least.
const BASE_MIN: f64 = 1024.0;

#[derive(Serialize)]
pub struct Resultats {
    pub postgres: String,
    pub coeurs: usize,
    pub mouvements: u64,
    pub base_mo: f64,
    pub tours: u16,
    pub sauvegarde: Sauvegardes,
    pub pgbackrest: Option<Releve>,
    pub restauration: Option<Restaurations>,
}

/// One line of the verdict.
struct Jugement {
    quoi: &'static str,
    valeur: f64,
    borne: f64,
}

fn jugements(r: &Resultats) -> Vec<Jugement> {
    let Sauvegardes { naive, notre, .. } = &r.sauvegarde;
    let juger = |quoi, valeur, borne| Jugement { quoi, valeur, borne };
    let fois = |a: Mesure, b: Mesure| a.mediane / b.mediane;
    let mut tous = vec![
        juger("backup over naive, processor", fois(notre.processeur, naive.processeur), 0.5),
        juger("backup over naive, time", fois(notre.mur, naive.mur), 0.4),
        juger("backup over naive, peak disk", fois(notre.disque, naive.disque), 0.55),
    ];
    if let Some(s) = &r.restauration {
        let sans_preuve = |n: &NotreRestauration| fois(n.sans_preuve, s.naive.mur);
        tous.extend([
            juger("restore in place over naive, time without proof", sans_preuve(&s.en_place), 0.8),
            juger("drill over naive, time without proof", sans_preuve(&s.exercice), 0.6),
            juger("proved restore in place over naive", fois(s.en_place.mur, s.naive.mur), 1.6),
            juger("proved drill over naive", fois(s.exercice.mur, s.naive.mur), 1.3),
            juger("swap under load, ms without connections", s.connexions_refusees, 300.0),
        ]);
    }
    tous
}

/// What is aimed at on free cores, and not judged.
fn visees(r: &Resultats) -> Vec<(&'static str, f64, f64)> {
    let Sauvegardes { notre, limite, .. } = &r.sauvegarde;
    let fois = |a: Mesure, b: Mesure| a.mediane / b.mediane;
    let mut toutes = vec![("backup over the limit, time", fois(notre.mur, limite.mur), 1.3)];
    if let Some(s) = &r.restauration {
        toutes.extend([
            ("proved restore in place over naive", fois(s.en_place.mur, s.naive.mur), 1.3),
            ("proved drill over naive", fois(s.exercice.mur, s.naive.mur), 1.0),
        ]);
    }
    toutes
}

/// Every bound that is broken, in words.
pub fn ecarts(r: &Resultats) -> Vec<String> {
    let casses = jugements(r).into_iter().filter(|j| j.valeur > j.borne);
    let mut ecarts: Vec<String> =
        casses.map(|j| format!("{}: {:.2}, not {}", j.quoi, j.valeur, j.borne)).collect();
    if r.base_mo < BASE_MIN {
        ecarts.push(format!("the database has {:.0} MB, not {BASE_MIN}", r.base_mo));
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
    let (mo, coeurs) = (r.base_mo, r.coeurs);
    writeln!(t, "\nGuard-rails on {mo:.0} MB ({} movements).", r.mouvements)?;
    writeln!(t, "PostgreSQL {}, {coeurs} cores.", r.postgres)?;
    writeln!(t, "Medians (min..max); processor: of the client and of the server.\n")?;
    sauvegardes(t, r)?;
    if let Some(s) = &r.restauration {
        restaurations(t, s)?;
    }
    writeln!(t)?;
    for j in jugements(r) {
        let borne = format!("<= {}", j.borne);
        let faux = if j.valeur > j.borne { "  out of bounds" } else { "" };
        writeln!(t, "{:<50} {:>8.2}  {borne:>7}{faux}", j.quoi, j.valeur)?;
    }
    for (quoi, valeur, visee) in visees(r) {
        writeln!(t, "{quoi:<50} {valeur:>8.2}  aim {visee}")?;
    }
    Ok(())
}

fn sauvegardes(t: &mut String, r: &Resultats) -> std::fmt::Result {
    let s = &r.sauvegarde;
    titre(t, &format!("backup, {} rounds", r.tours))?;
    couts(t, "naive: pg_dump -Fc, gzip, shasum", &s.naive)?;
    couts(t, "delicego backup", &s.notre)?;
    couts(t, "limit: pg_dump -Fc -Z0 >/dev/null", &s.limite)?;
    match r.pgbackrest {
        Some(p) => couts(t, "pgBackRest, once, the whole server", &Couts::de(&[p])),
        None => writeln!(t, "{:<36} not installed, or it failed", "pgBackRest"),
    }
}

fn restaurations(t: &mut String, s: &Restaurations) -> std::fmt::Result {
    writeln!(t)?;
    titre(t, &format!("restore, {} rounds", s.tours))?;
    couts(t, "naive: gunzip, pg_restore -j1", &s.naive)?;
    for (nom, n) in [
        ("delicego restore, in place", &s.en_place),
        ("the same, people at work", &s.sous_charge),
        ("delicego drill", &s.exercice),
    ] {
        writeln!(t, "{nom:<36} {:>22}", etendue(n.mur))?;
        writeln!(t, "{:<36} {:>22}", "  of which the proof", etendue(n.preuve))?;
        writeln!(t, "{:<36} {:>22}", "  without it", etendue(n.sans_preuve))?;
        writeln!(t, "  {}", n.etapes)?;
    }
    writeln!(
        t,
        "swap: {:.0} ms without new connections, {:.0} ms without answers of `serve`",
        s.connexions_refusees, s.requetes_refusees
    )
}

fn titre(t: &mut String, nom: &str) -> std::fmt::Result {
    writeln!(t, "{nom:<36} {:>22} {:>22} {:>22}", "time, s", "processor, s", "peak disk, MB")
}

fn couts(t: &mut String, nom: &str, c: &Couts) -> std::fmt::Result {
    let [mur, processeur, disque] = [c.mur, c.processeur, c.disque].map(etendue);
    writeln!(t, "{nom:<36} {mur:>22} {processeur:>22} {disque:>22}")
}

fn etendue(m: Mesure) -> String {
    if m.min.to_bits() == m.max.to_bits() {
        return format!("{:.1}", m.mediane);
    }
    format!("{:.1} ({:.1}..{:.1})", m.mediane, m.min, m.max)
}
