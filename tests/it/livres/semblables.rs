//! The same doubt all over a book is one card.

use delicego::livres::lecture::{CodeDeDoute, Doute, RecetteLue};

use super::atelier::{Atelier, Recette};
use super::pages::ouvrir;
use crate::outils::serveur::EMAIL_ADMIN;

#[tokio::test]
async fn the_same_doubt_is_one_card_and_every_number_follows_what_is_said_of_it() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Poulet").await;
    let doute = |texte: &str| Doute {
        code: CodeDeDoute::Texte,
        page: 1,
        texte: texte.to_owned(),
        phrase: "Ces mots ne sont pas compris.".to_owned(),
    };
    let recette = |titre: &str, texte: &str| RecetteLue {
        doutes: vec![doute(texte)],
        ..Recette(titre, &[("POULET", Some(120))]).lue()
    };
    let dites = ["WOK", "BOL", "POKE"].map(|titre| recette(titre, "voir le chef"));
    a.lu("BOOK.pdf", [dites.to_vec(), vec![recette("MAKI", "à revoir")]].concat()).await;
    a.lu("AUTRE.pdf", vec![recette("TARTE", "voir le chef")]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-verifier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    assert_eq!(n.textes(".doutes h3").await, ["voir le chef", "à revoir", "voir le chef"]);
    assert!(n.texte(".semblables").await.contains("3 fois dans ce livre"));
    assert_eq!(n.violations().await, [""; 0]);
    let choix = async || {
        let mut choix = n.textes("select[name=livre_id] option").await;
        choix.sort();
        choix
    };
    let livres = ["AUTRE (1 à vérifier)", "BOOK (4 à vérifier)", "Tous les livres"];
    assert_eq!(choix().await, livres);
    n.taper(&["p"]).await;
    n.attendre_texte("#restant", "2").await;
    let apres = ["AUTRE (1 à vérifier)", "BOOK (1 à vérifier)", "Tous les livres"];
    assert_eq!(choix().await, apres);
    assert_eq!(a.recette("POKE").await["complete"], true);
    n.cliquer(".groupe:first-child .groupe-fait button").await;
    n.attendre_texte("#restant", "5").await;
    assert_eq!(choix().await, livres);
    assert_eq!(a.doutes().await.len(), 5);
    n.taper(&["p"]).await;
    n.attendre_texte("#restant", "2").await;
    n.recharger().await;
    assert!(n.texte(".appris").await.contains("et 2 autres"));
}
