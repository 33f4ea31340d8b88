//! What goes, and all that stays.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use delicego::sauvegarde::manifeste::Manifeste;

use super::copies::{dossier_voisin, exercer, pourrir};
use super::{Atelier, code, textes};
use crate::outils::grappe;

#[tokio::test]
async fn les_n_plus_recentes_restent_avec_tous_leurs_fichiers() {
    let a = Atelier::neuf().await;
    let premiere = a.bon_backup(&["--keep", "2"]);
    let exercice = a.dossier.join(a.derniere().noms.exercice());
    fs::write(&exercice, "{}").unwrap();
    for _ in 0..2 {
        a.bon_backup(&["--keep", "2"]);
    }
    assert!(!premiere.exists() && !exercice.exists());
    assert_eq!(a.liste().iter().map(|s| s.manifeste.rang).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(a.fichiers().len(), 8, "{:?}", a.fichiers());
}

#[tokio::test]
async fn rien_de_ce_qui_est_aux_autres_ne_bouge() {
    let (a, mut autre) = (Atelier::neuf().await, Atelier::neuf().await);
    autre.dossier.clone_from(&a.dossier);
    autre.bon_backup(&[]);
    let precieux = a.racine.join("précieux.txt");
    fs::write(&precieux, "à moi").unwrap();
    let nom = format!("delicego_{}_20200101T000000Z.dump.gz", a.base);
    for fichier in ["notes.txt", &nom, "delicego_.json", ".partiel-autre~1", ".partiel-"] {
        fs::write(a.dossier.join(fichier), "à moi").unwrap();
    }
    let liens = [format!("{nom}.json"), format!("{nom}.sha256"), format!(".partiel-{}~1", a.base)];
    for lien in &liens {
        symlink(&precieux, a.dossier.join(lien)).unwrap();
    }
    let avant = a.fichiers();
    for _ in 0..3 {
        a.bon_backup(&["--keep", "1"]);
    }
    assert!(avant.is_subset(&a.fichiers()), "{:?}", a.fichiers());
    assert_eq!(fs::read_to_string(precieux).unwrap(), "à moi");
    let restent = a.liste();
    assert_eq!(restent.iter().filter(|s| s.manifeste.base.nom == a.base).count(), 1);
    assert_eq!(restent.iter().filter(|s| s.manifeste.base.nom == autre.base).count(), 1);
}

#[tokio::test]
async fn un_lien_plante_a_la_place_d_un_de_nos_fichiers_ne_fait_rien_effacer_ailleurs() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let s = a.derniere();
    let precieux = a.racine.join("précieux.txt");
    fs::write(&precieux, "à moi").unwrap();
    let somme = a.dossier.join(s.noms.somme());
    fs::remove_file(&somme).unwrap();
    symlink(&precieux, &somme).unwrap();
    a.bon_backup(&["--keep", "1"]);
    assert!(!s.archive().exists() && precieux.exists());
    assert!(fs::symlink_metadata(somme).unwrap().is_symlink());
}

#[tokio::test]
async fn une_horloge_qui_a_recule_ne_fait_partir_ni_ecraser_la_plus_recente() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let ancienne = a.derniere();
    let chemin = a.dossier.join(ancienne.noms.manifeste());
    let mut m = Manifeste::lire(&chemin).unwrap();
    m.fait_le += chrono::TimeDelta::days(400);
    fs::write(&chemin, serde_json::to_vec(&m).unwrap()).unwrap();
    a.bon_backup(&["--keep", "1"]);
    assert!(!ancienne.archive().exists());
    assert_eq!(a.derniere().manifeste.rang, 2);
    // Several in one second have names of their own.
    for _ in 0..3 {
        a.bon_backup(&[]);
    }
    assert_eq!(a.liste().len(), 4);
}

/// The night of 25 October 2026 in Paris has 2:30 twice. Then somebody sets the clock back a day,
/// and two backups fall into one second.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn la_nuit_du_changement_d_heure_et_une_horloge_remise_a_hier_ne_troublent_rien() {
    const DEUX_HEURES_TRENTE: i64 = 1_792_888_200;
    const HIER: i64 = DEUX_HEURES_TRENTE - 86_400;
    let a = Atelier::neuf().await;
    let mut noms = Vec::new();
    for quand in [DEUX_HEURES_TRENTE, DEUX_HEURES_TRENTE + 3600, HIER, HIER] {
        let sortie = a.backup_a(quand, &["--keep", "3"]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        let faite = a.derniere();
        assert!((0..60).contains(&(faite.manifeste.fait_le.timestamp() - quand)), "{quand}");
        noms.push(faite.noms.archive);
    }
    let heures = ["20261025T0030", "20261025T0130", "20261024T0030", "20261024T0030"];
    for (nom, heure) in noms.iter().zip(heures) {
        assert!(nom.contains(heure), "{nom}");
    }
    let gardees: Vec<String> = a.liste().into_iter().map(|s| s.noms.archive).collect();
    assert_eq!(gardees, noms[1..], "the three that were made last, whatever their time");
}

