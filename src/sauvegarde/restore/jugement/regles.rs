//! What an ordinary account may not make or set, by kind.

use std::collections::BTreeSet;

use super::super::super::archive::Entree;
use super::super::super::manifeste::Reglage;
use super::super::nommes::roles_d_une_politique;
use super::besoins::Empechement;
use super::faits::{Faits, RefusDeReglage};
use super::objets::{cite, commandes, nom_complet, objet};
use super::{AVANT, Affaire, Constat, Jugement, Obstacle, Sort};

const RESERVE: &str = "seul un administrateur de PostgreSQL peut la créer";
const RESERVE_M: &str = "seul un administrateur de PostgreSQL peut le créer";

/// Why this server, or the role that restores, cannot make it.
pub(crate) fn empechement(
    entree: &Entree,
    affaire: &Affaire<'_>,
    faits: &Faits,
) -> Option<Empechement> {
    let definition = entree.definition.as_deref().unwrap_or_default();
    let jamais = |raison| Some(Empechement::jamais(raison, String::new()));
    match entree.genre.as_str() {
        "EXTENSION" => return extension(entree, faits),
        "COLLATION" if faits.collations_absentes.contains(&entree.id) => {
            return jamais("ce serveur n'a pas cette langue (locale)");
        }
        // A copy that subscribes would take the rows of the live one, and could not be dropped.
        "SUBSCRIPTION" => {
            return jamais("un abonnement ne se remet pas sans risque : il suivrait deux fois");
        }
        "POLICY" | "USER MAPPING" => return sans_son_role(entree, affaire),
        "PROCEDURAL LANGUAGE" if langage_a_dire(entree) => {
            return jamais("l'archive ne dit pas comment il est fait : il est à créer après elle");
        }
        "SECURITY LABEL" => return jamais("son fournisseur n'est peut-être pas sur ce serveur"),
        _ if faits.deposant_superutilisateur => return None,
        _ => {}
    }
    reserve(entree, definition, affaire, faits).map(Empechement::reserve)
}

/// A language whose functions are no part of the archive.
pub(crate) fn langage_a_dire(entree: &Entree) -> bool {
    entree.genre == "PROCEDURAL LANGUAGE"
        && !entree.definition.as_deref().unwrap_or_default().contains(" HANDLER ")
}

/// It names a role that this server does not have.
fn sans_son_role(entree: &Entree, affaire: &Affaire<'_>) -> Option<Empechement> {
    let absents = roles_d_une_politique(entree).into_iter();
    let mut absents = absents.filter(|r| !affaire.roles.connait(r)).peekable();
    absents.peek()?;
    let noms: Vec<String> = absents.collect();
    let remedes = noms.iter().map(|r| affaire.roles.creation(r)).collect::<Vec<_>>();
    let raison = format!("ce serveur n'a pas « {} »", noms.join(" », « "));
    Some(Empechement::jamais(&raison, remedes.join("\n")))
}

fn extension(entree: &Entree, faits: &Faits) -> Option<Empechement> {
    match faits.extensions.get(&entree.nom) {
        None => Some(Empechement::jamais(
            "ce serveur n'a pas cette extension",
            format!("installez l'extension {} sur la machine de PostgreSQL", entree.nom),
        )),
        Some(fiable) if *fiable || faits.superutilisateur => None,
        Some(_) => Some(Empechement::reserve(RESERVE)),
    }
}

fn reserve(
    entree: &Entree,
    definition: &str,
    affaire: &Affaire<'_>,
    faits: &Faits,
) -> Option<&'static str> {
    match entree.genre.as_str() {
        "EVENT TRIGGER" | "PROCEDURAL LANGUAGE" | "SERVER" | "FOREIGN DATA WRAPPER" => {
            Some(RESERVE_M)
        }
        "ACCESS METHOD"
        | "OPERATOR CLASS"
        | "OPERATOR FAMILY"
        | "TRANSFORM"
        | "TEXT SEARCH PARSER"
        | "TEXT SEARCH TEMPLATE"
        | "PUBLICATION TABLES IN SCHEMA" => Some(RESERVE),
        "SHELL TYPE" => Some(RESERVE_M),
        "TYPE" if definition.contains("    INPUT = ") || est_une_coquille(definition) => {
            Some(RESERVE_M)
        }
        "PUBLICATION" if definition.contains(" FOR ALL TABLES") => Some(RESERVE),
        "CAST" => conversion(definition, affaire.entrees),
        "AGGREGATE" if definition.contains("STYPE = internal") => Some(RESERVE_M),
        "FUNCTION" | "PROCEDURE" => fonction(entree, definition, faits),
        _ => None,
    }
}

