//! From the copy elsewhere alone: a new machine has the program, an address, keys, and nothing else.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use serde_json::Value;

use super::atelier::{Atelier, Sortie, changer_le_manifeste};
use super::externe::{ADMINISTRATEUR, COMPTE, Externe};
use crate::outils::grappe::PROGRAMME;
use crate::outils::initdb;
use crate::outils::s3::{Magasin, SEAU};

const VERS: &str = "s3://sauvegardes/nuit";

/// A machine on which nothing of ours ever was.
struct Machine {
    racine: PathBuf,
    donnees: PathBuf,
    magasin: Magasin,
}

impl Machine {
    fn neuve(racine: &Path) -> Self {
        let machine = racine.join("machine neuve");
        fs::create_dir_all(machine.join("tmp")).unwrap();
        let magasin = Magasin::ouvrir(&racine.join("s3"));
        // The path of a socket is short.
        let donnees = std::env::temp_dir().join(format!("dgn-{}", numero()));
        Self { racine: machine, donnees, magasin }
    }

    fn commande(&self, arguments: &[&str]) -> Command {
        let mut commande = Command::new(PROGRAMME);
        commande
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("TMPDIR", self.racine.join("tmp"))
            .env("DELICEGO_PG_BIN", initdb::binaires())
            .env("DELICEGO_DATA", &self.donnees)
            .envs(self.magasin.variables())
            .current_dir(&self.racine)
            .args(arguments);
        commande
    }

    fn delicego(&self, arguments: &[&str]) -> Sortie {
        self.commande(arguments).output().unwrap().into()
    }

    /// What an object is, as a file of the store.
    fn objet(&self, nom: &str) -> PathBuf {
        self.racine.parent().unwrap().join("s3").join(SEAU).join("nuit").join(nom)
    }

    fn rien_ne_reste(&self) {
        let reste = fs::read_dir(self.racine.join("tmp")).unwrap().flatten();
        // The folder of the locks stays.
        let reste: Vec<_> = reste.filter(|f| f.file_name() != "delicego").collect();
        assert!(reste.is_empty(), "{reste:?}");
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.donnees);
    }
}

fn numero() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static SUIVANT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), SUIVANT.fetch_add(1, Ordering::Relaxed))
}

