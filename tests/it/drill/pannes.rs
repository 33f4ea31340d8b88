//! What a drill refuses, and how it dies.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use super::forge::Sauvegardes;
use super::ordres::{Exercice, attendre, processus_sur};
use super::{demo, empreinte};
use crate::outils::grappe;

/// Damaged, cut, emptied or gone: each is a drill that failed, told and kept; nothing else is.
#[tokio::test]
async fn une_sauvegarde_abimee_ou_incomplete_est_un_exercice_rate_qui_laisse_sa_ligne() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let (somme, entiere) = (sauvegardes.a_cote(&archive, "sha256"), fs::read(&archive).expect("a"));
    let texte = fs::read(&somme).expect("somme");
    let exercice = Exercice::sur(&base, &sauvegardes);
    let mut retournee = entiere.clone();
    retournee[entiere.len() / 2] ^= 1;
    let chemin = archive.to_string_lossy().into_owned();
    for (lignes, abimee) in [
        Some(&entiere[..entiere.len() - 1]),
        Some(&retournee),
        Some(b"rien"),
        None,
        // The sum alone.
        Some(&entiere),
    ]
    .into_iter()
    .enumerate()
    {
        match abimee {
            Some(octets) => fs::write(&archive, octets).expect("archive"),
            None => fs::remove_file(&archive).expect("archive"),
        }
        if lignes == 4 {
            fs::remove_file(&somme).expect("somme");
        }
        let ordre: &[&str] = if lignes % 2 == 0 { &[] } else { &["--file", &chemin] };
        let sortie = exercice.lancer(ordre);
        assert_eq!(sortie.code, Some(3), "{sortie:?}");
        assert!(sortie.journal.contains("event=drill_erreur"), "{sortie:?}");
        assert!(sortie.dit.contains("renez une autre sauvegarde"), "{sortie:?}");
        assert!(!sortie.journal.contains("drill_start"), "{sortie:?}");
        assert_eq!(sauvegardes.exercice(&archive)["verdict"], "echouee", "{sortie:?}");
        let histoire =
            fs::read_to_string(archive.with_file_name("drills.jsonl")).expect("histoire");
        assert_eq!(histoire.lines().count(), lignes + 1, "{histoire}");
    }
    fs::write(&somme, texte).expect("somme");
    assert_eq!(exercice.lancer(&[]).code, Some(0));
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn sans_manifeste_ou_sans_sauvegarde_rien_ne_commence() {
    let (base, sauvegardes) = demo().await;
    let exercice = Exercice::sur(&base, &sauvegardes);
    let vide = exercice.lancer(&[]);
    assert_eq!(vide.code, Some(5), "{vide:?}");
    assert!(vide.journal.contains("Aucune sauvegarde vérifiée"), "{vide:?}");
    let archive = sauvegardes.de(&base, 1);
    let chemin = archive.to_string_lossy().into_owned();
    fs::remove_file(sauvegardes.a_cote(&archive, "json")).expect("manifeste");
    let sortie = exercice.lancer(&["--file", &chemin]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("pas de manifeste"), "{sortie:?}");
    let sortie = exercice.lancer(&["--file", "/nulle/part.dump.gz"]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(!archive.with_file_name("drills.jsonl").exists(), "un refus ne dit rien");
    exercice.rien_ne_reste();
}

/// What is newer and of which nothing is known stands in the way of no file that is named.
#[tokio::test]
async fn sans_file_une_archive_plus_recente_sans_son_manifeste_n_est_pas_passee_sous_silence() {
    let (base, sauvegardes) = demo().await;
    let exercice = Exercice::sur(&base, &sauvegardes);
    let (vieille, neuve) = (sauvegardes.de(&base, 1), sauvegardes.de(&base, 2));
    let manifeste = sauvegardes.a_cote(&neuve, "json");
    let texte = fs::read(&manifeste).expect("manifeste");
    fs::remove_file(&manifeste).expect("manifeste");
    let sortie = exercice.lancer(&[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    let nom = neuve.file_name().unwrap().to_str().unwrap();
    let dit = format!("{nom} est plus récente que");
    assert!(sortie.journal.contains(&dit) && sortie.journal.contains("--file"), "{sortie:?}");
    assert!(!sauvegardes.a_un_exercice(&vieille), "{sortie:?}");
    let nommee = exercice.lancer(&["--file", vieille.to_str().unwrap()]);
    assert_eq!(nommee.code, Some(0), "{nommee:?}");
    fs::write(&manifeste, texte).expect("manifeste");
    assert_eq!(exercice.lancer(&[]).code, Some(0));
    assert!(sauvegardes.a_un_exercice(&neuve));
}

#[tokio::test]
async fn un_schema_plus_recent_que_le_programme_est_refuse() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let mut manifeste = sauvegardes.manifeste(&archive);
    manifeste["base"]["schema"] = serde_json::json!(99_999_999_999_999_i64);
    sauvegardes.ecrire_le_manifeste(&archive, &manifeste);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("mettez ce programme à jour"), "{sortie:?}");
}

#[tokio::test]
async fn la_base_vivante_peut_etre_absente() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let mut commande = exercice.commande_sans_serveur();
    commande.env("PGHOST", "/nulle/part").env("PGDATABASE", &*base).arg("--file").arg(&archive);
    let sortie = exercice.finir(commande.spawn().expect("delicego"));
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("Restaurable sur le serveur en service : inconnu"), "{sortie:?}");
    assert_eq!(sauvegardes.exercice(&archive)["verdict"], "prouvee");
    assert_eq!(sauvegardes.exercice(&archive)["restaurable"], "inconnu");
    // Without --file, the newest backup is found by the database's name alone.
    fs::remove_file(sauvegardes.a_cote(&archive, "exercice.json")).expect("résultat");
    let mut commande = exercice.commande_sans_serveur();
    commande.env("PGHOST", "/nulle/part").env("PGDATABASE", &*base);
    let sortie = exercice.finir(commande.spawn().expect("delicego"));
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("Restaurable sur le serveur en service : inconnu"), "{sortie:?}");
    assert!(sauvegardes.a_un_exercice(&archive));
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn un_kill_9_ne_laisse_aucun_postgres_et_le_suivant_reussit() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let avant = empreinte(&base).await;
    let mut processus = exercice.demarrer(&[]);
    attendre("le serveur privé", || serveur_pret(&exercice));
    processus.kill().expect("kill -9");
    processus.wait().expect("fin");
    attendre("la fin du serveur", || exercice.serveur_prive().is_none());
    attendre("la fin des processus", || processus_sur(&exercice.travail).is_empty());
    assert!(!sauvegardes.a_un_exercice(&archive));
    let sortie = exercice.lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(empreinte(&base).await, avant);
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn meme_avec_son_gardien_tue_le_suivant_range_et_reussit() {
    let (base, sauvegardes) = demo().await;
    sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let mut processus = exercice.demarrer(&[]);
    attendre("le serveur privé", || serveur_pret(&exercice));
    let dossier = exercice.serveur_prive().expect("dossier");
    let gardien = fs::read_to_string(dossier.join("verrou")).expect("verrou");
    let gardien = gardien.trim().parse().ok().and_then(Pid::from_raw).expect("un processus");
    kill_process(gardien, Signal::KILL).expect("kill -9 du gardien");
    processus.kill().expect("kill -9");
    processus.wait().expect("fin");
    attendre("la fin des processus", || processus_sur(&exercice.travail).is_empty());
    assert!(exercice.serveur_prive().is_some(), "personne n'a pu ranger");
    let sortie = exercice.lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn un_arret_demande_range_tout_et_ne_dit_rien_de_la_sauvegarde() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let processus = exercice.demarrer(&[]);
    attendre("le serveur privé", || serveur_pret(&exercice));
    kill_process(Pid::from_child(&processus), Signal::TERM).expect("SIGTERM");
    let sortie = exercice.finir(processus);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains("Interrompu"), "{sortie:?}");
    assert!(!sauvegardes.a_un_exercice(&archive));
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn un_seul_exercice_a_la_fois_et_il_n_arrete_pas_une_sauvegarde() {
    let (base, sauvegardes) = demo().await;
    sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let mut premier = exercice.demarrer(&[]);
    attendre("le serveur privé", || serveur_pret(&exercice));
    // Frozen, it holds its lock for as long as we wish.
    let pid = Pid::from_child(&premier);
    kill_process(pid, Signal::STOP).expect("SIGSTOP");
    let second = exercice.lancer(&["--attente", "0"]);
    assert_eq!(second.code, Some(4), "{second:?}");
    assert!(second.journal.contains("Un autre exercice"), "{second:?}");
    // Another host would only see the advisory lock; this one's file stays out of it.
    let autre_hote = Exercice::sur(&base, &Sauvegardes::neuves());
    let mut commande = exercice.commande();
    commande.env("XDG_STATE_HOME", &autre_hote.travail).args(["--attente", "0"]);
    let ailleurs = exercice.finir(commande.spawn().expect("delicego"));
    assert_eq!(ailleurs.code, Some(4), "{ailleurs:?}");
    assert!(verrou_libre(&base, "sauvegarde").await, "une sauvegarde peut se faire");
    assert!(!verrou_libre(&base, "exercice").await);
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    assert!(premier.wait().expect("fin").success());
    exercice.rien_ne_reste();
}

