//! Two tablets, one of them without network: what the other said meanwhile is asked about, both ways
//! out; what was settled since asks nothing more.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::pieces::{Cuisine, ECRAN, reste, se_connecter, taper, toucher, tout_parti};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::EMAIL_ADMIN;

async fn ajuster(n: &Navigateur, recette: &str, (total, apres): (&str, &str)) {
    toucher(n, recette, "ajuster").await;
    taper(n, total).await;
    reste(n, recette, apres).await;
}

/// What is told of that line, and the words of its buttons.
async fn a_corriger(n: &Navigateur, nom: &str) -> String {
    let lues = n.textes("#corriger > li").await;
    lues.into_iter().find(|t| t.starts_with(nom)).unwrap_or_default()
}

async fn choisir(n: &Navigateur, mot: &str) {
    n.attendre("#d-liste[open]").await;
    let marquer = format!(
        "[...document.querySelectorAll('#corriger button')]
           .find((b) => b.textContent === {mot:?}).id = 'choisi'"
    );
    n.evaluer(&marquer).await;
    n.cliquer("#choisi").await;
    n.attendre_absence("#choisi").await;
}

async fn dites(c: &Cuisine, recette: &str) -> Vec<Value> {
    let chemin = format!(
        "/api/interne/production-preparation/traceabilite?magasin_id={}&date={}&recette_id={recette}",
        c.chaine.magasin, c.jour
    );
    let lue = c.chaine.client.get(&chemin).await.attendue(200);
    lue["evenements"].as_array().expect("liste").clone()
}

#[tokio::test]
async fn an_old_action_against_a_newer_declaration_is_kept_or_said_all_the_same_by_a_person() {
    let s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let vieille = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    let autre = Navigateur::ouvrir().await;
    autre.regler(ECRAN.taille, false).await;
    autre.aller(&format!("{}/cuisine", s.url())).await;
    se_connecter(&autre, EMAIL_ADMIN).await;
    reste(&vieille, &c.cake, "8").await;
    reste(&autre, &c.cake, "8").await;

    cable.couper();
    vieille.attendre_texte("#connexion", "Hors ligne").await;
    ajuster(&vieille, &c.cake, ("3", "5")).await;
    ajuster(&vieille, &c.bagel, ("4", "6")).await;
    // There is no cream for it; what is tapped next is asked nothing, and settles it.
    toucher(&vieille, &c.quiche, "produit").await;
    ajuster(&vieille, &c.quiche, ("2", "2")).await;
    ajuster(&autre, &c.cake, ("7", "1")).await;
    ajuster(&autre, &c.bagel, ("6", "4")).await;
    tout_parti(&autre).await;

    cable.rebrancher(&s);
    tout_parti(&vieille).await;
    vieille.attendre_texte("#bouton-liste", "2 à corriger").await;
    reste(&vieille, &c.cake, "1").await;
    vieille.cliquer("#bouton-liste").await;
    let dit = a_corriger(&vieille, "Cake").await;
    assert!(dit.contains("fait par admin à ") && dit.contains("(7 pièces)"), "{dit}");
    assert!(dit.contains("vous aviez dit 3 pièces à "), "{dit}");
    assert!(dit.contains("Garder 7") && dit.contains("Mettre 3"), "{dit}");
    assert_eq!((vieille.debordement().await, vieille.violations().await), (0, Vec::new()));
    choisir(&vieille, "Garder 7").await;
    choisir(&vieille, "Mettre 4").await;
    vieille.attendre_texte("#liste-vide", "Rien à corriger, rien en attente.").await;
    vieille.cliquer("#d-liste [data-action=fermer]").await;
    vieille.attendre_texte("#dernier", "Bagel : ajusté à 4").await;
    reste(&autre, &c.bagel, "6").await;
    let totaux = (c.produit(&c.cake).await, c.produit(&c.bagel).await, c.produit(&c.quiche).await);
    assert_eq!(totaux, (7.0, 4.0, 2.0));

    // The hour of the tap stands beside that of arrival.
    let heure = |v: &Value| v.as_str().expect("heure").parse::<DateTime<Utc>>().expect("heure");
    let bagel = dites(&c, &c.bagel).await;
    let auteurs: Vec<_> = bagel.iter().map(|d| d["auteur"].as_str().unwrap()).collect();
    assert_eq!(auteurs, ["admin", "operateur"]);
    assert!(heure(&bagel[1]["tape_le"]) < heure(&bagel[0]["date_heure"]), "{bagel:?}");
    assert!(heure(&bagel[1]["date_heure"]) > heure(&bagel[0]["date_heure"]), "{bagel:?}");
    assert_eq!(c.declarations(&c.cake).await, ["AJUSTE"]);
    s.verifier();
}

/// The screen is not told what others do: what it shows is old.
const SOURD: &str = "const envoyer = window.fetch;
  window.fetch = (adresse, options = {}) =>
    options.method === 'POST' ? envoyer(adresse, options) : new Promise(() => {});";

#[tokio::test]
async fn a_third_declaration_is_shown_and_asked_about_and_never_overwritten_by_the_answer_to_the_second()
 {
    let s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    let admin = s.admin().await;
    let autre = async |quantite: u32| {
        let dire = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": c.bagel,
            "quantite": quantite});
        admin.post("/api/interne/production-preparation/ajuste", &dire).await.attendue(200);
    };
    cable.couper();
    n.attendre_texte("#connexion", "Hors ligne").await;
    ajuster(&n, &c.bagel, ("3", "7")).await;
    autre(5).await;
    cable.rebrancher(&s);
    n.attendre_texte("#bouton-liste", "1 à corriger").await;
    n.cliquer("#bouton-liste").await;
    n.attendre_texte("#corriger [data-action=garder]", "Garder 5").await;

    // What is offered follows the line.
    autre(6).await;
    n.attendre_texte("#corriger [data-action=garder]", "Garder 6").await;
    let dit = a_corriger(&n, "Bagel").await;
    assert!(dit.contains("fait par admin à ") && dit.contains("(6 pièces)"), "{dit}");
    assert!(dit.contains("vous aviez dit 3 pièces à "), "{dit}");

    // Said before the screen could show it, it is asked about in its turn.
    n.evaluer(SOURD).await;
    autre(7).await;
    n.cliquer("#corriger [data-action=mettre]").await;
    n.attendre_texte("#corriger [data-action=garder]", "Garder 7").await;
    assert_eq!(c.produit(&c.bagel).await, 7.0);
    n.cliquer("#corriger [data-action=mettre]").await;
    n.attendre_texte("#liste-vide", "Rien à corriger, rien en attente.").await;
    assert_eq!(c.produit(&c.bagel).await, 3.0);
    s.verifier();
}
