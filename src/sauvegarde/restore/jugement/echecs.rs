//! What `pg_restore` could not make, though nothing foretold it: why, and what to do. What the last
//! drill of that very archive found so is refused before anything is made.

use super::super::super::archive::Entree;
use super::super::plaintes::Plainte;
use super::besoins::LIGNES;
use super::objets::{cite, objet, propre};
use super::{Affaire, Constat, Epreuve, Jugement, Obstacle, Sort, refaire};
use crate::platform::heure;

/// How the reason begins by which a restore knows what a drill tried.
const NE_REMET_PAS: &str = "PostgreSQL ne le remet pas";

/// To be done again after a restore that went on without it.
pub(crate) fn echoue(entree: &Entree, plainte: &Plainte, entrees: &[Entree]) -> Obstacle {
    Obstacle { remede: refaire::entier(entree, entrees), ..refuse(entree, plainte, entrees) }
}

/// With what to do before the next one.
pub(crate) fn refuse(entree: &Entree, plainte: &Plainte, entrees: &[Entree]) -> Obstacle {
    let raison = format!("{NE_REMET_PAS} : {}", raison(plainte, entrees));
    Obstacle { objet: objet(entree), raison, remede: remede(plainte, entrees) }
}

pub(crate) fn raison(plainte: &Plainte, entrees: &[Entree]) -> String {
    let phrase = propre(&plainte.phrase);
    match sans_schema(plainte, entrees) {
        Some((fonction, nom, _)) => propre(&format!(
            "la fonction {fonction} nomme « {nom} » sans son schéma, et une restauration ne le \
             trouve pas ; PostgreSQL dit : {phrase}"
        )),
        None => format!("PostgreSQL dit : {phrase}"),
    }
}

pub(crate) fn remede(plainte: &Plainte, entrees: &[Entree]) -> String {
    if let Some(commande) = correction(plainte, entrees) {
        return format!("dans la base d'origine, puis refaites une sauvegarde :\n{commande}");
    }
    let quoi = match VIOLEE.iter().any(|mots| plainte.phrase.contains(mots)) {
        // `pg_dump` writes it after the rows then.
        true => {
            "cette contrainte regarde plus que sa ligne, et ce qu'elle regarde n'est pas encore \
             revenu : dans la base d'origine, refaites-la avec NOT VALID (elle revient alors après \
             les lignes)"
        }
        false => "dans la base d'origine, corrigez ce que PostgreSQL refuse",
    };
    format!("{quoi}, puis refaites une sauvegarde")
}

/// Of a row that was let in before it was saved.
const VIOLEE: [&str; 2] = ["violates check constraint", "viole la contrainte de vérification"];

/// What makes a function find what it names.
pub(crate) fn correction(plainte: &Plainte, entrees: &[Entree]) -> Option<String> {
    let (fonction, _, schema) = sans_schema(plainte, entrees)?;
    let chemin = cite(&schema);
    Some(propre(&format!("alter function {fonction} set search_path = {chemin}, pg_catalog;")))
}

/// The function, what it names, and the schema where that is: `pg_restore` has no search path.
fn sans_schema<'a>(plainte: &'a Plainte, entrees: &[Entree]) -> Option<(&'a str, &'a str, String)> {
    const NOMMES: [&str; 6] =
        ["TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE", "TYPE"];
    let fonction = plainte.fonction.as_deref()?;
    let quoi = plainte.phrase.strip_suffix(" does not exist")?;
    let (nom, appelee) = match quoi.strip_prefix("function ") {
        Some(appel) => (appel.split('(').next()?, true),
        None => {
            let nom = quoi.strip_prefix("relation ").or(quoi.strip_prefix("type "))?;
            (nom.trim_matches('"'), false)
        }
    };
    if nom.contains('.') {
        return None;
    }
    let est_lui = |e: &&Entree| match appelee {
        true => e.genre == "FUNCTION" && e.nom.split('(').next() == Some(nom),
        false => NOMMES.contains(&e.genre.as_str()) && e.nom == nom,
    };
    let mut schemas = entrees.iter().filter(est_lui).filter_map(|e| e.schema.as_deref());
    let schema = schemas.next()?;
    // Of two that are called so, nobody here knows which is meant.
    schemas.all(|s| s == schema).then(|| (fonction, nom, schema.to_owned()))
}

/// Rows, or something of a table of ours: never gone on without. An index that holds nothing but an
/// order is made again.
pub(crate) fn se_tolere(entree: &Entree, a_nous: bool) -> bool {
    let unique = entree.definition.as_deref().is_some_and(|d| d.contains("CREATE UNIQUE INDEX"));
    let index = entree.genre == "INDEX" && !unique;
    index || !LIGNES.contains(&entree.genre.as_str()) && !a_nous
}

/// What that drill could not put back is not tried before it is said.
pub(crate) fn eprouver(affaire: &Affaire<'_>, epreuve: Option<&Epreuve>, jugement: &mut Jugement) {
    let Some(epreuve) = epreuve else { return };
    for obstacle in epreuve.obstacles.iter().filter(|o| o.raison.starts_with(NE_REMET_PAS)) {
        let laissee = |e: &&Entree| jugement.plan.laisses.contains(&e.id);
        let mut siennes = affaire.entrees.iter().filter(|e| !laissee(e));
        let Some(entree) = siennes.find(|e| objet(e) == obstacle.objet) else { continue };
        let le = heure::minute(epreuve.fait_le);
        let raison = format!("à l'exercice du {le}, {}", obstacle.raison);
        let obstacle = Obstacle { raison, ..obstacle.clone() };
        jugement.constats.push(constat(affaire, entree, obstacle));
    }
}

pub(crate) fn constat(affaire: &Affaire<'_>, entree: &Entree, obstacle: Obstacle) -> Constat {
    let a_nous = entree.proprietaire.as_ref() == Some(&affaire.roles.proprietaire);
    Constat {
        obstacle,
        sort: Sort::Essaye { tolerable: se_tolere(entree, a_nous) },
        administrateur: false,
        commande: refaire::entier(entree, affaire.entrees),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_looks_beyond_its_row_is_told_how_it_comes_back() {
        for (phrase, dit) in [
            ("new row for relation \"t\" violates check constraint \"c\"", true),
            ("division by zero", false),
        ] {
            let plainte = Plainte { phrase: phrase.to_owned(), fonction: None };
            let remede = remede(&plainte, &[]);
            assert_eq!(remede.contains("NOT VALID"), dit, "{remede}");
            assert!(remede.contains("dans la base d'origine"), "{remede}");
        }
    }
}