/// A copy in a store, of a server with something in it; the archive's name.
async fn copier(options: &[&str]) -> (Atelier, Machine, String) {
    let a = Atelier::embarque().await;
    a.produire().await;
    let machine = Machine::neuve(a.serveur.dossier());
    let dossier = a.dossier().to_str().unwrap().to_owned();
    let mut backup = a.serveur.programme();
    backup.envs(machine.magasin.variables());
    backup.args(["backup", "--force-suspect", "--output-dir", &dossier, "--vers", VERS, "--json"]);
    let sortie: Sortie = backup.args(options).output().unwrap().into();
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let dit: Value = serde_json::from_str(sortie.dit.lines().last().unwrap()).unwrap();
    let fichier = PathBuf::from(dit["fichier"].as_str().unwrap());
    let nom = fichier.file_name().unwrap().to_str().unwrap().to_owned();
    (a, machine, nom)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn une_machine_neuve_restaure_de_la_copie_avec_l_adresse_les_acces_et_la_cle() {
    let cle = Identity::generate();
    let (a, m, nom) = copier(&["--chiffrer", &cle.to_public().to_string()]).await;
    let secret = m.racine.join("cle.txt");
    fs::write(&secret, cle.to_string().expose_secret()).unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    let secret = secret.to_str().unwrap();

    let liste = m.delicego(&["sauvegardes", "--vers", VERS]);
    assert_eq!(liste.code, Some(0), "{liste:?}");
    let adresse = format!("{VERS}/{nom}");
    assert!(
        liste.dit.contains(&adresse) && liste.dit.contains("vérifiée avant la copie · chiffrée"),
        "{liste:?}"
    );

    let sans_cle = m.delicego(&["restore", "--file", &adresse, "--drop-create", "--oui"]);
    assert_eq!(sans_cle.code, Some(5), "{sans_cle:?}");
    assert!(sans_cle.journal.contains("--cle-age"), "{sans_cle:?}");
    m.rien_ne_reste();

    let drill = m.delicego(&["drill", "--file", &adresse, "--cle-age", secret]);
    assert_eq!(drill.code, Some(0), "{drill:?}");
    assert!(drill.dit.contains("prise dans la copie ailleurs"), "{drill:?}");
    assert_eq!(m.magasin.objets("nuit").len(), 4, "rien n'est écrit là-bas");

    // A folder: the newest verified of this database.
    let dossier = format!("{VERS}/");
    let restore = ["restore", "--file", &dossier, "--drop-create", "--oui", "--cle-age", secret];
    let restore = m.delicego(&restore);
    assert_eq!(restore.code, Some(0), "{restore:?}");
    assert!(restore.dit.contains("La base « delicego » est restaurée"), "{restore:?}");
    m.rien_ne_reste();
    let verifier = m.delicego(&["verifier"]);
    assert_eq!(verifier.code, Some(0), "{verifier:?}");
    drop(a);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn une_copie_effacee_changee_ou_incomplete_est_refusee_avant_tout_et_nommee() {
    let (_a, m, nom) = copier(&[]).await;
    let adresse = format!("{VERS}/{nom}");
    let archive = m.objet(&nom);
    let bon = fs::read(&archive).unwrap();
    let manifeste = fs::read_to_string(m.objet(&format!("{nom}.json"))).unwrap();
    let refuse = |mots: &str| {
        let sortie = m.delicego(&["restore", "--file", &adresse, "--target-db", "essai"]);
        assert_eq!(sortie.code, Some(5), "{mots} : {sortie:?}");
        assert!(
            sortie.journal.contains(mots) && sortie.journal.contains(&nom),
            "{mots} : {sortie:?}"
        );
        m.rien_ne_reste();
    };
    let rate = |mots: &str| {
        let sortie = m.delicego(&["drill", "--file", &adresse]);
        assert_eq!(sortie.code, Some(3), "{mots} : {sortie:?}");
        assert!(sortie.dit.contains(mots) && sortie.dit.contains(&adresse), "{mots} : {sortie:?}");
        m.rien_ne_reste();
    };
    // A list reads names and sizes: it says no more than that.
    let liste = |mots: &str| {
        let sortie = m.delicego(&["sauvegardes", "--vers", VERS]);
        let ligne = sortie.dit.lines().find(|l| l.contains(mots));
        assert!(ligne.is_some() && !sortie.dit.contains("Aucune"), "{mots} : {sortie:?}");
        ligne.unwrap().to_owned()
    };
    liste("vérifiée avant la copie");
    fs::remove_file(&archive).unwrap();
    let absente = liste("ARCHIVE ABSENTE OU TRONQUÉE");
    assert!(!absente.contains("exercice") && !absente.contains("prévue"), "{absente}");
    rate("n'y est plus");
    refuse("n'y est plus, son manifeste y est encore");
    fs::write(&archive, &bon[..bon.len() / 2]).unwrap();
    refuse("n'est pas entier");
    rate("n'est pas entier");
    let mut faux = bon.clone();
    let milieu = faux.len() / 2;
    faux[milieu] ^= 1;
    fs::write(&archive, &faux).unwrap();
    refuse("sa somme n'est pas celle de");
    rate("sa somme n'est pas celle de");
    fs::write(&archive, &bon).unwrap();
    let somme = m.objet(&format!("{nom}.sha256"));
    let texte = fs::read(&somme).unwrap();
    fs::remove_file(&somme).unwrap();
    rate(".sha256 n'y est plus");
    assert!(liste("INCOMPLÈTE").contains(".sha256 manque"));
    fs::write(&somme, texte).unwrap();
    fs::write(m.objet(&format!("{nom}.json")), manifeste.replace(&nom, "delicego_x.dump.gz"))
        .unwrap();
    refuse("il parle d'autres fichiers");
    assert!(liste("SANS MANIFESTE LISIBLE").contains(&nom));
    fs::remove_file(m.objet(&format!("{nom}.json"))).unwrap();
    refuse("le manifeste est absent");
    assert!(liste("SANS MANIFESTE LISIBLE").contains(&nom));
    fs::write(m.objet(&format!("{nom}.json")), &manifeste).unwrap();
    m.magasin.se_taire_apres(manifeste.len() as i64 + 8000);
    let sortie = m.delicego(&["restore", "--file", &adresse, "--target-db", "essai"]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    m.rien_ne_reste();
    m.magasin.revenir();
    let ailleurs = m.delicego(&["restore", "--file", "s3://sauvegardes/rien/", "--target-db", "e"]);
    assert_eq!(ailleurs.code, Some(5), "{ailleurs:?}");
    assert!(
        ailleurs.journal.contains("aucune sauvegarde vérifiée de « delicego »"),
        "{ailleurs:?}"
    );
    sans_ses_roles_elle_revient_et_c_est_dit(&m, &nom);
}

fn sans_ses_roles_elle_revient_et_c_est_dit(m: &Machine, nom: &str) {
    let adresse = format!("{VERS}/{nom}");
    let roles = m.objet(&format!("{nom}.roles.sql"));
    for (contenu, mots) in [(Some("--\n"), "n'est plus ce qui a été écrit"), (None, "n'y est plus")]
    {
        match contenu {
            Some(texte) => fs::write(&roles, texte).unwrap(),
            None => fs::remove_file(&roles).unwrap(),
        }
        let ordre =
            ["restore", "--file", &adresse, "--target-db", "essai", "--drop-create", "--oui"];
        let bien = m.delicego(&ordre);
        assert_eq!(bien.code, Some(0), "{bien:?}");
        let phrase = format!("{nom}.roles.sql {mots}");
        assert!(bien.journal.contains(&phrase), "{bien:?}");
    }
    let drill = m.delicego(&["drill", "--file", &adresse]);
    assert_eq!(drill.code, Some(0), "{drill:?}");
    assert!(drill.dit.contains("À savoir") && drill.dit.contains(".roles.sql"), "{drill:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_exercice_sur_deux_prend_la_copie_et_n_ecrit_qu_ici() {
    let (a, m, nom) = copier(&[]).await;
    let dossier = a.dossier().to_str().unwrap();
    for prise in [false, true, false] {
        let mut drill = a.serveur.programme();
        drill.envs(m.magasin.variables()).args(["drill", "--alterner", "--vers", VERS]);
        let sortie: Sortie = drill.args(["--output-dir", dossier]).output().unwrap().into();
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(sortie.dit.contains("prise dans la copie ailleurs"), prise, "{sortie:?}");
    }
    assert_eq!(m.magasin.objets("nuit").len(), 4);
    let sans_adresse = a.delicego(&["drill", "--alterner", "--output-dir", dossier]);
    assert_eq!(sans_adresse.code, Some(2), "{sans_adresse:?}");
    // Nothing here any more: the copy is what there is.
    fs::remove_file(a.dossier().join(format!("{nom}.json"))).unwrap();
    let mut drill = a.serveur.programme();
    drill.envs(m.magasin.variables()).args(["drill", "--alterner", "--vers", VERS]);
    let sortie: Sortie = drill.args(["--output-dir", dossier]).output().unwrap().into();
    assert!(sortie.dit.contains("prise dans la copie ailleurs"), "{sortie:?}");
}

/// On a server that has not made its roles itself: they would be laid down beside the backups.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d_une_copie_abimee_rien_n_est_ecrit_ici() {
    let e = Externe::avec("select 1").await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (dossier, nom) = fichier.rsplit_once('/').unwrap();
    let (copies, ici) = (format!("{dossier}/copies"), format!("{dossier}/ici"));
    fs::create_dir(&copies).unwrap();
    for fin in ["", ".json", ".sha256", ".roles.sql"] {
        fs::copy(format!("{fichier}{fin}"), format!("{copies}/{nom}{fin}")).unwrap();
    }
    let (copie, bon) = (format!("{copies}/{nom}"), fs::read(&fichier).unwrap());
    let mut faux = bon.clone();
    faux[bon.len() / 2] ^= 1;
    fs::write(&copie, faux).unwrap();
    let vers = format!("{}_cote", e.base);
    let adresse = format!("file://{copie}");
    let ordre = ["restore", "--file", &adresse, "--target-db", &vers];
    let variables = [("DELICEGO_SAUVEGARDES", ici.as_str())];
    let sortie = e.lancer_avec(COMPTE, &variables, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(!sortie.dit.contains(".roles.sql") && !Path::new(&ici).exists(), "{sortie:?}");
    fs::write(&copie, bon).unwrap();
    let sortie = e.lancer_avec(COMPTE, &variables, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(Path::new(&format!("{ici}/{nom}.roles.sql")).exists(), "{sortie:?}");
    e.nettoyer().await;
}

/// As `--help` says of it: a folder is the newest of what lies in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_dossier_d_ici_est_la_plus_recente_qui_y_soit_verifiee() {
    let e = Externe::avec("select 1").await;
    let premier = e.sauvegarder(COMPTE);
    let fichier = e.sauvegarder(COMPTE);
    let (dossier, nom) = fichier.rsplit_once('/').unwrap();
    let vers = format!("{}_cote", e.base);
    let dossier = format!("{dossier}/");
    for ordre in [
        vec!["restore", "--file", &dossier, "--target-db", &vers, "--json"],
        vec!["drill", "--file", &dossier, "--json"],
    ] {
        let sortie = e.lancer(COMPTE, &ordre);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert!(sortie.dit.lines().last().unwrap().contains(nom), "{sortie:?}");
    }
    // A newer one of which nothing is known, or that bears a date to come: a person chooses.
    let manifeste = fs::read(format!("{fichier}.json")).unwrap();
    let adresse = format!("file://{dossier}");
    for abimer in [None, Some(&manifeste[..manifeste.len() / 2])] {
        match abimer {
            None => fs::remove_file(format!("{fichier}.json")).unwrap(),
            Some(debut) => fs::write(format!("{fichier}.json"), debut).unwrap(),
        }
        for ou in [&dossier, &adresse] {
            for ordre in
                [vec!["restore", "--file", ou, "--target-db", &vers], vec!["drill", "--file", ou]]
            {
                let sortie = e.lancer(COMPTE, &ordre);
                assert_eq!(sortie.code, Some(5), "{ordre:?} {sortie:?}");
                assert!(sortie.journal.contains(nom), "{ordre:?} {sortie:?}");
            }
        }
    }
    fs::write(format!("{fichier}.json"), &manifeste).unwrap();
    changer_le_manifeste(&premier, |m| m["fait_le"] = "2099-01-01T00:00:00Z".into());
    for ou in [&dossier, &adresse] {
        let sortie = e.lancer(COMPTE, &["drill", "--file", ou]);
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        assert!(sortie.journal.contains("date à venir"), "{sortie:?}");
    }
    for (fichier, systeme) in [(&premier, "1"), (&fichier, "2")] {
        changer_le_manifeste(fichier, |m| m["base"]["systeme"] = systeme.into());
    }
    let sortie = e.lancer(COMPTE, &["drill", "--file", &dossier]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("de plusieurs serveurs"), "{sortie:?}");
    let vide = format!("{dossier}vide");
    fs::create_dir(&vide).unwrap();
    let sortie = e.lancer(COMPTE, &["restore", "--file", &vide, "--target-db", &vers]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("Aucune sauvegarde vérifiée"), "{sortie:?}");
    e.nettoyer().await;
}