/// `CREATE TYPE s.t;`, which nobody ever went on with.
fn est_une_coquille(definition: &str) -> bool {
    definition.trim().starts_with("CREATE TYPE ")
        && ["(", " AS "].iter().all(|suite| !definition.contains(suite))
}

/// Whoever owns one of the two types may make it, unless no function converts.
fn conversion(definition: &str, entrees: &[Entree]) -> Option<&'static str> {
    let types = definition.split('(').nth(1).and_then(|t| t.split(')').next()).unwrap_or_default();
    let a_lui = |e: &Entree| {
        matches!(e.genre.as_str(), "TYPE" | "DOMAIN" | "TABLE")
            && types.split(" AS ").any(|t| t == nom_complet(e))
    };
    let possible = !definition.contains("WITHOUT FUNCTION") && entrees.iter().any(a_lui);
    (!possible).then_some(RESERVE)
}

fn fonction(entree: &Entree, definition: &str, faits: &Faits) -> Option<&'static str> {
    let tete = tete(definition);
    let langage = tete.split("\n    LANGUAGE ").nth(1).unwrap_or_default();
    let langage = langage.split_whitespace().next().unwrap_or_default().trim_matches('"');
    if matches!(langage, "c" | "internal") {
        return Some("écrite en langage « c » ou « internal » : seul un administrateur le peut");
    }
    // As PostgreSQL names them: plpython3u, plperlu.
    if langage.starts_with("pl") && langage.ends_with('u') {
        return Some("écrite dans un langage sans garde-fou : seul un administrateur le peut");
    }
    if [" LEAKPROOF", " SUPPORT "].iter().any(|mot| tete.contains(mot)) {
        return Some(RESERVE);
    }
    let regle = noms_regles_par_une_fonction(entree).any(|nom| faits.noms_refuses.contains(nom));
    regle.then_some("elle change un réglage réservé à un administrateur")
}

/// All that stands before the body.
fn tete(definition: &str) -> &str {
    definition.split("\n    AS ").next().unwrap_or_default()
}

/// `SET work_mem TO '4MB'` in the head of a function.
pub(crate) fn noms_regles_par_une_fonction(entree: &Entree) -> impl Iterator<Item = &str> {
    let concerne = matches!(entree.genre.as_str(), "FUNCTION" | "PROCEDURE");
    let definition = entree.definition.as_deref().filter(|_| concerne).unwrap_or_default();
    let lignes = tete(definition).lines().filter_map(|l| l.trim_start().strip_prefix("SET "));
    lignes.filter_map(|l| l.split(" TO ").next()).map(|nom| nom.trim_matches('"'))
}

/// `CREATE COLLATION s.n (provider = icu, locale = 'fr')`, as (name, value) of what can be tried.
pub(crate) fn options_de_collation(definition: &str) -> Option<Vec<(String, String)>> {
    const CONNUES: [&str; 6] =
        ["provider", "locale", "lc_collate", "lc_ctype", "deterministic", "rules"];
    let dedans = definition.split_once(" (")?.1.rsplit_once(')')?.0;
    let options = dedans.split(", ").map(|option| {
        let (nom, valeur) = option.split_once(" = ")?;
        let valeur = valeur.trim_matches('\'');
        CONNUES.contains(&nom).then(|| (nom.to_owned(), valeur.to_owned()))
    });
    options.collect()
}

pub(crate) fn reglages(base: &str, faits: &Faits, jugement: &mut Jugement) {
    for (reglage, refus) in &faits.reglages_refuses {
        let (objet, commande) = dire_un_reglage(base, reglage);
        let administrateur = *refus == RefusDeReglage::Interdit;
        let raison = match refus {
            RefusDeReglage::Interdit => "le compte n'a pas le droit de le poser",
            RefusDeReglage::Inconnu => "ce serveur ne l'accepte pas",
        };
        let obstacle = Obstacle {
            objet,
            raison: raison.to_owned(),
            remede: if administrateur { AVANT.to_owned() } else { String::new() },
        };
        jugement.constats.push(Constat {
            obstacle,
            sort: Sort::ARefaire,
            administrateur,
            commande,
        });
        jugement.reglages_laisses.push(reglage.clone());
    }
}

