//! The copy elsewhere, on a real S3 server that can die.

use std::process::Output;

use super::atelier::{Atelier, code, textes};
use crate::outils::s3::{Magasin, SEAU};

const VERS: &str = "s3://sauvegardes/cuisine/nuit";

fn copier(a: &Atelier, m: &Magasin, vers: &str) -> Output {
    let mut commande = a.commande(&["--vers", vers]);
    commande.envs(m.variables());
    commande.output().unwrap()
}

fn noms(m: &Magasin) -> Vec<String> {
    m.objets("cuisine/nuit").into_iter().map(|(nom, _)| nom).collect()
}

#[tokio::test]
async fn a_backup_is_copied_to_s3_whole_and_only_once() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    let sortie = copier(&a, &m, VERS);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("Copiée ailleurs : delicego_"), "{}", textes(&sortie));
    let la_bas = m.objets("cuisine/nuit");
    assert_eq!(la_bas.len(), 4, "archive, somme, rôles, manifeste : {:?}", noms(&m));
    for (nom, contenu) in la_bas {
        assert_eq!(contenu, std::fs::read(a.dossier.join(&nom)).unwrap(), "{nom}");
    }
    let sortie = copier(&a, &m, VERS);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert_eq!(textes(&sortie).matches("Copiée ailleurs").count(), 1, "{}", textes(&sortie));
    assert_eq!(noms(&m).len(), 8);
}

#[tokio::test]
async fn a_store_that_dies_in_the_middle_leaves_the_backup_good_and_no_partial_object() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    // Enough to be told what comes, not for it to come whole.
    m.mourir_apres(10_000);
    let sortie = copier(&a, &m, VERS);
    assert_eq!(m.envois_en_cours(), 1, "mort au milieu de l'archive");
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("n'a pas pu être copiée"), "{}", textes(&sortie));
    assert!(textes(&sortie).contains("event=backup_copie_manquee"), "{}", textes(&sortie));
    let premiere = a.derniere();
    assert!(premiere.fiable());
    let archive = &premiere.noms.archive;
    let octets = premiere.manifeste.archive.octets;
    for (nom, contenu) in m.objets("cuisine/nuit") {
        assert!(nom != *archive || contenu.len() as u64 == octets, "{nom} is partial");
        assert!(!nom.ends_with(".json"), "{nom}: a manifest before its archive");
    }
    m.revenir();
    let sortie = copier(&a, &m, VERS);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let la_bas = noms(&m);
    for s in a.liste() {
        assert!(la_bas.contains(&s.noms.manifeste()), "{la_bas:?}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_or_refuses_is_told_and_the_backup_stays_good() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    let mut faux = a.commande(&["--vers", VERS]);
    faux.envs(m.variables()).env("AWS_SECRET_ACCESS_KEY", "un-autre-secret");
    let sortie = faux.output().unwrap();
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("refuse l'accès"), "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("un-autre-secret"));
    m.mourir_apres(0);
    let sortie = copier(&a, &m, VERS);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert_eq!(noms(&m), [""; 0]);
    assert_eq!(a.liste().iter().filter(|s| s.fiable()).count(), 2);
}

/// All but that one.
fn sans(m: &Magasin, absente: &str) -> Vec<(&'static str, String)> {
    let mut variables = m.variables();
    variables.retain(|(nom, _)| *nom != absente);
    variables
}

#[tokio::test]
async fn une_variable_du_stockage_qui_manque_est_nommee_avant_que_rien_ne_soit_demande() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    m.mourir_apres(0);
    let fichier = format!("{VERS}/delicego_x_20261122T021507Z.dump.gz");
    let commandes: [&[&str]; 5] = [
        &["sauvegardes", "--vers", VERS],
        &["restore", "--target-db", "essai", "--file", &fichier],
        &["restore", "--target-db", "essai", "--file", VERS],
        &["drill", "--file", &fichier],
        &["drill", "--alterner", "--vers", VERS],
    ];
    for (absente, phrase) in [
        ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY manque"),
        ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID manque"),
    ] {
        for arguments in commandes {
            let mut commande = a.programme(arguments);
            commande.env("DELICEGO_SAUVEGARDES", &a.dossier).envs(sans(&m, absente));
            let sortie = commande.output().unwrap();
            assert_eq!(code(&sortie), 5, "{arguments:?} {}", textes(&sortie));
            let dit = String::from_utf8(sortie.stderr).unwrap();
            let lignes: Vec<_> = dit.lines().filter(|l| l.starts_with("delicego : ")).collect();
            assert!(lignes.len() == 1 && lignes[0].contains(phrase), "{arguments:?} {dit}");
        }
    }
    for (variables, phrase) in [
        (sans(&m, "AWS_SECRET_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY manque"),
        (
            [sans(&m, "AWS_ENDPOINT"), vec![("AWS_REGION", String::new())]].concat(),
            "AWS_REGION manque",
        ),
        (
            [m.variables(), vec![("AWS_ENDPOINT", "minio".to_owned())]].concat(),
            "AWS_ENDPOINT : https",
        ),
    ] {
        let mut commande = a.commande(&["--vers", VERS]);
        let sortie = commande.envs(variables).output().unwrap();
        assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
        let (dit, fait) = (String::from_utf8(sortie.stderr).unwrap(), sortie.stdout);
        let dites = dit.lines().filter(|l| l.starts_with("delicego : "));
        assert_eq!(dites.count(), 0, "une fois suffit : {dit}");
        let fait = String::from_utf8(fait).unwrap();
        assert_eq!(fait.matches(phrase).count(), 1, "{fait}");
        assert!(fait.contains("faite et relue"), "{fait}");
    }
    assert_eq!(a.liste().iter().filter(|s| s.fiable()).count(), 3, "la nuit n'est pas perdue");
}

#[tokio::test]
async fn what_lies_there_under_that_name_is_never_written_over() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    a.bon_backup(&[]);
    let archive = a.derniere().noms.archive;
    let dossier = a.racine.join("s3").join(SEAU).join("cuisine/nuit");
    std::fs::create_dir_all(&dossier).unwrap();
    std::fs::write(dossier.join(&archive), "autre chose").unwrap();
    let sortie = copier(&a, &m, VERS);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("contient déjà un autre"), "{}", textes(&sortie));
    assert_eq!(std::fs::read(dossier.join(&archive)).unwrap(), b"autre chose");
    assert!(noms(&m).contains(&a.derniere().noms.manifeste()), "the newest is there all the same");
}

