//! `delicego import-recettes`, as a program reads it: real PDF files, some of them hostile.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use uuid::Uuid;

use super::atelier::Atelier;
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

pub fn livre(nom: &str) -> String {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/livres/corpus");
    corpus.join(nom).to_str().unwrap().to_owned()
}

fn lancer(a: &Atelier, livres: &[&str], options: &[&str]) -> Output {
    let chemins: Vec<String> = livres.iter().map(|l| livre(l)).collect();
    let mut arguments = vec!["import-recettes"];
    for chemin in &chemins {
        arguments.extend(["--pdf", chemin]);
    }
    arguments.extend(options);
    a.serveur.delicego(&arguments)
}

fn json_de(sortie: &Output, code: i32) -> Value {
    assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
    serde_json::from_slice(&sortie.stdout).expect("JSON")
}

#[tokio::test]
async fn a_trial_prints_what_the_import_will_do_and_writes_nothing() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Farine T55").await;
    let avant = tout_ce_qui_est_ecrit(a.serveur.base()).await;
    let essai = json_de(&lancer(&a, &["rl_inline_helv.pdf"], &["--dry-run", "--json"]), 0);
    assert_eq!(tout_ce_qui_est_ecrit(a.serveur.base()).await, avant);
    let sortie = lancer(&a, &["rl_inline_helv.pdf"], &["--apply", "--json"]);
    let fait = json_de(&sortie, 0);
    assert_eq!(fait, essai);

    let fichier = &fait["fichiers"][0];
    assert_eq!(fichier["fichier"], "rl_inline_helv.pdf");
    assert_eq!((&fichier["etat"], &fichier["erreur"]), (&json!("lu"), &Value::Null));
    let quiche = &fichier["recettes"][0];
    assert_eq!(
        (&quiche["titre"], &quiche["poids_net_g"]),
        (&json!("QUICHE LORRAINE"), &json!(344))
    );
    assert_eq!(quiche["duree_vie_jours"], 2);
    assert!(quiche["emballage"].as_str().unwrap().contains("KRAFT"), "{quiche}");
    let ligne = &quiche["lignes"][4];
    assert_eq!((&ligne["libelle"], &ligne["quantite"]), (&json!("CRÈME FRAÎCHE 35%"), &json!(75)));
    assert_eq!((&ligne["unite"], &ligne["page"]), (&json!("g"), &json!(1)));
    assert!(ligne["pieces"].is_null());
    assert!(fichier["lignes_illisibles"].is_array());

    let resume = &fait["resume"];
    let nombre = |champ: &str| resume[champ].as_u64().unwrap_or_else(|| panic!("{champ} {resume}"));
    assert!(nombre("mappees") > 0 && nombre("non_mappees") > 0, "{resume}");
    assert_eq!(nombre("mappees") + nombre("non_mappees"), nombre("lignes"));
    assert_eq!(nombre("creees"), nombre("recettes"));
    for champ in ["mises_a_jour", "inchangees", "protegees"] {
        assert_eq!(nombre(champ), 0, "{champ}");
    }
    let journal = String::from_utf8_lossy(&sortie.stderr).into_owned();
    assert!(journal.contains("event=import_recettes_from_pdfs_start"), "{journal}");
    assert!(journal.contains("nb_pdfs=1 dry_run=false"), "{journal}");
    assert!(journal.contains("event=import_recettes_from_pdfs_done"), "{journal}");

    let encore = json_de(&lancer(&a, &["rl_inline_helv.pdf"], &["--apply", "--json"]), 0);
    assert_eq!(encore["resume"]["inchangees"], resume["creees"]);
    assert_eq!(encore["resume"]["creees"], 0);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_refused_file_says_why_and_the_others_of_the_call_are_imported() {
    let a = Atelier::ouvrir().await;
    let livres =
        ["h_scan.pdf", "rl_inline_helv.pdf", "absent.pdf", "h_enc_user.pdf", "h_empty.pdf"];
    let fait = json_de(&lancer(&a, &livres, &["--apply", "--json"]), 1);
    let etats: Vec<&str> =
        fait["fichiers"].as_array().unwrap().iter().map(|f| f["etat"].as_str().unwrap()).collect();
    assert_eq!(etats, ["refuse", "lu", "refuse", "refuse", "refuse"]);
    let erreur = |rang: usize| fait["fichiers"][rang]["erreur"].as_str().unwrap().to_lowercase();
    assert!(erreur(0).contains("scanné"), "{}", erreur(0));
    assert!(erreur(2).contains("n'existe pas"), "{}", erreur(2));
    assert!(erreur(3).contains("mot de passe"), "{}", erreur(3));
    assert!(!fait.to_string().contains(env!("CARGO_MANIFEST_DIR")), "{fait}");
    assert_eq!(a.nombre("select count(*) from document_importe").await, 1);
    // For a person too, in French.
    let dit = lancer(&a, &["h_scan.pdf"], &["--dry-run"]);
    assert_eq!(dit.status.code(), Some(1));
    let texte = String::from_utf8(dit.stdout).unwrap();
    assert!(texte.contains("h_scan.pdf : refusé. Ce PDF est scanné"), "{texte}");
}

