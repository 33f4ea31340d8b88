//! A PostgreSQL that the program did not start: over TCP, with settings and a pg_hba.conf of its own.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};

use super::grappe;

pub struct Externe {
    pub racine: PathBuf,
    pub port: u16,
    compte: Option<(u32, u32)>,
    processus: Child,
}

impl Externe {
    /// `postgres`, without a password, may do everything; the rest is up to `sql`.
    pub async fn demarrer(reglages: &str) -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let nom = format!("dgx-{}-{}", std::process::id(), SUIVANT.fetch_add(1, Ordering::Relaxed));
        let racine = std::env::temp_dir().join(nom);
        fs::create_dir_all(&racine).expect("dossier");
        let compte = compte();
        a_lui(&racine, compte);
        let donnees = racine.join("donnees");
        let mut initdb = commande(&grappe::binaires().join("initdb"), compte);
        initdb.args(["--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"]);
        initdb.args(["--encoding=UTF8", "--locale=C"]).arg("--pgdata").arg(&donnees);
        let fait = initdb.output().expect("initdb");
        assert!(fait.status.success(), "{fait:?}");
        let port = port_libre();
        let mut conf = fs::OpenOptions::new().append(true).open(donnees.join("postgresql.conf"));
        let conf = conf.as_mut().expect("postgresql.conf");
        writeln!(conf, "port = {port}\nlisten_addresses = '127.0.0.1'\nfsync = off").expect("conf");
        writeln!(conf, "unix_socket_directories = '{}'\n{reglages}", racine.display())
            .expect("conf");
        let processus = lancer(&donnees, compte);
        let externe = Self { racine, port, compte, processus };
        externe.attendre().await;
        externe
    }

    async fn attendre(&self) {
        let limite = Instant::now() + Duration::from_secs(60);
        while self.options("postgres").connect().await.is_err() {
            assert!(Instant::now() < limite, "PostgreSQL ne démarre pas");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// As the administrator, by the socket.
    pub fn options(&self, base: &str) -> PgConnectOptions {
        let options =
            PgConnectOptions::new_without_pgpass().host(self.racine.to_str().expect("chemin"));
        options.port(self.port).username("postgres").database(base)
    }

    pub async fn connexion(&self, base: &str) -> PgConnection {
        self.options(base).connect().await.expect("administrateur")
    }

    pub async fn sql(&self, base: &str, ordre: &str) {
        let mut c = self.connexion(base).await;
        c.execute(AssertSqlSafe(ordre.to_owned())).await.expect(ordre);
    }

    /// A file of the server's account, which reads it alone.
    pub fn deposer(&self, nom: &str, contenu: &[u8]) -> PathBuf {
        let chemin = self.racine.join(nom);
        fs::write(&chemin, contenu).expect("fichier");
        fs::set_permissions(&chemin, fs::Permissions::from_mode(0o600)).expect("mode");
        a_lui(&chemin, self.compte);
        chemin
    }

    /// Lines of pg_hba.conf before its own; in force for whoever comes next.
    pub async fn admettre(&self, lignes: &str) {
        let hba = self.racine.join("donnees/pg_hba.conf");
        let avant = fs::read_to_string(&hba).expect("pg_hba.conf");
        fs::write(&hba, format!("{lignes}\n{avant}")).expect("pg_hba.conf");
        self.sql("postgres", "select pg_reload_conf()").await;
        // Whoever is let in by the new file has been let in after it was read.
        let mut c = self.connexion("postgres").await;
        let limite = Instant::now() + Duration::from_secs(30);
        let lue = "select pg_conf_load_time() > now() - interval '1 minute'";
        while !sqlx::query_scalar::<_, bool>(lue).fetch_one(&mut c).await.expect("relu") {
            assert!(Instant::now() < limite, "pg_hba.conf n'est pas relu");
        }
    }

    /// Asked to stop, it waits for those who are in, and takes nobody else.
    pub fn demander_l_arret(&self) {
        kill_process(Pid::from_child(&self.processus), Signal::TERM).expect("SIGTERM");
    }

    /// Another program of the server's account.
    pub fn programme(&self, chemin: &Path) -> Command {
        commande(chemin, self.compte)
    }
}

impl Drop for Externe {
    fn drop(&mut self) {
        let _deja_parti = kill_process(Pid::from_child(&self.processus), Signal::QUIT);
        let _deja_parti = self.processus.wait();
        let _deja_parti = fs::remove_dir_all(&self.racine);
    }
}

/// A file of ours that nobody else reads.
pub fn secret(chemin: &Path, contenu: &str) {
    fs::write(chemin, contenu).expect("fichier");
    fs::set_permissions(chemin, fs::Permissions::from_mode(0o600)).expect("mode");
}

pub fn port_libre() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("port").local_addr().expect("adresse").port()
}

fn lancer(donnees: &Path, compte: Option<(u32, u32)>) -> Child {
    let mut postgres = commande(&grappe::binaires().join("postgres"), compte);
    postgres.arg("-D").arg(donnees).stdout(Stdio::null()).stderr(Stdio::null());
    postgres.spawn().expect("postgres")
}

fn commande(chemin: &Path, compte: Option<(u32, u32)>) -> Command {
    let mut commande = Command::new(chemin);
    commande
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    commande.current_dir("/");
    if let Some((uid, gid)) = compte {
        commande.uid(uid).gid(gid);
    }
    commande
}

/// PostgreSQL does not run as root.
fn compte() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let comptes = fs::read_to_string("/etc/passwd").expect("comptes");
    let ligne = comptes.lines().find(|l| l.starts_with("postgres:")).expect("compte postgres");
    let champs: Vec<&str> = ligne.split(':').collect();
    Some((champs[2].parse().expect("uid"), champs[3].parse().expect("gid")))
}

fn a_lui(chemin: &Path, compte: Option<(u32, u32)>) {
    if let Some((uid, gid)) = compte {
        chown(chemin, Some(uid), Some(gid)).expect("propriétaire");
    }
}