/// Of a base of the same name on another server, by another host: only TMPDIR is the same.
#[tokio::test]
async fn deux_exercices_du_meme_nom_sur_deux_serveurs_ne_se_retirent_pas_leur_dossier() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    let mut premier = exercice.demarrer(&[]);
    attendre("le serveur privé", || serveur_pret(&exercice));
    let pid = Pid::from_child(&premier);
    kill_process(pid, Signal::STOP).expect("SIGSTOP");
    let autre_hote = Exercice::sur(&base, &Sauvegardes::neuves());
    let mut second = exercice.commande_sans_serveur();
    second.env("PGHOST", "/nulle/part").env("PGDATABASE", &*base).arg("--file").arg(&archive);
    second.env("XDG_STATE_HOME", &autre_hote.travail).args(["--attente", "0"]);
    let second = exercice.finir(second.spawn().expect("delicego"));
    assert!(second.dit.contains("égale à la base sauvegardée"), "{second:?}");
    kill_process(pid, Signal::CONT).expect("SIGCONT");
    assert!(premier.wait().expect("fin").success());
    exercice.rien_ne_reste();
}

/// Could a run of that kind, on another host, begin?
async fn verrou_libre(base: &str, genre: &str) -> bool {
    let mut c = grappe::superutilisateur("postgres").await;
    sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended($1, 0))")
        .bind(format!("delicego:{genre}:{base}"))
        .fetch_one(&mut c)
        .await
        .expect("verrou")
}

fn serveur_pret(exercice: &Exercice) -> bool {
    let Some(dossier) = exercice.serveur_prive() else { return false };
    let texte = fs::read_to_string(dossier.join("pgdata/postmaster.pid")).unwrap_or_default();
    texte.lines().nth(7).is_some_and(|l| l.trim() == "ready")
}
