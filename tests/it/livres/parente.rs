//! A file that is mostly made of a book's recipes: is it its next edition? Asked, never assumed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::atelier::Atelier;
use super::commande::livre;
use super::pages::ouvrir;
use crate::outils::grappe;
use crate::outils::serveur::EMAIL_ADMIN;

const TITRES: &str = "select titre from document_importe where remplace_le is null order by 1";

fn importer(a: &Atelier, nom: &str, options: &[&str], code: i32) -> Value {
    let chemin = livre(nom);
    let mut arguments = vec!["import-recettes", "--pdf", &chemin, "--json"];
    arguments.extend(options);
    a.delicego_json(&arguments, code)
}

#[tokio::test]
async fn the_command_refuses_it_and_says_both_ways_and_a_trial_says_so_too() {
    let a = Atelier::ouvrir().await;
    let premier = importer(&a, "rl_inline_helv.pdf", &["--apply"], 0);
    assert_eq!(premier["fichiers"][0]["edition_de"], Value::Null);
    let refus = importer(&a, "weasy_side2.pdf", &["--apply"], 1);
    let fichier = &refus["fichiers"][0];
    assert_eq!(
        (&fichier["etat"], &fichier["code"]),
        (&json!("refuse"), &json!("edition_a_confirmer"))
    );
    assert_eq!(fichier["edition_de"], "rl_inline_helv");
    let dit = fichier["erreur"].as_str().unwrap();
    assert!(dit.contains("--source \"rl_inline_helv\"") && dit.contains("autre nom"), "{dit}");
    assert_eq!(a.textes(TITRES).await, ["rl_inline_helv"]);
    let essai = importer(&a, "weasy_side2.pdf", &["--dry-run"], 0);
    assert_eq!(essai["fichiers"][0]["edition_de"], "rl_inline_helv");
    let remarques = essai["fichiers"][0]["remarques"].to_string();
    assert!(remarques.contains("nouvelle édition"), "{remarques}");

    // Its next edition, under another file name: it takes the place of that book.
    let fait = importer(&a, "weasy_side2.pdf", &["--apply", "--source", "rl_inline_helv"], 0);
    assert_eq!(fait["fichiers"][0]["edition_de"], "rl_inline_helv");
    assert_eq!(fait["resume"]["creees"], 2, "{fait}");
    assert_eq!(a.textes(TITRES).await, ["weasy_side2"]);

    // Another book: its recipes stay with the first one.
    let autre = importer(&a, "fpdf_cols.pdf", &["--apply", "--source", "Un autre"], 0);
    assert_eq!(autre["fichiers"][0]["edition_de"], Value::Null);
    assert_eq!(a.textes(TITRES).await, ["fpdf_cols", "weasy_side2"]);
    a.serveur.verifier();
}

#[tokio::test]
async fn the_page_asks_once_before_anything_and_does_what_is_answered() {
    let a = Atelier::ouvrir().await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres", a.serveur.url())).await;
    let envoyer = async |nom: &str| {
        n.deposer("#pdf", &livre(nom)).await;
        n.cliquer(".deposer button").await;
    };
    envoyer("rl_inline_helv.pdf").await;
    n.attendre(".livres-liste a").await;
    envoyer("weasy_side2.pdf").await;
    n.attendre(".question").await;
    let dit = n.texte(".fichiers > li").await;
    assert!(dit.contains("C'est la nouvelle édition de « rl_inline_helv » :"), "{dit}");
    assert!(dit.contains("2 nouvelles"), "{dit}");
    assert_eq!(a.textes(TITRES).await, ["rl_inline_helv"]);
    assert_eq!(n.violations().await, [""; 0]);
    n.cliquer(".question button[value=oui]").await;
    n.attendre_absence(".question").await;
    n.attendre_texte(".livres-liste li:first-child a", "weasy_side2").await;
    assert_eq!(a.textes(TITRES).await, ["weasy_side2"]);

    envoyer("fpdf_cols.pdf").await;
    n.attendre(".question").await;
    n.cliquer(".question button[value=non]").await;
    n.attendre_absence(".question").await;
    n.attendre_texte(".livres-liste li:first-child a", "fpdf_cols").await;
    assert_eq!(a.textes(TITRES).await, ["fpdf_cols", "weasy_side2"]);
}

/// Until so many files wait for an answer.
async fn attendre(a: &Atelier, combien: i64) {
    let fin = Instant::now() + Duration::from_secs(60);
    let attendent = "select count(*) from livre_en_question";
    while a.nombre(attendent).await != combien {
        assert!(Instant::now() < fin, "{} attendent", a.nombre(attendent).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_question_outlives_its_server_and_the_files_that_wait_are_few() {
    let mut a = Atelier::ouvrir().await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    let envoyer = async |url: &str, nom: &str| {
        n.aller(&format!("{url}/livres")).await;
        n.deposer("#pdf", &livre(nom)).await;
        n.cliquer(".deposer button").await;
    };
    envoyer(a.serveur.url(), "rl_inline_helv.pdf").await;
    n.attendre(".livres-liste a").await;
    let mut c = grappe::superutilisateur(&a.serveur.nom_base).await;
    let anciens = "insert into livre_en_question (id, nom_fichier, octets, source, phrase, cree_le)
        select gen_random_uuid(), 'V' || n || '.pdf', 'x', 'V', 'Vieux.', now() - n * interval '1 day'
          from generate_series(1, 40) n";
    sqlx::query(anciens).execute(&mut c).await.unwrap();
    envoyer(a.serveur.url(), "weasy_side2.pdf").await;
    attendre(&a, 20).await;

    // The server that received it is gone; another one asks.
    let autre = a.serveur.jumeau();
    a.serveur.tuer();
    n.aller(&format!("{}/livres", autre.url())).await;
    let dit = n.texte(".fichiers > li").await;
    assert!(dit.contains("weasy_side2.pdf") && dit.contains("2 nouvelles"), "{dit}");
    assert!(dit.contains("par admin"), "{dit}");
    n.cliquer(".question button[value=oui]").await;
    n.attendre_texte(".livres-liste li:first-child a", "weasy_side2").await;
    attendre(&a, 19).await;
    assert_eq!(a.textes(TITRES).await, ["weasy_side2"]);
}
