//! The same in a real browser.

use serde_json::json;

use crate::outils::Serveur;
use crate::outils::chaine::JOUR;
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

/// At a desk the whole morning stands on one screen; a scan sends nothing; what was typed is not left
/// without a question.
#[tokio::test]
async fn at_a_desk_twenty_lines_are_seen_at_once_a_scan_sends_nothing_and_edits_are_not_lost() {
    let s = Serveur::avec_demo().await;
    let n = ouvrir(&s, "/production-du-jour").await;
    n.regler((1440, 900), false).await;
    let vues = "return [...document.querySelectorAll('.plan tbody tr')]
        .filter((r) => r.getBoundingClientRect().bottom <= innerHeight).length";
    assert_eq!(n.evaluer(vues).await, 20);
    let corps = "return getComputedStyle(document.querySelector('.plan tbody th')).fontSize";
    assert_eq!(n.evaluer(corps).await, "16px");
    assert_eq!((n.debordement().await, n.violations().await), (0, Vec::new()));
    n.photographier("production-bureau-1440").await;
    // The needs are folded, until one asks for them.
    let pliees = "return document.querySelector('.besoins').checkVisibility()";
    assert_eq!(n.evaluer(pliees).await, false);
    n.cliquer(".production-besoins summary").await;
    assert_eq!(n.evaluer(pliees).await, true);

    let quitter = "return !dispatchEvent(new Event('beforeunload', {cancelable: true}))";
    n.attendre("html[data-scanneur]").await;
    n.evaluer("document.querySelector('.plan .quantite').focus()").await;
    let avant = n.valeur(".plan .quantite").await;
    n.scanner(&["3017620422003"]).await;
    let dit = "Un scan ne compte pas sur cette page : scannez à l’écran de cuisine.";
    n.attendre_texte("#scan-dit span", dit).await;
    assert_eq!(
        (n.valeur(".plan .quantite").await, n.chemin().await),
        (avant, "/production-du-jour".to_owned())
    );
    assert_eq!(n.evaluer(quitter).await, false, "rien n'est changé");
    n.saisir(".plan .quantite", "77").await;
    assert_eq!(n.evaluer(quitter).await, true);
    // Asked what to make, « Non » leaves what was typed; it is still not kept.
    n.cliquer("button[value=produire]").await;
    n.attendre("button[value=confirmer]").await;
    n.cliquer_lien("Non").await;
    n.attendre_absence("button[value=confirmer]:not([hidden] *)").await;
    assert_eq!(n.valeur(".plan .quantite").await, "77");
    assert_eq!(n.evaluer(quitter).await, true);
    n.cliquer("button[value=enregistrer]").await;
    n.attendre(".message-fait").await;
    assert_eq!(n.evaluer(quitter).await, false);
    assert_eq!(n.plaintes().await, [""; 0]);
}

#[tokio::test]
async fn what_is_to_be_regularised_is_counted_in_the_menu_and_its_form_is_filled_by_a_scan() {
    let (s, c) = crate::invariants::cuisine().await;
    crate::invariants::manques::un_manque(&s, &c).await;
    let n = ouvrir(&s, "/manques").await;
    n.attendre_texte(".menu .pastille", "1").await;
    n.attendre("html[data-scanneur]").await;
    // A number alone says nothing of the lot, whichever field has the focus; nothing is sent.
    n.evaluer("document.querySelector('[name=code_lot]').focus()").await;
    n.scanner(&["3017620422003"]).await;
    n.attendre_texte("#scan-dit span", "Ce code ne dit ni lot ni date : rien n’est rempli.").await;
    n.scanner(&["01030176204220031726123110L-7"]).await;
    let dit = "L’étiquette ne dit pas le produit : vérifiez que c’est le bon.";
    n.attendre_texte("#scan-dit span", dit).await;
    assert_eq!(n.valeur("[name=code_lot]").await, "L-7");
    assert_eq!(n.valeur("[name=date_dlc]").await, "2026-12-31");
    assert_eq!((n.chemin().await, n.violations().await), ("/manques".to_owned(), Vec::new()));
    n.cliquer(".dette button").await;
    let fait = n.attendre(".message-fait").await;
    assert!(fait.contains("sur le lot L-7, DLC 31/12/2026"), "{fait}");
    n.attendre_absence(".menu .pastille").await;
    assert_eq!(n.plaintes().await, [""; 0]);
}

#[tokio::test]
async fn at_a_desk_a_row_is_one_line_whatever_is_said_in_it() {
    let s = Serveur::avec_demo().await;
    let n = ouvrir(&s, "/production-du-jour").await;
    let ici = n.valeur("#magasin_id").await;
    let chemin = format!("/api/interne/production-preparation?magasin_id={ici}&date={JOUR}");
    let jour = s.admin().await.get(&chemin).await.attendue(200);
    let seules = jour["cuisine"].as_array().unwrap().iter().filter(|l| l["attend"] == json!([]));
    for (i, ligne) in seules.take(6).enumerate() {
        let mut dit = json!({"magasin_id": ici, "date": JOUR, "recette_id": ligne["recette_id"]});
        let action = if i % 2 == 0 {
            dit["motif"] = json!("Matériel en panne depuis le début de la matinée, et personne");
            "non-produit"
        } else {
            dit["quantite"] = json!(1);
            "ajuste"
        };
        let chemin = format!("/api/interne/production-preparation/{action}");
        s.admin().await.post(&chemin, &dit).await.attendue(200);
    }
    let long = "update recette set nom = nom || ' de la maison aux herbes et aux épices du marché'";
    crate::invariants::ecrire(&s, long).await.unwrap();
    n.regler((1440, 900), false).await;
    n.recharger().await;
    n.attendre(".plan .statut-ajuste, .plan .statut-en-cours, .plan .ligne-finie").await;
    let hautes = "const hauts = [...document.querySelectorAll('.plan tbody tr')]
          .map((r) => Math.round(r.getBoundingClientRect().height));
        return hauts.filter((h) => h > Math.min(...hauts) + 1)";
    assert_eq!(n.evaluer(hautes).await, json!([]));
    let vues = "return [...document.querySelectorAll('.plan tbody tr')]
        .filter((r) => r.getBoundingClientRect().bottom <= innerHeight).length";
    assert_eq!(n.evaluer(vues).await, 20);
    // Who settled them, and why, is read whole under the table.
    let dits = n.textes("#laissees li").await;
    assert!(dits.iter().all(|d| d.contains("), admin, ")), "{dits:?}");
    let raisons = dits.iter().filter(|d| d.ends_with("de la matinée, et personne"));
    assert_eq!((dits.len(), raisons.count()), (6, 3), "{dits:?}");
    let coupes = "return [...document.querySelectorAll('#laissees li')]
        .filter((e) => e.scrollWidth > e.clientWidth).length";
    assert_eq!(n.evaluer(coupes).await, 0);
    n.photographier("production-bureau-dits-1440").await;
    assert_eq!((n.debordement().await, n.violations().await), (0, Vec::new()));
}
