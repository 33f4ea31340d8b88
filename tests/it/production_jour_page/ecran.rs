//! The same in a real browser.

use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};

/// Somebody logged in, at a page of the demonstration chain.
async fn ouvrir(s: &Serveur, chemin: &str) -> Navigateur {
    let n = Navigateur::ouvrir().await;
    n.regler((1280, 900), false).await;
    n.aller(&format!("{}/connexion?suite={chemin}", s.url())).await;
    n.saisir("#email", EMAIL_ADMIN).await;
    n.saisir("#mot_de_passe", MOT_DE_PASSE).await;
    n.cliquer("button[type=submit]").await;
    n.attendre("h1").await;
    n.arriver(chemin).await;
    n
}

const SAINT_LAZARE: &str = "return [...document.querySelectorAll('#magasin_id option')]
    .find(o => o.textContent.trim() === 'Boutique Saint-Lazare').value";

#[tokio::test]
async fn a_manager_makes_the_whole_day_of_the_kitchen_with_one_click() {
    let s = Serveur::avec_demo().await;
    let n = ouvrir(&s, "/production-du-jour").await;
    assert_eq!(n.textes(".plan tbody tr").await.len(), 20);
    n.cliquer("button[value=produire]").await;
    // Asked once, with what would be made.
    let question = n.attendre("[role=alert]").await;
    assert!(question.contains("Produire ceci"), "{question}");
    assert_eq!(n.textes("[role=alert] li").await.len(), 20);
    assert_eq!(n.textes(".plan .statut-fait").await.len(), 0);
    n.cliquer("button[value=confirmer]").await;
    let message = n.attendre(".message-fait").await;
    assert!(message.starts_with("C’est produit : 20 lots fabriqués"), "{message}");
    assert!(n.chemin().await.contains("&fait="), "{}", n.chemin().await);
    assert_eq!(n.textes(".faites details[open]").await.len(), 20);
    assert_eq!(n.textes(".plan .statut-fait").await.len(), 20);
    // A reload shows it again, and does nothing more.
    n.recharger().await;
    assert_eq!(n.attendre(".message-fait").await, message);
    n.cliquer_lien("Voir toute la journée").await;
    n.attendre_texte("#titre-faites", "Produit ce jour-là").await;
    assert_eq!(n.textes(".faites details[open]").await.len(), 0);
    assert_eq!(n.plaintes().await, [""; 0]);
    s.verifier();
}

#[tokio::test]
async fn a_shortage_is_shown_before_the_click_and_after_it_with_what_was_typed() {
    let s = Serveur::avec_demo().await;
    let n = ouvrir(&s, "/production-du-jour").await;
    let boutique = n.evaluer(SAINT_LAZARE).await;
    let ici = format!("/production-du-jour?magasin_id={}", boutique.as_str().unwrap());
    n.aller(&format!("{}{ici}", s.url())).await;
    let alerte = n.texte(".alerte").await;
    assert!(alerte.starts_with("Il manque 1 ingrédient"), "{alerte}");
    n.saisir(".plan tbody tr:first-child .quantite", "25").await;
    n.cliquer("button[value=produire]").await;
    n.attendre("button[value=confirmer]").await;
    n.cliquer("button[value=confirmer]").await;
    n.attendre(".message-erreur").await;
    let refus = n.attendre("[role=alert]").await;
    assert!(refus.contains("Rien n’a été produit") && refus.contains("Saumon fumé"), "{refus}");
    assert!(refus.contains("400 g périmés, 2 kg bloqués"), "{refus}");
    assert_eq!(n.valeur(".plan tbody tr:first-child .quantite").await, "25");
    assert!(n.texte(".au-plan").await.starts_with("au plan : "));
    s.verifier();
}

#[tokio::test]
async fn on_a_phone_the_menu_opens_and_leads_on() {
    let s = Serveur::avec_demo().await;
    let n = ouvrir(&s, "/manques").await;
    n.regler((360, 740), false).await;
    assert_eq!(n.textes(".menu a").await.concat(), "");
    n.cliquer(".menu-replie summary").await;
    assert_eq!((n.debordement().await, n.violations().await), (0, Vec::new()));
    n.photographier("menu-360-clair").await;
    n.cliquer_lien("Production du jour").await;
    n.arriver("/production-du-jour").await;
}
