//! Copies that lie elsewhere: are they still what was put there? What is gone is taken up again; a
//! folder is kept as the one here is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use super::atelier::{Atelier, code, fichiers, textes};
use crate::outils::s3::{Magasin, SEAU};

const VERS: &str = "s3://sauvegardes/nuit";
/// Of the clock, for backups of which each has an hour of its own.
#[cfg(target_os = "linux")]
const MINUIT: i64 = 1_792_800_000;

/// What the checklist says of the copy.
pub(super) fn ligne_2(a: &Atelier, vers: &str, m: Option<&Magasin>) -> (String, String) {
    let mut commande = a.programme(&["checklist", "--json"]);
    commande.env("DELICEGO_SAUVEGARDES", &a.dossier).env("DELICEGO_SAUVEGARDES_VERS", vers);
    commande.envs(m.map(Magasin::variables).unwrap_or_default());
    let sortie = commande.output().unwrap();
    let dit: Value = serde_json::from_slice(&sortie.stdout).unwrap();
    let ligne = dit["points"].as_array().unwrap().iter().find(|p| p["code"] == "copie").unwrap();
    let texte = |champ: &str| ligne[champ].as_str().unwrap().to_owned();
    (texte("verdict"), texte("raison"))
}

/// What the list says of what lies there.
pub(super) fn listee(a: &Atelier, vers: &str, m: Option<&Magasin>) -> String {
    let mut commande = a.programme(&["sauvegardes", "--vers", vers]);
    commande.env("DELICEGO_SAUVEGARDES", &a.dossier);
    commande.envs(m.map(Magasin::variables).unwrap_or_default());
    let sortie = commande.output().unwrap();
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    textes(&sortie)
}

pub(super) fn dossier_voisin(a: &Atelier) -> (PathBuf, String) {
    let ailleurs = a.racine.join("disque usb");
    let url = format!("file://{}", ailleurs.display().to_string().replace(' ', "%20"));
    (ailleurs, url)
}

