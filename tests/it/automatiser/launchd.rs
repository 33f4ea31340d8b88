//! Plists, written and read again; their text is proved in `automatiser::fichiers`.

use std::fs;

use delicego::exploitation::automatiser::{Avec, installe, installer, retirer};

use super::{Dossier, demande, lieux};

#[test]
fn les_plists_se_relisent_et_s_enlevent() {
    let d = Dossier::nouveau();
    let l = lieux(&d, false);
    installer(Avec::Launchd, &demande(&d, &l, "15 2 * * *"), &l).unwrap();
    installer(Avec::Launchd, &demande(&d, &l, "30 3 1 * 1"), &l).unwrap();
    let etranger = l.agents.join("fr.delicego.autre.plist");
    fs::write(&etranger, "<plist/>").unwrap();
    let vu = installe(&l, Some(Avec::Launchd));
    let dits: Vec<&str> = vu.programmations.iter().map(|p| p.en_clair.as_str()).collect();
    assert_eq!(
        dits,
        ["le 1er du mois et le lundi à 03 h 30", "le dimanche à 04 h 00", "chaque jour à 07 h 00",]
    );
    assert_eq!(vu.programmations[0].env_file, Some(l.env_file.clone()));
    assert_eq!(vu.programmations[0].journal, Some(d.join("journaux/automatique.log")));
    let trop = demande(&d, &l, "0-58 * * * 1-5");
    let refus = installer(Avec::Launchd, &trop, &l).unwrap_err().to_string();
    assert!(refus.contains("plus simple"), "{refus}");
    assert_eq!(retirer(&l, Some(Avec::Launchd)).unwrap().len(), 3);
    assert_eq!(fs::read_dir(&l.agents).unwrap().count(), 1);
}
