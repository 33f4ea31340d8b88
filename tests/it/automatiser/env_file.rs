//! The env file: written once, for its owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use delicego::exploitation::automatiser::{Avec, ErreurAutomatiser, installer};

use super::{Dossier, automatiser, demande, dit, lieux};

fn mode(chemin: &Path) -> u32 {
    fs::metadata(chemin).unwrap().permissions().mode() & 0o777
}

#[test]
fn les_fichiers_poses_ne_sont_lisibles_que_de_leur_proprietaire() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    installer(Avec::Launchd, &demande(&d, &l, "15 2 * * *"), &l).unwrap();
    assert_eq!(mode(&l.env_file), 0o600);
    assert_eq!(mode(l.env_file.parent().unwrap()), 0o700);
    assert_eq!(mode(&d.join("sauvegardes")), 0o700);
    assert_eq!(mode(&d.join("journaux/automatique.log")), 0o600);
}

#[test]
fn une_cle_qui_manquerait_cette_nuit_est_nommee_et_rien_n_est_installe() {
    let d = Dossier::nouveau();
    let env = d.join("delicego.env");
    let installer = |variables: &[(&str, &str)], vers: &[&str]| {
        let arguments = ["installer", "--avec", "cron", "--env-file", env.to_str().unwrap()];
        let variables = [&[("HOME", "/nulle/part")], variables].concat();
        dit(&automatiser(&[&arguments[..], vers].concat(), &variables), 5)
    };
    let vers = ("DELICEGO_SAUVEGARDES_VERS", "s3://seau/nuit");
    let cle = ("AWS_ACCESS_KEY_ID", "cle");
    for phrase in [installer(&[vers, cle], &[]), installer(&[cle], &["--vers", "s3://seau/nuit"])] {
        assert!(phrase.contains("AWS_SECRET_ACCESS_KEY manque"), "{phrase}");
        assert_eq!(phrase.lines().count(), 1, "{phrase}");
    }
    assert!(!env.exists());
    // What is scheduled reads that file, whatever is set here.
    fs::write(&env, "DELICEGO_SAUVEGARDES_VERS=s3://seau/nuit\nAWS_REGION=r\n").unwrap();
    fs::set_permissions(&env, fs::Permissions::from_mode(0o600)).unwrap();
    let phrase = installer(&[cle, ("AWS_SECRET_ACCESS_KEY", "secret")], &[]);
    assert!(phrase.contains("AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY manquent"), "{phrase}");
    assert!(phrase.contains(env.to_str().unwrap()), "{phrase}");
}

#[test]
fn un_fichier_de_reglages_que_d_autres_peuvent_lire_est_refuse_avant_tout() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    fs::create_dir(d.join("config")).unwrap();
    fs::write(&l.env_file, "PGPASSWORD=x\n").unwrap();
    for faux in [0o644, 0o640, 0o604] {
        fs::set_permissions(&l.env_file, fs::Permissions::from_mode(faux)).unwrap();
        let demande = demande(&d, &l, "15 2 * * *");
        for avec in [Avec::Systemd, Avec::Launchd] {
            let refus = installer(avec, &demande, &l).unwrap_err();
            assert!(matches!(refus, ErreurAutomatiser::RefuseAvant(_)), "{refus}");
            assert!(refus.to_string().contains("chmod 600"), "{refus}");
        }
        let env = l.env_file.to_str().unwrap();
        let arguments = ["installer", "--avec", "cron", "--env-file", env];
        dit(&automatiser(&arguments, &[("HOME", "/nulle/part")]), 5);
    }
    assert!(!l.unites.exists() && !l.agents.exists() && !d.join("sauvegardes").exists());
    fs::set_permissions(&l.env_file, fs::Permissions::from_mode(0o600)).unwrap();
    installer(Avec::Launchd, &demande(&d, &l, "15 2 * * *"), &l).unwrap();
    assert_eq!(fs::read_to_string(&l.env_file).unwrap(), "PGPASSWORD=x\n", "jamais réécrit");
}
