//! Deaths, full disks, restarts: nothing bears a final name that is not whole and proved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::atelier::{fichiers, pg_dump_de, signaler};
use super::{Atelier, code, textes};
use crate::outils::Embarque;
use crate::outils::embarque::vivant;

#[tokio::test]
async fn pg_dump_tue_ne_laisse_rien_et_se_dit() {
    let a = Atelier::neuf().await;
    let tenue = a.tenir().await;
    let (processus, pg_dump) = a.en_attente(&[]);
    assert_eq!(partiels(&a).len(), 1);
    signaler(pg_dump, Signal::KILL);
    let sortie = finir(processus);
    assert_eq!(code(&sortie), 1, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("pg_dump a échoué"), "{}", textes(&sortie));
    assert!(a.fichiers().is_empty(), "{:?}", a.fichiers());
    tenue.lacher().await;
}

#[tokio::test]
async fn tue_lui_meme_il_ne_laisse_qu_un_fichier_inacheve_que_la_suivante_retire() {
    let a = Atelier::neuf().await;
    let bonne = a.bon_backup(&[]);
    let avant = a.fichiers();
    let tenue = a.tenir().await;
    let (processus, pg_dump) = a.en_attente(&[]);
    signaler(Pid::from_child(&processus), Signal::KILL);
    finir(processus);
    attendre("la mort de pg_dump", || !vivant(pg_dump));
    assert_eq!(partiels(&a).len(), 1);
    assert_eq!(a.fichiers().difference(&avant).count(), 1, "{:?}", a.fichiers());
    tenue.lacher().await;
    a.bon_backup(&[]);
    assert!(partiels(&a).is_empty() && bonne.exists());
    assert_eq!(a.liste().len(), 2);
}

#[tokio::test]
async fn un_fichier_inacheve_d_un_vivant_n_est_pas_retire() {
    // The same name of database on another server: no lock in common, but the folder.
    let autre = Embarque::demarrer();
    let a = Atelier::sur("delicego".to_owned());
    a.sql("create table if not exists lot (n int); alter table lot owner to delicego").await;
    let tenue = a.tenir().await;
    let (processus, _) = a.en_attente(&[]);
    let inacheve = partiels(&a);
    assert_eq!(inacheve.len(), 1);
    let sortie = sauvegarder_embarque(&autre, &a.dossier);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert_eq!(partiels(&a), inacheve);
    tenue.lacher().await;
    assert_eq!(code(&finir(processus)), 0);
}

#[tokio::test]
async fn sigterm_et_ctrl_c_arretent_tout_et_ne_laissent_rien() {
    let a = Atelier::neuf().await;
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let tenue = a.tenir().await;
        let (processus, pg_dump) = a.en_attente(&[]);
        signaler(Pid::from_child(&processus), signal);
        let sortie = finir(processus);
        assert_eq!(code(&sortie), 1, "{}", textes(&sortie));
        assert!(textes(&sortie).contains("Interrompu"), "{}", textes(&sortie));
        assert!(!vivant(pg_dump));
        assert!(a.fichiers().is_empty(), "{:?}", a.fichiers());
        tenue.lacher().await;
    }
}

#[tokio::test]
async fn deux_a_la_fois_l_un_attend_puis_se_retire() {
    let a = Atelier::neuf().await;
    let tenue = a.tenir().await;
    let (processus, _) = a.en_attente(&[]);
    let ici = a.backup(&["--attente", "0"]);
    // Another host shares the database and not the lock file.
    let mut ailleurs = a.commande(&["--attente", "1"]);
    let ailleurs = ailleurs.env("XDG_STATE_HOME", a.racine.join("autre hôte")).output().unwrap();
    for sortie in [&ici, &ailleurs] {
        assert_eq!(code(sortie), 4, "{}", textes(sortie));
        assert!(textes(sortie).contains("Une autre sauvegarde"), "{}", textes(sortie));
    }
    let patient = a.commande(&["--attente", "60"]).spawn().unwrap();
    attendre("le second devant le verrou", || tient_ouvert(&patient, "verrou-sauvegarde"));
    tenue.lacher().await;
    assert_eq!(code(&finir(processus)), 0);
    assert_eq!(code(&finir(patient)), 0);
    assert_eq!(a.liste().len(), 2);
}

#[tokio::test]
async fn un_disque_trop_petit_est_refuse_avant_et_plein_en_route_ne_laisse_rien() {
    let mut a = Atelier::neuf().await;
    let disque = PetitDisque::monter(&a.racine.join("petit disque"), "6m");
    a.dossier = disque.0.join("sauvegardes");
    let bonne = a.bon_backup(&[]);
    let avant = a.fichiers();

    disque.remplir(512 * 1024);
    let sortie = a.backup(&[]);
    assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("Pas assez de place"), "{}", textes(&sortie));
    assert_eq!(a.fichiers(), avant);

    disque.vider();
    let tenue = a.tenir().await;
    let (processus, _) = a.en_attente(&[]);
    disque.remplir(0);
    tenue.lacher().await;
    let sortie = finir(processus);
    assert_eq!(code(&sortie), 1, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("Le disque est plein"), "{}", textes(&sortie));
    assert_eq!(a.fichiers(), avant);
    assert!(bonne.exists() && a.derniere().fiable());

    disque.vider();
    a.bon_backup(&[]);
    assert_eq!(a.liste().len(), 2);
}