/// The server's clock judges, not that of whoever asks.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn une_machine_en_avance_de_quatre_jours_ne_retire_pas_une_base_gardee() {
    let a = Atelier::neuf().await;
    let (gardee, maintenant) = (format!("{}_gardee", a.base), chrono::Utc::now());
    let fin = maintenant + chrono::TimeDelta::days(2);
    let marque = serde_json::json!({"delicego": "remplacee", "de": a.base, "le": maintenant,
        "jusqu_au": fin, "par": "f.dump.gz", "commentaire": null});
    let mut c = crate::outils::grappe::superutilisateur("postgres").await;
    let ordonner = async |c: &mut sqlx::postgres::PgConnection, ordre: String| {
        sqlx::raw_sql(sqlx::AssertSqlSafe(ordre)).execute(c).await
    };
    ordonner(&mut c, format!("create database {gardee} owner delicego")).await.unwrap();
    ordonner(&mut c, format!("comment on database {gardee} is '{marque}'")).await.unwrap();
    let demain = (maintenant + chrono::TimeDelta::days(4)).timestamp();
    let sortie = a.backup_a(demain, &[]);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    ordonner(&mut c, format!("drop database {gardee}")).await.expect("elle est toujours là");
}

#[tokio::test]
async fn une_sauvegarde_dont_l_archive_manque_ne_compte_pas_parmi_les_gardees() {
    let a = Atelier::neuf().await;
    let bonne = a.bon_backup(&[]);
    let perdue = a.bon_backup(&[]);
    fs::remove_file(&perdue).unwrap();
    a.bon_backup(&["--keep", "2"]);
    assert!(bonne.exists());
}

#[tokio::test]
async fn une_rotation_morte_au_milieu_est_finie_par_la_suivante() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let noms = a.derniere().noms;
    let adieu = a.dossier.join(format!(".supprime-{}", noms.manifeste()));
    fs::rename(a.dossier.join(noms.manifeste()), &adieu).unwrap();
    fs::remove_file(a.dossier.join(noms.somme())).unwrap();
    fs::write(a.dossier.join(&noms.archive), "un reste").unwrap();
    a.bon_backup(&[]);
    assert!(!adieu.exists() && a.derniere().fiable());
    assert_eq!(a.fichiers().len(), 4, "{:?}", a.fichiers());
}

#[tokio::test]
async fn la_base_qu_une_restauration_a_remplacee_part_avec_la_sauvegarde_qui_suit_son_terme() {
    let a = Atelier::neuf().await;
    let fichier = a.bon_backup(&[]);
    let bases = async || {
        let mut c = grappe::superutilisateur("postgres").await;
        let cherche = sqlx::query_scalar("select count(*) from pg_database where datname ~ $1");
        let n: i64 = cherche.bind(format!("^{}", a.base)).fetch_one(&mut c).await.unwrap();
        n
    };
    for (garder, reste) in [("72h", 2), ("0m", 2)] {
        let mut restore = a.programme(&["restore", "--drop-create", "--oui", "--garder", garder]);
        let sortie = restore.arg("--file").arg(&fichier).output().unwrap();
        assert_eq!(super::code(&sortie), 0, "{}", textes(&sortie));
        let sortie = a.backup(&[]);
        assert_eq!(super::code(&sortie), 0, "{}", textes(&sortie));
        // A backup of another base of this server may be taking it away at this very moment.
        let fin = Instant::now() + Duration::from_secs(30);
        while bases().await != reste {
            assert!(Instant::now() < fin, "{} bases : {}", bases().await, textes(&sortie));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn une_base_du_meme_nom_sur_un_autre_serveur_garde_ses_sauvegardes() {
    let a = Atelier::neuf().await;
    let archive = a.bon_backup(&[]);
    let chemin = a.dossier.join(a.derniere().noms.manifeste());
    let mut m = Manifeste::lire(&chemin).unwrap();
    m.base.systeme = Some("1".to_owned());
    fs::write(&chemin, serde_json::to_vec(&m).unwrap()).unwrap();
    a.bon_backup(&["--keep", "1"]);
    assert!(archive.exists());
}

#[tokio::test]
async fn des_noms_de_bases_etranges_ne_se_melangent_pas() {
    use sqlx::{AssertSqlSafe, Executor};
    let mut c = grappe::superutilisateur("postgres").await;
    for nom in ["Une Base/à part", "Une Base/à part-2"] {
        let creer = format!("create database \"{nom}\" owner delicego");
        c.execute(AssertSqlSafe(creer)).await.unwrap();
    }
    let a = Atelier::sur("Une Base/à part".to_owned());
    let mut b = Atelier::sur("Une Base/à part-2".to_owned());
    b.dossier.clone_from(&a.dossier);
    for atelier in [&a, &b, &a, &b] {
        let sortie = atelier.backup(&["--keep", "1", "--force-suspect"]);
        assert_eq!(super::code(&sortie), 0, "{}", textes(&sortie));
    }
    let mut bases: Vec<_> = a.liste().into_iter().map(|s| s.manifeste.base.nom).collect();
    bases.sort();
    assert_eq!(bases, [a.base.clone(), b.base.clone()]);
}

#[tokio::test]
async fn une_sauvegarde_que_l_on_sait_abimee_ne_prend_la_place_d_aucune_bonne() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let bonne = a.bon_backup(&["--vers", &url]);
    let abimee = a.bon_backup(&["--vers", &url]);
    let nom = a.derniere().noms.archive;
    for chemin in [&abimee, &ailleurs.join(&nom)] {
        pourrir(chemin);
        assert_eq!(exercer(&a, chemin.to_str().unwrap()).0, 3);
    }
    let copie = ailleurs.join(bonne.file_name().unwrap());
    for attendues in [true, false] {
        let sortie = a.backup(&["--vers", &url, "--keep", "2"]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        // Two good ones are kept, and none of them is the damaged one.
        let restees = [bonne.exists(), copie.exists()];
        assert_eq!(restees, [attendues; 2], "{}", textes(&sortie));
    }
    assert!(!abimee.exists());
}
