//! The pages that make 300 recipes an hour's work, by the keyboard alone in a real browser.

use delicego::livres::lecture::{CodeDeDoute, Doute, RecetteLue};
use serde_json::json;

use super::atelier::{Atelier, Recette};
use super::pages::ouvrir;
use crate::outils::graine::lumieres;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::EMAIL_ADMIN;

/// Counts the keys that are pressed, and notes whether the window ever moved by more than its card.
const COMPTER: &str = "window.presses = 0; window.sauts = []; let avant = scrollY;
    addEventListener('keydown', () => { window.presses += 1; }, true);
    addEventListener('scroll', () => {
        if (Math.abs(scrollY - avant) > innerHeight) window.sauts.push([avant, scrollY]);
        avant = scrollY;
    });";
const RESTANT: &str = "return document.getElementById('restant').textContent";
const PRESSES: &str = "return window.presses";

async fn regles(n: &Navigateur, combien: usize) {
    n.attendre_texte("#restant", &(60 - combien).to_string()).await;
}

/// Sixty labels, one a recipe: 58 are near an ingredient, two are nobody's.
async fn soixante() -> Atelier {
    let a = Atelier::ouvrir().await;
    let noms: Vec<String> = (0..58).map(|n| format!("Ingrédient {}", lettres(n))).collect();
    for nom in &noms {
        a.chaine.ingredient(nom).await;
    }
    let mut libelles: Vec<String> = noms.iter().map(|n| format!("{n} extra")).collect();
    libelles.extend(["ZZ YUZU".to_owned(), "ZZZ WAKAMÉ".to_owned()]);
    let lignes: Vec<[(&str, Option<i64>); 1]> =
        libelles.iter().map(|l| [(l.as_str(), Some(10))]).collect();
    let titres: Vec<String> = (0..60).map(|n| format!("RECETTE {}", lettres(n))).collect();
    let recettes: Vec<Recette<'_>> =
        titres.iter().zip(&lignes).map(|(t, l)| Recette(t, l)).collect();
    a.livre("BOOK.pdf", &recettes).await;
    a
}

/// A word of its own for each number.
fn lettres(n: u32) -> String {
    let lettre = |n: u32| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let (un, deux) = (lettre(n), lettre(n / 26 + 7 * n));
    [un, deux, un, deux, deux].iter().collect()
}

#[tokio::test]
async fn sixty_labels_are_mapped_by_the_keyboard_alone_in_two_hundred_keys_and_the_page_never_jumps()
 {
    let a = soixante().await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    n.evaluer(COMPTER).await;
    for combien in 1..=58 {
        n.taper(&["Enter"]).await;
        regles(&n, combien).await;
    }
    assert_eq!(n.texte(".groupe[aria-current] h3").await, "ZZ YUZU");
    // In place, with its unit and an allergen.
    n.taper(&["c"]).await;
    n.attendre(".groupe[aria-current] .creation").await;
    assert_eq!(n.violations().await, [""; 0]);
    n.taper(&["Enter"]).await;
    regles(&n, 59).await;
    n.taper(&["c", "Tab", "Tab", " ", "Enter"]).await;
    regles(&n, 60).await;
    let presses = n.evaluer(PRESSES).await.as_u64().unwrap();
    assert!(presses <= 200, "{presses}");
    assert_eq!(n.evaluer("return window.sauts").await, json!([]));
    assert_eq!(n.evaluer(RESTANT).await, "0");
    assert_eq!(n.violations().await, [""; 0]);
    assert_eq!(n.plaintes().await, [""; 0]);
    let completes = "select count(*) from etat_recette_importee where etat = 'complete'";
    assert_eq!(a.nombre(completes).await, 60);
    let crees = "select nom || ' ' || unite_base || ' ' || coalesce(allergenes::text, 'non dits')
        from article where nom in ('Zz yuzu', 'Zzz wakamé') order by 1";
    assert_eq!(a.textes(crees).await, ["Zz yuzu g non dits", "Zzz wakamé g {}"]);
    println!("60 libellés, {presses} touches");
}

