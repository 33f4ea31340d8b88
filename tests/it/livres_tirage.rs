//! Books drawn by `scripts/tirage`: each recipe is right, or in doubt; none is silently wrong. Some
//! of them lie in livres/tirage/livres; `make tirage` draws others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use delicego::livres::lecture::{LivreLu, RecetteLue, lire};
use serde_json::Value;

/// What became of the recipes of one kind of book.
#[derive(Default)]
struct Compte {
    justes: usize,
    en_doute: usize,
    fausses: usize,
}

/// In grams, to the thousandth.
fn grammes(quantite: &str, unite: Option<&str>) -> i64 {
    let fois = if unite == Some("kg") { 1_000_000.0 } else { 1_000.0 };
    (quantite.parse::<f64>().unwrap() * fois).round() as i64
}

fn lignes_attendues(recette: &Value) -> Vec<(String, i64)> {
    let ligne = |l: &Value| (l[0].as_str().unwrap().to_owned(), l[1].as_i64().unwrap() * 1000);
    let mut lignes: Vec<_> = recette["lignes"].as_array().unwrap().iter().map(ligne).collect();
    lignes.sort();
    lignes
}

fn lignes_lues(r: &RecetteLue) -> Vec<(String, i64)> {
    let ligne = |l: &delicego::livres::lecture::LigneLue| {
        let quantite = l.quantite_recette.map_or("-1".to_owned(), |q| q.to_string());
        (l.libelle.clone(), grammes(&quantite, l.unite.as_deref()))
    };
    let mut lignes: Vec<_> = r.lignes.iter().map(ligne).collect();
    lignes.sort();
    lignes
}

/// Counts each recipe; says which are wrong without a word.
fn juger(verite: &Value, lu: &LivreLu, compte: &mut Compte) -> Vec<String> {
    let mut fautes = Vec::new();
    for attendue in verite["recettes"].as_array().unwrap() {
        let titre = attendue["titre"].as_str().unwrap();
        let lue = lu.recettes.iter().find(|r| r.titre == titre);
        match lue {
            Some(r) if !r.doutes.is_empty() => compte.en_doute += 1,
            Some(r) if lignes_lues(r) == lignes_attendues(attendue) => compte.justes += 1,
            Some(r) => {
                compte.fausses += 1;
                let (lues, voulues) = (lignes_lues(r), lignes_attendues(attendue));
                fautes.push(format!("{titre} : {lues:?}, attendu {voulues:?}"));
            }
            // What is not read is told: another recipe holds its words.
            None if lu.recettes.iter().any(|r| !r.doutes.is_empty()) => compte.en_doute += 1,
            None => {
                compte.fausses += 1;
                fautes.push(format!("{titre} : disparue sans un mot"));
            }
        }
    }
    fautes
}

fn verites(dossier: &Path) -> Vec<PathBuf> {
    let fichiers = std::fs::read_dir(dossier).unwrap().map(|f| f.unwrap().path());
    let mut verites: Vec<PathBuf> =
        fichiers.filter(|f| f.extension().is_some_and(|e| e == "json")).collect();
    verites.sort();
    verites
}

#[tokio::test]
async fn chaque_livre_tire_est_lu_juste_ou_mis_en_doute() {
    let ici = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/livres/tirage/livres");
    let dossier = std::env::var("DELICEGO_LIVRES").unwrap_or_else(|_| ici.to_owned());
    let mut comptes: BTreeMap<String, Compte> = BTreeMap::new();
    let (mut fautes, mut vus) = (Vec::new(), 0);
    for fichier in verites(Path::new(&dossier)) {
        let verite: Value = serde_json::from_slice(&std::fs::read(&fichier).unwrap()).unwrap();
        let genre = verite["genre"].as_str().unwrap().to_owned();
        let octets = std::fs::read(fichier.with_extension("pdf")).unwrap();
        let compte = comptes.entry(genre).or_default();
        vus += 1;
        match lire(&octets, &mut |_| ()).await {
            // A book that is refused is no silence.
            Err(_) => compte.en_doute += verite["recettes"].as_array().unwrap().len(),
            Ok(lu) => {
                let siennes = juger(&verite, &lu, compte);
                fautes.extend(siennes.into_iter().map(|f| format!("{} : {f}", fichier.display())));
            }
        }
    }
    println!("| {:<28} | {:>7} | {:>8} | {:>8} |", "genre", "justes", "en doute", "fausses");
    for (genre, c) in &comptes {
        println!("| {genre:<28} | {:>7} | {:>8} | {:>8} |", c.justes, c.en_doute, c.fausses);
    }
    assert!(vus > 0, "aucun livre dans {dossier}");
    for imprimeur in ["weasyprint", "chromium", "calc", "writer"] {
        let sien = |genre: &String| genre.starts_with(imprimeur);
        assert!(comptes.keys().any(sien), "aucun livre de {imprimeur} dans {dossier}");
    }
    assert!(fautes.is_empty(), "{}", fautes.join("\n"));
}
