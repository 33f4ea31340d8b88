//! Whatever dies, whenever it dies: the live database is wholly the old one or wholly the new one.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::{Duration, Instant};

use rand::RngExt;
use rustix::process::{Pid, Signal, kill_process};

use super::atelier::Atelier;
use super::bascule::{attendre, connexion_sourde};
use super::epreuve::{APRES, BASCULE, ETAPES, Epreuve};
use crate::outils::embarque::{signaler, vivant};

/// Blows that fall beside the moment they were meant for, before the test gives up.
const ESSAIS: u32 = 60;
/// How one ends that was asked to stop, which tidies up behind itself.
const ARRET: &[i32] = &[0, 1];

/// What befalls restores.
struct Coup<'a> {
    moments: &'a [&'static str],
    /// How restores that were not killed may end; 0 is one that was faster.
    codes: &'a [i32],
    frapper: fn(&Atelier, &mut Child),
}

/// Strikes restores until each moment was met, and judges after each; the moment is the one in which
/// the restore was when it was struck, whatever was aimed at. `make promises` counts repetitions.
async fn eprouver(e: &mut Epreuve, coup: Coup<'_>) {
    let durees = e.mesurer();
    let mut manquent: BTreeSet<&str> = coup.moments.iter().copied().collect();
    for essai in 0..ESSAIS {
        let Some(vise) = coup.moments.iter().find(|m| manquent.contains(*m)) else { return };
        let tenue = [BASCULE, APRES].contains(vise);
        let sourde = if tenue { Some(tenir_la_bascule(&e.a).await) } else { None };
        let mut r = e.lancer();
        if let Some((_, pid)) = &sourde {
            attendre(&e.a, false).await;
            if *vise == APRES {
                laisser_basculer(&e.a, *pid).await;
            }
        } else {
            r.attendre(vise);
            tokio::time::sleep(durees[vise].mul_f64(e.hasard.random_range(0.0..0.8))).await;
        }
        let moment = if tenue { vise } else { r.etape() };
        (coup.frapper)(&e.a, &mut r.enfant);
        if let Some((_, pid)) = &sourde {
            // The swap may have ended it already.
            let _partie = kill_process(*pid, Signal::CONT);
        }
        let (statut, sortie) = r.fin();
        let comment = format!("essai {essai}, {moment} : {sortie:?}");
        let tuee = statut.signal() == Some(9);
        assert!(tuee || sortie.code.is_some_and(|c| coup.codes.contains(&c)), "{comment}");
        if sortie.code != Some(0) {
            manquent.remove(moment);
        }
        attendre_postgres(&e.a).await;
        if coup.codes == ARRET {
            assert_eq!(e.a.copies().await, Vec::<String>::new(), "{comment}");
        }
        e.juger(&comment).await;
    }
    panic!("des moments n'ont pas été atteints : {manquent:?}");
}

/// The connection hears again, and the names change.
async fn laisser_basculer(a: &Atelier, sourde: Pid) {
    let mut c = a.administrateur("postgres").await;
    let requete = "select oid::text from pg_database where datname = 'delicego'";
    let mut la = async || sqlx::query_scalar::<_, String>(requete).fetch_optional(&mut c).await;
    let avant = la().await.expect("base");
    kill_process(sourde, Signal::CONT).expect("SIGCONT");
    let limite = Instant::now() + Duration::from_secs(60);
    while la().await.expect("base") == avant {
        assert!(Instant::now() < limite, "rien ne bascule");
    }
}

/// Nobody could drop what dead restores left while that connection hears nothing: it goes before.
async fn tenir_la_bascule(a: &Atelier) -> (sqlx::PgConnection, Pid) {
    for copie in a.copies().await {
        a.sql("postgres", &format!("drop database \"{copie}\"")).await;
    }
    connexion_sourde(a).await
}

#[tokio::test]
async fn tuer_la_restauration_n_importe_quand_laisse_l_ancienne_base_ou_la_nouvelle() {
    let mut e = Epreuve::preparer(Atelier::embarque().await, "tuer_la_restauration").await;
    let frapper = |_: &Atelier, enfant: &mut Child| enfant.kill().expect("kill -9");
    let moments = [&ETAPES[..], &[BASCULE, APRES]].concat();
    eprouver(&mut e, Coup { moments: &moments, codes: &[0], frapper }).await;
    e.exiger_l_une_et_l_autre();
    e.finir().await;
}

#[tokio::test]
async fn sigterm_arrete_tout_range_tout_et_rend_1() {
    let mut e = Epreuve::preparer(Atelier::embarque().await, "sigterm_arrete_tout").await;
    let frapper = |_: &Atelier, enfant: &mut Child| {
        let _fini = kill_process(Pid::from_child(enfant), Signal::TERM);
    };
    // Once the swap has begun it is ended: there is nothing to stop any more.
    eprouver(&mut e, Coup { moments: &ETAPES, codes: ARRET, frapper }).await;
    e.finir().await;
}

