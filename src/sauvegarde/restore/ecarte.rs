//! What of an archive's definitions a proof does not compare: what was left out, and owners and
//! grants that this server could not give. All the rest is compared to the letter.

use std::collections::BTreeSet;

use super::super::archive::{Entree, racines};
use super::droits::{Roles, est_public, est_un_accord};
use super::preuve::Attendu;

/// Kind, schema and name: what is the same object in two archives.
type Cle = (String, Option<String>, String);

#[derive(Debug, Default)]
pub(crate) struct Ecarte {
    /// Not compared at all.
    objets: BTreeSet<Cle>,
    /// Compared, but for their owner.
    sans_proprietaire: BTreeSet<Cle>,
    /// Rows that come back through another table: whether the copy is dumped so is `pg_dump`'s choice.
    par_la_racine: BTreeSet<Cle>,
    sans_tablespaces: bool,
}

fn cle(entree: &Entree) -> Cle {
    (entree.genre.clone(), entree.schema.clone(), entree.nom.clone())
}

impl Ecarte {
    pub(crate) fn de(attendu: &Attendu<'_>) -> Self {
        let Attendu { roles, plan, .. } = attendu;
        let mut ecarte = Self { sans_tablespaces: plan.sans_tablespaces, ..Self::default() };
        let replacees = racines(&attendu.contenu.entrees).into_keys();
        ecarte.par_la_racine =
            replacees.map(|t| ("TABLE DATA".to_owned(), Some(t.schema), t.nom)).collect();
        let absent = |r: &String| roles.manquants.contains(r) || roles.inaccessibles.contains(r);
        for entree in &attendu.contenu.entrees {
            let sans_proprietaire = entree.proprietaire.as_ref().is_some_and(absent);
            let accord_partiel = est_un_accord(entree) && !roles.accorde_tout(entree);
            // There already, and told of only where its owner is not PostgreSQL's own choice.
            let public_sans_lui = sans_proprietaire && est_public(entree);
            if plan.laisses.contains(&entree.id) || accord_partiel || public_sans_lui {
                ecarte.objets.insert(cle(entree));
            } else if sans_proprietaire {
                ecarte.sans_proprietaire.insert(cle(entree));
            }
        }
        ecarte
    }

    pub(crate) fn retenues(&self, entrees: &[Entree]) -> Vec<Entree> {
        // Comments of extensions are theirs, and come with their version.
        let d_une_extension = |e: &Entree| e.genre == "COMMENT" && e.nom.starts_with("EXTENSION ");
        let retenues =
            entrees.iter().filter(|e| !d_une_extension(e) && !self.objets.contains(&cle(e)));
        retenues.cloned().map(|e| self.depouiller(e)).collect()
    }

    fn depouiller(&self, mut entree: Entree) -> Entree {
        if self.sans_proprietaire.contains(&cle(&entree)) {
            entree.proprietaire = None;
        }
        if self.par_la_racine.contains(&cle(&entree)) {
            (entree.copie, entree.definition) = (None, None);
        }
        if self.sans_tablespaces {
            entree.tablespace = None;
        }
        entree
    }

    pub(crate) fn phrases(&self, roles: &Roles) -> Vec<String> {
        let noms: Vec<&str> = roles.manquants.iter().map(String::as_str).collect();
        match noms.is_empty() {
            true => Vec::new(),
            false => vec![format!(
                "Propriétaires et droits ne sont pas prouvés : ce serveur n'a pas {}.",
                noms.join(", ")
            )],
        }
    }
}