#[tokio::test]
async fn a_card_is_searched_ignored_after_a_question_and_taken_back_in_its_place() {
    let a = Atelier::ouvrir().await;
    for nom in ["Beurre", "Citron vert"] {
        a.chaine.ingredient(nom).await;
    }
    let lignes = [("YUZU", Some(5)), ("TOTAL", Some(5)), ("BEURRE DOUX", Some(5))];
    a.livre("BOOK.pdf", &[Recette("WOK", &lignes)]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    let ici = async || n.texte(".groupe[aria-current] h3").await;
    assert_eq!(ici().await, "BEURRE DOUX");
    assert!(n.texte(".groupe[aria-current] .doux").await.contains("WOK 5 g"));
    n.taper(&["ArrowDown", "i"]).await;
    assert_eq!(ici().await, "TOTAL");
    n.attendre(".groupe[aria-current] details[open]").await;
    n.taper(&["Escape", "i", "Enter"]).await;
    n.attendre_texte("#restant", "2").await;
    assert_eq!(ici().await, "YUZU");
    n.taper(&["/"]).await;
    for lettre in "Citron vert".chars() {
        n.taper(&[&lettre.to_string()]).await;
    }
    n.taper(&["Enter"]).await;
    n.attendre_texte("#restant", "1").await;
    assert_eq!(ici().await, "BEURRE DOUX");
    // The label that is ignored holds nothing, and nobody knows its allergens.
    n.taper(&["Enter"]).await;
    n.attendre_texte("#restant", "0").await;
    let wok = a.recette("WOK").await;
    assert_eq!(wok["complete"], true);
    assert_eq!(wok["allergenes"]["inconnus"], json!(["Beurre", "Citron vert", "TOTAL"]));
    n.cliquer(".groupe:nth-child(2) .groupe-fait button").await;
    n.attendre_texte("#restant", "1").await;
    assert_eq!(a.recette("WOK").await["complete"], false);
}

#[tokio::test]
async fn what_opens_in_a_card_leaves_it_where_it_is_and_sixty_cards_are_no_long_page() {
    let a = soixante().await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.regler((1280, 800), false).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    let longueur = n.evaluer("return document.querySelector('.groupes').offsetHeight").await;
    assert!(longueur.as_u64() < Some(60 * 160), "{longueur}");
    let place = async || {
        let ou =
            "return document.querySelector('.groupe[aria-current]').getBoundingClientRect().top";
        (n.evaluer(ou).await.as_f64().unwrap(), n.evaluer("return scrollY").await.as_f64().unwrap())
    };
    n.taper(&["ArrowDown"; 30]).await;
    let ici = place().await;
    assert!(ici.1 > 0.0, "it is far down the page");
    for (touche, ouvert) in [("i", "details.ignorer[open] button"), ("c", ".creation button")] {
        n.taper(&[touche]).await;
        n.attendre(&format!(".groupe[aria-current] {ouvert}")).await;
        assert_eq!(place().await, ici, "{touche}");
        let visible = format!(
            "const b = document.querySelector('.groupe[aria-current] {ouvert}');
             return b.getBoundingClientRect().bottom <= innerHeight"
        );
        assert_eq!(n.evaluer(&visible).await, true, "{touche}");
        n.taper(&["Escape"]).await;
        n.attendre_absence(&format!(".groupe[aria-current] {ouvert}")).await;
        assert_eq!(place().await, ici, "{touche}, Escape");
    }
}

#[tokio::test]
async fn a_name_that_is_nearly_an_ingredients_is_proposed_and_what_is_said_of_a_new_one_is_true() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Graines sojas").await;
    let lignes = [("POUSSES GERMÉES", Some(5)), ("ZZ ALGUE", Some(5))];
    a.livre("BOOK.pdf", &[Recette("WOK", &lignes)]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    let ecrire = async |mots: &str| {
        n.taper(&["/"]).await;
        for lettre in mots.chars() {
            n.taper(&[&lettre.to_string()]).await;
        }
        n.taper(&["Enter"]).await;
    };
    ecrire("graine soja").await;
    let dit = n.texte(".groupe[aria-current] .carte-dit").await;
    assert!(dit.contains("« Graines sojas » oui : Entrée le relie"), "{dit}");
    n.taper(&["Enter"]).await;
    n.attendre_texte("#restant", "1").await;
    ecrire("yuzu").await;
    let dit = n.texte(".groupe[aria-current] .carte-dit").await;
    assert!(
        dit.contains("Aucun ingrédient ne s’appelle « yuzu ». Échap, puis c, le crée."),
        "{dit}"
    );
    n.taper(&["Escape", "c"]).await;
    n.attendre(".groupe[aria-current] .creation").await;
}

#[tokio::test]
async fn a_new_ingredient_that_its_lines_cannot_be_counted_in_is_told() {
    let a = Atelier::ouvrir().await;
    a.livre("BOOK.pdf", &[Recette("WOK", &[("YUZU", Some(5))])]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.attendre(".groupe[aria-current]").await;
    n.taper(&["c", "Tab", "ArrowDown", "Tab", " ", "Enter"]).await;
    n.attendre(".groupe-fait").await;
    assert!(n.texte(".groupe-fait").await.contains("ses lignes attendent encore"));
    n.recharger().await;
    assert!(n.texte(".groupe-raison").await.contains("densité"));
    n.attendre(".pesee").await;
}

#[tokio::test]
async fn what_is_certain_is_shown_then_linked_in_one_go() {
    let a = Atelier::ouvrir().await;
    for nom in ["Tomate", "Filet de poulet", "Beurre"] {
        a.chaine.ingredient(nom).await;
    }
    let lignes = [("TOMATES", Some(5)), ("POULET, FILETS", Some(5)), ("BEURRE DOUX", Some(5))];
    a.livre("BOOK.pdf", &[Recette("WOK", &lignes)]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    n.cliquer_lien("Tout ce qui est sûr").await;
    n.arriver("/livres/a-relier/surs").await;
    assert_eq!(n.violations().await, [""; 0]);
    let dits = n.textes(".surs li").await;
    assert_eq!(dits.len(), 2, "{dits:?}");
    n.cliquer(".panneau form button").await;
    n.arriver("/livres/a-relier").await;
    assert_eq!(n.textes(".groupe h3").await, ["BEURRE DOUX"]);
}

fn a_verifier() -> Vec<RecetteLue> {
    let doute = |texte: &str| Doute {
        code: CodeDeDoute::LigneIllisible,
        page: 1,
        texte: texte.to_owned(),
        phrase: "Cette ligne de la composition ne se lit pas.".to_owned(),
    };
    let poids = Doute {
        code: CodeDeDoute::Poids,
        page: 1,
        texte: "150 g".to_owned(),
        phrase: "Le poids net imprimé est de 150 g, les ingrédients font 120 g.".to_owned(),
    };
    let recette = |titre: &str, doutes: Vec<Doute>| RecetteLue {
        doutes,
        ..Recette(titre, &[("POULET", Some(120))]).lue()
    };
    vec![recette("WOK", vec![doute("R1Z 8O"), doute("voir le chef")]), recette("BOL", vec![poids])]
}

#[tokio::test]
async fn doubts_are_settled_one_after_the_other_beside_their_page() {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Riz"] {
        a.chaine.ingredient(nom).await;
    }
    a.lu("BOOK.pdf", a_verifier()).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres", a.serveur.url())).await;
    assert!(n.textes(".onglet").await.contains(&"À vérifier 2".to_owned()));
    n.cliquer_lien("3 doutes à vérifier").await;
    n.attendre(".groupe[aria-current]").await;
    assert_eq!(n.textes(".doutes img").await.len(), 3);
    assert_eq!(n.violations().await, [""; 0]);
    n.taper(&["c"]).await;
    for touche in ["R", "i", "z", "Tab", "8", "0", "Enter"] {
        n.taper(&[touche]).await;
    }
    n.attendre_texte("#restant", "2").await;
    n.taper(&["p"]).await;
    n.attendre_texte("#restant", "1").await;
    n.taper(&["j"]).await;
    n.attendre_texte("#restant", "0").await;
    for titre in ["WOK", "BOL"] {
        assert_eq!(a.recette(titre).await["complete"], true, "{titre}");
    }
    assert_eq!(a.recette("WOK").await["lignes"].as_array().map(Vec::len), Some(2));
    n.cliquer(".groupe:nth-child(3) .groupe-fait button").await;
    n.attendre_texte("#restant", "1").await;
    assert_eq!(a.recette("BOL").await["complete"], false);
    n.recharger().await;
    assert_eq!(n.textes(".doutes h3").await, ["150 g"]);
    assert_eq!(n.textes(".appris li").await.len(), 2);
}

#[tokio::test]
async fn the_page_of_a_recipe_settles_its_doubts_and_labels_by_the_same_keys() {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Riz", "Beurre"] {
        a.chaine.ingredient(nom).await;
    }
    let mut lu = a_verifier().swap_remove(0);
    lu.lignes.extend(Recette("", &[("BEURRE DOUX", Some(5))]).lue().lignes);
    a.lu("BOOK.pdf", vec![lu]).await;
    let doute = a.doutes().await.remove(0);
    let chemin = ["livre_id", "recette_id"].map(|c| doute[c].as_str().unwrap().to_owned());
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    let page = format!("/livres/{}/recettes/{}", chemin[0], chemin[1]);
    n.aller(&format!("{}{page}", a.serveur.url())).await;
    n.attendre(".doute[aria-current]").await;
    n.taper(&["a"]).await;
    for touche in ["R", "i", "z", "Tab", "8", "0", "Enter"] {
        n.taper(&[touche]).await;
    }
    n.attendre_texte("[data-cartes='.doute']", "1").await;
    n.taper(&["p"]).await;
    n.attendre_texte("[data-cartes='.doute']", "0").await;
    n.attendre(".libelle[aria-current]").await;
    n.taper(&["c"]).await;
    n.attendre(".libelle .creation").await;
    n.taper(&["Escape"]).await;
    n.taper(&["Enter"]).await;
    n.attendre_texte("[data-cartes='.libelle']", "0").await;
    assert_eq!(a.recette("WOK").await["complete"], true);
    assert_eq!(n.violations().await, [""; 0]);
    n.recharger().await;
    n.cliquer(".a-voir li:first-child button").await;
    n.arriver(&page).await;
    n.attendre(".doute").await;
}

#[tokio::test]
async fn the_words_of_a_doubt_are_marked_on_the_picture_of_their_page() {
    let a = Atelier::ouvrir().await;
    let chemin = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/livres/silence/d_illisible.pdf");
    a.delicego_json(&["import-recettes", "--pdf", chemin, "--apply", "--json"], 0);
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres/a-verifier", a.serveur.url())).await;
    n.attendre(".doute:first-child .lieu").await;
    let dedans = "const m = document.querySelector('.doute .lieu').getBoundingClientRect();
        const c = document.querySelector('.doute .page-en-doute').getBoundingClientRect();
        return m.width > 20 && m.height > 4 && m.top >= c.top && m.bottom <= c.bottom";
    assert_eq!(n.evaluer(dedans).await, true);
    n.photographier("livres2-lieu").await;
    assert_eq!(n.violations().await, [""; 0]);
    assert_eq!(n.plaintes().await, [""; 0]);
}

#[tokio::test]
async fn both_pages_fit_every_screen_in_the_light_and_in_the_dark() {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Beurre"] {
        a.chaine.ingredient(nom).await;
    }
    a.lu("BOOK.pdf", a_verifier()).await;
    let lignes = [("BEURRE DOUX AOP CHARENTES POITOU", Some(5)), ("SÉSAME", None)];
    a.livre("AUTRE.pdf", &[Recette("PLATEAU", &lignes)]).await;
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    let creer = "/livres/a-relier/creer?libelle=S%C3%89SAME";
    for (nom, chemin) in [
        ("liste", "/livres"),
        ("a-verifier", "/livres/a-verifier"),
        ("a-relier", "/livres/a-relier"),
        ("surs", "/livres/a-relier/surs"),
        ("creer", creer),
    ] {
        n.aller(&format!("{}{chemin}", a.serveur.url())).await;
        if nom == "a-verifier" {
            n.taper(&["c"]).await;
        }
        if nom == "a-relier" {
            n.taper(&["c"]).await;
            n.attendre(".creation").await;
        }
        for (largeur, hauteur) in [(360, 740), (800, 1280), (1280, 800)] {
            for &(sombre, theme) in lumieres(largeur) {
                n.regler((largeur, hauteur), sombre).await;
                assert_eq!(n.debordement().await, 0, "{nom} {largeur} {theme}");
                n.photographier(&format!("livres2-{nom}-{largeur}-{theme}")).await;
                assert_eq!(n.violations_dans(sombre).await, [""; 0], "{nom} {largeur} {theme}");
            }
        }
    }
}