#[tokio::test]
async fn un_serveur_postgresql_qui_meurt_ne_laisse_jamais_une_moitie() {
    let mut e = Epreuve::preparer(Atelier::embarque().await, "un_serveur_postgresql_qui").await;
    let frapper = |a: &Atelier, _: &mut Child| {
        let maitre = a.serveur.pid_postgres().expect("postgres");
        signaler(&[maitre], Signal::KILL);
        while vivant(maitre) {
            std::thread::yield_now();
        }
    };
    let moments = [&ETAPES[..], &[BASCULE]].concat();
    eprouver(&mut e, Coup { moments: &moments, codes: &[0, 1, 5], frapper }).await;
    e.finir().await;
}

#[tokio::test]
async fn tuer_pg_restore_ou_pg_dump_ne_touche_pas_la_base_vivante() {
    let e = Epreuve::preparer(Atelier::embarque().await, "tuer_pg_restore").await;
    for (etape, outil) in [
        ("Restauration", "pg_restore\0--exit"),
        ("Preuve", "pg_dump\0--format"),
        ("Restauration", "pg_restore\0--exit"),
    ] {
        let mut essais = 0..ESSAIS;
        while !tuer_l_outil(&e, etape, outil).await {
            essais.next().unwrap_or_else(|| panic!("{outil} a toujours été trop rapide"));
        }
    }
    e.finir().await;
}

/// False when it was too quick for us.
async fn tuer_l_outil(e: &Epreuve, etape: &str, outil: &str) -> bool {
    let mut r = e.lancer();
    r.attendre(etape);
    let tue = figer_un_enfant(&r.enfant, outil).map(|pid| signaler(&[pid], Signal::KILL));
    let (_, sortie) = r.fin();
    if tue.is_some() {
        assert_eq!(sortie.code, Some(1), "{sortie:?}");
        assert!(sortie.journal.contains("la copie"), "{sortie:?}");
    }
    assert_eq!(e.a.copies().await, Vec::<String>::new(), "{sortie:?}");
    e.juger(outil).await;
    tue.is_some()
}

/// Frozen, it is sure to be at work.
fn figer_un_enfant(parent: &Child, ordre: &str) -> Option<Pid> {
    let parent = Pid::from_child(parent);
    while vivant(parent) {
        let Some(pid) = enfant_de(parent, ordre) else { continue };
        kill_process(pid, Signal::STOP).ok()?;
        loop {
            match etat(pid.as_raw_nonzero().get())?.0 {
                'T' => return Some(pid),
                'Z' => return None,
                _ => std::thread::yield_now(),
            }
        }
    }
    None
}

fn enfant_de(parent: Pid, ordre: &str) -> Option<Pid> {
    let pids = std::fs::read_dir("/proc").ok()?.flatten();
    let mut pids = pids.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    let pid = pids.find(|pid| {
        let sien = etat(*pid).is_some_and(|(_, pere)| pere == parent.as_raw_nonzero().get());
        let ligne = || std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
        sien && ligne().is_ok_and(|c| c.contains(ordre))
    });
    Pid::from_raw(pid?)
}

/// Its state and its parent.
fn etat(pid: i32) -> Option<(char, i32)> {
    let texte = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut champs = texte.rsplit_once(')')?.1.split_whitespace();
    Some((champs.next()?.chars().next()?, champs.next()?.parse().ok()?))
}

/// Its guardian starts it again.
async fn attendre_postgres(a: &Atelier) {
    let limite = Instant::now() + Duration::from_secs(60);
    while !a.serveur.pid_postgres().is_some_and(vivant) {
        assert!(Instant::now() < limite, "PostgreSQL ne revient pas");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(a.administrateur("postgres").await);
}

#[tokio::test]
async fn deux_restaurations_a_la_fois_n_en_font_qu_une() {
    let e = Epreuve::preparer(Atelier::embarque().await, "deux_restaurations").await;
    let mut premiere = e.lancer();
    premiere.attendre("Restauration");
    let pid = Pid::from_child(&premiere.enfant);
    kill_process(pid, Signal::STOP).expect("SIGSTOP");
    let ordre = ["--file", &e.fichier, "--drop-create", "--oui", "--attente", "0"];
    for seconde in [e.a.restore(&ordre), e.a.restore(&["annuler", "--attente", "0"])] {
        assert_eq!(seconde.code, Some(4), "{seconde:?}");
        assert!(seconde.journal.contains("est en cours"), "{seconde:?}");
    }
    // From another host, only the server can tell.
    let verrou = e.a.serveur.dossier().join("verrou-restauration-delicego");
    std::fs::rename(&verrou, verrou.with_extension("ailleurs")).expect("verrou");
    assert_eq!(e.a.restore(&ordre).code, Some(4));
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    let (_, sortie) = premiere.fin();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
}