#[tokio::test]
async fn two_books_of_one_title_in_one_call_are_two_sources() {
    let a = Atelier::ouvrir().await;
    let dossier = Dossier::neuf();
    for (sous, nom) in [("un", "rl_inline_helv.pdf"), ("deux", "weasy_side2.pdf")] {
        std::fs::create_dir(dossier.0.join(sous)).unwrap();
        std::fs::copy(livre(nom), dossier.0.join(sous).join("BOOK.pdf")).unwrap();
    }
    let chemin = |sous: &str| dossier.0.join(sous).join("BOOK.pdf").to_str().unwrap().to_owned();
    let (un, deux) = (chemin("un"), chemin("deux"));
    let arguments = ["import-recettes", "--pdf", &un, "--pdf", &deux, "--apply", "--json"];
    let fait = json_de(&a.serveur.delicego(&arguments), 0);
    let sources = "select source from document_importe where remplace_le is null order by 1";
    assert_eq!(a.textes(sources).await, ["BOOK", "BOOK (2)"]);
    let encore = json_de(&a.serveur.delicego(&arguments), 0);
    assert_eq!(encore["resume"]["inchangees"], fait["resume"]["recettes"]);
    assert_eq!(a.nombre("select count(*) from document_importe").await, 2);
}

#[tokio::test]
async fn the_next_edition_of_a_book_says_which_recipes_it_no_longer_has() {
    let a = Atelier::ouvrir().await;
    let dossier = Dossier::neuf();
    let book = dossier.0.join("BOOK.pdf");
    let importer = |edition: &str, comment: &str| {
        std::fs::copy(livre(edition), &book).unwrap();
        let arguments = ["import-recettes", "--pdf", book.to_str().unwrap(), comment, "--json"];
        json_de(&a.serveur.delicego(&arguments), 0)["fichiers"][0].clone()
    };
    importer("weasy_side2.pdf", "--apply");
    for comment in ["--dry-run", "--apply"] {
        let dites = importer("rl_inline_helv.pdf", comment)["remarques"].clone();
        let dite = |r: &Value| {
            *r == "Ne sont plus dans le livre : « CRÊPE FORESTIÈRE », « GRATIN DAUPHINOIS ». Leurs \
                   recettes restent en cuisine."
        };
        assert!(dites.as_array().unwrap().iter().any(dite), "{comment} : {dites}");
    }
}

#[tokio::test]
async fn a_report_lists_what_was_read_and_what_is_to_be_mapped_with_suggestions() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Beurre").await;
    a.chaine.ingredient("Farine de blé T55").await;
    let dossier = Dossier::neuf();
    let rapport = dossier.0.join("rapport");
    let options = ["--dry-run", "--json", "--rapport", rapport.to_str().unwrap()];
    let dit = json_de(&lancer(&a, &["rl_inline_helv.pdf"], &options), 0);
    let lire = |nom: &str| std::fs::read_to_string(rapport.join(nom)).unwrap();
    let lignes = lire("lignes.csv");
    assert!(lignes.starts_with("fichier;page;recette;texte;libelle;quantite;unite;pieces;"));
    assert_eq!(lignes.lines().count() as u64, dit["resume"]["lignes"].as_u64().unwrap() + 1);
    let manquantes = lire("non_mappees.csv");
    let beurre = manquantes.lines().find(|l| l.starts_with("BEURRE DOUX;")).expect("beurre");
    assert!(beurre.contains(";Beurre;0,"), "{beurre}");
    assert!(lire("illisibles.csv").starts_with("fichier;page;texte"));
}

