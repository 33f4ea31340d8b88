//! On an enrolled tablet: a tile and a PIN, at the beginning as after a session that ended. What was
//! tapped meanwhile is kept, and sent under the name of whoever tapped it.

use serde_json::json;

use super::pieces::{
    Cuisine, ECRAN, GENCODE_CAKE, gardee, reste, se_connecter, toucher, tout_parti,
};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::EMAIL_ADMIN;

const PIN: &str = "2749";

/// The kitchen screen on a tablet that an admin enrolled, a cook entered by PIN.
async fn ouvrir(s: &Serveur, url: &str, c: &Cuisine) -> Navigateur {
    let moi = s.operateur().await.get("/auth/me").await.attendue(200);
    let pin = format!("/api/interne/utilisateurs/{}/pin", moi["id"].as_str().unwrap());
    c.chaine.client.put(&pin, &json!({"pin": PIN})).await.attendue(200);
    let n = Navigateur::ouvrir().await;
    n.regler(ECRAN.taille, false).await;
    n.aller(&format!("{url}/connexion?suite=/tablettes")).await;
    se_connecter(&n, EMAIL_ADMIN).await;
    n.arriver("/tablettes").await;
    n.saisir("#nom", "Tablette du four").await;
    n.cliquer("form.dedans button").await;
    n.arriver("/tablette").await;
    entrer(&n).await;
    reste(&n, &c.bagel, "10").await;
    n.attendre_texte("#personne", "operateur").await;
    gardee(&n).await;
    n
}

/// The tile, the digits, the kitchen.
async fn entrer(n: &Navigateur) {
    n.attendre_texte("h1", "Qui est là ?").await;
    n.cliquer(".tuile").await;
    n.attendre(".pave:not([hidden])").await;
    for chiffre in PIN.chars() {
        n.cliquer(&format!("[data-chiffre='{chiffre}']")).await;
    }
    n.cliquer(".pave [type=submit]").await;
    n.arriver("/cuisine").await;
}

/// Twelve hours without use, as sessions by PIN end.
async fn laisser_expirer(s: &Serveur) {
    let mut c = s.base().lire().await.unwrap();
    let sql =
        "update session set vue_le = now() - interval '13 hours' where tablette_id is not null";
    sqlx::query(sql).execute(&mut *c).await.unwrap();
}

#[tokio::test]
async fn a_session_that_ended_without_network_leads_to_the_tiles_and_loses_nothing() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = ouvrir(&s, &cable.url(), &c).await;
    cable.tuer(&mut s);
    n.attendre_texte("#connexion", "Hors ligne").await;
    toucher(&n, &c.bagel, "produit").await;
    n.scanner(&[GENCODE_CAKE]).await;
    n.attendre_texte("#attentes", "2 actions en attente").await;
    laisser_expirer(&s).await;
    cable.relancer(&mut s);
    n.attendre_texte("#connexion", "Session terminée").await;
    n.cliquer("#se-reconnecter").await;
    n.arriver("/tablette?suite=%2Fcuisine").await;
    entrer(&n).await;
    c.attendre_declarations(&c.bagel, &["PRODUIT"]).await;
    c.attendre_declarations(&c.cake, &["SCAN"]).await;
    tout_parti(&n).await;
    reste(&n, &c.bagel, "0").await;
    n.attendre_texte("#bouton-liste", "À voir").await;
    s.verifier();
}

#[tokio::test]
async fn a_session_that_ends_under_ones_hands_leads_to_the_tiles_and_loses_nothing() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ouvrir(&s, s.url(), &c).await;
    laisser_expirer(&s).await;
    toucher(&n, &c.bagel, "produit").await;
    n.attendre_texte("#connexion", "Session terminée").await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    n.cliquer("#se-reconnecter").await;
    n.arriver("/tablette?suite=%2Fcuisine").await;
    // So does the screen itself, asked for anew.
    n.aller(&format!("{}/cuisine", s.url())).await;
    n.arriver("/tablette?suite=%2Fcuisine").await;
    // A scan there types no PIN and sends none.
    n.cliquer(".tuile").await;
    n.attendre(".pave:not([hidden])").await;
    let prete = "const [fini] = arguments;
        import(document.querySelector('[data-clavier]').dataset.clavier).then(() => fini(true))";
    assert_eq!(n.evaluer_plus_tard(prete).await, true);
    n.evaluer("document.getElementById('pin').focus()").await;
    n.scanner(&[GENCODE_CAKE]).await;
    assert_eq!(n.valeur("#pin").await, "");
    n.reculer().await;
    entrer(&n).await;
    c.attendre_declarations(&c.bagel, &["PRODUIT"]).await;
    tout_parti(&n).await;
}
