//! What a scanner types and a person did not: whatever is open, it reaches nothing, and its end that
//! comes late or never sends nothing.

use serde_json::json;

use super::pieces::{
    Cuisine, ECRAN, Fenetre, GENCODE_BAGEL, attendre_mots, place, reste, toucher, tout_parti,
};
use crate::outils::Serveur;
use crate::outils::navigateur::Navigateur;
use crate::outils::scanneur::{Clavier, FNC1};

const COUPE: &str = "Code incomplet : scannez encore.";
/// Seconds between the keys of a fast scanner.
const VITE: f64 = 0.008;
/// Of nobody here.
const INCONNU: &str = "3760001000122";

async fn oublier(n: &Navigateur) {
    n.evaluer(
        "document.querySelectorAll('[data-annonce]').forEach((p) => { p.textContent = ''; });
         document.getElementById('alerte').hidden = true;",
    )
    .await;
}

#[tokio::test]
async fn a_code_whose_end_is_late_or_lost_reaches_no_keypad_no_field_and_no_button() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.bagel, "10").await;
    let claviers = [Clavier::Americain, Clavier::Francais];

    // The keypad keeps its number, and stays open.
    toucher(&n, &c.bagel, "ajuster").await;
    for clavier in claviers {
        for fin in [Some(0.7), None] {
            oublier(&n).await;
            n.scanner_au_pas(clavier, GENCODE_BAGEL, (VITE, fin)).await;
            n.attendre_texte("#d-clavier[open] [data-annonce]", COUPE).await;
            assert_eq!(n.texte("#clavier-valeur").await, "10", "{clavier:?} {fin:?}");
        }
        n.valider_apres(2.5).await;
        n.attendre("#d-clavier[open]").await;
    }
    n.cliquer("#d-clavier [data-action=fermer]").await;

    // A button that has the focus is not pushed.
    for clavier in claviers {
        oublier(&n).await;
        let css = place(&c.bagel, "[data-action=produit]");
        n.evaluer(&format!("document.querySelector({}).focus()", json!(css))).await;
        n.scanner_au_pas(clavier, GENCODE_BAGEL, (VITE, Some(0.7))).await;
        n.attendre_texte("#alerte:not([hidden]) span", COUPE).await;
    }
    reste(&n, &c.bagel, "10").await;

    // Nor does a field get it.
    toucher(&n, &c.quiche, "solutions").await;
    n.cliquer("[data-action=stock-trouve]").await;
    for champ in ["quantite", "dlc", "lot"] {
        for fin in [Some(0.7), None] {
            oublier(&n).await;
            n.evaluer(&format!("document.getElementById('trouve-{champ}').focus()")).await;
            let code = format!("010{INCONNU}1726120010LOTY");
            n.scanner_au_pas(Clavier::Americain, &code, (VITE, fin)).await;
            n.attendre_texte("#d-trouve[open] [data-annonce]", COUPE).await;
            let vu = n.valeur(&format!("#trouve-{champ}")).await;
            assert_eq!(vu, "", "{champ} {fin:?}");
        }
    }
    assert_eq!(n.texte("#trouve-faute").await, "", "rien n'est envoyé");

    // The scanner that works counts as ever; nothing else was declared.
    n.cliquer("#d-trouve [data-action=fermer]").await;
    n.scanner_au_pas(Clavier::Americain, GENCODE_BAGEL, (VITE, Some(VITE))).await;
    reste(&n, &c.bagel, "9").await;
    tout_parti(&n).await;
    c.attendre_declarations(&c.bagel, &["SCAN"]).await;
    s.verifier();
}

