//! The embedded PostgreSQL: one guardian per data folder, leases, and every way to die.
#![expect(clippy::disallowed_methods, reason = "these tests start and look at processes")]

mod jetable;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use delicego::platform::cluster::{Bail, ErreurCluster, OptionsCluster, Usage, ouvrir};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Executor};

#[tokio::test]
async fn un_dossier_neuf_donne_un_serveur_sur() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    let mut base = connecter(&bail).await;
    for (reglage, voulu) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("is_superuser", "off"),
    ] {
        let lu: String = lire(&mut base, &format!("show {reglage}")).await;
        assert_eq!(lu, voulu, "{reglage}");
    }
    let version: String = lire(&mut base, "show server_version").await;
    assert!(version.starts_with(bail.version()), "{version} / {}", bail.version());
    assert!(bail.binaires().join("pg_dump").exists());
    base.execute("create database autre").await.expect("le rôle peut créer une base");
}

#[test]
fn deux_commandes_lancees_au_meme_instant_partagent_un_serveur() {
    let dossier = Dossier::neuf();
    let depart = Arc::new(Barrier::new(4));
    let fils: Vec<_> = (0..4)
        .map(|_| {
            let (depart, options) = (Arc::clone(&depart), dossier.options());
            std::thread::spawn(move || {
                depart.wait();
                ouvrir(&options).expect("un bail")
            })
        })
        .collect();
    let baux: Vec<Bail> = fils.into_iter().map(|f| f.join().expect("fil")).collect();
    let pid = dossier.pid_postgres();
    // A process that was just forked still bears the name of its parent.
    attendre("un gardien et un postgres, seuls", || processus_sur(&dossier.chemin) == 2);
    drop(baux);
    attendre("l'arrêt du serveur", || !vivant(pid));
}

#[tokio::test]
async fn le_dernier_parti_arrete_le_serveur_et_lui_seul() {
    let dossier = Dossier::neuf();
    let premier = dossier.ouvrir();
    let second = dossier.ouvrir();
    let (postgres, gardien) = (dossier.pid_postgres(), dossier.pid_gardien());
    drop(premier);
    let mut base = connecter(&second).await;
    assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
    assert!(vivant(postgres));
    drop((base, second));
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!vivant(postgres));
    assert!(!dossier.chemin.join("pgdata/postmaster.pid").exists(), "arrêt propre");
    assert!(!dossier.chemin.join("run").exists(), "prises effacées");
}

#[test]
fn tuer_le_programme_ne_laisse_pas_de_serveur() {
    let dossier = Dossier::neuf();
    let mut tenancier = dossier.tenir_depuis_un_autre_processus();
    attendre("le serveur", || dossier.pret());
    let (postgres, gardien) = (dossier.pid_postgres(), dossier.pid_gardien());
    tenancier.kill().expect("kill -9");
    tenancier.wait().expect("fin");
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!vivant(postgres));
}

#[tokio::test]
async fn tuer_le_gardien_arrete_le_serveur_et_un_nouveau_bail_le_ramene() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    assert!(!bail.est_rompu());
    let postgres = dossier.pid_postgres();
    tuer(dossier.pid_gardien(), Signal::KILL);
    attendre("la rupture du bail", || bail.est_rompu());
    attendre("l'arrêt du serveur", || !vivant(postgres));

    let nouveau = dossier.ouvrir();
    assert_eq!((nouveau.socket_dir(), nouveau.port()), (bail.socket_dir(), bail.port()));
    let mut base = connecter(&nouveau).await;
    assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
}

#[tokio::test]
async fn un_gardien_tue_puis_rappele_aussitot_rend_un_serveur_sain() {
    let dossier = Dossier::neuf();
    for _ in 0..3 {
        let bail = dossier.ouvrir();
        tuer(dossier.pid_gardien(), Signal::KILL);
        let nouveau = dossier.ouvrir();
        let mut base = connecter(&nouveau).await;
        assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
        drop(bail);
    }
}

#[tokio::test]
async fn un_postgres_tue_revient_tout_seul() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    let mut base = connecter(&bail).await;
    base.execute("create table t (n int)").await.expect("table");
    base.execute("insert into t values (7)").await.expect("ligne");
    let avant = dossier.pid_postgres();
    tuer(avant, Signal::KILL);
    attendre("le retour", || dossier.pret() && dossier.pid_postgres() != avant);
    let mut base = connecter(&bail).await;
    assert_eq!(lire::<i32>(&mut base, "select n from t").await, 7);
    assert!(!bail.est_rompu(), "le même bail sert encore");
}

