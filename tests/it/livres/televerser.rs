//! Books uploaded by a program: taken at once, read afterwards, followed by their id.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::atelier::Atelier;
use super::commande::livre;
use crate::outils::client::joindre;
use crate::outils::{Client, Reponse};

const LIVRES: &str = "/api/interne/livres";

async fn envoyer(c: &Client, fichiers: &[(&str, &[u8])], cle: Option<&str>) -> Reponse {
    let mut demande = joindre(c.requete(Method::POST, LIVRES), fichiers);
    if let Some(cle) = cle {
        demande = demande.header("Idempotency-Key", cle);
    }
    c.envoyer(demande).await
}

/// The import once it is over.
async fn attendre(c: &Client, lance: &Value) -> Value {
    let suivi = lance["suivi"].as_str().expect("suivi");
    assert!(suivi.ends_with(lance["id"].as_str().expect("id")), "{lance}");
    let fin = Instant::now() + Duration::from_secs(60);
    loop {
        let import = c.get(suivi).await.attendue(200);
        if import["fini"] == true {
            return import;
        }
        assert!(Instant::now() < fin, "{import}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn books_sent_by_a_program_are_imported_and_each_refusal_says_why() {
    let a = Atelier::ouvrir().await;
    a.chaine.ingredient("Farine T55").await;
    let lire = |nom: &str| std::fs::read(livre(nom)).unwrap();
    let (bon, scanne) = (lire("rl_inline_helv.pdf"), lire("h_scan.pdf"));
    let fichiers = [("BOOK.pdf", &*bon), ("SCAN.pdf", &*scanne)];
    let c = &a.chaine.client;
    let import = attendre(c, &envoyer(c, &fichiers, None).await.attendue(202)).await;
    assert_eq!(import["panne"], Value::Null);
    let (lu, refuse) = (&import["fichiers"][0], &import["fichiers"][1]);
    assert_eq!((&lu["fichier"], &lu["etat"]), (&json!("BOOK.pdf"), &json!("lu")));
    assert!(lu["resume"]["mappees"].as_u64() > Some(0), "{lu}");
    assert_eq!(lu["resume"]["creees"], lu["resume"]["recettes"]);
    assert_eq!((&refuse["etat"], &refuse["code"]), (&json!("refuse"), &json!("livre_scanne")));
    assert!(refuse["erreur"].as_str().unwrap().starts_with("Ce PDF est scanné"), "{refuse}");
    let livres = c.get(LIVRES).await.attendue(200);
    assert_eq!(livres["elements"].as_array().map(Vec::len), Some(1));
    assert_eq!(livres["elements"][0]["importe_par"], "admin");
    // The very same file again.
    let encore = envoyer(c, &fichiers[..1], None).await.attendue(202);
    assert_eq!(attendre(c, &encore).await["fichiers"][0]["deja_importe"], true);
}

#[tokio::test]
async fn what_may_be_an_edition_is_asked_of_a_program_in_its_own_words() {
    let a = Atelier::ouvrir().await;
    let c = &a.chaine.client;
    for (nom, etat) in [("rl_inline_helv.pdf", "lu"), ("weasy_side2.pdf", "question")] {
        let octets = std::fs::read(livre(nom)).unwrap();
        let lance = envoyer(c, &[(nom, &octets)], None).await.attendue(202);
        let dit = &attendre(c, &lance).await["fichiers"][0];
        assert_eq!(dit["etat"], etat, "{dit}");
        assert!(!dit.to_string().contains("--"), "{dit}");
        if etat == "question" {
            let erreur = dit["erreur"].as_str().unwrap();
            assert!(erreur.contains("renvoyez le fichier avec la source « rl_inline_helv »"));
        }
    }
}

#[tokio::test]
async fn an_upload_is_taken_once_per_key_and_refused_when_it_is_none() {
    let a = Atelier::ouvrir().await;
    let c = &a.chaine.client;
    let premier = envoyer(c, &[("A.pdf", b"hello")], Some("cle-1")).await;
    assert_eq!((premier.statut, premier.rejouee), (202, false), "{}", premier.texte);
    let encore = envoyer(c, &[("A.pdf", b"hello")], Some("cle-1")).await;
    assert_eq!((encore.rejouee, &encore.texte), (true, &premier.texte));
    let autre = envoyer(c, &[("A.pdf", b"autre")], Some("cle-1")).await;
    autre.refusee(409, "cle_deja_utilisee");
    envoyer(c, &[("A.pdf", b"hello")], Some("deux mots")).await.refusee(400, "requete_invalide");
    let fini = attendre(c, &premier.corps).await;
    assert_eq!(fini["fichiers"][0]["code"], "livre_pas_un_pdf");

    let refus = envoyer(c, &[], None).await.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "pdf");
    assert_eq!(refus["detail"], "Choisissez au moins un fichier PDF.");
    c.post(LIVRES, &json!({})).await.refusee(415, "type_de_contenu");
    let grand = vec![b'a'; 21 << 20];
    let refus = envoyer(c, &[("A.pdf", &grand)], None).await.refusee(413, "corps_trop_grand");
    assert!(refus["detail"].as_str().unwrap().contains("20 Mio"), "{refus}");
    let vingt_et_un = [("A.pdf", &b"x"[..]); 21];
    envoyer(c, &vingt_et_un, None).await.refusee(413, "corps_trop_grand");
    let inconnu = format!("{LIVRES}/imports/{}", uuid::Uuid::nil());
    c.get(&inconnu).await.refusee(404, "import_inconnu");
    let cuisine = a.serveur.operateur().await;
    envoyer(&cuisine, &[("A.pdf", b"hello")], None).await.refusee(403, "role_insuffisant");
    assert_eq!(a.nombre("select count(*) from document_importe").await, 0);
}