#[tokio::test]
async fn the_row_of_digits_of_a_french_keyboard_types_on_the_keypad_without_shift() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.cake, "8").await;
    toucher(&n, &c.cake, "ajuster").await;
    n.attendre_texte("#clavier-valeur", "8").await;
    n.taper_en_azerty(&[("Digit2", "é"), ("Digit0", "à"), ("KeyA", "q"), ("KeyM", ",")]).await;
    n.taper_en_azerty(&[("Numpad5", "5"), ("Digit6", "-")]).await;
    n.attendre_texte("#clavier-valeur", "20,56").await;
    n.cliquer("#d-clavier [data-action=fermer]").await;
    for virgule in [("NumpadDecimal", "."), ("Comma", ".")] {
        toucher(&n, &c.cake, "ajuster").await;
        n.taper_en_azerty(&[("Digit3", "\""), virgule, ("Digit5", "(")]).await;
        n.attendre_texte("#clavier-valeur", "3,5").await;
        n.cliquer("#d-clavier [data-action=fermer]").await;
    }
}

#[tokio::test]
async fn of_a_line_kept_by_weight_a_scan_counts_the_weight_with_and_without_network() {
    const PESE: &str = "2123456003505";
    let s = Serveur::demarrer().await;
    let (cable, c) = Cuisine::au_bout_d_un_cable(&s).await;
    let client = &c.chaine.client;
    let motif = json!({"motif_poids": "2AAAAAAPPPPPC"});
    client.put("/api/interne/chaine", &motif).await.attendue(200);
    let sel = c.chaine.ingredient("Sel").await;
    c.chaine.lot(&sel, 5000.0, None).await;
    let sauce = json!({"nom": "Sauce", "rendement": {"quantite": 1, "unite": "kg"}});
    let (sauce, _) = c.chaine.recette_de(sauce, &[(&sel, 10.0)]).await;
    for gencode in ["2123456000009", INCONNU] {
        let menu = json!({"nom": "Sauce", "recette_id": sauce, "gencode": gencode});
        client.post("/api/interne/menus", &menu).await.attendue(201);
    }
    let plan = json!({"lignes": [{"recette_id": sauce, "quantite_planifiee": 2000},
        {"recette_id": c.bagel, "quantite_planifiee": 10}]});
    let chemin = format!("/api/interne/plans/{}/{}", c.chaine.magasin, c.jour);
    client.put(&chemin, &plan).await.attendue(200);
    let n = ECRAN.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &sauce, "2").await;

    n.scanner(&[PESE]).await;
    attendre_mots(&n, "#annonce", "Sauce : +350 g, 350 g sur 2 kg").await;
    reste(&n, &sauce, "1,65").await;
    tout_parti(&n).await;
    // Nothing says how much of it that is, or nothing is in it.
    for (code, dit) in [(INCONNU, "se compte en kg"), ("2123456000009", "un poids de 0")] {
        n.scanner(&[code]).await;
        attendre_mots(&n, "#alerte:not([hidden])", dit).await;
    }
    cable.couper();
    n.attendre_texte("#connexion", "Hors ligne").await;
    // Not the same package read twice.
    tokio::time::sleep(std::time::Duration::from_millis(1600)).await;
    n.scanner(&[PESE]).await;
    reste(&n, &sauce, "1,3").await;
    n.scanner(&[INCONNU]).await;
    attendre_mots(&n, "#alerte:not([hidden])", "se compte en kg").await;
    cable.rebrancher(&s);
    tout_parti(&n).await;
    c.attendre_declarations(&sauce, &["SCAN", "SCAN"]).await;
    assert_eq!(c.produit(&sauce).await, 700.0);
    n.attendre_texte("#bouton-liste", "À voir").await;
    s.verifier();
}

/// What is said in the dialogue that is open lies within the window, and under nothing.
const CACHE: &str = "
  const p = [...document.querySelectorAll('dialog[open] :is([data-annonce], [role=alert])')]
    .find((p) => p.textContent !== '');
  const r = p.getBoundingClientRect();
  const vu = (x, y) => p.contains(document.elementFromPoint(x, y));
  const dedans = r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth;
  return dedans && r.height > 0 && [r.top + 2, (r.top + r.bottom) / 2, r.bottom - 2]
    .every((y) => vu(r.left + 2, y) && vu(r.left + r.width / 2, y)) ? '' : JSON.stringify(r);";

