//! A day at the screen: taps, scans, what is short.

use serde_json::json;

use super::pieces::{
    Cuisine, ECRAN, GENCODE_BAGEL, GENCODE_CAKE, place, reste, taper, toucher, tout_parti, venir,
};
use crate::invariants::ecrire;
use crate::outils::Serveur;

#[tokio::test]
async fn a_cook_declares_the_whole_day_by_taps_and_takes_a_mistake_back() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    n.attendre_texte("#magasin", "Cuisine").await;
    reste(&n, &c.bagel, "10").await;
    let cartes = n.textes("#cartes .c-nom").await;
    assert_eq!(cartes, ["Bagel", "Cake", "Quiche"]);
    let manque = place(&c.quiche, "[data-action=solutions]");
    assert_eq!(n.texte(&manque).await, "Manque 100 g Crème", "avant tout geste");

    toucher(&n, &c.bagel, "produit").await;
    reste(&n, &c.bagel, "0").await;
    n.attendre_texte(&place(&c.bagel, ".statut"), "Produit").await;
    n.attendre_texte("#dernier", "Bagel : produit").await;

    toucher(&n, &c.cake, "ajuster").await;
    n.attendre_texte("#clavier-titre", "Cake : total fait").await;
    taper(&n, "6").await;
    reste(&n, &c.cake, "2").await;
    tout_parti(&n).await;
    toucher(&n, &c.cake, "ajuster").await;
    n.attendre_texte("#clavier-valeur", "6").await;
    n.cliquer("[data-action=plus]").await;
    n.attendre_texte("#clavier-valeur", "7").await;
    n.cliquer("[data-action=valider]").await;
    reste(&n, &c.cake, "1").await;
    n.attendre_texte(&place(&c.cake, ".statut"), "Ajusté").await;

    toucher(&n, &c.quiche, "motifs").await;
    assert_eq!(n.textes("#motifs button").await.len(), 6);
    n.cliquer("#motifs button:nth-child(2)").await;
    n.attendre_texte(&place(&c.quiche, ".statut"), "Non produit").await;
    n.attendre_texte("#dernier", "Quiche : non produit").await;
    tout_parti(&n).await;
    n.cliquer("#annuler").await;
    n.attendre_texte(&place(&c.quiche, ".statut"), "À produire").await;
    n.attendre_texte("#dernier", "Cake : ajusté à 7").await;

    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.cake).await, ["AJUSTE", "AJUSTE"]);
    assert_eq!(c.declarations(&c.quiche).await, ["NON_PRODUIT", "ANNULATION"]);
    assert_eq!((c.produit(&c.bagel).await, c.produit(&c.cake).await), (10.0, 7.0));
    assert_eq!(n.textes("#par-produit tr").await, ["Bagel 10 10 0", "Cake 8 7 1", "Quiche 4 0 4"]);
    s.verifier();
}

#[tokio::test]
async fn a_scanner_on_a_french_keyboard_counts_one_and_the_same_package_only_once() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    n.scanner(&[GENCODE_BAGEL, GENCODE_BAGEL]).await;
    reste(&n, &c.bagel, "9").await;
    n.attendre("#annonce:not([hidden])").await;
    n.cliquer("#plus-un").await;
    n.scanner(&[GENCODE_BAGEL, GENCODE_BAGEL, GENCODE_CAKE]).await;
    reste(&n, &c.bagel, "7").await;
    reste(&n, &c.cake, "7").await;
    n.cliquer("#plus-un").await;
    // What is said of these is said before what is said of the next.
    tout_parti(&n).await;

    n.scanner(&["3017620422004"]).await;
    n.attendre_texte("#alerte", "Code mal lu (chiffre de contrôle faux) : scannez de nouveau.")
        .await;
    n.attendre("[data-signal=inconnu]").await;
    n.scanner(&["96385074"]).await;
    n.attendre_texte("#alerte", "Ce gencode n'est celui d'aucun menu de ce magasin.").await;
    n.attendre_texte("#bouton-liste", "À voir").await;

    n.cliquer("[data-action=code]").await;
    n.cliquer("#code-texte").await;
    n.taper_a_la_main("(01)04006381333931(10)L7").await;
    n.cliquer("#d-code [type=submit]").await;
    reste(&n, &c.cake, "6").await;
    n.attendre("[data-signal=accepte]").await;
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.bagel).await, ["SCAN"; 3]);
    assert_eq!((c.produit(&c.bagel).await, c.produit(&c.cake).await), (3.0, 2.0));
}

