//! Who is connected to the live database: named before any work, or ended at the swap.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor};

use super::atelier::Sortie;
use super::serveur::Externe;
use crate::outils::grappe::{self, superutilisateur};

/// An idle session of that role, as a pooler keeps one; and its process.
async fn oisive(e: &Externe, role: &str, programme: &str) -> (PgConnection, i32) {
    let options = grappe::options(&e.serveur.nom_base).username(role).application_name(programme);
    let mut c = options.connect().await.expect("connexion");
    let pid = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut c).await.expect("pid");
    (c, pid)
}

#[tokio::test]
async fn une_connexion_que_le_compte_ne_peut_fermer_est_nommee_avant_tout_travail() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let caisse = e.role("caisse", "").await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--json"];

    let (mut pooler, pid) = oisive(&e, &caisse, "pgbouncer").await;
    let (chef, pid_chef) = oisive(&e, "postgres", "psql").await;
    let sortie = e.lancer(&compte, &["drill", "--file", &fichier]);
    assert_eq!(sortie.code, Some(0), "le verdict est le même : {sortie:?}");
    assert!(sortie.dit.contains("avec ce compte : oui"), "{sortie:?}");
    assert!(sortie.dit.contains("En ce moment"), "{sortie:?}");
    let exercice = sortie;
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(!sortie.dit.contains("Lecture du fichier"), "avant tout travail : {sortie:?}");
    for dit in [
        format!("processus {pid}, rôle {caisse}, programme pgbouncer"),
        format!("processus {pid_chef}, rôle postgres, programme psql, superutilisateur"),
        "grant pg_signal_backend, pg_read_all_stats to".to_owned(),
        "PGUSER=".to_owned(),
    ] {
        assert!(sortie.journal.contains(&dit), "{dit} : {sortie:?}");
        assert!(exercice.dit.contains(&dit), "{dit} : {exercice:?}");
    }
    let sortie = e.lancer(&compte, &["drill", "--file", &fichier, "--json"]);
    let lu: Value = serde_json::from_str(sortie.dit.lines().last().expect("json")).expect("json");
    let tiennent = &lu["exercice"]["en_ce_moment"]["connexions"];
    assert_eq!(
        tiennent[0],
        json!({ "pid": pid, "role": caisse, "programme": "pgbouncer",
        "superutilisateur": false })
    );
    assert_eq!(tiennent[1]["pid"], pid_chef, "{lu}");
    assert_eq!(e.tout().await, avant);
    chef.close().await.expect("fermeture");

    e.administrer(&format!("grant pg_signal_backend, pg_read_all_stats to {compte}")).await;
    let sortie = e.lancer(&compte, &["drill", "--file", &fichier]);
    assert!(!sortie.dit.contains("En ce moment"), "{sortie:?}");
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sqlx::query("select 1").execute(&mut pooler).await.is_err(), "elle a été fermée");
    e.nettoyer().await;
}

/// A restore in place that has begun its work: its answers, and what it says beside them.
struct AuTravail {
    restore: Child,
    reponses: Lines<BufReader<ChildStdout>>,
    avis: Lines<BufReader<ChildStderr>>,
}

impl AuTravail {
    fn lancer(e: &Externe, compte: &str, suite: &[&str]) -> Self {
        let fichier = e.sauvegarder();
        let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--json"];
        let mut commande = e.commande(compte, &[&ordre[..], suite].concat());
        let mut restore =
            commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore");
        let mut reponses = BufReader::new(restore.stdout.take().expect("sortie")).lines();
        let avis = BufReader::new(restore.stderr.take().expect("avis")).lines();
        let attendue = |l: &String| l.contains("Restauration");
        reponses.by_ref().map(|l| l.expect("ligne")).find(attendue).expect("étape");
        Self { restore, reponses, avis }
    }

    fn avis(&mut self, mots: &str) -> String {
        let mut lus = Vec::new();
        for ligne in self.avis.by_ref().map(|l| l.expect("ligne")) {
            if ligne.contains(mots) {
                return ligne;
            }
            lus.push(ligne);
        }
        panic!("« {mots} » n'est pas dit : {lus:?}")
    }

