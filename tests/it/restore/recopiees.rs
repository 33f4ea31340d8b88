//! A live database that was itself restored: its rows bear the restore's transactions, and what it
//! loses is told as it would have been before.

use serde_json::json;

use super::atelier::Atelier;
use super::pertes::{en_clair, liste};

/// The losses of a restore, as a set.
fn perdues(a: &Atelier, fichier: &str) -> Vec<Vec<String>> {
    let sortie = a.restore(&["--file", fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let mut lignes = liste(&sortie);
    lignes.sort();
    lignes
}

fn sans_perte(a: &Atelier, arguments: &[&str]) {
    let sortie = a.restore(arguments);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("Aucune écriture vue depuis"), "{sortie:?}");
}

#[tokio::test]
async fn ce_qui_est_perdu_se_dit_de_meme_quand_la_base_vivante_fut_elle_meme_restauree() {
    let a = Atelier::embarque().await;
    let (c, admin) = (&a.chaine, &a.chaine.client);
    let (sel, poivre) = (c.ingredient("Sel").await, c.ingredient("Poivre").await);
    let huile = c.ingredient("Huile").await;
    let (tarte, _) = c.recette("Tarte", &[(&sel, 5.0)]).await;
    let dire = async |quoi: &str, sur: &str, corps: &serde_json::Value| {
        admin.put(&format!("/api/interne/ingredients/{sur}/{quoi}"), corps).await.attendue(200)
    };
    dire("conversions", &poivre, &json!({"densite": 1.2})).await;
    let corps = json!({"ingredient_id": sel, "alias": "Fleur de sel"});
    let alias = admin.post("/api/interne/ingredient-alias", &corps).await.attendue(201);
    let plan = |jour: &str| format!("/api/interne/plans/{}/2026-12-{jour}", c.magasin);
    let lignes = |quantite: i64| {
        json!({"lignes": [{"recette_id": tarte, "quantite_planifiee": quantite},
                           {"recette_id": a.pain, "quantite_planifiee": 16}]})
    };
    for jour in ["24", "27"] {
        admin.put(&plan(jour), &lignes(6)).await.attendue(200);
    }
    let vieille = a.sauvegarder();

    dire("allergenes", &sel, &json!({"allergenes": ["lait"]})).await;
    // Twice of one row: the earlier one is told by its door.
    dire("conversions", &sel, &json!({"densite": 1.1})).await;
    dire("conversions", &poivre, &json!({})).await;
    let oublier = format!("/api/interne/livres/liens/{}/annuler", alias["id"].as_str().unwrap());
    admin.post(&oublier, &json!({})).await.attendue(200);
    admin.put(&plan("24"), &lignes(7)).await.attendue(200);
    // Pages keep no trace of what they were about.
    let web = a.connexion_web().await;
    assert_eq!(
        web.envoyer(&format!("/livres/ingredients/{huile}"), &[("densite", "0,92")]).await,
        303
    );
    let champs = [
        ("magasin_id", c.magasin.as_str()),
        ("date", "2026-12-27"),
        ("cle", "page"),
        ("recette_id", &tarte),
        ("vue", "6000"),
        ("quantite", "0"),
    ];
    assert_eq!(web.envoyer("/production-du-jour/plan", &champs).await, 303);
    let neuve = a.sauvegarder();

    let avant = perdues(&a, &vieille);
    sans_perte(&a, &["annuler"]);
    sans_perte(&a, &["--file", &neuve, "--drop-create", "--oui"]);
    let apres = perdues(&a, &vieille);
    assert_eq!(avant, apres);
    let dites: Vec<String> = avant.iter().map(|l| en_clair(l)).collect();
    assert_eq!(dites.len(), 7, "{dites:#?}");
    assert!(!format!("{avant:?}").contains("inconnu"), "{dites:#?}");
    let mots = dites.iter().any(|d| d.contains("allergènes d'un ingrédient | Sel"));
    assert!(mots && !dites.concat().contains("/api"), "{dites:#?}");
    let vide = "changé : densité (avant : 1,2 ; maintenant : rien)";
    assert!(dites.iter().any(|d| d.contains("Poivre") && d.contains(vide)), "{dites:#?}");

    // One write alone, whose row and operation were copied apart.
    a.attendre_le_service().await;
    dire("allergenes", &sel, &json!({"allergenes": []})).await;
    let neuve = a.sauvegarder();
    sans_perte(&a, &["--file", &neuve, "--drop-create", "--oui"]);
    let apres = perdues(&a, &vieille);
    let dites: Vec<String> = apres.iter().map(|l| en_clair(l)).collect();
    let vide = "admin | ingrédient ou article modifié | Sel | nature matiere, unité g, \
                allergènes : aucun, changé : allergènes (avant : rien)";
    assert_eq!(dites, [vide]);

    // What was done by hand after such a restore is of nobody that we know, and not of who came
    // by the program before.
    sans_perte(&a, &["annuler"]);
    a.sql("delicego", "update article set densite_milliemes = 1300 where nom = 'Sel'").await;
    let apres = perdues(&a, &vieille);
    let dites: Vec<String> = apres.iter().map(|l| en_clair(l)).collect();
    assert_eq!(dites.len(), 2, "{dites:#?}");
    assert!(dites.iter().any(|d| d.starts_with("auteur inconnu | ingrédient ou article modifié")));
}