async fn a_vu(n: &Navigateur, css: &str, dit: &str, fautes: &mut Vec<String>) {
    n.attendre_texte(css, dit).await;
    let cache = n.evaluer(CACHE).await;
    if cache != json!("") {
        fautes.push(format!("{css} « {dit} » : {cache}"));
    }
}

#[tokio::test]
async fn what_a_scan_says_is_seen_in_the_dialogue_that_is_open_at_four_sizes() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let n = Fenetre { taille: (1280, 800) }.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    let mut fautes = Vec::new();
    for taille in [(360, 640), (390, 844), (800, 1280), (1280, 800)] {
        n.regler(taille, false).await;
        let mut ici = Vec::new();
        toucher(&n, &c.quiche, "solutions").await;
        n.scanner(&["96385074"]).await;
        let dit = "Ce gencode n'est celui d'aucun menu de ce magasin.";
        a_vu(&n, "#d-manque [data-annonce]", dit, &mut ici).await;
        n.cliquer("[data-action=stock-trouve]").await;
        assert_eq!(n.texte("#d-trouve [data-annonce]").await, "");
        let annonce = "#d-trouve [data-annonce]";
        let qui = "Produit inconnu : vérifiez que c’est le bon.";
        n.scanner(&[INCONNU]).await;
        a_vu(&n, annonce, &format!("{qui} Rien n’est rempli."), &mut ici).await;
        n.scanner(&[&format!("010{INCONNU}17261231")]).await;
        a_vu(&n, annonce, &format!("{qui} La date est remplie."), &mut ici).await;
        n.scanner(&[&format!("010{INCONNU}31030012501726123110AB-7")]).await;
        a_vu(&n, annonce, &format!("{qui} Le lot et la date sont remplis."), &mut ici).await;
        assert_eq!(n.valeur("#trouve-quantite").await, "", "le poids est d'un autre, peut-être");
        // A label that names no product: all that it says.
        n.scanner(&[&format!("310300012510ZQ-1{FNC1}17270131")]).await;
        let qui = "L’étiquette ne dit pas le produit : vérifiez que c’est le bon.";
        let dit = format!("{qui} Le lot, la date et la quantité sont remplis.");
        a_vu(&n, annonce, &dit, &mut ici).await;
        assert_eq!(n.valeur("#trouve-quantite").await, "125");
        n.scanner(&[&format!("10ZQ-2{FNC1}17270228")]).await;
        a_vu(&n, annonce, &format!("{qui} Le lot et la date sont remplis."), &mut ici).await;
        assert_eq!(n.valeur("#trouve-quantite").await, "", "un poids reste à son étiquette");
        oublier(&n).await;
        n.cliquer("#d-trouve [type=submit]").await;
        let dit = "Écrivez une quantité plus grande que zéro, par exemple 1,5.";
        a_vu(&n, "#trouve-faute", dit, &mut ici).await;
        n.cliquer("#d-trouve [data-action=fermer]").await;
        toucher(&n, &c.bagel, "motifs").await;
        n.scanner(&["3017620422004"]).await;
        let dit = "Code mal lu (chiffre de contrôle faux) : scannez de nouveau.";
        a_vu(&n, "#d-motifs [data-annonce]", dit, &mut ici).await;
        n.cliquer("#d-motifs [data-action=fermer]").await;
        toucher(&n, &c.bagel, "ajuster").await;
        n.scanner(&[GENCODE_BAGEL]).await;
        let dit =
            "Rien n’est compté : validez ou fermez d’abord le clavier, puis scannez de nouveau.";
        a_vu(&n, "#d-clavier [data-annonce]", dit, &mut ici).await;
        n.cliquer("#d-clavier [data-action=fermer]").await;
        fautes.extend(ici.into_iter().map(|f| format!("{taille:?} {f}")));
    }
    assert_eq!(fautes, [""; 0], "{fautes:#?}");
}