#[tokio::test]
async fn un_serveur_qui_redemarre_pendant_la_sauvegarde_ne_laisse_rien() {
    let a = Atelier::neuf().await;
    let e = Embarque::demarrer();
    let mut tenue = tenir_embarque(&e).await;
    let mut commande = Command::new(crate::outils::grappe::PROGRAMME);
    commande.env_clear().env("PATH", std::env::var("PATH").unwrap());
    commande.env("DELICEGO_DATA", e.dossier()).arg("backup").arg("--output-dir").arg(&a.dossier);
    commande.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let processus = commande.spawn().unwrap();
    pg_dump_de(&processus);
    signaler(e.pid_postgres().unwrap(), Signal::INT);
    let sortie = finir(processus);
    assert_eq!(code(&sortie), 1, "{}", textes(&sortie));
    assert!(a.fichiers().is_empty(), "{:?}", a.fichiers());
    let _coupee = sqlx::Connection::ping(&mut tenue).await;
    attendre("le retour du serveur", || code(&sauvegarder_embarque(&e, &a.dossier)) == 0);
}

#[tokio::test]
async fn aucun_secret_ne_parait_sur_une_ligne_de_commande() {
    let a = Atelier::neuf().await;
    let o = crate::outils::grappe::options(&a.base);
    let hote = o.get_host().replace('/', "%2F");
    let url = format!("postgres://delicego:tres-secret@{hote}:{}/{}", o.get_port(), a.base);
    let tenue = a.tenir().await;
    let mut commande = a.commande(&[]);
    for variable in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"] {
        commande.env_remove(variable);
    }
    let processus = commande.env("DATABASE_URL", url).spawn().unwrap();
    pg_dump_de(&processus);
    let lignes = fs::read_dir("/proc").unwrap().flatten();
    let lignes: Vec<Vec<u8>> =
        lignes.filter_map(|e| fs::read(e.path().join("cmdline")).ok()).collect();
    let contient = |l: &[u8], mot: &str| String::from_utf8_lossy(l).contains(mot);
    assert!(lignes.iter().any(|l| contient(l, "pg_dump")));
    assert!(!lignes.iter().any(|l| contient(l, "tres-secret")));
    tenue.lacher().await;
    let sortie = finir(processus);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("tres-secret"));
}

fn sauvegarder_embarque(e: &Embarque, dossier: &Path) -> Output {
    e.delicego(&["backup", "--output-dir", dossier.to_str().unwrap()])
}

async fn tenir_embarque(e: &Embarque) -> sqlx::PgConnection {
    use sqlx::{ConnectOptions, Executor};
    let mut c = e.options().connect().await.unwrap();
    c.execute("begin; lock table lot in access exclusive mode").await.unwrap();
    c
}

fn partiels(a: &Atelier) -> Vec<String> {
    fichiers(&a.dossier).into_iter().filter(|f| f.starts_with(".partiel-")).collect()
}

fn tient_ouvert(processus: &Child, debut_du_nom: &str) -> bool {
    let ouverts = fs::read_dir(format!("/proc/{}/fd", processus.id())).unwrap().flatten();
    let chemins = ouverts.filter_map(|e| fs::read_link(e.path()).ok());
    let mut noms = chemins.filter_map(|c| Some(c.file_name()?.to_str()?.to_owned()));
    noms.any(|nom| nom.starts_with(debut_du_nom))
}

fn finir(processus: Child) -> Output {
    processus.wait_with_output().unwrap()
}

fn attendre(quoi: &str, mut fini: impl FnMut() -> bool) {
    let limite = Instant::now() + Duration::from_secs(60);
    while !fini() {
        assert!(Instant::now() < limite, "toujours pas : {quoi}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A disk that is soon full.
struct PetitDisque(PathBuf);

impl PetitDisque {
    fn monter(ou: &Path, taille: &str) -> Self {
        fs::create_dir_all(ou).unwrap();
        let taille = format!("size={taille},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &taille, "tmpfs"]).arg(ou);
        let sortie = mount.output().expect("mount");
        let raison = textes(&sortie);
        assert!(sortie.status.success(), "cette machine ne laisse pas monter de tmpfs : {raison}");
        Self(ou.to_owned())
    }

    /// Leaves so many bytes free.
    fn remplir(&self, libres: u64) {
        let etat = rustix::fs::statvfs(&self.0).unwrap();
        let octets = (etat.f_bavail * etat.f_frsize).saturating_sub(libres);
        fs::write(self.0.join("lest"), vec![1; usize::try_from(octets).unwrap()]).unwrap();
    }

    fn vider(&self) {
        fs::remove_file(self.0.join("lest")).unwrap();
    }
}

impl Drop for PetitDisque {
    fn drop(&mut self) {
        let _reste = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
