//! `--rapport D`: what was read and what is still to be mapped, as CSV files.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::{Lu, Resultat};
use crate::livres::normaliser::cle;
use crate::livres::proches::{Proches, Suggestion};
use crate::livres::rapprocher::Dictionnaire;

const LIGNES: [&str; 11] = [
    "fichier",
    "page",
    "recette",
    "texte",
    "libelle",
    "quantite",
    "unite",
    "pieces",
    "statut",
    "ingredient",
    "raison",
];
const NON_MAPPEES: [&str; 11] = [
    "libelle",
    "occurrences",
    "recettes",
    "raison",
    "exemple",
    "suggestion_1",
    "score_1",
    "suggestion_2",
    "score_2",
    "suggestion_3",
    "score_3",
];

/// Writes `recettes.csv`, `lignes.csv`, `non_mappees.csv`, `doutes.csv` and `illisibles.csv` into that
/// folder, made if need be.
pub(crate) fn ecrire(dossier: &Path, resultat: &Resultat, d: &Dictionnaire) -> io::Result<()> {
    std::fs::create_dir_all(dossier)?;
    recettes(&dossier.join("recettes.csv"), resultat)?;
    lignes(&dossier.join("lignes.csv"), resultat)?;
    doutes(&dossier.join("doutes.csv"), resultat)?;
    non_mappees(&dossier.join("non_mappees.csv"), resultat, d)?;
    illisibles(&dossier.join("illisibles.csv"), resultat)
}

fn fichier(chemin: &Path, colonnes: &[&str]) -> io::Result<csv::Writer<std::fs::File>> {
    let mut csv = csv::WriterBuilder::new().delimiter(b';').from_path(chemin)?;
    csv.write_record(colonnes)?;
    Ok(csv)
}

fn lus(resultat: &Resultat) -> impl Iterator<Item = (&str, &Lu)> {
    resultat.fichiers.iter().filter_map(|f| Some((f.nom.as_str(), f.issue.as_ref().ok()?)))
}

/// What became, or would become, of each recipe; a file that is refused, and why.
fn recettes(chemin: &Path, resultat: &Resultat) -> io::Result<()> {
    let mut csv = fichier(chemin, &["fichier", "page", "recette", "sort", "doutes", "raison"])?;
    for f in &resultat.fichiers {
        let lu = match &f.issue {
            Ok(lu) => lu,
            Err(refus) => {
                csv.write_record([&f.nom, "", "", "refuse", "", &refus.raison])?;
                continue;
            }
        };
        for ((recette, sort), doutes) in
            lu.releve.recettes.iter().zip(lu.sorts()).zip(&lu.depot.doutes)
        {
            let restants = doutes.len().to_string();
            let (page, titre) = (recette.page.to_string(), sans_formule(&recette.titre));
            csv.write_record([&f.nom, &page, &titre, sort, &restants, ""])?;
        }
    }
    csv.flush()
}

/// The doubts that nobody has settled, and what may be recipes.
fn doutes(chemin: &Path, resultat: &Resultat) -> io::Result<()> {
    let mut csv = fichier(chemin, &["fichier", "page", "recette", "code", "texte", "phrase"])?;
    for (nom, lu) in lus(resultat) {
        for (recette, d) in lu.doutes() {
            let (page, titre) = (d.page.to_string(), sans_formule(&recette.titre));
            let texte = sans_formule(&d.texte);
            csv.write_record([nom, &page, &titre, d.code.mot(), &texte, &d.phrase])?;
        }
        for e in &lu.releve.entetes_non_compris {
            let (page, texte) = (e.page.to_string(), sans_formule(&e.texte));
            let phrase = "C'est peut-être une recette : rien n'en a été lu.";
            csv.write_record([nom, &page, "", "entete_non_compris", &texte, phrase])?;
        }
    }
    csv.flush()
}

fn lignes(chemin: &Path, resultat: &Resultat) -> io::Result<()> {
    let mut csv = fichier(chemin, &LIGNES)?;
    for (nom, lu) in lus(resultat) {
        for (recette, jugees) in lu.releve.recettes.iter().zip(&lu.depot.lignes) {
            for (l, jugee) in recette.lignes.iter().zip(jugees) {
                let nombre = |n: &Option<serde_json::Number>| {
                    n.as_ref().map(|n| n.to_string().replace('.', ",")).unwrap_or_default()
                };
                csv.write_record([
                    nom,
                    &l.page.to_string(),
                    &recette.titre,
                    &sans_formule(&l.texte),
                    &sans_formule(&l.libelle),
                    &nombre(&l.quantite),
                    l.unite.as_deref().unwrap_or_default(),
                    &nombre(&l.pieces),
                    jugee.statut,
                    jugee.ingredient.as_deref().unwrap_or_default(),
                    &jugee.raison,
                ])?;
            }
        }
    }
    csv.flush()
}

/// What is not mapped under one label, over all the books of the call.
#[derive(Default)]
struct Groupe<'a> {
    libelle: &'a str,
    occurrences: usize,
    recettes: std::collections::BTreeSet<&'a str>,
    exemple: &'a str,
}

fn non_mappees(chemin: &Path, resultat: &Resultat, d: &Dictionnaire) -> io::Result<()> {
    let mut groupes: BTreeMap<(String, &str), Groupe<'_>> = BTreeMap::new();
    for (_, lu) in lus(resultat) {
        for (recette, jugees) in lu.releve.recettes.iter().zip(&lu.depot.lignes) {
            for (l, jugee) in recette.lignes.iter().zip(jugees) {
                if jugee.statut != "non_mappee" {
                    continue;
                }
                let place = (cle(&l.libelle).pliee, jugee.raison.as_str());
                let groupe = groupes.entry(place).or_default();
                groupe.libelle = &l.libelle;
                groupe.exemple = &l.texte;
                groupe.occurrences += 1;
                groupe.recettes.insert(&recette.titre);
            }
        }
    }
    let proches = Proches::de(d);
    let mut csv = fichier(chemin, &NON_MAPPEES)?;
    let mut tries: Vec<_> = groupes.into_iter().collect();
    tries.sort_by(|a, b| b.1.occurrences.cmp(&a.1.occurrences).then(a.0.cmp(&b.0)));
    for ((_, raison), g) in tries {
        let mut champs = vec![
            sans_formule(g.libelle),
            g.occurrences.to_string(),
            g.recettes.into_iter().collect::<Vec<_>>().join(" | "),
            raison.to_owned(),
            sans_formule(g.exemple),
        ];
        champs.extend(colonnes(proches.de_libelle(g.libelle)));
        csv.write_record(&champs)?;
    }
    csv.flush()
}

fn colonnes(suggestions: Vec<Suggestion>) -> Vec<String> {
    let mut champs: Vec<String> = suggestions
        .into_iter()
        .flat_map(|s| [s.ingredient_nom, format!("{:.2}", s.score).replace('.', ",")])
        .collect();
    champs.resize(6, String::new());
    champs
}

fn illisibles(chemin: &Path, resultat: &Resultat) -> io::Result<()> {
    let mut csv = fichier(chemin, &["fichier", "page", "texte"])?;
    for (nom, lu) in lus(resultat) {
        for l in &lu.releve.lignes_illisibles {
            csv.write_record([nom, &l.page.to_string(), &sans_formule(&l.texte)])?;
        }
    }
    csv.flush()
}

/// A spreadsheet runs what begins like a formula; what a book prints is only text.
fn sans_formule(texte: &str) -> String {
    if texte.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{texte}")
    } else {
        texte.to_owned()
    }
}
