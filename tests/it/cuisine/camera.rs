//! Codes shown to the camera. The browser's camera is a film that the test draws.

use std::time::{Duration, Instant};

use super::pieces::{Cuisine, ECRAN, GENCODE_BAGEL, GENCODE_CAKE, place, reste, tout_parti};
use crate::outils::Serveur;
use crate::outils::code_barres::Film;
use crate::outils::navigateur::Navigateur;

const FAUX_APPAREIL: &str = "--use-fake-device-for-media-stream";
const FAUSSE_PERSONNE: &str = "--use-fake-ui-for-media-stream";
/// What the page loaded of the reader so far.
const CHARGE: &str = "return performance.getEntriesByType('resource')
    .filter((r) => r.name.includes('/lecteur/')).length";

/// A screen whose camera sees that film.
async fn devant(film: &Film, url: &str) -> Navigateur {
    let images = format!("--use-file-for-fake-video-capture={}", film.chemin().display());
    let options = [FAUX_APPAREIL.to_owned(), FAUSSE_PERSONNE.to_owned(), images];
    ECRAN.ouvrir_avec(url, "/cuisine", &options).await
}

async fn ouvrir_la_camera(n: &Navigateur) {
    n.cliquer("[data-action=code]").await;
    n.cliquer("[data-action=camera]").await;
}

/// Waits (bounded) until that line was declared so often, or more.
async fn declares(c: &Cuisine, recette: &str, fois: usize) {
    let fin = Instant::now() + Duration::from_secs(90);
    while c.declarations(recette).await.len() < fois {
        assert!(Instant::now() < fin, "{:?}", c.declarations(recette).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_package_before_the_camera_counts_once_for_as_long_as_it_stays_there() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    // The bagel stays; the cake is shown for a second, taken away for three, shown again.
    let (seul, deux) = (&[GENCODE_BAGEL][..], &[GENCODE_BAGEL, GENCODE_CAKE][..]);
    let film = Film::tourner(&[vec![deux; 4], vec![seul; 12]].concat());
    let n = devant(&film, s.url()).await;
    reste(&n, &c.bagel, "10").await;
    assert_eq!(n.evaluer(CHARGE).await, 0, "rien du lecteur avant la caméra");
    ouvrir_la_camera(&n).await;
    declares(&c, &c.cake, 3).await;
    assert_eq!(c.declarations(&c.bagel).await, ["SCAN"]);
    n.photographier("cuisine-camera-1024-clair").await;
    assert_eq!(n.violations().await, [""; 0]);
    n.cliquer("#d-code [data-action=fermer]").await;
    reste(&n, &c.bagel, "9").await;
    assert_eq!(n.plaintes().await, [""; 0]);
    let eteinte = "return document.getElementById('video').srcObject.active";
    assert_eq!(n.evaluer(eteinte).await, false);
    s.verifier();
}

#[tokio::test]
async fn a_reader_that_does_not_come_is_told_and_can_be_asked_for_again() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let film = Film::tourner(&[&[GENCODE_CAKE]]);
    let n = devant(&film, s.url()).await;
    reste(&n, &c.cake, "8").await;
    let adresse = n.evaluer("return document.getElementById('ecran').dataset.lecteur").await;
    let changer = |vers: &serde_json::Value| {
        format!("document.getElementById('ecran').dataset.lecteur = {vers}")
    };
    n.evaluer(&changer(&"/ressources/absente.js".into())).await;
    ouvrir_la_camera(&n).await;
    let phrase = "La lecture par la caméra n’a pas pu être chargée. Réessayez quand le réseau est \
                  là, ou tapez le code.";
    n.attendre_texte("#code-faute", phrase).await;
    n.attendre_absence("#video:not([hidden])").await;
    n.evaluer(&changer(&adresse)).await;
    n.cliquer("[data-action=camera]").await;
    c.attendre_declarations(&c.cake, &["SCAN"]).await;
    n.attendre_texte("#code-faute", "").await;
}

#[tokio::test]
async fn without_a_camera_or_without_leave_to_use_it_the_cook_reads_what_to_do() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let refusee = "La caméra n’est pas permise. Autorisez-la dans le navigateur, ou tapez le code.";
    let absente = "Cet appareil n’a pas de caméra. Tapez le code.";
    let refus = [FAUX_APPAREIL.to_owned(), format!("{FAUSSE_PERSONNE}=deny")];
    let rien = [format!("{FAUX_APPAREIL}=device-count=0"), FAUSSE_PERSONNE.to_owned()];
    for (options, phrase, encore) in [(refus, refusee, "9"), (rien, absente, "8")] {
        let n = ECRAN.ouvrir_avec(s.url(), "/cuisine", &options).await;
        n.attendre(&place(&c.bagel, ".c-reste strong")).await;
        ouvrir_la_camera(&n).await;
        n.attendre_texte("#code-faute", phrase).await;
        n.attendre_absence("#video:not([hidden])").await;
        assert_eq!(n.violations().await, [""; 0]);
        // The digits remain.
        n.cliquer("#code-texte").await;
        n.taper_a_la_main(GENCODE_BAGEL).await;
        n.cliquer("#d-code [type=submit]").await;
        reste(&n, &c.bagel, encore).await;
        tout_parti(&n).await;
    }
    assert_eq!(c.declarations(&c.bagel).await, ["SCAN", "SCAN"]);
}
