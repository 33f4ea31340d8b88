//! A kitchen whose production is safe: then one thing is spoilt.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

use crate::outils::grappe::{BaseEssai, PROGRAMME};
use crate::outils::serveur::executer;
use crate::outils::{disque, exercices, grappe};

/// A crontab that is a file: the account's own is not ours to change.
const CRONTAB: &str = "#!/bin/sh
case \"$1\" in
  -l) [ -f \"$HOME/table\" ] || { echo 'no crontab for essai' >&2; exit 1; }
      while IFS= read -r l; do printf '%s\\n' \"$l\"; done < \"$HOME/table\" ;;
  *) while IFS= read -r l; do printf '%s\\n' \"$l\"; done > \"$HOME/table\" ;;
esac
";

pub struct Cuisine {
    pub racine: PathBuf,
    pub base: BaseEssai,
    copies: PathBuf,
    serveur: Option<PgConnection>,
    variables: Vec<(String, String)>,
    /// Whose the commands are; none: of whoever runs the tests.
    compte: Option<u32>,
}

/// What the checklist said, as a program reads it.
pub struct Vu {
    pub code: i32,
    pub json: Value,
    pub erreurs: String,
}

/// Whether a cron daemon runs: a file says so.
const PGREP: &str = "#!/bin/sh\n[ -f \"$HOME/cron\" ]\n";

const SYSTEMCTL: &str = "#!/bin/sh
for mot; do
  case \"$mot\" in
    is-system-running) echo running; exit 0 ;;
    is-enabled | is-active) [ -f \"$HOME/minuteries\" ]; exit ;;
    show)
      case \"$*\" in *NextElapse*) echo n/a ;; *) echo ;; esac
      exit 0 ;;
    cat)
      for unite; do :; done
      cd /etc/systemd/system 2>/dev/null && [ -f \"$unite\" ] || cd \"$HOME/.config/systemd/user\"
      cat \"$unite\"
      exit ;;
    daemon-reload | enable | disable | restart) exit 0 ;;
  esac
done
exit 1
";

impl Cuisine {
    pub async fn sure() -> Self {
        Self::sur(grappe::nouvelle_base().await).await
    }