#[tokio::test]
async fn ouvrir_pendant_l_arret_attend_puis_reussit() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    let ancien = dossier.pid_postgres();
    // Frozen, it cannot end: the guardian is going down for as long as we wish.
    tuer(ancien, Signal::STOP);
    let prise = bail.socket_dir().join("gardien.sock");
    drop(bail);
    attendre("la porte fermée", || !prise.exists());
    let options = dossier.options();
    let nouveau = std::thread::spawn(move || ouvrir(&options));
    let journal = dossier.chemin.join("gardien.log");
    let refuse = || fs::read_to_string(&journal).is_ok_and(|j| j.contains("un autre gardien"));
    attendre("le premier essai du nouveau gardien", refuse);
    tuer(ancien, Signal::CONT);
    let bail = nouveau.join().expect("fil").expect("un bail");
    assert_ne!(dossier.pid_postgres(), ancien);
    let mut base = connecter(&bail).await;
    assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
}

#[tokio::test]
async fn fermer_et_rouvrir_sans_cesse_reussit_toujours() {
    let dossier = Dossier::neuf();
    for tour in 0..8 {
        let bail = dossier.ouvrir();
        let mut base = connecter(&bail).await;
        assert_eq!(lire::<i32>(&mut base, "select 1").await, 1, "tour {tour}");
    }
}

#[tokio::test]
async fn un_chemin_trop_long_pour_une_prise_fonctionne() {
    let mut dossier = Dossier::neuf();
    dossier.chemin = dossier.chemin.join("très long/".repeat(12));
    let bail = dossier.ouvrir();
    assert!(bail.socket_dir().starts_with("/tmp"));
    let mut base = connecter(&bail).await;
    assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
    let (run, gardien) = (bail.socket_dir().to_owned(), dossier.pid_gardien());
    drop((base, bail));
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!run.exists(), "rien ne reste dans /tmp");
}

#[tokio::test]
async fn une_preparation_tuee_en_chemin_laisse_un_dossier_qui_s_ouvre() {
    let dossier = Dossier::neuf();
    let options = dossier.options();
    let ouverture = std::thread::spawn(move || ouvrir(&options));
    attendre("initdb à l'œuvre", || dossier.partiels().any(|p| p.join("base").exists()));
    tuer(dossier.pid_gardien(), Signal::KILL);
    // The opener itself starts another guardian.
    let bail = ouverture.join().expect("fil").expect("un bail");
    let mut base = connecter(&bail).await;
    assert_eq!(lire::<String>(&mut base, "select current_user::text").await, "delicego");
    assert_eq!(dossier.partiels().count(), 0, "rien à moitié fait");
}

#[test]
fn un_dossier_qui_contient_autre_chose_est_refuse() {
    let dossier = Dossier::neuf();
    let intrus = dossier.chemin.join("pgdata/notes.txt");
    fs::create_dir_all(intrus.parent().expect("parent")).expect("dossier");
    fs::write(&intrus, "à garder").expect("fichier");
    let refus = ouvrir(&dossier.options()).expect_err("refus");
    assert!(matches!(&refus, ErreurCluster::Gardien(p) if p.contains("n'est pas vide")), "{refus}");
    assert_eq!(fs::read_to_string(&intrus).expect("fichier"), "à garder");
}

#[test]
fn des_donnees_d_une_autre_version_sont_refusees_en_disant_laquelle_installer() {
    let dossier = Dossier::neuf();
    fs::create_dir_all(dossier.chemin.join("pgdata")).expect("dossier");
    fs::write(dossier.chemin.join("pgdata/PG_VERSION"), "12\n").expect("fichier");
    let refus = ouvrir(&dossier.options()).expect_err("refus").to_string();
    assert!(refus.contains("postgresql-12"), "{refus}");
}

#[tokio::test]
async fn un_numero_de_processus_repris_par_un_autre_n_empeche_pas_de_demarrer() {
    let dossier = Dossier::neuf();
    drop(dossier.ouvrir());
    attendre("la fin du gardien", || !vivant(dossier.pid_gardien()));
    let pgdata = dossier.chemin.join("pgdata");
    let reste = format!("{}\n{}\n0\n5432\n", std::process::id(), pgdata.display());
    fs::write(pgdata.join("postmaster.pid"), reste).expect("postmaster.pid d'avant la panne");
    let bail = dossier.ouvrir();
    let mut base = connecter(&bail).await;
    assert_eq!(lire::<i32>(&mut base, "select 1").await, 1);
}

#[test]
fn un_dossier_ou_l_on_ne_peut_pas_entrer_est_refuse_clairement() {
    let mut dossier = Dossier::neuf();
    fs::create_dir(&dossier.racine).expect("dossier");
    let (mode, conseil) = if rustix::process::geteuid().is_root() {
        (0o700, "choisissez un autre DELICEGO_DATA")
    } else {
        (0o500, "appartient à un autre compte")
    };
    fs::set_permissions(&dossier.racine, fs::Permissions::from_mode(mode)).expect("droits");
    dossier.chemin = dossier.racine.join("données");
    let refus = ouvrir(&dossier.options()).expect_err("refus").to_string();
    assert!(refus.contains(conseil), "{refus}");
}

