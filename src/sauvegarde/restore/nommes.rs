//! The roles that an archive names: they must be there before it is restored.

use std::collections::BTreeSet;

use super::super::archive::Entree;
use super::accords::{self, Instruction, comprendre};
use super::droits::est_un_accord;

/// Owners and grantees of all that an archive holds.
pub(crate) fn roles_nommes(entrees: &[Entree]) -> BTreeSet<String> {
    let mut nommes: BTreeSet<String> =
        entrees.iter().filter_map(|e| e.proprietaire.clone()).collect();
    for entree in entrees {
        match est_un_accord(entree) {
            true => nommes.extend(roles_cites(entree)),
            false => nommes.extend(roles_d_une_politique(entree)),
        }
    }
    nommes
}

/// Whom a policy is for, or an account on a foreign server.
pub(crate) fn roles_d_une_politique(entree: &Entree) -> Vec<String> {
    match entree.genre.as_str() {
        "POLICY" => accords::vises(entree.definition.as_deref().unwrap_or_default()),
        "USER MAPPING" => {
            let milieu = entree.nom.strip_prefix("USER MAPPING ");
            let role = milieu.and_then(|m| m.rsplit_once(" SERVER ")).map(|(role, _)| role);
            role.filter(|r| *r != "public").map(str::to_owned).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn roles_cites(entree: &Entree) -> Vec<String> {
    let instructions = comprendre(entree.definition.as_deref().unwrap_or_default());
    let cites = instructions.into_iter().flatten().filter_map(|i| match i {
        Instruction::Accord { role, .. } => role,
        Instruction::Au(role) => Some(role),
        Instruction::AuProprietaire => None,
    });
    cites.collect()
}
