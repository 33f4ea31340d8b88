//! Whose each object was, and whether it can be theirs again.

use std::collections::BTreeMap;

use super::super::super::archive::Entree;
use super::super::accords::{Instruction, comprendre};
use super::super::droits::{Roles, est_un_accord};
use super::faits::Faits;
use super::objets::{cite, commandes, objet, propre};
use super::refaire::{accords_perdus, commande_de_proprietaire};
use super::{AVANT, Affaire, Constat, Jugement, Obstacle, Sort};

/// These hold what nobody may lose: under another owner, another may read or empty them.
const LIGNES: [&str; 3] = ["TABLE", "SEQUENCE", "BLOB"];

pub(crate) fn peser(affaire: &Affaire<'_>, faits: &Faits, jugement: &mut Jugement) {
    roles_absents(affaire, jugement);
    let mut suivantes = Vec::new();
    for entree in affaire.entrees {
        let Some(role) = entree.proprietaire.as_deref() else { continue };
        let hors_d_atteinte = affaire.roles.inaccessibles.contains(role);
        if jugement.plan.laisses.contains(&entree.id) {
            continue;
        }
        if est_un_accord(entree) {
            accord(entree, affaire, jugement);
            continue;
        }
        if !hors_d_atteinte {
            continue;
        }
        let perdus = accords_perdus(entree, role, affaire);
        if suit_sa_table(entree, affaire.entrees) {
            suivantes.extend((!perdus.is_empty()).then(|| de_sequence(entree, &perdus)));
            continue;
        }
        if let Some(commande) = commande_de_proprietaire(entree, role) {
            let commandes = [vec![commande], perdus].concat().join("\n");
            jugement.constats.push(constat(
                entree,
                role,
                (commandes, &faits.compte, affaire.roles),
            ));
        }
    }
    // Once their tables are whose they were.
    jugement.constats.extend(suivantes);
}

fn constat(
    entree: &Entree,
    role: &str,
    (commande, compte, roles): (String, &str, &Roles),
) -> Constat {
    let lignes = LIGNES.contains(&entree.genre.as_str());
    let (lien, remede) = acces(role, compte, roles);
    let raison = format!("appartient à « {role} », dont « {compte} » {lien}");
    let sort = match lignes {
        true => Sort::Refus { tolerable: true, essai: true },
        false => Sort::ARefaire,
    };
    let obstacle = Obstacle { objet: objet(entree), raison, remede: propre(&remede) };
    Constat { obstacle, sort, administrateur: true, commande: propre(&commande) }
}

/// Why the account may not act for that role, and what to do before a restore.
fn acces(role: &str, compte: &str, roles: &Roles) -> (&'static str, String) {
    let (r, c) = (cite(role), cite(compte));
    // Nobody is made a member of the role that may do everything.
    if roles.superutilisateurs.contains(role) {
        return ("n'est pas membre", AVANT.to_owned());
    }
    if !roles.sans_heritage.contains(role) {
        return ("n'est pas membre", format!("grant {r} to {c};"));
    }
    let remede = match roles.majeure {
        16.. => format!("grant {r} to {c} with inherit true, set true;"),
        _ => format!("alter role {c} inherit;"),
    };
    ("est membre sans en avoir les droits (NOINHERIT)", remede)
}

fn de_sequence(entree: &Entree, accords: &[String]) -> Constat {
    let commande = propre(&accords.join("\n"));
    let raison = "elle va avec sa table : ses droits sont à redonner ensuite".to_owned();
    let obstacle = Obstacle { objet: objet(entree), raison, remede: AVANT.to_owned() };
    Constat { obstacle, sort: Sort::ARefaire, administrateur: true, commande }
}

/// A sequence of a column goes with its table.
fn suit_sa_table(entree: &Entree, entrees: &[Entree]) -> bool {
    entree.genre == "SEQUENCE"
        && entrees.iter().any(|e| {
            (e.genre == "SEQUENCE OWNED BY" && e.nom == entree.nom && e.schema == entree.schema)
                || (e.genre == "TABLE" && entree.dependances.contains(&e.id))
        })
}

/// Grants that somebody else gave, or on what is not of this archive.
fn accord(entree: &Entree, affaire: &Affaire<'_>, jugement: &mut Jugement) {
    if !affaire.roles.peut_accorder(entree, affaire.entrees) {
        jugement.plan.laisses.insert(entree.id);
        jugement.constats.push(droits(entree, commandes(entree)));
        return;
    }
    let instructions = comprendre(entree.definition.as_deref().unwrap_or_default());
    let (mut par, mut restent) = (None, Vec::new());
    for instruction in instructions.into_iter().flatten() {
        match instruction {
            Instruction::Au(role) => par = Some(role),
            Instruction::AuProprietaire => par = None,
            Instruction::Accord { texte, .. } => {
                if let Some(role) =
                    par.as_ref().filter(|r| affaire.roles.inaccessibles.contains(*r))
                {
                    restent.push(format!("set role {};\n{texte};\nreset role;", cite(role)));
                }
            }
        }
    }
    if !restent.is_empty() {
        jugement.constats.push(droits(entree, propre(&restent.join("\n"))));
    }
}

fn droits(entree: &Entree, commande: String) -> Constat {
    let raison =
        "donnés par un rôle dont le compte n'est pas membre, ou sur ce qui est au serveur \
                  ou à une extension"
            .to_owned();
    let obstacle = Obstacle { objet: objet(entree), raison, remede: AVANT.to_owned() };
    Constat { obstacle, sort: Sort::ARefaire, administrateur: true, commande }
}

/// Told by their names, once: the file of roles beside the backup says how to make them.
fn roles_absents(affaire: &Affaire<'_>, jugement: &mut Jugement) {
    let mut objets = BTreeMap::<&str, usize>::new();
    for entree in affaire.entrees {
        if let Some(role) = entree.proprietaire.as_deref() {
            *objets.entry(role).or_default() += 1;
        }
    }
    for role in &affaire.roles.manquants {
        let nombre = objets.get(role.as_str()).copied().unwrap_or_default();
        let raison = match nombre {
            0 => "ce serveur ne l'a pas : ses droits ne reviendront pas".to_owned(),
            n => format!(
                "ce serveur ne l'a pas : {n} objets seront au propriétaire de la base, et ses \
                 droits ne reviendront pas"
            ),
        };
        let commande = format!("create role {};", cite(role));
        let remede = affaire.roles.creation(role);
        let obstacle = Obstacle { objet: format!("rôle {role}"), raison, remede };
        let sort = Sort::RoleAbsent;
        jugement.constats.push(Constat { obstacle, sort, administrateur: false, commande });
    }
}
