//! `delicego remap`: every line has its turn.

use serde_json::json;

use super::atelier::{Atelier, Recette};
use crate::outils::ecrits::tout_ce_qui_est_ecrit;

#[tokio::test]
async fn five_hundred_lines_behind_fifteen_hundred_hopeless_ones_are_all_mapped_in_one_remap() {
    let a = Atelier::ouvrir().await;
    let perdus: Vec<String> = (0..1_500).map(|n| format!("INCONNU {n}")).collect();
    let trouves: Vec<String> = (0..500).map(|n| format!("MATIÈRE {n}")).collect();
    let lignes = |libelles: &[String]| -> Vec<(String, Option<i64>)> {
        libelles.iter().map(|l| (l.clone(), Some(1))).collect()
    };
    let (perdus, trouves) = (lignes(&perdus), lignes(&trouves));
    let toutes: Vec<_> = perdus.iter().chain(&trouves).map(|(l, q)| (l.as_str(), *q)).collect();
    let titres: Vec<String> = (0..200).map(|n| format!("RECETTE {n:03}")).collect();
    let recettes: Vec<Recette<'_>> =
        titres.iter().zip(toutes.chunks(10)).map(|(t, l)| Recette(t, l)).collect();
    let compte = a.livre("BOOK.pdf", &recettes).await;
    assert_eq!((compte.recettes, compte.non_mappees), (200, 2_000));
    inserer_ingredients(&a).await;

    let avant = tout_ce_qui_est_ecrit(a.serveur.base()).await;
    let attendu = json!({"candidats": 2_000, "remappes": 500, "nb_recettes": 50,
        "recettes_completees": 50});
    assert_eq!(a.delicego_json(&["remap", "--dry-run", "--json"], 0), attendu);
    assert_eq!(tout_ce_qui_est_ecrit(a.serveur.base()).await, avant);

    let sortie = a.serveur.delicego(&["remap", "--json"]);
    assert_eq!(sortie.status.code(), Some(0), "{sortie:?}");
    let fait: serde_json::Value = serde_json::from_slice(&sortie.stdout).unwrap();
    assert_eq!(fait, attendu);
    let journal = String::from_utf8_lossy(&sortie.stderr).into_owned();
    assert!(journal.contains("event=remap_start") && journal.contains("candidats=2000"));
    assert!(journal.contains("event=remap_done") && journal.contains("remappes=500"), "{journal}");
    let mappees = "select count(*) from ligne_recette_importee where statut = 'mappee'";
    assert_eq!(a.nombre(mappees).await, 500);
    assert_eq!(a.recette("RECETTE 199").await["complete"], true);
    assert_eq!(a.recette("RECETTE 000").await["complete"], false);
    // One version for each recipe, not one for each line.
    assert_eq!(a.nombre("select count(*) from recette_version").await, 250);
    assert_eq!(a.delicego_json(&["remap", "--json"], 0)["remappes"], 0);
    a.serveur.verifier();
}

async fn inserer_ingredients(a: &Atelier) {
    let mut c = a.serveur.base().lire().await.unwrap();
    sqlx::query(
        "insert into article (id, nom, nature, unite_base)
         select gen_random_uuid(), 'Matière ' || n, 'matiere', 'g' from generate_series(0, 499) n",
    )
    .execute(&mut *c)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_remap_is_said_in_french_to_a_person() {
    let a = Atelier::ouvrir().await;
    a.livre("BOOK.pdf", &[Recette("WOK", &[("YUZU", Some(5))])]).await;
    a.chaine.ingredient("Yuzu").await;
    let sortie = a.serveur.delicego(&["remap"]);
    let dit = String::from_utf8(sortie.stdout).unwrap();
    assert!(dit.starts_with("Lignes essayées : 1. Reliées : 1, dans 1 recette.\n"), "{dit}");
}
