//! « Recettes importées » in a real browser: upload, mapping by a click, undo; who may see it.

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;

use super::atelier::{Atelier, Recette};
use super::commande::livre;
use crate::outils::brut::{brute, formulaire, navigateur};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;
use crate::outils::graine::lumieres;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_ADMIN, EMAIL_OPERATEUR, MOT_DE_PASSE};
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Chaine, Serveur};

pub async fn ouvrir(a: &Atelier, email: &str) -> Navigateur {
    let n = Navigateur::ouvrir().await;
    n.regler((1280, 900), false).await;
    n.aller(&format!("{}/", a.serveur.url())).await;
    n.saisir("#email", email).await;
    n.saisir("#mot_de_passe", MOT_DE_PASSE).await;
    n.cliquer("button[type=submit]").await;
    n.arriver("/").await;
    n
}

#[tokio::test]
async fn a_manager_drops_books_in_maps_a_line_by_a_click_and_undoes_it() {
    let a = Atelier::ouvrir().await;
    for nom in ["Beurre", "Sucre glace", "Farine T55"] {
        a.chaine.ingredient(nom).await;
    }
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.cliquer_lien("Recettes importées").await;
    n.arriver("/livres").await;
    assert!(n.texte(".vide-titre").await.contains("Aucun livre"));
    let fichiers = [livre("rl_inline_helv.pdf"), livre("h_scan.pdf")].join("\n");
    envoyer(&n, &fichiers).await;
    n.attendre(".livres-liste a").await;
    let dits = n.textes(".fichiers > li").await;
    assert!(dits[0].contains("Importé") && dits[0].contains("rl_inline_helv.pdf"), "{dits:?}");
    assert!(dits[1].contains("Refusé") && dits[1].contains("scanné"), "{dits:?}");
    assert_eq!(n.textes(".livres-liste a").await, ["rl_inline_helv"]);

    n.aller(&format!("{}/livres/a-relier", a.serveur.url())).await;
    let avant = n.textes(".groupe h3").await;
    let place = avant.iter().position(|t| t == "BEURRE DOUX").expect("beurre");
    let bouton = format!(".groupe:nth-child({}) .suggestion", place + 1);
    assert!(n.texte(&bouton).await.contains("Beurre"));
    n.cliquer(&bouton).await;
    n.attendre(".groupe-fait").await;
    n.recharger().await;
    n.attendre(".appris li").await;
    let apres = n.textes(".groupe h3").await;
    assert!(!apres.contains(&"BEURRE DOUX".to_owned()), "{apres:?}");
    assert!(n.textes(".appris li").await[0].contains("BEURRE DOUX = Beurre"));
    n.cliquer(".appris button").await;
    n.attendre_absence(".appris li").await;
    assert!(n.textes(".groupe h3").await.contains(&"BEURRE DOUX".to_owned()));
}

/// Chooses the files and sends them.
async fn envoyer(n: &Navigateur, fichiers: &str) {
    n.deposer("#pdf", fichiers).await;
    n.cliquer(".deposer button").await;
}

#[tokio::test]
async fn every_page_fits_every_screen_in_the_light_and_in_the_dark() {
    let a = Atelier::ouvrir().await;
    for nom in ["Beurre", "Sucre glace", "Farine T55", "Filet de poulet"] {
        a.chaine.ingredient(nom).await;
    }
    let oeufs = json!({"nom": "Œufs entiers", "unite_base": "piece"});
    let oeufs = a.chaine.client.post("/api/interne/ingredients", &oeufs).await.attendue(201);
    let n = ouvrir(&a, EMAIL_ADMIN).await;
    n.aller(&format!("{}/livres", a.serveur.url())).await;
    envoyer(&n, &livre("weasy_side2.pdf")).await;
    n.attendre(".livres-liste a").await;
    let livre_id = a.textes("select id::text from document_importe").await.remove(0);
    let recette = "select id::text from recette_importee where rang = 0";
    let recette = a.textes(recette).await.remove(0);
    let adresses = [
        ("livres", "/livres".to_owned()),
        ("a-relier", "/livres/a-relier".to_owned()),
        ("livre", format!("/livres/{livre_id}")),
        ("ingredient", format!("/livres/ingredients/{}?lignes=2", oeufs["id"].as_str().unwrap())),
        ("recette", format!("/livres/{livre_id}/recettes/{recette}")),
    ];
    for (nom, adresse) in &adresses {
        n.aller(&format!("{}{adresse}", a.serveur.url())).await;
        for (largeur, hauteur) in [(360, 740), (1024, 768), (1920, 1080)] {
            for &(sombre, theme) in lumieres(largeur) {
                n.regler((largeur, hauteur), sombre).await;
                assert_eq!(n.debordement().await, 0, "{nom} {largeur} {theme}");
                n.photographier(&format!("livres-{nom}-{largeur}-{theme}")).await;
                if largeur <= 1024 {
                    assert_eq!(n.violations_dans(sombre).await, [""; 0], "{nom} {largeur} {theme}");
                }
                assert_eq!(n.plaintes().await, [""; 0], "{nom} {largeur} {theme}");
            }
        }
    }
    let image = "const i = document.querySelector('.page-du-livre img'); return i.naturalWidth";
    assert!(n.evaluer(image).await.as_i64().unwrap() > 300);
}

