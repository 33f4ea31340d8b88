//! What each role sees and may.

use super::{Cuisine, PLAN, PRODUIRE, lu};
use crate::invariants::lignes_par_table;
use crate::outils::visiteur::{Champs, Visiteur};

#[tokio::test]
async fn a_cook_makes_what_is_left_and_does_not_change_the_plan() {
    let k = Cuisine::avec(2000.0).await;
    let (v, admin) = (Visiteur::operateur(&k.s).await, Visiteur::admin(&k.s).await);
    let page = v.lire(&k.ici()).await.texte;
    assert!(page.contains("Produire tout ce qui reste"), "{page}");
    for interdit in ["Enregistrer le plan", "name=\"quantite\"", "nouvelle_recette_id"] {
        assert!(!page.contains(interdit), "{interdit}");
    }
    let champs = k.taper(&admin, &k.bowl, "2").await.avec("action", "confirmer");
    let tables = lignes_par_table(&k.s).await;
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 403);
    assert!(refus.texte.contains("Votre rôle ne permet pas"), "{}", refus.texte);
    assert_eq!(lignes_par_table(&k.s).await, tables);
    // What was typed elsewhere changes nothing at the cook's door.
    v.suivre(&v.envoyer(PRODUIRE, &champs).await).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 10.0)));
}

#[tokio::test]
async fn whoever_is_not_logged_in_is_led_to_the_login() {
    let k = Cuisine::avec(100.0).await;
    let v = Visiteur::admin(&k.s).await;
    let champs = k.formulaire(&v, PLAN).await.avec("action", "confirmer");
    assert_eq!(v.envoyer("/deconnexion", &Champs::default()).await.statut, 303);
    let tables = lignes_par_table(&k.s).await;
    for chemin in [PLAN, PRODUIRE, "/manques/regulariser"] {
        let r = v.envoyer(chemin, &champs).await;
        assert_eq!(r.statut, 303, "{chemin}");
        assert!(r.entete("location").starts_with("/connexion?suite=%2F"), "{chemin}");
    }
    assert_eq!(lignes_par_table(&k.s).await, tables);
}

#[tokio::test]
async fn the_menu_shows_each_role_its_pages_and_marks_the_one_it_is_on() {
    let k = Cuisine::avec(100.0).await;
    let entrees = |page: &str| {
        let menu = page.split("<nav class=\"menu\"").nth(1).expect("menu");
        lu(menu.split("</nav>").next().unwrap_or(""))
    };
    let admin = Visiteur::admin(&k.s).await.lire("/manques").await.texte;
    for page in ["Aujourd’hui", "Production du jour", "À régulariser", "Exploitation", "API"] {
        assert!(entrees(&admin).contains(page), "{page} : {}", entrees(&admin));
    }
    assert_eq!(admin.matches("aria-current=\"page\">À régulariser").count(), 2);
    let cuisine = Visiteur::operateur(&k.s).await.lire("/production-du-jour").await.texte;
    assert!(cuisine.contains("aria-current=\"page\">Production du jour"), "{cuisine}");
    assert!(entrees(&cuisine).contains("À régulariser"), "{}", entrees(&cuisine));
    assert!(!entrees(&cuisine).contains("Exploitation"), "{}", entrees(&cuisine));
}