#[test]
fn un_terminer_adresse_au_gardien_arrete_proprement() {
    let dossier = Dossier::neuf();
    let bail = dossier.ouvrir();
    let (postgres, gardien) = (dossier.pid_postgres(), dossier.pid_gardien());
    for sans_effet in [Signal::INT, Signal::HUP] {
        tuer(gardien, sans_effet);
        // It still gives leases, and on the same server.
        drop(dossier.ouvrir());
        assert_eq!((dossier.pid_postgres(), dossier.pid_gardien()), (postgres, gardien));
    }
    tuer(gardien, Signal::TERM);
    attendre("la fin du gardien", || !vivant(gardien));
    assert!(!vivant(postgres));
    assert!(!dossier.chemin.join("pgdata/postmaster.pid").exists(), "arrêt propre");
    assert!(bail.est_rompu());
}

/// A data folder of its own, removed at the end, once its guardian has gone.
struct Dossier {
    racine: PathBuf,
    chemin: PathBuf,
}

impl Dossier {
    fn neuf() -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        // None is the beginning of another: processes are found by it.
        let nom = format!("delicego-cluster-{}-{numero:03}", std::process::id());
        let racine = std::env::temp_dir().join(nom);
        Self { chemin: racine.clone(), racine }
    }

    fn options(&self) -> OptionsCluster {
        options(&self.chemin)
    }

    fn ouvrir(&self) -> Bail {
        ouvrir(&self.options()).expect("un bail")
    }

    /// The program itself, serving on this folder.
    fn tenir_depuis_un_autre_processus(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_delicego"))
            .args(["serve", "--migrer", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DELICEGO_DATA", &self.chemin)
            .stdout(Stdio::null())
            .spawn()
            .expect("un autre processus")
    }

    fn ligne_de_postmaster_pid(&self, numero: usize) -> Option<String> {
        let texte = fs::read_to_string(self.chemin.join("pgdata/postmaster.pid")).ok()?;
        texte.lines().nth(numero - 1).map(|l| l.trim().to_owned())
    }

    fn pret(&self) -> bool {
        self.ligne_de_postmaster_pid(8).as_deref() == Some("ready")
    }

    fn pid_postgres(&self) -> Pid {
        let ligne = self.ligne_de_postmaster_pid(1).expect("postmaster.pid");
        Pid::from_raw(ligne.parse().expect("un numéro")).expect("un processus")
    }

    fn pid_gardien(&self) -> Pid {
        let texte = fs::read_to_string(self.chemin.join("verrou")).expect("verrou");
        Pid::from_raw(texte.trim().parse().expect("un numéro")).expect("un processus")
    }

    fn partiels(&self) -> impl Iterator<Item = PathBuf> {
        let entrees = fs::read_dir(&self.chemin).into_iter().flatten().flatten();
        entrees.map(|e| e.path()).filter(|p| p.to_string_lossy().contains("pgdata.partiel"))
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        if let Ok(texte) = fs::read_to_string(self.chemin.join("verrou"))
            && let Some(gardien) = texte.trim().parse().ok().and_then(Pid::from_raw)
        {
            patienter(|| !vivant(gardien));
        }
        let _ = fs::remove_dir_all(&self.racine);
    }
}

fn options(chemin: &Path) -> OptionsCluster {
    OptionsCluster {
        dossier: chemin.to_owned(),
        gardien: PathBuf::from(env!("CARGO_BIN_EXE_delicego")),
        usage: Usage::Durable,
    }
}

async fn connecter(bail: &Bail) -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass()
        .host(&bail.socket_dir().to_string_lossy())
        .port(bail.port())
        .username(bail.utilisateur())
        .database(bail.base());
    PgConnection::connect_with(&options).await.expect("connexion")
}

async fn lire<T>(base: &mut PgConnection, requete: &str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let requete = sqlx::AssertSqlSafe(requete.to_owned());
    sqlx::query_scalar(requete).fetch_one(base).await.expect("une valeur")
}

fn tuer(pid: Pid, signal: Signal) {
    kill_process(pid, signal).expect("signal");
}

/// A dead process whose parent has not yet looked (state Z) is dead.
fn vivant(pid: Pid) -> bool {
    let etat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    let mort = etat.is_ok_and(|e| e.rsplit(')').next().is_some_and(|r| r.starts_with(" Z")));
    test_kill_process(pid).is_ok() && !mort
}

/// Guardians and postmasters that run on this folder.
fn processus_sur(dossier: &Path) -> usize {
    let sortie = Command::new("ps").args(["-A", "-o", "args="]).output().expect("ps");
    let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
    texte.lines().filter(|l| l.contains(&*dossier.to_string_lossy())).count()
}

fn attendre(quoi: &str, fini: impl FnMut() -> bool) {
    assert!(patienter(fini), "toujours pas : {quoi}");
}

fn patienter(mut fini: impl FnMut() -> bool) -> bool {
    let limite = Instant::now() + Duration::from_secs(60);
    while Instant::now() < limite {
        if fini() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