fn mode(chemin: &Path) -> u32 {
    fs::metadata(chemin).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn un_objet_parti_ou_change_dans_un_stockage_est_vu_et_celui_qui_manque_repris() {
    let a = Atelier::neuf().await;
    let m = Magasin::ouvrir(&a.racine.join("s3"));
    let copier = |keep: &str| -> Output {
        let mut commande = a.commande(&["--vers", VERS, "--keep", keep]);
        commande.envs(m.variables()).output().unwrap()
    };
    assert_eq!(code(&copier("14")), 0);
    assert_eq!(ligne_2(&a, VERS, Some(&m)).0, "OK");
    let liste = listee(&a, VERS, Some(&m));
    assert!(liste.contains("vérifiée avant la copie, y était égale le "), "{liste}");
    let archive = a.derniere().noms.archive;
    let objet = a.racine.join("s3").join(SEAU).join("nuit").join(&archive);
    let bon = fs::read(&objet).unwrap();
    // Of the same length: only its mark tells, then its every byte.
    let mut faux = bon.clone();
    faux[bon.len() / 2] ^= 1;
    fs::write(&objet, &faux).unwrap();
    let (verdict, raison) = ligne_2(&a, VERS, Some(&m));
    assert!(verdict == "KO" && raison.contains(&archive), "{raison}");
    let liste = listee(&a, VERS, Some(&m));
    assert!(liste.contains("CHANGÉE depuis sa dernière lecture du "), "{liste}");
    fs::remove_file(&objet).unwrap();
    let (verdict, raison) = ligne_2(&a, VERS, Some(&m));
    assert!(verdict == "KO" && raison.contains("n'y est plus"), "{raison}");
    let sortie = copier("14");
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let dit = format!("Copié de nouveau ailleurs : {archive}");
    assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
    assert!(textes(&sortie).contains("event=backup_copie_reprise"), "{}", textes(&sortie));
    assert_eq!(fs::read(&objet).unwrap(), bon);
    // A store keeps what the folder here lets go.
    assert_eq!(code(&copier("1")), 0);
    assert_eq!((a.liste().len(), m.objets("nuit").len()), (1, 12));

    // One that lets nobody write over anything: what is new is copied, and it says what to do.
    let archive = a.derniere().noms.archive;
    let objet = objet.with_file_name(&archive);
    fs::write(&objet, &faux).unwrap();
    m.figer();
    let sortie = copier("14");
    let dite = textes(&sortie);
    assert_eq!(code(&sortie), 3, "{dite}");
    let dit = format!("{archive} est abîmé dans {VERS}, et n'a pas pu y être remplacé");
    assert!(dite.contains(&dit) && !dite.contains("vérifiez les clés"), "{dite}");
    assert_eq!((fs::read(&objet).unwrap(), m.objets("nuit").len()), (faux, 16));
    fs::remove_file(&objet).unwrap();
    let sortie = copier("14");
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let dit = format!("Copié de nouveau ailleurs : {archive}");
    assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
}

#[tokio::test]
async fn un_dossier_de_copies_est_prive_tourne_comme_celui_d_ici_et_se_juge_par_ses_marques() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let absent = ligne_2(&a, &url, None);
    assert_eq!(absent.0, "KO", "{absent:?}");
    assert!(!ailleurs.exists(), "regarder ne crée rien");
    for _ in 0..3 {
        a.bon_backup(&["--vers", &url, "--keep", "2"]);
    }
    assert_eq!(mode(&ailleurs), 0o700);
    assert_eq!(fichiers(&ailleurs).len(), 8, "{:?}", fichiers(&ailleurs));
    for nom in fichiers(&ailleurs) {
        assert_eq!(mode(&ailleurs.join(&nom)), 0o600, "{nom}");
    }
    // What is not of this database stays.
    fs::write(ailleurs.join("delicego_autre_20200101T000000Z.dump.gz"), "à un autre").unwrap();
    let sortie = a.backup(&["--vers", &url, "--keep", "1"]);
    assert!(textes(&sortie).contains("Retirée des copies : delicego_"), "{}", textes(&sortie));
    assert_eq!(fichiers(&ailleurs).len(), 5, "{:?}", fichiers(&ailleurs));

    let (verdict, raison) = ligne_2(&a, &url, None);
    assert!(verdict == "ATTENTION" && raison.contains("même disque"), "{raison}");
    let archive = a.derniere().noms.archive;
    let note = a.dossier.join(format!("{archive}.copie.json"));
    assert_eq!(mode(&note), 0o600);
    let copie = ailleurs.join(&archive);
    let bon = fs::read(&copie).unwrap();
    // Another inode, the same bytes: read again, and noted.
    let avant = fs::read_to_string(&note).unwrap();
    fs::remove_file(&copie).unwrap();
    fs::write(&copie, &bon).unwrap();
    assert_eq!(ligne_2(&a, &url, None).0, "ATTENTION");
    assert_ne!(fs::read_to_string(&note).unwrap(), avant);
    let liste = listee(&a, &url, None);
    assert!(liste.contains("y était égale le ") && !liste.contains("CHANGÉE"), "{liste}");
    let mut faux = bon.clone();
    faux[bon.len() / 2] ^= 1;
    fs::write(&copie, &faux).unwrap();
    let liste = listee(&a, &url, None);
    assert!(liste.contains("CHANGÉE depuis sa dernière lecture du "), "{liste}");
    let (verdict, raison) = ligne_2(&a, &url, None);
    assert!(verdict == "KO" && raison.contains(&archive), "{raison}");

    for nom in fichiers(&ailleurs).iter().filter(|nom| nom.starts_with(&archive)) {
        fs::remove_file(ailleurs.join(nom)).unwrap();
    }
    let liste = listee(&a, &url, None);
    assert!(liste.contains("ARCHIVE ABSENTE OU TRONQUÉE (y était égale le "), "{liste}");

    let dedans = format!("file://{}/copies", a.dossier.display().to_string().replace(' ', "%20"));
    a.bon_backup(&["--vers", &dedans]);
    let (verdict, raison) = ligne_2(&a, &dedans, None);
    assert!(verdict == "ATTENTION" && raison.contains("lui-même"), "{raison}");
}

