//! The commands that put an object back by hand: the object itself, whose it was, and who may do
//! what with it.

use super::super::super::archive::Entree;
use super::super::super::manifeste::Reglage;
use super::super::accords::{Instruction, comprendre};
use super::objets::{cite, commandes, nom_complet, propre};
use super::{Affaire, Obstacle};

/// Of an object that is left out: all that goes with it without a word of its own.
pub(crate) fn entier(entree: &Entree, entrees: &[Entree]) -> String {
    avec_ses_suites(commandes(entree), entree, entrees)
}

/// Of a language that the archive does not describe: as the manifest does.
pub(crate) fn langage(entree: &Entree, affaire: &Affaire<'_>) -> String {
    match affaire.etat.langages.iter().find(|l| l.nom == entree.nom) {
        Some(l) => avec_ses_suites(l.commande.clone(), entree, affaire.entrees),
        // Nothing that could be typed is known.
        None => format!(
            "-- ni l'archive ni son manifeste ne disent son handler :\n\
             -- create language {} handler … inline … validator …;",
            cite(&propre(&entree.nom)).replace('\n', " ")
        ),
    }
}

/// In a restored database whose sessions begin read only, a command needs a line before it.
pub(crate) fn a_taper(obstacle: Obstacle, reglages: &[Reglage]) -> Obstacle {
    const NON: [&str; 4] = ["off", "false", "no", "0"];
    let lecture_seule = reglages.iter().any(|r| {
        r.nom == "default_transaction_read_only" && !NON.contains(&r.valeur.to_lowercase().as_str())
    });
    if !lecture_seule || obstacle.remede.is_empty() {
        return obstacle;
    }
    let remede = format!("set default_transaction_read_only = off;\n{}", obstacle.remede);
    Obstacle { remede, ..obstacle }
}

fn avec_ses_suites(debut: String, entree: &Entree, entrees: &[Entree]) -> String {
    const SUITES: [&str; 6] = [
        "COMMENT",
        "ACL",
        "SECURITY LABEL",
        "MATERIALIZED VIEW DATA",
        "PUBLICATION TABLE",
        "PUBLICATION TABLES IN SCHEMA",
    ];
    let mut ordres = vec![debut];
    let role = entree.proprietaire.as_deref().filter(|r| !r.is_empty());
    ordres.extend(role.and_then(|r| commande_de_proprietaire(entree, r)));
    let suites = entrees.iter().filter(|e| SUITES.contains(&e.genre.as_str()));
    ordres.extend(suites.filter(|e| e.dependances.contains(&entree.id)).map(commandes));
    ordres.retain(|o| !o.is_empty());
    propre(&ordres.join("\n"))
}

/// What an object's grants lose when it lies with the restoring account until it is given back to
/// `role`: then all that was the account's becomes that role's.
pub(crate) fn accords_perdus(entree: &Entree, role: &str, affaire: &Affaire<'_>) -> Vec<String> {
    let nous = affaire.roles.proprietaire.as_str();
    let siens = affaire.entrees.iter().filter(|e| e.genre == "ACL");
    let siens = siens.filter(|e| e.dependances.contains(&entree.id));
    let mut perdus = Vec::new();
    for accord in siens {
        let instructions = comprendre(accord.definition.as_deref().unwrap_or_default());
        let mut par = None;
        for instruction in instructions.into_iter().flatten() {
            match instruction {
                Instruction::Au(role) => par = Some(role),
                Instruction::AuProprietaire => par = None,
                Instruction::Accord { texte, role: a } => {
                    let a_nous = a.as_deref().is_some_and(|a| a == nous || a == role);
                    match &par {
                        Some(p) if p == nous => {
                            perdus.push(format!("set role {};\n{texte};\nreset role;", cite(p)));
                        }
                        None if a_nous => perdus.push(format!("{texte};")),
                        _ => {}
                    }
                }
            }
        }
    }
    perdus
}

/// None for what has no owner of its own.
pub(crate) fn commande_de_proprietaire(entree: &Entree, role: &str) -> Option<String> {
    let (nom, role) = (nom_complet(entree), cite(role));
    let quoi = match entree.genre.as_str() {
        "TABLE"
        | "VIEW"
        | "MATERIALIZED VIEW"
        | "SEQUENCE"
        | "FOREIGN TABLE"
        | "SCHEMA"
        | "PUBLICATION"
        | "SERVER"
        | "TYPE"
        | "DOMAIN"
        | "COLLATION"
        | "STATISTICS"
        | "CONVERSION"
        | "TEXT SEARCH DICTIONARY"
        | "TEXT SEARCH CONFIGURATION" => nom,
        "BLOB" => return Some(format!("alter large object {} owner to {role};", entree.nom)),
        _ => return par_sa_suppression(entree, &role),
    };
    Some(format!("alter {} {quoi} owner to {role};", entree.genre.to_lowercase()))
}

/// `DROP OPERATOR public.+ (a, b);` names what `ALTER OPERATOR public.+ (a, b)` is about.
fn par_sa_suppression(entree: &Entree, role: &str) -> Option<String> {
    let connu = matches!(
        entree.genre.as_str(),
        // Their names carry types.
        "FUNCTION"
            | "PROCEDURE"
            | "AGGREGATE"
            | "OPERATOR"
            | "OPERATOR CLASS"
            | "OPERATOR FAMILY"
            | "EVENT TRIGGER"
            | "FOREIGN DATA WRAPPER"
            | "PROCEDURAL LANGUAGE"
    );
    let suppression = entree.suppression.as_deref().filter(|_| connu)?.trim();
    let reste = suppression.strip_prefix("DROP ")?.trim_end_matches(';');
    Some(format!("alter {reste} owner to {role};"))
}