#[tokio::test]
async fn another_folder_is_as_good_as_a_store_and_a_wrong_address_costs_the_copy_alone() {
    let a = Atelier::neuf().await;
    let ailleurs = a.racine.join("disque usb");
    let url = format!("file://{}", ailleurs.display().to_string().replace(' ', "%20"));
    let sortie = a.backup(&["--vers", &url]);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert_eq!(super::atelier::fichiers(&ailleurs).len(), 4);
    for faux in ["ftp://ailleurs/x", "pas une adresse", "s3://cle:secret@seau/x"] {
        let sortie = a.backup(&["--vers", faux]);
        assert_eq!(code(&sortie), 3, "{faux}: {}", textes(&sortie));
        let dit = textes(&sortie);
        assert!(
            dit.contains("n'a pas pu être copiée : --vers : ") && !dit.contains("secret"),
            "{dit}"
        );
    }
    assert_eq!(a.liste().iter().filter(|s| s.fiable()).count(), 4);
}

#[tokio::test]
async fn une_cle_ou_une_adresse_mal_reglee_est_nommee_et_ne_coute_pas_la_sauvegarde_de_la_nuit() {
    let a = Atelier::neuf().await;
    let cle = a.racine.join("google.json");
    std::fs::write(&cle, "{}").unwrap();
    let compte = ("AZURE_STORAGE_ACCOUNT_NAME", "compte");
    let vers = |adresse| ("DELICEGO_SAUVEGARDES_VERS", adresse);
    let google = ("GOOGLE_APPLICATION_CREDENTIALS", cle.to_str().unwrap());
    for (n, (variables, phrase)) in [
        (
            vec![vers("az://seau/nuit"), compte, ("AZURE_STORAGE_ACCOUNT_KEY", "pasbase64!")],
            "AZURE_STORAGE_ACCOUNT_KEY n'est pas une clé d'Azure",
        ),
        (vec![vers("gs://seau/nuit"), google], "GOOGLE_APPLICATION_CREDENTIALS ("),
        (vec![vers("/srv/copies")], "DELICEGO_SAUVEGARDES_VERS : "),
        (vec![vers("ftp://seau/nuit")], "DELICEGO_SAUVEGARDES_VERS : "),
    ]
    .into_iter()
    .enumerate()
    {
        let sortie = a.commande(&[]).envs(variables).output().unwrap();
        let dit = textes(&sortie);
        assert_eq!(code(&sortie), 3, "{dit}");
        assert!(dit.contains(phrase) && dit.contains("faite et relue"), "{dit}");
        assert!(!dit.contains("pasbase64!") && !dit.contains("offset"), "{dit}");
        assert_eq!(a.liste().iter().filter(|s| s.fiable()).count(), n + 1);
    }
    // A line of a crontab is typed once.
    let sortie = a.backup(&["--vers", "/srv/copies"]);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("file:///srv/copies"), "{}", textes(&sortie));
}
