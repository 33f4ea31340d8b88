//! The hour is the server's, whatever the tablet's own clock says.

use super::pieces::{Cuisine, ECRAN, gardee, reste, se_connecter, taper, toucher, tout_parti};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::EMAIL_OPERATEUR;

const MINUTE: i64 = 60_000;
const JOUR: i64 = 24 * 60 * MINUTE;

/// The kitchen screen on a tablet whose clock is so wrong from the start.
async fn ouvrir(url: &str, ms: i64) -> Navigateur {
    let n = Navigateur::ouvrir().await;
    n.regler(ECRAN.taille, false).await;
    n.fausser_l_heure(ms).await;
    n.aller(&format!("{url}/cuisine")).await;
    se_connecter(&n, EMAIL_OPERATEUR).await;
    n.arriver("/cuisine").await;
    n
}

/// Waits until the screen knows the hour.
const A_L_HEURE: &str = "const [fini] = arguments;
  import(document.querySelector('link[href$=\"/reseau.js\"]').href).then(({maintenant}) => {
    const voir = () => Math.abs(maintenant() - heureJuste()) < 60000 ? fini(true) : setTimeout(voir, 50);
    voir();
  });";

#[tokio::test]
async fn a_tablet_whose_clock_is_wrong_declares_today_all_the_same_with_and_without_network() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let mut fautes = Vec::new();
    for ms in [10 * MINUTE, JOUR, -10 * MINUTE, -JOUR] {
        let n = ouvrir(&cable.url(), ms).await;
        toucher(&n, &c.bagel, "ajuster").await;
        taper(&n, "5").await;
        reste(&n, &c.bagel, "5").await;
        tout_parti(&n).await;
        if c.produit(&c.bagel).await != 5.0 {
            fautes.push(format!("{ms} : {}", n.textes("#alerte").await.concat()));
        }
        gardee(&n).await;
        cable.tuer(&mut s);
        n.recharger().await;
        // Without network it is still the server's day.
        n.attendre("#etat:not([hidden])").await;
        toucher(&n, &c.bagel, "ajuster").await;
        taper(&n, "2").await;
        cable.relancer(&mut s);
        tout_parti(&n).await;
        reste(&n, &c.bagel, "8").await;
        n.attendre_texte("#bouton-liste", "À voir").await;
        if c.produit(&c.bagel).await != 2.0 {
            fautes.push(format!("{ms}, hors ligne"));
        }
    }
    // Nor does it matter when the clock is set while the screen is open.
    let n = ouvrir(&cable.url(), 0).await;
    reste(&n, &c.bagel, "8").await;
    for (ms, q) in [(60 * MINUTE, "3"), (-JOUR, "4"), (0, "5")] {
        n.evaluer(&format!("window.avance = {ms}")).await;
        n.evaluer_plus_tard(A_L_HEURE).await;
        toucher(&n, &c.bagel, "ajuster").await;
        taper(&n, q).await;
        n.attendre_texte("#annonce:not([hidden]) span", &format!("Bagel : ajusté à {q} pièces"))
            .await;
        tout_parti(&n).await;
    }
    assert_eq!(c.produit(&c.bagel).await, 5.0);
    assert_eq!(fautes, [""; 0]);
}