#[tokio::test]
async fn what_is_in_doubt_is_told_on_the_terminal_as_json_and_in_the_report_by_the_trial_too() {
    let a = Atelier::ouvrir().await;
    let dossier = Dossier::neuf();
    let rapport = dossier.0.join("rapport");
    let silence = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/livres/silence");
    let livre = silence.join("d_poids_faux.pdf");
    let lancer = |options: &[&str]| {
        let mut arguments = vec!["import-recettes", "--pdf", livre.to_str().unwrap()];
        arguments.extend(options);
        a.serveur.delicego(&arguments)
    };
    let dit = lancer(&["--dry-run"]);
    let texte = String::from_utf8(dit.stdout).unwrap();
    for phrase in
        ["  Créées : «", ", à vérifier : «", "À vérifier : ", "Essai : rien n'a été écrit"]
    {
        assert!(texte.contains(phrase), "{phrase} : {texte}");
    }
    let options = ["--dry-run", "--json", "--rapport", rapport.to_str().unwrap()];
    let essai = json_de(&lancer(&options), 0);
    let recettes = essai["fichiers"][0]["recettes"].as_array().unwrap();
    let doutes: Vec<&Value> =
        recettes.iter().flat_map(|r| r["doutes"].as_array().unwrap()).collect();
    assert!(doutes.iter().any(|d| d["code"] == "poids"), "{essai}");
    assert_eq!(essai["resume"]["doutes"], doutes.len());
    assert!(essai["resume"]["a_verifier"].as_u64() > Some(0), "{essai}");
    assert_eq!(recettes[0]["sort"], "creee");
    let lire = |nom: &str| std::fs::read_to_string(rapport.join(nom)).unwrap();
    assert_eq!(lire("doutes.csv").lines().count(), doutes.len() + 1);
    assert!(lire("doutes.csv").starts_with("fichier;page;recette;code;texte;phrase"));
    assert_eq!(lire("recettes.csv").lines().count(), recettes.len() + 1);
    assert_eq!(json_de(&lancer(&["--apply", "--json"]), 0), essai);
}

#[test]
fn the_help_is_in_french_and_a_wrong_usage_is_code_2() {
    let lancer = |arguments: &[&str]| {
        let sortie = std::process::Command::new(crate::outils::grappe::PROGRAMME)
            .args(arguments)
            .env_clear()
            .output()
            .unwrap();
        (sortie.status.code(), String::from_utf8(sortie.stdout).unwrap())
    };
    let (code, aide) = lancer(&["import-recettes", "--help"]);
    assert_eq!(code, Some(0));
    for mot in ["--pdf", "--source", "--rapport", "--dry-run", "--apply", "n'écrit rien"] {
        assert!(aide.contains(mot), "{mot} : {aide}");
    }
    assert!(lancer(&["remap", "--help"]).1.contains("n'écrit rien"));
    assert_eq!(lancer(&["import-recettes", "--pdf", "x.pdf"]).0, Some(2));
    assert_eq!(lancer(&["import-recettes", "--apply"]).0, Some(2));
    let deux = ["import-recettes", "--pdf", "x.pdf", "--apply", "--dry-run"];
    assert_eq!(lancer(&deux).0, Some(2));
}

#[tokio::test]
async fn a_backup_holds_the_books_and_a_drill_proves_it() {
    let a = Atelier::ouvrir().await;
    json_de(&lancer(&a, &["rl_inline_helv.pdf"], &["--apply", "--json"]), 0);
    let dossier = Dossier::neuf();
    let chemin = dossier.0.to_str().unwrap();
    let sortie = a.serveur.delicego(&["backup", "--output-dir", chemin]);
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    let sortie = a.serveur.delicego(&["drill", "--output-dir", chemin]);
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
}

/// A folder that goes away with the test.
pub struct Dossier(pub PathBuf);

impl Dossier {
    pub fn neuf() -> Self {
        let chemin = std::env::temp_dir().join(format!("delicego-livres-{}", Uuid::now_v7()));
        std::fs::create_dir(&chemin).unwrap();
        Self(chemin)
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