/// A setting of a database as people call it, and the command that makes it.
pub(crate) fn dire_un_reglage(base: &str, reglage: &Reglage) -> (String, String) {
    let (qui, debut) = match &reglage.role {
        None => ("de la base".to_owned(), format!("alter database {}", cite(base))),
        Some(role) => (
            format!("de « {role} » dans la base"),
            format!("alter role {} in database {}", cite(role), cite(base)),
        ),
    };
    let nom = reglage.nom.split('.').map(cite).collect::<Vec<_>>().join(".");
    let liste = ["search_path", "temp_tablespaces", "session_preload_libraries"];
    let valeur = match liste.contains(&reglage.nom.as_str()) {
        true => reglage.valeur.clone(),
        false => format!("'{}'", reglage.valeur.replace('\'', "''")),
    };
    let commande = super::objets::propre(&format!("{debut} set {nom} to {valeur};"));
    (format!("réglage {} {qui}", reglage.nom), commande)
}

/// Where only one of them is missing, none is used: `pg_restore` knows no other way.
pub(crate) fn tablespaces(affaire: &Affaire<'_>, faits: &Faits, jugement: &mut Jugement) {
    let places: Vec<(&Entree, &str)> = affaire
        .entrees
        .iter()
        .filter_map(|e| Some((e, e.tablespace.as_deref().filter(|t| !t.is_empty())?)))
        .collect();
    if places.iter().all(|(_, t)| faits.tablespaces.get(*t) == Some(&true)) {
        return;
    }
    let tous_la = places.iter().all(|(_, t)| faits.tablespaces.contains_key(*t));
    if faits.peut_preter_ses_droits() && tous_la {
        jugement.plan.administrateur = true;
        return;
    }
    jugement.plan.sans_tablespaces = true;
    let mut a_creer = BTreeSet::new();
    for (entree, place) in places {
        let genre = match entree.genre.as_str() {
            "INDEX" | "CONSTRAINT" => "index",
            "MATERIALIZED VIEW" => "materialized view",
            _ => "table",
        };
        // The name of a constraint comes after its table's.
        let nom = match entree.genre.as_str() {
            "CONSTRAINT" => entree.nom.rsplit(' ').next().unwrap_or(&entree.nom),
            _ => &entree.nom,
        };
        let seul = Entree { nom: nom.to_owned(), ..entree.clone() };
        let mut commande =
            format!("alter {genre} {} set tablespace {};", nom_complet(&seul), cite(place));
        // It is made once, before the first that goes there.
        if !faits.tablespaces.contains_key(place) && a_creer.insert(place) {
            let creer = format!("create tablespace {} location '…';", cite(place));
            commande = format!("{creer}\n{commande}");
        }
        let raison = match faits.tablespaces.contains_key(place) {
            true => format!("le compte n'a pas le droit d'écrire dans l'espace « {place} »"),
            false => format!("ce serveur n'a pas l'espace de stockage « {place} »"),
        };
        let administrateur = faits.tablespaces.contains_key(place);
        let compte = cite(&affaire.roles.proprietaire);
        let remede = match administrateur {
            true => format!("grant create on tablespace {} to {compte};", cite(place)),
            false => format!("create tablespace {} location '…';", cite(place)),
        };
        // The object itself comes back, elsewhere.
        let objet = format!("espace de stockage de « {} »", objet(entree));
        let obstacle = Obstacle { objet, raison, remede };
        let sort = Sort::ARefaire;
        jugement.constats.push(Constat { obstacle, sort, administrateur, commande });
    }
}

/// A proof that does not see every row proves nothing.
pub(crate) fn lecture_des_lignes(affaire: &Affaire<'_>, faits: &Faits, jugement: &mut Jugement) {
    if faits.lit_tout {
        return;
    }
    let protegee = |table: &Entree| {
        affaire
            .entrees
            .iter()
            .any(|e| e.genre == "ROW SECURITY" && e.schema == table.schema && e.nom == table.nom)
    };
    for entree in affaire.entrees.iter().filter(|e| e.genre == "TABLE" && protegee(e)) {
        if commandes(entree).contains(" FORCE ROW LEVEL SECURITY") {
            let obstacle = Obstacle {
                objet: objet(entree),
                raison: "FORCE ROW LEVEL SECURITY cache des lignes au compte, qui ne peut pas \
                         prouver qu'elles sont toutes revenues"
                    .to_owned(),
                remede: format!("alter role {} bypassrls;", cite(&faits.compte)),
            };
            let sort = Sort::Refus { tolerable: false, essai: false };
            let commande = String::new();
            jugement.constats.push(Constat { obstacle, sort, administrateur: true, commande });
        }
    }
}
