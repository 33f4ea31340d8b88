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

struct Externe {
    serveur: Serveur,
    dossier: PathBuf,
}

impl Externe {
    async fn demarrer() -> Self {
        let serveur = Serveur::demarrer().await;
        let dossier = std::env::temp_dir().join(format!(
            "delicego-restore-{}-{}",
            std::process::id(),
            serveur.nom_base
        ));
        std::fs::create_dir_all(&dossier).expect("dossier");
        Self { serveur, dossier }
    }

    fn lancer(&self, compte: &str, arguments: &[&str]) -> Sortie {
        let mut commande: Command = self.serveur.programme();
        commande.env("PGUSER", compte).env("HOME", &self.dossier).args(arguments);
        commande.stdin(Stdio::null()).output().expect("delicego").into()
    }

    async fn tout(&self) -> Ecrits {
        let options = grappe::options(&self.serveur.nom_base);
        let base = Base::ouvrir(&BaseVisee::Serveur(Box::new(options))).await.expect("base");
        let ecrits = tout_ce_qui_est_ecrit(&base).await;
        base.fermer().await;
        super::sans_sessions(ecrits)
    }

    fn sauvegarder(&self) -> String {
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
    nettoyer(&e).await;
}

#[tokio::test]
async fn un_compte_qui_ne_peut_pas_creer_de_base_est_refuse_avec_le_remede() {
    let e = Externe::demarrer().await;
    let fichier = e.sauvegarder();
    let avant = e.tout().await;
    let compte = format!("simple_{}", e.serveur.nom_base);
    let creer = format!("create role {compte} login in role delicego");
    superutilisateur("postgres").await.execute(AssertSqlSafe(creer)).await.expect("rôle");
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer(&compte, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("CREATEDB"), "{sortie:?}");
    let sortie = e.lancer("personne", &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert_eq!(e.tout().await, avant);
}

/// The model has no secrets of ours to keep: what was kept beside goes.
async fn nettoyer(e: &Externe) {
    let mut c = superutilisateur("postgres").await;
    let requete = "select datname::text from pg_database where datname like $1";
    let motif = format!("{}\\_avant\\_%", e.serveur.nom_base);
    let gardees: Vec<String> =
        sqlx::query_scalar(requete).bind(motif).fetch_all(&mut c).await.expect("bases");
    assert_eq!(gardees.len(), 1);
    for base in gardees {
        let ordre = format!("drop database \"{base}\"");
        c.execute(AssertSqlSafe(ordre)).await.expect("drop");
    }
}