/// Ranks begin anew in a folder that was lost; the copies are older all the same.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn un_dossier_de_sauvegardes_perdu_ne_fait_retirer_aucune_copie_d_avant_et_c_est_dit() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let options = ["--vers", url.as_str(), "--keep", "3"];
    let mut faites = Vec::new();
    for n in 0..5 {
        if n == 3 {
            fs::remove_dir_all(&a.dossier).unwrap();
        }
        let sortie = a.backup_a(MINUIT + n * 3600, &options);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        let archive = a.derniere().noms.archive;
        let dit = format!("Retirée des copies : {archive}");
        assert!(!textes(&sortie).contains(&dit), "{}", textes(&sortie));
        let laissees = "ou d'avant sa perte : 3 dans";
        assert_eq!(textes(&sortie).contains(laissees), n >= 3, "{}", textes(&sortie));
        faites.push(archive);
    }
    let restent = delicego::sauvegarde::depot::lister(&ailleurs).unwrap();
    let mut restent: Vec<_> = restent.into_iter().map(|s| s.noms.archive).collect();
    restent.sort();
    assert_eq!(restent, faites, "les siennes et celles du dossier perdu");
    // The last of the list is what `restore --file` takes of a whole folder.
    let sortie = a.programme(&["sauvegardes", "--json", "--vers", &url]).output().unwrap();
    let liste: Value = serde_json::from_slice(&sortie.stdout).unwrap();
    let elements = liste["elements"].as_array().unwrap();
    let listees: Vec<&str> = elements.iter().map(|e| e["fichier"].as_str().unwrap()).collect();
    assert_eq!(listees, faites.iter().map(|f| format!("{url}/{f}")).collect::<Vec<_>>());
    // And so it is where the folder is named as one of this machine: the newest, damaged here, is
    // not hidden by the one with the highest rank.
    fs::write(ailleurs.join(&faites[4]), "abîmée").unwrap();
    let dossier = ailleurs.to_str().unwrap();
    let ordre = ["restore", "--file", dossier, "--target-db", "delicego_jamais"];
    let sortie = a.programme(&ordre).output().unwrap();
    assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
    assert!(textes(&sortie).contains(&faites[4]), "{}", textes(&sortie));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn deux_dossiers_qui_copient_au_meme_endroit_n_y_retirent_que_les_leurs() {
    let mut a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    let copier = |a: &Atelier, heure: i64| {
        let sortie = a.backup_a(MINUIT + heure * 3600, &["--vers", &url, "--keep", "2"]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        a.derniere().archive()
    };
    copier(&a, 0);
    copier(&a, 1);
    let la = |archive: &Path| ailleurs.join(archive.file_name().unwrap()).exists();
    let du_premier = a.derniere().archive();
    // Of a server that does not tell who it is: nothing says that it is an older one of this base.
    let inconnue = a.liste().remove(0);
    let manifeste = ailleurs.join(inconnue.noms.manifeste());
    let mut m: Value = serde_json::from_slice(&fs::read(&manifeste).unwrap()).unwrap();
    m["base"]["systeme"] = Value::Null;
    fs::write(&manifeste, m.to_string()).unwrap();
    a.dossier = a.racine.join("second");
    let du_second = copier(&a, 2);
    assert!(la(&du_premier) && la(&du_second) && la(&inconnue.archive()));
    let du_second = [du_second, copier(&a, 3), copier(&a, 4)];
    assert!(la(&du_premier), "plus ancienne que celles du second, et pas à lui");
    assert!(!la(&du_second[0]) && la(&du_second[1]) && la(&du_second[2]));
    assert!(la(&inconnue.archive()));
}

#[tokio::test]
async fn une_somme_abimee_ou_perdue_ici_n_accuse_pas_la_copie() {
    let a = Atelier::neuf().await;
    let (_, url) = dossier_voisin(&a);
    for faute in [Some("abîmée"), None] {
        a.bon_backup(&["--vers", &url]);
        let somme = a.dossier.join(a.derniere().noms.somme());
        let bonne = fs::read(&somme).unwrap();
        match faute {
            Some(texte) => fs::write(&somme, texte).unwrap(),
            None => fs::remove_file(&somme).unwrap(),
        }
        let (verdict, raison) = ligne_2(&a, &url, None);
        let dit = format!("{}, ici, manque ou n'est pas", somme.display());
        assert!(verdict == "KO" && raison.starts_with(&dit), "{raison}");
        let sortie = a.backup(&["--vers", &url]);
        assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
        let dit = format!("{} manque ou n'est pas celui", somme.display());
        assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
        assert!(!textes(&sortie).contains("contient déjà un autre"), "{}", textes(&sortie));
        fs::write(&somme, bonne).unwrap();
        assert_eq!(code(&a.backup(&["--vers", &url])), 0);
    }
}

/// As a bad disk does: the bytes change, and nothing that one sees of the file.
pub(super) fn pourrir(fichier: &Path) -> Vec<u8> {
    let bon = fs::read(fichier).unwrap();
    let mut faux = bon.clone();
    faux[bon.len() / 2] ^= 1;
    remettre(fichier, &faux);
    bon
}

fn remettre(fichier: &Path, octets: &[u8]) {
    let ouvert = fs::OpenOptions::new().write(true).open(fichier).unwrap();
    let le = ouvert.metadata().unwrap().modified().unwrap();
    std::os::unix::fs::FileExt::write_all_at(&ouvert, octets, 0).unwrap();
    ouvert.set_modified(le).unwrap();
}

pub(super) fn exercer(a: &Atelier, fichier: &str) -> (i32, String) {
    let mut commande = a.programme(&["drill", "--cluster", "serveur", "--file", fichier]);
    let sortie = commande.env("DELICEGO_SAUVEGARDES", &a.dossier).output().unwrap();
    (code(&sortie), textes(&sortie))
}

#[tokio::test]
async fn ce_qu_une_lecture_trouve_abime_la_bas_ou_ici_le_reste_jusqu_a_ce_qu_il_soit_refait() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    a.bon_backup(&["--vers", &url]);
    let archive = a.derniere().noms.archive;
    let copie = ailleurs.join(&archive);
    let exercer = |fichier: &str| exercer(&a, fichier);
    // By its address, then as a file of that folder.
    let adresse = format!("{url}/{archive}");
    for ou in [adresse.as_str(), copie.to_str().unwrap()] {
        let bon = pourrir(&copie);
        assert_eq!(ligne_2(&a, &url, None).0, "ATTENTION", "rien ne se voit");
        let (rate, dit) = exercer(ou);
        assert_eq!(rate, 3, "{dit}");
        let (verdict, raison) = ligne_2(&a, &url, None);
        assert!(verdict == "KO" && raison.contains(&format!("{archive}, là-bas, est abîmé")));
        assert!(listee(&a, &url, None).contains("ABÎMÉE"), "{}", listee(&a, &url, None));
        let sortie = a.backup(&["--vers", &url]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        let dit = format!("Copié de nouveau ailleurs : {archive}, qui y était abîmé");
        assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
        assert_eq!(fs::read(&copie).unwrap(), bon);
        assert_eq!(mode(&copie), 0o600);
        assert_eq!(ligne_2(&a, &url, None).0, "ATTENTION");
    }
    // It was the way to it: read again, it is good.
    let bon = pourrir(&copie);
    assert_eq!(exercer(&adresse).0, 3);
    remettre(&copie, &bon);
    assert_eq!(ligne_2(&a, &url, None).0, "KO");
    let (reussi, dit) = exercer(&adresse);
    assert_eq!(reussi, 0, "{dit}");
    assert_eq!(ligne_2(&a, &url, None).0, "ATTENTION");

    // What is damaged here is not put there, and the others are.
    let vide = format!("{url}%20vide");
    let ici = a.dossier.join(&archive);
    pourrir(&ici);
    let sortie = a.backup(&["--vers", &vide]);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    let dit = format!("{} est abîmé ici", ici.display());
    assert!(textes(&sortie).contains(&dit), "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("Choisissez un autre dossier"), "{}", textes(&sortie));
    let la = fichiers(&a.racine.join("disque usb vide"));
    assert!(!la.iter().any(|nom| nom.contains(&archive)), "{la:?}");
    assert_eq!(la.len(), 4 * (a.liste().len() - 1), "{la:?}");
    let liste = a.programme(&["sauvegardes", "--output-dir"]).arg(&a.dossier).output().unwrap();
    assert_eq!(textes(&liste).matches("ABÎMÉE").count(), 1, "{}", textes(&liste));
    // No later run can help it: told until it is deleted, and a failure that once.
    let remede = format!("supprimez-la (rm '{}')", ici.display());
    assert!(textes(&sortie).contains(&remede), "{}", textes(&sortie));
    assert!(textes(&sortie).contains("abimee=true"), "{}", textes(&sortie));
    for _ in 0..2 {
        let sortie = a.backup(&["--vers", &vide]);
        assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
        assert!(textes(&sortie).contains(&format!("À savoir : {dit}")), "{}", textes(&sortie));
        assert!(textes(&sortie).contains(&remede), "{}", textes(&sortie));
    }
    fs::remove_file(&ici).unwrap();
    let sortie = a.backup(&["--vers", &vide]);
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("abîmé"), "{}", textes(&sortie));
}

#[tokio::test]
async fn une_vieille_copie_abimee_dont_l_original_est_parti_se_dit_tant_qu_elle_est_la() {
    let a = Atelier::neuf().await;
    let (ailleurs, url) = dossier_voisin(&a);
    a.bon_backup(&["--vers", &url]);
    let archive = a.derniere().noms.archive;
    let copie = ailleurs.join(&archive);
    a.bon_backup(&["--vers", &url]);
    for fichier in a.fichiers().iter().filter(|f| f.starts_with(&archive)) {
        fs::remove_file(a.dossier.join(fichier)).unwrap();
    }
    let dit = format!("{archive}, là-bas, est abîmée, et son original n'est plus ici");
    let adresse = format!("{url}/{archive}");
    for ou in [adresse.as_str(), copie.to_str().unwrap()] {
        let bon = pourrir(&copie);
        assert_eq!(exercer(&a, ou).0, 3);
        let (verdict, raison) = ligne_2(&a, &url, None);
        assert!(verdict == "ATTENTION" && raison.contains(&dit), "{raison}");
        // It was the way to it: read again, it is good.
        remettre(&copie, &bon);
        assert_eq!(exercer(&a, ou).0, 0);
        assert!(!ligne_2(&a, &url, None).1.contains(&archive));
    }
    pourrir(&copie);
    assert_eq!(exercer(&a, &adresse).0, 3);
    assert!(ligne_2(&a, &url, None).1.contains(&dit));
    fs::remove_file(&copie).unwrap();
    let (verdict, raison) = ligne_2(&a, &url, None);
    assert!(verdict == "ATTENTION" && !raison.contains(&archive), "{raison}");
}