#[tokio::test]
async fn a_cook_neither_sees_the_pages_nor_may_decide() {
    let a = Atelier::ouvrir().await;
    a.livre("BOOK.pdf", &[Recette("WOK", &[("YUZU", Some(5))])]).await;
    let entree = navigateur().post(format!("{}/connexion", a.serveur.url()));
    let champs = [("email", EMAIL_OPERATEUR), ("mot_de_passe", MOT_DE_PASSE)];
    let entree = brute(formulaire(entree, &champs)).await;
    let session = entree.entete("set-cookie").split(';').next().unwrap().to_owned();
    for (methode, chemin) in [
        (Method::GET, "/livres"),
        (Method::GET, "/livres/a-relier"),
        (Method::GET, "/livres/suivi"),
        (Method::POST, "/livres/deposer"),
        (Method::POST, "/livres/liens"),
        (Method::POST, "/livres/ignores"),
    ] {
        let adresse = format!("{}{chemin}", a.serveur.url());
        let demande = navigateur().request(methode, adresse).header(COOKIE, &session);
        assert_eq!(brute(demande).await.statut, 403, "{chemin}");
    }
    let cuisine = a.serveur.operateur().await;
    let lus = cuisine.get("/api/interne/livres/a-relier").await.attendue(200);
    assert_eq!(lus["elements"][0]["libelle"], "YUZU");
    let lien = serde_json::json!({"libelle": "YUZU", "ingredient_id": uuid::Uuid::nil()});
    let refus = cuisine.post("/api/interne/livres/liens", &lien).await;
    refus.refusee(403, "role_insuffisant");
}

#[tokio::test]
async fn an_upload_that_is_no_form_or_too_large_is_refused_and_writes_nothing() {
    let a = Atelier::ouvrir().await;
    let entree = navigateur().post(format!("{}/connexion", a.serveur.url()));
    let champs = [("email", EMAIL_ADMIN), ("mot_de_passe", MOT_DE_PASSE)];
    let entree = brute(formulaire(entree, &champs)).await;
    let session = entree.entete("set-cookie").split(';').next().unwrap().to_owned();
    let envoyer = async |corps: Vec<u8>, nature: &str| {
        let demande = navigateur().post(format!("{}/livres/deposer", a.serveur.url()));
        let demande = demande.header(COOKIE, &session).header("content-type", nature.to_owned());
        brute(demande.body(corps)).await
    };
    let champ = |octets: &[u8]| {
        let debut = "--x\r\ncontent-disposition: form-data; name=\"pdf\"; \
                     filename=\"A.pdf\"\r\n\r\n";
        [debut.as_bytes(), octets, b"\r\n--x--\r\n"].concat()
    };
    let multi = "multipart/form-data; boundary=x";
    assert_eq!(envoyer(b"{}".to_vec(), "application/json").await.statut, 400);
    let aucun = envoyer(b"--x--\r\n".to_vec(), multi).await;
    assert_eq!(aucun.statut, 400);
    assert!(aucun.texte.contains("Choisissez au moins un fichier PDF."), "{}", aucun.texte);
    let coupe = champ(b"hello").len() - b"--x--\r\n".len();
    let coupe = envoyer(champ(b"hello")[..coupe].to_vec(), multi).await;
    assert_eq!(coupe.statut, 400);
    let phrase = "est pas arrivé en entier : recommencez.";
    assert!(coupe.texte.contains(phrase), "{}", coupe.texte);
    assert!(!coupe.texte.contains("Requête refusée"), "{}", coupe.texte);
    let grand = envoyer(champ(&vec![b'a'; 21 << 20]), multi).await;
    assert_eq!(grand.statut, 413);
    assert!(grand.texte.contains("20 Mio"), "{}", grand.texte);
    assert_eq!(envoyer(champ(b"hello"), multi).await.statut, 303);
    assert_eq!(a.nombre("select count(*) from document_importe").await, 0);
}

#[tokio::test]
async fn the_forms_of_the_books_take_no_text_that_the_api_refuses() {
    let s = Serveur::demarrer().await;
    let chaine = Chaine::nouvelle(s.admin().await).await;
    let beurre = chaine.ingredient("Beurre").await;
    let admin = Visiteur::admin(&s).await;
    let avant = tout_ce_qui_est_ecrit(s.base()).await;
    let longue = "a".repeat(9_000);
    for texte in ["Beurre\0doux", "Beurre\u{7}", "Beurre\u{85}doux", &longue] {
        let lien = Champs::default().avec("libelle", texte).avec("ingredient_id", &beurre);
        let nomme = Champs::default().avec("libelle", "BEURRE").avec("ingredient", texte);
        let nouveau = Champs::default().avec("libelle", "X").avec("nom", texte).avec("unite", "g");
        let poids = Champs::default().avec("densite", texte).avec("poids_piece", "");
        let ingredient = format!("/livres/ingredients/{beurre}");
        for (chemin, champs) in [
            ("/livres/liens", &lien),
            ("/livres/liens", &nomme),
            ("/livres/ignores", &lien),
            ("/livres/a-relier/creer", &nouveau),
            (&ingredient, &poids),
        ] {
            let refus = admin.envoyer(chemin, champs).await;
            assert_eq!(refus.statut, 400, "{chemin} {texte:.20?} : {}", refus.texte);
            assert!(refus.entete("content-type").starts_with("text/html"), "{chemin}");
        }
    }
    assert_eq!(tout_ce_qui_est_ecrit(s.base()).await, avant);
    assert!(s.evenements("erreur_interne").is_empty(), "{:?}", s.journal());
}
