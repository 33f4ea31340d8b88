//! The day on paper.

use serde_json::json;

use super::pieces::{Cuisine, Fenetre, reste};
use crate::outils::Serveur;

#[tokio::test]
async fn sixty_lines_stand_on_two_sheets_within_their_edges_and_only_what_was_made_is_ticked() {
    let s = Serveur::demarrer().await;
    let c = Cuisine::de(&s).await;
    let sel = c.chaine.ingredient("Sel").await;
    let mut lignes: Vec<_> = [(&c.bagel, 10), (&c.cake, 8), (&c.quiche, 4)]
        .map(|(r, q)| json!({"recette_id": r, "quantite_planifiee": q}))
        .into();
    for i in 0..57 {
        let nom = if i % 8 == 0 {
            format!("Hippopotomonstrosesquippedaliophobiedugratin{i:02}")
        } else {
            format!("Plat du jour numéro {i:02}")
        };
        let (recette, _) = c.chaine.recette(&nom, &[(&sel, 25.0)]).await;
        lignes.push(json!({"recette_id": recette, "quantite_planifiee": 4}));
    }
    let chemin = format!("/api/interne/plans/{}/{}", c.chaine.magasin, c.jour);
    c.chaine.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
    let dire = async |action: &str, recette: &str, motif: Option<&str>| {
        let chemin = format!("/api/interne/production-preparation/{action}");
        let corps = json!({"magasin_id": c.chaine.magasin, "date": c.jour, "recette_id": recette,
            "motif": motif});
        c.chaine.client.post(&chemin, &corps).await.attendue(200);
    };
    dire("produit", &c.bagel, None).await;
    dire("non-produit", &c.cake, Some("Pas eu le temps")).await;
    let n = Fenetre { taille: (1280, 800) }.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &c.quiche, "4").await;
    n.attendre_texte("[data-onglet=fait] strong", "2").await;
    let feuille = n.imprimer().await;
    let pages = String::from_utf8_lossy(&feuille).matches("/Type /Page\n").count();
    assert!((1..=2).contains(&pages), "{pages} feuilles pour soixante lignes");

    // An A4 between its margins is 186 mm wide.
    n.regler((703, 1000), false).await;
    n.passer_au_papier().await;
    let depasse = "const t = document.querySelector('.c-feuille table').getBoundingClientRect();
        return [t.left < 1, t.right > innerWidth - 1, t.width > 600]";
    assert_eq!(n.evaluer(depasse).await, json!([false, false, true]));
    let lues = n.evaluer(
        "return [...document.querySelectorAll('#feuille-lignes tr')].map((tr) =>
           [...tr.children].slice(0, 3).map((e) => e.textContent.replace(/\\s/g, ' ')))",
    );
    let lues = lues.await;
    let ligne =
        |nom: &str| lues.as_array().unwrap().iter().find(|l| l[1] == nom).expect("ligne").clone();
    assert_eq!(ligne("Bagel"), json!(["\u{2611}", "Bagel", "10 (Produit)"]));
    assert_eq!(ligne("Cake"), json!(["", "Cake", "Non produit"]));
    assert_eq!(ligne("Quiche"), json!(["\u{2610}", "Quiche", "4"]));
}
