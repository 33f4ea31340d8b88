//! A file that is mostly made of a book's recipes: is it its next edition? Asked, never assumed.

use serde_json::{Value, json};

use super::atelier::Atelier;
use super::commande::livre;
use super::pages::ouvrir;
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
