//! A PostgreSQL that is not ours: reached over TCP with TLS and a password.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::outils::grappe::{self, PROGRAMME};

/// Below those that the system gives away.
const PORT: &str = "28611";
const MOT_DE_PASSE: &str = "p@ss/mot:é";
/// The same in an address.
const ENCODE: &str = "p%40ss%2Fmot%3A%C3%A9";

struct Distant {
    racine: PathBuf,
    adresse: String,
    processus: Child,
    certificat: PathBuf,
}

impl Distant {
    /// At an address that nobody else listens on: another is drawn when PostgreSQL cannot have it.
    fn demarrer(nom: &str) -> Self {
        for _ in 0..20 {
            let distant = Self::a_l_adresse(nom, adresse_tiree());
            if let Some(distant) = distant {
                return distant;
            }
        }
        panic!("aucune adresse libre sur le port {PORT}");
    }

    fn a_l_adresse(nom: &str, adresse: String) -> Option<Self> {
        let racine =
            std::env::temp_dir().join(format!("delicego-distant-{}-{nom}", std::process::id()));
        let _reste = fs::remove_dir_all(&racine);
        fs::create_dir_all(&racine).unwrap();
        fs::set_permissions(&racine, fs::Permissions::from_mode(0o711)).unwrap();
        let pgdata = racine.join("pgdata");
        fs::create_dir(&pgdata).unwrap();
        let secret = racine.join("secret");
        fs::write(&secret, MOT_DE_PASSE).unwrap();
        confier(&[&pgdata, &secret]);
        let mut initdb = outil("initdb");
        initdb.args(["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]);
        executer(initdb.arg("--pwfile").arg(&secret).arg("-D").arg(&pgdata));
        let certificat = certifier(&racine, &pgdata, &adresse);
        fs::write(pgdata.join("pg_hba.conf"), "hostssl all all 127.0.0.0/8 scram-sha-256\n")
            .unwrap();
        let mut commande = outil("postgres");
        commande.arg("-D").arg(&pgdata).args(["-p", PORT]);
        for reglage in [
            "ssl=on",
            &format!("listen_addresses={adresse}"),
            "unix_socket_directories=",
            "ssl_cert_file=serveur.crt",
            "ssl_key_file=serveur.cle",
        ] {
            commande.args(["-c", reglage]);
        }
        let processus = commande.stderr(Stdio::null()).spawn().unwrap();
        let mut distant = Self { racine, adresse, processus, certificat };
        distant.attendre().then_some(distant)
    }

    /// False when PostgreSQL could not have its address, and ended.
    fn attendre(&mut self) -> bool {
        let limite = Instant::now() + Duration::from_secs(60);
        while self.processus.try_wait().unwrap().is_none() {
            if self.psql("postgres", "select 1").status.success() {
                return true;
            }
            assert!(Instant::now() < limite, "PostgreSQL ne démarre pas");
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }

    fn psql(&self, base: &str, ordre: &str) -> Output {
        let mut psql = Command::new(grappe::binaires().join("psql"));
        psql.env("PGPASSWORD", MOT_DE_PASSE).env("PGSSLMODE", "require");
        psql.args(["-h", &self.adresse, "-p", PORT, "-U", "postgres", "-d", base]);
        psql.args(["-v", "ON_ERROR_STOP=1", "-Atqc", ordre]).output().unwrap()
    }

    fn sql(&self, base: &str, ordre: &str) -> String {
        let sortie = self.psql(base, ordre);
        assert!(sortie.status.success(), "{sortie:?}");
        String::from_utf8(sortie.stdout).unwrap().trim().to_owned()
    }

    /// The program with nothing in its environment but what is given.
    fn delicego(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut commande = Command::new(PROGRAMME);
        commande
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", &self.racine)
            .env("TMPDIR", &self.racine)
            .envs(variables.iter().copied())
            .args(arguments)
            .current_dir(&self.racine)
            .stdin(Stdio::null());
        commande.output().unwrap()
    }

    fn url(&self, utilisateur: &str) -> String {
        format!(
            "postgres://{utilisateur}:{ENCODE}@{}:{PORT}/cuisine?sslmode=verify-ca&sslrootcert={}",
            self.adresse,
            self.certificat.display()
        )
    }
}

impl Drop for Distant {
    fn drop(&mut self) {
        let _ = self.processus.kill();
        let _ = self.processus.wait();
        let _ = fs::remove_dir_all(&self.racine);
    }
}

/// postgres refuses to run as root.
fn outil(nom: &str) -> Command {
    let mut commande = Command::new(grappe::binaires().join(nom));
    commande.stdin(Stdio::null()).stdout(Stdio::null()).current_dir("/").env("LC_ALL", "C");
    if let Some((uid, gid)) = compte() {
        commande.uid(uid).gid(gid);
    }
    commande
}

fn compte() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let connus = fs::read_to_string("/etc/passwd").unwrap();
    let ligne = connus.lines().find(|l| l.starts_with("postgres:")).expect("compte postgres");
    let mut champs = ligne.split(':').skip(2);
    let mut nombre = || champs.next().unwrap().parse().unwrap();
    Some((nombre(), nombre()))
}

fn confier(chemins: &[&Path]) {
    let Some((uid, gid)) = compte() else { return };
    for chemin in chemins {
        std::os::unix::fs::chown(chemin, Some(uid), Some(gid)).unwrap();
    }
}

/// PostgreSQL wants a port of its own, which another process could take: it gets a whole address
/// of the loopback network instead, beside those that are in use.
fn adresse_tiree() -> String {
    let [a, b, c]: [u8; 3] = rand::random();
    format!("127.{}.{b}.{}", a | 0x80, c.clamp(1, 254))
}

fn certifier(racine: &Path, pgdata: &Path, adresse: &str) -> PathBuf {
    let (cle, certificat) = (pgdata.join("serveur.cle"), pgdata.join("serveur.crt"));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=essai",
    ]);
    openssl.args(["-addext", &format!("subjectAltName=IP:{adresse}")]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    executer(openssl.arg("-keyout").arg(&cle).arg("-out").arg(&certificat).stderr(Stdio::null()));
    fs::set_permissions(&cle, fs::Permissions::from_mode(0o600)).unwrap();
    confier(&[&cle, &certificat]);
    let copie = racine.join("autorite.crt");
    fs::copy(&certificat, &copie).unwrap();
    copie
}

fn executer(commande: &mut Command) {
    let statut = commande.status().unwrap();
    assert!(statut.success(), "{commande:?}");
}

fn textes(s: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&s.stdout), String::from_utf8_lossy(&s.stderr))
}

