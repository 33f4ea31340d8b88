//! Without the server: nothing is lost, nothing counts twice.

use serde_json::json;

use super::pieces::{
    Cuisine, ECRAN, GENCODE_BAGEL, GENCODE_CAKE, gardee, place, reste, se_connecter, taper,
    toucher, tout_parti,
};
use crate::outils::Serveur;
use crate::outils::coupure::Coupure;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR};

const HORS_LIGNE: &str =
    "Hors ligne : continuez, tout est gardé et sera envoyé au retour du réseau.";

/// The screen, kept by its browser, and the server dead.
async fn coupe(s: &mut Serveur, cable: &Coupure, c: &Cuisine) -> Navigateur {
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    gardee(&n).await;
    cable.tuer(s);
    n.attendre_texte("#etat p", HORS_LIGNE).await;
    n
}

async fn fermer_les_sessions(s: &Serveur) {
    let mut c = s.base().lire().await.unwrap();
    sqlx::query("update session set revoquee_le = now() where nature = 'web'")
        .execute(&mut *c)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_server_dies_the_page_is_loaded_again_and_each_action_counts_once_and_in_order() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    n.recharger().await;
    reste(&n, &c.bagel, "10").await;
    n.attendre_texte("#etat p", HORS_LIGNE).await;
    n.cliquer("#plus-un").await;
    n.scanner(&[GENCODE_BAGEL, GENCODE_BAGEL, GENCODE_CAKE]).await;
    reste(&n, &c.bagel, "8").await;
    reste(&n, &c.cake, "7").await;
    toucher(&n, &c.cake, "ajuster").await;
    taper(&n, "5").await;
    reste(&n, &c.cake, "3").await;
    n.attendre_texte("#attentes", "4 actions en attente").await;
    let en_attente = place(&c.cake, "[data-lieu=attente]:not([hidden])");
    assert_eq!(n.texte(&en_attente).await, "En attente d’envoi");
    n.recharger().await;
    n.attendre_texte("#attentes", "4 actions en attente").await;
    reste(&n, &c.cake, "3").await;

    cable.perdre_des_reponses(1);
    cable.relancer(&mut s);
    tout_parti(&n).await;
    assert_eq!(cable.encore_a_perdre(), 0, "une réponse a été perdue");
    assert_eq!(c.declarations(&c.bagel).await, ["SCAN", "SCAN"]);
    assert_eq!(c.declarations(&c.cake).await, ["SCAN", "AJUSTE"]);
    assert_eq!((c.produit(&c.bagel).await, c.produit(&c.cake).await), (2.0, 5.0));
    reste(&n, &c.bagel, "8").await;
    reste(&n, &c.cake, "3").await;
    n.attendre_texte("#bouton-liste", "À voir").await;
    n.attendre_absence("#etat:not([hidden])").await;
    s.verifier();
}

#[tokio::test]
async fn a_login_that_expires_meanwhile_is_asked_for_and_the_queue_is_kept() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    toucher(&n, &c.bagel, "produit").await;
    reste(&n, &c.bagel, "0").await;
    fermer_les_sessions(&s).await;
    cable.relancer(&mut s);
    n.attendre("#se-reconnecter:not([hidden])").await;
    n.attendre_texte("#connexion", "Session terminée").await;
    n.scanner(&[GENCODE_CAKE]).await;
    n.attendre_texte("#attentes", "2 actions en attente").await;
    n.cliquer("#se-reconnecter").await;
    n.arriver("/connexion?suite=%2Fcuisine").await;
    se_connecter(&n, EMAIL_OPERATEUR).await;
    n.arriver("/cuisine").await;
    reste(&n, &c.cake, "7").await;
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.bagel).await, ["PRODUIT"]);
    assert_eq!(c.declarations(&c.cake).await, ["SCAN"]);
}

/// Behind a cable something always answers the call; where the server itself was, nothing does.
#[tokio::test]
async fn where_nothing_listens_any_more_the_screen_goes_on_and_keeps_what_is_tapped() {
    let mut s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    gardee(&n).await;
    s.tuer();
    n.attendre_texte("#etat p", HORS_LIGNE).await;
    n.recharger().await;
    reste(&n, &c.bagel, "10").await;
    toucher(&n, &c.bagel, "produit").await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    reste(&n, &c.bagel, "0").await;
}

