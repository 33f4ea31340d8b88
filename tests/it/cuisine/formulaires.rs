//! A scan while a form is open: it fills, and never sends; nothing of it is text in a field.

use serde_json::json;
use uuid::Uuid;

use super::pieces::{Cuisine, ECRAN, GENCODE_BAGEL, cliquer_au_milieu, reste, toucher, tout_parti};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::scanneur::{Clavier, FNC1};

/// In seconds after the last key.
const TARDIVE: f64 = 0.45;

/// What stands in the form of stock found: quantity, DLC, lot.
async fn champs(n: &Navigateur) -> [String; 3] {
    [
        n.valeur("#trouve-quantite").await,
        n.valeur("#trouve-dlc").await,
        n.valeur("#trouve-lot").await,
    ]
}

async fn vider(n: &Navigateur) {
    n.evaluer(
        "for (const c of ['quantite', 'dlc', 'lot']) document.getElementById('trouve-' + c).value = '';
         document.querySelector('#d-trouve [data-annonce]').textContent = '';",
    )
    .await;
}

async fn viser(n: &Navigateur, css: &str) {
    n.evaluer(&format!("document.querySelector({}).focus()", json!(css))).await;
}

/// Of nobody here.
const INCONNU: &str = "3760001000122";
/// Of the sauce.
const SAUCE: &str = "3760001000993";

/// A sauce that is made here and bears a number, and wraps for which there is none; the wrap.
async fn planifier_des_wraps(c: &Cuisine) -> String {
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1000, "unite": "g"}});
    let sel = c.chaine.ingredient("Sel").await;
    let (recette, sauce) = c.chaine.recette_de(sauce, &[(&sel, 5.0)]).await;
    let menu = json!({"nom": "Sauce en pot", "recette_id": recette, "gencode": SAUCE});
    c.chaine.client.post("/api/interne/menus", &menu).await.attendue(201);
    let (wrap, _) = c.chaine.recette("Wrap", &[(&sauce, 25.0)]).await;
    let chemin = format!("/api/interne/plans/{}/{}", c.chaine.magasin, c.jour);
    let lignes = json!([{"recette_id": wrap, "quantite_planifiee": 4}]);
    c.chaine.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
    wrap
}

fn etiquette(lot: &str) -> String {
    let n = Uuid::parse_str(lot).unwrap().as_u128();
    let lettres = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..26).rev().map(|i| char::from(lettres[(n >> (5 * i)) as usize & 31])).collect()
}

#[tokio::test]
async fn a_scan_fills_the_form_that_is_open_whichever_field_has_the_focus_and_never_sends_it() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let wrap = planifier_des_wraps(&c).await;
    let lots = c.chaine.lots().await;
    let fromage = lots.iter().find(|l| l["ingredient_nom"] == "Fromage").unwrap();
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &wrap, "4").await;
    toucher(&n, &wrap, "solutions").await;
    n.cliquer("[data-action=stock-trouve]").await;
    n.attendre_texte("#trouve-manque", "Il manque 100 g.").await;
    assert_eq!(champs(&n).await, ["", "", ""], "rien n'est rempli d'avance");

    // An unknown product fills lot and date; one code, from either kind of scanner, Enter late.
    let inconnu = format!("010{INCONNU}31030012501726120010AQWZM-7");
    let dit = "Produit inconnu : vérifiez que c’est le bon. Le lot et la date sont remplis.";
    for (clavier, champ) in [
        (Clavier::Americain, "#trouve-quantite"),
        (Clavier::Francais, "#trouve-lot"),
        (Clavier::Americain, "#trouve-lot"),
        (Clavier::Francais, "#trouve-dlc"),
        (Clavier::Americain, "#trouve-dlc"),
        (Clavier::Francais, "#trouve-quantite"),
        (Clavier::Francais, "#d-trouve [type=submit]"),
    ] {
        vider(&n).await;
        viser(&n, champ).await;
        n.scanner_sur(clavier, &inconnu, TARDIVE).await;
        n.attendre_texte("#d-trouve [data-annonce]", dit).await;
        assert_eq!(champs(&n).await, ["", "2026-12-31", "AQWZM-7"], "{clavier:?} {champ}");
    }

    // Of this article: the weight too. Of another: nothing at all.
    let sien = format!("010{SAUCE}310300012010ZQ-1{FNC1}17270131");
    n.scanner_sur(Clavier::Americain, &sien, 0.04).await;
    let dit = "Étiquette de Sauce lue : vérifiez, puis ajoutez. \
               Le lot, la date et la quantité sont remplis.";
    n.attendre_texte("#d-trouve [data-annonce]", dit).await;
    assert_eq!(champs(&n).await, ["120", "2027-01-31", "ZQ-1"]);
    let autre = format!("010{GENCODE_BAGEL}10B-9");
    n.scanner_sur(Clavier::Francais, &autre, 0.04).await;
    let dit = "Cette étiquette est celle de Bagel, pas de Sauce : rien n’est rempli.";
    n.attendre_texte("#d-trouve [data-annonce]", dit).await;
    n.scanner_sur(Clavier::Americain, "0103760001000123", 0.04).await;
    let dit = "Code mal lu (chiffre de contrôle faux) : scannez de nouveau.";
    n.attendre_texte("#d-trouve [data-annonce]", dit).await;
    let fromage = format!("91{}", etiquette(fromage["lot_id"].as_str().unwrap()));
    n.scanner_sur(Clavier::Francais, &fromage, 0.04).await;
    let dit = "Cette étiquette est celle de Fromage, pas de Sauce : rien n’est rempli.";
    n.attendre_texte("#d-trouve [data-annonce]", dit).await;
    assert_eq!(champs(&n).await, ["120", "2027-01-31", "ZQ-1"]);

    // Nothing was sent so far; a person sends it, and the code under the bars is that of its lot.
    assert_eq!(c.chaine.lots().await.len(), lots.len());
    assert_eq!(c.produit(&wrap).await, 0.0);
    n.cliquer("#d-trouve [type=submit]").await;
    reste(&n, &wrap, "0").await;
    tout_parti(&n).await;
    let apres = c.chaine.lots().await;
    let trouve = apres.iter().find(|l| l["code_lot"] == "ZQ-1").unwrap();
    assert_eq!((&trouve["date_dlc"], &trouve["solde"]), (&json!("2027-01-31"), &json!(20)));
    s.verifier();
}

