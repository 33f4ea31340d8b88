//! Units that systemd itself accepts. No manager is told: the folders are the test's own.

use std::fs;
use std::process::Command;

use delicego::exploitation::automatiser::{
    Avec, Horaire, Reglages, Tache, installe, installer, retirer,
};

use super::{Dossier, demande, lieux};

#[test]
fn les_unites_passent_systemd_analyze_verify_et_se_relisent() {
    for root in [true, false] {
        let d = Dossier::nouveau();
        let l = lieux(&d, root);
        for horaire in ["*/20 1 1,15 * 1", "15 2 * * *"] {
            let dits = installer(Avec::Systemd, &demande(&d, &l, horaire), &l).unwrap();
            assert!(
                dits.iter().any(|p| p.contains("enable --now delicego-backup.timer")),
                "{dits:?}"
            );
            assert!(!dits.iter().any(|p| p.contains("systemd-analyze")), "{dits:?}");
            assert_eq!(fs::read_dir(&l.unites).unwrap().count(), 6);
            let mut verifier = Command::new("systemd-analyze");
            verifier.args(["--man=no", "verify"]);
            for entree in fs::read_dir(&l.unites).unwrap() {
                verifier.arg(entree.unwrap().path());
            }
            let sortie = verifier.output().expect("systemd-analyze (paquet systemd)");
            let plaintes = String::from_utf8_lossy(&sortie.stderr).into_owned();
            assert!(sortie.status.success() && !plaintes.contains("delicego"), "{plaintes}");
        }
        let vu = installe(&l, Some(Avec::Systemd));
        let [backup, drill, checklist] = &vu.programmations[..] else { panic!("{vu:?}") };
        assert_eq!((backup.tache, drill.tache), (Tache::Backup, Tache::Drill));
        assert_eq!(checklist.en_clair, "chaque jour à 07 h 00");
        assert_eq!(backup.output_dir, Some(d.join("sauvegardes")));
        let service = |nom: &str| fs::read_to_string(l.unites.join(nom)).unwrap();
        for nom in ["backup", "drill"] {
            let texte = service(&format!("delicego-{nom}.service"));
            assert!(texte.contains("\nOnFailure=delicego-checklist.service\n"), "{texte}");
        }
        assert!(!service("delicego-checklist.service").contains("OnFailure"));
        assert!(service("delicego-drill.service").contains("\"--alterner\""));
        assert_eq!(backup.en_clair, "chaque jour à 02 h 15");
        assert_eq!(backup.journal, Some(d.join("journaux/automatique.log")));
        assert_eq!(backup.env_file, Some(l.env_file.clone()));
        assert!(backup.active == Some(false) && vu.remarques.len() == 3, "{vu:?}");
        retirer(&l, Some(Avec::Systemd)).unwrap();
        assert_eq!(fs::read_dir(&l.unites).unwrap().count(), 0);
    }
}

#[test]
fn systemd_accepte_les_calendriers_traduits() {
    for horaire in
        ["15 2 * * *", "0 4 * * 0", "*/20 1 1,15 * 1", "5 1-3 * jan,jul mon-fri", "* * * * *"]
    {
        for calendrier in Horaire::lire(horaire).unwrap().on_calendar() {
            let mut lire = Command::new("systemd-analyze");
            let sortie = lire.args(["calendar", &calendrier]).output().unwrap();
            assert!(sortie.status.success(), "{horaire} : {calendrier} {sortie:?}");
        }
    }
}

#[test]
fn une_unite_changee_a_la_main_est_montree_telle_qu_elle_est() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    installer(Avec::Systemd, &demande(&d, &l, "15 2 * * *"), &l).unwrap();
    let timer = l.unites.join("delicego-backup.timer");
    let texte = fs::read_to_string(&timer).unwrap();
    fs::write(&timer, texte.replace("02:15:00", "05:45:00")).unwrap();
    let vu = installe(&l, Some(Avec::Systemd));
    assert!(vu.programmations[0].en_clair.contains("à la main : *-*-* 05:45:00"), "{vu:?}");
}

#[test]
fn ce_que_l_ancien_horaire_portait_et_que_le_nouveau_n_a_plus_se_dit() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    let mut voulue = demande(&d, &l, "15 2 * * *");
    voulue.reglages.chiffrer = vec!["age1cle".to_owned()];
    let dits = installer(Avec::Systemd, &voulue, &l).unwrap();
    assert!(!dits.iter().any(|p| p.contains("portait")), "{dits:?}");
    voulue.reglages = Reglages { keep: 7, ..demande(&d, &l, "15 2 * * *").reglages };
    let dits = installer(Avec::Systemd, &voulue, &l).unwrap();
    assert!(
        dits.iter().any(|p| p.contains("« --chiffrer age1cle », qui n'y est plus")),
        "{dits:?}"
    );
    assert!(dits.iter().any(|p| p == "sauvegarde : --keep 7 (avant : 14)"), "{dits:?}");
    let dits = installer(Avec::Systemd, &voulue, &l).unwrap();
    assert!(!dits.iter().any(|p| p.contains("avant :") || p.contains("portait")), "{dits:?}");
}

#[test]
fn ce_qui_est_ajoute_a_une_unite_compte_et_se_dit_avec_ce_qui_l_enleve() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    installer(Avec::Systemd, &demande(&d, &l, "15 2 * * *"), &l).unwrap();
    let ajouter = |unite: &str, texte: &str| {
        let dossier = l.unites.join(format!("{unite}.d"));
        fs::create_dir(&dossier).unwrap();
        fs::write(dossier.join("a.conf"), texte).unwrap();
    };
    ajouter("delicego-backup.timer", "[Timer]\nOnCalendar=\nOnCalendar=monthly\n");
    ajouter("delicego-drill.service", "[Service]\nExecStart=\nExecStart=/bin/true\n");
    let vu = installe(&l, Some(Avec::Systemd));
    let [backup, drill, checklist] = &vu.programmations[..] else { panic!("{vu:?}") };
    assert_eq!(backup.en_clair, "horaire changé à la main : monthly");
    let reserve = drill.reserve.as_deref().unwrap_or_default();
    assert!(reserve.starts_with("on ne sait pas lire sa ligne"), "{reserve}");
    assert_eq!((&checklist.obstacle, &checklist.reserve), (&None, &None));
    for unite in ["delicego-backup.timer", "delicego-drill.service"] {
        let remede = format!("systemctl --user revert {unite}");
        assert!(vu.remarques.iter().any(|r| r.contains(&remede)), "{:?}", vu.remarques);
    }
}

#[test]
fn une_unite_de_quelqu_un_d_autre_n_est_ni_remplacee_ni_enlevee() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    fs::create_dir_all(&l.unites).unwrap();
    let timer = l.unites.join("delicego-drill.timer");
    fs::write(&timer, "[Timer]\nOnCalendar=daily\n").unwrap();
    let refus = installer(Avec::Systemd, &demande(&d, &l, "15 2 * * *"), &l).unwrap_err();
    assert!(refus.to_string().contains("n'a pas été écrit par DéliceGo"), "{refus}");
    assert_eq!(fs::read_dir(&l.unites).unwrap().count(), 1);
    assert_eq!(retirer(&l, Some(Avec::Systemd)).unwrap().len(), 0);
    assert_eq!(installe(&l, Some(Avec::Systemd)).programmations.len(), 0);
    assert!(timer.exists());
}