#[tokio::test]
async fn annuler_shows_at_once_the_number_that_the_line_goes_back_to() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &c.cake, "8").await;
    for (quantite, reste_apres) in [("6", "2"), ("5", "3")] {
        toucher(&n, &c.cake, "ajuster").await;
        taper(&n, quantite).await;
        reste(&n, &c.cake, reste_apres).await;
        tout_parti(&n).await;
    }
    toucher(&n, &c.quiche, "motifs").await;
    n.cliquer("#motifs button:nth-child(2)").await;
    reste(&n, &c.quiche, "0").await;
    tout_parti(&n).await;
    gardee(&n).await;
    n.recharger().await;
    reste(&n, &c.cake, "3").await;
    // The page knows what the server said last, and not only what it had kept.
    for ligne in [&c.cake, &c.quiche] {
        n.attendre(&place(ligne, "[data-action=annuler]:not([hidden])")).await;
    }
    cable.tuer(&mut s);
    n.attendre_texte("#etat p", HORS_LIGNE).await;

    toucher(&n, &c.cake, "annuler").await;
    reste(&n, &c.cake, "2").await;
    n.attendre_texte(&place(&c.cake, ".statut"), "Ajusté").await;
    n.attendre_texte(&place(&c.cake, "[data-lieu=fait]"), "fait 6").await;
    toucher(&n, &c.quiche, "annuler").await;
    reste(&n, &c.quiche, "4").await;
    n.attendre_texte(&place(&c.quiche, ".statut"), "À produire").await;
    n.attendre_texte("#attentes", "2 actions en attente").await;

    cable.relancer(&mut s);
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.cake).await, ["AJUSTE", "AJUSTE", "ANNULATION"]);
    assert_eq!(c.declarations(&c.quiche).await, ["NON_PRODUIT", "ANNULATION"]);
    assert_eq!((c.produit(&c.cake).await, c.produit(&c.quiche).await), (6.0, 0.0));
    reste(&n, &c.cake, "2").await;
    s.verifier();
}

#[tokio::test]
async fn a_refused_entry_waits_in_its_list_and_the_others_pass() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    toucher(&n, &c.quiche, "produit").await;
    n.scanner(&["96385074", GENCODE_CAKE]).await;
    toucher(&n, &c.bagel, "produit").await;
    n.attendre_texte("#attentes", "4 actions en attente").await;
    cable.relancer(&mut s);
    tout_parti(&n).await;
    n.attendre_texte("#bouton-liste", "2 à corriger").await;
    assert_eq!((c.produit(&c.bagel).await, c.produit(&c.cake).await), (10.0, 1.0));
    n.cliquer("#bouton-liste").await;
    let titres = n.textes("#corriger .c-entree-titre").await;
    assert!(titres.contains(&"Quiche : produit".to_owned()), "{titres:?}");
    assert!(titres.contains(&"Code 96385074".to_owned()), "{titres:?}");
    let raisons = n.textes("#corriger .c-raison").await;
    assert!(raisons.iter().any(|r| r.contains("gencode")), "{raisons:?}");
    n.cliquer("#corriger [data-action=resoudre]").await;
    n.cliquer("[data-action=fait-moins]").await;
    taper(&n, "1").await;
    reste(&n, &c.quiche, "3").await;
    n.attendre_texte("#bouton-liste", "1 à corriger").await;
    n.cliquer("#bouton-liste").await;
    n.cliquer("#corriger [data-action=retirer]").await;
    n.attendre_texte("#liste-vide", "Rien à corriger, rien en attente.").await;
    assert_eq!(c.declarations(&c.quiche).await, ["AJUSTE"]);
}

#[tokio::test]
async fn what_somebody_else_tapped_waits_for_them_or_for_an_admin() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    toucher(&n, &c.bagel, "produit").await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    fermer_les_sessions(&s).await;
    cable.relancer(&mut s);
    n.attendre("#se-reconnecter:not([hidden])").await;
    n.cliquer("#se-reconnecter").await;
    n.arriver("/connexion?suite=%2Fcuisine").await;
    se_connecter(&n, EMAIL_ADMIN).await;
    n.arriver("/cuisine").await;
    n.attendre_texte("#personne", "admin").await;
    n.cliquer("#bouton-liste").await;
    let raison = "Faite par operateur : elle attend que operateur se reconnecte, ou qu’un \
                  responsable la confirme.";
    n.attendre_texte("#attente .c-raison", raison).await;
    assert_eq!(c.produit(&c.bagel).await, 0.0);
    n.cliquer("#attente [data-action=confirmer]").await;
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.bagel).await, ["PRODUIT"]);
}

