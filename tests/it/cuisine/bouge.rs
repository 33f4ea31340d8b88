//! What moves or opens by itself under a finger takes no tap at once, and says so.

use serde_json::{Value, json};

use super::lignes::laisser;
use super::pieces::{Cuisine, ECRAN, place, reste, toucher};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;

const VIENT: &str = "L’écran vient de changer sous le doigt : rien n’est fait. Regardez, puis touchez \
                     de nouveau.";

/// Notes when that condition first holds, as the screen is changed.
async fn guetter(n: &Navigateur, condition: &str) {
    let script = format!(
        "new MutationObserver(() => {{
           if ({condition}) window.change ??= (performance.timeOrigin + performance.now()) / 1000;
         }}).observe(document.body, {{subtree: true, childList: true, attributes: true}});"
    );
    n.evaluer(&script).await;
}

/// When that was, in seconds since 1970.
async fn quand(n: &Navigateur) -> f64 {
    loop {
        if let Some(quand) = n.evaluer("return window.change ?? null").await.as_f64() {
            return quand;
        }
    }
}

#[tokio::test]
async fn a_tap_aimed_at_a_row_before_another_tablet_moved_it_declares_nothing() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    n.devenir_tactile().await;
    laisser(&n).await;
    let vise = n.viser(&place(&c.bagel, "[data-action=produit]")).await;
    let bagel = json!(place(&c.bagel, ".c-nom"));
    guetter(&n, &format!("!document.querySelector({bagel})")).await;
    let dire = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": c.bagel});
    let produit = "/api/interne/production-preparation/produit";
    c.chaine.client.post(produit, &dire).await.attendue(200);
    // Before it leaves it says by whom.
    let par = n.attendre(&place(&c.bagel, "[data-lieu=pourquoi]:not([hidden])")).await;
    assert!(par.starts_with("fait par admin à "), "{par}");

    // Where the bagel was stands the cake.
    let bouge = quand(&n).await;
    for apres in [-0.05, 0.1, 0.8] {
        n.taper_a(vise, bouge + apres).await;
        n.attendre_texte("#annonce span", VIENT).await;
        n.evaluer("document.querySelector('#annonce span').textContent = ''").await;
    }
    n.taper_a(vise, bouge + 1.5).await;
    reste(&n, &c.cake, "0").await;
    c.attendre_declarations(&c.cake, &["PRODUIT"]).await;
    assert_eq!(c.declarations(&c.quiche).await, [""; 0]);
}

#[tokio::test]
async fn a_dialogue_that_an_answer_opens_is_not_hit_by_a_tap_that_was_meant_for_what_it_covers() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    n.devenir_tactile().await;
    guetter(&n, "document.getElementById('d-manque').open").await;
    n.cliquer(&place(&c.quiche, "[data-action=produit]")).await;
    let ouvert = quand(&n).await;
    let tuile = n.viser("[data-action=stock-trouve]").await;
    n.taper_a(tuile, ouvert + 0.5).await;
    n.attendre_texte("#annonce span", VIENT).await;
    let ouverts = "return [...document.querySelectorAll('dialog[open]')].map((d) => d.id)";
    assert_eq!(n.evaluer(ouverts).await, json!(["d-manque"]));
    // Later it counts; what has moved once more meanwhile takes a moment more.
    for plus in [1.5, 3.0, 6.0, 12.0, 24.0] {
        if n.evaluer(ouverts).await == json!(["d-trouve"]) {
            break;
        }
        n.taper_a(n.viser("[data-action=stock-trouve]").await, ouvert + plus).await;
    }
    n.attendre("#d-trouve[open]").await;
    assert_eq!(
        n.evaluer("return document.getElementById('trouve-lot').value").await,
        Value::from("")
    );
}

#[tokio::test]
async fn a_double_click_of_a_mouse_is_one() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    n.double_cliquer("#plus-un").await;
    n.attendre("#plus-un[aria-pressed=true]").await;
    // The keypad's keys are as many as were touched.
    toucher(&n, &c.bagel, "ajuster").await;
    n.double_cliquer("[data-touche='1']").await;
    n.attendre_texte("#clavier-valeur", "11").await;
}