    fn finir(mut self) -> Sortie {
        let tout = |l: std::io::Result<String>| l.expect("ligne") + "\n";
        let (dit, journal) = (self.reponses.map(tout).collect(), self.avis.map(tout).collect());
        Sortie { code: self.restore.wait().expect("fin").code(), dit, journal }
    }
}

async fn ouvertes(base: &str) -> i64 {
    let requete = "select count(*) from public.session where revoquee_le is null";
    let mut c = superutilisateur(base).await;
    sqlx::query_scalar(requete).fetch_one(&mut c).await.expect("sessions")
}

#[tokio::test]
async fn une_connexion_venue_pendant_le_travail_est_nommee_attendue_puis_la_bascule_se_fait() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let avant = e.tout().await;
    assert!(ouvertes(&e.serveur.nom_base).await > 0);
    let mut restore = AuTravail::lancer(&e, &compte, &[]);
    let (mut chef, pid) = oisive(&e, "postgres", "pgadmin").await;
    let avis = restore.avis("prouvée et prête");
    for dit in [
        format!("processus {pid}, rôle postgres, programme pgadmin, superutilisateur"),
        "15 minutes au plus".to_owned(),
        format!("pg_terminate_backend({pid})"),
    ] {
        assert!(avis.contains(&dit), "{dit} : {avis}");
    }
    // The application is served meanwhile, and who logs out now stays out.
    let fermer = "update public.session set revoquee_le = now() where revoquee_le is null";
    sqlx::query(fermer).execute(&mut chef).await.expect("sessions fermées");
    chef.close().await.expect("fermeture");
    restore.avis("la bascule se fait");
    let sortie = restore.finir();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("Attente de connexions"), "{sortie:?}");
    assert_eq!(ouvertes(&e.serveur.nom_base).await, 0);
    assert_eq!(e.tout().await, avant);
    e.nettoyer().await;
}

/// A tool of the administrator's that looks into every database it finds.
#[tokio::test]
async fn une_connexion_a_la_copie_est_attendue_aussi() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let mut restore = AuTravail::lancer(&e, &compte, &[]);
    let [copie] = e.bases_a_cote().await.try_into().expect("une copie");
    let curieux = superutilisateur(&copie).await;
    let avis = restore.avis("prouvée et prête");
    assert!(avis.contains("rôle postgres"), "{avis}");
    curieux.close().await.expect("fermeture");
    let sortie = restore.finir();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    e.nettoyer().await;
}

#[tokio::test]
async fn une_connexion_venue_pendant_le_travail_et_qui_reste_arrete_la_bascule_sans_rien_fermer() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let avant = e.tout().await;
    let mut restore = AuTravail::lancer(&e, &compte, &["--patience", "3"]);
    let mut chef = superutilisateur(&e.serveur.nom_base).await;
    restore.avis("3 s au plus");
    let sortie = restore.finir();
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    let dit = &sortie.dit;
    assert!(dit.contains("rôle postgres") && dit.contains("superutilisateur"), "{dit}");
    assert!(dit.contains("est inchangée"), "{dit}");
    assert!(!format!("{sortie:?}").contains("accessed"), "{sortie:?}");
    sqlx::query("select 1").execute(&mut chef).await.expect("elle est toujours là");
    assert_eq!(e.tout().await, avant);
    assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
    e.serveur.verifier();
}

