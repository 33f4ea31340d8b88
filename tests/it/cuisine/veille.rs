//! What nobody said of the day before stands above today's cards, on the tablet.

use serde_json::json;

use super::pieces::{Cuisine, ECRAN, place, taper};
use crate::invariants::nombre;
use crate::outils::Serveur;
use crate::outils::chaine::jour;
use crate::outils::navigateur::Navigateur;

/// The screen of a day whose cheese is enough for one of its lines, and not for both: each says so.
async fn ouvrir_a_court(s: &Serveur, k: &Cuisine) -> Navigateur {
    let grandes = json!({"lignes": [{"recette_id": k.bagel, "quantite_planifiee": 60},
        {"recette_id": k.cake, "quantite_planifiee": 60}]});
    let chemin = format!("/api/interne/plans/{}/{}", k.chaine.magasin, k.jour);
    k.chaine.client.put(&chemin, &grandes).await.attendue(200);
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    n.attendre("#veille:not([hidden])").await;
    let ensemble = "à plusieurs, il manque 1 kg de Fromage";
    for recette in [&k.bagel, &k.cake] {
        n.attendre_texte(&place(recette, "[data-lieu=ensemble]"), ensemble).await;
    }
    n
}

#[tokio::test]
async fn what_became_of_yesterdays_lines_is_said_with_a_reason_by_a_tap_each() {
    let s = Serveur::demarrer().await;
    let k = Cuisine::de(&s).await;
    // The stock of that day is there, too.
    crate::invariants::ecrire(&s, "update lot set recu_le = '2026-01-01 12:00Z'").await.unwrap();
    let mut lignes = json!({"lignes": [{"recette_id": k.bagel, "quantite_planifiee": 4},
        {"recette_id": k.cake, "quantite_planifiee": 3}]});
    let chemin = format!("/api/interne/plans/{}/{}", k.chaine.magasin, jour(-1));
    let deux = lignes.clone();
    let quiche = json!({"recette_id": k.quiche, "quantite_planifiee": 5});
    lignes["lignes"].as_array_mut().unwrap().push(quiche);
    k.chaine.client.put(&chemin, &lignes).await.attendue(200);
    let n = ouvrir_a_court(&s, &k).await;
    assert_eq!(n.textes("#veille strong").await, ["Bagel", "Cake", "Quiche"]);
    assert!(n.texte("#veille").await.contains("reste 4"), "{}", n.texte("#veille").await);
    assert_eq!((n.debordement().await, n.violations().await), (0, Vec::new()));
    n.photographier("cuisine-veille").await;
    // Before four in the morning what was made takes no reason.
    let paris = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Paris);
    let nuit = chrono::Timelike::hour(&paris) < 4;
    // Two of the five were made.
    n.cliquer("#veille li:last-child [data-action=veille-ajuste]").await;
    taper(&n, "2").await;
    if !nuit {
        n.attendre("#d-motifs[open] button").await;
        n.cliquer("#motifs button:first-child").await;
    }
    n.attendre_absence("#veille li:nth-child(3)").await;
    for (bouton, reste) in [("veille-produit", "Cake"), ("veille-non-produit", "")] {
        n.cliquer(&format!("#veille li:first-child [data-action={bouton}]")).await;
        if bouton == "veille-non-produit" || !nuit {
            n.attendre("#d-motifs[open] button").await;
            n.cliquer("#motifs button:first-child").await;
        }
        match reste {
            "" => n.attendre_absence("#veille:not([hidden])").await,
            reste => {
                n.attendre_absence("#veille li:nth-child(2)").await;
                n.attendre_texte("#veille strong", reste).await;
            }
        }
    }
    // Without a plan today it is said all the same.
    let ailleurs = k.chaine.autre_magasin("Boutique").await;
    let chemin = format!("/api/interne/plans/{ailleurs}/{}", jour(-1));
    k.chaine.client.put(&chemin, &deux).await.attendue(200);
    let vide = format!(
        "/api/interne/production-preparation?magasin_id={ailleurs}&date={}",
        super::pieces::aujourdhui()
    );
    let absent = k.chaine.client.get(&vide).await.refusee(404, "plan_absent");
    assert_eq!(absent["veille"]["lignes"].as_array().map(Vec::len), Some(2), "{absent}");
    n.aller(&format!("{}/cuisine?magasin_id={ailleurs}", s.url())).await;
    n.attendre_texte(".vide-titre", "Aucun plan pour aujourd’hui").await;
    n.cliquer("#veille li:first-child [data-action=veille-non-produit]").await;
    n.attendre("#d-motifs[open] button").await;
    n.cliquer("#motifs button:first-child").await;
    n.attendre_absence("#veille li:nth-child(2)").await;
    n.attendre_texte("#veille strong", "Cake").await;
    for _ in 0..100 {
        let dites = "select count(*) from declaration where tape_le is not null";
        if nombre(&s, dites).await == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let faits = "select count(*) from ligne_plan_production where quantite_produite = 4000";
    assert_eq!(nombre(&s, faits).await, 1);
    let ajustes = "select count(*) from ligne_plan_production where quantite_produite = 2000";
    assert_eq!(nombre(&s, ajustes).await, 1);
    let motifs =
        "select count(*) from declaration where type = 'NON_PRODUIT' and motif is not null";
    assert_eq!(nombre(&s, motifs).await, 2);
    s.verifier();
}
