//! On a server that the program did not start: as an administrator, and as a role that may little.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use delicego::platform::config::BaseVisee;
use delicego::platform::db::Base;
use sqlx::{AssertSqlSafe, Executor};

use super::atelier::{Ecrits, Sortie, retrouver};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;
use crate::outils::grappe::{self, superutilisateur};
use crate::outils::{Chaine, Serveur};

pub struct Externe {
    pub serveur: Serveur,
    dossier: PathBuf,
}

impl Externe {
    pub async fn demarrer() -> Self {
        let serveur = Serveur::demarrer().await;
        let dossier = std::env::temp_dir().join(format!(
            "delicego-restore-{}-{}",
            std::process::id(),
            serveur.nom_base
        ));
        std::fs::create_dir_all(&dossier).expect("dossier");
        Self { serveur, dossier }
    }

    pub fn lancer(&self, compte: &str, arguments: &[&str]) -> Sortie {
        self.commande(compte, arguments).output().expect("delicego").into()
    }

    pub fn commande(&self, compte: &str, arguments: &[&str]) -> Command {
        let mut commande: Command = self.serveur.programme();
        commande.env("PGUSER", compte).env("HOME", &self.dossier);
        commande.env("DELICEGO_SAUVEGARDES", &self.dossier).args(arguments);
        commande.stdin(Stdio::null());
        commande
    }

    pub async fn administrer(&self, ordre: &str) {
        let mut c = superutilisateur("postgres").await;
        c.execute(AssertSqlSafe(ordre.to_owned())).await.expect(ordre);
    }

    /// A role of this test alone.
    pub async fn role(&self, nom: &str, options: &str) -> String {
        let role = format!("{nom}_{}", self.serveur.nom_base);
        self.administrer(&format!("create role {role} login {options}")).await;
        role
    }

    /// What stands beside the live database under a name made from its own.
    pub async fn bases_a_cote(&self) -> Vec<String> {
        let mut c = superutilisateur("postgres").await;
        let requete = "select datname::text from pg_database where datname like $1 order by 1";
        let motif = format!("{}\\_%", self.serveur.nom_base);
        sqlx::query_scalar(requete).bind(motif).fetch_all(&mut c).await.expect("bases")
    }

    /// The model has no secrets of ours to keep: what was kept beside goes.
    pub async fn nettoyer(&self) {
        let gardees = self.bases_a_cote().await;
        assert!(gardees.iter().all(|b| b.contains("_avant_")), "{gardees:?}");
        for base in gardees {
            self.administrer(&format!("drop database \"{base}\"")).await;
        }
    }

    pub async fn tout(&self) -> Ecrits {
        let options = grappe::options(&self.serveur.nom_base);
        let base = Base::ouvrir(&BaseVisee::Serveur(Box::new(options))).await.expect("base");
        let ecrits = tout_ce_qui_est_ecrit(&base).await;
        base.fermer().await;
        super::sans_sessions(ecrits)
    }

    pub fn dossier(&self) -> &str {
        self.dossier.to_str().expect("chemin")
    }

    pub fn sauvegarder(&self) -> String {
        let dossier = self.dossier.to_str().expect("chemin");
        let sortie = self.lancer("postgres", &["backup", "--output-dir", dossier]);
        assert!(matches!(sortie.code, Some(0)), "{sortie:?}");
        let fichiers = std::fs::read_dir(&self.dossier).expect("dossier").flatten();
        let mut archives = fichiers.map(|f| f.path());
        let archive = archives.find(|c| c.extension().is_some_and(|e| e == "gz")).expect("archive");
        archive.to_str().expect("chemin").to_owned()
    }
}

impl Drop for Externe {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_dir_all(&self.dossier);
    }
}

#[tokio::test]
async fn un_administrateur_restaure_et_l_application_garde_sa_base() {
    let e = Externe::demarrer().await;
    let chaine = Chaine::nouvelle(e.serveur.admin().await).await;
    let avant = e.tout().await;
    let fichier = e.sauvegarder();
    chaine.autre_magasin("Après").await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer("postgres", &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    retrouver(&e.serveur.anonyme()).await;
    assert_eq!(e.tout().await, avant);
    // The server still is the application's: it reads and writes.
    chaine.autre_magasin("Encore après").await;
    e.serveur.verifier();
    let mut c = superutilisateur(&e.serveur.nom_base).await;
    let requete = "select distinct tableowner::text from pg_tables where schemaname = 'public'";
    let proprietaires: Vec<String> =
        sqlx::query_scalar(requete).fetch_all(&mut c).await.expect("propriétaires");
    assert_eq!(proprietaires, ["delicego"]);
    drop(c);
    assert_eq!(e.lancer("postgres", &["restore", "annuler"]).code, Some(0));
    retrouver(&e.serveur.anonyme()).await;
    e.serveur.verifier();
    assert_eq!(e.bases_a_cote().await.len(), 1);
    e.nettoyer().await;
}

#[tokio::test]
async fn un_compte_qui_ne_peut_pas_creer_de_base_est_refuse_avec_le_remede() {
    let e = Externe::demarrer().await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let compte = e.role("simple", "in role delicego").await;
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("createdb;"), "{sortie:?}");
    let sortie = e.lancer("personne", &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert_eq!(e.tout().await, avant);
}
