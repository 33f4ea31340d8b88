//! Books of one difficulty each: read right, or in doubt; never silently wrong. The truth stands in
//! livres/silence/verite.json; a line is `libellé | quantité | unité`, `?` a quantity in doubt.

use std::path::PathBuf;

use delicego::livres::lecture::{LigneLue, LivreLu, RecetteLue, lire};
use serde_json::Value;

fn dossier() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/livres/silence")
}

fn verites() -> serde_json::Map<String, Value> {
    serde_json::from_slice(&std::fs::read(dossier().join("verite.json")).unwrap()).unwrap()
}

fn texte(v: &Value) -> &str {
    v.as_str().unwrap_or_default()
}

fn liste(v: &Value) -> &[Value] {
    v.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn nombre(v: &Value) -> String {
    if v.is_null() { "-".to_owned() } else { v.to_string() }
}

/// What goes into the recipe, as one text.
fn ligne(l: &LigneLue, en_doute: bool) -> String {
    match (&l.quantite_recette, en_doute) {
        (Some(q), _) => format!("{} | {q} | {}", l.libelle, l.unite.as_deref().unwrap_or("-")),
        (None, true) => format!("{} | ?", l.libelle),
        (None, false) => format!("{} | -", l.libelle),
    }
}

fn lignes(r: &RecetteLue) -> Vec<String> {
    let doute = |l: &LigneLue| r.doutes.iter().any(|d| d.texte.contains(&l.libelle));
    let mut lignes: Vec<String> = r.lignes.iter().map(|l| ligne(l, doute(l))).collect();
    lignes.sort();
    lignes
}

/// A line in doubt may be read without its quantity, or stand among the doubts alone.
fn lignes_attendues(attendue: &Value, r: &RecetteLue) -> Vec<String> {
    let une = |l: &Value| liste(l).iter().map(texte).collect::<Vec<_>>().join(" | ");
    let lue = |l: &String| {
        let libelle = l.strip_suffix(" | ?");
        libelle.is_none_or(|libelle| r.lignes.iter().any(|lue| lue.libelle == libelle))
    };
    let mut lignes: Vec<String> = liste(&attendue["lignes"]).iter().map(une).filter(lue).collect();
    lignes.sort();
    lignes
}

/// What is wrong with this recipe, one sentence each.
fn comparer(attendue: &Value, r: &RecetteLue) -> Vec<String> {
    let mut fautes = Vec::new();
    let mut egal = |quoi: &str, attendu: String, lu: String| {
        if attendu != lu {
            fautes.push(format!("{} : {quoi} {lu}, attendu {attendu}", r.titre));
        }
    };
    let ou_rien = |t: Option<String>| t.unwrap_or_else(|| "-".to_owned());
    egal("titre", texte(&attendue["titre"]).to_owned(), r.titre.clone());
    egal("durée", nombre(&attendue["dlc"]), ou_rien(r.duree_vie_jours.map(|d| d.to_string())));
    egal("poids", nombre(&attendue["poids"]), ou_rien(r.poids_net_g.map(|p| p.to_string())));
    let rendement = r.rendement.map_or("1".to_owned(), |n| n.to_string());
    egal("rendement", nombre(&attendue["rendement"]), rendement);
    let emballage = attendue["emballage"].as_str().map(ToOwned::to_owned);
    egal("emballage", ou_rien(emballage), ou_rien(r.emballage.clone()));
    let attendues = lignes_attendues(attendue, r);
    egal("lignes", format!("{attendues:#?}"), format!("{:#?}", lignes(r)));
    let mut reste: Vec<(&str, &str)> =
        r.doutes.iter().map(|d| (d.code.mot(), d.texte.as_str())).collect();
    for doute in liste(&attendue["doutes"]) {
        let (code, mots) = texte(doute).split_once('|').unwrap_or_default();
        let pareil = |d: &(&str, &str)| (code.is_empty() || d.0 == code) && d.1.contains(mots);
        match reste.iter().position(pareil) {
            Some(rang) => drop(reste.remove(rang)),
            None => fautes.push(format!("{} : pas de doute {}", r.titre, texte(doute))),
        }
    }
    fautes.extend(reste.iter().map(|(c, t)| format!("{} : doute de trop, {c} « {t} »", r.titre)));
    fautes
}

fn juger(attendu: &Value, lu: &LivreLu) -> Vec<String> {
    let attendues = liste(&attendu["recettes"]);
    let mut fautes = Vec::new();
    if attendues.len() != lu.recettes.len() {
        let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
        fautes.push(format!("{} recettes attendues, lues : {titres:?}", attendues.len()));
    }
    for (attendue, r) in attendues.iter().zip(&lu.recettes) {
        fautes.extend(comparer(attendue, r));
    }
    let dites: Vec<String> = lu.remarques.iter().map(ToString::to_string).collect();
    let dit = |mots: &&Value| !dites.iter().any(|d| d.contains(texte(mots)));
    let tus = liste(&attendu["dits"]).iter().filter(dit);
    fautes.extend(tus.map(|m| format!("n'est pas dit : {}", texte(m))));
    let entetes: Vec<&str> = lu.entetes_non_compris.iter().map(|e| e.texte.as_str()).collect();
    let voulus: Vec<&str> = liste(&attendu["entetes"]).iter().map(texte).collect();
    if entetes != voulus {
        fautes.push(format!("entêtes non compris {entetes:?}, attendus {voulus:?}"));
    }
    fautes
}

#[tokio::test]
async fn chaque_difficulte_est_lue_juste_ou_mise_en_doute() {
    let mut fautes = Vec::new();
    let verites = verites();
    println!("{:<26} {:>8} {:>7} {:>7}", "livre", "recettes", "doutes", "fautes");
    for (livre, attendu) in &verites {
        let octets = std::fs::read(dossier().join(format!("{livre}.pdf"))).unwrap();
        let lu = lire(&octets, &mut |_| ()).await.unwrap();
        let siennes = juger(attendu, &lu);
        let doutes: usize = lu.recettes.iter().map(|r| r.doutes.len()).sum();
        println!("{livre:<26} {:>8} {doutes:>7} {:>7}", lu.recettes.len(), siennes.len());
        fautes.extend(siennes.into_iter().map(|f| format!("{livre} : {f}")));
    }
    assert_eq!(verites.len(), 42);
    assert!(fautes.is_empty(), "{}", fautes.join("\n"));
}
