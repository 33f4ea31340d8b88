//! Whatever dies, whenever it dies: the live database is wholly the old one or wholly the new one.

use std::process::Child;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};

use super::atelier::{Atelier, Ecrits, Sortie, sans_sessions};
use crate::outils::embarque::{signaler, vivant};

struct Epreuve {
    a: Atelier,
    fichier: String,
    ancienne: Ecrits,
    nouvelle: Ecrits,
    hasard: StdRng,
}

impl Epreuve {
    async fn preparer(a: Atelier) -> Self {
        let graine = graine();
        println!("GRAINE={graine}");
        let fichier = a.sauvegarder();
        let nouvelle = sans_sessions(a.tout().await);
        a.produire().await;
        let ancienne = sans_sessions(a.tout().await);
        Self { a, fichier, ancienne, nouvelle, hasard: StdRng::seed_from_u64(graine) }
    }

    fn ordre(&self) -> [&str; 4] {
        ["--file", &self.fichier, "--drop-create", "--oui"]
    }

    fn lancer(&self) -> Child {
        self.a.lancer(&self.ordre())
    }

    /// Up to a little longer than a restore takes.
    async fn un_moment(&mut self) {
        let ms = self.hasard.random_range(0..1500);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    /// Which of the two it is now; then the old one again.
    async fn juger(&self, comment: &str) {
        self.a.attendre_le_service().await;
        self.a.serveur.verifier();
        let tout = sans_sessions(self.a.tout().await);
        if tout == self.nouvelle {
            let annulee = self.a.restore(&["annuler"]);
            assert_eq!(annulee.code, Some(0), "{comment} : {annulee:?}");
        } else {
            assert!(tout == self.ancienne, "{comment} : ni l'une ni l'autre : {tout:#?}");
        }
        assert_eq!(sans_sessions(self.a.tout().await), self.ancienne, "{comment}");
    }

    /// In the end nothing is left, and a restore works.
    async fn finir(&self) {
        let sortie = self.a.restore(&self.ordre());
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(self.a.copies().await, Vec::<String>::new());
        assert_eq!(sans_sessions(self.a.tout().await), self.nouvelle);
        self.a.serveur.verifier();
        let fichiers = std::fs::read_dir(self.a.dossier()).expect("dossier").flatten();
        let restes = fichiers.filter(|f| f.file_name().to_string_lossy().starts_with('.'));
        assert_eq!(restes.count(), 0);
    }
}

fn graine() -> u64 {
    let donnee = std::env::var("GRAINE").ok().and_then(|g| g.parse().ok());
    donnee.unwrap_or_else(rand::random)
}

fn fin(enfant: Child) -> Sortie {
    enfant.wait_with_output().expect("fin").into()
}

#[tokio::test]
async fn tuer_la_restauration_n_importe_quand_laisse_l_ancienne_base_ou_la_nouvelle() {
    let mut e = Epreuve::preparer(Atelier::embarque().await).await;
    for tour in 0..10 {
        let mut enfant = e.lancer();
        e.un_moment().await;
        enfant.kill().expect("kill -9");
        enfant.wait().expect("fin");
        e.juger(&format!("kill -9, tour {tour}")).await;
    }
    e.finir().await;
}

#[tokio::test]
async fn sigterm_arrete_tout_range_tout_et_rend_1() {
    let mut e = Epreuve::preparer(Atelier::embarque().await).await;
    for tour in 0..6 {
        let enfant = e.lancer();
        e.un_moment().await;
        let _fini = kill_process(Pid::from_child(&enfant), Signal::TERM);
        let sortie = fin(enfant);
        assert!(
            matches!(sortie.code, Some(0 | 1)) || !sortie.journal.contains("event="),
            "{sortie:?}"
        );
        assert_eq!(e.a.copies().await, Vec::<String>::new(), "{sortie:?}");
        e.juger(&format!("SIGTERM, tour {tour}")).await;
    }
    e.finir().await;
}

#[tokio::test]
async fn tuer_pg_restore_ou_pg_dump_ne_touche_pas_la_base_vivante() {
    let mut e = Epreuve::preparer(Atelier::embarque().await).await;
    for outil in ["pg_restore\0--exit", "pg_dump\0--format", "pg_restore\0--exit"] {
        let enfant = e.lancer();
        let tue = tuer_un_enfant(&enfant, outil).await;
        let sortie = fin(enfant);
        if tue {
            assert_eq!(sortie.code, Some(1), "{sortie:?}");
            assert!(sortie.journal.contains("la copie"), "{sortie:?}");
        }
        assert_eq!(e.a.copies().await, Vec::<String>::new(), "{sortie:?}");
        e.juger(outil).await;
    }
    e.un_moment().await;
    e.finir().await;
}

/// False when it was too quick for us.
async fn tuer_un_enfant(parent: &Child, ordre: &str) -> bool {
    let parent = Pid::from_child(parent);
    while vivant(parent) {
        if let Some(pid) = enfant_de(parent, ordre) {
            return kill_process(pid, Signal::KILL).is_ok();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}

fn enfant_de(parent: Pid, ordre: &str) -> Option<Pid> {
    let pids = std::fs::read_dir("/proc").ok()?.flatten();
    let mut pids = pids.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    let pid = pids.find(|pid| {
        let lire = |quoi| std::fs::read_to_string(format!("/proc/{pid}/{quoi}"));
        let etat = lire("stat").unwrap_or_default();
        let Some((_, reste)) = etat.rsplit_once(')') else { return false };
        let pere = reste.split_whitespace().nth(1).and_then(|p| p.parse::<i32>().ok());
        let sien = pere == Some(parent.as_raw_nonzero().get());
        sien && lire("cmdline").is_ok_and(|c| c.contains(ordre))
    });
    Pid::from_raw(pid?)
}

#[tokio::test]
async fn un_serveur_postgresql_qui_meurt_ne_laisse_jamais_une_moitie() {
    let mut e = Epreuve::preparer(Atelier::embarque().await).await;
    for tour in 0..5 {
        let enfant = e.lancer();
        e.un_moment().await;
        let maitre = e.a.serveur.pid_postgres();
        signaler(&maitre.into_iter().collect::<Vec<_>>(), Signal::KILL);
        attendre_postgres(&e.a).await;
        let sortie = fin(enfant);
        assert!(matches!(sortie.code, Some(0 | 1 | 5)), "{sortie:?}");
        e.juger(&format!("PostgreSQL tué, tour {tour}")).await;
    }
    e.finir().await;
}

/// Its guardian starts it again.
async fn attendre_postgres(a: &Atelier) {
    let limite = Instant::now() + Duration::from_secs(60);
    loop {
        assert!(Instant::now() < limite, "PostgreSQL ne revient pas");
        tokio::time::sleep(Duration::from_millis(100)).await;
        if a.serveur.pid_postgres().is_some_and(vivant) {
            drop(a.administrateur("postgres").await);
            return;
        }
    }
}

#[tokio::test]
async fn deux_restaurations_a_la_fois_n_en_font_qu_une() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let premiere = a.lancer(&["--file", &fichier, "--drop-create", "--oui"]);
    let pid = Pid::from_child(&premiere);
    let limite = Instant::now() + Duration::from_secs(30);
    while a.copies().await.is_empty() {
        assert!(Instant::now() < limite, "la première ne commence pas");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    kill_process(pid, Signal::STOP).expect("SIGSTOP");
    let ordre = ["--file", &fichier, "--drop-create", "--oui", "--attente", "0"];
    for seconde in [a.restore(&ordre), a.restore(&["annuler", "--attente", "0"])] {
        assert_eq!(seconde.code, Some(4), "{seconde:?}");
        assert!(seconde.journal.contains("est en cours"), "{seconde:?}");
    }
    // From another host, only the server can tell.
    let verrou = a.serveur.dossier().join("verrou-restauration-delicego");
    std::fs::rename(&verrou, verrou.with_extension("ailleurs")).expect("verrou");
    assert_eq!(a.restore(&ordre).code, Some(4));
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    let sortie = fin(premiere);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
}
