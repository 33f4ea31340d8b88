//! What no copy can help: damaged here and there, cut on its way, or without the roles that came with it.

use std::fs;
use std::time::{Duration, SystemTime};

use super::atelier::{Atelier, code, textes};
use super::copies::{dossier_voisin, exercer, ligne_2, listee, pourrir};

#[tokio::test]
async fn une_sauvegarde_abimee_ici_et_la_bas_ne_promet_aucune_copie() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    a.bon_backup(&["--vers", &url]);
    let archive = a.derniere().noms.archive;
    let bon_la_bas = pourrir(&ailleurs.join(&archive));
    assert_eq!(exercer(&a, &format!("{url}/{archive}")).0, 3);
    let (verdict, raison) = ligne_2(&a, &url, None);
    assert!(verdict == "KO" && raison.contains("là-bas, est abîmé :"), "{raison}");
    let ici = a.dossier.join(&archive);
    pourrir(&ici);
    assert_eq!(exercer(&a, ici.to_str().unwrap()).0, 3);
    let (verdict, raison) = ligne_2(&a, &url, None);
    let dit = format!("{archive} est abîmée là-bas, et ici aussi : elle ne se restaurera plus");
    assert!(verdict == "KO" && raison == dit, "{raison}");
    // It is not there at all: neither will it be.
    for nom in [archive.clone(), format!("{archive}.json")] {
        fs::remove_file(ailleurs.join(nom)).unwrap();
    }
    let (verdict, raison) = ligne_2(&a, &url, None);
    assert!(verdict == "KO" && raison.ends_with("elle ne se copiera plus"), "{raison}");
    drop(bon_la_bas);
}

#[tokio::test]
async fn une_copie_coupee_sans_manifeste_se_dit_et_une_copie_en_route_non() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let archive = a.bon_backup(&["--vers", &url]);
    let octets = fs::read(&archive).unwrap();
    let nom = a.derniere().noms.archive;
    let (debut, fin) = nom.rsplit_once("_20").unwrap();
    let passee = format!("{debut}_19{fin}");
    let vieillir = |chemin: &std::path::Path| {
        let fichier = fs::OpenOptions::new().write(true).open(chemin).unwrap();
        fichier.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    };
    // Of an archive that is here no more; and what a killed run left under a number.
    for coupee in [passee.clone(), format!("{passee}#1"), format!("{nom}#1")] {
        let chemin = ailleurs.join(&coupee);
        fs::write(&chemin, &octets[..octets.len() / 2]).unwrap();
        vieillir(&chemin);
        let (verdict, raison) = ligne_2(&a, &url, None);
        let dit = format!("{coupee}, là-bas, est une copie coupée en route, sans manifeste");
        assert!(verdict == "ATTENTION" && raison.contains(&dit), "{raison}");
        let liste = listee(&a, &url, None);
        assert!(liste.contains("SANS MANIFESTE LISIBLE") && liste.contains(&coupee), "{liste}");
        fs::remove_file(&chemin).unwrap();
    }
    // One of another database is another's; one that was begun just now may be on its way.
    let autre = ailleurs.join("delicego_autre_20200101T000000Z.dump.gz");
    fs::write(&autre, "x").unwrap();
    vieillir(&autre);
    fs::remove_file(ailleurs.join(format!("{nom}.json"))).unwrap();
    let raison = ligne_2(&a, &url, None).1;
    assert!(!raison.contains("coupée en route"), "{raison}");
    let sortie = a.backup(&["--vers", &url]);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
}

#[tokio::test]
async fn des_roles_abimes_ici_se_disent_une_fois_et_n_accusent_pas_l_archive() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let archive = a.bon_backup(&[]);
    let roles = a.dossier.join(a.derniere().noms.roles());
    pourrir(&roles);
    let sortie = a.backup(&["--vers", &url]);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    let dit = format!("{} est abîmé ici", roles.display());
    assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
    assert!(textes(&sortie).contains("l'archive elle-même reste bonne"), "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("abimee=true"), "{}", textes(&sortie));
    let liste = a.programme(&["sauvegardes", "--output-dir"]).arg(&a.dossier).output().unwrap();
    assert!(!textes(&liste).contains("ABÎMÉE"), "{}", textes(&liste));
    // Later runs tell it, and fail for what is new only; the new one is whole there.
    for _ in 0..2 {
        let sortie = a.backup(&["--vers", &url]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        assert!(textes(&sortie).contains(&format!("À savoir : {dit}")), "{}", textes(&sortie));
        assert!(ailleurs.join(a.derniere().noms.manifeste()).exists());
    }
    let (code, dit) = exercer(&a, archive.to_str().unwrap());
    assert_eq!(code, 0, "{dit}");
    let nom = roles.file_name().unwrap().to_str().unwrap();
    assert_eq!(dit.matches(&format!("{nom} n'est plus ce qui a été écrit")).count(), 1, "{dit}");
}