#[tokio::test]
async fn when_stock_is_short_the_screen_says_what_and_the_stock_found_lets_it_through() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    toucher(&n, &c.quiche, "produit").await;
    n.attendre_texte("#manque-titre", "Quiche : il manque du stock").await;
    assert_eq!(n.textes("#manques li").await, ["100 g de Crème"]);
    reste(&n, &c.quiche, "4").await;
    n.attendre_texte("#bouton-liste", "1 à corriger").await;

    n.cliquer("[data-action=stock-trouve]").await;
    assert_eq!(n.valeur("#trouve-quantite").await, "");
    n.saisir("#trouve-quantite", "0").await;
    n.cliquer("#d-trouve [type=submit]").await;
    let faute = "Écrivez une quantité plus grande que zéro, par exemple 1,5.";
    n.attendre_texte("#trouve-faute", faute).await;
    n.saisir("#trouve-quantite", "120").await;
    n.saisir("#trouve-lot", "LC9").await;
    n.cliquer("#d-trouve [type=submit]").await;
    reste(&n, &c.quiche, "0").await;
    n.attendre_texte("#bouton-liste", "À voir").await;
    tout_parti(&n).await;
    assert_eq!(c.produit(&c.quiche).await, 4.0);
    let lots = c.chaine.lots().await;
    let trouve = lots.iter().find(|l| l["code_lot"] == "LC9").expect("lot");
    assert_eq!(trouve["solde"], 20);
    s.verifier();
}

#[tokio::test]
async fn when_stock_is_short_fewer_can_be_declared() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let menu = json!({"nom": "Quiche", "recette_id": c.quiche, "gencode": "96385074",
        "magasin_id": c.chaine.magasin});
    c.chaine.client.post("/api/interne/menus", &menu).await.attendue(201);
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    toucher(&n, &c.quiche, "solutions").await;
    n.cliquer("[data-action=fait-moins]").await;
    taper(&n, "2").await;
    reste(&n, &c.quiche, "2").await;
    tout_parti(&n).await;
    assert_eq!(c.declarations(&c.quiche).await, ["AJUSTE"]);
    // Where a scan passes all the same, the cook hears that stock is owed.
    ecrire(&s, "update magasin set politique_stock = 'compte'").await.unwrap();
    n.scanner(&["96385074"]).await;
    n.attendre_texte("#annonce span", "Quiche : +1, 3 sur 4, stock à régulariser").await;
    reste(&n, &c.quiche, "1").await;
    s.verifier();
}

#[tokio::test]
async fn two_screens_of_a_magasin_follow_each_other() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let un = ECRAN.ouvrir(s.url(), "/cuisine").await;
    let deux = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&un, &c.bagel, "10").await;
    reste(&deux, &c.bagel, "10").await;
    toucher(&un, &c.bagel, "produit").await;
    reste(&deux, &c.bagel, "0").await;
    // The header is each tablet's own; a card says whose action it takes back.
    deux.attendre_absence("#bandeau:not([hidden])").await;
    toucher(&deux, &c.quiche, "motifs").await;
    deux.cliquer("#motifs button:nth-child(2)").await;
    deux.attendre_texte("#dernier", "Quiche : non produit").await;
    toucher(&deux, &c.cake, "produit").await;
    reste(&un, &c.cake, "0").await;
    un.attendre_texte("#dernier", "Bagel : produit").await;
    deux.attendre_texte("#dernier", "Cake : produit").await;
    tout_parti(&deux).await;
    // Two taps at once take one action back: it rests for a moment.
    deux.evaluer("const b = document.getElementById('annuler'); b.click(); b.click()").await;
    reste(&un, &c.cake, "8").await;
    deux.attendre_texte("#dernier", "Quiche : non produit").await;
    deux.cliquer("#refaire").await;
    reste(&un, &c.cake, "0").await;
    deux.attendre_texte("#dernier", "Cake : produit").await;
    assert_eq!(c.produit(&c.bagel).await, 10.0);
    venir(&deux, &c.bagel).await;
    deux.cliquer(&place(&c.bagel, ".c-ouvrir")).await;
    let sien = place(&c.bagel, "[data-action=annuler]");
    let dit = deux.texte(&sien).await;
    assert!(dit.starts_with("Annuler (operateur, "), "{dit}");
    toucher(&deux, &c.bagel, "annuler").await;
    reste(&un, &c.bagel, "10").await;
    // Taken back there, it is nothing to take back here, nor is what is declared anew there.
    un.attendre_absence("#bandeau:not([hidden])").await;
    toucher(&deux, &c.bagel, "produit").await;
    reste(&un, &c.bagel, "0").await;
    tout_parti(&deux).await;
    un.attendre_absence("#bandeau:not([hidden])").await;
    let dites = ["PRODUIT", "ANNULATION", "PRODUIT"];
    assert_eq!(c.declarations(&c.bagel).await, dites);
    assert_eq!(c.declarations(&c.cake).await, dites);
    assert_eq!(c.declarations(&c.quiche).await, ["NON_PRODUIT"]);
}

#[tokio::test]
async fn several_magasins_are_a_list_of_names() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    c.chaine.autre_magasin("Boutique Étoile").await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    n.attendre("#magasins a").await;
    assert_eq!(n.textes("#magasins a").await, ["Boutique Étoile", "Cuisine"]);
    n.cliquer("#magasins li:nth-child(1) a").await;
    n.attendre_texte("#magasin", "Boutique Étoile").await;
    n.attendre_texte(".vide-titre", "Aucun plan pour aujourd’hui").await;
}