#[tokio::test]
async fn stock_found_has_a_lot_or_a_date_or_its_label_is_lost() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    toucher(&n, &c.quiche, "solutions").await;
    n.cliquer("[data-action=stock-trouve]").await;
    viser(&n, "#trouve-quantite").await;
    n.taper_lentement(&["1", "5", "0", "Enter"]).await;
    let dit = "Écrivez le code du lot ou la DLC ; s’il n’y a plus d’étiquette, cochez « Étiquette perdue ».";
    n.attendre_texte("#trouve-faute", dit).await;
    assert_eq!(n.valeur("#trouve-quantite").await, "150", "ce qu'une personne tape arrive");
    cliquer_au_milieu(&n, "#trouve-perdue").await;
    n.cliquer("#d-trouve [type=submit]").await;
    reste(&n, &c.quiche, "0").await;
    tout_parti(&n).await;
    let mut connexion = s.base().lire().await.unwrap();
    let motifs: Vec<String> =
        sqlx::query_scalar("select distinct motif from mouvement_stock where type = 'AJUSTEMENT'")
            .fetch_all(&mut *connexion)
            .await
            .unwrap();
    assert_eq!(motifs, ["Étiquette perdue"]);
}

#[tokio::test]
async fn codes_and_keys_of_a_real_keyboard_go_where_they_are_meant() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let lots = c.chaine.lots().await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    // In the form of codes: the code stands there, and waits for a finger.
    n.cliquer("[data-action=code]").await;
    for (clavier, champ) in
        [(Clavier::Americain, "#code-texte"), (Clavier::Francais, "#d-code [type=submit]")]
    {
        n.evaluer("document.getElementById('code-texte').value = ''").await;
        viser(&n, champ).await;
        let code = format!("010{GENCODE_BAGEL}10AQ{FNC1}17261231");
        n.scanner_sur(clavier, &code, TARDIVE).await;
        n.attendre_texte("#d-code [data-annonce]", "Code lu : touchez « Compter ».").await;
        let lu = n.valeur("#code-texte").await;
        assert_eq!(lu, format!("(01)0{GENCODE_BAGEL}(10)AQ(17)261231"), "{clavier:?}");
    }
    reste(&n, &c.bagel, "10").await;
    n.cliquer("#d-code [type=submit]").await;
    reste(&n, &c.bagel, "9").await;

    // The keypad: digits, comma, Backspace, Enter, Escape; a code is no digits.
    toucher(&n, &c.cake, "ajuster").await;
    n.attendre_texte("#clavier-valeur", "8").await;
    let ordre = n.textes("#d-clavier [data-touche]").await.concat();
    assert_eq!(ordre, "123456789,0", "un seul ordre des chiffres, celui des codes PIN");
    n.taper_lentement(&["6", ",", "5", "Backspace", "Backspace", "1"]).await;
    n.attendre_texte("#clavier-valeur", "61").await;
    n.scanner_sur(Clavier::Francais, GENCODE_BAGEL, TARDIVE).await;
    let dit = "Rien n’est compté : validez ou fermez d’abord le clavier, puis scannez de nouveau.";
    n.attendre_texte("#d-clavier [data-annonce]", dit).await;
    assert_eq!(n.texte("#clavier-valeur").await, "61");
    n.taper_lentement(&["Escape"]).await;
    n.attendre_absence("#d-clavier[open]").await;
    toucher(&n, &c.cake, "ajuster").await;
    n.cliquer("#d-clavier [data-touche='3']").await;
    n.taper_lentement(&["Enter"]).await;
    reste(&n, &c.cake, "5").await;
    tout_parti(&n).await;
    assert_eq!((c.produit(&c.bagel).await, c.produit(&c.cake).await), (1.0, 3.0));

    // The label of a lot opens it, and counts nothing, whatever product stands beside it.
    let lot = etiquette(lots[0]["lot_id"].as_str().unwrap());
    n.scanner_sur(Clavier::Francais, &format!("010{GENCODE_BAGEL}91{lot}"), 0.04).await;
    n.attendre_texte("#d-lot[open] #lot-dlc", "DLC 01/01/2100").await;
    n.attendre_texte("#lot-titre", "Fromage : lot sans code").await;
    n.cliquer("#d-lot [data-action=fermer]").await;
    tout_parti(&n).await;
    assert_eq!(c.produit(&c.bagel).await, 1.0);
    assert_eq!(n.plaintes().await, [""; 0]);
}