    pub async fn sur(base: BaseEssai) -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let nom = format!("delicego-liste-{}-{numero}", std::process::id());
        let racine = std::env::temp_dir().join(&nom);
        fs::create_dir_all(racine.join("bin")).unwrap();
        for (nom, texte) in [("crontab", CRONTAB), ("pgrep", PGREP)] {
            let fichier = racine.join("bin").join(nom);
            fs::write(&fichier, texte).unwrap();
            fs::set_permissions(&fichier, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::write(racine.join("cron"), "").unwrap();
        let serveur = Some(servir(&base, "INFO").await);
        voir_le_disque().await;
        let copies = disque::autre(&nom);
        let c = Self { racine, base, copies, serveur, variables: Vec::new(), compte: None };
        c.fait(&["backup", "--force-suspect"]);
        exercices::forger(&c.archive(), |_| {});
        let env = c.env_file();
        c.fait(&[
            "--env-file",
            env.to_str().unwrap(),
            "automatiser",
            "installer",
            "--avec",
            "cron",
        ]);
        c.journaliser(Utc::now(), Utc::now());
        c.relire(Utc::now(), &[]);
        c
    }

    /// The server at work on the base logs from that level on; none: there is no server.
    pub async fn servie(&mut self, niveau: Option<&str>) {
        if let Some(serveur) = self.serveur.take() {
            serveur.close().await.unwrap();
        }
        if let Some(niveau) = niveau {
            self.serveur = Some(servir(&self.base, niveau).await);
        }
    }

    /// `verifier` read the base then, and found these rules broken.
    pub fn relire(&self, le: DateTime<Utc>, fautes: &[&str]) {
        let ligne = serde_json::json!({
            "fait_le": le, "base": self.base.nom(), "par": "verifier", "fautes": fautes});
        fs::write(self.dossier().join("verifications.jsonl"), format!("{ligne}\n")).unwrap();
    }

    #[must_use]
    pub fn avec(mut self, nom: &str, valeur: &str) -> Self {
        self.variables.push((nom.to_owned(), valeur.to_owned()));
        self
    }

    pub fn dossier(&self) -> PathBuf {
        self.racine.join("sauvegardes")
    }

    /// Where its server listens.
    pub fn port(&self) -> String {
        grappe::options(&self.base).get_port().to_string()
    }

    pub fn copies(&self) -> PathBuf {
        self.copies.clone()
    }

    pub fn env_file(&self) -> PathBuf {
        self.racine.join("delicego.env")
    }

    /// The newest archive.
    pub fn archive(&self) -> PathBuf {
        let fichiers = fs::read_dir(self.dossier()).unwrap().map(|f| f.unwrap().path());
        fichiers.filter(|f| f.extension().is_some_and(|e| e == "gz")).max().expect("archive")
    }

    /// The log of scheduled runs, as if they had run then.
    pub fn journaliser(&self, backup: DateTime<Utc>, drill: DateTime<Utc>) {
        let ligne = |le: DateTime<Utc>, quoi| {
            format!("level=info ts={} event={quoi}_done fichier=f\n", le.to_rfc3339())
        };
        let texte = ligne(backup, "backup") + &ligne(drill, "drill");
        fs::write(self.dossier().join("delicego-automatique.log"), texte).unwrap();
    }

    /// Changes the manifest of that archive, and that of its copy.
    pub fn changer_le_manifeste(&self, archive: &Path, changer: impl FnOnce(&mut Value)) {
        let nom = format!("{}.json", archive.file_name().unwrap().to_str().unwrap());
        let ici = self.dossier().join(&nom);
        let mut manifeste = serde_json::from_str(&fs::read_to_string(&ici).unwrap()).unwrap();
        changer(&mut manifeste);
        for lieu in [ici, self.copies().join(nom)] {
            fs::write(lieu, manifeste.to_string()).unwrap();
        }
    }

    pub fn controler(&self, arguments: &[&str]) -> Vu {
        let sortie = self.delicego(&[&["checklist", "--json"], arguments].concat());
        let json = serde_json::from_slice(&sortie.stdout).unwrap_or_default();
        let erreurs = String::from_utf8(sortie.stderr).unwrap();
        Vu { code: sortie.status.code().unwrap(), json, erreurs }
    }

    /// That line alone is not OK, for that reason, and says what to do.
    #[track_caller]
    pub fn seul(&self, point: &str, verdict: &str, raison: &str) {
        let vu = self.controler(&[]);
        for p in vu.json["points"].as_array().unwrap() {
            let attendu = if p["code"] == point { verdict } else { "OK" };
            assert_eq!(p["verdict"], attendu, "{p}");
        }
        assert_eq!(vu.code, if verdict == "KO" { 3 } else { 0 });
        assert_eq!(vu.json["verdict"], verdict);
        vu.dit(point, verdict, raison);
    }

    /// What it says to type, typed: each command of it that stands after « : » or is alone.
    #[track_caller]
    pub fn taper(&self, conseil: &str) {
        let debut =
            ["delicego ", "chmod ", "mv "].into_iter().filter_map(|m| conseil.find(m)).min();
        let commande = conseil[debut.expect(conseil)..].trim_end_matches('.');
        let delicego = format!("\"{PROGRAMME}\" ");
        let commande = commande.replace("delicego --", &format!("{delicego}--"));
        let commande = commande.replace("delicego automatiser", &format!("{delicego}automatiser"));
        let modele = self.commande(&[]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-ec", &commande]).env_clear();
        shell.envs(modele.get_envs().filter_map(|(n, v)| Some((n, v?))));
        shell.uid(self.compte.unwrap_or(rustix::process::geteuid().as_raw()));
        let sortie = shell.output().unwrap();
        assert_eq!(sortie.status.code(), Some(0), "{commande} : {sortie:?}");
    }

    /// From now on all of it is that account's.
    pub fn donner_a(&mut self, compte: u32) {
        self.compte = Some(compte);
        let chown =
            |d: &Path| Command::new("chown").arg("-R").arg(compte.to_string()).arg(d).status();
        for dossier in [&self.racine, &self.copies] {
            assert!(chown(dossier).unwrap().success());
        }
    }

    /// What it says to do.
    pub fn conseil(&self, code: &str) -> String {
        let vu = self.controler(&[]);
        let points = vu.json["points"].as_array().expect("points").clone();
        let p = points.into_iter().find(|p| p["code"] == code).expect("point");
        p["conseil"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn fait(&self, arguments: &[&str]) {
        let sortie = self.delicego(arguments);
        assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    }

    /// A command where systemd seems to run, whose timers are at work while `$HOME/minuteries` is
    /// there. For root its units lie in a folder of ours, which no other process sees as its own.
    pub fn sous_systemd(&self, arguments: &[&str]) -> Output {
        let (systemctl, unites) = (self.racine.join("bin/systemctl"), self.racine.join("unites"));
        fs::write(&systemctl, SYSTEMCTL).unwrap();
        fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir_all(&unites).unwrap();
        let commande = self.commande(arguments);
        if !rustix::process::geteuid().is_root() {
            return { commande }.output().unwrap();
        }
        let mut unshare = Command::new("unshare");
        let script = "mount --bind \"$0\" /etc/systemd/system && exec \"$@\"";
        unshare.args(["--mount", "/bin/sh", "-c", script]).arg(&unites);
        unshare.arg(commande.get_program()).args(commande.get_args()).env_clear();
        unshare.envs(commande.get_envs().filter_map(|(n, v)| Some((n, v?))));
        unshare.output().expect("unshare (paquet util-linux)")
    }

    /// What a command that succeeds says.
    #[track_caller]
    pub fn dit(&self, arguments: &[&str]) -> String {
        self.dit_de(arguments, 0)
    }

    /// What is scheduled, whatever is wrong with it.
    pub fn montre(&self) -> String {
        let sortie = self.delicego(&["automatiser", "montrer"]);
        String::from_utf8(sortie.stdout).unwrap()
    }

    /// The same of one that ends so.
    #[track_caller]
    pub fn dit_de(&self, arguments: &[&str], code: i32) -> String {
        let sortie = self.delicego(arguments);
        assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
        String::from_utf8(sortie.stdout).unwrap()
    }

    pub fn code(&self, arguments: &[&str]) -> i32 {
        self.delicego(arguments).status.code().unwrap()
    }

    #[track_caller]
    pub fn fait_avec(&self, arguments: &[&str], entree: &str) {
        let sortie = executer(&mut self.commande(arguments), entree);
        assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    }

    fn delicego(&self, arguments: &[&str]) -> Output {
        self.commande(arguments).output().unwrap()
    }

    fn commande(&self, arguments: &[&str]) -> Command {
        let options = grappe::options(&self.base);
        let chemins = std::env::var("PATH").unwrap_or_default();
        let mut commande = Command::new(PROGRAMME);
        commande.args(arguments).env_clear().env("HOME", &self.racine);
        commande.env("PATH", format!("{}/bin:{chemins}", self.racine.display()));
        commande.env("DELICEGO_PG_BIN", grappe::binaires());
        commande.env("DELICEGO_SAUVEGARDES", self.dossier());
        commande.env("DELICEGO_SAUVEGARDES_VERS", format!("file://{}", self.copies().display()));
        commande.env("PGHOST", options.get_host()).env("PGPORT", options.get_port().to_string());
        commande.env("PGUSER", options.get_username()).env("PGDATABASE", &*self.base);
        commande.envs(self.variables.iter().map(|(n, v)| (n, v)));
        if let Some(compte) = self.compte {
            commande.uid(compte);
        }
        commande
    }
}

impl Vu {
    /// Its verdict and its reason.
    pub fn point(&self, code: &str) -> (&str, &str) {
        let points = self.json["points"].as_array().expect("points");
        let p = points.iter().find(|p| p["code"] == code).expect("point");
        (p["verdict"].as_str().unwrap(), p["raison"].as_str().unwrap())
    }

    #[track_caller]
    pub fn dit(&self, code: &str, verdict: &str, raison: &str) {
        let (vu, dite) = self.point(code);
        assert!(vu == verdict && dite.contains(raison), "{:#}", self.json);
        let points = self.json["points"].as_array().unwrap();
        let p = points.iter().find(|p| p["code"] == code).unwrap();
        assert_ne!(p["conseil"], "", "{p}");
    }
}

/// A connection that calls itself what a server calls its own.
async fn servir(base: &str, niveau: &str) -> PgConnection {
    let nom = format!("delicego serve {niveau}");
    grappe::options(base).application_name(&nom).connect().await.unwrap()
}

/// The account may ask where the data lie. Several runs may grant it at once.
async fn voir_le_disque() {
    static FAIT: OnceCell<()> = OnceCell::const_new();
    let accorder = async || {
        let mut s = grappe::superutilisateur("postgres").await;
        s.execute("grant pg_read_all_settings to delicego").await.unwrap();
    };
    FAIT.get_or_init(accorder).await;
}

impl Drop for Cuisine {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.copies);
        let _deja_parti = fs::remove_dir_all(&self.racine);
    }
}