#[tokio::test]
async fn what_is_older_than_a_day_is_sent_only_when_a_person_says_so() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    toucher(&n, &c.bagel, "produit").await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    let vieillir = "const fini = arguments[0];
        indexedDB.open('delicego-cuisine').onsuccess = (e) => {
          const t = e.target.result.transaction('attente', 'readwrite');
          const boite = t.objectStore('attente');
          boite.getAll().onsuccess = (lu) => {
            const [entree] = lu.target.result;
            boite.put({ ...entree, quand: new Date(Date.now() - 25 * 3600e3).toISOString() });
          };
          t.oncomplete = () => fini('fait');
        };";
    assert_eq!(n.evaluer_plus_tard(vieillir).await, json!("fait"));
    cable.relancer(&mut s);
    n.attendre_absence("#etat:not([hidden])").await;
    n.recharger().await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    n.cliquer("#bouton-liste").await;
    n.attendre("#attente [data-action=confirmer]").await;
    assert_eq!(c.produit(&c.bagel).await, 0.0);
    n.cliquer("#attente [data-action=confirmer]").await;
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.bagel).await, ["PRODUIT"]);
}

#[tokio::test]
async fn a_keypad_open_over_midnight_speaks_of_the_day_it_was_opened_on() {
    let mut s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let n = coupe(&mut s, &cable, &c).await;
    toucher(&n, &c.bagel, "ajuster").await;
    n.attendre("#d-clavier[open]").await;
    // Five seconds into the next day where the magasin is.
    let minuit = "const vraie = Date.now.bind(Date);
        const heure = new Intl.DateTimeFormat('en-GB', {timeZone: 'Europe/Paris', hourCycle: 'h23',
          hour: '2-digit', minute: '2-digit', second: '2-digit'});
        const [h, m, sec] = heure.format(vraie()).split(':').map(Number);
        const reste = ((24 - h) * 3600 - m * 60 - sec + 5) * 1000;
        Date.now = () => vraie() + reste;";
    n.evaluer(minuit).await;
    // What the page does each second was done, more than once.
    n.evaluer_plus_tard("setTimeout(arguments[0], 2500)").await;
    // It says which day it speaks of, and so does what it declares.
    let hier = c.jour[5..].split('-').rev().collect::<Vec<_>>().join("/");
    n.attendre_texte("#clavier-titre", &format!("Bagel, le {hier} : total fait")).await;
    taper(&n, "6").await;
    let dit = format!("Bagel, le {hier} : ajusté à 6 pièces (gardé, sera envoyé)");
    n.attendre_texte("#annonce span", &dit).await;
    n.attendre_texte("#attentes", "1 action en attente").await;
    let gardee = "const fini = arguments[0];
        indexedDB.open('delicego-cuisine').onsuccess = (e) => {
          const boite = e.target.result.transaction('attente').objectStore('attente');
          boite.getAll().onsuccess = (lu) => {
            const [{ action, ligne, corps }] = lu.target.result;
            fini({ action, ligne, date: corps.date, quantite: corps.quantite });
          };
        };";
    assert_eq!(
        n.evaluer_plus_tard(gardee).await,
        json!({"action": "ajuste", "ligne": c.bagel, "date": c.jour, "quantite": 6}),
    );
    // The next day comes when the dialogue is closed, and what was left of the one before stands above.
    n.attendre_absence(&place(&c.bagel, "[data-action=ajuster]")).await;
    n.attendre("#veille:not([hidden])").await;
    assert_eq!(n.textes("#veille strong").await, ["Cake", "Quiche"]);
    n.cliquer("#veille li:first-child [data-action=veille-produit]").await;
    n.attendre_texte("#attentes", "2 actions en attente").await;
    n.attendre_texte("#veille strong", "Quiche").await;
    // The last tap of this tablet can be taken back, though its day is over.
    n.attendre_texte(".vide-titre", "Le plan d’aujourd’hui n’est pas encore lu").await;
    n.attendre_texte("#dernier", &format!("Cake, le {hier} : produit")).await;
    n.cliquer("#annuler").await;
    n.attendre_texte("#attentes", "3 actions en attente").await;
    n.attendre_texte("#veille li:first-child strong", "Cake").await;
    n.attendre_texte("#dernier", &format!("Bagel, le {hier} : ajusté à 6 pièces")).await;
}
