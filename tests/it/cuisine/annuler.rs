//! Annuler and Refaire of the header: each in its place, and nothing of anybody else is overwritten.

use serde_json::{Value, json};

use super::pieces::{
    Cuisine, ECRAN, Fenetre, attendre_mots, cliquer_au_milieu, reste, taper, toucher, tout_parti,
};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;

/// The manager, on another tablet.
async fn autre_ajuste(c: &Cuisine, recette: &str, quantite: u32) {
    let dire = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": recette,
        "quantite": quantite});
    let ajuste = "/api/interne/production-preparation/ajuste";
    c.chaine.client.post(ajuste, &dire).await.attendue(200);
}

async fn ajuster(n: &Navigateur, recette: &str, (total, apres): (&str, &str)) {
    toucher(n, recette, "ajuster").await;
    taper(n, total).await;
    reste(n, recette, apres).await;
    tout_parti(n).await;
}

#[tokio::test]
async fn an_annuler_that_was_refused_leaves_nothing_to_declare_again() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    ajuster(&n, &c.cake, ("5", "3")).await;
    autre_ajuste(&c, &c.cake, 6).await;
    reste(&n, &c.cake, "2").await;
    n.cliquer("#annuler").await;
    n.attendre("#alerte:not([hidden])").await;
    n.attendre_absence("#refaire:not([hidden])").await;
    n.attendre_absence("#bandeau:not([hidden])").await;
    assert_eq!((c.produit(&c.cake).await, c.declarations(&c.cake).await.len()), (6.0, 2));
}

#[tokio::test]
async fn refaire_asks_when_somebody_else_declared_the_line_since_it_was_taken_back() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    ajuster(&n, &c.cake, ("5", "3")).await;
    n.cliquer("#annuler").await;
    reste(&n, &c.cake, "8").await;
    tout_parti(&n).await;
    autre_ajuste(&c, &c.cake, 6).await;
    reste(&n, &c.cake, "2").await;
    n.cliquer("#refaire").await;
    n.attendre("#d-liste[open]").await;
    assert_eq!(n.textes("#corriger button").await, ["Garder 6", "Mettre 5"]);
    assert_eq!(c.produit(&c.cake).await, 6.0);
    n.cliquer("#corriger [data-action=mettre]").await;
    n.attendre_texte("#liste-vide", "Rien à corriger, rien en attente.").await;
    tout_parti(&n).await;
    assert_eq!(c.produit(&c.cake).await, 5.0);
    n.cliquer("#d-liste [data-action=fermer]").await;

    // Nobody else said anything: nothing is asked.
    reste(&n, &c.cake, "3").await;
    n.attendre("#annuler:not([disabled])").await;
    n.cliquer("#annuler").await;
    reste(&n, &c.cake, "2").await;
    tout_parti(&n).await;
    n.cliquer("#refaire").await;
    reste(&n, &c.cake, "3").await;
    tout_parti(&n).await;
    assert_eq!(c.produit(&c.cake).await, 5.0);
    assert_eq!(n.textes("dialog[open]").await, [""; 0]);
    s.verifier();
}

/// Left and right of that button; null where it is not offered.
const BORDS: &str = "return ['annuler', 'refaire'].map((id) => {
  const b = document.getElementById(id);
  if (!b.checkVisibility({visibilityProperty: true})) return null;
  const r = b.getBoundingClientRect();
  return [Math.round(r.left), Math.round(r.right)];
})";

#[tokio::test]
async fn refaire_stands_beside_the_place_of_annuler_which_stays_empty() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    for taille in [(360, 640), (390, 844), (800, 1280), (1280, 800)] {
        let n = Fenetre { taille }.ouvrir(s.url(), "/cuisine").await;
        ajuster(&n, &c.bagel, ("4", "6")).await;
        let avant = n.evaluer(BORDS).await;
        cliquer_au_milieu(&n, "#annuler").await;
        reste(&n, &c.bagel, "10").await;
        let apres = n.evaluer(BORDS).await;
        assert_eq!((&avant[1], &apres[0]), (&Value::Null, &Value::Null), "{taille:?}");
        let x = |v: &Value, i: usize| v[i].as_i64().expect("bord");
        assert!(x(&apres[1], 1) < x(&avant[0], 0), "{taille:?} {avant} {apres}");
    }
}

#[tokio::test]
async fn what_somebody_else_said_first_is_theirs_and_what_they_took_back_is_no_longer_offered() {
    let s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let admin = s.admin().await;
    let dire = async |action: &str, recette: &str| {
        let corps = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": recette});
        let chemin = format!("/api/interne/production-preparation/{action}");
        admin.post(&chemin, &corps).await.attendue(200);
    };
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &c.cake, "8").await;
    cable.couper();
    n.attendre_texte("#connexion", "Hors ligne").await;
    toucher(&n, &c.cake, "produit").await;
    n.attendre_texte("#dernier", "Cake : produit").await;
    dire("produit", &c.cake).await;
    cable.rebrancher(&s);
    tout_parti(&n).await;
    attendre_mots(&n, "#dernier", "Cake : produit, déjà dit par admin à ").await;
    n.attendre_absence("#annuler:not([disabled])").await;
    n.attendre_absence("#refaire:not([hidden])").await;
    assert_eq!(c.declarations(&c.cake).await, ["PRODUIT"]);

    // One's own is offered, until somebody takes it back elsewhere.
    ajuster(&n, &c.bagel, ("4", "6")).await;
    attendre_mots(&n, "#dernier", "Bagel : ajusté à 4").await;
    n.attendre("#annuler:not([disabled])").await;
    dire("annuler", &c.bagel).await;
    reste(&n, &c.bagel, "10").await;
    n.attendre_absence("#bandeau:not([hidden])").await;
    assert_eq!(c.produit(&c.cake).await, 8.0);
    s.verifier();
}

#[tokio::test]
async fn an_annuler_refused_after_a_break_is_told_as_not_done_with_who_said_what_since() {
    let s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let admin = s.admin().await;
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    ajuster(&n, &c.cake, ("5", "3")).await;
    cable.couper();
    n.attendre_texte("#connexion", "Hors ligne").await;
    n.cliquer("#annuler").await;
    reste(&n, &c.cake, "8").await;
    let dire = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": c.cake,
        "quantite": 6});
    admin.post("/api/interne/production-preparation/ajuste", &dire).await.attendue(200);
    cable.rebrancher(&s);
    n.attendre_texte("#bouton-liste", "1 à corriger").await;
    attendre_mots(&n, "#alerte", "Pas annulé : Cake : ajusté à 5 pièces").await;
    n.cliquer("#bouton-liste").await;
    let dit = n.textes("#corriger > li").await.join(" ");
    assert!(dit.starts_with("Pas annulé : Cake"), "{dit}");
    assert!(dit.contains("fait par admin à ") && dit.contains("(6 pièces)"), "{dit}");
    assert_eq!(n.textes("#corriger button").await, ["Garder 6"]);
    n.cliquer("#corriger [data-action=garder]").await;
    n.attendre_texte("#liste-vide", "Rien à corriger, rien en attente.").await;
    assert_eq!(c.produit(&c.cake).await, 6.0);
    s.verifier();
}