#[tokio::test]
async fn une_table_qu_un_autre_garde_est_attendue_un_temps_avant_tout_travail() {
    let e = Externe::demarrer().await;
    let fichier = e.sauvegarder();
    let mut inventaire = superutilisateur(&e.serveur.nom_base).await;
    let tenir = "set application_name = 'inventaire'; begin; lock table lot";
    inventaire.execute(tenir).await.expect("verrou");
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--json"];
    let sortie = e.lancer("postgres", &[&ordre[..], &["--attente-table", "1"]].concat());
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    for dit in ["« lot »", "programme « inventaire »", "compte « postgres »"] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert!(!sortie.dit.contains("Lecture du fichier"), "avant tout travail : {sortie:?}");
    // Ctrl-C is heard while it waits; its end lets the restore go on.
    for interrompre in [true, false] {
        let suite = ["--attente-table", "600"];
        let mut commande = e.commande("postgres", &[&ordre[..], &suite].concat());
        let mut restore =
            commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore");
        let mut avis = BufReader::new(restore.stderr.take().expect("avis")).lines();
        let nommee = |l: &String| l.contains("est tenue par un autre");
        avis.by_ref().map(|l| l.expect("ligne")).find(nommee).expect("nommée");
        if interrompre {
            let pid = rustix::process::Pid::from_child(&restore);
            rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("signal");
        } else {
            inventaire.execute("rollback").await.expect("fin");
        }
        let fin = restore.wait_with_output().expect("fin");
        drop(avis);
        assert_eq!(fin.status.code(), Some(if interrompre { 1 } else { 0 }), "{fin:?}");
    }
    e.nettoyer().await;
}

/// A process of PostgreSQL that was stopped hears no order; nor does it let the copy be dropped.
#[tokio::test]
async fn une_connexion_gelee_est_nommee_avec_ce_qui_la_fait_finir() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let (gelee, pid) = oisive(&e, &compte, "caisse").await;
    let signaler = |signal| {
        let pid = rustix::process::Pid::from_raw(pid).expect("pid");
        rustix::process::kill_process(pid, signal).expect("signal");
    };
    signaler(rustix::process::Signal::STOP);
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let mut commande = e.commande(&compte, &ordre);
    let mut restore =
        commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("restore");
    let mut chef = superutilisateur("postgres").await;
    let supprime = format!(
        "select exists (select from pg_stat_activity where usename = '{compte}'
                           and state = 'active' and query ilike 'drop database%')"
    );
    let limite = std::time::Instant::now() + std::time::Duration::from_secs(300);
    while restore.try_wait().expect("restore").is_none() {
        let requete = sqlx::AssertSqlSafe(supprime.clone());
        let range: bool = sqlx::query_scalar(requete).fetch_one(&mut chef).await.expect("activité");
        if range {
            break;
        }
        assert!(std::time::Instant::now() < limite, "la restauration ne finit pas");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    signaler(rustix::process::Signal::CONT);
    let sortie: Sortie = restore.wait_with_output().expect("fin").into();
    drop(gelee);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    for dit in [format!("processus {pid}, rôle {compte}"), format!("kill -CONT {pid}")] {
        assert!(sortie.journal.contains(&dit), "{dit} : {sortie:?}");
    }
    assert_eq!(e.tout().await, avant);
    assert_eq!(e.bases_a_cote().await, Vec::<String>::new());
    e.serveur.verifier();
}

/// A table that is held gives the visitor the time to come.
#[tokio::test]
async fn annuler_attend_aussi_une_connexion_venue_pendant_son_travail() {
    let e = Externe::demarrer().await;
    let compte = e.role("compte", "createdb in role delicego").await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let (mut inventaire, _) = oisive(&e, &compte, "inventaire").await;
    inventaire.execute("begin; lock table lot").await.expect("verrou");
    let ordre = ["restore", "annuler", "--json", "--attente-table", "600", "--pertes", e.dossier()];
    let mut commande = e.commande(&compte, &ordre);
    let mut annuler =
        commande.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("annuler");
    let mut avis = BufReader::new(annuler.stderr.take().expect("avis")).lines();
    let mut attendre = |mots: &str| {
        avis.by_ref().map(|l| l.expect("ligne")).find(|l| l.contains(mots)).expect("avis")
    };
    attendre("est tenue par un autre");
    let (chef, pid) = oisive(&e, "postgres", "pgadmin").await;
    inventaire.execute("rollback").await.expect("fin");
    let nommee = attendre("est prête à revenir");
    assert!(nommee.contains(&format!("processus {pid}, rôle postgres")), "{nommee}");
    chef.close().await.expect("fermeture");
    attendre("la bascule se fait");
    let sortie: Sortie = annuler.wait_with_output().expect("fin").into();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(e.tout().await, avant);
    e.nettoyer().await;
}