#[test]
fn a_remote_server_with_tls_and_a_password_is_saved_drilled_restored_and_put_back() {
    let d = Distant::demarrer("tls");
    d.sql("postgres", &format!("create role chef login createdb password '{MOT_DE_PASSE}'"));
    d.sql("postgres", "create database cuisine owner chef");
    // The role of the application, then one that may do anything.
    for qui in ["chef", "postgres"] {
        let adresse = d.url(qui);
        let bien = |arguments: &[&str]| {
            let sortie = d.delicego(&[("DATABASE_URL", &adresse)], arguments);
            assert_eq!(sortie.status.code(), Some(0), "{qui}, {arguments:?}: {}", textes(&sortie));
            assert!(!textes(&sortie).contains(MOT_DE_PASSE) && !textes(&sortie).contains(ENCODE));
            textes(&sortie)
        };
        bien(&["migrate"]);
        bien(&["backup"]);
        bien(&["drill"]);
        let archive = bien(&["sauvegardes"]);
        let archive =
            archive.lines().rev().find_map(|l| l.trim().split(' ').find(|m| m.starts_with("./")));
        let archive = archive.expect("archive").to_owned();
        d.sql(
            "cuisine",
            &format!("insert into fournisseur (id, nom) values (gen_random_uuid(), '{qui}')"),
        );
        bien(&["restore", "--file", &archive, "--drop-create", "--oui"]);
        let trouves = |nom| {
            d.sql("cuisine", &format!("select count(*) from fournisseur where nom = '{nom}'"))
        };
        assert_eq!(trouves(qui), "0");
        bien(&["verifier"]);
        bien(&["restore", "annuler"]);
        assert_eq!(trouves(qui), "1");
        let proprietaire =
            "select pg_get_userbyid(datdba) from pg_database where datname = 'cuisine'";
        assert_eq!(d.sql("postgres", proprietaire), "chef");
        let ecrivain = "select distinct tableowner from pg_tables where schemaname = 'public'";
        assert_eq!(d.sql("cuisine", ecrivain), "chef");
    }
    // What is meant for that server leads nobody to it who asks for the drill's own.
    let certificat = d.certificat.display().to_string();
    let variables = [
        ("PGHOST", "nulle-part.invalid"),
        ("PGHOSTADDR", &d.adresse),
        ("PGPORT", PORT),
        ("PGUSER", "chef"),
        ("PGPASSWORD", MOT_DE_PASSE),
        ("PGDATABASE", "cuisine"),
        ("PGSSLMODE", "verify-ca"),
        ("PGSSLROOTCERT", &certificat),
        ("PGCHANNELBINDING", "require"),
        ("PGTARGETSESSIONATTRS", "read-write"),
    ];
    let sortie = d.delicego(&variables, &["drill"]);
    assert_eq!(sortie.status.code(), Some(0), "{}", textes(&sortie));
}

#[test]
fn what_cannot_be_reached_is_told_in_time_and_leaves_no_file() {
    let d = Distant::demarrer("refus");
    let tls = ("PGSSLMODE", "require");
    let base = [("PGHOST", d.adresse.as_str()), ("PGPORT", PORT), ("PGUSER", "postgres"), tls];
    let mauvais: [&[(&str, &str)]; 4] = [
        &[("PGPASSWORD", "faux")],
        &[],
        &[("PGPASSWORD", MOT_DE_PASSE), ("PGDATABASE", "nulle_part")],
        &[("PGPASSWORD", MOT_DE_PASSE), ("PGPORT", "1")],
    ];
    for plus in mauvais {
        let variables: Vec<_> = base.iter().chain(plus).copied().collect();
        let sortie = d.delicego(&variables, &["backup"]);
        assert_eq!(sortie.status.code(), Some(5), "{plus:?}: {}", textes(&sortie));
        assert!(!textes(&sortie).contains(MOT_DE_PASSE));
        let dossier = d.racine.join("backups/postgres");
        let restes = fs::read_dir(dossier).map_or(0, |e| e.flatten().count());
        assert_eq!(restes, 0, "{plus:?}");
    }
}
