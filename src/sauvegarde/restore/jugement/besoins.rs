//! What only an administrator can make, and what needs it.

use std::collections::BTreeMap;

use super::super::super::archive::Entree;
use super::echecs::se_tolere;
use super::faits::Faits;
use super::objets::objet;
use super::refaire;
use super::regles::{empechement, langage_a_dire};
use super::{AVANT, Affaire, Constat, Jugement, Obstacle, Sort};

/// Follow what they are about, and say nothing by themselves.
const SUIVENT: [&str; 8] = [
    "COMMENT",
    "ACL",
    "DEFAULT ACL",
    "SECURITY LABEL",
    "MATERIALIZED VIEW DATA",
    "PUBLICATION TABLE",
    "PUBLICATION TABLES IN SCHEMA",
    "USER MAPPING",
];
/// Hold rows.
pub(super) const LIGNES: [&str; 5] =
    ["TABLE", "TABLE DATA", "TABLE ATTACH", "SEQUENCE", "SEQUENCE SET"];
/// Of a table: without it the rows are there, and no longer behave as they did.
const D_UNE_TABLE: [&str; 11] = [
    "CONSTRAINT",
    "FK CONSTRAINT",
    "CHECK CONSTRAINT",
    "DEFAULT",
    "INDEX",
    "INDEX ATTACH",
    "TRIGGER",
    "RULE",
    "POLICY",
    "ROW SECURITY",
    "STATISTICS",
];

/// Why an object cannot be made.
#[derive(Debug, Clone)]
pub(crate) struct Empechement {
    pub raison: String,
    /// An administrator can.
    pub administrateur: bool,
    /// What to do before a restore.
    pub remede: String,
}

impl Empechement {
    /// Only an administrator can.
    pub(crate) fn reserve(raison: &str) -> Self {
        Self { raison: raison.to_owned(), administrateur: true, remede: AVANT.to_owned() }
    }

    /// No account can.
    pub(crate) fn jamais(raison: &str, remede: String) -> Self {
        Self { raison: raison.to_owned(), administrateur: false, remede }
    }
}

pub(crate) fn peser(affaire: &Affaire<'_>, faits: &Faits, jugement: &mut Jugement) {
    let connus = Connus::nouveaux(affaire.entrees);
    let mut racines = Vec::new();
    for entree in affaire.entrees {
        let Some(e) = empechement(entree, affaire, faits) else { continue };
        if e.administrateur && faits.peut_preter_ses_droits() {
            jugement.plan.administrateur = true;
        } else {
            racines.push((entree, e));
        }
    }
    let mut trouves = Trouves::new();
    for (entree, empechement) in racines {
        if trouves.contains_key(&entree.id) {
            continue;
        }
        let mut constat = laisse(entree, &empechement, affaire);
        if entree.genre == "POLICY" {
            // Without it a table shows more rows, or less.
            let tolerable = !affaire.est_a_nous(entree);
            constat.sort = Sort::Refus { tolerable, essai: true };
        }
        trouves.insert(entree.id, Some(constat));
        connus.suivre(entree, &empechement, affaire, &mut trouves);
    }
    jugement.plan.laisses.extend(trouves.keys());
    // As the archive has them, so that what needs another one is typed after it.
    let rang = affaire.entrees.iter();
    jugement.constats.extend(rang.filter_map(|e| trouves.remove(&e.id).flatten()));
    avec_leur_serveur(affaire, jugement);
}

/// What is left out, by the ids of its entries, and what is to be said of it.
type Trouves = BTreeMap<i32, Option<Constat>>;

fn laisse(entree: &Entree, empechement: &Empechement, affaire: &Affaire<'_>) -> Constat {
    let commande = match langage_a_dire(entree) {
        true => refaire::langage(entree, affaire),
        false => refaire::entier(entree, affaire.entrees),
    };
    let Empechement { raison, administrateur, remede } = empechement.clone();
    let obstacle = Obstacle { objet: objet(entree), raison, remede };
    Constat { obstacle, sort: Sort::ARefaire, administrateur, commande }
}

struct Connus<'a> {
    dependants: BTreeMap<i32, Vec<&'a Entree>>,
}

impl<'a> Connus<'a> {
    fn nouveaux(entrees: &'a [Entree]) -> Self {
        let mut dependants = BTreeMap::<i32, Vec<&Entree>>::new();
        for entree in entrees {
            for id in &entree.dependances {
                dependants.entry(*id).or_default().push(entree);
            }
        }
        Self { dependants }
    }

    /// All that needs `racine` is left out with it, or refuses the whole.
    fn suivre(
        &self,
        racine: &Entree,
        empechement: &Empechement,
        affaire: &Affaire<'_>,
        trouves: &mut Trouves,
    ) {
        let mut a_voir = vec![racine.id];
        while let Some(id) = a_voir.pop() {
            for dependant in self.dependants.get(&id).into_iter().flatten() {
                if trouves.contains_key(&dependant.id) {
                    continue;
                }
                a_voir.push(dependant.id);
                let dite = !SUIVENT.contains(&dependant.genre.as_str());
                let constat = dite.then(|| entraine(dependant, racine, empechement, affaire));
                trouves.insert(dependant.id, constat);
            }
        }
    }
}

fn entraine(
    entree: &Entree,
    racine: &Entree,
    empechement: &Empechement,
    affaire: &Affaire<'_>,
) -> Constat {
    let genre = entree.genre.as_str();
    let raison = format!("a besoin de : {} ({})", objet(racine), empechement.raison);
    let empechement = Empechement { raison, ..empechement.clone() };
    let mut constat = laisse(entree, &empechement, affaire);
    let (lignes, a_nous) = (LIGNES.contains(&genre), affaire.est_a_nous(entree));
    // A view or a server of ours that no table needs is made again by hand.
    let d_une_table = D_UNE_TABLE.contains(&genre) && !d_une_vue(entree, affaire.entrees);
    if lignes || d_une_table {
        let tolerable = se_tolere(entree, a_nous);
        constat.sort = Sort::Refus { tolerable, essai: true };
    }
    constat
}

/// An index, a rule or a trigger of a view, or of what lies elsewhere.
fn d_une_vue(entree: &Entree, entrees: &[Entree]) -> bool {
    const VUES: [&str; 3] = ["VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"];
    let porteurs = || entrees.iter().filter(|e| entree.dependances.contains(&e.id));
    let porte = |genres: &[&str]| porteurs().any(|e| genres.contains(&e.genre.as_str()));
    porte(&VUES) && !porte(&["TABLE"])
}

/// `USER MAPPING .. SERVER s` does not say in the archive that it needs its server.
fn avec_leur_serveur(affaire: &Affaire<'_>, jugement: &mut Jugement) {
    let entrees = affaire.entrees;
    let laisses = &mut jugement.plan.laisses;
    let serveurs: Vec<String> = entrees
        .iter()
        .filter(|e| e.genre == "SERVER" && laisses.contains(&e.id))
        .map(|e| format!(" SERVER {}", e.nom))
        .collect();
    let comptes = entrees.iter().filter(|e| e.genre == "USER MAPPING");
    let sans_serveur = comptes.filter(|e| serveurs.iter().any(|s| e.nom.ends_with(s.as_str())));
    for compte in sans_serveur {
        laisses.insert(compte.id);
        let empechement = Empechement::reserve("a besoin de son serveur");
        jugement.constats.push(laisse(compte, &empechement, affaire));
    }
}
